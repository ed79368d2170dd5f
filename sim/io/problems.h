#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// Where in the user's input something stands; line 0 = the whole file.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};

/// Everything that is wrong with the user's input, collected so that it can be shown at once.
class Problems {
public:
    void add(Place place, std::string what);
    bool empty() const { return problems_.empty(); }
    std::size_t size() const { return problems_.size(); }
    /// "file:line:column: error: what", one a line, in order of place, no line twice.
    std::string text() const;

private:
    struct Problem {
        Place place;
        std::string what;
    };
    std::vector<Problem> problems_;
};

/// "; did you mean 'x'?" for the nearest of the known names, or "" where none is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

/// "'a', 'b' or 'c'"
std::string listing(const std::vector<std::string>& names);

} // namespace demarche
