#include "sim/io/problems.h"

#include <algorithm>
#include <tuple>

namespace demarche {
namespace {

/// Levenshtein distance.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

void Problems::add(Place place, std::string what) {
    problems_.push_back({std::move(place), std::move(what)});
}

std::string Problems::text() const {
    std::vector<Problem> sorted = problems_;
    const auto key = [](const Problem& p) {
        return std::tie(p.place.file, p.place.line, p.place.column, p.what);
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
    std::vector<std::string> lines;
    for (const Problem& p : sorted) {
        std::string line = p.place.file;
        if (p.place.line > 0)
            line += ":" + std::to_string(p.place.line) + ":" + std::to_string(p.place.column);
        line += ": error: " + p.what + "\n";
        if (lines.empty() || lines.back() != line) lines.push_back(std::move(line));
    }
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
    const std::string* best = nullptr;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& k : known) {
        const std::size_t d = edits(name, k);
        if (d < least) {
            least = d;
            best = &k;
        }
    }
    return best == nullptr ? "" : "; did you mean '" + *best + "'?";
}

std::string listing(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += "'" + names[i] + "'";
    }
    return text;
}

} // namespace demarche
