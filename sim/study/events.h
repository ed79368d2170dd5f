#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/act.h"
#include "sim/core/date.h"

namespace demarche {

inline constexpr int week_days = 7;

/// Acts of one kind between two actors on one day, as coded from the news.
struct DatedCount {
    Day day;
    std::uint32_t source = 0; ///< row of EventSeries::actors
    std::uint32_t target = 0;
    QuadClass of = QuadClass::vcoop;
    double count = 0;
    int cameo = 0;        ///< first three digits of the CAMEO 1.1b3 code; 0 = not known
    double goldstein = 0; ///< of one such act; 0 where it is not known
};

/// Observed events in the order of time. Weeks run from Monday to Sunday and are counted from the
/// first Monday on or after the first event; days before it and after the last whole week are not
/// used.
class EventSeries {
public:
    /// Sorts the events and numbers the weeks. `actors` must be in ascending order.
    EventSeries(std::vector<std::string> actors, std::vector<DatedCount> events);
    /// The same for events observed from day `first` to the day before `end`, whether or not there
    /// is one on these days.
    EventSeries(std::vector<std::string> actors, std::vector<DatedCount> events, Day first,
                Day end);

    const std::vector<std::string>& actors() const { return actors_; }
    std::size_t actor_count() const { return actors_.size(); }
    const std::vector<DatedCount>& events() const { return events_; }
    int weeks() const { return weeks_; }
    Day monday(int week) const { return Day{first_.number + week_days * week}; }
    /// The week a day lies in: negative before the first Monday.
    int week(Day day) const;
    /// Events of one week, as a range of `events()`.
    std::size_t begin_of(int week) const { return begin_[static_cast<std::size_t>(week)]; }
    std::size_t end_of(int week) const { return begin_[static_cast<std::size_t>(week) + 1]; }
    /// Row of an actor, or actor_count().
    std::size_t row(std::string_view actor) const;

private:
    void number_weeks(Day first, Day end);

    std::vector<std::string> actors_;
    std::vector<DatedCount> events_;
    std::vector<std::size_t> begin_; ///< first event of each week, and one past the last
    Day first_;
    int weeks_ = 0;
};

/// All ordered pairs of distinct rows whose acts of any class, both directions together, number at
/// least `per_week` a week from week `first` to week `last`; in ascending order.
std::vector<std::pair<std::uint32_t, std::uint32_t>>
active_pairs(const EventSeries& series, int first, int last, double per_week);

} // namespace demarche
