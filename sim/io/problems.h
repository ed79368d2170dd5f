#pragma once
#include <compare>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// Where in the user's input something stands; line 0 = the whole file.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;

    auto operator<=>(const Place&) const = default;
};

/// Everything that is wrong with the user's input, collected so that it can be shown at once. Of
/// more than 1000 problems the first are kept, and long messages lose their middle.
class Problems {
public:
    void add(Place place, std::string what);
    /// Adds what another collection holds, each at the place that `place` finds for it.
    void add(const Problems& others, const std::function<Place(const Place&)>& place);
    bool empty() const { return problems_.empty(); }
    std::size_t size() const { return problems_.size() + not_kept_; }
    /// "file:line:column: error: what", one a line, in order of place, no line twice; last how
    /// many are not shown.
    std::string text() const;

private:
    struct Problem {
        Place place;
        std::string what;

        auto operator<=>(const Problem&) const = default;
    };
    std::set<Problem> problems_;
    std::size_t not_kept_ = 0;
};

/// The known name that is nearest to `name` in spelling, or nullptr where none is near.
const std::string* nearest(std::string_view name, const std::vector<std::string>& known);

/// What to write instead of `name`: "; did you mean 'x'?" where one of the known names is near,
/// otherwise "; allowed: 'x', 'y' or 'z'" where they are few, "; similar: 'x' or 'y'" where some
/// share the beginning of a word with it, otherwise "".
std::string hint(std::string_view name, const std::vector<std::string>& known);

/// "'a', 'b' or 'c'"
std::string listing(const std::vector<std::string>& names, const std::string& last = "or");

} // namespace demarche
