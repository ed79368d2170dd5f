#include "sim/study/facts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/engine/scenario.h"

namespace demarche {
namespace {

constexpr double relevant = 0.5; // acts a week of a pair, both directions, from which it is one
constexpr double busy = 1;       // acts a week of a directed pair whose memory can be measured
constexpr std::size_t longest_lag = 4;

const std::vector<std::pair<std::string, ClassSet>> kinds{{"all", all_of_them},
                                                          {"conflict", conflict_acts},
                                                          {"vconf", only(QuadClass::vconf)},
                                                          {"mconf", only(QuadClass::mconf)}};

double mean(const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// Correlation of points that are added one by one.
struct Correlation {
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    void add(double a, double b) {
        n += 1;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double value() const {
        return (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n));
    }
};

/// ln(1 + acts) of each week less its mean.
std::vector<double> deviations(std::vector<double> weekly) {
    for (double& y : weekly)
        y = std::log1p(y);
    const double level = mean(weekly);
    for (double& y : weekly)
        y -= level;
    return weekly;
}

double gini(std::vector<double> x) {
    std::sort(x.begin(), x.end());
    double sum = 0, weighted = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        sum += x[k];
        weighted += static_cast<double>(k + 1) * x[k];
    }
    const auto n = static_cast<double>(x.size());
    return sum > 0 ? 2 * weighted / (n * sum) - (n + 1) / n : 0.0;
}

} // namespace

Bonds bonds(const Scenario& scenario, const std::vector<std::string>& actors) {
    const std::size_t n = actors.size();
    std::vector<std::size_t> row(scenario.actor_count(), n);
    for (std::size_t a = 0; a < scenario.actor_count(); ++a) {
        const auto it =
            std::lower_bound(actors.begin(), actors.end(), scenario.setting.actors[a].id);
        if (it != actors.end() && *it == scenario.setting.actors[a].id)
            row[a] = static_cast<std::size_t>(it - actors.begin());
    }
    Bonds out;
    for (std::vector<char>* of : {&out.pact, &out.any_pact, &out.border, &out.rivals})
        of->resize(n * n);
    out.alignment.resize(n * n);
    for (const Tie& tie : scenario.setting.ties) {
        const std::size_t a = row[tie.a], b = row[tie.b];
        if (a == n || b == n)
            continue;
        for (const std::size_t k : {a * n + b, b * n + a}) {
            out.alignment[k] = tie.alignment();
            out.pact[k] = tie.defence > 0;
            out.any_pact[k] = tie.defence > 0 || tie.neutrality > 0 || tie.nonaggression > 0 ||
                              tie.consultation > 0;
            out.border[k] = tie.border > 0;
            out.rivals[k] = tie.rivalry > 0;
        }
    }
    return out;
}

Measurements measure(const EventSeries& series, const Bonds* bonds) {
    Measurements out;
    const WeeklyCounts counts(series);
    if (counts.pairs() == 0)
        return out;
    measure_counts(counts, out);
    measure_memory(counts, out);
    measure_answers(series, out);
    measure_ladder(series, out);
    measure_disputes(series, out);
    measure_ties(series, counts, bonds, out);
    std::erase_if(out, [](const auto& m) { return !std::isfinite(m.second); });
    return out;
}

void measure_counts(const WeeklyCounts& counts, Measurements& out) {
    const auto n = static_cast<double>(counts.actors());
    const auto weeks = static_cast<double>(counts.weeks());
    double everything = 0;
    for (std::size_t p = 0; p < counts.pairs(); ++p)
        everything += counts.total(p, all_of_them);
    for (const auto& [kind, of] : kinds) {
        double nonzero = 0, total = 0, variance = 0, volume = 0;
        std::vector<double> of_pair(static_cast<std::size_t>(n * (n - 1) / 2));
        std::size_t next = 0;
        for (std::size_t p = 0; p < counts.pairs(); ++p) {
            const std::vector<double> y = counts.row(p, of);
            const double level = mean(y);
            double squares = 0;
            for (const double v : y) {
                nonzero += v > 0;
                squares += (v - level) * (v - level);
            }
            total += level * weeks;
            if (counts.contacts(p, all_of_them) >= relevant * weeks) {
                variance += squares / weeks;
                volume += level;
            }
            const auto [i, j] = counts.ends(p);
            if (i < j || counts.reverse(p) == WeeklyCounts::none)
                of_pair[next++] = counts.contacts(p, of);
        }
        out["share." + kind] = total / everything;
        out["silent." + kind] = 1 - nonzero / (n * (n - 1) * weeks);
        out["dispersion." + kind] = variance / volume;
        out["gini." + kind] = gini(of_pair);
        const auto top = static_cast<std::ptrdiff_t>(of_pair.size() / 100);
        std::partial_sort(of_pair.begin(), of_pair.begin() + top, of_pair.end(), std::greater<>());
        out["top." + kind] = std::accumulate(of_pair.begin(), of_pair.begin() + top, 0.0) / total;
    }
}

void measure_memory(const WeeklyCounts& counts, Measurements& out) {
    const std::size_t weeks = counts.weeks();
    for (const auto& [kind, of] : kinds) {
        std::array<Correlation, longest_lag + 1> own, reverse;
        for (std::size_t p = 0; p < counts.pairs(); ++p) {
            if (counts.total(p, all_of_them) < busy * static_cast<double>(weeks))
                continue;
            const std::vector<double> x = deviations(counts.row(p, of));
            const std::vector<double> back = deviations(counts.row(counts.reverse(p), of));
            for (std::size_t lag = 0; lag <= longest_lag; ++lag)
                for (std::size_t t = lag; t < weeks; ++t) {
                    own[lag].add(x[t], x[t - lag]);
                    reverse[lag].add(x[t], back[t - lag]);
                }
        }
        for (std::size_t lag = 0; lag <= longest_lag; ++lag) {
            if (lag > 0)
                out["inertia." + kind + "." + std::to_string(lag)] = own[lag].value();
            out["reciprocity." + kind + "." + std::to_string(lag)] = reverse[lag].value();
        }
    }
}

} // namespace demarche
