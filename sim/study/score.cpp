#include "sim/study/score.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/counts.h"
#include "sim/core/random.h"

namespace demarche {
namespace {

constexpr int bootstrap_draws = 500;
constexpr std::uint64_t bootstrap_seed = 1;
constexpr double negligible_tail = 1e-12;

double at_least(double mean) {
    return std::max(mean, least_mean);
}

/// Calls see(k, P(N <= k - 1), P(N <= k)) for k = 0, 1, ... until it returns false.
template <class See>
void cumulate(double mean, double size, See see) {
    const double odds = mean / (size + mean);
    double p = std::exp(-size * std::log1p(mean / size));
    double below = 0;
    for (std::uint32_t k = 0;; ++k) {
        if (!see(k, below, below + p))
            return;
        below += p;
        p *= (size + k) / (k + 1) * odds;
    }
}

double crps(std::uint32_t count, double mean, double size) {
    double sum = 0;
    cumulate(mean, size, [&](std::uint32_t k, double, double to) {
        const double miss = k >= count ? 1 - to : to;
        sum += miss * miss;
        return k < count || 1 - to > negligible_tail;
    });
    return sum;
}

/// Area under the ROC curve and average precision; cases of the same forecast count together.
void rank(std::vector<std::pair<double, bool>> cases, Score& out) {
    std::sort(cases.begin(), cases.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto positive = static_cast<double>(
        std::count_if(cases.begin(), cases.end(), [](auto& c) { return c.second; }));
    const auto all = static_cast<double>(cases.size());
    double hits = 0, seen = 0, area = 0;
    for (std::size_t k = 0; k < cases.size();) {
        double here = 0, size = 0;
        for (const double p = cases[k].first; k < cases.size() && cases[k].first == p; ++k) {
            here += cases[k].second ? 1 : 0;
            size += 1;
        }
        area += (size - here) * (hits + here / 2);
        hits += here;
        seen += size;
        out.ap += here / positive * hits / seen;
    }
    out.auc = area / (positive * (all - positive));
}

} // namespace

std::vector<double> log_scores(const Forecasts& forecasts, std::span<const std::uint32_t> counts) {
    std::vector<double> out(counts.size());
    for (std::size_t k = 0; k < counts.size(); ++k)
        out[k] = negative_binomial_log_pmf(static_cast<int>(counts[k]), at_least(forecasts.mean[k]),
                                           forecasts.size[k]);
    return out;
}

Score score(const Forecasts& forecasts, std::span<const std::uint32_t> counts) {
    Score out;
    out.cases = counts.size();
    const auto n = static_cast<double>(counts.size());
    std::vector<std::pair<double, bool>> ranking;
    double expected = 0, happened = 0;
    for (const double s : log_scores(forecasts, counts))
        out.nls -= s / n;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double mean = at_least(forecasts.mean[k]), size = forecasts.size[k];
        const double any = -std::expm1(-size * std::log1p(mean / size));
        const double miss = any - (counts[k] > 0 ? 1 : 0);
        out.brier += miss * miss / n;
        out.crps += crps(counts[k], mean, size) / n;
        ranking.emplace_back(any, counts[k] > 0);
        expected += mean;
        happened += counts[k];
    }
    out.bias = expected / happened;
    rank(std::move(ranking), out);
    return out;
}

Calibration calibration(const Forecasts& forecasts, std::span<const std::uint32_t> counts) {
    Calibration out{std::vector<double>(10)};
    const double share = 1.0 / static_cast<double>(counts.size());
    const Random random(bootstrap_seed, 0);
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double u = random.uniform(
            {Purpose::key, 0, static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(k >> 32U)});
        cumulate(
            at_least(forecasts.mean[k]), forecasts.size[k],
            [&](std::uint32_t n, double from, double to) {
                if (n < counts[k])
                    return true;
                const double place = from + u * (to - from);
                out.histogram[std::min<std::size_t>(9, static_cast<std::size_t>(10 * place))] +=
                    share;
                const double off = std::abs(place - 0.5);
                out.inside50 += off < 0.25 ? share : 0;
                out.inside80 += off < 0.40 ? share : 0;
                out.inside90 += off < 0.45 ? share : 0;
                return false;
            });
    }
    return out;
}

ClusterBootstrap::ClusterBootstrap(std::span<const std::uint32_t> cluster) {
    constexpr std::uint32_t none = UINT32_MAX;
    const std::size_t all = cluster.empty() ? 0 : *std::ranges::max_element(cluster) + 1;
    std::vector<std::uint32_t> number(all, none);
    for (const std::uint32_t c : cluster)
        number[c] = 0;
    std::uint32_t with_cases = 0;
    for (std::uint32_t& n : number)
        if (n != none)
            n = with_cases++;
    for (const std::uint32_t c : cluster)
        cluster_.push_back(number[c]);
    const Random random(bootstrap_seed, 1);
    for (std::uint32_t draw = 0; draw < bootstrap_draws; ++draw) {
        std::vector<std::uint16_t>& times = times_.emplace_back(with_cases);
        for (std::size_t k = 0; k < all; ++k) {
            const double u = random.uniform({Purpose::key, draw, static_cast<std::uint32_t>(k)});
            const auto c = static_cast<std::size_t>(u * static_cast<double>(all));
            if (number[c] != none)
                ++times[number[c]];
        }
    }
}

PairedDifference ClusterBootstrap::difference(std::span<const double> a, std::span<const double> b,
                                              std::span<const std::size_t> cases) const {
    const std::size_t clusters = times_.front().size();
    std::vector<double> sum(clusters), size(clusters);
    for (const std::size_t k : cases) {
        sum[cluster_[k]] += a[k] - b[k];
        size[cluster_[k]] += 1;
    }
    PairedDifference out;
    out.mean = std::accumulate(sum.begin(), sum.end(), 0.0) / static_cast<double>(cases.size());
    double first = 0, second = 0, draws = 0;
    for (const std::vector<std::uint16_t>& times : times_) {
        const double n = std::inner_product(times.begin(), times.end(), size.begin(), 0.0);
        if (n == 0)
            continue;
        const double mean = std::inner_product(times.begin(), times.end(), sum.begin(), 0.0) / n;
        first += mean;
        second += mean * mean;
        draws += 1;
    }
    first /= draws;
    out.error = std::sqrt(std::max(0.0, second / draws - first * first));
    return out;
}

} // namespace demarche
