#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/study/sensitivity.h"
#include "sim/study/statistics.h"

namespace demarche {

/// How often something happened at one value of an axis.
struct Level {
    double at = 0;
    std::uint64_t happened = 0, runs = 0;
};

/// Where the probability along an axis crosses a level.
struct Tipping {
    /// Value of the axis; NaN when the probability stays on one side. An end of the interval is
    /// infinite where the axis does not reach far enough to tell.
    Estimate at;
    bool rising = true; ///< probability rises along the axis
    /// How often the shares as observed pass from one side to the other: above 1 the response is
    /// noisy near the level, or not monotone.
    std::size_t passages = 0;
};

/// The crossing of `probability` in (0, 1) along an axis with increasing, distinct values:
/// shares are smoothed to a monotone response (isotonic regression, in the direction that fits
/// better) and interpolated on the logit scale, along the axis or (`log_axis`) its logarithm. The
/// interval is a parametric bootstrap: binomial counts with the observed shares. Levels
/// without runs are left out.
Tipping tipping(std::span<const Level> levels, double probability, bool log_axis = false,
                const Bootstrap& bootstrap = {});

/// The same along the first axis for every value of the second, `levels` row by row: those of one
/// value of the second axis together.
std::vector<Tipping> tipping_line(std::span<const Level> levels, std::size_t first_axis_size,
                                  double probability, bool log_axis = false,
                                  const Bootstrap& bootstrap = {});

} // namespace demarche
