#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "agents/knobs.h"
#include "sim/core/act.h"
#include "sim/core/prefetch.h"

namespace demarche {

/// Memories fade over four horizons at once; a scenario sets their half-lives in days.
inline constexpr std::size_t horizon_count = 4;
inline constexpr std::array<std::string_view, horizon_count> horizon_names{"short", "medium",
                                                                           "long", "slow"};

/// Third-party reasons for hostility, each a memory of its own.
enum class Grievance : unsigned char { solidarity, alignment, manoeuvre, armed_group, site };
inline constexpr std::size_t grievance_count = 5;
inline constexpr std::array<std::string_view, grievance_count> grievance_names{
    "solidarity", "alignment", "manoeuvre", "armed_group", "site"};

/// Columns of an actor's memory row, each with one number per other actor:
/// what I did (own), what I perceived being done to me (received), both by class and horizon,
/// then my grievances by source. Unit: average acts per day.
enum class Stream : unsigned char { own, received };
inline constexpr std::array<std::string_view, 2> stream_names{"own", "received"};
inline constexpr std::size_t column_count = 2 * class_count * horizon_count + grievance_count;
constexpr std::size_t column(Stream s, QuadClass q, std::size_t horizon = 0) {
    return (static_cast<std::size_t>(s) * class_count + index(q)) * horizon_count + horizon;
}
constexpr std::size_t column(Grievance g) {
    return 2 * class_count * horizon_count + static_cast<std::size_t>(g);
}

/// What ties an actor to each other actor; one number per target.
enum class TieColumn : unsigned char {
    defence,         ///< strength of a defence pact, 0..1
    nonaggression,   ///< strength of a non-aggression or neutrality pact, 0..1
    security,        ///< 1 when both are in one security organisation
    economic,        ///< 1 when both are in one economic organisation
    border,          ///< 1 when neighbours
    log_distance,    ///< ln(1 + distance / 1000 km)
    log_power_ratio, ///< ln(own power / (target's power + its defence partners'))
    rivalry,         ///< strategic rivalry, 0..1
    mediation        ///< mediation under way between the two, 0..1
};
inline constexpr std::size_t tie_column_count = 9;

/// Everything an actor holds about one other actor stands side by side in one record of six lines
/// of cache: memories, then ties.
inline constexpr std::size_t tie_column = column_count;
inline constexpr std::size_t record_width = 48;
static_assert(tie_column + tie_column_count <= record_width);
/// Processors treat numbers by fours: sums over memories go on to the next multiple, with weights
/// of 0.
inline constexpr std::size_t memory_width = 40;
static_assert(column_count <= memory_width && memory_width <= record_width);

/// A set of columns of a record, a bit each.
using RecordColumns = std::uint64_t;
inline constexpr RecordColumns all_columns = (RecordColumns{1} << record_width) - 1;
static_assert(record_width < 64);
constexpr RecordColumns columns(std::size_t first, std::size_t count) {
    return ((RecordColumns{1} << count) - 1) << first;
}

/// One actor's view of some others: its own row and public knowledge, nothing else. Numbers are
/// asked for by position k in `targets`. The entries about oneself are meaningless.
struct View {
    std::size_t self = 0;
    std::span<const std::uint32_t> targets; ///< rows of the actors this view is about
    const Knobs* knobs = nullptr;
    /// [k] own record of a target, record_width numbers; then those that will be asked about next.
    std::span<const double* const> records;
    const std::int8_t* rungs = nullptr; ///< own row, by actor
    std::size_t rung_stride = 1;        ///< bytes from one to the next
    /// What a number in a memory column counts now, by column: columns keep what was put in, and
    /// all of a column fades at once. `memory_width` numbers, 1 after those of memories.
    const double* fade = nullptr;
    const std::array<double, class_count>* levels = nullptr; ///< own row, by actor
    std::array<const double*, class_count> sent{};           ///< moods, by actor
    std::array<const double*, class_count> received{};       ///< moods, by actor

    /// How many records early they are asked for: so few that the nearest cache holds them.
    static constexpr std::size_t records_ahead = 12;

    std::size_t count() const { return targets.size(); }
    const double* record(std::size_t k) const { return records[k]; }
    /// Asks the processor for some columns of the record a few targets after k. Records are far
    /// apart: who goes through those of all targets need not wait for them.
    void fetch_ahead(std::size_t k, std::size_t first_column, std::size_t width) const {
        constexpr std::size_t line = 64 / sizeof(double); // of cache, numbers
        if (k + records_ahead >= records.size())
            return;
        const double* const later = record(k + records_ahead);
        for (std::size_t c = first_column / line * line; c < first_column + width; c += line)
            prefetch(later + c);
    }
    /// Average acts per day remembered in a column.
    double memory(std::size_t k, std::size_t column) const {
        return record(k)[column] * fade[column];
    }
    /// What the pair does by itself, acts per day.
    double level(std::size_t k, QuadClass q) const { return levels[targets[k]][index(q)]; }
    double tie(std::size_t k, TieColumn c) const {
        return record(k)[tie_column + static_cast<std::size_t>(c)];
    }
    /// Where the pair stands on the ladder, 0..9.
    double rung(std::size_t k) const { return rungs[targets[k] * rung_stride]; }
    /// Average acts of a class per day that one sends to anybody.
    double own_mood(QuadClass q) const { return sent[index(q)][self]; }
    /// Average acts of a class per day that a target receives from anybody.
    double mood_of(std::size_t k, QuadClass q) const { return received[index(q)][targets[k]]; }
};

} // namespace demarche
