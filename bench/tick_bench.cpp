// What a tick costs per directed dyad, beside what no tick that asks everybody can do without (the
// floor). Machines are noisy: compare numbers of one run with each other, not with another day's.
#include <algorithm>
#include <numeric>

#include "bench/worlds.h"
#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/engine/decide.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double acts_per_day = 100;

/// One tick of a world in which about a hundred acts a day happen, however many states there are.
void run_ticks(benchmark::State& state, bool ask_everybody) {
    const auto n = static_cast<std::size_t>(state.range(0));
    // Of 5,000 states most pairs have not met yet and few are in a spell of acts: more are stated,
    // so that as many happen.
    const Scenario s = plain_world(n, n < 5000 ? acts_per_day : 1.4 * acts_per_day);
    World world(s);
    world.ask_everybody = ask_everybody;
    DecisionScratch scratch(n);
    Recorder nobody;
    for (int warm_up = 0; warm_up < 3; ++warm_up)
        step(world, scratch, nobody);
    std::size_t messages = 0, asked = 0;
    for (auto _ : state) {
        step(world, scratch, nobody);
        messages += world.outbox.size();
        asked += scratch.occasions.size();
    }
    per_dyad(state, n);
    const auto ticks = static_cast<double>(state.iterations());
    state.counters["messages/tick"] = static_cast<double>(messages) / ticks;
    state.counters["asked/tick"] = static_cast<double>(asked) / ticks;
}
void tick(benchmark::State& state) {
    run_ticks(state, false);
}
void tick_asking_everybody(benchmark::State& state) {
    run_ticks(state, true);
}

/// Rates of every directed pair, and nothing else.
void appraisal(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const Scenario s = plain_world(n, acts_per_day);
    const World world(s);
    DecisionScratch scratch(n);
    for (auto _ : state)
        for (std::size_t i = 0; i < n; ++i) {
            appraise(world, i, scratch);
            benchmark::DoNotOptimize(scratch.rate.data());
        }
    per_dyad(state, n);
}

DEMARCHE_VECTORISE
void stream_once(const double* x, std::size_t size, double* out) {
    double sum[8] = {};
    for (std::size_t k = 0; k + 8 <= size; k += 8)
        for (std::size_t lane = 0; lane < 8; ++lane)
            sum[lane] += x[k + lane];
    out[0] = std::accumulate(sum, sum + 8, 0.0);
}
DEMARCHE_VECTORISE
void exp_log_once(const double* x, std::size_t size, double* out) {
    for (std::size_t k = 0; k < size; ++k)
        out[k] = exp_bits(0.9 * log_bits(x[k]));
}

/// What an appraisal cannot do without: to read the same records and levels, and to take an exp and
/// a log per class. `random`: and a random number per class, as a tick needs.
void floor_of(benchmark::State& state, bool random_numbers) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const Random random(1, 0);
    // Where rows are so many that they fill the memory, some are read again.
    const std::size_t rows = std::min(n, (std::size_t{1} << 26U) / (n * record_width) + 1);
    std::vector<double> records(rows * n * record_width, 0.01), x(n, 0.01), y(n);
    const std::vector<double> levels(n * n * class_count, 0.01);
    RandomBatch words;
    std::uint32_t t = 0;
    for (auto _ : state) {
        ++t;
        for (std::uint32_t i = 0; i < n; ++i) {
            double sum = 0;
            stream_once(records.data() + i % rows * n * record_width, n * record_width, &sum);
            benchmark::DoNotOptimize(sum);
            stream_once(levels.data() + i * n * class_count, n * class_count, &sum);
            benchmark::DoNotOptimize(sum);
            for (std::size_t q = 0; q < class_count; ++q) {
                exp_log_once(x.data(), n, y.data());
                benchmark::DoNotOptimize(y.data());
            }
            if (!random_numbers)
                continue;
            for (std::uint32_t first = 0; first < n; first += RandomBatch::size) {
                for (std::uint32_t k = 0; k < RandomBatch::size; ++k)
                    words.set(k, {Purpose::count, t, i, first + k});
                random.draw(words);
                benchmark::DoNotOptimize(words);
            }
        }
    }
    per_dyad(state, n);
}
void appraisal_floor(benchmark::State& state) {
    floor_of(state, false);
}
void tick_floor(benchmark::State& state) {
    floor_of(state, true);
}

BENCHMARK(tick)->Arg(10)->Arg(50)->Arg(200)->Arg(1000)->Unit(benchmark::kMicrosecond);
// The first morning of 25 million pairs takes a minute and some gigabytes: once.
BENCHMARK(tick)->Arg(5000)->Iterations(200)->Unit(benchmark::kMicrosecond);
BENCHMARK(tick_asking_everybody)
    ->Arg(10)
    ->Arg(50)
    ->Arg(200)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(tick_floor)
    ->Arg(10)
    ->Arg(50)
    ->Arg(200)
    ->Arg(1000)
    ->Arg(5000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(appraisal)->Arg(10)->Arg(50)->Arg(200)->Unit(benchmark::kMicrosecond);
BENCHMARK(appraisal_floor)->Arg(10)->Arg(50)->Arg(200)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace demarche
