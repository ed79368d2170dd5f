// Asking only the pairs that can act is the same as asking everybody.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "sim/engine/tick.h"
#include "sim/io/scenario_reader.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

std::uint64_t fingerprint(const Scenario& s, std::uint32_t replication, bool ask_everybody) {
    World world(s);
    world.ask_everybody = ask_everybody;
    Recorder nobody;
    return run(world, replication, nobody);
}

class ShippedScenario : public testing::TestWithParam<const char*> {};

// Wars, shocks, mediation, reports, all channels: whatever stirs a pair in a real scenario.
TEST_P(ShippedScenario, AskingEverybodyChangesNothing) {
    Problems problems;
    const auto loaded = load_scenario(std::string("configs/") + GetParam(), {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    for (std::uint32_t replication = 0; replication < 5; ++replication)
        EXPECT_EQ(fingerprint(loaded->scenario, replication, false),
                  fingerprint(loaded->scenario, replication, true));
}
INSTANTIATE_TEST_SUITE_P(Thinning, ShippedScenario,
                         testing::Values("minimal.toml", "tug_of_war.toml",
                                         "tug_of_war_unscripted.toml"));

class EveryPolicyThinned : public testing::TestWithParam<std::string> {};

// A policy that wrongly says its rates settle is caught here.
TEST_P(EveryPolicyThinned, AskingEverybodyChangesNothing) {
    for (std::size_t n : {3UL, 20UL}) {
        Scenario s = small_world(n, GetParam());
        s.days = 300;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                if (i != j)
                    relation(s, i, j, {0.02, 0.001, 0.005, 0.0005});
        EXPECT_EQ(fingerprint(s, 1, false), fingerprint(s, 1, true)) << n;
    }
}
std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& policy : all_policies())
        all.emplace_back(policy->name());
    return all;
}
INSTANTIATE_TEST_SUITE_P(Thinning, EveryPolicyThinned, testing::ValuesIn(names()));

// Rare numbers come to each directed pair and class with probability `rare` a tick, independently:
// over T ticks the number of pairs hit is binomial. Five standard errors: false alarm below 1e-5
// in both tests together. What is left, above `rare`, is uniform up to 1.
TEST(Thinning, RareNumbersAreUniformAndHitEverybodyAlike) {
    constexpr std::size_t n = 50;
    constexpr int ticks = 4000;
    Scenario s = small_world(n, "random");
    World world(s);
    Thinning thinning(n);
    std::vector<Occasion> occasions;
    double hits = 0, sum = 0;
    std::vector<double> of_target(n, 0.0);
    for (world.tick = 0; world.tick < ticks; ++world.tick) {
        thinning.stir_everybody();
        thinning.occasions(world, true, occasions);
        ASSERT_EQ(occasions.size(), n * (n - 1));
        for (const Occasion& o : occasions)
            for (double u : o.u)
                if (u < 1) {
                    ASSERT_LT(u, thinning.rare());
                    ++hits;
                    sum += u / thinning.rare();
                    ++of_target[o.target];
                }
    }
    const double trials = static_cast<double>(n * (n - 1) * class_count) * ticks;
    const double p = thinning.rare();
    EXPECT_NEAR(hits, trials * p, 5 * std::sqrt(trials * p * (1 - p)));
    EXPECT_NEAR(sum / hits, 0.5, 5 * std::sqrt(1 / 12.0 / hits));
    double chi2 = 0; // 50 cells: mean 50 (1 - p), variance about twice that
    for (double count : of_target)
        chi2 += std::pow(count - trials * p / n, 2) / (trials * p / n);
    EXPECT_NEAR(chi2, 50, 5 * std::sqrt(2 * 50.0));
    EXPECT_EQ(thinning.common(0, 0), p + (1 - p) * Random::unit(0, 0));
    EXPECT_LT(thinning.common(0xFFFFFFFF, 0xFFFFFFFF), 1);
}

// The gaps of a batch are the blocks one asks for one by one.
TEST(Thinning, ABatchIsItsBlocks) {
    const Random random(42, 7);
    std::array<std::uint32_t, RandomBatch::size> source{}, target{};
    for (std::uint32_t k = 0; k < RandomBatch::size; ++k) {
        source[k] = 3 * k;
        target[k] = 0xFFFFFFFFU - k;
    }
    RandomBatch words;
    random.batch({Purpose::count, 9, 0, 0, 5}, source, target, words);
    for (std::size_t k = 0; k < RandomBatch::size; ++k) {
        const RandomBlock block = random.block({Purpose::count, 9, source[k], target[k], 5});
        for (std::size_t w = 0; w < 4; ++w)
            EXPECT_EQ(words[w][k], block[w]);
    }
}

} // namespace
} // namespace demarche
