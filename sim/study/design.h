#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/study/sobol_sequence.h"

namespace demarche {

/// How the points of an experiment are placed in the unit cube of its factors.
enum class DesignKind : std::uint8_t {
    grid,     ///< every combination of levels; the last factor varies fastest
    random,   ///< independent uniform points
    lhs,      ///< Latin hypercube: every factor has one point in each of `points` equal strata
    sobol,    ///< Sobol' sequence: fills the cube evenly; best with a power of two
    morris,   ///< trajectories that change one factor at a time (Morris 1991): screening
    saltelli, ///< blocks of points for Sobol' indices (Saltelli et al. 2010)
    oat       ///< one factor at a time from the base: blind to interactions
};
constexpr std::array<std::string_view, 7> design_names = {"grid",   "random",   "lhs", "sobol",
                                                          "morris", "saltelli", "oat"};

/// What a design is made of. The points are a function of these numbers alone.
struct DesignPlan {
    DesignKind kind = DesignKind::grid;
    std::size_t factors = 0;
    std::uint64_t seed = 1; ///< of everything random in it
    /// random, lhs, sobol: number of points. saltelli: rows of the base sample, each of
    /// factors + 2 points, or 2 * factors + 2 with `second_order`. morris: number of
    /// trajectories, each of factors + 1 points.
    std::size_t points = 0;
    /// grid, oat: how many levels each factor takes, evenly spaced from 0 to 1 (a single level
    /// stands at 1/2); one number per factor.
    std::vector<std::size_t> levels = {};
    std::size_t morris_levels = 4; ///< even
    bool second_order = false;     ///< saltelli: the points for interactions of two factors, too
    /// sobol, saltelli: random linear scramble and digital shift (Matousek 1998). Without it the
    /// points are the published ones and start with 0, 0, ...
    bool scramble = true;
    /// lhs: move the points apart (maximin; Morris and Mitchell 1995). Above `maximin_limit`
    /// points it is not tried.
    bool maximin = true;
    static constexpr std::size_t maximin_limit = 4096;

    /// saltelli: how many independent scrambles the base sample consists of, each of consecutive
    /// rows. Their differences are what intervals of the indices are made of: the rows of one
    /// sequence err together, in each other's favour, so that drawing single rows again would
    /// overstate the error many times over.
    static constexpr std::size_t most_sets = 16;
    std::size_t sets() const { return scramble ? std::min(points, most_sets) : 1; }

    /// Why no design can be made of these numbers; empty when one can.
    std::string_view problem() const;
    /// Number of points; of grids, no more than 2^64 - 1.
    std::size_t size() const;
};

/// The points, each computed when asked for; a Latin hypercube keeps 4 bytes per number.
/// Constant after construction, so threads may share one.
class Design {
public:
    /// Throws std::invalid_argument with `problem()`.
    explicit Design(DesignPlan plan);

    const DesignPlan& plan() const { return plan_; }
    std::size_t factors() const { return plan_.factors; }
    std::size_t size() const { return size_; }

    /// Coordinates of a point, in [0, 1]; `out` holds one per factor. In `oat` NaN means that the
    /// factor stays at the base; point 0 is the base itself.
    void point(std::size_t index, std::span<double> out) const;
    std::vector<double> point(std::size_t index) const;

    /// Whether coordinates are levels that include 0 and 1 (grid, morris, oat), not draws:
    /// see Quantity::from_level.
    bool at_levels() const;

private:
    void morris_point(std::size_t index, std::span<double> out) const;
    void saltelli_point(std::size_t index, std::span<double> out) const;

    DesignPlan plan_;
    std::size_t size_;
    SobolSequence sequence_;            ///< of sobol and saltelli
    std::vector<std::uint32_t> strata_; ///< of lhs: point by point
};

/// The points of one row of the base sample of a `saltelli` design stand together, in this order:
/// A, B, then A with factor i taken from B for every i, then (second order) B with factor i
/// taken from A for every i.
struct SaltelliRow {
    std::size_t factors = 0;
    bool second_order = false;
    std::size_t size() const { return (second_order ? 2 : 1) * factors + 2; }
    static constexpr std::size_t a = 0;
    static constexpr std::size_t b = 1;
    static std::size_t a_with_b(std::size_t factor) { return 2 + factor; }
    std::size_t b_with_a(std::size_t factor) const { return 2 + factors + factor; }
};

/// One step of a `morris` trajectory: between points `index` and `index + 1` of the design the
/// factor rises (or falls) by `step`, the same for all steps of a design.
struct MorrisStep {
    std::size_t factor = 0;
    bool rises = true;
};
/// The steps of a trajectory, as many as factors.
std::vector<MorrisStep> morris_steps(const DesignPlan& plan, std::size_t trajectory);
double morris_step_size(const DesignPlan& plan);

} // namespace demarche
