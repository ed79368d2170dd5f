#include "sim/study/statistics.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "sim/core/fingerprint.h"
#include "sim/core/random.h"
#include "sim/study/tipping.h"

namespace demarche {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Uniform numbers for tests.
std::vector<double> draws(std::size_t n, std::uint32_t stream = 0) {
    const Random random(5, stream);
    std::vector<double> out;
    for (std::uint32_t i = 0; i < n; ++i)
        out.push_back(random.uniform({.purpose = Purpose::rare, .tick = i}));
    return out;
}

TEST(Moments, AreThoseOfTheSample) {
    Moments m;
    EXPECT_TRUE(std::isnan(m.mean()));
    m.add(1e9 + 2);
    EXPECT_TRUE(std::isnan(m.variance()));
    for (const double x : {4, 4, 4, 5, 5, 7, 9})
        m.add(1e9 + x); // deviations from 5: squares sum to 32
    EXPECT_EQ(m.count(), 8U);
    EXPECT_EQ(m.mean(), 1e9 + 5);
    EXPECT_NEAR(m.variance(), 32.0 / 7, 1e-7); // a difference of sums of squares: +-100
    EXPECT_NEAR(m.standard_error(), std::sqrt(32.0 / 7 / 8), 1e-8);
}

// Tables of Student's t and of the normal distribution.
TEST(Quantiles, OfStudentAndNormal) {
    EXPECT_NEAR(student_quantile(0.975, 1), 12.7062, 1e-4);
    EXPECT_NEAR(student_quantile(0.975, 9), 2.262157, 1e-6);
    EXPECT_NEAR(student_quantile(0.025, 29), -2.045230, 1e-6);
    EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
    EXPECT_NEAR(normal_probability(-1.644854), 0.05, 1e-7);
}

// Tables of results are compared byte by byte: whatever compiler and processor, the same bits.
TEST(Quantiles, BitsStayTheSame) {
    Fingerprint f;
    for (int i = 1; i < 1000; ++i) {
        f.add(normal_quantile(i / 1000.0));
        f.add(normal_probability(i / 250.0 - 2));
        f.add(student_quantile(0.975, i));
    }
    EXPECT_EQ(Fingerprint::hex(f.value()), "8062b25e6b0d4d2e");
}

TEST(Intervals, OfAMean) {
    // Mean 5, sd sqrt(32 / 7), t(7) = 2.364624.
    const std::vector<double> sample = {2, 4, 4, NAN, 4, 5, 5, 7, 9};
    const Estimate e = mean_interval(sample);
    EXPECT_EQ(e.value, 5);
    EXPECT_NEAR(e.high - 5, 2.364624 * std::sqrt(32.0 / 7 / 8), 1e-6);
    EXPECT_NEAR(5 - e.low, e.high - 5, 1e-12);
    EXPECT_LT(mean_interval(sample, 0.8).high, e.high);
    EXPECT_EQ(mean_interval(std::vector<double>{3}).value, 3);
    EXPECT_TRUE(std::isnan(mean_interval(std::vector<double>{3}).low));
    EXPECT_TRUE(std::isnan(mean_interval(std::vector<double>{}).value));
}

// Newcombe (1998), table I, Wilson's method without continuity correction.
TEST(Intervals, OfAProportion) {
    const auto expect = [](const Estimate& e, double low, double high) {
        EXPECT_NEAR(e.low, low, 5e-5);
        EXPECT_NEAR(e.high, high, 5e-5);
    };
    expect(proportion_interval(81, 263), 0.2553, 0.3662);
    expect(proportion_interval(15, 148), 0.0624, 0.1605);
    expect(proportion_interval(0, 20), 0, 0.1611);
    expect(proportion_interval(1, 29), 0.0061, 0.1718);
    EXPECT_EQ(proportion_interval(0, 20).low, 0);
    EXPECT_EQ(proportion_interval(20, 20).high, 1);
    EXPECT_TRUE(std::isnan(proportion_interval(0, 0).value));
}

TEST(Intervals, OfAPairedDifference) {
    // Differences 1, 2 and 3 (mean 2, sd 1, t(2) = 4.302653); the fourth pair is not complete.
    const std::vector<double> a = {11, 102, 53, 4};
    const std::vector<double> b = {10, 100, 50, NAN};
    const Estimate e = paired_difference(a, b);
    EXPECT_EQ(e.value, 2);
    EXPECT_NEAR(e.high, 2 + 4.302653 / std::sqrt(3), 1e-6);
}

TEST(Spread, LeavesInfiniteValuesInfinite) {
    const Spread s = spread({1, 2, infinity, infinity}, 0.5);
    EXPECT_EQ(s.low, 1.75);
    EXPECT_EQ(s.high, infinity);
    EXPECT_EQ(spread({infinity, infinity, infinity}, 0.9).median, infinity);
    EXPECT_TRUE(std::isnan(sorted_quantile({}, 0.5)));
}

TEST(Distribution, IsExactForFewDistinctValues) {
    Distribution d(10);
    std::vector<double> all;
    for (const double u : draws(5000)) {
        all.push_back(std::floor(u * u * 10));
        d.add(all.back());
    }
    d.add(NAN);
    std::sort(all.begin(), all.end());
    EXPECT_TRUE(d.exact());
    EXPECT_EQ(d.count(), 5000U);
    for (const double p : {0.0, 0.025, 0.31, 0.5, 0.9, 0.975, 1.0})
        EXPECT_EQ(d.quantile(p), sorted_quantile(all, p)) << p;
    EXPECT_TRUE(std::isnan(Distribution().quantile(0.5)));
}

TEST(Distribution, IsCloseForManyDistinctValues) {
    Distribution d;
    std::vector<double> all;
    for (const double u : draws(100'000)) {
        all.push_back(normal_quantile(u));
        d.add(all.back());
    }
    std::sort(all.begin(), all.end());
    EXPECT_FALSE(d.exact());
    EXPECT_EQ(d.quantile(0), all.front());
    EXPECT_EQ(d.quantile(1), all.back());
    for (const double p : {0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975})
        EXPECT_NEAR(d.quantile(p), sorted_quantile(all, p), 0.01) << p;
}

/// Shares out of 1,000 at 0, 1, 2, ...
std::vector<Level> levels_of(const std::vector<std::uint64_t>& happened) {
    std::vector<Level> out;
    for (const std::uint64_t h : happened)
        out.push_back({static_cast<double>(out.size()), h, 1000});
    return out;
}

TEST(TippingPoint, IsInterpolatedBetweenLevels) {
    const Tipping up = tipping(levels_of({100, 200, 400, 800, 900}));
    EXPECT_DOUBLE_EQ(up.at.value, 2.25); // a quarter of the way from 0.4 to 0.8
    EXPECT_TRUE(up.rising);
    EXPECT_EQ(up.passages, 1U);
    // At 0.5 a share has a standard error of 0.0158, at a slope of 0.4: 0.04, a little less in
    // the interval where errors at both ends are independent.
    EXPECT_NEAR(up.at.high - up.at.low, 2 * 1.96 * 0.0395, 0.02);
    EXPECT_LT(up.at.low, 2.25);
    const Tipping independent =
        tipping(levels_of({100, 200, 400, 800, 900}), {.common_random_numbers = false});
    EXPECT_EQ(independent.at.value, up.at.value);
    EXPECT_LT(independent.at.high - independent.at.low, up.at.high - up.at.low);

    const Tipping down = tipping(levels_of({900, 800, 400, 200, 100}), {.probability = 0.25});
    EXPECT_DOUBLE_EQ(down.at.value, 2.75);
    EXPECT_FALSE(down.rising);
}

TEST(TippingPoint, AlongALogarithmicAxis) {
    const std::vector<Level> levels = {{0.01, 0, 100}, {1, 100, 100}};
    EXPECT_NEAR(tipping(levels, {.log_axis = true}).at.value, 0.1, 1e-15);
    EXPECT_NEAR(tipping(levels).at.value, 0.505, 1e-15);
}

TEST(TippingPoint, OfANoisyResponsePoolsNeighbours) {
    // 0.6 and 0.4 violate the order and become 0.5 each, which 1 is the first to reach.
    const Tipping noisy = tipping(levels_of({100, 600, 400, 900}));
    EXPECT_DOUBLE_EQ(noisy.at.value, 1);
    EXPECT_EQ(noisy.passages, 3U);
    EXPECT_TRUE(noisy.rising);
}

// A share at the level is on the upper side, whichever way the response goes.
TEST(TippingPoint, LiesWhereTheLevelIsReachedOrLeft) {
    const TippingPlan plan{.probability = 0.72};
    const Tipping up = tipping(levels_of({710, 710, 710, 720, 720}), plan);
    EXPECT_DOUBLE_EQ(up.at.value, 3);
    EXPECT_EQ(up.passages, 1U);
    const Tipping down = tipping(levels_of({720, 720, 710, 710}), plan);
    EXPECT_DOUBLE_EQ(down.at.value, 1);
    EXPECT_FALSE(down.rising);
    EXPECT_EQ(down.passages, 1U);
    for (const auto& shares : std::vector<std::vector<std::uint64_t>>{
             {720, 720, 720}, {720, 720, 800, 900}, {900, 800, 720, 720}}) {
        const Tipping above = tipping(levels_of(shares), plan);
        EXPECT_TRUE(std::isnan(above.at.value));
        EXPECT_EQ(above.passages, 0U);
    }
}

// 0.6 in 300 runs and 0.4 in 100 become 0.55, so that the line from 0.1 crosses 0.5 at 0.4 / 0.45.
TEST(TippingPoint, PoolsLevelsByTheirRuns) {
    const std::vector<Level> levels = {{0, 10, 100}, {1, 180, 300}, {2, 40, 100}, {3, 90, 100}};
    EXPECT_DOUBLE_EQ(tipping(levels).at.value, 8.0 / 9);
}

TEST(TippingPoint, IsUnknownWhereTheAxisDoesNotReach) {
    const Tipping none = tipping(levels_of({100, 200, 300}));
    EXPECT_TRUE(std::isnan(none.at.value));
    EXPECT_EQ(none.passages, 0U);
    EXPECT_TRUE(std::isnan(tipping({}).at.value));
    EXPECT_TRUE(std::isnan(tipping(std::vector<Level>{{0, 5, 0}, {1, 0, 0}}).at.value));
    // The last level is hardly above 0.5, so that the interval has no end.
    const Tipping open = tipping(levels_of({100, 300, 501}));
    EXPECT_NEAR(open.at.value, 1.995, 0.001);
    EXPECT_EQ(open.at.high, infinity);
    EXPECT_GT(open.at.low, 1.5);
}

TEST(TippingLine, HasOnePointForEveryValueOfTheSecondAxis) {
    std::vector<Level> both = levels_of({0, 1000, 1000});
    const std::vector<Level> second = levels_of({0, 0, 1000});
    both.insert(both.end(), second.begin(), second.end());
    const std::vector<Tipping> line = tipping_line(both, 3);
    ASSERT_EQ(line.size(), 2U);
    EXPECT_EQ(line[0].at.value, 0.5);
    EXPECT_EQ(line[1].at.value, 1.5);
}

} // namespace
} // namespace demarche
