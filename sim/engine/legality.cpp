#include "sim/engine/legality.h"

#include <algorithm>

#include "sim/engine/world.h"

namespace demarche {

Standing standing(const World& world, std::size_t source, std::size_t target) {
    Standing now = world.dyads[world.pair(source, target)].standing;
    now.deterred = now.deterred && now.rung < force_rung;
    return now;
}

Standing standing_in(const World& world, std::size_t source, std::size_t target) {
    const Setting& s = world.setting;
    const Tie& tie = s.tie(source, target);
    Standing now;
    now.rung = world.dyads[world.pair(source, target)].standing.rung;
    now.private_open = tie.private_open != 0;
    now.deterred = s.actors[target].nuclear != 0;
    now.site = static_cast<std::int16_t>(site_near(world, source, target));
    const auto meets = [&](Requirement r, bool holds) {
        now.met = static_cast<std::uint8_t>(now.met | unsigned{holds} << static_cast<unsigned>(r));
    };
    meets(Requirement::nuclear, s.actors[source].nuclear != 0);
    meets(Requirement::border, tie.border != 0);
    meets(Requirement::reach, tie.border != 0 || tie.distance_km <= s.ladder.reach_km ||
                                  s.actors[source].power >= s.ladder.great_power);
    meets(Requirement::pact, tie.defence > 0 || tie.consultation > 0 || tie.nonaggression > 0 ||
                                 tie.neutrality > 0 ||
                                 world.memberships.share(source, target, Mandate::security) ||
                                 world.memberships.share(source, target, Mandate::economic));
    meets(Requirement::relations, tie.relations != 0);
    return now;
}

bool is_legal(const Act& act, const Standing& now) {
    return now.rung >= act.min_rung && (act.requirements & ~now.met) == 0 &&
           (!act.at_site || now.site >= 0) && open_channels(act, now) != 0;
}

unsigned open_channels(const Act& act, const Standing& now) {
    unsigned open = 0;
    for (Channel c : act.channels)
        if (c != Channel::private_ || now.private_open)
            open |= 1U << index(c);
    return open;
}

int site_near(const World& world, std::size_t source, std::size_t target) {
    const std::pair<std::size_t, std::size_t> key = std::minmax(source, target);
    for (std::size_t s = 0; s < world.setting.sites.size(); ++s) {
        const auto& near = world.setting.sites[s].near;
        if (std::find(near.begin(), near.end(), key) != near.end())
            return static_cast<int>(s);
    }
    return -1;
}

} // namespace demarche
