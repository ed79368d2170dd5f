#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "sim/io/section.h"
#include "sim/io/sweep_reading.h"

namespace demarche {
namespace {

struct Field {
    std::string text;
    unsigned column = 1;
};

/// The fields of a line without quotes, spaces around them removed.
std::vector<Field> fields_of(const std::string& line) {
    std::vector<Field> fields;
    std::size_t at = 0;
    for (;;) {
        const std::size_t comma = std::min(line.find(',', at), line.size());
        const std::size_t begin = std::min(line.find_first_not_of(" \t", at), comma);
        const std::size_t end = line.find_last_not_of(" \t\r", comma - (comma > 0 ? 1 : 0));
        const bool empty = begin == comma || end == std::string::npos || end < begin;
        fields.push_back({empty ? "" : line.substr(begin, std::min(end + 1, comma) - begin),
                          static_cast<unsigned>(begin + 1)});
        if (comma == line.size())
            return fields;
        at = comma + 1;
    }
}

std::optional<double> as_number(const std::string& text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || rest != end || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// Reads one field as a value of an axis; NaN, and a problem, where it is none.
double read_value(SweepReading& r, Axis& axis, const std::string& text, const Place& place) {
    const std::size_t before = r.problems.size();
    const auto number = as_number(text);
    const bool all_known = !is_overridden(r, axis);
    if (axis.is_choice() || (!number && !all_known)) {
        auto at = std::find(axis.texts.begin(), axis.texts.end(), text);
        if (at == axis.texts.end() && all_known)
            r.problems.add(place, "'" + text + "' is no value of axis '" + axis.name + "'" +
                                      hint(text, axis.texts));
        else if (at == axis.texts.end()) {
            std::vector<std::string> overrides;
            for (const std::string& path : axis.paths)
                overrides.push_back(path + "=" + text);
            if (r.try_overrides(overrides, place))
                at = axis.texts.insert(axis.texts.end(), text);
        }
        return r.problems.size() != before ? std::nan("")
                                           : static_cast<double>(at - axis.texts.begin());
    }
    if (!number) {
        r.problems.add(place, "'" + text + "' is no number");
        return std::nan("");
    }
    for (const std::string& path : axis.paths) {
        const auto known = r.numbers.find(path);
        if (known == r.numbers.end())
            continue;
        const Parameter& p = known->second.first;
        if (!(*number >= p.low && *number <= p.high))
            r.problems.add(place, "'" + path + "' is " + number_text(*number) + "; allowed: " +
                                      range_text(p) + (p.unit.empty() ? "" : " " + p.unit));
    }
    return *number;
}

} // namespace

void read_points(SweepReading& r, const std::string& csv, const std::string& name) {
    Sweep& sweep = r.loaded.sweep;
    std::istringstream lines(csv);
    std::string line;
    std::vector<std::size_t> axis_of;
    std::vector<std::string> axes = r.axis_names();
    for (unsigned number = 1; std::getline(lines, line); ++number) {
        if (number == 1 && line.starts_with("\xef\xbb\xbf"))
            line.erase(0, 3);
        const std::vector<Field> fields = fields_of(line);
        if (fields.size() == 1 && fields[0].text.empty())
            continue;
        if (axis_of.empty()) {
            for (const Field& field : fields) {
                const auto at = std::find(axes.begin(), axes.end(), field.text);
                if (at == axes.end())
                    r.problems.add({name, number, field.column}, "no axis is called '" +
                                                                     field.text + "'" +
                                                                     hint(field.text, axes));
                axis_of.push_back(static_cast<std::size_t>(at - axes.begin()));
            }
            for (std::size_t x = 0; x < axes.size(); ++x)
                if (std::count(axis_of.begin(), axis_of.end(), x) != 1)
                    r.problems.add({name, number, 1},
                                   "the header must name axis '" + axes[x] + "' once");
            if (!r.problems.empty())
                return;
            continue;
        }
        if (fields.size() != axis_of.size()) {
            r.problems.add({name, number, 1}, std::to_string(fields.size()) +
                                                  " fields where the header has " +
                                                  std::to_string(axis_of.size()));
            continue;
        }
        std::vector<double> point(axes.size());
        for (std::size_t f = 0; f < fields.size(); ++f)
            point[axis_of[f]] = read_value(r, sweep.axes[axis_of[f]], fields[f].text,
                                           {name, number, fields[f].column});
        sweep.list.push_back(std::move(point));
    }
    if (sweep.list.empty() && r.problems.empty())
        r.problems.add({name}, "no points: a header and a line for each");
}

} // namespace demarche
