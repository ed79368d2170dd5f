#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/study/resampling.h"
#include "sim/study/statistics.h"

namespace demarche {

/// How often something happened at one value of an axis.
struct Level {
    double at = 0;
    std::uint64_t happened = 0, runs = 0;
};

/// Where the probability along an axis crosses a level: goes from below it to it or above, or back.
struct Tipping {
    /// Value of the axis; NaN when the probability stays on one side. An end of the interval is
    /// infinite where the axis does not reach far enough to tell.
    Estimate at;
    bool rising = true; ///< probability rises along the axis
    /// How often the shares as observed pass from one side to the other: above 1 the response is
    /// noisy near the level, or not monotone.
    std::size_t passages = 0;
};

/// What crossing is looked for.
struct TippingPlan {
    double probability = 0.5; ///< in (0, 1)
    bool log_axis = false;    ///< interpolate along the logarithm of the axis
    /// The runs at all levels share their random numbers, so their shares err together; false:
    /// they are independent.
    bool common_random_numbers = true;
    Bootstrap bootstrap = {};
};

/// The crossing along an axis with increasing, distinct values: a monotone response is fitted to
/// the shares (isotonic regression, in the direction that fits better) and interpolated linearly.
/// The interval is a parametric bootstrap: binomial counts with the shares observed, of one
/// quantile at all levels where random numbers are common (the worst case, so that the interval
/// is not too narrow). Levels without runs are left out.
Tipping tipping(std::span<const Level> levels, const TippingPlan& plan = {});

/// The same along the first axis for every value of the second, `levels` row by row: those of one
/// value of the second axis together.
std::vector<Tipping> tipping_line(std::span<const Level> levels, std::size_t first_axis_size,
                                  const TippingPlan& plan = {});

} // namespace demarche
