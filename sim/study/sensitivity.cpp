#include "sim/study/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace demarche {
namespace {

void require(const DesignPlan& plan, DesignKind kind, std::span<const double> outcome) {
    if (plan.kind != kind || outcome.size() != plan.size())
        throw std::invalid_argument("an outcome for every point of a " +
                                    std::string(design_names[static_cast<std::size_t>(kind)]) +
                                    " design is needed");
}

/// What `statistics` makes of the sums, with an interval for each number; a single unit cannot
/// tell how much it varies, so that the intervals have no ends.
template <class Statistics>
std::vector<Estimate> estimates(const Sums& sums, std::size_t width, const Bootstrap& bootstrap,
                                const Statistics& statistics) {
    const std::vector<double> values = statistics(sums.total());
    std::vector<std::vector<double>> drawn(values.size());
    std::vector<double> sample(width);
    const std::uint32_t samples = sums.units() > 1 ? bootstrap.samples : 0;
    for (std::uint32_t s = 0; s < samples; ++s) {
        sums.draw(bootstrap, s, sample);
        const std::vector<double> again = statistics(sample);
        for (std::size_t i = 0; i < values.size(); ++i)
            drawn[i].push_back(again[i]);
    }
    const double lower = lower_percentile(bootstrap.confidence, sums.units());
    std::vector<Estimate> out;
    for (std::size_t i = 0; i < values.size(); ++i)
        out.push_back(percentile_interval(values[i], drawn[i], lower));
    return out;
}

/// Positions of the sums that Sobol' indices are made of.
struct SobolSums {
    std::size_t k;
    bool second_order;
    static constexpr std::size_t rows = 0, sum = 1, squares = 2;
    static std::size_t first(std::size_t i) { return 3 + i; }
    std::size_t total(std::size_t i) const { return 3 + k + i; }
    std::size_t second(std::size_t pair) const { return 3 + 2 * k + pair; }
    std::size_t width() const { return 3 + 2 * k + (second_order ? k * (k - 1) / 2 : 0); }

    /// Adds a row of a saltelli design; outcomes minus `centre`.
    void add(std::span<const double> row, double centre, std::span<double> to) const {
        const SaltelliRow at{k, second_order};
        const auto f = [&](std::size_t place) { return row[place] - centre; };
        const double a = f(SaltelliRow::a);
        const double b = f(SaltelliRow::b);
        to[rows] += 1;
        to[sum] += a + b;
        to[squares] += a * a + b * b;
        for (std::size_t i = 0; i < k; ++i) {
            const double ab = f(SaltelliRow::a_with_b(i));
            double first_order = b * (ab - a);
            double all_orders = (a - ab) * (a - ab) / 2;
            if (second_order) { // B and A in each other's part
                const double ba = f(at.b_with_a(i));
                first_order = (first_order + a * (ba - b)) / 2;
                all_orders = (all_orders + (b - ba) * (b - ba) / 2) / 2;
            }
            to[first(i)] += first_order;
            to[total(i)] += all_orders;
        }
        if (!second_order)
            return;
        for (std::size_t i = 0; i < k; ++i)
            for (std::size_t j = i + 1; j < k; ++j)
                to[second(factor_pair(i, j, k))] +=
                    (f(at.b_with_a(i)) * f(SaltelliRow::a_with_b(j)) +
                     f(at.b_with_a(j)) * f(SaltelliRow::a_with_b(i))) /
                        2 -
                    a * b;
    }

    /// Mean (of the centred outcome), variance, then all indices.
    std::vector<double> indices(std::span<const double> sums) const {
        const double n = sums[rows];
        const double mean = sums[sum] / (2 * n);
        const double variance = sums[squares] / (2 * n) - mean * mean;
        std::vector<double> out = {mean, variance};
        for (std::size_t i = 3; i < sums.size(); ++i)
            out.push_back(variance > 0 ? sums[i] / n / variance : nan);
        if (second_order) // closed effects of pairs so far
            for (std::size_t i = 0; i < k; ++i)
                for (std::size_t j = i + 1; j < k; ++j)
                    out[second(factor_pair(i, j, k)) - 1] -= out[first(i) - 1] + out[first(j) - 1];
        return out;
    }
};

} // namespace

