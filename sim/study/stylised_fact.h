#pragma once
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demarche {

/// Something known about how states deal with each other, and how near a model must come.
struct StylisedFact {
    std::string name; ///< of a statistic of facts.h
    std::string what;
    std::string source;
    std::vector<double> real; ///< by data set
    double low = 0, high = 0; ///< what passes
    bool whole_run = false;   ///< measured in a whole run rather than in windows
    std::string not_claimed;  ///< why; "" = it is claimed
};

enum class Verdict : unsigned char { pass, fail, not_claimed, not_measured };
inline constexpr std::array<std::string_view, 4> verdict_names{"pass", "fail", "not claimed",
                                                               "not measured"};

/// A claimed fact passes where the mean of what was measured lies in the allowed range.
Verdict verdict(const StylisedFact& fact, const std::vector<double>& measured);

/// The range of what was observed, widened to both sides by half its width, and at least by a tenth
/// of its distance from 0 or 1, whichever is nearer: what a statistic is without the effect.
std::pair<double, double> allowed_range(const std::vector<double>& real);

} // namespace demarche
