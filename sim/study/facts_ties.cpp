#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/study/facts.h"

namespace demarche {
namespace {

/// Acts between pairs of one kind.
struct Group {
    double pairs = 0, acts = 0, conflict = 0, with_force = 0;
    double rate() const { return conflict / pairs; }
    double share() const { return conflict / acts; }
};

void measure_bonds(const WeeklyCounts& counts, const Bonds& bonds, Measurements& out) {
    const std::size_t n = counts.actors();
    Group allies, others, neighbours, apart, rivals;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) {
            const std::size_t there = counts.find(i, j), back = counts.find(j, i);
            const auto both = [&](ClassSet of) {
                return (there != WeeklyCounts::none ? counts.total(there, of) : 0.0) +
                       (back != WeeklyCounts::none ? counts.total(back, of) : 0.0);
            };
            const double acts = both(all_of_them), conflict = both(conflict_acts);
            const double force = both(only(QuadClass::mconf));
            const auto add = [&](Group& g) {
                g.pairs += 1;
                g.acts += acts;
                g.conflict += conflict;
                g.with_force += force > 0;
            };
            const std::size_t k = i * n + j;
            if (bonds.pact[k])
                add(allies);
            else if (!bonds.any_pact[k])
                add(others);
            add(bonds.border[k] ? neighbours : apart);
            if (bonds.rivals[k])
                add(rivals);
        }
    out["allies.rate"] = allies.rate() / others.rate();
    out["allies.share"] = allies.share() / others.share();
    out["neighbours.rate"] = neighbours.rate() / apart.rate();
    out["rivals.force"] = rivals.with_force / rivals.pairs;
}

/// What the victim's allies, who are not the aggressor's, do to the aggressor in the week of a
/// material conflict act and in the two after it, over what the pair's mean and the world's week
/// would have.
void measure_third_parties(const WeeklyCounts& counts, const Bonds& bonds, Measurements& out) {
    const std::size_t n = counts.actors(), weeks = counts.weeks();
    std::vector<double> world(weeks);
    std::vector<std::vector<double>> conflict(counts.pairs());
    for (std::size_t p = 0; p < counts.pairs(); ++p) {
        conflict[p] = counts.row(p, conflict_acts);
        for (std::size_t t = 0; t < weeks; ++t)
            world[t] += conflict[p][t];
    }
    const double usual =
        std::accumulate(world.begin(), world.end(), 0.0) / static_cast<double>(weeks);
    std::array<double, 3> observed{}, expected{};
    for (std::size_t p = 0; p < counts.pairs(); ++p) {
        const std::vector<double> attacks = counts.row(p, only(QuadClass::mconf));
        const auto [j, k] = counts.ends(p);
        std::vector<double> seen(weeks);
        double mean = 0;
        for (std::size_t i = 0; i < n; ++i) {
            if (!bonds.pact[i * n + k] || bonds.pact[i * n + j] || i == j)
                continue;
            const std::size_t side = counts.find(i, j);
            if (side == WeeklyCounts::none)
                continue;
            for (std::size_t t = 0; t < weeks; ++t) {
                seen[t] += conflict[side][t];
                mean += conflict[side][t] / static_cast<double>(weeks);
            }
        }
        for (std::size_t t = 0; t < weeks; ++t)
            for (std::size_t lag = 0; lag < 3 && t + lag < weeks; ++lag)
                if (attacks[t] > 0) {
                    observed[lag] += seen[t + lag];
                    expected[lag] += mean * world[t + lag] / usual;
                }
    }
    out["third.same"] = observed[0] / expected[0];
    out["third.next"] = (observed[1] + observed[2]) / (expected[1] + expected[2]);
}

/// Share of triads whose signs multiply to +, and what it would be if the same signs lay on the
/// same edges at random.
void measure_triads(const EventSeries& series, const WeeklyCounts& counts, Measurements& out) {
    constexpr double least_contacts = 0.25; // acts a week of an edge
    const std::size_t n = counts.actors();
    std::vector<double> score(n * n);
    for (int week = 0; week < series.weeks(); ++week)
        for (std::size_t k = series.begin_of(week); k < series.end_of(week); ++k) {
            const DatedCount& e = series.events()[k];
            score[e.source * n + e.target] += e.count * e.goldstein;
            score[e.target * n + e.source] += e.count * e.goldstein;
        }
    std::vector<signed char> sign(n * n);
    double edges = 0, negative = 0;
    for (std::size_t p = 0; p < counts.pairs(); ++p) {
        const auto [i, j] = counts.ends(p);
        if (sign[i * n + j] != 0 || score[i * n + j] == 0 ||
            counts.contacts(p, all_of_them) < least_contacts * static_cast<double>(counts.weeks()))
            continue;
        sign[i * n + j] = sign[j * n + i] = score[i * n + j] > 0 ? 1 : -1;
        edges += 1;
        negative += sign[i * n + j] < 0;
    }
    double triads = 0, balanced = 0;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b)
            for (std::size_t c = b + 1; sign[a * n + b] != 0 && c < n; ++c)
                if (const int product = sign[a * n + b] * sign[a * n + c] * sign[b * n + c]) {
                    triads += 1;
                    balanced += product > 0;
                }
    const double positive = edges - negative;
    const double all = edges * (edges - 1) * (edges - 2);
    const double shuffled =
        (positive * (positive - 1) * (positive - 2) + 3 * positive * negative * (negative - 1)) /
        all;
    out["triads.balanced"] = balanced / triads;
    out["triads.excess"] = balanced / triads - shuffled;
    out["triads.negative"] = negative / edges;
}

} // namespace

void measure_ties(const EventSeries& series, const WeeklyCounts& counts, const Bonds* bonds,
                  Measurements& out) {
    if (bonds) {
        measure_bonds(counts, *bonds, out);
        measure_third_parties(counts, *bonds, out);
    }
    measure_triads(series, counts, out);
}

} // namespace demarche
