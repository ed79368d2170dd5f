#pragma once
#include <array>
#include <map>
#include <vector>

#include "sim/study/events.h"

namespace demarche {

/// How the acts of one class that a pair had in a week were spread over its days: simulated weeks
/// borrow the spread of an observed week with as many acts, since acts come in bursts and weekends
/// are quiet.
class DayPatterns {
public:
    using Days = std::array<std::uint32_t, week_days>; ///< acts from Monday to Sunday

    /// Collects the weeks `first` to `last` of a series.
    void collect(const EventSeries& series, int first, int last);
    /// The days of `count` acts, chosen by u uniform in (0, 1).
    Days draw(QuadClass of, std::uint32_t count, double u) const;

private:
    std::array<std::map<std::uint32_t, std::vector<Days>>, class_count> observed_; ///< by count
};

} // namespace demarche
