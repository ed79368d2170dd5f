#include "sim/io/prediction_reader.h"

#include <unordered_map>

#include "sim/io/event_values.h"
#include "sim/io/table_reader.h"

namespace demarche {
namespace {

constexpr double poisson_size = 1e7;

std::string key(std::string_view source, std::string_view target, std::string_view period) {
    std::string out(source);
    out.append("\t").append(target).append("\t").append(period);
    return out;
}

} // namespace

std::optional<Forecasts> read_predictions(const std::filesystem::path& file, const Sample& sample,
                                          const EventSeries& series, QuadClass of,
                                          Problems& problems) {
    enum { source, target, period, klass, mean, size };
    Problems found; // its own: what another class was refused for is refused again
    std::unordered_map<std::string, std::size_t> rows;
    for (std::size_t row = 0; row < sample.size(); ++row)
        rows.emplace(key(sample.actors[sample.source[row]], sample.actors[sample.target[row]],
                         iso(series.monday(static_cast<int>(sample.week[row])))),
                     row);
    Forecasts out{std::vector<double>(sample.size(), -1), std::vector<double>(sample.size())};
    read_table(file,
               {{{"source"}},
                {{"target"}},
                {{"period", "week"}},
                {{"class", "quad"}},
                {{"mean"}},
                {{"size"}}},
               found, [&](const TableLine& line) {
                   if (line[klass] != class_names[index(of)])
                       return;
                   const auto row = rows.find(key(line[source], line[target], line[period]));
                   if (row == rows.end())
                       return;
                   const auto m = number_of(line[mean]);
                   const auto s = line[size].empty() ? poisson_size : number_of(line[size]);
                   if (!m || !(*m >= 0 && *m < 1e9))
                       found.add({file.string(), line.line, line.cells[mean].column},
                                 "the mean must be a number from 0 to 1e9");
                   if (!s || !(*s > 0))
                       found.add({file.string(), line.line, line.cells[size].column},
                                 "the size must be a number above 0, or empty for Poisson");
                   if (m && s) {
                       out.mean[row->second] = *m;
                       out.size[row->second] = std::min(*s, poisson_size);
                   }
               });
    if (!found.empty()) {
        problems.add(found, [](const Place& place) { return place; });
        return std::nullopt;
    }
    std::size_t missing = 0;
    std::size_t first = 0;
    for (std::size_t row = sample.size(); row-- > 0;)
        if (out.mean[row] < 0) {
            ++missing;
            first = row;
        }
    if (missing > 0) {
        std::string what = std::to_string(missing);
        what.append(" of ").append(std::to_string(sample.size()));
        what.append(" cases of ")
            .append(class_names[index(of)])
            .append(" have no forecast, first ");
        what.append(sample.actors[sample.source[first]]).append(",");
        what.append(sample.actors[sample.target[first]]).append(",");
        what += iso(series.monday(static_cast<int>(sample.week[first])));
        problems.add({file.string()}, what);
        return std::nullopt;
    }
    return out;
}

} // namespace demarche
