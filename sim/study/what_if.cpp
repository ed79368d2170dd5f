#include "sim/study/what_if.h"

#include <algorithm>

#include "sim/engine/decide.h"
#include "sim/engine/equilibrium.h"
#include "sim/engine/tick.h"
#include "sim/study/ensemble.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

bool among(const std::vector<std::size_t>& all, std::size_t one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

Tie& stated_tie(Setting& setting, std::size_t i, std::size_t j) {
    const std::pair<std::size_t, std::size_t> key = std::minmax(i, j);
    auto at = std::lower_bound(setting.ties.begin(), setting.ties.end(), key,
                               [](const Tie& t, const auto& k) { return std::pair(t.a, t.b) < k; });
    if (at == setting.ties.end() || std::pair(at->a, at->b) != key) {
        at = setting.ties.insert(at, Tie{});
        at->a = key.first;
        at->b = key.second;
    }
    return *at;
}

/// Notes the numbers of the messages of this tick that the script would post and must not: events
/// first, then groups, each in the order of the scenario (see `schedule`).
void leave_out(const Intervention& intervention, World& world) {
    const Scenario& s = *world.scenario;
    MessageId next = world.last_message;
    const auto suppress = [&](MessageId id) {
        world.suppressed.insert(
            std::lower_bound(world.suppressed.begin(), world.suppressed.end(), id), id);
    };
    for (std::size_t e = 0; e < s.events.size(); ++e) {
        if (s.tick_of(s.events[e].day) != world.tick)
            continue;
        ++next;
        if (among(intervention.events, e) || among(intervention.states, s.events[e].source))
            suppress(next);
    }
    if (s.acts.posted_by(Mechanism::group, QuadClass::mconf) == nullptr)
        return;
    for (std::size_t g = 0; g < world.setting.groups.size(); ++g) {
        const ArmedGroup& group = world.setting.groups[g];
        if (s.tick_of(group.since_day) != world.tick || group.strength <= 0)
            continue;
        ++next;
        if (among(intervention.groups, g))
            suppress(next);
    }
}

/// Takes an armed group that has come away again.
void disband(const ArmedGroup& group, World& world) {
    std::erase_if(world.hidden, [&](const HiddenOperation& op) {
        return op.sponsor == static_cast<int>(group.sponsor) && op.source == group.host &&
               op.target == group.against;
    });
}

void play_until(World& world, const Intervention* intervention, int tick, DecisionScratch& scratch,
                Recorder& recorder) {
    while (world.tick < tick) {
        if (intervention != nullptr)
            leave_out(*intervention, world);
        step(world, scratch, recorder);
    }
}

void finish(const World& world, Recorder& recorder) {
    for (const auto& crisis : world.crises)
        if (crisis)
            recorder.crisis_ended(world, *crisis, "ongoing");
    recorder.end(world);
}

} // namespace

void apply(const Intervention& x, World& world) {
    Setting& s = world.setting;
    world.suppressed.insert(world.suppressed.end(), x.messages.begin(), x.messages.end());
    std::sort(world.suppressed.begin(), world.suppressed.end());
    for (std::size_t g : x.groups)
        disband(s.groups[g], world);
    for (std::size_t i : x.states) {
        Actor& actor = s.actors[i];
        actor.policy = s.policies.find("scripted");
        actor.knobs.vigilance = 0; // reports nothing that could be believed
        actor.knobs.loyalty = 0;   // honours no pact by chance
    }
    for (std::size_t o : x.organisations)
        s.organisations[o].mediation = 0;
    for (std::size_t site : x.sites) {
        s.sites[site].near.clear();
        s.sites[site].hazard = 0;
        std::fill(s.sites[site].exposure.begin(), s.sites[site].exposure.end(), 0.0);
        for (HiddenOperation& op : world.hidden)
            if (op.site == static_cast<int>(site))
                op.site = -1;
    }
    for (const auto& [i, j] : x.ties) {
        Tie& tie = stated_tie(s, i, j);
        tie.defence = tie.neutrality = tie.nonaggression = tie.consultation = tie.affinity = 0;
    }
    for (std::size_t shock : x.shocks)
        world.shocks[shock].set.clear();
    for (const auto& [path, value] : x.numbers)
        for (Shock& shock : world.shocks)
            if (world.scenario->tick_of(shock.day) == x.tick)
                std::erase_if(shock.set, [&](const auto& change) { return change.first == path; });
    set_numbers(s, x.numbers);
    if (x.states.empty() && x.organisations.empty() && x.sites.empty() && x.ties.empty() &&
        x.numbers.empty())
        return;
    world.derive();
    set_levels(world);
    world.thinning.stir_everybody();
}

void play_on(World& world, const Intervention* intervention, Recorder& recorder) {
    DecisionScratch scratch(world.n);
    play_until(world, intervention, world.scenario->ticks(), scratch, recorder);
    finish(world, recorder);
}

WhatIf::Courses WhatIf::run() const {
    Recorder nobody;
    std::optional<World> fork;
    const auto to_fork = [&](std::uint32_t replication) {
        World world(*first_morning, replication);
        DecisionScratch scratch(world.n);
        play_until(world, nullptr, intervention.tick, scratch, nobody);
        return world;
    };
    if (past)
        fork.emplace(to_fork(*past));

    const auto course = [&](World world, std::uint32_t replication, bool changed,
                            World::CovertIds& covert) {
        const Intervention* const x = changed ? &intervention : nullptr;
        if (changed) {
            world.known_covert = &covert;
            apply(intervention, world);
        } else {
            world.note_covert = &covert;
        }
        OutcomeRecorder recorder;
        recorder.begin(world);
        if (past) {
            // In the tick of the intervention chance is that of the past, so that the message is
            // the one that is meant.
            DecisionScratch scratch(world.n);
            play_until(world, x, intervention.tick + 1, scratch, recorder);
            if (replication > 0)
                world.random = Random(world.scenario->seed, *past + replication);
        }
        play_on(world, x, recorder);
        return std::move(recorder.outcome);
    };

    struct Both {
        RunOutcome as_it_was, otherwise;
    };
    Courses courses;
    InOrder<Both> jobs;
    jobs.count = replications;
    jobs.threads = threads;
    jobs.work = [&](std::uint64_t job) {
        const auto r = static_cast<std::uint32_t>(job);
        return in_replication(r, replications, [&] {
            const World from = fork ? *fork : to_fork(r);
            World::CovertIds covert;
            Both both;
            both.as_it_was = course(from, r, false, covert);
            both.otherwise = course(from, r, true, covert);
            return both;
        });
    };
    jobs.collect = [&](std::uint64_t job, Both& both) {
        courses.as_it_was.push_back(std::move(both.as_it_was));
        courses.otherwise.push_back(std::move(both.otherwise));
        if (progress)
            progress(static_cast<std::uint32_t>(job) + 1);
    };
    jobs.run();
    return courses;
}

Effect effect(const WhatIf::Courses& courses,
              const std::function<double(const RunOutcome&)>& number) {
    std::vector<double> as_it_was, otherwise;
    for (const RunOutcome& run : courses.as_it_was)
        as_it_was.push_back(number(run));
    for (const RunOutcome& run : courses.otherwise)
        otherwise.push_back(number(run));
    return {mean_interval(as_it_was), mean_interval(otherwise),
            paired_difference(otherwise, as_it_was)};
}

} // namespace demarche
