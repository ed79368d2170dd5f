#include "bench/worlds.h"

#include <string>

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
    const double each = acts_per_day / static_cast<double>(n * (n - 1));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j)
                s.setting.relations.push_back({i, j, {each / 2, each / 20, each / 2, each / 20}});
    return s;
}

void per_dyad(benchmark::State& state, std::size_t n) {
    state.counters["per dyad"] = benchmark::Counter(static_cast<double>(n * (n - 1)),
                                                    benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

} // namespace demarche
