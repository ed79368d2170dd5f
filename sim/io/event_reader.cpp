#include "sim/io/event_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "sim/io/table_reader.h"

namespace demarche {
namespace {

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// What the user wrote, in quotes.
std::string quoted(std::string_view text) {
    std::string out("'");
    out.append(text).append("'");
    return out;
}

/// "2018-01-31"
std::optional<Day> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day)
        return std::nullopt;
    return make_day(static_cast<int>(*year), *month, *day);
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

std::optional<EventSeries> read_events(const std::filesystem::path& file, Problems& problems) {
    enum { date, source, target, of, n };
    const std::size_t before = problems.size();
    Names names;
    std::vector<DatedCount> events;
    std::optional<Day> last;
    const auto read = [&](const TableLine& line) {
        const auto wrong = [&](std::size_t column, const std::string& what) {
            problems.add({file.string(), line.line, line.cells[column].column}, what);
        };
        const auto day = parse_date(line[date]);
        if (!day)
            wrong(date, quoted(line[date]) + " is no date; dates are like 2018-01-31");
        else if (last && *day < *last)
            wrong(date,
                  "the date is before that of the line above; lines must be in order of date");
        if (day)
            last = day;
        const auto known = class_names.begin() + class_count;
        const auto it = std::find(class_names.begin(), known, line[of]);
        if (it == known)
            wrong(of,
                  quoted(line[of]) + " is no class; allowed: 'vcoop', 'mcoop', 'vconf' or 'mconf'");
        double count = 0;
        const std::string_view number = line[n];
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), count);
        const bool whole = error == std::errc() && end == number.data() + number.size() &&
                           count >= 0 && count <= 1e6 && count == std::floor(count);
        if (!whole)
            wrong(n, quoted(number) + " is no count; allowed: whole numbers from 0 to 1000000");
        bool named = true;
        for (const std::size_t column : {std::size_t{source}, std::size_t{target}})
            if (line[column].empty()) {
                wrong(column, "the actor has no name");
                named = false;
            }
        if (!day || it == known || !whole || !named || line[source] == line[target])
            return;
        events.push_back({*day, names.number(line[source]), names.number(line[target]),
                          static_cast<QuadClass>(it - class_names.begin()), count});
    };
    const bool complete =
        read_table(file, {{{"date"}}, {{"source"}}, {{"target"}}, {{"class", "quad"}}, {{"n"}}},
                   problems, read);
    if (complete && events.empty() && problems.size() == before)
        problems.add({file.string()}, "there is no event in the file");
    if (problems.size() != before)
        return std::nullopt;
    std::vector<std::uint32_t> rank;
    std::vector<std::string> actors = names.sorted(rank);
    for (DatedCount& e : events) {
        e.source = rank[e.source];
        e.target = rank[e.target];
    }
    return EventSeries(std::move(actors), std::move(events));
}

} // namespace demarche
