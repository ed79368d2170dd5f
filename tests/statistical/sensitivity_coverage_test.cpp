// Whether intervals of 95 % contain the truth as often as they say: 200 repetitions with seeds
// 1 to 200 of everything random, coverage between 90 and 99 %. Where the true coverage is 95 %, the
// count of 200 has a standard deviation of 1.5 %: an interval without fault leaves this range at
// the lower end in 0.2 % of all series, at the upper end in 0.04 % (100 % or 99.5 %).
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/random.h"
#include "sim/study/tipping.h"
#include "tests/unit/known_functions.h"

namespace demarche {
namespace {

constexpr std::uint64_t repetitions = 200;

class Coverage {
public:
    explicit Coverage(std::string what) : what_(std::move(what)) {}
    void add(const Estimate& e, double truth) {
        inside_ += e.low <= truth && truth <= e.high ? 1 : 0;
        width_ += (e.high - e.low) / repetitions;
    }
    void expect_nominal() const {
        const double share = inside_ / static_cast<double>(repetitions);
        std::printf("%-40s %5.1f %%, mean width %.4f\n", what_.c_str(), 100 * share, width_);
        EXPECT_GE(share, 0.90) << what_;
        EXPECT_LE(share, 0.99) << what_;
    }

private:
    std::string what_;
    int inside_ = 0;
    double width_ = 0;
};

void expect_coverage(const KnownFunction& f, bool second_order) {
    std::vector<Coverage> coverage;
    const auto name = [&](const char* order, std::size_t i) {
        coverage.emplace_back(f.name + ", " + order + " order " + std::to_string(i));
    };
    for (std::size_t i = 0; i < f.factors(); ++i)
        name("first", i);
    for (std::size_t i = 0; i < f.factors(); ++i)
        name("total", i);
    for (std::size_t p = 0; second_order && p < f.second.size(); ++p)
        name("second", p);
    std::vector<double> truth = f.first;
    truth.insert(truth.end(), f.total.begin(), f.total.end());
    truth.insert(truth.end(), f.second.begin(), f.second.end());
    for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
        const DesignPlan plan = saltelli_plan(f.factors(), 512, second_order, seed);
        const SobolIndices s = sobol_indices(plan, outcome_of(plan, f.value), {.seed = seed});
        std::vector<Estimate> all = s.first;
        all.insert(all.end(), s.total.begin(), s.total.end());
        all.insert(all.end(), s.second.begin(), s.second.end());
        for (std::size_t i = 0; i < coverage.size(); ++i)
            coverage[i].add(all[i], truth[i]);
    }
    for (const Coverage& c : coverage)
        c.expect_nominal();
}

TEST(SensitivityCoverage, Ishigami) {
    expect_coverage(ishigami(), false);
    expect_coverage(ishigami(), true);
}

TEST(SensitivityCoverage, SobolG) {
    expect_coverage(sobol_g(), false);
    expect_coverage(sobol_g(), true);
}

TEST(SensitivityCoverage, LinearModel) {
    expect_coverage(linear_model(), false);
    expect_coverage(linear_model(), true);
}

// The truth is the mean over all 32 steps that a factor can take on four levels.
TEST(SensitivityCoverage, MorrisEffectsOfIshigami) {
    const KnownFunction f = ishigami();
    std::array<double, 3> mu{};
    std::array<double, 3> mu_star{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t step = 0; step < 32; ++step) {
            std::array<double, 3> u{};
            u[i] = static_cast<double>(step % 2) / 3;
            u[(i + 1) % 3] = static_cast<double>(step / 2 % 4) / 3;
            u[(i + 2) % 3] = static_cast<double>(step / 8 % 4) / 3;
            const double before = f.value(u);
            u[i] += 2.0 / 3;
            const double effect = (f.value(u) - before) * 1.5;
            mu[i] += effect / 32;
            mu_star[i] += std::abs(effect) / 32;
        }
    std::vector<Coverage> coverage;
    for (std::size_t i = 0; i < 3; ++i) {
        coverage.emplace_back("Ishigami, mu " + std::to_string(i));
        if (i != 1) // all effects of the second factor have the same size: mu* is exact
            coverage.emplace_back("Ishigami, mu* " + std::to_string(i));
    }
    for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
        const DesignPlan plan = morris_plan(3, 30, seed);
        const auto effects = morris_effects(plan, outcome_of(plan, f.value), {.seed = seed});
        auto next = coverage.begin();
        for (std::size_t i = 0; i < 3; ++i) {
            next++->add(effects[i].mu, mu[i]);
            if (i != 1)
                next++->add(effects[i].mu_star, mu_star[i]);
        }
    }
    for (const Coverage& c : coverage)
        c.expect_nominal();
}

// A response of straight pieces through 0.4 at 4 and 0.65 at 5: it crosses 0.5 at 4.4.
TEST(SensitivityCoverage, TippingPoint) {
    const std::vector<double> truth = {0.02, 0.05, 0.1, 0.2, 0.4, 0.65, 0.8, 0.9, 0.95};
    for (const bool common : {true, false}) {
        Coverage coverage(common ? "tipping point, common random numbers"
                                 : "tipping point, independent runs");
        for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
            const Random random(seed, 0);
            std::vector<Level> levels;
            for (std::uint32_t i = 0; i < truth.size(); ++i) {
                Level level{.at = static_cast<double>(i), .happened = 0, .runs = 200};
                for (std::uint32_t run = 0; run < 200; ++run)
                    level.happened += random.uniform({.purpose = Purpose::rare,
                                                      .tick = run,
                                                      .source = common ? 0 : i}) < truth[i];
                levels.push_back(level);
            }
            coverage.add(
                tipping(levels, {.common_random_numbers = common, .bootstrap = {.seed = seed}}).at,
                4.4);
        }
        coverage.expect_nominal();
    }
}

} // namespace
} // namespace demarche
