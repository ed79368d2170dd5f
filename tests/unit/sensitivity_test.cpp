#include "sim/study/sensitivity.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

#include "sim/core/fingerprint.h"
#include "sim/study/quantity.h"
#include "tests/unit/known_functions.h"

namespace demarche {
namespace {

void expect_inside(const Estimate& e, double truth, const std::string& what) {
    EXPECT_LE(e.low, truth) << what;
    EXPECT_GE(e.high, truth) << what;
    EXPECT_LE(e.low, e.value) << what;
    EXPECT_GE(e.high, e.value) << what;
}

/// All indices of a function inside intervals of 99.9 %: some 60 are checked, one of which would
/// lie outside its own interval of 95 % even if all is well. (How often 95 % is right:
/// tests/statistical/sensitivity_coverage_test.cpp.)
void expect_known_indices(const KnownFunction& f, bool second_order) {
    const DesignPlan plan = saltelli_plan(f.factors(), 4096, second_order);
    const SobolIndices s = sobol_indices(plan, outcome_of(plan, f.value), {.confidence = 0.999});
    EXPECT_EQ(s.rows, 4096U);
    for (std::size_t i = 0; i < f.factors(); ++i) {
        const std::string what = f.name + ", factor " + std::to_string(i);
        expect_inside(s.first[i], f.first[i], what);
        expect_inside(s.total[i], f.total[i], what);
        EXPECT_NEAR(s.first[i].value, f.first[i], 0.03) << what;
        EXPECT_NEAR(s.total[i].value, f.total[i], 0.03) << what;
        EXPECT_LT(s.first[i].high - s.first[i].low, 0.12) << what;
    }
    ASSERT_EQ(s.second.size(), second_order ? f.second.size() : 0U);
    for (std::size_t p = 0; p < s.second.size(); ++p) {
        expect_inside(s.second[p], f.second[p], f.name + ", pair " + std::to_string(p));
        EXPECT_NEAR(s.second[p].value, f.second[p], 0.03) << f.name << ", pair " << p;
    }
}

TEST(SobolIndices, OfIshigami) {
    expect_known_indices(ishigami(), false);
    expect_known_indices(ishigami(), true);
}

TEST(SobolIndices, OfSobolG) {
    expect_known_indices(sobol_g(), false);
    expect_known_indices(sobol_g(), true);
}

TEST(SobolIndices, OfALinearModel) {
    expect_known_indices(linear_model(), false);
    expect_known_indices(linear_model(), true);
    const DesignPlan plan = saltelli_plan(4, 1024, false);
    const SobolIndices s = sobol_indices(plan, outcome_of(plan, linear_model().value));
    EXPECT_NEAR(s.mean, 1005, 0.01);
    EXPECT_NEAR(s.variance, 30.0 / 12, 0.01);
}

// A choice of three with outcomes 0, 1 and 5 (variance 26/3 - 2^2 = 14/3) beside a range of
// variance 3: shares 14/23 and 9/23.
TEST(SobolIndices, OfAChoice) {
    const DesignPlan plan = saltelli_plan(2, 4096, false);
    const SobolIndices s =
        sobol_indices(plan,
                      outcome_of(plan,
                                 [](std::span<const double> u) {
                                     const double outcomes[] = {0, 1, 5};
                                     return outcomes[choice_from_unit(u[0], 3)] + 6 * u[1];
                                 }),
                      {.confidence = 0.999});
    expect_inside(s.first[0], 14.0 / 23, "choice");
    expect_inside(s.total[1], 9.0 / 23, "range");
    EXPECT_NEAR(s.first[0].value, 14.0 / 23, 0.01);
}

TEST(SobolIndices, LeaveOutRowsWithoutAnOutcome) {
    const KnownFunction f = linear_model();
    const DesignPlan plan = saltelli_plan(4, 2048, false);
    std::vector<double> outcome = outcome_of(plan, f.value);
    for (std::size_t i = 0; i < outcome.size(); i += 60) // every tenth row of six points
        outcome[i + i / 60 % 6] = NAN;
    const SobolIndices s = sobol_indices(plan, outcome);
    EXPECT_EQ(s.rows, 2048U - 205);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(s.first[i].value, f.first[i], 0.05);
        EXPECT_LT(s.first[i].high - s.first[i].low, 0.2);
    }
    std::fill(outcome.begin(), outcome.end(), NAN);
    EXPECT_EQ(sobol_indices(plan, outcome).rows, 0U);
    EXPECT_TRUE(std::isnan(sobol_indices(plan, outcome).total[3].value));
}

TEST(SobolIndices, OfAConstantAreUndefined) {
    const DesignPlan plan = saltelli_plan(3, 64, true);
    const SobolIndices s = sobol_indices(plan, std::vector<double>(plan.size(), 0.1));
    for (const auto* indices : {&s.first, &s.total, &s.second}) {
        ASSERT_EQ(indices->size(), 3U);
        for (const Estimate& e : *indices)
            EXPECT_TRUE(std::isnan(e.value) && std::isnan(e.low) && std::isnan(e.high));
    }
}

TEST(SobolIndices, DependOnTheBootstrapSeedInTheirIntervalsOnly) {
    const DesignPlan plan = saltelli_plan(3, 128, false);
    const std::vector<double> outcome = outcome_of(plan, ishigami().value);
    const Estimate once = sobol_indices(plan, outcome).first[0];
    const Estimate again = sobol_indices(plan, outcome).first[0];
    const Estimate other = sobol_indices(plan, outcome, {.seed = 2}).first[0];
    EXPECT_EQ(once.low, again.low);
    EXPECT_EQ(once.high, again.high);
    EXPECT_EQ(once.value, other.value);
    EXPECT_NE(once.low, other.low);
    EXPECT_LT(sobol_indices(plan, outcome, {.confidence = 0.5}).first[0].high, once.high);
}

TEST(SobolIndices, OfOneRowOrTrajectoryHaveNoInterval) {
    const DesignPlan plan = saltelli_plan(3, 1, false);
    const SobolIndices s = sobol_indices(plan, outcome_of(plan, ishigami().value));
    EXPECT_TRUE(std::isfinite(s.first[0].value));
    EXPECT_TRUE(std::isnan(s.first[0].low) && std::isnan(s.first[0].high));
    const DesignPlan single = morris_plan(3, 1);
    const auto effects = morris_effects(single, outcome_of(single, ishigami().value));
    EXPECT_TRUE(std::isfinite(effects[0].mu.value));
    EXPECT_TRUE(std::isnan(effects[0].mu.low) && std::isnan(effects[0].sigma.value));
}

TEST(SobolIndices, BitsStayTheSame) {
    const DesignPlan plan = saltelli_plan(3, 100, true);
    Fingerprint f;
    const SobolIndices s = sobol_indices(
        plan, outcome_of(plan, [](std::span<const double> u) { return u[0] * u[1] + u[2]; }));
    for (const auto* indices : {&s.first, &s.total, &s.second})
        for (const Estimate& e : *indices) {
            f.add(e.value);
            f.add(e.low);
            f.add(e.high);
        }
    EXPECT_EQ(Fingerprint::hex(f.value()), "6b62ce85e4d8c0c9");
}

TEST(SobolIndices, NeedTheirDesign) {
    const DesignPlan plan = saltelli_plan(3, 8, false);
    EXPECT_THROW(sobol_indices(plan, std::vector<double>(39)), std::invalid_argument);
    EXPECT_THROW(sobol_indices(morris_plan(3, 10), std::vector<double>(40)), std::invalid_argument);
    EXPECT_THROW(morris_effects(plan, std::vector<double>(40)), std::invalid_argument);
}

// Effects of a linear model are its coefficients at every point.
TEST(MorrisEffects, OfALinearModelAreItsCoefficients) {
    const DesignPlan plan = morris_plan(4, 10);
    const auto effects = morris_effects(plan, outcome_of(plan, [](std::span<const double> u) {
                                            return 5 + 4 * u[0] - 3 * u[1] + 2 * u[2];
                                        }));
    const double coefficients[] = {4, -3, 2, 0};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(effects[i].effects, 10U);
        EXPECT_NEAR(effects[i].mu.value, coefficients[i], 1e-12);
        EXPECT_NEAR(effects[i].mu_star.value, std::abs(coefficients[i]), 1e-12);
        EXPECT_NEAR(effects[i].sigma.value, 0, 1e-12);
        EXPECT_NEAR(effects[i].mu_star.high - effects[i].mu_star.low, 0, 1e-12);
    }
}

