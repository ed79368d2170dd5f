// Scores of forecasts, against numbers worked out by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "sim/study/score.h"

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
    const PairedDifference d = paired_difference(a, b, cluster);
    EXPECT_NEAR(d.mean, 0.5, 1e-12);
    EXPECT_NEAR(d.error, 0.354, 0.03);
}

} // namespace
} // namespace demarche
