#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/study/day_patterns.h"
#include "sim/study/fit.h"

namespace demarche {

inline constexpr double certain = 1e6; ///< a shape as good as infinite

/// How certain levels are that the coming weeks are not observed to correct. Each replication
/// multiplies the rates of a class by one gamma number for the whole world, and those of a pair by
/// another, both with mean 1 and these shapes.
struct LevelCertainty {
    double world = certain;
    std::array<double, class_count> pair{certain, certain, certain, certain};

    /// Variance of the product.
    double variance(std::size_t of) const { return (1 + 1 / pair[of]) * (1 + 1 / world) - 1; }
};

/// What a simulation of the coming weeks starts from.
struct FreeRun {
    const EventSeries* series = nullptr;
    int origin = 1;            ///< the first week that is not known
    std::vector<int> horizons; ///< in weeks, ascending
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>* pairs = nullptr; ///< that are kept
    std::array<const ClassFit*, class_count> fits{};
    /// Only what is counted is multiplied: memories take in what the same draws say of the usual
    /// level, since a pair that is busier than known is used to it and does not get explosive.
    LevelCertainty levels;
    std::array<double, class_count> most{}; ///< acts of a pair in a week; larger means are cut off
    const DayPatterns* days = nullptr;
    std::uint32_t replications = 200;
    std::uint64_t seed = 1;
    bool parameter_uncertainty = false; ///< each replication draws its coefficients
    /// Called between replications, from the thread that simulates, with how many are done.
    std::function<void(std::uint32_t)> progress;
};

/// Totals of pairs from the origin to a horizon, of one class.
struct SimulatedTotals {
    std::uint32_t replications = 0;
    std::vector<std::uint32_t> counts; ///< [pair * replications + replication]
    std::vector<double> mean;          ///< of a pair's count: that of the sum of its rates
    std::vector<double> variance;      ///< of a pair's count: at its usual level, and of levels

    /// The negative binomials with these means and variances.
    Forecasts forecasts() const;
};

/// By class and horizon.
using FreeRunTotals = std::array<std::vector<SimulatedTotals>, class_count>;

/// Simulates all pairs of the series forward, week by week, each week from the memories of the
/// simulated ones before. The rates of a class are multiplied by what lets the world stand still
/// where all pairs go on at their slow rates: weeks of growth would otherwise teach the model to
/// grow for ever. The result does not depend on the number of threads.
FreeRunTotals simulate(const FreeRun& run, unsigned threads);

/// Acts of the pairs in some weeks: [class][pair].
std::array<std::vector<std::uint32_t>, class_count>
observed_totals(const EventSeries& series,
                const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs, int first,
                int last);

/// The shapes under which what happened from the origin to the last horizon, which must be known,
/// is likeliest, where an uncertain level adds mean^2 / shape to the variance of a total. Those of
/// pairs are estimated around what the world did, that of the world from its four totals.
LevelCertainty estimate_levels(FreeRun run, unsigned threads);

} // namespace demarche
