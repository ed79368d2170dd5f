// A sweep of the tug of war, outcomes only: everything from points to tables on one thread, beside
// the floor (the same runs in a loop, watched by nobody), on two threads, and with points that are
// run once each. Run from the project's folder.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <stdexcept>
#include <unistd.h>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/journal.h"
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

void sweep_floor(benchmark::State& state) {
    const auto replications = static_cast<std::uint32_t>(state.range(0));
    const LoadedSweep loaded = tug_of_war(replications);
    Recorder nobody;
    for (auto _ : state)
        for (std::uint32_t p = 0; p < points; ++p) {
            Scenario scenario = loaded.sweep.scenario;
            const std::vector<double> values = loaded.sweep.point(p);
            for (std::size_t x = 0; x < values.size(); ++x)
                *find_parameter(scenario.setting, loaded.sweep.axes[x].paths[0]).value = values[x];
            const World first_morning(scenario);
            for (std::uint32_t r = 0; r < replications; ++r)
                benchmark::DoNotOptimize(run(first_morning, r, nobody));
        }
    count_runs(state, points * replications);
}

void sweep_whole(benchmark::State& state) {
    const auto replications = static_cast<std::uint32_t>(state.range(0));
    const LoadedSweep loaded = tug_of_war(replications);
    const fs::path folder =
        fs::temp_directory_path() / ("demarche-bench-" + std::to_string(getpid()));
    for (auto _ : state) {
        fs::create_directories(folder);
        {
            Simulator simulator(loaded.sweep);
            Rounds rounds(loaded.sweep, {});
            rounds.next();
            Journal journal(folder / "runs", [](const RunResult&) {});
            InOrder<RunResult> jobs;
            jobs.count = rounds.size();
            jobs.threads = static_cast<unsigned>(state.range(1));
            jobs.work = [&](std::uint64_t i) { return simulator.run(rounds.job(i)); };
            jobs.collect = [&](std::uint64_t, RunResult& result) { journal.add(result); };
            jobs.run();
        }
        OutputFolder output(folder / "output");
        JournalReader results(folder / "runs");
        write_sweep_tables(loaded, [&](RunResult& r) { return results.next(r); }, output);
        output.close();
        fs::remove_all(folder);
    }
    count_runs(state, points * replications);
}

BENCHMARK(sweep_floor)->Arg(20)->Arg(1)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(sweep_whole)
    ->Args({20, 1})
    ->Args({1, 1})
    ->Args({20, 2})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace demarche
