#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/core/threads.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/event_reader.h"
#include "sim/io/fact_reader.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/states.h"
#include "sim/study/event_log.h"
#include "sim/study/facts.h"
#include "sim/study/in_order.h"
#include "sim/study/statistics.h"

namespace demarche {
namespace {

constexpr int year_days = 364;
constexpr int window_days = 43 * week_days; // as long as the first window of real events
constexpr double window_cover = 0.9;        // of the interval of windows that is shown
constexpr std::size_t few_states = 30;      // worlds of fewer are not what the facts are about
constexpr int trial_days = 13 * week_days;  // of the run that says how long all will take

/// What was measured, by window and by run.
struct Measured {
    std::vector<Measurements> windows, runs;

    std::vector<double> of(const StylisedFact& fact) const {
        std::vector<double> out;
        for (const Measurements& m : fact.whole_run ? runs : windows)
            if (const auto it = m.find(fact.name); it != m.end() && std::isfinite(it->second))
                out.push_back(it->second);
        return out;
    }
    void add(Measured&& other) {
        for (auto [to, from] : {std::pair(&windows, &other.windows), {&runs, &other.runs}})
            std::move(from->begin(), from->end(), std::back_inserter(*to));
    }
};

/// Runs one world and measures it from its second year on.
Measured simulate(const Scenario& scenario) {
    EventLog log;
    run(World(scenario), 0, log);
    const Day begin{scenario.start.number + year_days};
    const Day end{scenario.start.number + scenario.days};
    Measured out;
    for (Day d = begin; d.number + window_days <= end.number; d.number += window_days) {
        const EventSeries window =
            series_of(scenario, log.events(), d, Day{d.number + window_days});
        const Bonds ties = bonds(scenario, window.actors());
        out.windows.push_back(measure(window, &ties));
    }
    measure_disputes(series_of(scenario, log.events(), begin, end), out.runs.emplace_back());
    return out;
}

/// How long runs will about take, from the first months of one.
double estimated_seconds(const Scenario& scenario, double worlds, double threads) {
    Scenario trial = scenario;
    trial.days = std::min(scenario.days, trial_days);
    const auto begun = std::chrono::steady_clock::now();
    EventLog log;
    const World world(trial);
    const std::chrono::duration<double> first = std::chrono::steady_clock::now() - begun;
    run(world, 0, log);
    const std::chrono::duration<double> all = std::chrono::steady_clock::now() - begun;
    const double of_days = (all - first).count() * scenario.days / trial.days;
    return (first.count() + of_days) * std::ceil(worlds / threads);
}

std::string range_of(const std::vector<double>& x, bool mean_first) {
    if (x.empty())
        return "-";
    if (!mean_first || x.size() == 1) {
        const auto [low, high] = std::minmax_element(x.begin(), x.end());
        return x.size() == 1 ? fmt::format("{:.4g}", x[0])
                             : fmt::format("{:.4g} to {:.4g}", *low, *high);
    }
    Moments m;
    for (const double v : x)
        m.add(v);
    const Spread s = spread(x, window_cover);
    return fmt::format("{:.4g} ({:.4g} to {:.4g})", m.mean(), s.low, s.high);
}

void print_row(const std::vector<std::string>& cells, bool markdown) {
    constexpr std::array<int, 6> width{28, 62, 18, 18, 28, 0};
    std::string line = markdown ? "|" : "";
    for (std::size_t c = 0; c < cells.size(); ++c)
        line +=
            markdown ? fmt::format(" {} |", cells[c]) : fmt::format("{:<{}} ", cells[c], width[c]);
    while (line.ends_with(' '))
        line.pop_back();
    fmt::print("{}\n", line);
}

void print_table(const Measured& measured, bool events, bool markdown) {
    print_row({"statistic", "what", "real", "allowed", events ? "events" : "model", "verdict"},
              markdown);
    if (markdown)
        print_row({"---", "---", "---", "---", "---", "---"}, true);
    std::array<int, verdict_names.size()> count{};
    for (const StylisedFact& fact : stylised_facts()) {
        const std::vector<double> values = measured.of(fact);
        const Verdict v = verdict(fact, values);
        ++count[static_cast<std::size_t>(v)];
        print_row({fact.name, fact.what, range_of(fact.real, false),
                   fmt::format("{:.4g} to {:.4g}", fact.low, fact.high), range_of(values, true),
                   std::string(verdict_names[static_cast<std::size_t>(v)])},
                  markdown);
    }
    const int claimed = count[0] + count[1];
    fmt::print("\n{} of {} claimed facts pass ({:.0f} %), {} fail", count[0], claimed,
               claimed ? 100.0 * count[0] / claimed : 0.0, count[1]);
    if (count[3] > 0)
        fmt::print(", {} could not be measured", count[3]);
    fmt::print("; {} not claimed.\n", count[2]);
    if (count[2] == 0)
        return;
    fmt::print("\n");
    for (const StylisedFact& fact : stylised_facts())
        if (!fact.not_claimed.empty())
            fmt::print("{}Not claimed: {}: {}.\n", markdown ? "- " : "", fact.name,
                       fact.not_claimed);
}

} // namespace

int validate_command(const ValidateOptions& options) {
    Problems problems;
    std::vector<std::string> overrides{"run.tick_days=" + std::to_string(options.tick_days),
                                       "run.days=" +
                                           std::to_string((options.years + 1) * year_days)};
    overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
    const auto loaded = options.config.empty() ? load_known_world(overrides, problems)
                                               : load_scenario(options.config, overrides, problems);
    std::optional<EventSeries> events;
    if (!options.events.empty())
        events = read_events(options.events, problems);
    if (refuse(problems) || !loaded)
        return failure;
    Measured measured;
    if (events) {
        const Bonds ties = bonds(loaded->scenario, events->actors());
        measured.windows.push_back(measure(*events, &ties));
        measured.runs.push_back(measured.windows.back());
    } else {
        const unsigned threads = thread_count(options.threads);
        if (!options.quiet && loaded->scenario.actor_count() < few_states)
            log_warning(fmt::format("a world of {} states is too small for facts about the whole "
                                    "system of states: many cannot be measured or do not apply",
                                    loaded->scenario.actor_count()));
        if (!options.quiet)
            fmt::print(stderr, "validate: {} world{} of {} states will take about {}\n",
                       options.worlds, options.worlds == 1 ? "" : "s",
                       loaded->scenario.actor_count(),
                       duration_text(estimated_seconds(loaded->scenario, options.worlds, threads)));
        Progress progress("validate", options.worlds, options.quiet);
        InOrder<Measured> jobs;
        jobs.count = options.worlds;
        jobs.threads = threads;
        jobs.work = [&](std::uint64_t world) {
            Scenario scenario = loaded->scenario;
            scenario.seed += world;
            return simulate(scenario);
        };
        jobs.collect = [&](std::uint64_t world, Measured& m) {
            measured.add(std::move(m));
            progress.advance_to(world + 1);
        };
        jobs.run();
    }
    print_table(measured, events.has_value(), options.markdown);
    return success;
}

} // namespace demarche
