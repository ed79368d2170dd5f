#include "sim/study/free_forecast.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <span>

namespace demarche {
namespace {

constexpr std::uint32_t rehearsals = 100;
constexpr double beyond_the_largest = 3; ///< a weekly mean may be so many times what was ever seen

/// The largest number of acts of a class that a pair had in a week.
void raise_most(const EventSeries& series, int last, std::array<double, class_count>& most) {
    for (int week = 0; week <= last; ++week) {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::array<double, class_count>> sums;
        for (std::size_t e = series.begin_of(week); e < series.end_of(week); ++e) {
            const DatedCount& event = series.events()[e];
            double& sum = sums[{event.source, event.target}][index(event.of)];
            sum += event.count;
            most[index(event.of)] = std::max(most[index(event.of)], beyond_the_largest * sum);
        }
    }
}

Coverage coverage(const SimulatedTotals& totals, const std::vector<std::uint32_t>& counts,
                  std::span<const std::size_t> pairs) {
    const std::size_t n = totals.replications;
    double inside[3] = {};
    const double reach[3] = {0.25, 0.4, 0.45};
    for (const std::size_t k : pairs) {
        double below = 0, same = 0;
        for (std::size_t r = 0; r < n; ++r) {
            below += totals.counts[k * n + r] < counts[k] ? 1 : 0;
            same += totals.counts[k * n + r] == counts[k] ? 1 : 0;
        }
        const double from = below / static_cast<double>(n);
        const double to = (below + same) / static_cast<double>(n);
        for (std::size_t c = 0; c < 3; ++c) {
            const double low = 0.5 - reach[c], high = 0.5 + reach[c];
            if (same > 0)
                inside[c] += std::max(0.0, std::min(to, high) - std::max(from, low)) / (to - from);
            else
                inside[c] += from >= low && from <= high ? 1 : 0;
        }
    }
    const auto of = static_cast<double>(std::max<std::size_t>(1, pairs.size()));
    return {pairs.size(), inside[0] / of, inside[1] / of, inside[2] / of};
}

/// The least number with at least this share of all at or below it.
std::uint32_t simulated_quantile(std::vector<std::uint32_t> of, double share) {
    const double place = std::ceil(share * static_cast<double>(of.size())) - 1;
    const auto at = of.begin() + static_cast<std::ptrdiff_t>(std::max(0.0, place));
    std::nth_element(of.begin(), at, of.end());
    return *at;
}

/// The sum over pairs against its simulated interval.
void sum_up(const SimulatedTotals& totals, const std::vector<std::uint32_t>& counts,
            std::span<const std::size_t> pairs, FreeRunScore& out) {
    std::vector<std::uint32_t> sums(totals.replications);
    for (const std::size_t k : pairs) {
        out.observed += counts[k];
        for (std::size_t r = 0; r < sums.size(); ++r)
            sums[r] += totals.counts[k * sums.size() + r];
    }
    out.low90 = simulated_quantile(sums, 0.05);
    out.high90 = simulated_quantile(sums, 0.95);
}

} // namespace

std::uint32_t FreeRunRule::simulations() const {
    return rehearsals + replications;
}

std::uint32_t FreeForecast::quantile(QuadClass of, std::size_t horizon, std::size_t pair,
                                     double share) const {
    const SimulatedTotals& t = totals[index(of)][horizon];
    const auto first = t.counts.begin() + static_cast<std::ptrdiff_t>(pair * t.replications);
    return simulated_quantile({first, first + t.replications}, share);
}

FreeForecast free_forecast(std::vector<Window> windows, const EventSeries& series, int origin,
                           double activity, const FitRule& fit_rule, const FreeRunRule& rule,
                           unsigned threads) {
    FreeForecast out;
    out.horizons = rule.horizons;
    out.pairs = active_pairs(series, 0, origin - 1, activity);
    FreeRun run;
    DayPatterns days;
    for (Window& window : windows) {
        window.activity = 0; // pairs that hardly met are simulated, too
        days.collect(*window.series, 0, window.last);
        raise_most(*window.series, window.last, run.most);
    }
    raise_most(series, origin - 1, run.most);
    const Sample cases = sample(windows);
    for (std::size_t q = 0; q < class_count; ++q) {
        out.fits[q] = fit(cases, static_cast<QuadClass>(q), fit_rule, threads);
        if (rule.parameter_uncertainty)
            add_errors(cases, fit_rule, out.fits[q], threads);
        run.fits[q] = &out.fits[q];
    }
    run.days = &days;
    run.seed = rule.seed;
    run.parameter_uncertainty = rule.parameter_uncertainty;

    // As long a run as the window allows whose outset has as much of it behind as ahead.
    const Window& known = windows.back();
    FreeRun rehearsal = run;
    const int ahead = std::min(rule.horizons.back(), (known.last + 1) / 2);
    rehearsal.series = known.series;
    rehearsal.origin = known.last + 1 - ahead;
    const auto rehearsed = active_pairs(*known.series, 0, rehearsal.origin - 1, activity);
    rehearsal.pairs = &rehearsed;
    rehearsal.horizons = {ahead};
    rehearsal.replications = rehearsals;
    rehearsal.progress = rule.progress;
    out.levels = estimate_levels(rehearsal, threads);

    run.series = &series;
    run.origin = origin;
    run.pairs = &out.pairs;
    run.horizons = rule.horizons;
    run.levels = out.levels;
    run.replications = rule.replications;
    if (rule.progress)
        run.progress = [&](std::uint32_t done) { rule.progress(rehearsals + done); };
    out.totals = simulate(run, threads);
    out.history = observed_totals(series, out.pairs, 0, origin - 1);
    for (const int weeks : out.horizons)
        out.observed.push_back(observed_totals(series, out.pairs, origin, origin + weeks - 1));
    return out;
}

std::vector<FreeRunScore> scores(const FreeForecast& forecast,
                                 const std::vector<DyadGroup>& groups) {
    std::vector<std::vector<std::size_t>> members(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t k = 0; k < forecast.pairs.size(); ++k)
            if (groups[g].has(forecast.pairs[k].first, forecast.pairs[k].second))
                members[g].push_back(k);
    std::vector<FreeRunScore> out;
    for (std::size_t h = 0; h < forecast.horizons.size(); ++h)
        for (std::size_t q = 0; q < class_count; ++q) {
            const SimulatedTotals& totals = forecast.totals[q][h];
            const std::vector<std::uint32_t>& observed = forecast.observed[h][q];
            const Forecasts all = totals.forecasts();
            for (std::size_t g = 0; g < groups.size(); ++g) {
                if (members[g].empty())
                    continue;
                FreeRunScore& s = out.emplace_back();
                s.of = static_cast<QuadClass>(q);
                s.group = groups[g].name;
                s.weeks = forecast.horizons[h];
                s.score = score(pick(all, members[g]), pick(observed, members[g]));
                s.coverage = coverage(totals, observed, members[g]);
                std::vector<std::size_t> with_history;
                std::copy_if(members[g].begin(), members[g].end(), std::back_inserter(with_history),
                             [&](std::size_t k) { return forecast.history[q][k] > 0; });
                s.with_history = coverage(totals, observed, with_history);
                sum_up(totals, observed, members[g], s);
            }
        }
    return out;
}

} // namespace demarche
