#include "sim/engine/scenario.h"

namespace demarche {

const std::string& Scenario::entity_id(std::size_t entity) const {
    if (entity < actor_count())
        return setting.actors[entity].id;
    entity -= actor_count();
    if (entity < setting.organisations.size())
        return setting.organisations[entity].id;
    return setting.groups[entity - setting.organisations.size()].id;
}

} // namespace demarche