// Where all trajectories but the first are unknown, one effect is left of each factor, which says
// nothing of how much effects differ.
TEST(MorrisEffects, ASingleEffectHasNoInterval) {
    const DesignPlan plan = morris_plan(2, 8);
    auto outcome = outcome_of(plan, [](std::span<const double> u) { return u[0] + 2 * u[1]; });
    std::fill(outcome.begin() + 3, outcome.end(), nan);
    for (const MorrisEffect& effect : morris_effects(plan, outcome)) {
        EXPECT_EQ(effect.effects, 1U);
        EXPECT_GT(effect.mu_star.value, 0);
        EXPECT_TRUE(std::isnan(effect.mu_star.low) && std::isnan(effect.mu_star.high));
        EXPECT_TRUE(std::isnan(effect.mu.low) && std::isnan(effect.mu.high));
    }
}

// With four levels a step is 2/3. Of (u - 1/2)^2 both steps have effects of 1/3, down or up as
// they start in 0 or in 1/3: mu vanishes, mu* does not. u v has the effects v on u, uniform on
// 0, 1/3, 2/3 and 1: mean 1/2, variance 5/36. (1/3 and sqrt(5)/6 = 0.373 are sigma for n large.)
TEST(MorrisEffects, TellBentAndInteractingFactors) {
    const DesignPlan plan = morris_plan(3, 1000);
    const auto effects =
        morris_effects(plan,
                       outcome_of(plan,
                                  [](std::span<const double> u) {
                                      return (u[0] - 0.5) * (u[0] - 0.5) + u[1] * u[2];
                                  }),
                       {.confidence = 0.999});
    EXPECT_NEAR(effects[0].mu_star.value, 1.0 / 3, 1e-12);
    expect_inside(effects[0].mu, 0, "mu of a bent factor");
    EXPECT_NEAR(effects[0].sigma.value, 1.0 / 3, 0.001);
    for (const std::size_t i : {1, 2}) {
        expect_inside(effects[i].mu, 0.5, "mu");
        expect_inside(effects[i].mu_star, 0.5, "mu*");
        expect_inside(effects[i].sigma, std::sqrt(5) / 6, "sigma");
        EXPECT_LT(effects[i].mu.high - effects[i].mu.low, 0.09); // 2 * 3.3 * 0.373 / sqrt(1000)
    }
}

