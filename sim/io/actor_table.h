#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/io/problems.h"

namespace demarche {

/// Which state the actors of event files stand for: configs/states.csv, configs/actors.csv and
/// what the user adds in the form of the latter.
class ActorTable {
public:
    /// `added` may be empty. Reports what is wrong with it.
    ActorTable(const std::filesystem::path& added, Problems& problems);

    /// ISO codes of all states that can be stood for, in ascending order.
    const std::vector<std::string>& states() const { return states_; }
    using State = std::uint16_t; ///< row of `states()`

    /// The state of a code or a name, in any case.
    std::optional<State> state(std::string_view name_or_code) const;
    /// The code of the state with this number in the state list of the Correlates of War, or "".
    std::string of_cow(int number) const;
    /// Mandate of an organisation, by its column in the IGO data of the Correlates of War, or "".
    std::string mandate(std::string_view igo) const;

    enum class Standing : std::uint8_t { unknown, no, government, yes };
    /// Whether who has this role, as in "Ministry (France)", acts for its state.
    Standing role(std::string_view name) const { return standing(roles_, name); }
    Standing sector(std::string_view name) const { return standing(sectors_, name); }
    Standing agent(std::string_view code) const { return standing(agents_, code); }

private:
    /// Names in small letters; the last of two equal names counts.
    using Names = std::map<std::string, std::string, std::less<>>;
    struct Standings {
        std::map<std::string, Standing, std::less<>> exact;
        std::vector<std::pair<std::string, Standing>> patterns; ///< with stars
    };
    void add(std::string_view kind, std::string_view name, const std::string& stands_for,
             const Place& place, Problems& problems);
    static Standing standing(const Standings& of, std::string_view name);

    std::vector<std::string> states_;
    Names names_, igos_;
    std::map<int, std::string> cow_;
    Standings roles_, sectors_, agents_;
};

} // namespace demarche
