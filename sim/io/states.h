#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// Whether this can be the id of a state: three capital letters.
bool is_state_id(std::string_view id);

/// What configs/states.csv says of a state of the world.
struct KnownState {
    std::string code;  ///< ISO 3166 alpha-3
    std::string name;  ///< in English
    std::string power; ///< share of the world's capabilities, as the file writes it
    bool nuclear = false;
    std::vector<std::string> neighbours; ///< codes
};

/// All of them, in order of their codes.
const std::vector<KnownState>& known_states();
/// The state with this code, or nullptr.
const KnownState* known_state(std::string_view code);

} // namespace demarche
