#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/scenario_reader.h"

namespace demarche {

/// Whether this can be the id of a state: three capital letters.
bool is_state_id(std::string_view id);

/// What configs/states.csv says of a state of the world.
struct KnownState {
    std::string code;      ///< ISO 3166 alpha-3
    std::string name;      ///< in English
    std::string power;     ///< share of the world's capabilities, as the file writes it
    int cow = 0;           ///< number in the state list of the Correlates of War
    int nuclear_since = 0; ///< year of its first nuclear weapons, 0 = none

    bool nuclear() const { return nuclear_since > 0; }
};

/// All of them, in order of their codes.
const std::vector<KnownState>& known_states();
/// The state with this code, or nullptr.
const KnownState* known_state(std::string_view code);
/// The world of 2018 (configs/world.toml) as it is built in; otherwise as `load_scenario`.
std::optional<LoadedScenario> load_known_world(const std::vector<std::string>& overrides,
                                               Problems& problems);
/// What it says: what binds and divides its states, which are those above in the same order, and
/// its organisations.
const Setting& known_world();

} // namespace demarche
