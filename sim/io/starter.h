#pragma once
#include <string>
#include <vector>

namespace demarche {

/// What a starting scenario is asked for, as typed.
struct StarterRequest {
    std::string name;
    std::string file;                ///< where it will be
    std::vector<std::string> states; ///< ids; those of the world are ISO 3166 alpha-3
    std::string start = "2025-01-01";
    std::string days = "120";
};

/// Everything that is wrong with a request, one sentence each.
std::vector<std::string> problems_of(const StarterRequest& request);
/// What is worth a warning: well-formed ids that no state of the world has.
std::vector<std::string> doubts_about(const StarterRequest& request);

/// A commented scenario (TOML) for a request without problems: name, power and weapons of the
/// states of the world (configs/states.csv), their ties and organisations (configs/world.toml),
/// defaults for all else, one scripted act, and the keys one is likely to change with their
/// default, range and meaning.
std::string starting_scenario(const StarterRequest& request);

} // namespace demarche
