#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace demarche {

/// A calendar day, counted from 1970-01-01 (proleptic Gregorian).
struct Day {
    int number = 0;
    friend auto operator<=>(const Day&, const Day&) = default;
};

/// The day, or nothing where the calendar has no such date (30 February).
std::optional<Day> make_day(int year, unsigned month, unsigned day);
/// "2024-08-15"
std::string iso(Day day);

} // namespace demarche
