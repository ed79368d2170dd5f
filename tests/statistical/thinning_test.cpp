// Asking only the pairs that can act against asking everybody, at length: what happens is the same
// message by message, so any statistic of it is, with a false-alarm rate of zero.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "sim/core/threads.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

struct Case {
    const char* config;
    std::uint32_t replications;
};
void PrintTo(const Case& c, std::ostream* out) { // in names of tests
    *out << c.config;
}

/// Messages by class, which a fingerprint of equal runs makes equal, too.
struct Counts : Recorder {
    bool reads_causes() const override { return false; }
    std::array<std::uint64_t, class_count> of_class{};
    void tick(const World& world, std::span<const Message> messages) override {
        for (const Message& m : messages)
            if (const Act& act = world.scenario->acts[m.act]; act.quad != QuadClass::none)
                ++of_class[index(act.quad)];
    }
};

class Scenarios : public testing::TestWithParam<Case> {};

TEST_P(Scenarios, AskingEverybodyChangesNothing) {
    Problems problems;
    const auto loaded = load_scenario(GetParam().config, {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const World active(loaded->scenario);
    World dense = active;
    dense.ask_everybody = true;

    std::atomic<std::uint32_t> next{0};
    std::atomic<std::uint32_t> different{0};
    std::array<std::atomic<std::uint64_t>, class_count> messages{};
    const auto work = [&] {
        for (std::uint32_t r = next++; r < GetParam().replications; r = next++) {
            Counts by_active;
            Counts by_dense;
            if (run(active, r, by_active) != run(dense, r, by_dense) ||
                by_active.of_class != by_dense.of_class)
                ++different;
            for (std::size_t q = 0; q < class_count; ++q)
                messages[q] += by_active.of_class[q];
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned t = 1; t < thread_count(); ++t)
            others.emplace_back(work);
        work();
    }
    EXPECT_EQ(different, 0U);
    for (std::size_t q = 0; q < class_count; ++q)
        EXPECT_GT(messages[q], GetParam().replications) << class_names[q];
}

INSTANTIATE_TEST_SUITE_P(Thinning, Scenarios,
                         testing::Values(Case{"configs/tug_of_war.toml", 2000},
                                         Case{"configs/tug_of_war_unscripted.toml", 100},
                                         Case{"configs/july_1914.toml", 100},
                                         Case{"configs/cuban_missile_1962.toml", 100},
                                         Case{"configs/world.toml", 1}));

} // namespace
} // namespace demarche
