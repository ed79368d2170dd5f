#include "sim/io/states.h"

#include <algorithm>
#include <sstream>
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
        std::getline(fields, nuclear, ',');
        s.cow = std::stoi(cow);
        s.nuclear_since = nuclear.empty() ? 0 : std::stoi(nuclear);
        for (std::string neighbour; fields >> neighbour;)
            s.neighbours.push_back(neighbour);
        states.push_back(std::move(s));
    }
    return states;
}

/// For each state the distances to those before it.
std::vector<std::vector<int>> read_distances() {
    std::vector<std::vector<int>> distances;
    for (const std::string& row : rows_of(embedded_distances_csv)) {
        std::istringstream fields(row.substr(row.find(',') + 1));
        std::vector<int>& to = distances.emplace_back();
        for (int km = 0; fields >> km;)
            to.push_back(km);
    }
    return distances;
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

std::optional<int> known_distance(std::string_view a, std::string_view b) {
    static const std::vector<std::vector<int>> distances = read_distances();
    const KnownState* const one = known_state(a);
    const KnownState* const other = known_state(b);
    if (one == nullptr || other == nullptr || one == other)
        return std::nullopt;
    const auto place = [](const KnownState* s) {
        return static_cast<std::size_t>(s - known_states().data());
    };
    const auto [first, later] = std::minmax({place(one), place(other)});
    return distances[later][first];
}

} // namespace demarche
