#include "sim/study/design.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <numeric>
#include <set>

#include "sim/core/fingerprint.h"
#include "sim/study/quantity.h"

namespace demarche {
namespace {

using Points = std::vector<std::vector<double>>;

Points points_of(const DesignPlan& plan) {
    const Design design(plan);
    Points out;
    for (std::size_t i = 0; i < design.size(); ++i)
        out.push_back(design.point(i));
    return out;
}

DesignPlan sampled(DesignKind kind, std::size_t factors, std::size_t points,
                   std::uint64_t seed = 1) {
    return {.kind = kind, .factors = factors, .seed = seed, .points = points};
}

DesignPlan published(std::size_t factors, std::size_t points) {
    DesignPlan plan = sampled(DesignKind::sobol, factors, points);
    plan.scramble = false;
    return plan;
}

// Joe and Kuo's own program (sobol.cc) with their file new-joe-kuo-6.21201 prints these.
TEST(SobolDesign, FirstPointsArePublishedOnes) {
    const Points expected = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
        {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
        {0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75},
        {0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25},
        {0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625},
        {0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125},
        {0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375},
        {0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625, 0.875},
        {0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125, 0.4375, 0.9375, 0.9375, 0.3125},
        {0.6875, 0.8125, 0.4375, 0.9375, 0.0625, 0.8125, 0.9375, 0.4375, 0.4375, 0.8125},
    };
    EXPECT_EQ(points_of(published(10, expected.size())), expected);
}

// The recurrence of Bratley and Fox (1988) over the lines of new-joe-kuo-6.21201 for dimensions 2
// to 10: degree s, polynomial a, first direction numbers m.
TEST(SobolDesign, FollowsTheRecurrenceInTenDimensions) {
    struct Line {
        unsigned s, a;
        std::vector<std::uint32_t> m;
    };
    const std::vector<Line> lines = {{1, 0, {1}},
                                     {2, 1, {1, 3}},
                                     {3, 1, {1, 3, 1}},
                                     {3, 2, {1, 1, 1}},
                                     {4, 1, {1, 1, 3, 3}},
                                     {4, 4, {1, 3, 5, 13}},
                                     {5, 2, {1, 1, 5, 5, 17}},
                                     {5, 4, {1, 1, 5, 5, 5}},
                                     {5, 7, {1, 1, 7, 11, 19}}};
    const Points points = points_of(published(10, 4096));
    for (std::size_t d = 1; d < 10; ++d) {
        const Line& line = lines[d - 1];
        std::vector<std::uint32_t> v;
        for (unsigned i = 0; i < 32; ++i) {
            if (i < line.s) {
                v.push_back(line.m[i] << (31 - i));
                continue;
            }
            v.push_back(v[i - line.s] ^ (v[i - line.s] >> line.s));
            for (unsigned k = 1; k < line.s; ++k)
                if ((line.a >> (line.s - 1 - k) & 1U) != 0)
                    v[i] ^= v[i - k];
        }
        std::uint32_t x = 0;
        for (std::uint32_t i = 0; i < points.size(); ++i) {
            ASSERT_EQ(points[i][d], x * 0x1p-32) << "point " << i << ", dimension " << d + 1;
            x ^= v[static_cast<std::size_t>(std::countr_one(i))];
        }
    }
}

// The first two dimensions are a (0, 2)-sequence: each of 256 boxes of the same area holds one of
// 256 points, whatever the shape of the boxes. Scrambles and shifts keep that.
TEST(SobolDesign, ScrambleKeepsOnePointInEveryBox) {
    const SobolSequence sequence(2, 7);
    for (std::uint32_t set = 0; set < 3; ++set)
        for (int wide = 0; wide <= 8; ++wide) {
            std::set<std::pair<int, int>> boxes;
            for (std::uint32_t i = 0; i < 256; ++i) {
                std::vector<double> x(2);
                sequence.point(i, x, 0, set);
                boxes.insert({static_cast<int>(std::ldexp(x[0], wide)),
                              static_cast<int>(std::ldexp(x[1], 8 - wide))});
            }
            EXPECT_EQ(boxes.size(), 256U) << "set " << set << ", 2^" << wide << " columns";
        }
}

TEST(SobolDesign, ScrambledPointsAreUniformInTheOpenCube) {
    // Point 0, which is the corner in the published sequence, over seeds: 1,000 numbers, of which
    // the least, the mean and the greatest have standard errors of 0.001, 0.009 and 0.001.
    std::vector<double> first;
    for (std::uint64_t seed = 0; seed < 1000; ++seed)
        first.push_back(Design(sampled(DesignKind::sobol, 3, 1, seed)).point(0)[2]);
    EXPECT_GT(*std::min_element(first.begin(), first.end()), 0);
    EXPECT_LT(*std::min_element(first.begin(), first.end()), 0.01);
    EXPECT_LT(*std::max_element(first.begin(), first.end()), 1);
    EXPECT_GT(*std::max_element(first.begin(), first.end()), 0.99);
    EXPECT_NEAR(std::accumulate(first.begin(), first.end(), 0.0) / 1000, 0.5, 0.036);
}

TEST(LatinHypercube, EveryStratumOfEveryFactorHasOnePoint) {
    for (const std::size_t n : {1, 2, 7, 100, 5000}) // of 5000, without maximin
        for (const std::size_t factors : {1, 4}) {
            const Points points = points_of(sampled(DesignKind::lhs, factors, n));
            for (std::size_t f = 0; f < factors; ++f) {
                std::vector<std::size_t> strata;
                for (const auto& x : points)
                    strata.push_back(static_cast<std::size_t>(x[f] * static_cast<double>(n)));
                std::sort(strata.begin(), strata.end());
                for (std::size_t i = 0; i < n; ++i)
                    ASSERT_EQ(strata[i], i) << n << " points, factor " << f;
            }
        }
}

double least_distance(const Points& points) {
    double least = INFINITY;
    for (std::size_t a = 0; a < points.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            double square = 0;
            for (std::size_t f = 0; f < points[a].size(); ++f)
                square += (points[a][f] - points[b][f]) * (points[a][f] - points[b][f]);
            least = std::min(least, square);
        }
    return std::sqrt(least);
}

TEST(LatinHypercube, MaximinMovesTheNearestPointsApart) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        DesignPlan plan = sampled(DesignKind::lhs, 3, 60, seed);
        const double apart = least_distance(points_of(plan));
        plan.maximin = false;
        EXPECT_GT(apart, 2 * least_distance(points_of(plan))) << "seed " << seed;
    }
}

