#include "sim/cli/sweep_summary.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/core/threads.h"
#include "sim/io/journal.h"

namespace demarche {
namespace {

constexpr std::size_t most_axes = 5;   // of an outcome, among what moves it
constexpr std::size_t most_named = 4;  // axes of a point; else its number
constexpr std::size_t most_lines = 12; // of tipping points
constexpr double sample_seconds = 1;

std::string number(double value) {
    return std::isnan(value) ? "?" : fmt::format("{:.4g}", value);
}
std::string interval(const Estimate& e) {
    if (std::isnan(e.value))
        return "-";
    if (std::isnan(e.low))
        return number(e.value);
    return fmt::format("{} [{}, {}]", number(e.value), number(e.low), number(e.high));
}

std::string size_text(double bytes) {
    constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
    std::size_t u = 0;
    for (bytes /= 1000; bytes >= 1000 && u + 1 < units.size(); bytes /= 1000)
        ++u;
    return fmt::format("{:.3g} {}", bytes, units[u]);
}

std::string design_text(const Sweep& sweep) {
    return sweep.design
               ? std::string(design_names[static_cast<std::size_t>(sweep.design->plan().kind)])
               : "list";
}

/// "loyalty 0.25, pacifism 1": the axes that a point moves, or "at point 17" where these are too
/// many to name.
std::string place(const Sweep& sweep, std::uint32_t p) {
    std::string text;
    std::size_t moved = 0;
    const std::vector<double> point = sweep.point(p);
    for (std::size_t x = 0; x < point.size(); ++x) {
        const Axis& axis = sweep.axes[x];
        if (std::isnan(point[x]))
            continue;
        text += fmt::format("{}{} {}", ++moved == 1 ? "" : ", ", axis.name,
                            axis.is_choice() ? axis.text(point[x]) : number(axis.number(point[x])));
    }
    return moved > most_named ? fmt::format("at point {}", p) : text;
}

/// Every outcome with its mean as it is and at its least and greatest, below which stands where.
void print_outcomes(const LoadedSweep& loaded, const SweepSummary& summary) {
    const Sweep& sweep = loaded.sweep;
    constexpr std::size_t columns = 4;
    std::vector<std::array<std::string, columns>> rows{
        {"Outcome", "as it is", "least, where", "greatest, where"}};
    std::string still;
    for (std::size_t o = 0; o < summary.outcomes.size(); ++o) {
        const SweepSummary::OfOutcome& found = summary.outcomes[o];
        const bool known = !std::isnan(found.least.mean.value);
        rows.push_back({sweep.outcomes[o].name, interval(found.base), interval(found.least.mean),
                        found.moved ? interval(found.greatest.mean) : "the same everywhere"});
        if (found.moved && known)
            rows.push_back({"", "", "  " + place(sweep, found.least.point),
                            "  " + place(sweep, found.greatest.point)});
        if (!found.moved && sweep.points() > 1)
            still += (still.empty() ? "" : ", ") + sweep.outcomes[o].name;
    }
    std::array<std::size_t, columns> widths{};
    for (const auto& row : rows)
        for (std::size_t c = 0; c < columns; ++c)
            widths[c] = std::max(widths[c], row[c].size());
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c)
            line += fmt::format("{:<{}}  ", row[c], widths[c]);
        fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
    }
    fmt::print("Means with 95 % intervals.\n");
    if (!still.empty())
        fmt::print("\nWarning: every replication came to the same at all points: {}.\n"
                   "More replications, wider ranges or another outcome may tell points apart.\n",
                   still);
}

/// The axes that move each outcome most; of outcomes that the file names, if there are any. Where
/// runs failed or do not know the outcome, how much of the design an influence comes from.
void print_influences(const Sweep& sweep, const SweepSummary& summary) {
    const DesignPlan& plan = sweep.design->plan();
    const bool morris = plan.kind == DesignKind::morris;
    fmt::print("\nWhat moves it most ({}):\n", morris ? "Morris, mu*" : "Sobol', total index");
    const std::size_t own = summary.outcomes.size() - scale_count;
    const std::size_t rows = own > 0 ? own : scale_count;
    std::size_t width = 7;
    for (const Outcome& o : sweep.outcomes)
        width = std::max(width, o.name.size());
    bool any_lacks = false;
    for (std::size_t o = 0; o < rows; ++o) {
        std::string text;
        std::size_t shown = 0;
        for (const SweepSummary::Influence& i : summary.influences) {
            if (i.outcome != o || shown++ >= most_axes)
                continue;
            const bool lacks = i.used < plan.points;
            any_lacks |= lacks;
            text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", sweep.axes[i.axis].name,
                                number(i.size.value),
                                lacks ? fmt::format(" ({} of {})", i.used, plan.points) : "");
        }
        fmt::print("{:<{}}  {}\n", sweep.outcomes[o].name, width,
                   text.empty() ? "it does not vary" : text);
    }
    if (any_lacks)
        fmt::print("In brackets: {} that tell; in the others a run failed, or the outcome is "
                   "unknown.\n",
                   morris ? "trajectories" : "rows of the design");
}

} // namespace

