#include "sim/study/events.h"

#include <algorithm>
#include <tuple>

namespace demarche {
namespace {

/// Days since Monday: 1970-01-01 was a Thursday.
int weekday(Day day) {
    const int d = (day.number + 3) % week_days;
    return d < 0 ? d + week_days : d;
}

bool in_order(const DatedCount& a, const DatedCount& b) {
    return std::tuple(a.day, a.source, a.target, a.of) <
           std::tuple(b.day, b.source, b.target, b.of);
}

} // namespace

EventSeries::EventSeries(std::vector<std::string> actors, std::vector<DatedCount> events)
    : actors_(std::move(actors)), events_(std::move(events)) {
    std::stable_sort(events_.begin(), events_.end(), in_order);
    if (events_.empty())
        begin_.push_back(0);
    else
        number_weeks(events_.front().day, Day{events_.back().day.number + 1});
}

EventSeries::EventSeries(std::vector<std::string> actors, std::vector<DatedCount> events, Day first,
                         Day end)
    : actors_(std::move(actors)), events_(std::move(events)) {
    std::stable_sort(events_.begin(), events_.end(), in_order);
    number_weeks(first, end);
}

void EventSeries::number_weeks(Day first, Day end) {
    first_ = Day{first.number + (week_days - weekday(first)) % week_days};
    weeks_ = std::max(0, (end.number - first_.number) / week_days);
    auto at = events_.begin();
    for (int w = 0; w <= weeks_; ++w) {
        at = std::find_if(at, events_.end(),
                          [&](const DatedCount& e) { return e.day >= monday(w); });
        begin_.push_back(static_cast<std::size_t>(at - events_.begin()));
    }
}

int EventSeries::week(Day day) const {
    const int days = day.number - first_.number;
    return days >= 0 ? days / week_days : -((week_days - 1 - days) / week_days);
}

std::size_t EventSeries::row(std::string_view actor) const {
    const auto it = std::lower_bound(actors_.begin(), actors_.end(), actor);
    return it != actors_.end() && *it == actor ? static_cast<std::size_t>(it - actors_.begin())
                                               : actors_.size();
}

std::vector<std::pair<std::uint32_t, std::uint32_t>>
active_pairs(const EventSeries& series, int first, int last, double per_week) {
    const std::size_t n = series.actor_count();
    std::vector<double> total(n * n);
    for (std::size_t e = series.begin_of(first); e < series.end_of(last); ++e) {
        const DatedCount& event = series.events()[e];
        total[event.source * n + event.target] += event.count;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j && total[i * n + j] + total[j * n + i] >= per_week * (last - first + 1))
                pairs.emplace_back(i, j);
    return pairs;
}

} // namespace demarche
