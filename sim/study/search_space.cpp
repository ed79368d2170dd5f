#include "sim/study/search_space.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace demarche {
namespace {

constexpr double least_exponent = 0.3;
constexpr double most_exponent = 1.5;
constexpr double usual_slope = 0.7;
constexpr double most_slope = 1; // above it, variance / mean would grow without end as means fall

/// Cells are directed pairs.
Groupings make_groupings(const Sample& sample, const FitRule& rule) {
    Groupings out;
    const bool sources = rule.actor_effects || !rule.doctrine.empty();
    if (!sources && !rule.pair_effects)
        return out;
    const std::size_t n = sample.actors.size();
    constexpr std::uint32_t none = UINT32_MAX;
    std::vector<std::uint32_t> number(n * n, none), source, target, pair;
    out.cell.resize(sample.size());
    for (std::size_t row = 0; row < sample.size(); ++row) {
        std::uint32_t& cell = number[sample.source[row] * n + sample.target[row]];
        if (cell == none) {
            cell = static_cast<std::uint32_t>(pair.size());
            source.push_back(sample.source[row]);
            target.push_back(sample.target[row]);
            pair.push_back(cell);
        }
        out.cell[row] = cell;
    }
    if (sources)
        out.levels.push_back(std::move(source));
    if (rule.actor_effects)
        out.levels.push_back(std::move(target));
    if (rule.pair_effects)
        out.levels.push_back(std::move(pair));
    return out;
}

} // namespace

ColumnMoments moments(const Cases& cases, std::size_t rows) {
    const auto n = static_cast<double>(rows);
    ColumnMoments m{std::vector<double>(cases.columns()), std::vector<double>(cases.columns())};
    for (std::size_t block = 0; block < cases.blocks(); ++block)
        for (const Cases::Stored& stored : cases.stored(block))
            for (const double x : cases.values(stored)) {
                m.mean[stored.column] += x;
                m.deviation[stored.column] += x * x;
            }
    for (std::size_t c = 0; c < cases.columns(); ++c) { // divided last: a constant's is exactly 0
        m.mean[c] /= n;
        m.deviation[c] = std::sqrt(std::max(0.0, m.deviation[c] / n - m.mean[c] * m.mean[c]));
    }
    return m;
}

SearchSpace make_search(const CountModel& model, const ColumnMoments& m, double mean_count,
                        const FitRule& rule) {
    SearchSpace s;
    const double even = 1.0 / static_cast<double>(model.stimulus.size());
    for (const std::size_t c : model.stimulus)
        s.add(mean_count / m.mean[c], rule.stimulus, 0, 0, no_bound, even);
    for (const std::size_t c : model.posture)
        s.add(1 / m.deviation[c], rule.posture, 0, -no_bound, no_bound, 0);
    for (const std::size_t c : model.dispersion) {
        const bool constant = m.deviation[c] < 1e-6;
        s.add(constant ? 1 : 1 / m.deviation[c], constant ? 0.01 : rule.dispersion, 0, -no_bound,
              no_bound, constant ? -1 : 0);
    }
    s.add(1, rule.exponent, 0, std::log(least_exponent), std::log(most_exponent), 0);
    s.add(1, rule.slope, usual_slope, -1, most_slope, usual_slope);
    return s;
}

Observations observe(const Sample& sample, QuadClass of, const FitRule& rule) {
    return Observations(sample.counts[index(of)], make_groupings(sample, rule));
}

double mean_count(const Observations& observed) {
    return std::accumulate(observed.counts.begin(), observed.counts.end(), 0.0) /
           static_cast<double>(observed.size());
}

} // namespace demarche
