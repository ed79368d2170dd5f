#include "sim/study/outcomes.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sim/core/threads.h"
#include "sim/study/ensemble.h"

namespace demarche {

std::size_t pair_index(const Scenario& scenario, std::string_view a, std::string_view b) {
    const auto row = [&](std::string_view id) {
        const std::vector<Actor>& actors = scenario.setting.actors;
        const auto found = std::find_if(actors.begin(), actors.end(),
                                        [&](const Actor& actor) { return actor.id == id; });
        if (found == actors.end())
            throw std::invalid_argument("no state is called '" + std::string(id) + "'");
        return static_cast<std::size_t>(found - actors.begin());
    };
    if (a == b)
        throw std::invalid_argument("a pair is two states, not '" + std::string(a) + "' twice");
    return pair_index(row(a), row(b), scenario.actor_count());
}

void OutcomeRecorder::begin(const World& world) {
    begun_ = world.tick;
    for (std::size_t a = 0; a < world.n; ++a)
        for (std::size_t b = a + 1; b < world.n; ++b) {
            const int rung = world.rung(a, b);
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
    world.confrontations.for_each([&](const Confrontation& c) {
        RunOutcome::Pair& pair =
            outcome.pairs[pair_index(c.pair / world.n, c.pair % world.n, world.n)];
        if (c.rung <= pair.peak_rung)
            return;
        pair.peak_rung = c.rung;
        pair.peak_tick = world.tick;
    });
    outcome.fingerprint = world.fingerprint.value();
}

std::vector<RunOutcome> outcomes(const Scenario& scenario, std::uint32_t replications) {
    std::vector<RunOutcome> kept;
    Ensemble ensemble;
    ensemble.scenario = &scenario;
    ensemble.replications = replications;
    ensemble.threads = thread_count();
    ensemble.record = [](std::uint32_t) { return std::make_unique<OutcomeRecorder>(); };
    ensemble.collect = [&](std::uint32_t, Recorder& recorder, std::uint64_t) {
        kept.push_back(std::move(static_cast<OutcomeRecorder&>(recorder).outcome));
    };
    ensemble.run();
    return kept;
}

} // namespace demarche