std::vector<MorrisEffect> morris_effects(const DesignPlan& plan, std::span<const double> outcome,
                                         const Bootstrap& bootstrap) {
    require(plan, DesignKind::morris, outcome);
    const std::size_t k = plan.factors;
    const double size = morris_step_size(plan);
    const auto trajectory_effects = [&](std::size_t t, std::span<double> out) {
        const std::vector<MorrisStep> steps = morris_steps(plan, t);
        const std::span<const double> f = outcome.subspan(t * (k + 1), k + 1);
        for (std::size_t s = 0; s < k; ++s)
            out[steps[s].factor] = (steps[s].rises ? f[s + 1] - f[s] : f[s] - f[s + 1]) / size;
    };
    std::vector<Moments> centre(k); // squares are summed about the mean
    std::vector<double> effects(k);
    for (std::size_t t = 0; t < plan.points; ++t) {
        trajectory_effects(t, effects);
        for (std::size_t i = 0; i < k; ++i)
            if (!std::isnan(effects[i]))
                centre[i].add(effects[i]);
    }
    enum : std::size_t { count, sum, magnitude, squares, width };
    Sums sums(plan.points, width * k);
    for (std::size_t t = 0; t < plan.points; ++t) {
        trajectory_effects(t, effects);
        const std::span<double> to = sums.of(t);
        for (std::size_t i = 0; i < k; ++i) {
            if (std::isnan(effects[i]))
                continue;
            const double deviation = effects[i] - centre[i].mean();
            to[i * width + count] += 1;
            to[i * width + sum] += deviation;
            to[i * width + magnitude] += std::abs(effects[i]);
            to[i * width + squares] += deviation * deviation;
        }
    }
    const auto statistics = [&](std::span<const double> all) {
        std::vector<double> out;
        for (std::size_t i = 0; i < k; ++i) {
            const std::span<const double> s = all.subspan(i * width, width);
            const double n = s[count];
            const double rest = std::max(s[squares] - s[sum] * s[sum] / n, 0.0);
            const double mean = centre[i].mean() + s[sum] / n;
            // Effects that cancel leave what rounding left, which is on no side of 0.
            const bool cancel = std::abs(mean) < 1e-12 * s[magnitude] / n;
            out.push_back(n > 0 ? (cancel ? 0 : mean) : nan);
            out.push_back(n > 0 ? s[magnitude] / n : nan);
            out.push_back(n > 1 ? std::sqrt(rest / (n - 1)) : nan);
        }
        return out;
    };
    std::vector<Estimate> found = estimates(sums, width * k, bootstrap, statistics);
    std::vector<MorrisEffect> out;
    for (std::size_t i = 0; i < k; ++i) {
        if (centre[i].count() < 2) // drawn again, a single effect is always itself
            for (std::size_t e = 3 * i; e < 3 * i + 3; ++e)
                found[e].low = found[e].high = nan;
        out.push_back({found[3 * i], found[3 * i + 1], found[3 * i + 2],
                       static_cast<std::size_t>(centre[i].count())});
    }
    return out;
}

SobolIndices sobol_indices(const DesignPlan& plan, std::span<const double> outcome,
                           const Bootstrap& bootstrap) {
    require(plan, DesignKind::saltelli, outcome);
    const std::size_t k = plan.factors;
    const std::size_t points = SaltelliRow{k, plan.second_order}.size();
    SobolIndices out;
    std::vector<bool> used(plan.points);
    Moments centre; // of A and B: products of outcomes far from 0 would lose their digits
    for (std::size_t r = 0; r < plan.points; ++r) {
        const std::span<const double> row = outcome.subspan(r * points, points);
        if (std::any_of(row.begin(), row.end(), [](double x) { return std::isnan(x); }))
            continue;
        used[r] = true;
        ++out.rows;
        centre.add(row[SaltelliRow::a]);
        centre.add(row[SaltelliRow::b]);
    }
    if (out.rows == 0) {
        out.mean = out.variance = nan;
        out.first.resize(k);
        out.total.resize(k);
        out.second.resize(plan.second_order ? k * (k - 1) / 2 : 0);
        return out;
    }
    const SobolSums layout{k, plan.second_order};
    Sums sums(plan.points, layout.width(), plan.scramble ? plan.sets() : Sums::most_units);
    for (std::size_t r = 0; r < plan.points; ++r)
        if (used[r])
            layout.add(outcome.subspan(r * points, points), centre.mean(), sums.of(r));
    const std::vector<Estimate> found =
        estimates(sums, layout.width(), bootstrap,
                  [&](std::span<const double> s) { return layout.indices(s); });
    out.mean = centre.mean() + found[0].value;
    out.variance = found[1].value;
    const auto begin = found.begin() + 2;
    const auto factor_count = static_cast<std::ptrdiff_t>(k);
    out.first.assign(begin, begin + factor_count);
    out.total.assign(begin + factor_count, begin + 2 * factor_count);
    out.second.assign(begin + 2 * factor_count, found.end());
    return out;
}

} // namespace demarche
