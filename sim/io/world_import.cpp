#include "sim/io/world_import.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "sim/engine/setting.h"
#include "sim/io/event_values.h"
#include "sim/io/section.h"
#include "sim/io/states.h"
#include "sim/io/table_reader.h"

namespace demarche {
namespace {

constexpr double near_km = 1500; ///< farther pairs without anything else keep the default distance
/// Most kilometres of water of each type of contiguity: land, then 12, 24, 150 and 400 miles.
constexpr std::array<double, 6> contiguity_km{0, 0, 19, 39, 241, 644};
constexpr int land = 1;

using Pair = std::pair<std::string, std::string>; ///< ids in ascending order

struct Pact {
    bool defence = false, neutrality = false, nonaggression = false, consultation = false;
    bool counts() const { return defence || neutrality || consultation; }
};

/// A whole number in a cell, also written as 2.0.
std::optional<int> whole(std::string_view text) {
    const auto value = number_of(text);
    if (!value || *value != std::floor(*value) || std::abs(*value) > 1e9)
        return std::nullopt;
    return static_cast<int>(*value);
}

class WorldReader {
public:
    WorldReader(const WorldSources& sources, Problems& problems)
        : sources_(sources), problems_(problems), actors_(sources.actors, problems) {}

    std::optional<ImportedWorld> read() {
        const std::size_t before = problems_.size();
        read_capabilities();
        if (!sources_.alliances.empty())
            read_alliances();
        if (!sources_.contiguity.empty())
            read_contiguity();
        if (!sources_.igo.empty())
            read_igo();
        if (problems_.size() != before || states_.size() < 2)
            return std::nullopt;
        world_.scenario = header() + states_text() + ties_text() + organisations_text();
        world_.states = states_.size();
        return std::move(world_);
    }

private:
    struct State {
        std::string name;
        double power = -1;
        int from = 0; ///< year of that power
    };

    void wrong(const std::filesystem::path& file, const TableLine& line, std::size_t column,
               const std::string& what) {
        problems_.add({file.string(), line.line, std::max(1U, line.cells[column].column)}, what);
    }
    std::string quoted(std::string_view text) const { return "'" + std::string(text) + "'"; }

    /// The id of a state given by its number, its abbreviation or its code.
    std::string id(std::string_view number, std::string_view letters) {
        const auto cow = whole(number);
        std::string known = cow ? actors_.of_cow(*cow) : "";
        if (!known.empty())
            return known;
        if (const auto named = cow ? abbreviations_.find(*cow) : abbreviations_.end();
            named != abbreviations_.end())
            return named->second;
        return is_state_id(letters) ? std::string(letters) : "";
    }
    bool is_in_world(const std::string& id) const { return states_.count(id) > 0; }
    /// Ids of a dyad, in order; nothing where one is no state of the year.
    std::optional<Pair> pair(const std::filesystem::path& file, const TableLine& line,
                             std::size_t first) {
        const std::string a = id(line[first], line[first + 1]);
        const std::string b = id(line[first + 2], line[first + 3]);
        if (a.empty() || b.empty()) {
            const std::size_t column = a.empty() ? first : first + 2;
            const std::string_view given = line[column].empty() ? line[column + 1] : line[column];
            if (!whole(given) && !is_state_id(given))
                wrong(file, line, column, quoted(given) + " is no state");
            return std::nullopt; // a state that this year's world has not
        }
        if (a == b || !is_in_world(a) || !is_in_world(b))
            return std::nullopt;
        return Pair{std::min(a, b), std::max(a, b)};
    }
    std::optional<int> year(const std::filesystem::path& file, const TableLine& line,
                            std::size_t column) {
        const auto value = whole(line[column]);
        if (!value || *value < 1000 || *value > 9999) {
            wrong(file, line, column, quoted(line[column]) + " is no year");
            return std::nullopt;
        }
        return value;
    }
    void each(const std::filesystem::path& file, const std::vector<TableForm>& forms,
              const std::function<void(const TableLine&)>& use,
              std::vector<std::string>* header = nullptr) {
        TextTable table(file, forms, problems_);
        if (table.good() && header)
            *header = table.header();
        TableLine line;
        while (table.good() && table.next(line))
            if (line.wrong.empty())
                use(line);
            else
                problems_.add({file.string(), line.line, 1}, line.wrong);
    }

