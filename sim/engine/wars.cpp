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
    return world.rung[world.pair(i, j)] >= force_rung;
}

MessageId announce(World& world, std::size_t source, std::size_t target, QuadClass quad,
                   MessageId trigger) {
    const Act* act = world.scenario->acts.posted_by(Mechanism::pact, quad);
    if (act == nullptr) return 0;
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = world.scenario->acts.id_of(*act);
    m.channel = act->channels.front();
    m.cause = {trigger, CauseKind::mechanism, 1};
    return world.post(m, 0);
}

/// Calls visit(ally, bond, friend, enemy) for every defence ally of either side.
template <class Visit>
void for_each_ally(const World& world, std::size_t a, std::size_t b, Visit&& visit) {
    for (const auto& [friend_, enemy] : {std::pair(a, b), std::pair(b, a)})
        for (const World::Partner& p : world.allies[friend_]) {
            const double bond = world.setting.tie(p.actor, friend_).defence;
            if (p.actor != enemy && bond > 0) visit(p.actor, bond, friend_, enemy);
        }
}

} // namespace

void begin_wars_at_start(World& world) {
    for (std::size_t a = 0; a < world.n; ++a)
        for (std::size_t b = a + 1; b < world.n; ++b) {
            if (world.rung[world.pair(a, b)] < war_rung) continue;
            War war{a, b, 0, {}};
            for_each_ally(world, a, b,
                          [&](std::size_t i, double, std::size_t friend_, std::size_t enemy) {
                              const Stance* s = stance_of(*world.scenario, i, friend_, enemy);
                              const double honour =
                                  s != nullptr ? s->honour : (fights(world, i, enemy) ? 1.0 : 0.0);
                              war.allies.push_back({i, friend_, enemy, honour, 0});
                          });
            world.wars.push_back(std::move(war));
        }
}

void begin_war(World& world, std::size_t a, std::size_t b, MessageId trigger) {
    War war{a, b, trigger, {}};
    for_each_ally(world, a, b, [&](std::size_t i, double bond, std::size_t friend_,
                                   std::size_t enemy) {
        if (fights(world, i, enemy)) {
            war.allies.push_back({i, friend_, enemy, 1, 0});
            return;
        }
        const Stance* s = stance_of(*world.scenario, i, friend_, enemy);
        const double chance =
            s != nullptr ? s->honour
                         : world.setting.alliance.honour_rate * bond *
                               world.setting.actors[i].knobs.loyalty / Knobs{}.loyalty;
        const double u = world.random.uniform(
            {Purpose::honour, static_cast<std::uint32_t>(world.tick), static_cast<std::uint32_t>(i),
             static_cast<std::uint32_t>(enemy), static_cast<std::uint32_t>(friend_)});
        const bool honours = u < chance;
        const MessageId decision = honours ? announce(world, i, enemy, QuadClass::mconf, trigger)
                                           : announce(world, i, friend_, QuadClass::vconf, trigger);
        war.allies.push_back({i, friend_, enemy, honours ? 1.0 : 0.0, decision});
    });
    world.wars.push_back(std::move(war));
}

} // namespace demarche
