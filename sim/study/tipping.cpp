#include "sim/study/tipping.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/elementary.h"
#include "sim/core/random.h"

namespace demarche {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Least squares among sequences that never fall: pool adjacent violators (Ayer et al. 1955).
std::vector<double> isotonic(std::span<const double> share, std::span<const double> weight) {
    struct Pool {
        double mean, weight;
        std::size_t size;
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < share.size(); ++i) {
        pools.push_back({share[i], weight[i], 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
            const Pool last = pools.back();
            pools.pop_back();
            Pool& pool = pools.back();
            pool.mean =
                (pool.mean * pool.weight + last.mean * last.weight) / (pool.weight + last.weight);
            pool.weight += last.weight;
            pool.size += last.size;
        }
    }
    std::vector<double> out;
    for (const Pool& pool : pools)
        out.insert(out.end(), pool.size, pool.mean);
    return out;
}

/// Levels with runs; shares are turned upside down where the response falls, so that it rises.
struct ResponseCurve {
    std::vector<double> at; ///< or its logarithm
    std::vector<double> share;
    std::vector<double> runs;

    double misfit() const {
        const std::vector<double> fit = isotonic(share, runs);
        double sum = 0;
        for (std::size_t i = 0; i < fit.size(); ++i)
            sum += runs[i] * (share[i] - fit[i]) * (share[i] - fit[i]);
        return sum;
    }

    /// Where it goes from below the level to it or above, or from the level or below it to above.
    /// Infinite beyond the axis.
    double crossing(double level, bool to_above) const {
        const std::vector<double> fit = isotonic(share, runs);
        const auto reached = to_above ? std::upper_bound(fit.begin(), fit.end(), level)
                                      : std::lower_bound(fit.begin(), fit.end(), level);
        if (reached == fit.end())
            return infinity;
        if (reached == fit.begin())
            return -infinity;
        const auto i = static_cast<std::size_t>(reached - fit.begin());
        return at[i - 1] + (at[i] - at[i - 1]) * (level - fit[i - 1]) / (fit[i] - fit[i - 1]);
    }
};

/// Quantiles of a binomial count, looked up: only additions, products and quotients, so the same
/// bits everywhere.
class BinomialQuantiles {
public:
    BinomialQuantiles(double n, double p) {
        // Relative probabilities from the most likely count outwards, as far as they matter.
        constexpr double negligible = 1e-17;
        const double mode = std::floor((n + 1) * p);
        const double odds = p / (1 - p);
        std::vector<double> below;
        double weight = 1;
        for (double k = mode; k > 0 && weight > negligible; --k)
            below.push_back(weight *= k / ((n - k + 1) * odds));
        first_ = mode - static_cast<double>(below.size());
        cumulative_.assign(below.rbegin(), below.rend());
        weight = 1;
        for (double k = mode; k <= n && weight > negligible; ++k) {
            cumulative_.push_back(weight);
            weight *= (n - k) * odds / (k + 1);
        }
        std::partial_sum(cumulative_.begin(), cumulative_.end(), cumulative_.begin());
    }
    double operator()(double u) const {
        const auto found =
            std::lower_bound(cumulative_.begin(), cumulative_.end(), u * cumulative_.back());
        return first_ + static_cast<double>(found - cumulative_.begin());
    }

private:
    double first_;
    std::vector<double> cumulative_;
};

} // namespace

Tipping tipping(std::span<const Level> levels, const TippingPlan& plan) {
    const double probability = plan.probability;
    const Bootstrap& bootstrap = plan.bootstrap;
    ResponseCurve rising;
    for (const Level& level : levels)
        if (level.runs > 0) {
            rising.at.push_back(plan.log_axis ? log_bits(level.at) : level.at);
            rising.runs.push_back(static_cast<double>(level.runs));
            rising.share.push_back(static_cast<double>(level.happened) /
                                   static_cast<double>(level.runs));
        }
    Tipping out;
    for (std::size_t i = 1; i < rising.share.size(); ++i)
        if ((rising.share[i] >= probability) != (rising.share[i - 1] >= probability))
            ++out.passages;
    ResponseCurve falling = rising;
    for (double& share : falling.share)
        share = 1 - share;
    out.rising = rising.misfit() <= falling.misfit();
    const ResponseCurve& observed = out.rising ? rising : falling;
    const double level = out.rising ? probability : 1 - probability;
    const double found = observed.crossing(level, !out.rising);
    if (!std::isfinite(found))
        return out;
    std::vector<BinomialQuantiles> counts;
    for (std::size_t i = 0; i < observed.share.size(); ++i) {
        // Half a run either way (Jeffreys): shares 0 and 1 are not certain.
        const double n = observed.runs[i];
        counts.emplace_back(n, (observed.share[i] * n + 0.5) / (n + 1));
    }
    const Random random(bootstrap.seed, 0);
    std::vector<double> drawn;
    ResponseCurve again = observed;
    for (std::uint32_t sample = 0; sample < bootstrap.samples; ++sample) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const std::size_t chance = plan.common_random_numbers ? 0 : i;
            again.share[i] = counts[i](random.uniform({.purpose = Purpose::resample,
                                                       .tick = sample,
                                                       .source = static_cast<std::uint32_t>(chance),
                                                       .target = 1})) /
                             observed.runs[i];
        }
        drawn.push_back(again.crossing(level, !out.rising));
    }
    out.at = percentile_interval(found, drawn, (1 - bootstrap.confidence) / 2);
    if (plan.log_axis)
        for (double* end : {&out.at.value, &out.at.low, &out.at.high})
            if (std::isfinite(*end))
                *end = exp_bits(*end);
    if (plan.log_axis && out.at.low == -infinity)
        out.at.low = 0;
    return out;
}

std::vector<Tipping> tipping_line(std::span<const Level> levels, std::size_t first_axis_size,
                                  const TippingPlan& plan) {
    std::vector<Tipping> out;
    for (std::size_t i = 0; i + first_axis_size <= levels.size(); i += first_axis_size)
        out.push_back(tipping(levels.subspan(i, first_axis_size), plan));
    return out;
}

} // namespace demarche
