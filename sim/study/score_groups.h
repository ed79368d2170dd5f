#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace demarche {

struct Scenario;

/// A kind of pairs whose forecasts are scored by themselves.
struct DyadGroup {
    std::string name;
    std::vector<char> members; ///< [source * actors + target]
    std::size_t actors = 0;

    bool has(std::uint32_t source, std::uint32_t target) const {
        return members[source * actors + target] != 0;
    }
};

/// "all" pairs of these actors, which must be in ascending order; and where a scenario says who is
/// bound to whom, "allies" (a defence pact), "rivals" (rivalry above 0), "neighbours" (a border)
/// and "others", which are none of these. A pair may be in several. Actors the scenario does not
/// have are bound to nobody.
std::vector<DyadGroup> dyad_groups(const std::vector<std::string>& actors, const Scenario* ties);

} // namespace demarche
