#include "sim/study/tipping.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>

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
        while (pools.size() > 1 && pools[pools.size() - 2].mean >= pools.back().mean) {
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
struct Response {
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

    /// Infinite beyond the axis.
    double crossing(double level) const {
        const std::vector<double> fit = isotonic(share, runs);
        const auto reached = std::lower_bound(fit.begin(), fit.end(), level);
        const auto passed = std::upper_bound(fit.begin(), fit.end(), level);
        if (reached == fit.end())
            return infinity;
        const auto place = [&](auto it) { return static_cast<std::size_t>(it - fit.begin()); };
        if (passed != reached) // flat at the level
            return (at[place(reached)] + at[place(passed) - 1]) / 2;
        if (reached == fit.begin())
            return -infinity;
        const std::size_t i = place(reached);
        return at[i - 1] + (at[i] - at[i - 1]) * (level - fit[i - 1]) / (fit[i] - fit[i - 1]);
    }
};

/// Shares of as many runs that happen with these probabilities.
void draw(const Response& observed, const TippingPlan& plan, std::uint32_t sample,
          std::vector<double>& share) {
    using boost::math::policies::discrete_quantile;
    using boost::math::policies::integer_round_up;
    using RoundUp = boost::math::policies::policy<discrete_quantile<integer_round_up>>;
    const Random random(plan.bootstrap.seed, 0);
    for (std::size_t i = 0; i < share.size(); ++i) {
        const double n = observed.runs[i];
        // Half a run either way (Jeffreys): shares 0 and 1 are not certain.
        const double p = (observed.share[i] * n + 0.5) / (n + 1);
        const std::size_t row = plan.common_random_numbers ? 0 : i;
        const double u = random.uniform({.purpose = Purpose::resample,
                                         .tick = sample,
                                         .source = static_cast<std::uint32_t>(row),
                                         .target = 1});
        share[i] = quantile(boost::math::binomial_distribution<double, RoundUp>(n, p), u) / n;
    }
}

} // namespace

Tipping tipping(std::span<const Level> levels, const TippingPlan& plan) {
    const double probability = plan.probability;
    const Bootstrap& bootstrap = plan.bootstrap;
    Response rising;
    for (const Level& level : levels)
        if (level.runs > 0) {
            rising.at.push_back(plan.log_axis ? log_bits(level.at) : level.at);
            rising.runs.push_back(static_cast<double>(level.runs));
            rising.share.push_back(static_cast<double>(level.happened) /
                                   static_cast<double>(level.runs));
        }
    Tipping out;
    double side = 0;
    for (const double share : rising.share) {
        if (share == probability)
            continue;
        const double now = share > probability ? 1 : -1;
        out.passages += side != 0 && now != side ? 1 : 0;
        side = now;
    }
    Response falling = rising;
    for (double& share : falling.share)
        share = 1 - share;
    out.rising = rising.misfit() <= falling.misfit();
    const Response& observed = out.rising ? rising : falling;
    const double level = out.rising ? probability : 1 - probability;
    const double found = observed.crossing(level);
    if (!std::isfinite(found))
        return out;
    std::vector<double> drawn;
    Response again = observed;
    for (std::uint32_t sample = 0; sample < bootstrap.samples; ++sample) {
        draw(observed, plan, sample, again.share);
        drawn.push_back(again.crossing(level));
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
