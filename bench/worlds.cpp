#include "bench/worlds.h"

#include <algorithm>
#include <array>
#include <string>

#include "sim/core/elementary.h"
#include "sim/engine/equilibrium.h"
#include "sim/io/act_reader.h"

namespace demarche {

Scenario plain_world(std::size_t n, double acts_per_day) {
    Scenario s;
    s.name = "plain";
    s.days = 100000;
    s.acts = default_acts();
    const std::size_t policy = s.setting.policies.find("appraisal");
    for (std::size_t i = 0; i < n; ++i) {
        Actor a;
        a.id = std::string{static_cast<char>('A' + i / 676 % 26),
                           static_cast<char>('A' + i / 26 % 26), static_cast<char>('A' + i % 26)};
        a.policy = policy;
        a.power = 1.0 / static_cast<double>(n);
        s.setting.actors.push_back(a);
    }
    // Every pair alike, through the gravity prior: a million relations would fill the memory.
    const double each = acts_per_day / static_cast<double>(n * (n - 1));
    constexpr std::array<double, class_count> share{0.45, 0.05, 0.45, 0.05};
    double stated = 0;
    for (std::size_t q = 0; q < class_count; ++q) {
        const double rate = std::max(each * share[q], least_ordinary_rate);
        s.setting.gravity.of_class[q] = {.intercept = log_bits(rate)};
        stated += rate;
    }
    if (acts_per_day > 0)
        for (Actor& a : s.setting.actors)
            a.knobs.activity = each / stated; // quieter than levels can say
    return s;
}

void per_dyad(benchmark::State& state, std::size_t n) {
    state.counters["per dyad"] = benchmark::Counter(static_cast<double>(n * (n - 1)),
                                                    benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

} // namespace demarche
