#include "sim/io/problems.h"

#include <algorithm>
#include <numeric>

namespace demarche {
namespace {

constexpr std::size_t few = 20;             // names a message lists
constexpr std::size_t most_problems = 1000; // kept
constexpr std::size_t longest_text = 600;   // bytes of a message
constexpr std::size_t longest_word = 160;

/// The text on one line without control characters, whatever the user's strings contain.
std::string plain(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < ' ' || c == 0x7F)
            text[i] = ' ';
        else if (c == 0xC2 && i + 1 < text.size() &&
                 static_cast<unsigned char>(text[i + 1]) < 0xA0) // U+0080 to U+009F
            text[i] = text[i + 1] = ' ';
    }
    return text;
}

/// Cuts the middle out of what stands from `begin` to `end`, leaving about `most` bytes.
void cut(std::string& text, std::size_t begin, std::size_t end, std::size_t most) {
    const auto within_character = [&](std::size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    };
    std::size_t from = begin + most / 2, to = end - most / 2;
    while (from > begin && within_character(from))
        --from;
    while (to < end && within_character(to))
        ++to;
    text.replace(from, to - from, "...");
}

/// A message that can be read: what is wrong comes first, what is allowed last.
std::string shortened(std::string text) {
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::size_t size = text.size();
        if (end - begin > longest_word)
            cut(text, begin, end, longest_word / 2);
        begin = end - (size - text.size()) + 1;
    }
    if (text.size() > longest_text)
        cut(text, 0, text.size(), longest_text);
    return text;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal
/// string alignment).
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before, above, row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before = std::move(above);
        above = std::move(row);
        row.assign(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] =
                std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

/// Whether a word of one name begins like a word of the other. Words stand between underscores.
bool share_a_beginning(std::string_view a, std::string_view b) {
    constexpr std::size_t enough = 4; // letters
    for (std::size_t i = 0; i + enough <= a.size(); ++i) {
        const std::string_view beginning = a.substr(i, enough);
        if ((i > 0 && a[i - 1] != '_') || beginning.find('_') != std::string_view::npos)
            continue;
        for (std::size_t j = 0; j + enough <= b.size(); ++j)
            if ((j == 0 || b[j - 1] == '_') && b.substr(j, enough) == beginning)
                return true;
    }
    return false;
}

/// Names that say something of the same kind, five at most.
std::vector<std::string> akin(std::string_view name, const std::vector<std::string>& known) {
    constexpr std::size_t most = 5;
    std::vector<std::string> found;
    for (const std::string& k : known)
        if (found.size() < most && share_a_beginning(name, k))
            found.push_back(k);
    return found;
}

} // namespace

void Problems::add(Place place, std::string what) {
    place.file = plain(std::move(place.file));
    if (place.file.starts_with("--set "))
        place.file = shortened(std::move(place.file));
    problems_.insert({std::move(place), shortened(plain(std::move(what)))});
    if (problems_.size() > most_problems) {
        problems_.erase(std::prev(problems_.end()));
        ++not_kept_;
    }
}

void Problems::add(const Problems& others, const std::function<Place(const Place&)>& place) {
    for (const Problem& problem : others.problems_)
        add(place(problem.place), problem.what);
    not_kept_ += others.not_kept_;
}

std::string Problems::text() const {
    std::string text;
    for (const auto& [place, what] : problems_) {
        text += place.file;
        if (place.line > 0)
            text.append(":")
                .append(std::to_string(place.line))
                .append(":")
                .append(std::to_string(place.column));
        text.append(": error: ").append(what).append("\n");
    }
    if (not_kept_ > 0)
        text += "and " + std::to_string(not_kept_) + " more problems\n";
    return text;
}

const std::string* nearest(std::string_view name, const std::vector<std::string>& known) {
    const std::string* found = nullptr;
    std::size_t least = std::min(name.size(), std::max<std::size_t>(1, name.size() / 3) + 1);
    for (const std::string& k : known) {
        // At least as many edits as the lengths differ by: a huge name is not compared.
        if (std::max(name.size(), k.size()) - std::min(name.size(), k.size()) >= least)
            continue;
        const std::size_t d = edits(name, k);
        if (d < least) {
            least = d;
            found = &k;
        }
    }
    return found;
}

std::string hint(std::string_view name, const std::vector<std::string>& known) {
    if (const std::string* const instead = nearest(name, known))
        return "; did you mean '" + *instead + "'?";
    if (known.size() > few) {
        const std::vector<std::string> some = akin(name, known);
        return some.empty() ? "" : "; similar: " + listing(some);
    }
    return known.empty() ? "" : "; allowed: " + listing(known);
}

std::string listing(const std::vector<std::string>& names, const std::string& last) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            text += i + 1 == names.size() ? " " + last + " " : ", ";
        text += "'" + names[i] + "'";
    }
    return text;
}

} // namespace demarche