    void read_capabilities();
    void read_alliances();
    void read_contiguity();
    void read_igo();
    /// The last year up to the one asked for, among those seen; a note where it is another.
    int used_year(const std::set<int>& years, const std::string& what,
                  const std::filesystem::path& file);

    std::string header() const;
    std::string states_text() const;
    std::string ties_text();
    std::string organisations_text();

    const WorldSources& sources_;
    Problems& problems_;
    ActorTable actors_;
    std::map<std::string, State> states_;
    std::map<int, std::string> abbreviations_; ///< of numbers that no table knows
    std::map<Pair, Pact> pacts_;
    std::map<Pair, int> contiguity_;
    std::map<Pair, double> distance_;
    std::map<std::string, std::set<std::string>> members_; ///< of organisations
    std::vector<std::string> files_;                       ///< lines of the header
    ImportedWorld world_;
};

TableColumn column(std::vector<std::string> names, bool required = true) {
    return {std::move(names), required};
}

std::string name_of(const std::filesystem::path& file) {
    return file.filename().string();
}

void WorldReader::read_capabilities() {
    enum { number, letters, when, cinc };
    const auto& file = sources_.capabilities;
    std::vector<TableColumn> columns{column({"ccode"}), column({"stateabb", "iso3"}),
                                     column({"year"}), column({"cinc"})};
    std::set<std::string> seen; // states of the year
    std::map<std::string, State> all;
    std::set<int> years;
    each(file, {{columns, ',', true, {}}}, [&](const TableLine& line) {
        const auto y = year(file, line, when);
        const auto power = number_of(line[cinc]);
        const std::string state = id(line[number], line[letters]);
        if (!line[cinc].empty() && (!power || *power > 1 || (*power < 0 && *power != -9)))
            wrong(file, line, cinc,
                  quoted(line[cinc]) + " is no share of the world's capabilities "
                                       "(0 to 1, or -9 where it is not known)");
        if (state.empty())
            wrong(file, line, number, quoted(line[number]) + " is no number of a state");
        if (!y || state.empty())
            return;
        if (const auto cow = whole(line[number]))
            abbreviations_.emplace(*cow, state);
        years.insert(*y);
        if (*y == sources_.year && !seen.insert(state).second)
            wrong(file, line, number,
                  "the state " + state + " stands twice in " + std::to_string(*y));
        State& s = all[state];
        const KnownState* const known = known_state(state);
        s.name = known ? known->name : state;
        const bool nearer = std::abs(*y - sources_.year) < std::abs(s.from - sources_.year);
        if (power && *power >= 0 && nearer) {
            s.power = *power;
            s.from = *y;
        }
    });
    if (!years.empty() && seen.empty())
        problems_.add({file.string()}, "has no state in " + std::to_string(sources_.year) +
                                           "; years: " + std::to_string(*years.begin()) + " to " +
                                           std::to_string(*years.rbegin()));
    for (const std::string& state : seen) {
        const State& s = all[state];
        if (s.power < 0) {
            world_.notes.push_back(state + " has no capabilities in any year and gets the least "
                                           "there is");
        } else if (s.from != sources_.year) {
            world_.notes.push_back(state + " has no capabilities in " +
                                   std::to_string(sources_.year) + " and gets those of " +
                                   std::to_string(s.from));
        }
        states_[state] = s;
    }
    double least = 1;
    for (const auto& [state, s] : states_)
        if (s.power > 0)
            least = std::min(least, s.power);
    for (auto& [state, s] : states_)
        s.power = std::max(s.power, least); // no state is without any
    files_.push_back("power: share of world capabilities (CINC), Correlates of War, National "
                     "Material Capabilities (" +
                     name_of(file) + ")");
}

int WorldReader::used_year(const std::set<int>& years, const std::string& what,
                           const std::filesystem::path& file) {
    const auto after = years.upper_bound(sources_.year);
    if (after == years.begin()) {
        if (!years.empty())
            problems_.add({file.string()}, "begins in " + std::to_string(*years.begin()) +
                                               ", after " + std::to_string(sources_.year));
        return 0;
    }
    const int used = *std::prev(after);
    if (used != sources_.year)
        world_.notes.push_back(what + " are those of " + std::to_string(used) +
                               ", the last before " + std::to_string(sources_.year) + " in " +
                               name_of(file));
    return used;
}

void WorldReader::read_alliances() {
    enum { a, a_letters, b, b_letters, when, defence, neutrality, nonaggression, consultation };
    const auto& file = sources_.alliances;
    const std::vector<TableColumn> columns{column({"mem1", "stateA", "ccode1"}),
                                           column({"iso_a"}, false),
                                           column({"mem2", "stateB", "ccode2"}),
                                           column({"iso_b"}, false),
                                           column({"year"}),
                                           column({"defense", "atop_defense"}),
                                           column({"neutral", "atop_neutral"}),
                                           column({"nonagg", "atop_nonagg"}),
                                           column({"consul", "atop_consul"})};
    std::map<int, std::map<Pair, Pact>> by_year;
    std::set<int> years;
    each(file, {{columns, ',', true, {}}}, [&](const TableLine& line) {
        const auto y = year(file, line, when);
        if (!y)
            return;
        const bool better = years.empty() || *y > *years.rbegin();
        years.insert(*y);
        if (*y > sources_.year)
            return;
        if (better)
            by_year.erase(by_year.begin(), by_year.lower_bound(*y)); // only the last is used
        for (const std::size_t c : {defence, neutrality, nonaggression, consultation})
            if (line[c] != "0" && line[c] != "1" && whole(line[c]).value_or(-1) != 0 &&
                whole(line[c]).value_or(-1) != 1)
                wrong(file, line, c, quoted(line[c]) + " must be 0 or 1");
        const auto dyad = pair(file, line, a);
        if (!dyad)
            return;
        Pact& pact = by_year[*y][*dyad];
        const auto has = [&](std::size_t c) { return whole(line[c]).value_or(0) == 1; };
        pact.defence = pact.defence || has(defence);
        pact.neutrality = pact.neutrality || has(neutrality);
        pact.nonaggression = pact.nonaggression || has(nonaggression);
        pact.consultation = pact.consultation || has(consultation);
    });
    const int used = used_year(years, "alliances", file);
    pacts_ = std::move(by_year[used]);
    files_.push_back("pacts in force in " + std::to_string(used) +
                     ", full strength: Alliance Treaty Obligations and Provisions (" +
                     name_of(file) + ")");
}

void WorldReader::read_contiguity() {
    enum { a, a_letters, b, b_letters, type, when, begin, end, kilometres };
    const auto& file = sources_.contiguity;
    const std::vector<std::string> first{"state1no", "statelno", "ccode1"};
    const std::vector<std::string> second{"state2no", "statehno", "ccode2"};
    const auto form = [&](bool by_year, bool by_span, bool by_letters) {
        return TableForm{{column(first, !by_letters), column({"iso_a"}, by_letters),
                          column(second, !by_letters), column({"iso_b"}, by_letters),
                          column({"conttype"}), column({"year"}, by_year),
                          column({"begin"}, by_span), column({"end"}, by_span),
                          column({"mindist_km", "mindist"}, false)},
                         ',',
                         true,
                         {}};
    };
    std::map<int, std::map<Pair, int>> by_year;
    std::set<int> years;
    struct Span {
        Pair dyad;
        int type, last; ///< year
    };
    std::vector<Span> spans; // that have begun
    int last_end = 0;
    each(file, {form(true, false, false), form(false, true, false), form(false, false, true)},
         [&](const TableLine& line) {
             const auto t = whole(line[type]);
             if (!t || *t < 0 || *t > 6) {
                 wrong(file, line, type, quoted(line[type]) + " is no type of contiguity (1 to 5)");
                 return;
             }
             int y = sources_.year;
             if (!line[when].empty()) {
                 const auto given = year(file, line, when);
                 if (!given)
                     return;
                 y = *given;
                 years.insert(y);
                 if (y > sources_.year)
                     return;
             } else if (!line[begin].empty() || !line[end].empty()) {
                 const auto from = whole(line[begin]);
                 const auto to = whole(line[end]);
                 if (!from || !to || *from < 100000 || *to < *from) {
                     wrong(file, line, begin,
                           "a span of months such as 199101 to 201612 is needed");
                     return;
                 }
                 last_end = std::max(last_end, *to / 100);
                 const auto dyad = pair(file, line, a);
                 if (dyad && *t >= 1 && *t <= 5 && *from / 100 <= sources_.year)
                     spans.push_back({*dyad, *t, *to / 100});
                 return;
             } else
                 years.insert(y);
             const auto dyad = pair(file, line, a);
             if (!dyad)
                 return;
             if (*t >= 1 && *t <= 5) {
                 int& best = by_year[y][*dyad];
                 best = best == 0 ? *t : std::min(best, *t);
             }
             if (const auto km = number_of(line[kilometres]); km && *km >= 0)
                 distance_[*dyad] = *km;
         });
    int used = sources_.year;
    if (last_end > 0) {
        used = std::min(last_end, sources_.year); // what lasts to the end of the data lasts on
        for (const Span& span : spans)
            if (span.last >= used) {
                int& best = contiguity_[span.dyad];
                best = best == 0 ? span.type : std::min(best, span.type);
            }
        if (used != sources_.year)
            world_.notes.push_back("borders are those of " + std::to_string(used) +
                                   ", the end of " + name_of(file));
    } else {
        used = used_year(years, "borders", file);
        contiguity_ = by_year[used];
    }
    files_.push_back(
        "border, and the most that lies between (19, 39, 241 or 644 km of water) where "
        "distances are not given: Correlates of War, Direct Contiguity, " +
        std::to_string(used) + " (" + name_of(file) + ")");
}

void WorldReader::read_igo() {
    enum { a, a_letters, b, b_letters, when };
    const auto& file = sources_.igo;
    // The columns of organisations are known only from the header: read it first.
    std::vector<std::string> header;
    std::vector<TableColumn> columns{column({"ccode1"}, false), column({"iso_a"}, false),
                                     column({"ccode2"}, false), column({"iso_b"}, false),
                                     column({"year"})};
    each(file, {{columns, ',', true, {}}}, [](const TableLine&) {}, &header);
    std::vector<std::string> organisations;
    for (const std::string& name : header)
        if (!actors_.mandate(name).empty()) {
            organisations.push_back(name);
            columns.push_back(column({name}));
        }
    if (organisations.empty() && !header.empty())
        world_.notes.push_back(name_of(file) +
                               " names no organisation whose mandate is known; `igo` lines of "
                               "--actors add some");
    std::map<int, std::map<std::string, std::set<std::string>>> by_year;
    std::set<int> years;
    each(file, {{columns, ',', true, {}}}, [&](const TableLine& line) {
        const auto y = year(file, line, when);
        if (!y)
            return;
        years.insert(*y);
        const auto dyad = *y <= sources_.year ? pair(file, line, a) : std::nullopt;
        if (!dyad)
            return;
        for (std::size_t k = 0; k < organisations.size(); ++k)
            if (whole(line[when + 1 + k]).value_or(0) == 1)
                by_year[*y][organisations[k]].insert({dyad->first, dyad->second});
    });
    if (organisations.empty())
        return;
    const int used = used_year(years, "organisations", file);
    members_ = by_year[used];
    files_.push_back("members of organisations in " + std::to_string(used) +
                     ": Correlates of War, Intergovernmental Organizations (" + name_of(file) +
                     "); mandates by configs/actors.csv");
}

std::string WorldReader::header() const {
    const std::string y = std::to_string(sources_.year);
    std::string text = "# The states of " + y + ", written by `demarche import world` from:\n#\n";
    for (const std::string& file : files_)
        text += "#   " + file + "\n";
    text += "#   nuclear: configs/states.csv\n#\n"
            "# Not in these files, so not here: rivalries, rungs and relations at the start, "
            "distances over water beyond\n# 644 km. Every state has the average doctrine, and "
            "rates come from the prior. Change what you know better.\n";
    for (const std::string& note : world_.notes)
        text += "# - " + note + "\n";
    text += "\nname = \"" + sources_.name + "\"\ntitle = \"The states of " + y +
            "\"\n\n[run]\nstart = " + y + "-01-01\ndays = 364\ntick_days = 7\n\n[state]\n";
    return text;
}

std::string WorldReader::states_text() const {
    std::string text;
    for (const auto& [state, s] : states_) {
        const KnownState* const known = known_state(state);
        const bool nuclear = known && known->nuclear() && known->nuclear_since <= sources_.year;
        text += state + " = { name = \"" + s.name + "\", power = " + number_text(s.power) +
                (nuclear ? ", nuclear = true }\n" : " }\n");
    }
    return text;
}

std::string WorldReader::ties_text() {
    std::set<Pair> pairs;
    for (const auto& [dyad, pact] : pacts_)
        if (pact.counts()) // non-aggression alone binds nearly everyone
            pairs.insert(dyad);
    for (const auto& [dyad, type] : contiguity_)
        pairs.insert(dyad);
    for (const auto& [dyad, km] : distance_)
        if (km < near_km)
            pairs.insert(dyad);
    world_.ties = pairs.size();
    std::string text = pairs.empty() ? "" : "\n[tie]\n";
    for (const Pair& dyad : pairs) {
        const auto type = contiguity_.find(dyad);
        const auto km = distance_.find(dyad);
        const auto pact = pacts_.find(dyad);
        std::vector<std::string> parts;
        if (km != distance_.end())
            parts.push_back("distance_km = " + number_text(km->second));
        else if (type != contiguity_.end())
            parts.push_back("distance_km = " +
                            number_text(contiguity_km[static_cast<std::size_t>(type->second)]));
        if (type != contiguity_.end() && type->second == land)
            parts.emplace_back("border = true");
        if (pact != pacts_.end()) {
            const Pact& p = pact->second;
            for (const auto& [has, name] :
                 {std::pair{p.defence, "defence"}, std::pair{p.neutrality, "neutrality"},
                  std::pair{p.nonaggression && p.counts(), "nonaggression"},
                  std::pair{p.consultation, "consultation"}})
                if (has)
                    parts.push_back(std::string(name) + " = 1");
        }
        text += dyad.first + "-" + dyad.second + " = { ";
        for (std::size_t k = 0; k < parts.size(); ++k)
            text += (k > 0 ? ", " : "") + parts[k];
        text += " }\n";
    }
    return text;
}

std::string WorldReader::organisations_text() {
    std::string text;
    for (const auto& [name, members] : members_) {
        std::string igo = name;
        for (char& c : igo)
            if (c >= 'a' && c <= 'z')
                c = static_cast<char>(c - 'a' + 'A');
        text += "\n[organisation." + igo + "]\nmandate = \"" + actors_.mandate(name) +
                "\"\nmembers = " + list_text({members.begin(), members.end()}) + "\n";
        ++world_.organisations;
    }
    return text;
}

} // namespace

std::optional<ImportedWorld> import_world(const WorldSources& sources, Problems& problems) {
    WorldReader reader(sources, problems);
    return reader.read();
}

} // namespace demarche
