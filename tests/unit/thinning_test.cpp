// Asking only the pairs that can act is the same as asking everybody.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "sim/engine/decide.h"
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

/// The tug of war with numbers of its policy set otherwise.
class Bounds : public testing::TestWithParam<std::vector<std::pair<const char*, double>>> {
protected:
    Bounds() {
        Problems problems;
        scenario = load_scenario("configs/tug_of_war.toml", {}, problems)->scenario;
        for (const auto& [path, value] : GetParam())
            set(scenario.setting, std::string("policy.appraisal.") + path, value);
    }
    Scenario scenario;
};

// Who is not asked, because it is known how far a memory makes its rates grow, is expected to do no
// more than that.
TEST_P(Bounds, HoldWhateverIsRemembered) {
    World world(scenario);
    DecisionScratch scratch(world.n), asked(world.n);
    Recorder nobody;
    unsigned above = 0, all = 0;
    while (world.tick < 100) {
        step(world, scratch, nobody);
        for (std::size_t i = 0; i < world.n; ++i) {
            appraise(world, i, asked);
            for (std::size_t j = 0; j < world.n; ++j)
                for (std::size_t q = 0; q < class_count && i != j; ++q) {
                    const double mean = asked.rate[j][q] * scenario.tick_days;
                    const double bound = world.dyads[world.pair(i, j)].bound.of(q);
                    ASSERT_LE(mean, bound) << world.tick << ' ' << i << ' ' << j << ' ' << q;
                    above += bound > 1.1 * mean;
                    ++all;
                }
        }
    }
    EXPECT_EQ(above > all / 10, world.unsettled.empty()); // or everybody was asked
}
TEST_P(Bounds, LeaveOutNobody) {
    for (std::uint32_t replication = 0; replication < 3; ++replication)
        EXPECT_EQ(fingerprint(scenario, replication, false),
                  fingerprint(scenario, replication, true));
}
using Numbers = std::vector<std::pair<const char*, double>>;
INSTANTIATE_TEST_SUITE_P(
    Thinning, Bounds,
    testing::Values(Numbers{},
                    Numbers{{"vconf.exponent", 0.8}, {"mcoop.exponent", 1.1}}, // out of proportion
                    Numbers{{"vconf.intercept", -1}, // ties that raise rates
                            {"vconf.tie_border", 0.5},
                            {"vcoop.intercept", -1},
                            {"vcoop.tie_log_distance", 0.2},
                            {"vcoop.tie_log_power_ratio", 0.05},
                            {"mconf.intercept", -0.5},
                            {"mconf.tie_log_power_ratio", -0.05}},
                    Numbers{{"vconf.intercept", -0.5}, // moods, which others raise
                            {"vconf.sent_mood", 0.05},
                            {"mconf.intercept", -0.5},
                            {"mconf.received_mood", 0.05}}));

// In large worlds only those have records to whom something has happened.
TEST(Thinning, RecordsCanBeMadeWhenTheyAreNeeded) {
    Problems problems;
    const auto loaded = load_scenario("configs/july_1914.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    Scenario s = loaded->scenario;
    s.setting.memory.half_life[0] = 0.3; // days: a column that is put back into acts per day
    const World all(s);
    EXPECT_EQ(all.records.size(), all.n * all.n);
    World some = all;
    some.records = {};
    for (Dyad& dyad : some.dyads)
        dyad.record = 0;
    for (std::uint32_t replication = 0; replication < 5; ++replication) {
        Recorder nobody;
        EXPECT_EQ(run(some, replication, nobody), run(all, replication, nobody));
    }
    World quiet = some;
    for (std::size_t i = 0; i < all.n; ++i)
        for (std::size_t j = 0; j < all.n; ++j) {
            for (std::size_t c = 0; c < column_count; ++c)
                ASSERT_EQ(quiet.memory(i, c, j), all.memory(i, c, j));
            for (std::size_t t = 0; t < tie_column_count; ++t)
                ASSERT_EQ(quiet.tie(static_cast<TieColumn>(t), i, j),
                          all.tie(static_cast<TieColumn>(t), i, j));
        }
    EXPECT_EQ(quiet.records.size(), 0U);
}

// More than are kept at a time.
TEST(Thinning, ManyRecordsCanBeMadeInOneTick) {
    Scenario s = small_world(20, "appraisal");
    s.days = 50;
    for (std::size_t i = 0; i < 20; ++i)
        for (std::size_t j = 0; j < 20; ++j)
            if (i != j)
                relation(s, i, j, {0.02, 0.001, 0.005, 0.0005});
    const World all(s);
    World some = all;
    some.records = {};
    for (Dyad& dyad : some.dyads)
        dyad.record = 0;
    some.ask_everybody = true;
    Recorder nobody;
    for (std::uint32_t replication = 0; replication < 3; ++replication)
        EXPECT_EQ(run(some, replication, nobody), run(all, replication, nobody));
}

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

// What no doctrine does is not drawn for, from the first morning on.
TEST(Thinning, ClassesInWhichNobodyCanActHaveNoBound) {
    unsigned none = 0, some = 0;
    for (const std::string& policy : names()) {
        Scenario s = small_world(3, policy);
        relation(s, 0, 1, {0.02, 0.001, 0.005, 0.0005});
        const World world(s);
        for (std::size_t i = 0; i < world.n; ++i)
            for (std::size_t j = 0; j < world.n; ++j)
                for (std::size_t q = 0; q < class_count && i != j; ++q) {
                    const bool can_act = (world.doctrine(i).terms.live >> q & 1U) != 0;
                    EXPECT_EQ(world.dyads[world.pair(i, j)].bound.of(q) > 0, can_act) << policy;
                    (can_act ? some : none) += 1;
                }
    }
    EXPECT_GT(none, 0U);
    EXPECT_GT(some, 0U);
}

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

// The blocks of a batch are those one asks for one by one.
TEST(Thinning, ABatchIsItsBlocks) {
    const Random random(42, 7);
    const auto address = [](std::uint32_t k) {
        return Address{Purpose::count, 9, 3 * k, 0xFFFFFFFFU - k, 5 * k};
    };
    RandomBatch words;
    for (std::size_t count : {RandomBatch::size, std::size_t{11}}) {
        for (std::uint32_t k = 0; k < count; ++k)
            words.set(k, address(k));
        random.draw(words, count);
        for (std::uint32_t k = 0; k < count; ++k) {
            const RandomBlock block = random.block(address(k));
            for (std::size_t w = 0; w < 4; ++w)
                EXPECT_EQ(words[w][k], block[w]);
        }
    }
}

} // namespace
} // namespace demarche