/// Centred L2 discrepancy, squared (Hickernell 1998).
double discrepancy(const Points& points) {
    const double n = static_cast<double>(points.size());
    const std::size_t factors = points[0].size();
    double single = 0;
    double pairs = 0;
    for (const auto& x : points) {
        double product = 1;
        for (const double u : x)
            product *= 1 + std::abs(u - 0.5) / 2 - (u - 0.5) * (u - 0.5) / 2;
        single += product;
        for (const auto& y : points) {
            product = 1;
            for (std::size_t f = 0; f < factors; ++f)
                product *= 1 + std::abs(x[f] - 0.5) / 2 + std::abs(y[f] - 0.5) / 2 -
                           std::abs(x[f] - y[f]) / 2;
            pairs += product;
        }
    }
    return std::pow(13.0 / 12, factors) - 2 * single / n + pairs / (n * n);
}

// A single point in the middle of a line: 13/12 - 2 + 1 = 1/12.
TEST(Discrepancy, OfOnePointInTheMiddle) {
    EXPECT_NEAR(discrepancy({{0.5}}), 1.0 / 12, 1e-15);
}

TEST(Discrepancy, OfSobolIsBelowLatinHypercubesBelowRandom) {
    for (const std::size_t n : {64, 256})
        for (const std::size_t factors : {2, 5}) {
            const auto mean = [&](DesignKind kind) {
                double sum = 0;
                for (std::uint64_t seed = 1; seed <= 10; ++seed)
                    sum += discrepancy(points_of(sampled(kind, factors, n, seed)));
                return sum / 10;
            };
            const double sobol = mean(DesignKind::sobol);
            const double lhs = mean(DesignKind::lhs);
            const double random = mean(DesignKind::random);
            std::printf("%zu points, %zu factors: sobol %.2e, lhs %.2e, random %.2e\n", n, factors,
                        sobol, lhs, random);
            EXPECT_LT(sobol, lhs) << n << " points, " << factors << " factors";
            EXPECT_LT(lhs, random) << n << " points, " << factors << " factors";
        }
}

TEST(GridDesign, LastFactorVariesFastestAndEndsAreIncluded) {
    const Points points = points_of({.kind = DesignKind::grid, .factors = 3, .levels = {2, 1, 3}});
    EXPECT_EQ(
        points,
        (Points{{0, 0.5, 0}, {0, 0.5, 0.5}, {0, 0.5, 1}, {1, 0.5, 0}, {1, 0.5, 0.5}, {1, 0.5, 1}}));
}

