#include "sim/study/explain.h"

#include <algorithm>
#include <cmath>

#include "sim/core/elementary.h"
#include "sim/engine/tick.h"

namespace demarche {
namespace {

/// Looks at every tick when all has been decided: policies, asked again, say what they said.
class Teller final : public Recorder {
public:
    Teller(const World& first_morning, const Wanted& wanted, Recorder* also)
        : scratch_(first_morning.n), wanted_(&wanted), also_(also) {
        told.story.first_morning = &first_morning;
    }
    void begin(const World& w) override {
        if (also_ != nullptr)
            also_->begin(w);
    }
    void crisis_ended(const World& w, const Crisis& c, std::string_view how) override {
        if (also_ != nullptr)
            also_->crisis_ended(w, c, how);
    }
    void end(const World& w) override {
        if (also_ != nullptr)
            also_->end(w);
        told.story.end = std::make_unique<World>(w);
    }
    void tick(const World& w, std::span<const Message> posted) override {
        if (also_ != nullptr)
            also_->tick(w, posted);
        Story& story = told.story;
        for (const World::Climb& climb : w.climbs)
            story.climbs.push_back({climb, w.tick});
        for (const Message& m : posted) {
            story.messages.push_back(m);
            story.decisions.emplace_back();
            const bool decided =
                m.source < w.n && !m.scripted && m.cause.kind != CauseKind::mechanism;
            const bool asked_for = !told.found && *wanted_ && (*wanted_)(m);
            if (asked_for)
                told.found = m.id;
            if (!decided)
                continue;
            appraise_pair(w, m.source, m.target);
            const QuadClass q = w.scenario->acts[m.act].quad;
            const Response::OfClass& r = w.response(m.source)[q];
            story.decisions.back() =
                Decision{scratch_.stimulus[0][index(q)], r.base,
                         r.level * w.level(q, m.source, m.target), keep(r.weight)};
            if (asked_for)
                account(w, m, q);
        }
    }

    Retold told;

private:
    void appraise_pair(const World& w, std::size_t source, std::size_t target) {
        scratch_.targets.assign(1, static_cast<std::uint32_t>(target));
        appraise_targets(w, source, scratch_);
    }

    /// Weights of one state and class seldom change: the same ones are kept once.
    std::uint32_t keep(const std::array<double, column_count>& weights) {
        auto& kept = told.story.weights;
        const auto found = std::find(kept.rbegin(), kept.rend(), weights);
        if (found != kept.rend())
            return static_cast<std::uint32_t>(kept.rend() - found - 1);
        kept.push_back(weights);
        return static_cast<std::uint32_t>(kept.size() - 1);
    }

    void account(const World& w, const Message& m, QuadClass q) {
        Account a = account_of(w, *told.story.first_morning, scratch_, m.source, m.target, q);
        a.message = m.id;
        const Options among = options(w, w.doctrine(m.source), standing(w, m.source, m.target), q);
        for (const Options::Option& option : among.of) {
            a.acts.push_back({option.act, option.weight / among.total});
            if (option.act != m.act)
                continue;
            a.channel = option.channel;
            double total = 0;
            for (double x : a.channel)
                total += x;
            for (double& x : a.channel)
                x /= total;
        }
        std::stable_sort(a.acts.begin(), a.acts.end(),
                         [](const auto& x, const auto& y) { return x.chance > y.chance; });
        told.account = std::move(a);
    }

    DecisionScratch scratch_;
    const Wanted* wanted_;
    Recorder* also_;
};

} // namespace

std::vector<StimulusPart> Story::remembered(MessageId id) const {
    const Message& m = message(id);
    return remembered_parts(*end, *first_morning, weights[decisions[id - 1]->weights], m.source,
                            m.target, m.tick);
}

const ScriptedEvent* Story::script_of(const Message& m) const {
    const Scenario& s = scenario();
    if (!m.scripted)
        return nullptr;
    // Scripted acts of a tick are posted in the order of the scenario, before anything else.
    auto earlier = std::count_if(messages.begin(), messages.begin() + m.id - 1,
                                 [&](const Message& x) { return x.scripted && x.tick == m.tick; });
    for (const ScriptedEvent& e : s.events)
        if (s.tick_of(e.day) == m.tick && earlier-- == 0)
            return &e;
    return nullptr;
}

const ArmedGroup* Story::group_of(const Message& m) const {
    const Scenario& s = scenario();
    const Message* of = &m;
    if (s.acts[m.act].mechanism == Mechanism::intelligence && m.cause.message != 0)
        of = &message(m.cause.message);
    const std::size_t first = s.group_entity(0);
    return of->source >= first ? &s.setting.groups[of->source - first] : nullptr;
}

Account account_of(const World& world, const World& first_morning, const DecisionScratch& scratch,
                   std::size_t source, std::size_t target, QuadClass q) {
    const Response::OfClass& r = world.response(source)[q];
    const std::size_t k = scratch.position(target);
    Account a;
    a.quad = q;
    a.stimulus = scratch.stimulus[k][index(q)];
    a.base = r.base;
    a.level = r.level * world.level(q, source, target);
    a.remembered = remembered_parts(world, first_morning, r.weight, source, target, world.tick);
    std::stable_sort(a.remembered.begin(), a.remembered.end(),
                     [](const auto& x, const auto& y) { return x.amount > y.amount; });
    a.exponent = r.exponent;
    a.bend = a.stimulus > 0 ? exp_bits((r.exponent - 1) * log_bits(a.stimulus)) : 1;
    a.rate = scratch.rate[k][index(q)];
    const double posture = scratch.posture[k][index(q)];
    const View view = world.view(source, scratch.targets, scratch.records);
    const Policy& policy = world.setting.policies[world.setting.actors[source].policy];
    policy.parts(view, k, q, a.doctrine);
    double rest = posture;
    for (const PosturePart& part : a.doctrine)
        rest -= part.ln;
    std::erase_if(a.doctrine, [](const PosturePart& part) { return part.ln == 0; });
    if (std::abs(rest) > 1e-12)
        a.doctrine.push_back({"rest of the doctrine of " + std::string(policy.name()), rest});
    std::stable_sort(a.doctrine.begin(), a.doctrine.end(),
                     [](const auto& x, const auto& y) { return std::abs(x.ln) > std::abs(y.ln); });
    const double days = world.scenario->tick_days;
    a.expected = a.rate * days;
    if (a.expected > 0)
        a.at_least_one =
            -std::expm1(negative_binomial_log_pmf(0, a.expected, r.dispersion.size(a.rate, days)));
    a.rung = world.rung(source, target);
    a.shortfalls = stays_out(world, target);
    return a;
}

std::vector<Shortfall> stays_out(const World& world, std::size_t state) {
    std::vector<Shortfall> all;
    for (const War& war : world.wars)
        for (const War::Ally& ally : war.allies)
            if (ally.actor == state && ally.honour < 1)
                all.push_back({ally.ally, ally.enemy, ally.decision});
    return all;
}

Retold tell_again(const World& first_morning, std::uint32_t replication, const Wanted& wanted,
                  Recorder* also) {
    Teller teller(first_morning, wanted, also);
    teller.told.fingerprint = run(first_morning, replication, teller);
    return std::move(teller.told);
}

} // namespace demarche
