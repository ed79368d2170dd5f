#include "sim/io/reading.h"

#include <algorithm>

#include "sim/io/states.h"

namespace demarche {

void Reading::each(const char* kind, const std::function<void(const Entry&)>& read) const {
    const toml::table* const table = root[kind].as_table();
    if (table == nullptr)
        return;
    for (const auto& [key, node] : *table) {
        const std::string id(key.str());
        if (node.is_table())
            read({id, *node.as_table(), key});
        else
            expected(problems, node, std::string(kind) + "." + id, "a table");
    }
}

void Reading::read(Section& section, const std::string& kind, const toml::table& table,
                   const std::string& what) const {
    section.read(table, what);
    if (visit)
        visit(kind, section);
}

void Reading::read(Section& section, const std::string& kind, const Entry& entry) const {
    read(section, kind, entry.table, kind + " '" + entry.id + "'");
}

std::optional<std::size_t> Reading::find(const std::string& kind,
                                         const std::vector<std::string>& names,
                                         const std::string& name, const Place& place) const {
    const auto it = std::find(names.begin(), names.end(), name);
    if (it != names.end())
        return static_cast<std::size_t>(it - names.begin());
    // A state whose own id has been refused is no alternative.
    std::vector<std::string> known = names;
    if (kind == "state")
        std::erase_if(known, [](const std::string& id) { return !is_state_id(id); });
    std::string instead = hint(name, known);
    if (kind == "act" && nearest(name, known) == nullptr)
        instead += "; `demarche acts` lists them";
    problems.add(place, "no " + kind + " is called '" + name + "'" + instead);
    return std::nullopt;
}

std::optional<std::pair<std::size_t, std::size_t>> Reading::pair(const std::string& id,
                                                                 const Place& place) const {
    const std::size_t dash = id.find('-');
    if (dash == std::string::npos || dash != id.rfind('-')) {
        problems.add(place, "'" + id + "' is not a pair of states such as 'BLR-KAZ'");
        return std::nullopt;
    }
    const auto a = find("state", state_ids, id.substr(0, dash), place);
    const auto b = find("state", state_ids, id.substr(dash + 1), place);
    if (!a || !b)
        return std::nullopt;
    if (*a == *b) {
        problems.add(place, "'" + id + "' pairs a state with itself");
        return std::nullopt;
    }
    return std::pair(*a, *b);
}

std::optional<std::pair<std::size_t, std::size_t>> Reading::tie_pair(const std::string& id,
                                                                     const Place& place) const {
    const auto rows = pair(id, place);
    if (!rows || rows->first < rows->second)
        return rows;
    problems.add(place, "a tie is written in alphabetical order: '" + state_ids[rows->second] +
                            "-" + state_ids[rows->first] + "'");
    return std::nullopt;
}

Section::Key& Reading::name_key(Section& section, const std::string& key, const std::string& kind,
                                std::vector<std::string> names, std::optional<std::size_t>& index,
                                std::string meaning) const {
    return section.custom(
        key, kind, std::move(meaning),
        [this, key, kind, names = std::move(names), &index](const toml::node& node) {
            if (const auto* text = node.as_string())
                index = find(kind, names, text->get(), place_of(node));
            else
                expected(problems, node, key, "a string");
        });
}

void Reading::state_key(Section& section, const std::string& key, std::optional<std::size_t>& row,
                        std::string meaning) const {
    name_key(section, key, "state", state_ids, row, std::move(meaning)).required();
}

std::vector<std::string> policy_names(const PolicySet& policies) {
    std::vector<std::string> names;
    for (std::size_t p = 0; p < policies.size(); ++p)
        names.emplace_back(policies[p].name());
    return names;
}

std::optional<int> Reading::day_in_run(const toml::node& at, const std::optional<Day>& date) const {
    if (!date || !run_is_known)
        return std::nullopt;
    const int day = date->number - scenario.start.number;
    if (day >= 0 && day < scenario.days)
        return day;
    problems.add(place_of(at), iso(*date) + " is outside the run, " + iso(scenario.start) + " to " +
                                   iso({scenario.start.number + scenario.days - 1}));
    return std::nullopt;
}

} // namespace demarche