// Morris's own function of 20 factors (1991), with random coefficients left out: products of the
// first four and six, squares of 3, 5 and 7 in bent form, and 8 to 10 linear.
TEST(MorrisEffects, RankTheFactorsOfMorris) {
    const auto f = [](std::span<const double> u) {
        std::vector<double> w;
        for (std::size_t i = 0; i < 20; ++i)
            w.push_back(i == 2 || i == 4 || i == 6 ? 2 * (1.1 * u[i] / (u[i] + 0.1) - 0.5)
                                                   : 2 * (u[i] - 0.5));
        double sum = 0;
        for (std::size_t i = 0; i < 10; ++i)
            sum += 20 * w[i];
        for (std::size_t i = 0; i < 6; ++i)
            for (std::size_t j = i + 1; j < 6; ++j) {
                sum -= 15 * w[i] * w[j];
                for (std::size_t l = j + 1; l < 5; ++l)
                    sum -= 10 * w[i] * w[j] * w[l];
            }
        return sum + 5 * w[0] * w[1] * w[2] * w[3];
    };
    const DesignPlan plan = morris_plan(20, 50);
    const auto effects = morris_effects(plan, outcome_of(plan, f));
    for (std::size_t i = 0; i < 20; ++i) {
        if (i >= 10)
            EXPECT_NEAR(effects[i].mu_star.value, 0, 1e-9) << i;
        else
            EXPECT_GT(effects[i].mu_star.low, 20) << i;
        if (i >= 7 && i < 10) { // alone and straight: 20 * 2
            EXPECT_NEAR(effects[i].mu.value, 40, 1e-9) << i;
            EXPECT_NEAR(effects[i].sigma.value, 0, 1e-9) << i;
        }
        if (i < 7) {
            EXPECT_GT(effects[i].sigma.low, 5) << i;
        }
    }
}

TEST(MorrisEffects, LeaveOutStepsWithoutAnOutcome) {
    const DesignPlan plan = morris_plan(2, 20);
    std::vector<double> outcome =
        outcome_of(plan, [](std::span<const double> u) { return 3 * u[0] + u[1]; });
    outcome[0] = NAN; // the first point: of one step of the first trajectory
    const auto effects = morris_effects(plan, outcome);
    EXPECT_EQ(effects[0].effects + effects[1].effects, 39U);
    EXPECT_NEAR(effects[0].mu.value, 3, 1e-12);
    EXPECT_NEAR(effects[1].mu_star.value, 1, 1e-12);
    std::fill(outcome.begin(), outcome.end(), NAN);
    EXPECT_TRUE(std::isnan(morris_effects(plan, outcome)[0].mu.value));
}

TEST(MorrisEffects, ThatCancelAreZeroNotWhatRoundingLeaves) {
    // Effects of +0.1, -0.1 or 0, whose sums over resamples are 0 but for the last bit.
    const DesignPlan plan = morris_plan(3, 40);
    const std::vector<double> outcome = outcome_of(plan, [](std::span<const double> u) {
        return 0.1 / 3 * std::cos(9 * u[0]) * (u[1] > 0.5 ? 1 : -1);
    });
    for (const MorrisEffect& e : morris_effects(plan, outcome))
        for (const double x : {e.mu.value, e.mu.low, e.mu.high})
            EXPECT_TRUE(x == 0 || std::abs(x) > 1e-12) << x;
}

} // namespace
} // namespace demarche
