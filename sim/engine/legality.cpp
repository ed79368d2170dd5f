#include <algorithm>

#include "sim/engine/decide.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

bool meets(const World& world, Requirement r, std::size_t source, std::size_t target) {
    const Setting& s = world.setting;
    const Tie& tie = s.tie(source, target);
    switch (r) {
    case Requirement::nuclear: return s.actors[source].nuclear != 0;
    case Requirement::border: return tie.border != 0;
    case Requirement::reach:
        return tie.border != 0 || tie.distance_km <= s.ladder.reach_km ||
               s.actors[source].power >= s.ladder.great_power;
    case Requirement::pact:
        return tie.defence > 0 || tie.consultation > 0 || tie.nonaggression > 0 ||
               tie.neutrality > 0 ||
               std::any_of(s.organisations.begin(), s.organisations.end(), [&](const auto& o) {
                   return o.mandate != Mandate::universal && o.has(source) && o.has(target);
               });
    case Requirement::relations: return tie.relations != 0;
    }
    return false;
}

} // namespace

bool is_legal(const World& world, std::size_t source, std::size_t target, ActId act) {
    const Act& a = world.scenario->acts[act];
    if (source == target || world.rung[world.pair(source, target)] < a.min_rung) return false;
    if (a.at_site && site_near(world, source, target) < 0) return false;
    for (std::size_t r = 0; r < requirement_names.size(); ++r) {
        const auto requirement = static_cast<Requirement>(r);
        if (a.needs(requirement) && !meets(world, requirement, source, target)) return false;
    }
    const Tie& tie = world.setting.tie(source, target);
    return a.channels.size() != 1 || a.channels.front() != Channel::private_ || tie.private_open != 0;
}

std::vector<Channel> open_channels(const World& world, std::size_t source, std::size_t target,
                                   ActId act) {
    std::vector<Channel> open;
    for (Channel c : world.scenario->acts[act].channels)
        if (c != Channel::private_ || world.setting.tie(source, target).private_open != 0)
            open.push_back(c);
    return open;
}

int site_near(const World& world, std::size_t source, std::size_t target) {
    const std::pair<std::size_t, std::size_t> key = std::minmax(source, target);
    for (std::size_t s = 0; s < world.setting.sites.size(); ++s) {
        const auto& near = world.setting.sites[s].near;
        if (std::find(near.begin(), near.end(), key) != near.end()) return static_cast<int>(s);
    }
    return -1;
}

} // namespace demarche
