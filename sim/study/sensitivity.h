#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "sim/study/design.h"
#include "sim/study/resampling.h"
#include "sim/study/statistics.h"

namespace demarche {

/// Elementary effects of one factor: changes of the outcome per unit of its coordinate.
struct MorrisEffect {
    Estimate mu;             ///< mean effect; near 0 also where effects of both signs cancel
    Estimate mu_star;        ///< mean absolute effect (Campolongo, Cariboni and Saltelli 2007)
    Estimate sigma;          ///< standard deviation: interactions or a bent response
    std::size_t effects = 0; ///< that could be computed
};
/// One per factor. `outcome` has one value per point of a `morris` design, in its order; an
/// effect with a NaN on either side is left out. The bootstrap draws trajectories; a single effect
/// has no interval.
std::vector<MorrisEffect> morris_effects(const DesignPlan& plan, std::span<const double> outcome,
                                         const Bootstrap& bootstrap = {});

/// Shares of the outcome's variance over the cube.
struct SobolIndices {
    double mean = 0, variance = 0; ///< of the outcome, over A and B
    std::vector<Estimate> first;   ///< by each factor alone (Saltelli et al. 2010)
    std::vector<Estimate> total;   ///< with all its interactions (Jansen 1999)
    /// By the interaction of two factors beyond their first orders (Saltelli 2002), in the order
    /// of `factor_pair`; empty without the points for it.
    std::vector<Estimate> second;
    std::size_t rows = 0; ///< of the base sample that were used
};
/// `outcome` has one value per point of a `saltelli` design, in its order; with the points for
/// second orders, A and B also play each other's part and both results are averaged. A row of the
/// base sample with a NaN is left out as a whole; where outcomes are missing for a reason (censored
/// times), indices describe only the rest: prefer an outcome that is defined everywhere.
/// Indices are NaN where the outcome does not vary. The bootstrap draws the independent sets
/// of the base sample (DesignPlan::sets); without scramble, rows, which gives intervals that are
/// too wide.
SobolIndices sobol_indices(const DesignPlan& plan, std::span<const double> outcome,
                           const Bootstrap& bootstrap = {});

/// Position of the pair i < j among all pairs of `factors`, row by row.
constexpr std::size_t factor_pair(std::size_t i, std::size_t j, std::size_t factors) {
    return i * factors - i * (i + 1) / 2 + (j - i - 1);
}

} // namespace demarche
