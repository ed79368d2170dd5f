// Scores of forecasts, against numbers worked out by hand.
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "sim/study/free_forecast.h"
#include "sim/study/score.h"
#include "sim/study/score_groups.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

TEST(Score, OfOneCaseIsWhatTheFormulasSay) {
    // Size 1: P(N = n) = p (1 - p)^n with p = 1 / (1 + mean) = 1/2.
    const std::vector<std::uint32_t> one{1, 0};
    const Score s = score({{1, 1}, {1, 1}}, one);
    EXPECT_NEAR(s.nls, (std::log(4.0) + std::log(2.0)) / 2, 1e-12);
    EXPECT_NEAR(s.brier, 0.25, 1e-12);
    // P(N <= k) = 1 - 2^-(k+1). Seen 1: 1/4 + sum_{k>=1} 4^-(k+1) = 1/4 + 1/12; seen 0: 1/3.
    EXPECT_NEAR(s.crps, (1.0 / 3 + 1.0 / 3) / 2, 1e-9);
    EXPECT_NEAR(s.bias, 2, 1e-12);
    EXPECT_NEAR(s.auc, 0.5, 1e-12); // both forecasts are the same
    EXPECT_NEAR(s.ap, 0.5, 1e-12);
}

TEST(Score, RankingCountsPairsInTheRightOrder) {
    // Ranked: hit, miss, hit, miss. 3 of 4 pairs in order; precision at the hits 1 and 2/3.
    const std::vector<std::uint32_t> counts{3, 0, 1, 0};
    const Score s = score({{4, 3, 2, 1}, {1, 1, 1, 1}}, counts);
    EXPECT_NEAR(s.auc, 0.75, 1e-12);
    EXPECT_NEAR(s.ap, (1 + 2.0 / 3) / 2, 1e-12);
}

TEST(Score, PerfectForecastsAreCalibrated) {
    // Counts that follow the forecast distribution (geometric, mean 1) exactly.
    std::vector<std::uint32_t> counts;
    for (std::uint32_t n = 0; n < 12; ++n)
        counts.insert(counts.end(), std::size_t{1} << (12 - n), n);
    const Forecasts f{std::vector<double>(counts.size(), 1), std::vector<double>(counts.size(), 1)};
    const Calibration c = calibration(f, counts);
    for (const double share : c.histogram)
        EXPECT_NEAR(share, 0.1, 0.012); // 3 standard errors of 8190 cases
    EXPECT_NEAR(c.inside80, 0.8, 0.014);
    EXPECT_NEAR(c.inside90, 0.9, 0.01);
}

TEST(Score, DifferencesAreDrawnByCluster) {
    // Two clusters of 50 equal cases each: the mean difference is 1 or 0 by cluster, so the error
    // is that of a mean of two draws, sqrt(1/4 / 2) = .354, not of a hundred.
    std::vector<double> a(100), b(100);
    std::vector<std::uint32_t> cluster(100);
    for (std::size_t k = 0; k < 100; ++k) {
        cluster[k] = k < 50 ? 0 : 1;
        a[k] = k < 50 ? 1 : 0;
    }
    std::vector<std::size_t> all(100), one(50);
    std::iota(all.begin(), all.end(), 0);
    std::iota(one.begin(), one.end(), 0);
    const ClusterBootstrap bootstrap(cluster);
    const PairedDifference d = bootstrap.difference(a, b, all);
    EXPECT_NEAR(d.mean, 0.5, 1e-12);
    EXPECT_NEAR(d.error, 0.354, 0.03);
    // The first cluster alone, where it is drawn, is always itself.
    const PairedDifference first = bootstrap.difference(a, b, one);
    EXPECT_NEAR(first.mean, 1, 1e-12);
    EXPECT_NEAR(first.error, 0, 1e-6);
}

/// AAA is allied with BBB and CCC, rival and neighbour of CCC; DDD stands alone, EEE is in the news
/// only.
Scenario bound_world() {
    Scenario s = small_world(4);
    s.setting.ties = {{.a = 0, .b = 1, .defence = 1},
                      {.a = 0, .b = 2, .defence = 1, .border = 1, .rivalry = 0.5},
                      {.a = 0, .b = 3, .neutrality = 1}};
    return s;
}
const std::vector<std::string> in_the_news{"AAA", "BBB", "CCC", "EEE"};

