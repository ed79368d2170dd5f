#include "sim/cli/summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include <fmt/core.h>

namespace demarche {
namespace {

constexpr std::size_t most_rows = 12;
constexpr double cover = 0.9;

struct Row {
    std::size_t a = 0, b = 0;
    double start = 0;
    Spread peak, day, acts;
    double rise = 0;   ///< mean over runs
    double crisis = 0; ///< share of runs that rose to the crisis rung or above
};

/// "5 [3, 7]", three digits or the whole number
std::string range(const Spread& s) {
    const auto text = [](double x) {
        return x < 100 ? fmt::format("{:.3g}", x) : fmt::format("{:.0f}", x);
    };
    return text(s.median) + " [" + text(s.low) + ", " + text(s.high) + "]";
}

std::vector<Row> rank(const Scenario& scenario, const std::vector<RunOutcome>& runs) {
    const std::size_t n = scenario.actor_count();
    const double crisis_rung = scenario.setting.ladder.crisis_rung;
    std::vector<Row> rows;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b) {
            const std::size_t p = pair_index(a, b, n);
            Row row{a, b, static_cast<double>(runs.front().pairs[p].start_rung), {}, {}, {}, 0, 0};
            std::vector<double> peak, day, acts;
            for (const RunOutcome& run : runs) {
                const RunOutcome::Pair& pair = run.pairs[p];
                peak.push_back(pair.peak_rung);
                acts.push_back(pair.messages);
                if (pair.peak_rung > pair.start_rung)
                    day.push_back(pair.peak_tick * scenario.tick_days);
                row.rise += (pair.peak_rung - pair.start_rung) / static_cast<double>(runs.size());
                row.crisis += (pair.peak_rung >= crisis_rung && pair.peak_rung > pair.start_rung) /
                              static_cast<double>(runs.size());
            }
            row.peak = spread(peak, cover);
            row.acts = spread(acts, cover);
            if (!day.empty())
                row.day = spread(day, cover);
            if (row.rise > 0)
                rows.push_back(row);
        }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& x, const Row& y) {
        return std::tuple(x.crisis, x.rise, x.acts.median) >
               std::tuple(y.crisis, y.rise, y.acts.median);
    });
    // The most risen, and whatever the scenario scripted.
    std::vector<Row> shown;
    for (const Row& row : rows) {
        const bool scripted = std::any_of(
            scenario.events.begin(), scenario.events.end(), [&](const ScriptedEvent& e) {
                return std::pair(row.a, row.b) ==
                       std::pair(std::min(e.source, e.target), std::max(e.source, e.target));
            });
        if (shown.size() < most_rows || scripted)
            shown.push_back(row);
    }
    return shown;
}

/// A number of every run, as text: the number itself, or its median and range in an ensemble.
std::string over_runs(const std::vector<RunOutcome>& runs, bool ensemble,
                      const std::function<double(const RunOutcome&)>& value) {
    std::vector<double> sample;
    for (const RunOutcome& run : runs)
        sample.push_back(value(run));
    return ensemble ? range(spread(std::move(sample), cover)) : fmt::format("{:g}", sample.front());
}

} // namespace

void print_summary(const Scenario& s, const std::vector<RunOutcome>& runs, bool ensemble) {
    fmt::print("{}\n{} to {}, {} states, seed {}{}\n\n", s.title.empty() ? s.name : s.title,
               iso(s.start), iso({s.start.number + s.days - 1}), s.actor_count(), s.seed,
               ensemble ? fmt::format(", {} replications: median [90 % range]", runs.size()) : "");
    const auto id = [&](const Row& r) {
        return s.setting.actors[r.a].id + "-" + s.setting.actors[r.b].id;
    };
    const auto on = [&](double day) {
        return iso({s.start.number + static_cast<int>(std::lround(day))});
    };
    const std::vector<Row> rows = rank(s, runs);
    if (rows.empty())
        fmt::print("No pair rose on the ladder.\n");
    if (!rows.empty() && ensemble) {
        fmt::print("{:<9}{:>6}  {:<14}{:<36}{:<18}{}\n", "Pair", "start", "peak rung",
                   "first reached", "conflict acts", "P(crisis)");
        for (const Row& r : rows)
            fmt::print("{:<9}{:>6}  {:<14}{:<36}{:<18}{:.0f} %\n", id(r), r.start, range(r.peak),
                       fmt::format("{} [{}, {}]", on(r.day.median), on(r.day.low), on(r.day.high)),
                       range(r.acts), 100 * r.crisis);
    } else if (!rows.empty()) {
        fmt::print("{:<9}{:>6}{:>6}  {:<12}{:>13}  {}\n", "Pair", "start", "peak", "reached",
                   "conflict acts", "what the peak means");
        for (const Row& r : rows)
            fmt::print("{:<9}{:>6}{:>6}  {:<12}{:>13}  {}\n", id(r), r.start, r.peak.median,
                       on(r.day.median), r.acts.median,
                       rung_names[static_cast<std::size_t>(r.peak.median)]);
    }
    fmt::print("\nCrises begun: {}. Messages:",
               over_runs(runs, ensemble, [](const RunOutcome& r) { return r.crises; }));
    for (std::size_t q = 0; q < class_count; ++q)
        fmt::print(
            " {} {}{}", class_names[q],
            over_runs(runs, ensemble,
                      [q](const RunOutcome& r) { return static_cast<double>(r.messages[q]); }),
            q + 1 < class_count ? "," : ".\n");
}

} // namespace demarche
