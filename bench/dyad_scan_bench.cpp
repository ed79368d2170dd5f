// The common denominator of agent-based frameworks: everybody looks at everybody. N agents, all
// ordered pairs; each tick, for every j other than i: h = 0.9 h + incoming, p = 1 / (1 + exp(1 -
// h)), and with probability 0.02 p agent i sends j a message worth 0.5 to h(j, i) on the next tick.
// Here as a policy of the ordinary engine (counts are Poisson with mean 0.02 p).
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "agents/basic_policy.h"
#include "bench/worlds.h"
#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/engine/decide.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double keep = 0.9;
constexpr double worth = 0.5;

struct DyadScan final : BasicPolicy<DyadScan> {
    std::string_view name() const override { return "dyad_scan"; }
    std::string_view summary() const override { return "the benchmark of frameworks"; }
    bool settles() const override { return true; }
    RecordColumns reads() const override {
        return columns(column(Stream::received, QuadClass::vconf), 1);
    }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes)
            response[q].level = 0;
        response[QuadClass::vconf].base = 0.02;
        response[QuadClass::vconf].dispersion = {30, 0}; // Poisson
    }
    void posture(const View& view, std::span<PerClass> posture) const override {
        std::array<double, 64> p;
        for (std::size_t first = 0; first < view.count(); first += p.size()) {
            const std::size_t count = std::min(p.size(), view.count() - first);
            // The last one some times over: whole lanes are what processors foresee.
            const std::size_t whole = (count + lanes - 1) / lanes * lanes;
            const auto at = [&](std::size_t k) { return first + std::min(k, count - 1); };
            for (std::size_t k = 0; k < whole; ++k) {
                view.fetch_ahead(first + k, column(Stream::received, QuadClass::vconf), 1);
                p[k] = h(view, at(k));
            }
            doctrine(std::span(p).first(whole));
            for (std::size_t k = 0; k < whole; ++k)
                posture[at(k)][index(QuadClass::vconf)] = p[k];
        }
    }
    DEMARCHE_VECTORISE static void doctrine(std::span<double> p) {
        for (double& x : p)
            x = -log_bits(1 + exp_bits(1 - x));
    }
    /// A memory is an average rate: (1 - keep) for every message that has just arrived.
    static double h(const View& view, std::size_t k) {
        return view.memory(k, column(Stream::received, QuadClass::vconf)) * (worth / (1 - keep));
    }
};

/// How much of its core the program has: nanoseconds for eight integer operations that do not wait
/// for each other, which a stranger's thread on the other half of the core makes twice as many. The
/// least of a machine is that of a whole core.
double eight_operations() {
    constexpr int rounds = 200'000;
    std::array<std::uint64_t, 4> x{1, 2, 3, 4};
    const auto begun = std::chrono::steady_clock::now();
    for (int k = 0; k < rounds; ++k) {
        x[0] ^= x[0] << 3U;
        x[1] += x[1] >> 5U;
        x[2] ^= x[2] << 7U;
        x[3] += x[3] >> 9U;
        __asm__ volatile("" : "+r"(x[0]), "+r"(x[1]), "+r"(x[2]), "+r"(x[3]));
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    return took.count() / rounds;
}

Scenario scan_world(std::size_t n) {
    Scenario s = plain_world(n, 0);
    Act say;
    say.id = "say";
    say.quad = QuadClass::vconf;
    say.channels = {Channel::public_};
    say.frequency = 1;
    say.score.fill(1);
    s.acts = ActTable({say});
    const std::size_t policy = s.setting.policies.add(std::make_unique<DyadScan>());
    for (Actor& a : s.setting.actors) {
        a.policy = policy;
        a.knobs.face = 1; // a public affront then weighs 1
    }
    s.setting.memory.half_life[0] = std::log(0.5) / std::log(keep);
    s.setting.perception.salience_tail = 1000; // all as loud
    return s;
}

void dyad_scan(benchmark::State& state) {
    constexpr int ticks = 500;
    const auto n = static_cast<std::size_t>(state.range(0));
    const bool ask_everybody = state.range(1) != 0;
    const bool causes = state.range(2) != 0;
    const Scenario s = scan_world(n);
    const World first_morning(s);
    DecisionScratch scratch(n);
    Recorder nobody;
    double messages = 0, mean_h = 0, asked = 0, operations = 0;
    for (auto _ : state) {
        state.PauseTiming();
        operations += eight_operations();
        World world(first_morning, 0);
        world.ask_everybody = ask_everybody;
        world.draws_causes = causes;
        state.ResumeTiming();
        for (int t = 0; t < ticks; ++t) {
            step(world, scratch, nobody);
            asked += static_cast<double>(scratch.occasions.size());
        }
        messages = static_cast<double>(world.last_message);
        state.PauseTiming();
        mean_h = 0;
        for (std::size_t i = 0; i < n; ++i) {
            scratch.targets = scratch.everybody;
            const View view = look(world, i, scratch);
            for (std::size_t j = 0; j < n; ++j)
                if (j != i)
                    mean_h += DyadScan::h(view, j) / static_cast<double>(n * (n - 1));
        }
        state.ResumeTiming();
    }
    state.counters["dyads/s"] = benchmark::Counter(static_cast<double>(n * (n - 1)) * ticks,
                                                   benchmark::Counter::kIsIterationInvariantRate);
    state.counters["messages"] = messages;
    state.counters["asked/tick"] =
        benchmark::Counter(asked / ticks, benchmark::Counter::kAvgIterations);
    state.counters["mean h"] = mean_h;
    state.counters["ns per 8 operations"] =
        benchmark::Counter(operations, benchmark::Counter::kAvgIterations);
}
BENCHMARK(dyad_scan)
    ->ArgNames({"n", "ask_everybody", "causes"})
    ->Args({200, 0, 0})
    ->Args({200, 0, 1})
    ->Args({200, 1, 0})
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace demarche

BENCHMARK_MAIN();
