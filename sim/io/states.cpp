#include "sim/io/states.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "sim/io/embedded.h"

namespace demarche {
namespace {

std::vector<KnownState> read_states() {
    std::vector<KnownState> states;
    std::istringstream lines{std::string(embedded_states_csv)};
    bool header = true;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#'))
            continue;
        if (std::exchange(header, false))
            continue;
        std::istringstream fields(line);
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

} // namespace demarche
