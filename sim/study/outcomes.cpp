#include "sim/study/outcomes.h"

#include <algorithm>

namespace demarche {

void OutcomeRecorder::begin(const World& world) {
    for (std::size_t a = 0; a < world.n; ++a)
        for (std::size_t b = a + 1; b < world.n; ++b) {
            const int rung = static_cast<int>(world.rung[world.pair(a, b)]);
            outcome.pairs.push_back({rung, rung, 0, 0});
        }
}

void OutcomeRecorder::tick(const World& world, std::span<const Message> messages) {
    for (const Message& m : messages) {
        const Act& act = world.scenario->acts[m.act];
        if (act.quad == QuadClass::none)
            continue;
        ++outcome.messages[index(act.quad)];
        if (m.source < world.n && is_conflict(act.quad))
            ++outcome.pairs[pair_index(m.source, m.target, world.n)].messages;
    }
    std::size_t p = 0;
    for (std::size_t a = 0; a < world.n; ++a)
        for (std::size_t b = a + 1; b < world.n; ++b, ++p) {
            const int rung = static_cast<int>(world.rung[world.pair(a, b)]);
            if (rung <= outcome.pairs[p].peak_rung)
                continue;
            outcome.pairs[p].peak_rung = rung;
            outcome.pairs[p].peak_tick = world.tick;
        }
    outcome.fingerprint = world.fingerprint.value();
}

Spread spread(std::vector<double> sample, double cover) {
    std::sort(sample.begin(), sample.end());
    const auto quantile = [&](double p) {
        const double position = p * static_cast<double>(sample.size() - 1);
        const auto below = static_cast<std::size_t>(position);
        const auto above = std::min(below + 1, sample.size() - 1);
        return sample[below] +
               (position - static_cast<double>(below)) * (sample[above] - sample[below]);
    };
    return {quantile((1 - cover) / 2), quantile(0.5), quantile((1 + cover) / 2)};
}

} // namespace demarche