TEST(DyadGroups, SayWhoIsBoundToWhom) {
    const Scenario world = bound_world();
    const auto groups = dyad_groups(in_the_news, &world);
    ASSERT_EQ(groups.size(), 5U);
    std::string members;
    for (const DyadGroup& group : groups) {
        members += group.name;
        for (std::uint32_t i = 0; i < 4; ++i)
            for (std::uint32_t j = 0; j < 4; ++j)
                if (i != j && group.has(i, j))
                    members += " " + in_the_news[i].substr(2) + in_the_news[j].substr(2);
        members += "\n";
    }
    EXPECT_EQ(members, "all AB AC AE BA BC BE CA CB CE EA EB EC\n"
                       "allies AB AC BA CA\n"
                       "rivals AC CA\n"
                       "neighbours AC CA\n"
                       "others AE BC BE CB CE EA EB EC\n");
    EXPECT_EQ(dyad_groups(in_the_news, nullptr).size(), 1U);
}

TEST(DyadGroups, HaveTheScoresOfTheirTotals) {
    // Three pairs of one class, two replications each, mean 1 and variance 2, that is size 1:
    // P(N = n) = 2^-(n+1).
    FreeForecast f;
    f.horizons = {4};
    f.pairs = {{0, 1}, {0, 2}, {1, 3}};
    f.observed.emplace_back();
    for (std::size_t q = 0; q < class_count; ++q) {
        f.totals[q] = {{2, {0, 2, 0, 2, 0, 2}, {1, 1, 1}, {2, 2, 2}}};
        f.observed[0][q] = {1, 3, 0};
        f.history[q] = {1, 1, 0};
    }
    const Scenario world = bound_world();
    const auto found = scores(f, dyad_groups(in_the_news, &world));
    ASSERT_EQ(found.size(), 5 * class_count);
    struct Expected {
        const char* group;
        double nls, bias;
        std::size_t pairs;
        double inside90;
        std::size_t with_history;
        double history90;
    };
    // Of 1 and 3, 1 is between the two replications and 3 beyond them; 0 is as likely as 2, and of
    // its half a tenth lies outside.
    const double bit = std::log(2.0);
    const Expected all[] = {
        {"all", 7 * bit / 3, 3.0 / 4, 3, 1.9 / 3, 2, 0.5},
        {"allies", 6 * bit / 2, 2.0 / 4, 2, 0.5, 2, 0.5},
        {"rivals", 4 * bit, 1.0 / 3, 1, 0, 1, 0},
        {"neighbours", 4 * bit, 1.0 / 3, 1, 0, 1, 0},
        {"others", 1 * bit, std::numeric_limits<double>::infinity(), 1, 0.9, 0, 0}};
    for (std::size_t g = 0; g < 5; ++g) {
        const FreeRunScore& s = found[g];
        EXPECT_EQ(s.group, all[g].group);
        EXPECT_EQ(s.weeks, 4);
        EXPECT_NEAR(s.score.nls, all[g].nls, 1e-12) << s.group;
        EXPECT_DOUBLE_EQ(s.score.bias, all[g].bias) << s.group;
        EXPECT_DOUBLE_EQ(s.coverage.inside90, all[g].inside90) << s.group;
        EXPECT_DOUBLE_EQ(s.with_history.inside90, all[g].history90) << s.group;
        EXPECT_EQ(s.coverage.pairs, all[g].pairs) << s.group;
        EXPECT_EQ(s.score.cases, all[g].pairs) << s.group;
        EXPECT_EQ(s.with_history.pairs, all[g].with_history) << s.group;
        // Two replications: nothing, and two acts of every pair.
        EXPECT_EQ(s.low90, 0U);
        EXPECT_EQ(s.high90, 2 * all[g].pairs);
    }
}

} // namespace
} // namespace demarche
