#include "sim/io/actor_table.h"

#include <algorithm>
#include <cmath>

#include "sim/engine/setting.h"
#include "sim/io/embedded.h"
#include "sim/io/event_values.h"
#include "sim/io/states.h"
#include "sim/io/table_reader.h"

namespace demarche {
namespace {

std::string small(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Whether a name is what a pattern with stars describes; both in small letters.
bool fits(std::string_view pattern, std::string_view name) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == name;
    if (!name.starts_with(pattern.substr(0, star)))
        return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t at = star; at <= name.size(); ++at)
        if (fits(rest, name.substr(at)))
            return true;
    return false;
}

} // namespace

ActorTable::ActorTable(const std::filesystem::path& added, Problems& problems) {
    for (const KnownState& s : known_states()) {
        names_[small(s.code)] = s.code;
        names_[small(s.name)] = s.code;
        cow_[s.cow] = s.code;
    }
    const std::vector<TableColumn> columns{{{"kind"}}, {{"name"}}, {{"stands_for"}}};
    const auto read = [&](TextTable&& table, const std::string& file) {
        TableLine line;
        while (table.good() && table.next(line)) {
            const Place place{file, line.line, 1};
            if (line.text.starts_with('#'))
                continue;
            if (line.wrong.empty())
                add(line[0], line[1], std::string(line[2]), place, problems);
            else
                problems.add(place, line.wrong);
        }
    };
    // The notes at the top of the shipped file stand before its header.
    const std::string_view shipped =
        embedded_actors_csv.substr(embedded_actors_csv.find("\nkind,") + 1);
    read(TextTable("configs/actors.csv", shipped, {{columns, ',', true, {}}}, problems),
         "configs/actors.csv");
    if (!added.empty())
        read(TextTable(added, {{columns, ',', true, {}}}, problems), added.string());
    for (const auto& [name, code] : names_)
        states_.push_back(code);
    std::sort(states_.begin(), states_.end());
    states_.erase(std::unique(states_.begin(), states_.end()), states_.end());
}

void ActorTable::add(std::string_view kind, std::string_view name, const std::string& stands_for,
                     const Place& place, Problems& problems) {
    const auto wrong = [&](const std::string& allowed) {
        problems.add(place, "'" + std::string(name) + "' cannot stand for '" + stands_for +
                                "'; allowed: " + allowed);
    };
    if (name.empty()) {
        problems.add(place, "the actor has no name");
        return;
    }
    if (kind == "name" || kind == "code" || kind == "cow") {
        const auto number = number_of(name);
        if (!is_state_id(stands_for))
            wrong("a state, as three capital letters");
        else if (kind != "cow")
            names_[small(name)] = stands_for;
        else if (number && *number >= 0 && *number < 1e6 && *number == std::floor(*number))
            cow_[static_cast<int>(*number)] = stands_for;
        else
            problems.add(place,
                         "'" + std::string(name) + "' is no number of the Correlates of War");
        return;
    }
    if (kind == "igo") {
        if (std::find(mandate_names.begin(), mandate_names.end(), stands_for) ==
            mandate_names.end())
            wrong(listing({mandate_names.begin(), mandate_names.end()}));
        else
            igos_[small(name)] = stands_for;
        return;
    }
    static const std::vector<std::string> kinds{"name",   "code",  "cow", "role",
                                                "sector", "agent", "igo"};
    static const std::vector<std::string> answers{"no", "government", "yes"};
    Standings* const of = kind == "role"     ? &roles_
                          : kind == "sector" ? &sectors_
                          : kind == "agent"  ? &agents_
                                             : nullptr;
    if (!of) {
        problems.add(place,
                     "no kind of actor is called '" + std::string(kind) + "'" + hint(kind, kinds));
        return;
    }
    const auto answer = std::find(answers.begin(), answers.end(), stands_for);
    if (answer == answers.end()) {
        wrong(listing(answers));
        return;
    }
    const auto value = static_cast<Standing>(answer - answers.begin() + 1);
    if (name.find('*') == std::string_view::npos)
        of->exact[small(name)] = value;
    else // what is added later takes precedence
        of->patterns.insert(of->patterns.begin(), {small(name), value});
}

std::optional<ActorTable::State> ActorTable::state(std::string_view name_or_code) const {
    const auto found = names_.find(small(name_or_code));
    if (found == names_.end())
        return std::nullopt;
    return static_cast<State>(std::lower_bound(states_.begin(), states_.end(), found->second) -
                              states_.begin());
}

std::string ActorTable::of_cow(int number) const {
    const auto found = cow_.find(number);
    return found == cow_.end() ? "" : found->second;
}

std::string ActorTable::mandate(std::string_view igo) const {
    const auto found = igos_.find(small(igo));
    return found == igos_.end() ? "" : found->second;
}

ActorTable::Standing ActorTable::standing(const Standings& of, std::string_view name) {
    const std::string key = small(name);
    if (const auto found = of.exact.find(key); found != of.exact.end())
        return found->second;
    for (const auto& [pattern, value] : of.patterns)
        if (fits(pattern, key))
            return value;
    return Standing::unknown;
}

} // namespace demarche
