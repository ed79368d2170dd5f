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
    std::string code;      ///< ISO 3166 alpha-3
    std::string name;      ///< in English
    std::string power;     ///< share of the world's capabilities, as the file writes it
    int cow = 0;           ///< number in the state list of the Correlates of War
    int nuclear_since = 0; ///< year of its first nuclear weapons, 0 = none
    std::vector<std::string> neighbours; ///< codes

    bool nuclear() const { return nuclear_since > 0; }
};

/// All of them, in order of their codes.
const std::vector<KnownState>& known_states();
/// The state with this code, or nullptr.
const KnownState* known_state(std::string_view code);
/// Least distance between the territories of two of them in km (configs/distances.csv); nothing
/// when one is unknown or both are the same.
std::optional<int> known_distance(std::string_view a, std::string_view b);

} // namespace demarche
