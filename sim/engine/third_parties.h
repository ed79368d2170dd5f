#pragma once
#include <algorithm>

#include "sim/engine/world.h"

/// Who else is moved by what two states do. Used by the tick and by the equilibrium at the start,
/// so that both know the same third parties.
namespace demarche {

/// Calls feel(ally, strength) for every state that sides with the target of a harmful act:
/// strength = loyalty * tie.
template <class Feel>
void for_each_sympathiser(const World& world, std::size_t source, std::size_t target, Feel&& feel) {
    for (const World::Partner& p : world.allies[target])
        if (p.actor != source)
            feel(p.actor, p.strength);
}

/// Calls feel(actor, ally_that_stays_out, acts_per_day, decision) for every grievance an alignment
/// shortfall feeds: the belligerent's own, and those of its loyal allies as far as they do their
/// part.
template <class Feel>
void for_each_shortfall(const World& world, Feel&& feel) {
    for (const War& war : world.wars)
        for (const War::Ally& ally : war.allies) {
            if (ally.honour == 1)
                continue; // nothing falls short
            const double bond = world.setting.tie(ally.actor, ally.ally).defence;
            const double rate = world.setting.alliance.shortfall_rate * (1 - ally.honour) * bond;
            if (rate <= 0)
                continue;
            feel(ally.ally, ally.actor, rate, ally.decision);
            for (const War::Ally& loyal : war.allies) {
                if (loyal.ally != ally.ally || loyal.actor == ally.actor || loyal.honour == 0)
                    continue;
                const double strength = world.setting.actors[loyal.actor].knobs.loyalty *
                                        world.setting.tie(loyal.actor, loyal.ally).defence *
                                        loyal.honour;
                if (strength > 0)
                    feel(loyal.actor, ally.actor, rate * strength, ally.decision);
            }
        }
}

/// Calls feel(neighbour, strength) for every neighbour of sender or target that troop movements of
/// the sender concern: all but the two themselves, the less the closer they are to the sender.
template <class Feel>
void for_each_neighbour(const World& world, std::size_t source, std::size_t target, Feel&& feel) {
    const auto visit = [&](std::size_t i) {
        if (i != source && i != target)
            feel(i, world.setting.perception.neighbourhood * (1 - world.alignment(i, source)));
    };
    for (std::size_t i : world.neighbours[source])
        visit(i);
    const auto& already = world.neighbours[source];
    for (std::size_t i : world.neighbours[target])
        if (std::find(already.begin(), already.end(), i) == already.end())
            visit(i);
}

/// Calls feel(state, strength) for every state other than the sender that an act at a site exposes.
template <class Feel>
void for_each_exposed(const World& world, int site, std::size_t source, Feel&& feel) {
    if (site < 0)
        return;
    const Site& s = world.setting.sites[static_cast<std::size_t>(site)];
    for (std::size_t i = 0; i < world.n; ++i)
        if (i != source && s.exposure[i] > 0)
            feel(i, s.exposure[i] * s.hazard);
}

} // namespace demarche