TEST(GridDesign, LevelsOfAChoiceAreItsValues) {
    for (std::size_t count = 1; count <= 1000; ++count) {
        const Design design({.kind = DesignKind::grid, .factors = 1, .levels = {count}});
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(choice_from_unit(design.point(i)[0], count), i) << "of " << count;
    }
}

TEST(OatDesign, ChangesOneFactorFromTheBase) {
    const Design design({.kind = DesignKind::oat, .factors = 3, .levels = {2, 1, 3}});
    ASSERT_EQ(design.size(), 7U);
    const std::vector<std::pair<std::size_t, double>> changes = {{0, 0}, {0, 1},   {1, 0.5},
                                                                 {2, 0}, {2, 0.5}, {2, 1}};
    for (std::size_t i = 0; i < design.size(); ++i)
        for (std::size_t f = 0; f < 3; ++f) {
            const double u = design.point(i)[f];
            if (i > 0 && changes[i - 1].first == f)
                EXPECT_EQ(u, changes[i - 1].second) << "point " << i;
            else
                EXPECT_TRUE(std::isnan(u)) << "point " << i << ", factor " << f;
        }
}

TEST(MorrisDesign, EveryStepMovesOneFactorOfThePlanByTheStepSize) {
    DesignPlan plan = sampled(DesignKind::morris, 5, 200);
    plan.morris_levels = 6; // 0, 0.2 ... 1; steps of 0.6
    EXPECT_DOUBLE_EQ(morris_step_size(plan), 0.6);
    const Points points = points_of(plan);
    ASSERT_EQ(points.size(), 1200U);
    std::vector<std::size_t> seen(6);
    for (std::size_t t = 0; t < 200; ++t) {
        const std::vector<MorrisStep> steps = morris_steps(plan, t);
        std::set<std::size_t> moved;
        for (std::size_t s = 0; s < 5; ++s) {
            const auto& from = points[t * 6 + s];
            const auto& to = points[t * 6 + s + 1];
            for (std::size_t f = 0; f < 5; ++f)
                ASSERT_NEAR(to[f] - from[f],
                            f != steps[s].factor ? 0.0 : (steps[s].rises ? 0.6 : -0.6), 1e-15);
            moved.insert(steps[s].factor);
        }
        EXPECT_EQ(moved.size(), 5U);
        for (const double u : points[t * 6])
            ++seen[static_cast<std::size_t>(std::lround(u * 5))];
    }
    // 1,000 starts on 6 levels: 167 each, standard deviation 12.
    for (const std::size_t count : seen)
        EXPECT_NEAR(static_cast<double>(count), 166.7, 48);
}

TEST(SaltelliDesign, PointsOfARowMixTwoPointsOfTheSequence) {
    for (const bool second_order : {false, true}) {
        DesignPlan plan = sampled(DesignKind::saltelli, 3, 40);
        plan.second_order = second_order;
        const Points points = points_of(plan);
        const SaltelliRow row{3, second_order};
        ASSERT_EQ(points.size(), 40 * row.size());
        ASSERT_EQ(row.size(), second_order ? 8U : 5U);
        for (std::size_t r = 0; r < 40; ++r) {
            const auto at = [&](std::size_t place) { return points[r * row.size() + place]; };
            const std::vector<double> a = at(SaltelliRow::a);
            const std::vector<double> b = at(SaltelliRow::b);
            for (std::size_t f = 0; f < 3; ++f) {
                std::vector<double> mixed = a;
                mixed[f] = b[f];
                EXPECT_EQ(at(SaltelliRow::a_with_b(f)), mixed);
                if (!second_order)
                    continue;
                mixed = b;
                mixed[f] = a[f];
                EXPECT_EQ(at(row.b_with_a(f)), mixed);
            }
        }
    }
}

TEST(SaltelliDesign, BaseSampleIsTheSequenceOfTwiceTheFactors) {
    DesignPlan plan = sampled(DesignKind::saltelli, 3, 40);
    plan.scramble = false;
    const Points points = points_of(plan);
    const Points expected = points_of(published(6, 40));
    for (std::size_t r = 0; r < 40; ++r) {
        std::vector<double> both = points[r * 5 + SaltelliRow::a];
        both.insert(both.end(), points[r * 5 + SaltelliRow::b].begin(),
                    points[r * 5 + SaltelliRow::b].end());
        EXPECT_EQ(both, expected[r]);
    }
}

