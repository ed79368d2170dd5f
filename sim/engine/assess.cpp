#include <algorithm>

#include "sim/core/elementary.h"
#include "sim/engine/third_parties.h"
#include "sim/engine/tick.h"
#include "sim/engine/wars.h"

namespace demarche {
namespace {

/// Acts of force a day below which a pair that stands on no rung is at peace: what was between the
/// two is over.
constexpr double peace = 1e-9;

void set_rung(World& world, Confrontation& confrontation, int rung) {
    const std::size_t a = confrontation.pair / world.n, b = confrontation.pair % world.n;
    confrontation.rung = rung;
    for (const std::size_t at : {world.pair(a, b), world.pair(b, a)}) {
        world.dyads[at].standing.rung = static_cast<std::int8_t>(rung);
        world.thinning.stir(at);
    }
}

/// Opens a crisis when the pair reaches the crisis rung, and keeps its peak.
void note_crisis(World& world, Confrontation& confrontation, MessageId trigger) {
    const int rung = confrontation.rung;
    if (rung < world.setting.ladder.crisis_rung)
        return;
    std::int32_t& open = confrontation.crisis;
    if (open < 0) {
        const auto free = std::find(world.crises.begin(), world.crises.end(), std::nullopt);
        open = static_cast<std::int32_t>(free - world.crises.begin());
        const Crisis crisis{confrontation.pair / world.n,
                            confrontation.pair % world.n,
                            world.tick,
                            world.tick,
                            rung,
                            trigger,
                            false};
        if (free == world.crises.end())
            world.crises.emplace_back(crisis);
        else
            *free = crisis;
    }
    Crisis& crisis = *world.crises[static_cast<std::size_t>(open)];
    if (rung > crisis.peak_rung) {
        crisis.peak_rung = rung;
        crisis.peak_tick = world.tick;
    }
}

/// What `a` did or is believed to have done to `b` raises the pair to a rung.
void climb(World& world, std::size_t a, std::size_t b, int rung, MessageId trigger) {
    const int before = world.rung(a, b);
    if (rung == 0 || rung < before)
        return;
    Confrontation& confrontation = world.confront(a, b);
    confrontation.renewed = world.tick;
    if (rung == before)
        return;
    world.climbs.push_back({std::min(a, b), std::max(a, b), before, rung, trigger});
    if (rung >= force_rung && before < force_rung)
        confrontation.attacker = static_cast<std::int32_t>(a);
    set_rung(world, confrontation, rung);
    note_crisis(world, confrontation, trigger);
}

void close_crisis(World& world, Confrontation& confrontation, Recorder& recorder) {
    std::int32_t& open = confrontation.crisis;
    if (open < 0 || confrontation.rung >= world.setting.ladder.crisis_rung)
        return;
    auto& slot = world.crises[static_cast<std::size_t>(open)];
    recorder.crisis_ended(world, *slot, slot->settled ? "settled" : "cooled");
    slot.reset();
    open = -1;
}

/// What the two of a pair have both taken notice of moves it on the ladder.
void move_on_ladder(World& world, const Message& m, const Act& act) {
    if (act.mechanism == Mechanism::intelligence) {
        constexpr double believed = 0.5; // confidence from which a state acts on a report
        if (m.reported_target == m.source && m.confidence >= believed)
            climb(world, m.target, m.source, world.scenario->acts[m.reported_act].rung, m.id);
        return;
    }
    if (m.source >= world.n || m.hidden())
        return;
    if (act.rung >= force_rung)
        world.confront(m.source, m.target).force += world.grain_force;
    const auto is_war = [&] {
        const Confrontation* const found = world.confrontation(m.source, m.target);
        return (found != nullptr ? found->force : 0) >= world.setting.ladder.war_force;
    };
    if (is_conflict(act.quad)) {
        const bool sustained = act.rung == force_rung && is_war();
        climb(world, m.source, m.target, sustained ? war_rung : act.rung, m.id);
    }
    if (const int rung = world.rung(m.source, m.target); act.relief > 0 && rung > 0) {
        // A gesture does not end a war that goes on.
        const int least = is_war() ? std::min(rung, force_rung) : 0;
        const int relieved = std::max(least, rung - act.relief);
        Confrontation& confrontation = world.confront(m.source, m.target);
        if (relieved < rung && confrontation.crisis >= 0)
            world.crises[static_cast<std::size_t>(confrontation.crisis)]->settled = true;
        set_rung(world, confrontation, relieved);
        confrontation.renewed = world.tick;
    }
    if (act.at_site && is_conflict(act.quad))
        climb(world, m.source, m.target, top_rung, m.id);
}

/// Lets pairs descend that kept quiet, and forgets those at peace.
void cool(World& world, Recorder& recorder) {
    const double cooling = world.setting.ladder.cooling_days / world.scenario->tick_days;
    world.confrontations.for_each([&](Confrontation& confrontation) {
        if (confrontation.rung > 0 && world.tick - confrontation.renewed >= cooling) {
            set_rung(world, confrontation, confrontation.rung - 1);
            confrontation.renewed = world.tick;
        }
        close_crisis(world, confrontation, recorder);
    });
    world.confrontations.end_where(world.dyads, [](const Confrontation& confrontation) {
        return confrontation.rung == 0 && confrontation.force < peace;
    });
}

void follow_wars(World& world) {
    end_wars(world);
    for (std::size_t c = 0; c < world.crises.size(); ++c) {
        const auto& crisis = world.crises[c];
        if (crisis && world.rung(crisis->a, crisis->b) >= war_rung)
            fight(world, crisis->a, crisis->b, crisis->trigger);
    }
    if (world.first_morning())
        return; // those of the start are remembered already
    const double days = world.scenario->tick_days;
    for_each_shortfall(
        world, [&](std::size_t actor, std::size_t other, double rate, MessageId decision) {
            world.note(actor, other, column(Grievance::alignment), decision, rate * days);
            world.remember<1>(actor, other, column(Grievance::alignment), rate * days);
        });
}

double& mediation(World& world, std::size_t i, std::size_t j) {
    return world.record(i, j)[tie_column + static_cast<std::size_t>(TieColumn::mediation)];
}

/// Organisations offer mediation to members in a crisis; the offer calms for a while.
void mediate(World& world) {
    constexpr double forgotten = 1e-6;
    std::erase_if(world.mediated, [&](std::uint32_t pair) {
        double& effect = mediation(world, pair / world.n, pair % world.n);
        effect = effect * world.keep_mediation < forgotten ? 0 : effect * world.keep_mediation;
        world.thinning.stir(pair);
        return effect == 0;
    });
    const Scenario& s = *world.scenario;
    const Act* act = s.acts.posted_by(Mechanism::mediation, QuadClass::vcoop);
    if (act == nullptr)
        return;
    for (const auto& crisis : world.crises) {
        if (!crisis)
            continue;
        for (std::size_t o = 0; o < world.setting.organisations.size(); ++o) {
            const Organisation& organisation = world.setting.organisations[o];
            const double rate = world.setting.mediation.rate * organisation.mediation;
            if (rate == 0 || !organisation.has(crisis->a) || !organisation.has(crisis->b))
                continue;
            const double u = world.random.uniform(
                {Purpose::mediation, static_cast<std::uint32_t>(world.tick),
                 static_cast<std::uint32_t>(crisis->a), static_cast<std::uint32_t>(crisis->b),
                 static_cast<std::uint32_t>(o)});
            if (u >= 1 - exp_bits(-rate * s.tick_days))
                continue;
            for (std::size_t party : {crisis->a, crisis->b}) {
                Message m;
                m.source = static_cast<std::uint32_t>(s.organisation_entity(o));
                m.target = static_cast<std::uint32_t>(party);
                m.act = s.acts.id_of(*act);
                m.channel = act->channels.front();
                m.cause = {crisis->trigger, CauseKind::mechanism, crisis->trigger != 0 ? 1.0 : 0.0};
                world.post(m, static_cast<std::uint32_t>(o));
            }
            for (const auto& [i, j] :
                 {std::pair(crisis->a, crisis->b), std::pair(crisis->b, crisis->a)}) {
                double& effect = mediation(world, i, j);
                if (effect == 0)
                    world.mediated.push_back(static_cast<std::uint32_t>(world.pair(i, j)));
                effect = 1;
                world.thinning.stir(world.pair(i, j));
            }
        }
    }
}

/// Breaking and restoring diplomatic relations changes what is legal afterwards.
void keep_relations(World& world, const Message& m, const Act& act) {
    if (m.source >= world.n)
        return;
    const std::pair<std::size_t, std::size_t> key{std::min(m.source, m.target),
                                                  std::max(m.source, m.target)};
    auto& ties = world.setting.ties;
    auto it = std::lower_bound(ties.begin(), ties.end(), key,
                               [](const Tie& t, const auto& k) { return std::pair(t.a, t.b) < k; });
    if (it == ties.end() || it->a != key.first || it->b != key.second) {
        it = ties.insert(it, Tie{});
        it->a = key.first;
        it->b = key.second;
    }
    it->relations = act.relations == RelationsEffect::restored ? 1 : 0;
    for (const auto& [i, j] : {std::pair(m.source, m.target), std::pair(m.target, m.source)})
        world.dyads[world.pair(i, j)].standing = standing_in(world, i, j);
}

} // namespace

void assess(World& world, Recorder& recorder) {
    world.climbs.clear();
    world.confrontations.for_each([&](Confrontation& confrontation) {
        if (world.first_morning())
            note_crisis(world, confrontation, 0);
        else
            confrontation.force *= world.keep_force;
    });
    constexpr std::size_t ahead = 16;
    const std::vector<Message>& inbox = world.inbox;
    const bool far_apart = world.records.far_apart();
    const ActTable& acts = world.scenario->acts;
    for (std::size_t k = 0; k < inbox.size(); ++k) {
        if (far_apart && k + ahead < inbox.size()) {
            const Message& later = inbox[k + ahead];
            if (acts[later.act].moves_pairs() && later.source < world.n)
                world.fetch_dyads(later.source, later.target);
        }
        const Act& act = acts[inbox[k].act];
        if (act.moves_pairs())
            move_on_ladder(world, inbox[k], act);
        if (act.relations != RelationsEffect::none)
            keep_relations(world, inbox[k], act);
    }
    cool(world, recorder);
    follow_wars(world);
    mediate(world);
}

} // namespace demarche
