#pragma once
#include <array>
#include <cstddef>
#include <span>

#include "agents/knobs.h"
#include "sim/core/act.h"

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

/// What ties an actor to each other actor; one number per target in every span.
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

/// One actor's view of the world: its own row and public knowledge, nothing else. Every span has
/// `count` entries, one per actor; the entry at `self` is meaningless.
struct View {
    std::size_t self = 0;
    std::size_t count = 0;
    const Knobs* knobs = nullptr;
    std::array<std::span<const double>, column_count> memory;
    std::array<std::span<const double>, class_count>
        level; ///< what the pair does by itself, per day
    std::array<std::span<const double>, tie_column_count> tie;
    std::span<const double> rung; ///< where the pair stands on the ladder, 0..9
    /// Every actor's own mood: average acts per day it sent to and received from anybody.
    std::array<std::span<const double>, class_count> sent_mood;
    std::array<std::span<const double>, class_count> received_mood;

    std::span<const double> operator[](TieColumn c) const {
        return tie[static_cast<std::size_t>(c)];
    }
};

} // namespace demarche
