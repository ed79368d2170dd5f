#include "sim/study/day_patterns.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace demarche {

void DayPatterns::collect(const EventSeries& series, int first, int last) {
    for (int week = first; week <= last; ++week) {
        std::map<std::tuple<QuadClass, std::uint32_t, std::uint32_t>, Days> of_week;
        for (std::size_t e = series.begin_of(week); e < series.end_of(week); ++e) {
            const DatedCount& event = series.events()[e];
            of_week[{event.of, event.source, event.target}]
                   [static_cast<std::size_t>(event.day.number - series.monday(week).number)] +=
                static_cast<std::uint32_t>(event.count);
        }
        for (const auto& [key, days] : of_week)
            observed_[index(std::get<0>(key))][std::accumulate(days.begin(), days.end(), 0U)]
                .push_back(days);
    }
}

DayPatterns::Days DayPatterns::draw(QuadClass of, std::uint32_t count, double u) const {
    const auto& known = observed_[index(of)];
    Days out{};
    if (known.empty()) {
        out[static_cast<std::size_t>(u * week_days)] = count;
        return out;
    }
    // Where no week had as many acts, one with fewer (or the fewest) is stretched.
    auto like = known.upper_bound(count);
    if (like != known.begin())
        --like;
    const auto& weeks = like->second;
    const Days& days = weeks[static_cast<std::size_t>(u * static_cast<double>(weeks.size()))];
    std::uint32_t placed = 0;
    for (std::size_t d = 0; d < days.size(); ++d) {
        out[d] = days[d] * count / std::max(1U, like->first);
        placed += out[d];
    }
    out[static_cast<std::size_t>(std::max_element(days.begin(), days.end()) - days.begin())] +=
        count - placed;
    return out;
}

} // namespace demarche
