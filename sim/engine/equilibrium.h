#pragma once
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace demarche {

/// The least rate of ordinary times, acts per day: keeps the slope of stimulus^rho bounded for the
/// tiniest pairs.
inline constexpr double least_ordinary_rate = 1e-6;

/// Ends the message where rates explode: there is no single number to blame.
inline constexpr std::string_view what_bounds_rates =
    "; what bounds them: less 'activity' or 'audience' or more 'pacifism' of states, lower levels "
    "([relation]), smaller coefficients of a policy";

/// A run that cannot go on because of its rates.
struct RatesExplode : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Scenario;
struct World;

/// A pair and what the draw of its effects does to its material conflict.
struct DrawnPair {
    std::size_t source, target; ///< rows, ascending where both directions are drawn (alike)
    double factor;              ///< of the rate in ordinary times; the mean over seeds is 1
};
/// The pairs without stated levels whose factor is at least this, the largest first.
std::vector<DrawnPair> drawn_above_mean(const Scenario& scenario, double factor);

/// Fills the levels. What a pair does in ordinary times (stated by the scenario, or the gravity
/// prior) includes echoes of its own acts; the level is what remains without them, so that a pair
/// of average doctrine without ties keeps its ordinary rate:
///     b = max(M / 20, M^(1/rho) - sum_c weight_c * m_c), with every memory at its ordinary rate M.
void set_levels(World& world);

/// Sets memories, grievances and moods to where the levels alone would keep them: the fixed point
/// of "memory = rate" with every message an average act. Without it the first weeks of every run
/// would be a warming-up. Throws RatesExplode where there is no fixed point (rates explode).
void start_at_equilibrium(World& world);

} // namespace demarche
