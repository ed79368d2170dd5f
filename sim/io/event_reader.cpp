#include "sim/io/event_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_set>

#include "sim/io/event_values.h"
#include "sim/io/table_reader.h"

namespace demarche {
namespace {

/// "0311" as 31, "14" as 140: the first three digits.
std::optional<int> parse_cameo(std::string_view text) {
    const auto code = number_of(text.substr(0, 3));
    if (!code || text.size() < 2 || text.size() > 4 ||
        text.find_first_not_of("0123456789") != text.npos)
        return std::nullopt;
    return static_cast<int>(text.size() == 2 ? 10 * *code : *code);
}

/// What the user wrote, in quotes.
std::string quoted(std::string_view text) {
    std::string out("'");
    out.append(text).append("'");
    return out;
}

/// Names of actors in the order in which they come, to be sorted at the end.
class Names {
public:
    std::uint32_t number(std::string_view name) {
        const auto it = numbers_.find(name);
        if (it != numbers_.end())
            return it->second;
        const auto next = static_cast<std::uint32_t>(numbers_.size());
        numbers_.emplace(name, next);
        return next;
    }
    /// Sorted names; `rank` gets the place of each number among them.
    std::vector<std::string> sorted(std::vector<std::uint32_t>& rank) const {
        std::vector<std::string> names;
        rank.resize(numbers_.size());
        for (const auto& [name, number] : numbers_) {
            rank[number] = static_cast<std::uint32_t>(names.size());
            names.push_back(name);
        }
        return names;
    }

private:
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

} // namespace

std::optional<EventSeries> read_events(const std::filesystem::path& file, Problems& problems,
                                       std::vector<std::string>* notes) {
    enum { date, source, target, of, n, cameo, goldstein };
    const std::size_t before = problems.size();
    Names names;
    std::vector<DatedCount> events;
    std::optional<Day> last;
    std::unordered_set<std::uint64_t> lines_of_day; // their hashes
    std::size_t repeats = 0;
    unsigned first_repeat = 0;
    const auto read = [&](const TableLine& line) {
        const auto wrong = [&](std::size_t column, const std::string& what) {
            problems.add({file.string(), line.line, line.cells[column].column}, what);
        };
        const auto day = date_of(line[date]);
        if (!day)
            wrong(date, quoted(line[date]) + " is no date; dates are like 2018-01-31");
        else if (last && *day < *last)
            wrong(date,
                  "the date is before that of the line above; lines must be in order of date");
        if (day && day != last)
            lines_of_day.clear();
        if (day)
            last = day;
        if (!lines_of_day.insert(Identity().add(line.text).value()).second && repeats++ == 0)
            first_repeat = line.line;
        const auto known = class_names.begin() + class_count;
        const auto it = std::find(class_names.begin(), known, line[of]);
        if (it == known)
            wrong(of,
                  quoted(line[of]) + " is no class; allowed: 'vcoop', 'mcoop', 'vconf' or 'mconf'");
        const double count = number_of(line[n]).value_or(-1);
        const bool whole = count >= 0 && count <= 1e6 && count == std::floor(count);
        if (!whole)
            wrong(n, quoted(line[n]) + " is no count; allowed: whole numbers from 0 to 1000000");
        bool named = true;
        for (const std::size_t column : {std::size_t{source}, std::size_t{target}})
            if (line[column].empty()) {
                wrong(column, "the actor has no name");
                named = false;
            }
        const auto code = line[cameo].empty() ? std::optional(0) : parse_cameo(line[cameo]);
        if (!code)
            wrong(cameo, quoted(line[cameo]) + " is no CAMEO code; codes have two to four digits");
        const auto score =
            line[goldstein].empty() ? std::optional(0.0) : number_of(line[goldstein]);
        if (!score || std::abs(*score) > 10)
            wrong(goldstein, quoted(line[goldstein]) + " is no score; allowed: -10 to 10");
        if (!day || it == known || !whole || !named || !code || !score ||
            line[source] == line[target])
            return;
        events.push_back({*day, names.number(line[source]), names.number(line[target]),
                          static_cast<QuadClass>(it - class_names.begin()), count, *code, *score});
    };
    const bool complete = read_table(file,
                                     {{{"date"}},
                                      {{"source"}},
                                      {{"target"}},
                                      {{"class", "quad"}},
                                      {{"n"}},
                                      {{"cameo"}, false},
                                      {{"goldstein"}, false}},
                                     problems, read);
    if (complete && events.empty() && problems.size() == before)
        problems.add({file.string()}, "there is no event in the file");
    if (problems.size() != before)
        return std::nullopt;
    if (notes && repeats > 0)
        notes->push_back(file.string() + ": " + std::to_string(repeats) +
                         " lines repeat another of their day, the first in line " +
                         std::to_string(first_repeat) + "; their counts are added up");
    std::vector<std::uint32_t> rank;
    std::vector<std::string> actors = names.sorted(rank);
    for (DatedCount& e : events) {
        e.source = rank[e.source];
        e.target = rank[e.target];
    }
    return EventSeries(std::move(actors), std::move(events));
}

} // namespace demarche
