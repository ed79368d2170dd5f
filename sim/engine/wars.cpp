#include "sim/engine/wars.h"

#include <algorithm>

#include "sim/engine/world.h"

namespace demarche {
namespace {

const Stance* stance_of(const Scenario& s, std::size_t actor, std::size_t ally, std::size_t enemy) {
    const auto it = std::find_if(s.stances.begin(), s.stances.end(), [&](const Stance& x) {
        return x.actor == actor && x.ally == ally && x.enemy == enemy;
    });
    return it == s.stances.end() ? nullptr : &*it;
}

bool fights(const World& world, std::size_t i, std::size_t j) {
    return world.rung(i, j) >= force_rung;
}

MessageId announce(World& world, std::size_t source, std::size_t target, QuadClass quad,
                   MessageId trigger) {
    const Act* act = world.scenario->acts.posted_by(Mechanism::pact, quad);
    if (act == nullptr)
        return 0;
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = world.scenario->acts.id_of(*act);
    m.channel = act->channels.front();
    m.cause = {trigger, CauseKind::mechanism, trigger != 0 ? 1.0 : 0.0};
    return world.post(m, 0);
}

bool contains(const std::vector<std::size_t>& side, std::size_t actor) {
    return std::find(side.begin(), side.end(), actor) != side.end();
}

/// How far `ally` is bound to fight for `partner` against `enemy`: by a defence pact, if it holds
/// in this war, or by sympathy, which knows no clauses.
double commitment(const World& world, std::size_t ally, std::size_t partner, std::size_t enemy) {
    const AllianceRule& rule = world.setting.alliance;
    const Tie& tie = world.setting.tie(ally, partner);
    const Confrontation* const confrontation = world.confrontation(partner, enemy);
    const bool began =
        confrontation != nullptr && confrontation->attacker == static_cast<std::int32_t>(partner);
    const double pact = rule.casus_foederis != 0 && began ? 0 : tie.defence;
    return std::max(pact, rule.informal * tie.affinity);
}

/// What an ally does when `partner` comes to fight `enemy`; asked once per war.
War::Ally decide_for(World& world, std::size_t ally, std::size_t partner, std::size_t enemy,
                     MessageId trigger, bool at_start) {
    War::Ally a{ally, partner, enemy, 0, 0};
    const Stance* const stance = stance_of(*world.scenario, ally, partner, enemy);
    if (fights(world, ally, enemy)) {
        a.honour = 1;
    } else if (at_start) {
        a.honour = stance != nullptr ? stance->honour : 0;
    } else {
        const double chance = stance != nullptr
                                  ? stance->honour
                                  : world.setting.alliance.honour_rate *
                                        commitment(world, ally, partner, enemy) *
                                        world.setting.actors[ally].knobs.loyalty / Knobs{}.loyalty;
        const double u = world.random.uniform(
            {Purpose::honour, static_cast<std::uint32_t>(world.tick),
             static_cast<std::uint32_t>(ally), static_cast<std::uint32_t>(enemy),
             static_cast<std::uint32_t>(partner)});
        a.honour = u < chance ? 1 : 0;
        // A friend without a pact has promised nothing that it could withhold.
        if (a.honour > 0)
            a.decision = announce(world, ally, enemy, QuadClass::mconf, trigger);
        else if (world.setting.tie(ally, partner).defence > 0)
            a.decision = announce(world, ally, partner, QuadClass::vconf, trigger);
    }
    return a;
}

/// Everyone who is committed to `actor` against `enemy` and has not decided in this war decides.
void call(World& world, War& war, std::size_t actor, std::size_t enemy, MessageId trigger,
          bool at_start) {
    for (const World::Partner& p : world.allies[actor]) {
        const bool decided = std::any_of(war.allies.begin(), war.allies.end(),
                                         [&](const War::Ally& a) { return a.actor == p.actor; });
        if (decided || contains(war.side[0], p.actor) || contains(war.side[1], p.actor) ||
            p.actor == enemy || commitment(world, p.actor, actor, enemy) <= 0)
            continue;
        war.allies.push_back(decide_for(world, p.actor, actor, enemy, trigger, at_start));
    }
}

/// `actor` joins a side against `enemy`, and its allies decide. Those of the enemy do too if this
/// is the attack that their pact waited for.
void join(World& world, War& war, std::size_t side, std::size_t actor, std::size_t enemy,
          MessageId trigger, bool at_start) {
    if (contains(war.side[0], actor) || contains(war.side[1], actor))
        return;
    war.side[side].push_back(actor);
    call(world, war, actor, enemy, trigger, at_start);
    if (world.setting.alliance.casus_foederis != 0 && contains(war.side[1 - side], enemy))
        call(world, war, enemy, actor, trigger, at_start);
}

void fight(World& world, std::size_t a, std::size_t b, MessageId trigger, bool at_start) {
    for (War& war : world.wars)
        for (std::size_t s = 0; s < 2; ++s)
            for (const auto& [party, other] : {std::pair(a, b), std::pair(b, a)})
                if (contains(war.side[s], party)) {
                    join(world, war, 1 - s, other, party, trigger, at_start);
                    return;
                }
    War& war = world.wars.emplace_back();
    join(world, war, 0, a, b, trigger, at_start);
    join(world, war, 1, b, a, trigger, at_start);
}

} // namespace

void begin_wars_at_start(World& world) {
    for (std::size_t a = 0; a < world.n; ++a)
        for (std::size_t b = a + 1; b < world.n; ++b)
            if (world.rung(a, b) >= war_rung)
                fight(world, a, b, 0, true);
}

void fight(World& world, std::size_t a, std::size_t b, MessageId trigger) {
    fight(world, a, b, trigger, false);
}

void end_wars(World& world) {
    std::erase_if(world.wars, [&](const War& war) {
        for (std::size_t a : war.side[0])
            for (std::size_t b : war.side[1])
                if (fights(world, a, b))
                    return false;
        return true;
    });
}

} // namespace demarche
