#include "sim/io/states.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "sim/io/embedded.h"

namespace demarche {
namespace {

/// The lines of a table below its header, without comments.
std::vector<std::string> rows_of(std::string_view table) {
    std::vector<std::string> rows;
    std::istringstream lines{std::string(table)};
    bool header = true;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with('#') && !std::exchange(header, false))
            rows.push_back(line);
    return rows;
}

std::vector<KnownState> read_states() {
    std::vector<KnownState> states;
    for (const std::string& row : rows_of(embedded_states_csv)) {
        std::istringstream fields(row);
        KnownState s;
        std::string cow, nuclear;
        std::getline(fields, s.code, ',');
        std::getline(fields, cow, ',');
        std::getline(fields, s.name, ',');
        std::getline(fields, s.power, ',');
        std::getline(fields, nuclear);
        s.cow = std::stoi(cow);
        s.nuclear_since = nuclear.empty() ? 0 : std::stoi(nuclear);
        states.push_back(std::move(s));
    }
    return states;
}

} // namespace

bool is_state_id(std::string_view id) {
    return id.size() == 3 &&
           std::all_of(id.begin(), id.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

const std::vector<KnownState>& known_states() {
    static const std::vector<KnownState> states = read_states();
    return states;
}

const KnownState* known_state(std::string_view code) {
    const auto& states = known_states();
    const auto it = std::find_if(states.begin(), states.end(),
                                 [&](const KnownState& s) { return s.code == code; });
    return it == states.end() ? nullptr : &*it;
}

std::optional<LoadedScenario> load_known_world(const std::vector<std::string>& overrides,
                                               Problems& problems) {
    return load_scenario("world.toml", overrides, problems, [](const std::filesystem::path&) {
        return FileText{std::string(embedded_world_toml), ""};
    });
}

const Setting& known_world() {
    static const Setting world = [] {
        Problems problems;
        auto loaded = load_known_world({}, problems);
        if (!loaded)
            throw std::logic_error(problems.text());
        return std::move(loaded->scenario.setting);
    }();
    return world;
}

} // namespace demarche
