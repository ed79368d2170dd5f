#include <algorithm>
#include <boost/math/distributions/negative_binomial.hpp>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include "sim/core/act.h"
#include "sim/core/counts.h"
#include "sim/core/date.h"
#include "sim/core/elementary.h"
#include "sim/core/fingerprint.h"
#include "sim/core/huge_pages.h"
#include "sim/core/index_set.h"
#include "sim/core/random.h"
#include "sim/io/act_reader.h"

namespace demarche {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// --- Arrays ---

// Growing goes through arrays in the heap, then through larger and larger ones of their own.
TEST(HugePages, GrowingArraysKeepTheirNumbersAndBeginAtALine) {
    HugeVector<std::uint32_t> numbers;
    const auto place = [&] { return reinterpret_cast<std::uintptr_t>(numbers.data()); };
    for (std::uint32_t k = 0; k < 2'000'000; ++k) {
        numbers.push_back(k);
        ASSERT_EQ(place() % 64, 0U) << k;
    }
    for (std::uint32_t k = 0; k < numbers.size(); ++k)
        ASSERT_EQ(numbers[k], k);
#ifdef __linux__
    EXPECT_EQ(place() % HugePages<std::uint32_t>::page, 0U);
#endif
    const HugeVector<std::uint32_t> copy = numbers;
    numbers.clear();
    numbers.shrink_to_fit();
    EXPECT_EQ(copy.back(), 1'999'999U);
}

TEST(IndexSet, GivesBackInOrderWhatWasPutIn) {
    IndexSet set(5'000'000); // bits of more than half a megabyte
    const std::vector<std::uint32_t> ascending{0, 63, 64, 4'095, 4'096, 1'234'567, 4'999'999};
    for (const std::size_t k : {5, 0, 6, 3, 3, 1, 4, 2, 0})
        set.insert(ascending[k]);
    set.insert(4'097, false);
    set.insert(64, false);
    EXPECT_TRUE(set.holds(4'096));
    EXPECT_FALSE(set.holds(4'097));
    EXPECT_TRUE(set.near(4'096 + IndexSet::group_size - 1));
    EXPECT_FALSE(set.near(4'096 + IndexSet::group_size));
    std::vector<std::uint32_t> found;
    set.each([&](std::uint32_t index) { found.push_back(index); });
    EXPECT_EQ(found, ascending);
    for (std::size_t k = 0; k < ascending.size(); ++k)
        EXPECT_EQ(set.rank(ascending[k]), k);
    set.clear();
    for (const std::uint32_t index : ascending)
        EXPECT_FALSE(set.holds(index));
    set.each([&](std::uint32_t index) { ADD_FAILURE() << index; });
    set.insert(4'095);
    set.each([&](std::uint32_t index) { EXPECT_EQ(index, 4'095U); });
    EXPECT_EQ(set.rank(4'095), 0U);
}

// --- Random numbers ---

// The three philox4x32-10 lines of Random123's tests/kat_vectors.
TEST(Philox, PublishedVectors) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (RandomBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              (RandomBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (RandomBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, UnitIsOpenAtBothEnds) {
    EXPECT_EQ(Random::unit(0, 0), 0x1p-54);
    EXPECT_EQ(Random::unit(0x80000000U, 0), 0.5); // 2^52 + 1/2 rounds to the even 2^52
    EXPECT_LT(Random::unit(0xffffffffU, 0xffffffffU), 1.0);
}

TEST(Random, EveryPartOfTheAddressCounts) {
    const Random random(1, 0);
    const Address address{Purpose::act, 5, 6, 7, 8};
    std::set<double> draws{random.uniform(address)};
    draws.insert(random.uniform({Purpose::leak, 5, 6, 7, 8}));
    draws.insert(random.uniform({Purpose::act, 6, 6, 7, 8}));
    draws.insert(random.uniform({Purpose::act, 5, 7, 7, 8}));
    draws.insert(random.uniform({Purpose::act, 5, 6, 8, 8}));
    draws.insert(random.uniform({Purpose::act, 5, 6, 7, 9}));
    draws.insert(random.uniform({Purpose::act, 5, 6, 7, (1U << 24U) - 1}));
    draws.insert(Random(2, 0).uniform(address));
    draws.insert(Random(1ULL << 32U | 1, 0).uniform(address));
    draws.insert(Random(1, 1).uniform(address));
    EXPECT_EQ(draws.size(), 10U);
    EXPECT_EQ(Random(1, 0).uniform(address), random.uniform(address));
}

// 20 equal cells, 100 000 draws along one coordinate of the address: chi-square with 19 degrees
// of freedom exceeds 43.8 once in 1000 seeds. Fixed seed.
TEST(Random, UniformAlongEveryCoordinate) {
    const Random random(20240815, 3);
    for (int coordinate = 0; coordinate < 4; ++coordinate) {
        std::array<double, 20> cell{};
        for (std::uint32_t k = 0; k < 100000; ++k) {
            Address a{Purpose::site};
            (coordinate == 0   ? a.tick
             : coordinate == 1 ? a.source
             : coordinate == 2 ? a.target
                               : a.index) = k;
            ++cell[static_cast<std::size_t>(20 * random.uniform(a))];
        }
        double chi_square = 0;
        for (double c : cell)
            chi_square += (c - 5000) * (c - 5000) / 5000;
        EXPECT_LT(chi_square, 43.8) << "coordinate " << coordinate;
    }
}

// --- exp, log, log1p ---

/// Distance to the true value in units of the last place of the correctly rounded result.
double ulps(double value, long double truth) {
    const double rounded = std::abs(static_cast<double>(truth));
    const double unit = std::nextafter(rounded, infinity) - rounded;
    return static_cast<double>(std::abs(value - truth) / unit);
}

// The greatest errors found in 10^8 arguments are 0.99 (exp), 0.85 (log) and 1.44 ulp (log1p);
// long double has eleven more bits, enough to tell.
constexpr std::uint32_t arguments = 200000;

TEST(Elementary, ExpWithinOneUlp) {
    const Random random(1, 0);
    double worst = 0;
    const auto check = [&](double x) {
        worst = std::max(worst, ulps(exp_bits(x), std::exp(static_cast<long double>(x))));
    };
    for (std::uint32_t k = 0; k < arguments; ++k) {
        check(-708 + 1416.0 * k / arguments); // dense
        const double u = random.uniform({Purpose::act, k});
        check((2 * u - 1) * 708);
        check(2 * u - 1);
        // Just below a result of 2^n, where the error is greatest.
        const int n = static_cast<int>(k % 2000) - 1000;
        check(n * 0.69314718055994530942 - 0.288 - 0.058 * u);
    }
    EXPECT_LE(worst, 1.0);
    EXPECT_GE(worst, 0.5); // the ruler works
}

TEST(Elementary, LogWithinOneUlp) {
    const Random random(2, 0);
    double worst = 0;
    const auto check = [&](double x) {
        worst = std::max(worst, ulps(log_bits(x), std::log(static_cast<long double>(x))));
    };
    for (std::uint32_t k = 0; k < arguments; ++k) {
        check(0.25 + 3.0 * k / arguments); // dense around 1 and the split at sqrt(1/2)
        const double u = random.uniform({Purpose::act, k});
        check(std::exp2(2044 * u - 1022));
        check(1 + (u - 0.5) * std::exp2(-40 * u));
    }
    check(std::numeric_limits<double>::min());
    check(std::numeric_limits<double>::max());
    EXPECT_LE(worst, 1.0);
}

TEST(Elementary, Log1pWithinTwoUlps) {
    const Random random(3, 0);
    double worst = 0;
    const auto check = [&](double x) {
        worst = std::max(worst, ulps(log1p_bits(x), std::log1p(static_cast<long double>(x))));
    };
    for (std::uint32_t k = 0; k < arguments; ++k) {
        check(-0.999 + 10.0 * k / arguments);
        const double u = random.uniform({Purpose::act, k});
        check(std::exp2(-200 * u));
        check(-0.999 * std::exp2(-60 * u));
        check(std::exp2(60 * u));
    }
    EXPECT_LE(worst, 2.0);
}

TEST(Elementary, SinglePrecisionIsAsNearAsItSays) {
    const auto in_ulps = [](float value, double truth) {
        return std::abs(value - truth) / std::ldexp(1.0, std::ilogb(truth) - 23);
    };
    const Random random(4, 0);
    double exp_worst = 0, log_worst = 0;
    for (std::uint32_t k = 0; k < arguments; ++k) {
        const double u = random.uniform({Purpose::act, k});
        const auto x = static_cast<float>(-86 + 172 * u);
        exp_worst = std::max(exp_worst, in_ulps(exp_bits(x), std::exp(double{x})));
        for (const double y : {std::exp2(250 * u - 125), 0.25 + 3.0 * k / arguments}) {
            const auto v = static_cast<float>(y);
            if (v != 1)
                log_worst = std::max(log_worst, in_ulps(log_bits(v), std::log(double{v})));
        }
    }
    EXPECT_LE(exp_worst, 2.5);
    EXPECT_LE(log_worst, 2.0);
    EXPECT_GE(std::min(exp_worst, log_worst), 0.5); // the ruler works
    EXPECT_EQ(exp_bits(0.0F), 1.0F);
    EXPECT_EQ(log_bits(1.0F), 0.0F);
}

TEST(Elementary, ExactWhereTheTruthIsExact) {
    EXPECT_EQ(exp_bits(0.0), 1.0);
    EXPECT_EQ(exp_bits(-0.0), 1.0);
    EXPECT_EQ(log_bits(1.0), 0.0);
    EXPECT_EQ(log1p_bits(0.0), 0.0);
    EXPECT_EQ(log1p_bits(1e-300), 1e-300);
    EXPECT_EQ(log1p_bits(-1e-300), -1e-300);
    EXPECT_EQ(pow_bits(3.7, 0.0), 1.0);
    EXPECT_EQ(pow_bits(1.0, 5.3), 1.0);
}

TEST(Elementary, ClampsOutsideTheRange) {
    EXPECT_EQ(exp_bits(709.0), exp_bits(708.0));
    EXPECT_EQ(exp_bits(infinity), exp_bits(708.0));
    EXPECT_EQ(exp_bits(-infinity), exp_bits(-708.0));
    EXPECT_GT(exp_bits(-708.0), 0.0);
    EXPECT_TRUE(std::isfinite(exp_bits(708.0)));
    constexpr double least = std::numeric_limits<double>::min();
    EXPECT_EQ(log_bits(0.0), log_bits(least));
    EXPECT_EQ(log_bits(-1.0), log_bits(least));
    EXPECT_EQ(log_bits(least / 4), log_bits(least)); // subnormal
}

// --- Negative binomial ---

struct Shape {
    double mean, size;
};
const std::vector<Shape> shapes{{0.01, 0.05}, {0.3, 0.5},  {1, 1},     {4, 0.7},
                                {20, 3},      {1000, 0.5}, {1000, 40}, {3, 1e4}};

/// Beyond it the tail, which falls by mean / (mean + size) a step, is below e^-50.
int tail_end(const Shape& s) {
    return static_cast<int>(s.mean + 60 * (1 + s.mean / s.size) + 20 * std::sqrt(s.mean));
}

// Mean m and variance m + m^2 / size, by summing the whole distribution. lgamma of arguments near
// 10^5 is good to 1e-10 absolute.
TEST(NegativeBinomial, SumsToOneWithTheRightMoments) {
    for (const Shape& s : shapes) {
        SCOPED_TRACE(testing::Message() << "mean " << s.mean << ", size " << s.size);
        double total = 0, mean = 0, square = 0;
        for (int n = 0; n <= tail_end(s); ++n) {
            const double p = std::exp(negative_binomial_log_pmf(n, s.mean, s.size));
            total += p;
            mean += n * p;
            square += static_cast<double>(n) * n * p;
        }
        EXPECT_NEAR(total, 1, 1e-9);
        EXPECT_NEAR(mean, s.mean, 1e-8 * s.mean);
        EXPECT_NEAR(square - mean * mean, s.mean + s.mean * s.mean / s.size,
                    1e-7 * (s.mean + s.mean * s.mean / s.size));
    }
}

TEST(NegativeBinomial, AgreesWithBoost) {
    for (const Shape& s : shapes) {
        SCOPED_TRACE(testing::Message() << "mean " << s.mean << ", size " << s.size);
        const boost::math::negative_binomial_distribution<> truth(s.size,
                                                                  s.size / (s.size + s.mean));
        for (int n : {0, 1, 2, 5, 17, 100, 900, 1100}) {
            const double p = pdf(truth, n);
            if (p < 1e-200)
                continue;
            EXPECT_NEAR(std::exp(negative_binomial_log_pmf(n, s.mean, s.size)) / p, 1, 1e-9)
                << "n " << n;
        }
    }
}

// P(N > n) <= v < P(N > n - 1). The running difference loses at most 1e-16 a term.
TEST(NegativeBinomial, InvertsTheSurvivalFunction) {
    const Random random(4, 0);
    for (const Shape& s : shapes) {
        SCOPED_TRACE(testing::Message() << "mean " << s.mean << ", size " << s.size);
        const int end = tail_end(s);
        std::vector<double> above(static_cast<std::size_t>(end) + 2, 0.0); // [n]: P(N > n - 1)
        for (int n = end; n >= 0; --n)
            above[static_cast<std::size_t>(n)] =
                above[static_cast<std::size_t>(n) + 1] +
                std::exp(negative_binomial_log_pmf(n, s.mean, s.size));
        for (std::uint32_t k = 0; k < 500; ++k) {
            const double v = random.uniform({Purpose::count, k}) * (k % 3 == 0 ? 1e-4 : 1);
            const auto n = static_cast<std::size_t>(negative_binomial(v, s.mean, s.size));
            ASSERT_LE(n, static_cast<std::size_t>(end));
            EXPECT_LE(above[n + 1], v + 1e-9);
            EXPECT_GT(above[n], v - 1e-9);
        }
    }
}

// The most extreme draw there is ends, where terms fall below e^-60, and is the greatest.
TEST(NegativeBinomial, LeastDrawEnds) {
    for (const Shape& s : shapes) {
        const int most = negative_binomial(0x1p-54, s.mean, s.size);
        EXPECT_GE(most, negative_binomial(1e-9, s.mean, s.size));
        EXPECT_GT(negative_binomial_log_pmf(most - 1, s.mean, s.size), -60);
    }
}

TEST(NegativeBinomial, GrowsWithTheMean) {
    const Random random(5, 0);
    for (double size : {0.1, 1.0, 30.0})
        for (std::uint32_t k = 0; k < 100; ++k) {
            const double v = random.uniform({Purpose::count, k});
            int before = 0;
            for (double mean = 0.001; mean < 1100; mean *= 1.7) {
                const int n = negative_binomial(v, mean, size);
                EXPECT_GE(n, before) << "v " << v << ", mean " << mean << ", size " << size;
                before = n;
            }
        }
}

TEST(NegativeBinomial, SkipsWhatCannotHappen) {
    for (double mean : {1e-6, 0.01, 0.9})
        for (double size : {0.01, 1.0, 1e6})
            EXPECT_EQ(negative_binomial(mean, mean, size), 0); // P(N > 0) <= mean
}

// exp(0.2 + 0.5 ln m) for weekly counts of mean m: e^0.2 at 1, 10 e^0.2 at 100.
TEST(Dispersion, SizeOfWeeklyCountsGrowsWithTheMean) {
    const Dispersion d{0.2, 0.5};
    EXPECT_NEAR(d.size(1.0 / 7, 7), std::exp(0.2), 1e-14);
    EXPECT_NEAR(d.size(100.0 / 7, 7), 10 * std::exp(0.2), 1e-13);
}

// Ticks are independent: the variance of a week is the sum of mean + mean^2 / size of its ticks.
TEST(Dispersion, AWeekVariesAlikeForAnyTick) {
    const Dispersion d{-0.7, 0.69};
    const auto week = [&](double days) {
        const double mean = 0.4 * days;
        return 7 / days * (mean + mean * mean / d.size(0.4, days));
    };
    EXPECT_NEAR(week(1), week(7), 1e-12);
    EXPECT_NEAR(week(0.25), week(7), 1e-12);
}

// --- Days ---

TEST(Date, KnownDays) {
    EXPECT_EQ(make_day(1970, 1, 1)->number, 0);
    EXPECT_EQ(make_day(1969, 12, 31)->number, -1);
    EXPECT_EQ(make_day(2000, 3, 1)->number, 11017); // 30 years, 7 leap days, 31 + 29 days
    EXPECT_EQ(make_day(2024, 8, 15)->number, 19950);
    EXPECT_EQ(iso({19950}), "2024-08-15");
    EXPECT_EQ(iso({-1}), "1969-12-31");
}

TEST(Date, RejectsWhatTheCalendarDoesNotHave) {
    EXPECT_FALSE(make_day(2024, 2, 30));
    EXPECT_FALSE(make_day(2023, 2, 29));
    EXPECT_FALSE(make_day(1900, 2, 29));
    EXPECT_FALSE(make_day(2024, 0, 1));
    EXPECT_FALSE(make_day(2024, 13, 1));
    EXPECT_FALSE(make_day(2024, 1, 0));
    EXPECT_TRUE(make_day(2000, 2, 29));
}

TEST(Date, EveryDayOfTwoCenturiesComesBack) {
    const int last = make_day(2100, 12, 31)->number;
    for (int number = make_day(1900, 1, 1)->number; number <= last; ++number) {
        const std::string text = iso({number});
        ASSERT_EQ(text.size(), 10U);
        const auto part = [&](std::size_t at, std::size_t length) {
            return static_cast<unsigned>(std::stoi(text.substr(at, length)));
        };
        ASSERT_EQ(make_day(static_cast<int>(part(0, 4)), part(5, 2), part(8, 2))->number, number);
    }
}

// --- Fingerprint ---

// Worked out with the arithmetic of Python's integers, modulo 2^64:
// x = (0xcbf29ce484222325 ^ word) * 0xff51afd7ed558ccd; x ^ x >> 32, for word = 1, then 2.
TEST(Fingerprint, KnownAnswers) {
    Fingerprint f;
    EXPECT_EQ(f.value(), 0xcbf29ce484222325ULL);
    f.add(std::uint64_t{1});
    EXPECT_EQ(f.value(), 0xee5d345a97dce78eULL);
    f.add(std::uint64_t{2});
    EXPECT_EQ(f.value(), 0x5e0b90e1b60a6bfdULL);
}

TEST(Fingerprint, OrderAndEveryBitCount) {
    Fingerprint ab, ba, zero, minus_zero;
    ab.add(std::uint64_t{1});
    ab.add(std::uint64_t{2});
    ba.add(std::uint64_t{2});
    ba.add(std::uint64_t{1});
    zero.add(0.0);
    minus_zero.add(-0.0);
    EXPECT_NE(ab.value(), ba.value());
    EXPECT_NE(zero.value(), minus_zero.value());
}

TEST(Fingerprint, SixteenHexDigits) {
    EXPECT_EQ(Fingerprint::hex(0), "0000000000000000");
    EXPECT_EQ(Fingerprint::hex(0x0123456789abcdefULL), "0123456789abcdef");
}

// --- The vocabulary ---

Act make_act(const char* id, QuadClass quad, double frequency, double goldstein) {
    Act a;
    a.id = id;
    a.quad = quad;
    a.frequency = frequency;
    a.channels = {Channel::public_};
    a.score.fill(0);
    a.score[index(Scale::goldstein)] = goldstein;
    return a;
}

// Frequencies 3 : 1 with |score| 2 and 6: mean (3 * 2 + 1 * 6) / 4 = 3, so 2/3 and 2. An act no
// policy posts is measured by the same ruler; a scale that does not grade a class weighs 1.
TEST(ActTable, IntensityIsRelativeToTheClassMean) {
    const ActTable acts(
        {make_act("mild", QuadClass::vconf, 3, -2), make_act("harsh", QuadClass::vconf, 1, -6),
         make_act("decision", QuadClass::vconf, 0, -9), make_act("other", QuadClass::vcoop, 1, 5)});
    EXPECT_DOUBLE_EQ(acts.intensity(0, Scale::goldstein), 2.0 / 3);
    EXPECT_DOUBLE_EQ(acts.intensity(1, Scale::goldstein), 2);
    EXPECT_DOUBLE_EQ(acts.intensity(2, Scale::goldstein), 3);
    EXPECT_DOUBLE_EQ(acts.intensity(3, Scale::goldstein), 1);
    EXPECT_DOUBLE_EQ(acts.intensity(0, Scale::kahn), 1);
    EXPECT_EQ(acts.of_class(QuadClass::vconf), (std::vector<ActId>{0, 1}));
    EXPECT_EQ(acts.find("nonsense"), nullptr);
    EXPECT_EQ(acts.id_of(*acts.find("harsh")), 1);
}

class DefaultActs : public testing::Test {
protected:
    const ActTable acts = default_acts();
};

TEST_F(DefaultActs, HaveUniqueIds) {
    std::set<std::string> ids;
    for (const Act& a : acts.all()) {
        EXPECT_TRUE(ids.insert(a.id).second) << a.id;
        EXPECT_EQ(acts.find(a.id), &a);
    }
    EXPECT_GE(acts.size(), 40U);
}

// What the engine asks posted_by() for; an act of another mechanism or class would never be posted.
TEST_F(DefaultActs, AreAllReachable) {
    const std::vector<std::pair<Mechanism, QuadClass>> asked{
        {Mechanism::pact, QuadClass::mconf},
        {Mechanism::pact, QuadClass::vconf},
        {Mechanism::intelligence, QuadClass::none},
        {Mechanism::mediation, QuadClass::vcoop},
        {Mechanism::group, QuadClass::mconf}};
    for (const auto& [mechanism, quad] : asked)
        EXPECT_NE(acts.posted_by(mechanism, quad), nullptr);
    for (const Act& a : acts.all()) {
        if (a.mechanism == Mechanism::policy) {
            EXPECT_GT(a.frequency, 0) << a.id;
            const auto& choices = acts.of_class(a.quad);
            EXPECT_EQ(std::count(choices.begin(), choices.end(), acts.id_of(a)), 1) << a.id;
        } else {
            EXPECT_EQ(a.frequency, 0) << a.id;
            EXPECT_EQ(acts.posted_by(a.mechanism, a.quad), &a) << a.id;
            EXPECT_EQ(std::count(asked.begin(), asked.end(), std::pair(a.mechanism, a.quad)), 1)
                << a.id;
        }
    }
}

TEST_F(DefaultActs, FrequenciesSumToOneInEveryClass) {
    std::array<double, class_count> total{};
    for (const Act& a : acts.all())
        if (a.quad != QuadClass::none)
            total[index(a.quad)] += a.frequency;
    for (std::size_t q = 0; q < class_count; ++q)
        EXPECT_NEAR(total[q], 1, 1e-3) << class_names[q];
}

TEST_F(DefaultActs, AreScoredOnEveryScale) {
    const std::set<double> rivera{-2, 0, 4, 12, 28, 60};
    for (const Act& a : acts.all()) {
        SCOPED_TRACE(a.id);
        const auto score = [&](Scale s) { return a.score[index(s)]; };
        for (Scale s : {Scale::goldstein, Scale::plover}) {
            EXPECT_LE(std::abs(score(s)), 10);
            EXPECT_EQ(is_conflict(a.quad), score(s) < 0); // hostile acts and no others
        }
        EXPECT_TRUE(rivera.contains(score(Scale::rivera)));
        EXPECT_GE(score(Scale::mid), 1);
        EXPECT_LE(score(Scale::mid), 5);
        EXPECT_GE(score(Scale::kahn), 0);
        EXPECT_LE(score(Scale::kahn), 44);
    }
}

TEST_F(DefaultActs, WeighOneOnAverage) {
    for (std::size_t s = 0; s < scale_count; ++s)
        for (std::size_t q = 0; q < class_count; ++q) {
            double total = 0, weight = 0;
            for (ActId a : acts.of_class(static_cast<QuadClass>(q))) {
                total += acts[a].frequency * acts.intensity(a, static_cast<Scale>(s));
                weight += acts[a].frequency;
            }
            EXPECT_NEAR(total / weight, 1, 1e-12) << scale_names[s] << ' ' << class_names[q];
        }
}

TEST_F(DefaultActs, CanBeCheckedForLegality) {
    constexpr unsigned known = (1U << requirement_names.size()) - 1;
    for (const Act& a : acts.all()) {
        SCOPED_TRACE(a.id);
        ASSERT_FALSE(a.channels.empty());
        EXPECT_EQ(std::set<Channel>(a.channels.begin(), a.channels.end()).size(),
                  a.channels.size());
        for (Channel c : {Channel::public_, Channel::private_, Channel::covert})
            EXPECT_EQ(a.allows(c), std::count(a.channels.begin(), a.channels.end(), c) == 1);
        EXPECT_EQ(a.requirements & ~known, 0U);
        EXPECT_GE(a.rung, 0);
        EXPECT_LE(a.rung, top_rung);
        EXPECT_EQ(a.rung > 0, is_conflict(a.quad)); // cooperation stands on no rung
        EXPECT_LE(a.min_rung, top_rung);
        EXPECT_FALSE(a.relief > 0 && is_conflict(a.quad));
        EXPECT_FALSE(a.allows(Channel::covert) && a.lasting_days <= 0 &&
                     a.mechanism == Mechanism::policy);
    }
}

// The catastrophes are gated: by weapons or a site, and never out of the blue.
TEST_F(DefaultActs, TheTopRungIsGated) {
    int gated = 0;
    for (const Act& a : acts.all()) {
        if (a.rung < top_rung) {
            EXPECT_FALSE(a.needs(Requirement::nuclear)) << a.id;
            continue;
        }
        ++gated;
        EXPECT_TRUE(a.needs(Requirement::nuclear) || a.at_site) << a.id;
        EXPECT_GE(a.min_rung, force_rung) << a.id;
    }
    EXPECT_EQ(gated, 2);
    ASSERT_NE(acts.find("nuclear_use"), nullptr);
    EXPECT_TRUE(acts.find("nuclear_use")->needs(Requirement::nuclear));
    EXPECT_TRUE(acts.find("nuclear_site_strike")->at_site);
}

} // namespace
} // namespace demarche
