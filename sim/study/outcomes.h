#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/engine/recorder.h"
#include "sim/engine/world.h"
#include "sim/study/statistics.h"

namespace demarche {

/// What a run came to, for people: where every pair stood and how far it climbed.
struct RunOutcome {
    struct Pair {
        int start_rung = 0;
        int peak_rung = 0;
        int peak_tick = 0; ///< of the first time it stood there
        int messages = 0;  ///< conflict acts, both directions
    };
    std::vector<Pair> pairs; ///< upper triangle, row by row
    std::array<std::uint64_t, class_count> messages{};
    int crises = 0;        ///< onsets while it was recorded
    int crises_before = 0; ///< under way at the start of that
    std::uint64_t fingerprint = 0;
};

/// Position of an unordered pair in RunOutcome::pairs.
constexpr std::size_t pair_index(std::size_t a, std::size_t b, std::size_t n) {
    const std::size_t low = a < b ? a : b;
    const std::size_t high = a < b ? b : a;
    return low * n - low * (low + 1) / 2 + (high - low - 1);
}

/// The same for two states by their ids. Throws std::invalid_argument where there is none.
std::size_t pair_index(const Scenario& scenario, std::string_view a, std::string_view b);

class OutcomeRecorder : public Recorder {
public:
    bool reads_causes() const override { return false; }
    void begin(const World& world) override;
    void crisis_ended(const World&, const Crisis& crisis, std::string_view) override {
        const bool before = crisis.trigger == 0 || crisis.onset < begun_;
        ++(before ? outcome.crises_before : outcome.crises);
    }
    void tick(const World& world, std::span<const Message> messages) override;
    RunOutcome outcome;

private:
    int begun_ = 0; ///< tick
};

/// Runs replications 0, 1, ... of a scenario in memory, on all processors. What they came to, in
/// this order.
std::vector<RunOutcome> outcomes(const Scenario& scenario, std::uint32_t replications);

} // namespace demarche