void print_sweep_summary(const LoadedSweep& loaded, const SweepSummary& summary) {
    const Sweep& sweep = loaded.sweep;
    fmt::print("{}\n{} points ({}{}), {} runs of {}, seed {}\n\n",
               loaded.title.empty() ? loaded.name : loaded.title, sweep.points(),
               design_text(sweep), sweep.base ? " and the scenario as it is" : "", summary.runs,
               sweep.scenario.name, sweep.scenario.seed);
    print_outcomes(loaded, summary);
    if (!summary.influences.empty())
        print_influences(sweep, summary);
    for (std::size_t c = 0; c < std::min(most_lines, summary.crossings.size()); ++c) {
        const SweepSummary::Crossing& crossing = summary.crossings[c];
        const TippingQuestion& q = loaded.tipping[crossing.question];
        fmt::print(
            "{}{}: P({}) {} {} {}\n", c == 0 ? "\n" : "", q.name, sweep.outcomes[q.outcome].name,
            std::isnan(crossing.tipping.at.value) ? "does not cross" : "crosses", number(q.level),
            (std::isnan(crossing.tipping.at.value)
                 ? "along " + sweep.axes[q.axis].name
                 : "at " + sweep.axes[q.axis].name + " " + interval(crossing.tipping.at)) +
                (crossing.where.empty() ? "" : " where " + crossing.where));
    }
    if (summary.crossings.size() > most_lines)
        fmt::print("and {} more in tipping.csv.\n", summary.crossings.size() - most_lines);
    if (!summary.disagreements.empty()) {
        fmt::print("\nWarning: the severity scales do not agree on which points are worse. Of the "
                   "pairs of points\nthat both scales tell apart, these order so many the other "
                   "way round:\n");
        for (const SweepSummary::Disagreement& d : summary.disagreements)
            fmt::print("  {} and {}: {:.1f} %\n", scale_names[index(d.first)],
                       scale_names[index(d.second)], 100 * d.share);
    }
    fmt::print("\nFingerprint {}\n", Fingerprint::hex(summary.fingerprint));
}

int print_plan(const LoadedSweep& loaded, const SweepOptions& options) {
    const Sweep& sweep = loaded.sweep;
    Rounds rounds(sweep, options.shard);
    const std::uint64_t jobs = rounds.next() ? rounds.size() : 0;
    const unsigned threads = thread_count(options.threads);
    // A second of runs, spread over the points: the first of a point also makes its first morning.
    using Clock = std::chrono::steady_clock;
    const auto seconds_since = [](Clock::time_point t) {
        return std::chrono::duration<double>(Clock::now() - t).count();
    };
    Simulator simulator(sweep);
    double first_runs = 0, further_runs = 0;
    std::uint64_t firsts = 0, furthers = 0, failed = 0;
    std::string bytes, why; // of the first that failed
    std::uint32_t first_failed = UINT32_MAX;
    const auto begun = Clock::now();
    constexpr std::uint64_t most_samples = 1000;
    // Points in steps by the golden ratio: spread evenly, however many there is time for, and none
    // twice.
    const std::uint64_t all = sweep.points();
    auto stride = static_cast<std::uint64_t>(0.618033988749895 * static_cast<double>(all)) + 1;
    while (std::gcd(stride, all) != 1)
        ++stride;
    for (std::uint64_t s = 0;
         s < std::min(most_samples, all) && (s == 0 || seconds_since(begun) < sample_seconds);
         ++s) {
        const auto point = static_cast<std::uint32_t>(s * stride % all);
        for (std::uint32_t r = 0; r < std::min(3U, sweep.replications); ++r) {
            const auto start = Clock::now();
            const RunResult result = simulator.run({point, r});
            (r == 0 ? first_runs : further_runs) += seconds_since(start);
            ++(r == 0 ? firsts : furthers);
            failed += !result.failure.empty();
            if (!result.failure.empty() && point < first_failed) {
                first_failed = point;
                why = fmt::format("at point {}: {}", point, result.failure);
            }
            append_result(result, bytes);
        }
    }
    const auto mean = [](double sum, std::uint64_t n) {
        return n == 0 ? 0 : sum / static_cast<double>(n);
    };
    const double further = furthers > 0 ? mean(further_runs, furthers) : mean(first_runs, firsts);
    const auto points = static_cast<double>(sweep.points()) / options.shard.of;
    const double seconds = (static_cast<double>(jobs) * further +
                            points * std::max(0.0, mean(first_runs, firsts) - further)) /
                           threads;
    const double of_run = mean(static_cast<double>(bytes.size()), firsts + furthers);
    constexpr double of_value = 14, of_row = 90; // bytes of CSV
    const auto width = static_cast<double>(sweep.outcomes.size());
    const double tables =
        static_cast<double>(jobs) * (of_value * width + 30) + 2 * points * width * of_row +
        points * sweep.scenario.ticks() * static_cast<double>(sweep.courses.size()) * of_row;
    fmt::print("{}: {} points ({}), {}{} runs of {} ticks{}\n", loaded.name, sweep.points(),
               design_text(sweep), sweep.stop_rule ? "at least " : "", jobs, sweep.scenario.ticks(),
               options.shard.of > 1
                   ? fmt::format(" in shard {} of {}", options.shard.number + 1, options.shard.of)
                   : "");
    if (sweep.stop_rule)
        fmt::print("and at most {} runs, by the stop rule\n",
                   std::uint64_t{sweep.points()} * sweep.replications / options.shard.of);
    fmt::print("about {} on {} thread{} ({:.3g} ms a run; {} were tried)\n", duration_text(seconds),
               threads, threads == 1 ? "" : "s", 1e3 * further, firsts + furthers);
    fmt::print("about {} of disk while it runs, {} of it for the output\n",
               size_text(static_cast<double>(jobs) * of_run + tables), size_text(tables));
    if (failed > 0)
        log_warning(fmt::format("{} of {} runs that were tried failed, first {}", failed,
                                firsts + furthers, why));
    return success;
}

} // namespace demarche
