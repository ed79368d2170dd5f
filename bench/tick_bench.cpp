// What a tick costs, per directed dyad, and what the parts of it cost: run
// build/release/bench/demarche_bench. Machines are noisy: compare numbers of one run with each
// other, not with those of another day.
#include <benchmark/benchmark.h>

#include <string>

#include "sim/core/elementary.h"
#include "sim/engine/decide.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/act_reader.h"

namespace demarche {
namespace {

/// N states of middling power without ties; levels from the gravity prior.
Scenario plain_world(std::size_t n) {
    Scenario s;
    s.name = "plain";
    s.days = 1 << 20;
    s.acts = default_acts();
    for (std::size_t i = 0; i < n; ++i) {
        Actor a;
        a.id = std::string{static_cast<char>('A' + i / 676 % 26),
                           static_cast<char>('A' + i / 26 % 26), static_cast<char>('A' + i % 26)};
        a.policy = s.setting.policies.find("appraisal");
        a.power = 1.0 / static_cast<double>(n);
        s.setting.actors.push_back(a);
    }
    return s;
}

void per_dyad(benchmark::State& state, std::size_t n) {
    state.counters["per dyad"] = benchmark::Counter(static_cast<double>(n * (n - 1)),
                                                    benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

void tick(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const Scenario s = plain_world(n);
    World world(s);
    DecisionScratch scratch(n);
    Recorder nobody;
    std::size_t messages = 0;
    for (auto _ : state) {
        step(world, scratch, nobody);
        messages += world.outbox.size();
    }
    per_dyad(state, n);
    state.counters["messages/tick"] =
        static_cast<double>(messages) / static_cast<double>(state.iterations());
}

void appraisal(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const Scenario s = plain_world(n);
    const World world(s);
    DecisionScratch scratch(n);
    for (auto _ : state)
        for (std::size_t i = 0; i < n; ++i) {
            appraise(world, i, scratch);
            benchmark::DoNotOptimize(scratch.rate[0].data());
        }
    per_dyad(state, n);
}

/// Four random numbers, four exp and four log a dyad: what no tick can do without.
void elementary(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const Random random(1, 0);
    std::vector<double> x(n, 0.01), y(n);
    std::uint32_t t = 0;
    for (auto _ : state) {
        ++t;
        for (std::uint32_t i = 0; i < n; ++i) {
            std::uint32_t least = 0;
            for (std::uint32_t j = 0; j < n; ++j)
                least ^= random.block({Purpose::count, t, i, j})[0];
            benchmark::DoNotOptimize(least);
            for (int q = 0; q < 4; ++q) {
                for (std::size_t j = 0; j < n; ++j)
                    y[j] = exp_bits(0.9 * log_bits(x[j]));
                benchmark::DoNotOptimize(y.data());
            }
        }
    }
    per_dyad(state, n);
}

BENCHMARK(tick)->Arg(10)->Arg(50)->Arg(200);
BENCHMARK(appraisal)->Arg(10)->Arg(50)->Arg(200);
BENCHMARK(elementary)->Arg(10)->Arg(50)->Arg(200);

} // namespace
} // namespace demarche

BENCHMARK_MAIN();
