// A sweep of the tug of war, outcomes only: everything from points to tables on one thread, beside
// the floor (the same runs in a loop, watched by nobody), on two threads, and with points that are
// run once each. Run from the project's folder.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <unistd.h>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/journal.h"
#include "sim/io/manifest.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/sweep_tables.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t points = 10;

LoadedSweep tug_of_war(std::uint32_t replications) {
    Problems problems;
    auto scenario = load_scenario("configs/tug_of_war.toml", {}, problems);
    if (!scenario)
        throw std::runtime_error(problems.text());
    LoadedSweep loaded;
    loaded.name = "bench";
    loaded.scenario_text = scenario->text;
    Sweep& sweep = loaded.sweep;
    sweep.scenario = std::move(scenario->scenario);
    sweep.axes = {range_axis("state.KAZ.pacifism", 0, 1), range_axis("state.KAZ.loyalty", 0, 1)};
    DesignPlan plan;
    plan.kind = DesignKind::lhs;
    plan.factors = 2;
    plan.points = points;
    sweep.design.emplace(plan);
    sweep.replications = replications;
    sweep.outcomes = escalation_outcomes();
    for (const OutcomeKind kind : {OutcomeKind::peak, OutcomeKind::crises, OutcomeKind::parties}) {
        Outcome outcome;
        outcome.name = outcome_kind_names[static_cast<std::size_t>(kind)];
        outcome.kind = kind;
        outcome.rung = force_rung;
        sweep.outcomes.insert(sweep.outcomes.begin(), outcome);
    }
    return loaded;
}

void count_runs(benchmark::State& state, std::uint64_t runs) {
    state.counters["runs/s"] = benchmark::Counter(static_cast<double>(runs),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}

/// Sees and asks for nothing, as the recorder of outcomes asks for no causes.
struct Nobody final : Recorder {
    bool reads_causes() const override { return false; }
};

void simulate(const LoadedSweep& loaded) {
    Nobody nobody;
    for (std::uint32_t p = 0; p < points; ++p) {
        Scenario scenario = loaded.sweep.scenario;
        const std::vector<double> values = loaded.sweep.point(p);
        for (std::size_t x = 0; x < values.size(); ++x)
            *find_parameter(scenario.setting, loaded.sweep.axes[x].paths[0]).value = values[x];
        const World first_morning(scenario);
        for (std::uint32_t r = 0; r < loaded.sweep.replications; ++r)
            benchmark::DoNotOptimize(run(first_morning, r, nobody));
    }
}

void sweep_all(const LoadedSweep& loaded, unsigned threads) {
    const fs::path folder =
        fs::temp_directory_path() / ("demarche-bench-" + std::to_string(getpid()));
    fs::create_directories(folder);
    {
        Simulator simulator(loaded.sweep);
        Rounds rounds(loaded.sweep, {});
        rounds.next();
        Journal journal(folder / "runs", [](const RunResult&) {});
        InOrder<RunResult> jobs;
        jobs.count = rounds.size();
        jobs.threads = threads;
        jobs.work = [&](std::uint64_t i) { return simulator.run(rounds.job(i)); };
        jobs.collect = [&](std::uint64_t, RunResult& result) { journal.add(result); };
        jobs.run();
    }
    OutputFolder output(folder / "output", sweep_output);
    JournalReader results(folder / "runs");
    write_sweep_tables(loaded, [&](RunResult& r) { return results.next(r); }, output);
    output.close();
    fs::remove_all(folder);
}

void sweep_floor(benchmark::State& state) {
    const LoadedSweep loaded = tug_of_war(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state)
        simulate(loaded);
    count_runs(state, points * loaded.sweep.replications);
}
void sweep_whole(benchmark::State& state) {
    const LoadedSweep loaded = tug_of_war(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state)
        sweep_all(loaded, static_cast<unsigned>(state.range(1)));
    count_runs(state, points * loaded.sweep.replications);
}

/// Everything but simulating, as a share of it: both in turns, the least time of each counts.
void sweep_overhead(benchmark::State& state) {
    const LoadedSweep loaded = tug_of_war(static_cast<std::uint32_t>(state.range(0)));
    double floor = std::numeric_limits<double>::infinity(), whole = floor;
    const auto seconds = [](auto&& what) {
        const auto begun = std::chrono::steady_clock::now();
        what();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    for (auto _ : state) {
        floor = std::min(floor, seconds([&] { simulate(loaded); }));
        whole = std::min(whole, seconds([&] { sweep_all(loaded, 1); }));
    }
    state.counters["overhead"] = whole / floor - 1;
}

BENCHMARK(sweep_floor)->Arg(20)->Arg(1)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(sweep_whole)
    ->Args({20, 1})
    ->Args({1, 1})
    ->Args({20, 2})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(sweep_overhead)->Arg(20)->Iterations(8)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace demarche