// 1,000 rows in 16 sets: each set begins with point 0 of the same scramble, shifted anew.
TEST(SaltelliDesign, SetsAreShiftsOfOneAnother) {
    const DesignPlan plan = sampled(DesignKind::saltelli, 2, 1000);
    ASSERT_EQ(plan.sets(), 16U);
    const Design design(plan);
    const SobolSequence sequence(4, plan.seed);
    std::set<double> starts;
    for (std::uint32_t set = 0; set < 16; ++set)
        for (std::uint32_t i = 0; i < 62; ++i) {
            const std::size_t row = (set * 1000 + 15) / 16 + i;
            std::vector<double> expected(2);
            sequence.point(i, expected, 0, set);
            ASSERT_EQ(design.point(row * 4), expected) << "set " << set << ", point " << i;
            if (i == 0)
                starts.insert(expected[0]);
        }
    EXPECT_EQ(starts.size(), 16U);
}

// The last point of a design of a million runs is there without the others.
TEST(Design, PointsOfLargeDesignsComeAtOnce) {
    DesignPlan plan = sampled(DesignKind::saltelli, 10, 83'334);
    const Design design(plan);
    EXPECT_EQ(design.size(), 1'000'008U);
    EXPECT_NE(design.point(1'000'007), design.point(1'000'006));
}

TEST(Design, DependsOnTheSeedAndNothingElse) {
    for (const DesignKind kind : {DesignKind::random, DesignKind::lhs, DesignKind::sobol,
                                  DesignKind::morris, DesignKind::saltelli}) {
        const Points once = points_of(sampled(kind, 3, 20));
        EXPECT_EQ(once, points_of(sampled(kind, 3, 20)));
        EXPECT_NE(once, points_of(sampled(kind, 3, 20, 2)));
        const Design design(sampled(kind, 3, 20));
        for (std::size_t i = design.size(); i-- > 0;)
            EXPECT_EQ(design.point(i), once[i]);
    }
}

// Published results name a design by its seed: another release must place the same points.
TEST(Design, BitsStayTheSame) {
    const auto bits = [](DesignKind kind) {
        Fingerprint f;
        for (const auto& x : points_of(sampled(kind, 3, 100)))
            for (const double u : x)
                f.add(u);
        return Fingerprint::hex(f.value());
    };
    EXPECT_EQ(bits(DesignKind::random), "9a0a358cfb1712ce");
    EXPECT_EQ(bits(DesignKind::lhs), "c1f0eb85489c7412");
    EXPECT_EQ(bits(DesignKind::sobol), "dc2a92aad7d4575d");
    EXPECT_EQ(bits(DesignKind::morris), "6db6b8d40b1781c3");
    EXPECT_EQ(bits(DesignKind::saltelli), "7da556182988733d");
}

TEST(Design, SaysWhatIsWrongWithAPlan) {
    const auto problem = [](const DesignPlan& plan) { return std::string(plan.problem()); };
    EXPECT_EQ(problem(sampled(DesignKind::random, 0, 5)), "a design needs at least one factor");
    EXPECT_EQ(problem(sampled(DesignKind::lhs, 2, 0)), "a design needs at least one point");
    EXPECT_EQ(problem(sampled(DesignKind::sobol, 3668, 1)),
              "a sobol design has at most 3667 factors");
    EXPECT_EQ(problem(sampled(DesignKind::sobol, 3667, 1)), "");
    EXPECT_EQ(problem(sampled(DesignKind::saltelli, 1834, 1)),
              "a saltelli design has at most 1833 factors");
    EXPECT_EQ(problem({.kind = DesignKind::grid, .factors = 2, .levels = {3}}),
              "a grid or oat design needs a number of levels for every factor");
    EXPECT_EQ(problem({.kind = DesignKind::oat, .factors = 2, .levels = {3, 0}}),
              "every factor needs at least one level");
    EXPECT_EQ(problem({.kind = DesignKind::grid,
                       .factors = 5,
                       .levels = std::vector<std::size_t>(5, 1'000'000'000)}),
              "a design has at most 4294967295 points");
    DesignPlan plan = sampled(DesignKind::morris, 2, 4);
    plan.morris_levels = 5;
    EXPECT_EQ(problem(plan), "the levels of a morris design must be an even number of at least 2");
    EXPECT_THROW(Design{plan}, std::invalid_argument);
}

TEST(Quantity, QuantilesOfKnownDistributions) {
    const Quantity range{.low = 2, .high = 10};
    EXPECT_EQ(range.from_unit(0.25), 4);
    const Quantity decades{.kind = Quantity::Kind::log_uniform, .low = 0.01, .high = 100};
    EXPECT_NEAR(decades.from_unit(0.75), 10, 1e-14);
    EXPECT_EQ(decades.from_unit(0), 0.01);
    EXPECT_EQ(decades.from_unit(1), 100);
    const Quantity normal{.kind = Quantity::Kind::normal, .mean = 5, .sd = 2};
    EXPECT_NEAR(normal.from_unit(0.975), 5 + 2 * 1.959963984540054, 1e-6);
    EXPECT_TRUE(std::isfinite(normal.from_unit(0)) && std::isfinite(normal.from_unit(1)));
    // Triangle from 0 to 4 with its top at 1: a quarter lies below 1; below 2.5, 1 - 1.5^2 / 12.
    const Quantity triangle{.kind = Quantity::Kind::triangular, .low = 0, .high = 4, .mode = 1};
    EXPECT_NEAR(triangle.from_unit(0.25), 1, 1e-15);
    EXPECT_NEAR(triangle.from_unit(0.8125), 2.5, 1e-15);
    EXPECT_NEAR(triangle.from_unit(0.0625), 0.5, 1e-15);
    // Beta(2, 3) has the distribution function 6x^2 - 8x^3 + 3x^4: 0.6875 at 1/2.
    const Quantity beta{.kind = Quantity::Kind::beta, .low = 10, .high = 20, .alpha = 2, .beta = 3};
    EXPECT_NEAR(beta.from_unit(0.6875), 15, 1e-5);
    EXPECT_EQ(beta.from_unit(0), 10);
    EXPECT_EQ(beta.from_unit(1), 20);
}

TEST(Quantity, BitsStayTheSame) {
    using Kind = Quantity::Kind;
    Fingerprint f;
    for (const Kind kind :
         {Kind::uniform, Kind::log_uniform, Kind::normal, Kind::triangular, Kind::beta})
        for (int i = 0; i <= 500; ++i)
            f.add(
                Quantity{.kind = kind, .low = 0.1, .high = 3, .mode = 0.7, .alpha = 0.3, .beta = 2}
                    .from_unit(i / 500.0));
    EXPECT_EQ(Fingerprint::hex(f.value()), "1b60aef21484161a");
}

TEST(Quantity, LevelsOfUnboundedOnesEndAtQuantiles) {
    const Quantity normal{.kind = Quantity::Kind::normal};
    EXPECT_NEAR(normal.from_level(0), -1.96, 0.001);
    EXPECT_NEAR(normal.from_level(1), 1.96, 0.001);
    EXPECT_EQ(normal.from_level(0.5), 0);
    EXPECT_EQ((Quantity{.low = -1, .high = 3}).from_level(1), 3);
}

TEST(Quantity, SaysWhatIsWrong) {
    using Kind = Quantity::Kind;
    EXPECT_EQ((Quantity{}).problem(), nullptr);
    EXPECT_STREQ((Quantity{.low = 1, .high = 1}).problem(), "low must be below high");
    EXPECT_STREQ((Quantity{.low = NAN}).problem(), "low must be below high");
    EXPECT_STREQ((Quantity{.kind = Kind::log_uniform, .low = 0}).problem(),
                 "a logarithmic range must start above 0");
    EXPECT_STREQ((Quantity{.kind = Kind::normal, .sd = 0}).problem(),
                 "a normal distribution needs a mean and an sd above 0");
    EXPECT_STREQ((Quantity{.kind = Kind::triangular, .mode = 2}).problem(),
                 "the mode of a triangular distribution must lie between low and high");
    EXPECT_STREQ((Quantity{.kind = Kind::beta, .alpha = -1}).problem(),
                 "alpha and beta of a beta distribution must be above 0");
}

TEST(Choice, CellsHaveTheSameWidth) {
    std::vector<int> cells(3);
    for (int i = 0; i < 300; ++i)
        ++cells[choice_from_unit((i + 0.5) / 300, 3)];
    EXPECT_EQ(cells, (std::vector<int>{100, 100, 100}));
    EXPECT_EQ(choice_from_unit(1, 3), 2U);
    EXPECT_EQ(choice_from_unit(0, 1), 0U);
}

} // namespace
} // namespace demarche
