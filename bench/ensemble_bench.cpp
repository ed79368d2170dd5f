// Replications of shipped scenarios with outcomes only, on one thread and on two: what a study
// costs. Run from the project's folder.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "sim/engine/world.h"
#include "sim/io/scenario_reader.h"
#include "sim/study/ensemble.h"
#include "sim/study/outcomes.h"

namespace demarche {
namespace {

void replications(benchmark::State& state, const char* config, std::uint32_t count) {
    Problems problems;
    const auto loaded = load_scenario(config, {}, problems);
    if (!loaded)
        throw std::runtime_error(problems.text());
    Ensemble ensemble;
    ensemble.scenario = &loaded->scenario;
    ensemble.replications = count;
    ensemble.threads = static_cast<unsigned>(state.range(0));
    double messages = 0;
    ensemble.record = [](std::uint32_t) { return std::make_unique<OutcomeRecorder>(); };
    ensemble.collect = [&](std::uint32_t, Recorder& r, std::uint64_t) {
        for (std::uint64_t of_class : static_cast<const OutcomeRecorder&>(r).outcome.messages)
            messages += static_cast<double>(of_class);
    };
    for (auto _ : state)
        ensemble.run();
    state.counters["runs/s"] =
        benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["messages/run"] =
        benchmark::Counter(messages / count, benchmark::Counter::kAvgIterations);
}
void tug_of_war(benchmark::State& state) {
    replications(state, "configs/tug_of_war.toml", 100);
}
void world(benchmark::State& state) {
    replications(state, "configs/world.toml", 4);
}
void world_start(benchmark::State& state) {
    Problems problems;
    const auto loaded = load_scenario("configs/world.toml", {}, problems);
    for (auto _ : state)
        benchmark::DoNotOptimize(World(loaded->scenario).n);
}

BENCHMARK(tug_of_war)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(world)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(world_start)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace demarche
