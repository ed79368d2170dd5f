// Events, teacher-forced memories, the likelihood of counts and its gradient, fits.
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/counts.h"
#include "sim/core/random.h"
#include "sim/engine/scenario.h"
#include "sim/io/study_writer.h"
#include "sim/study/appraisal_sample.h"
#include "sim/study/centring.h"
#include "sim/study/fit.h"
#include "sim/study/linear.h"
#include "sim/study/optimise.h"
#include "sim/study/search_space.h"

namespace demarche {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr double infinity = std::numeric_limits<double>::infinity();
const Day monday = *make_day(2018, 1, 1);

double uniform(std::uint32_t row, std::uint32_t column) {
    return Random(7, 0).uniform({Purpose::key, 0, row, column});
}

/// Events of three actors over some weeks, more of some pairs than of others.
EventSeries small_series(int weeks) {
    std::vector<DatedCount> events;
    for (int d = 0; d < week_days * weeks; ++d)
        for (std::uint32_t i = 0; i < 3; ++i)
            for (std::uint32_t j = 0; j < 3; ++j)
                for (std::uint32_t q = 0; q < class_count; ++q) {
                    const double u = uniform(static_cast<std::uint32_t>(d), 100 * i + 10 * j + q);
                    if (i != j && u < 0.1 * (1 + i))
                        events.push_back({Day{monday.number + d}, i, j, static_cast<QuadClass>(q),
                                          1 + std::floor(30 * u)});
                }
    return {{"AAA", "BBB", "CCC"}, std::move(events)};
}

TEST(Events, WeeksBeginOnTheFirstMonday) {
    // 2021-01-01 was a Friday: the first Monday is the 4th; the last whole week ends on the 17th.
    const auto day = [](unsigned d) { return *make_day(2021, 1, d); };
    const EventSeries series({"AAA", "BBB"}, {{day(18), 0, 1, QuadClass::vconf, 1},
                                              {day(1), 0, 1, QuadClass::vconf, 1},
                                              {day(10), 1, 0, QuadClass::vconf, 2},
                                              {day(11), 0, 1, QuadClass::mconf, 3}});
    EXPECT_EQ(series.weeks(), 2);
    EXPECT_EQ(iso(series.monday(1)), "2021-01-11");
    EXPECT_EQ(series.week(day(10)), 0);
    EXPECT_EQ(series.week(day(1)), -1);
    EXPECT_EQ(series.events()[series.begin_of(0)].count, 2);
    EXPECT_EQ(series.end_of(0), series.begin_of(1));
    EXPECT_EQ(series.end_of(1) - series.begin_of(1), 1U);
    EXPECT_THAT(active_pairs(series, 0, 1, 2.5), ElementsAre(Pair(0, 1), Pair(1, 0)));
    EXPECT_TRUE(active_pairs(series, 0, 1, 2.6).empty()); // 5 acts in 2 weeks
}

TEST(Features, MemoriesFadeFromDayToDay) {
    Features features(2);
    // 3 acts on Saturday have faded for one day at the end of the week.
    const std::vector<DatedCount> week{
        {Day{monday.number + 5}, 0, 1, QuadClass::vconf, 3},
    };
    features.absorb(monday, week);
    features.absorb(Day{monday.number + 7}, {});
    std::vector<float> own(features.columns().size()), other(own.size());
    features.write(0, 1, own);
    features.write(1, 0, other);
    const MemoryRule rule = forecasting_memory();
    int found = 0;
    for (std::size_t h = 0; h < horizon_count; ++h) {
        const double keep = std::exp2(-1 / rule.half_life[h]);
        const double weight = 7 * (1 - keep) * std::pow(keep, 8) / (1 - std::pow(keep, 14));
        const std::string horizon(horizon_names[h]);
        for (std::size_t c = 0; c < own.size(); ++c) {
            const std::string& name = features.columns()[c].name;
            if (name == "own_vconf." + horizon) {
                EXPECT_NEAR(own[c], 3 * weight, 1e-6);
                EXPECT_EQ(other[c], 0);
                ++found;
            } else if (name == "received_vconf_days." + horizon) {
                EXPECT_NEAR(other[c], weight, 1e-6);
                EXPECT_EQ(own[c], 0);
                ++found;
            }
        }
    }
    EXPECT_EQ(found, 8);
}

TEST(Features, ASteadyStreamIsRememberedAsItsRate) {
    Features features(2);
    std::vector<DatedCount> week;
    for (int w = 0; w < 3; ++w) {
        week.clear();
        for (int d = 0; d < 7; ++d)
            week.push_back({Day{monday.number + 7 * w + d}, 0, 1, QuadClass::mconf, 2});
        features.absorb(Day{monday.number + 7 * w}, week);
    }
    std::vector<float> row(features.columns().size());
    features.write(0, 1, row);
    for (std::size_t c = 0; c < row.size(); ++c)
        if (features.columns()[c].name.starts_with("own_mconf.")) {
            EXPECT_NEAR(row[c], 14, 1e-4) << features.columns()[c].name; // even the slow one
        }
}

/// Sources, targets and directed pairs.
Groupings pairs_of(const Sample& cases) {
    FitRule rule;
    rule.actor_effects = rule.pair_effects = true;
    return observe(cases, QuadClass::vconf, rule).groupings;
}

/// A sample with its model and parameters near which everything is smooth.
struct Problem {
    Sample cases;
    CountModel model;
    Observations observed;
    std::vector<double> at;

    explicit Problem(bool effects) {
        const EventSeries series = small_series(30);
        cases = sample({{&series, 2, 29, 0, nullptr}});
        for (std::size_t c = 0; c < cases.columns.size(); ++c) {
            if (cases.columns[c].roles & stimulates)
                model.stimulus.push_back(c);
            if (cases.columns[c].roles & multiplies)
                model.posture.push_back(c);
            if (cases.columns[c].roles & disperses)
                model.dispersion.push_back(c);
        }
        Groupings groupings;
        if (effects) {
            // Sources, targets, a number that counts in part, and one of what is received.
            model.effects = {{3, 0}, {3, 1}, {3, 0, -0.25}, {3, 0, 0.5, 1}};
            groupings = pairs_of(cases);
            for (const std::size_t c : model.stimulus)
                model.part.push_back(cases.columns[c].name.starts_with("received_"));
        }
        observed = Observations(cases.counts[index(QuadClass::vconf)], groupings);
        at.resize(model.parameters());
        for (std::size_t k = 0; k < at.size(); ++k) {
            const double u = uniform(1, static_cast<std::uint32_t>(k));
            at[k] = k < model.stimulus.size() ? 0.1 * u : 0.4 * (u - 0.5);
        }
        at[model.slope()] = 0.6;
    }
};

/// The log-likelihood written down once more, one case after another, with the C library.
double plain_log_likelihood(const Problem& p) {
    double sum = 0;
    const CountModel& m = p.model;
    for (std::size_t row = 0; row < p.observed.size(); ++row) {
        double stimulus = 0, log_mean = 0, log_size = 0;
        const auto effect = [&](std::size_t g) {
            return p.at[m.first_effect() + 3 * g +
                        p.observed.groupings
                            .levels[m.effects[g].grouping][p.observed.groupings.cell[row]]];
        };
        for (std::size_t k = 0; k < m.stimulus.size(); ++k)
            stimulus += p.at[k] * p.cases.cases.at(row, m.stimulus[k]) *
                        (!m.part.empty() && m.part[k] == 1 ? std::exp(effect(3)) : 1.0);
        for (std::size_t k = 0; k < m.posture.size(); ++k)
            log_mean += p.at[m.first_posture() + k] * p.cases.cases.at(row, m.posture[k]);
        for (std::size_t g = 0; g < m.effects.size(); ++g)
            log_mean += m.effects[g].loading * effect(g);
        log_mean += std::exp(p.at[m.log_exponent()]) * std::log(stimulus);
        for (std::size_t k = 0; k < m.dispersion.size(); ++k)
            log_size += p.at[m.first_dispersion() + k] * p.cases.cases.at(row, m.dispersion[k]);
        log_size += p.at[m.slope()] * log_mean;
        const double y = p.observed.counts[row];
        sum +=
            negative_binomial_log_pmf(static_cast<int>(y), std::exp(log_mean), std::exp(log_size)) +
            std::lgamma(y + 1);
    }
    return sum;
}

TEST(Likelihood, IsThatOfTheModel) {
    for (const bool effects : {false, true}) {
        const Problem p(effects);
        const double value = log_likelihood(p.model, p.cases.cases, p.observed, p.at, {});
        const double plain = plain_log_likelihood(p);
        EXPECT_NEAR(value, plain, 1e-7 * std::abs(plain));
    }
}

TEST(Likelihood, PartsThatNoEffectMultipliesAreAsTheyAre) {
    Problem with(true);
    std::fill(with.at.begin() + static_cast<std::ptrdiff_t>(with.model.first_effect()),
              with.at.end(), 0.0);
    const double value = log_likelihood(with.model, with.cases.cases, with.observed, with.at, {});
    with.model.effects.clear();
    EXPECT_EQ(log_likelihood(with.model, with.cases.cases, with.observed, with.at, {}), value);
}

TEST(Likelihood, ItsGradientIsThatOfDifferences) {
    Problem p(true);
    std::vector<double> gradient(p.at.size());
    log_likelihood(p.model, p.cases.cases, p.observed, p.at, gradient);
    for (std::size_t k = 0; k < p.at.size(); ++k) {
        const double step = 1e-5 * std::max(0.1, std::abs(p.at[k]));
        const double at = p.at[k];
        p.at[k] = at + step;
        const double up = log_likelihood(p.model, p.cases.cases, p.observed, p.at, {});
        p.at[k] = at - step;
        const double down = log_likelihood(p.model, p.cases.cases, p.observed, p.at, {});
        p.at[k] = at;
        const double difference = (up - down) / (2 * step);
        EXPECT_NEAR(gradient[k], difference, 1e-5 * std::max(1.0, std::abs(difference))) << k;
    }
}

/// Effects of sources and targets, of pairs, or of all three.
struct Centred {
    Problem p{false};
    std::vector<double> precision;

    Centred(bool actors, bool pairs) {
        if (actors) {
            p.model.effects = {{3, 0}, {3, 1}};
            precision = {2, 5};
        }
        p.observed.groupings = pairs_of(p.cases);
        if (pairs) {
            p.model.effects.push_back({p.observed.groupings.cells(), 2});
            precision.push_back(3);
        }
        for (std::size_t k = p.at.size(); k < p.model.parameters(); ++k)
            p.at.push_back(uniform(2, static_cast<std::uint32_t>(k)) - 0.5);
    }
    Centring centring() const { return {p.model, p.cases.cases, p.observed, p.at, precision, 2}; }
    /// Expected information on ln mean with that of the prior, in centred effects at `at`:
    /// derivatives of ln mean by differences, case by case.
    Matrix information(const Centring& c, std::span<const double> at) const {
        const std::size_t n = at.size();
        const auto log_means = [&](std::span<const double> centred, std::vector<double>* size) {
            std::vector<double> all(centred.begin(), centred.end());
            c.to_effects(all);
            Forecasts f =
                forecast(p.model, p.cases.cases, p.observed.groupings, p.cases.size(), all);
            for (double& m : f.mean)
                m = std::log(m);
            if (size)
                *size = f.size;
            // The prior's pulls, as if they were more cases.
            std::size_t k = p.model.first_effect();
            for (std::size_t g = 0; g < precision.size(); ++g)
                for (std::size_t l = 0; l < p.model.effects[g].levels; ++l)
                    f.mean.push_back(std::sqrt(precision[g]) * all[k++]);
            return f.mean;
        };
        std::vector<double> size;
        const std::vector<double> now = log_means(at, &size);
        std::vector<std::vector<double>> slope(n);
        std::vector<double> moved(at.begin(), at.end());
        for (std::size_t k = 0; k < n; ++k) {
            constexpr double step = 1e-5;
            moved[k] = at[k] + step;
            slope[k] = log_means(moved, nullptr);
            moved[k] = at[k] - step;
            const std::vector<double> down = log_means(moved, nullptr);
            moved[k] = at[k];
            for (std::size_t row = 0; row < now.size(); ++row)
                slope[k][row] = (slope[k][row] - down[row]) / (2 * step);
        }
        Matrix out(n);
        for (std::size_t row = 0; row < now.size(); ++row) {
            const double mean = std::exp(now[row]);
            const double weight = row < size.size() ? mean / (1 + mean / size[row]) : 1;
            for (std::size_t a = 0; a < n; ++a)
                for (std::size_t b = 0; b < n; ++b)
                    out(a, b) += weight * slope[a][row] * slope[b][row];
        }
        return out;
    }
};

TEST(Centring, GoesThereAndBackAndFollowsTheChainRule) {
    for (const auto& [actors, pairs] :
         {std::pair(true, false), std::pair(false, true), std::pair(true, true)}) {
        const Centred x(actors, pairs);
        const Centring c = x.centring();
        std::vector<double> at = x.p.at;
        for (std::size_t k = 0; k < at.size(); ++k)
            at[k] += 0.1 * uniform(3, static_cast<std::uint32_t>(k));
        std::vector<double> there = at;
        c.from_effects(there);
        std::vector<double> back = there;
        c.to_effects(back);
        for (std::size_t k = 0; k < at.size(); ++k)
            EXPECT_NEAR(back[k], at[k], 1e-9) << k;

        std::vector<double> gradient(at.size());
        log_likelihood(x.p.model, x.p.cases.cases, x.p.observed, back, gradient);
        c.chain(gradient);
        const auto value = [&](std::vector<double> centred) {
            c.to_effects(centred);
            return log_likelihood(x.p.model, x.p.cases.cases, x.p.observed, centred, {});
        };
        for (std::size_t k = 0; k < at.size(); ++k) {
            const double step = 1e-5;
            std::vector<double> up = there, down = there;
            up[k] += step;
            down[k] -= step;
            const double difference = (value(up) - value(down)) / (2 * step);
            EXPECT_NEAR(gradient[k], difference, 1e-4 * std::max(1.0, std::abs(difference))) << k;
        }
    }
}

/// What it is for: no centred effect shares information with any other or with a parameter of ln
/// mean, each has the variance that is said, and what is left to parameters is their share.
TEST(Centring, MakesEffectsIndependent) {
    for (const auto& [actors, pairs] :
         {std::pair(true, false), std::pair(false, true), std::pair(true, true)}) {
        const Centred x(actors, pairs);
        const Centring c = x.centring();
        std::vector<double> at = x.p.at;
        c.from_effects(at);
        const Matrix centred = x.information(c, at);
        const Matrix plain = x.information(Centring(), x.p.at);
        const std::size_t own = x.p.model.first_effect();
        const auto of_mean = [&](std::size_t k) { // dispersion has no information on ln mean
            return k < x.p.model.first_dispersion() || k == x.p.model.log_exponent() || k >= own;
        };
        for (std::size_t a = own; a < at.size(); ++a) {
            EXPECT_NEAR(centred(a, a) * c.variance()[a - own], 1, 1e-3) << a;
            for (std::size_t b = 0; b < a; ++b)
                if (of_mean(b)) {
                    EXPECT_NEAR(centred(a, b) / std::sqrt(centred(a, a) * centred(b, b)), 0, 2e-3)
                        << a << ", " << b << (actors ? ", actors" : "") << (pairs ? ", pairs" : "");
                }
        }
        for (std::size_t k = 0; k < own; ++k)
            if (of_mean(k)) {
                EXPECT_NEAR(c.share(k), centred(k, k) / plain(k, k), 1e-3) << k;
            }
    }
}

TEST(Likelihood, SinglePrecisionIsNear) {
    const Problem p(true);
    std::vector<double> exact(p.at.size()), near(p.at.size());
    const double value = log_likelihood(p.model, p.cases.cases, p.observed, p.at, exact);
    Evaluation single;
    single.single_precision = true;
    EXPECT_NEAR(log_likelihood(p.model, p.cases.cases, p.observed, p.at, near, single), value,
                1e-6 * std::abs(value));
    for (std::size_t k = 0; k < exact.size(); ++k)
        EXPECT_NEAR(near[k], exact[k], 1e-4 * std::max(1.0, std::abs(exact[k]))) << k;
}

TEST(Likelihood, ScoresOfCasesSumToTheGradient) {
    const Problem p(true);
    std::vector<double> gradient(p.at.size()), sum(p.at.size());
    log_likelihood(p.model, p.cases.cases, p.observed, p.at, gradient);
    const std::size_t own = p.model.first_effect();
    each_score(p.model, p.cases.cases, p.observed, p.at,
               [&](std::size_t row, std::span<const double> score) {
                   for (std::size_t k = 0; k < own; ++k)
                       sum[k] += score[k];
                   for (std::size_t g = 0; g < p.model.effects.size(); ++g) {
                       const auto& level = p.observed.groupings.levels[p.model.effects[g].grouping];
                       sum[own + 3 * g + level[p.observed.groupings.cell[row]]] += score[own + g];
                   }
               });
    for (std::size_t k = 0; k < sum.size(); ++k)
        EXPECT_NEAR(sum[k], gradient[k], 1e-8 * std::max(1.0, std::abs(gradient[k])));
}

/// Enough cases that every thread gets some.
EventSeries many_actors() {
    std::vector<std::string> names;
    std::vector<DatedCount> events;
    for (std::uint32_t i = 0; i < 26; ++i)
        names.push_back(std::string(3, static_cast<char>('A' + i)));
    for (std::uint32_t e = 0; e < 4000; ++e) {
        const auto i = static_cast<std::uint32_t>(26 * uniform(e, 0));
        const auto j = static_cast<std::uint32_t>(26 * uniform(e, 1) * uniform(e, 2));
        if (i != j)
            events.push_back({Day{monday.number + static_cast<int>(e / 20)}, i, j,
                              static_cast<QuadClass>(4 * uniform(e, 3)), 1});
    }
    return {std::move(names), std::move(events)};
}

TEST(FitThreads, DoNotChangeAnyBit) {
    const EventSeries series = many_actors();
    const Sample cases = sample({{&series, 4, series.weeks() - 1, 0, nullptr}});
    FitRule rule;
    rule.actor_effects = true;
    rule.tolerance = 1e-3; // the way there is short, and every step of it the same
    const ClassFit one = fit(cases, QuadClass::mconf, rule, 1);
    for (const unsigned threads : {2U, 5U})
        EXPECT_EQ(fit(cases, QuadClass::mconf, rule, threads).parameters, one.parameters);
}

/// Twenty actors who differ in how much they do, and nothing else: exp(0.7 z), z standard normal.
TEST(Fit, FindsWhoIsActive) {
    constexpr std::uint32_t n = 20;
    constexpr int weeks = 60;
    const Random random(11, 0);
    std::vector<double> truth;
    std::vector<std::string> names;
    for (std::uint32_t a = 0; a < n; ++a) {
        const double u = random.uniform({Purpose::key, 1, a}),
                     v = random.uniform({Purpose::key, 2, a});
        truth.push_back(0.7 * std::sqrt(-2 * std::log(u)) * std::cos(6.283185307 * v));
        names.push_back(std::string(3, static_cast<char>('A' + a)));
    }
    std::vector<DatedCount> events;
    for (std::uint32_t week = 0; week < weeks; ++week)
        for (std::uint32_t i = 0; i < n; ++i)
            for (std::uint32_t j = 0; j < n; ++j)
                if (i != j)
                    if (const int y =
                            negative_binomial(random.uniform({Purpose::count, week, i, j}),
                                              0.3 * std::exp(truth[i]), 2);
                        y > 0)
                        events.push_back({Day{monday.number + static_cast<int>(7 * week + j % 7)},
                                          i, j, QuadClass::vconf, static_cast<double>(y)});
    const EventSeries series(names, events);
    const Sample cases = sample({{&series, 1, series.weeks() - 1, 0, nullptr}});
    FitRule rule;
    rule.actor_effects = true;
    rule.roles = [](const FeatureColumn& c, QuadClass) {
        return c.name == "constant" ? c.roles : Roles{0};
    };
    const ClassFit found = fit(cases, QuadClass::vconf, rule, 1);
    EXPECT_TRUE(found.ended) << found.reason;
    double sum = 0, squares = 0;
    for (const double t : truth) {
        sum += t / n;
        squares += t * t / n;
    }
    EXPECT_NEAR(found.variance[0], squares - sum * sum, 0.15);
    EXPECT_LT(found.variance[1], 0.01); // who is acted on makes no difference
    double mean = 0;
    for (std::uint32_t a = 0; a < n; ++a)
        mean += (found.parameters[found.model.first_effect() + a] - truth[a]) / n;
    for (std::uint32_t a = 0; a < n; ++a) {
        const double error = found.effect_error[a];
        EXPECT_NEAR(found.parameters[found.model.first_effect() + a] - mean, truth[a], 3.5 * error);
        // 1,121 cases, of which each tells mean / (1 + mean / 2).
        const double rate = 0.3 * std::exp(truth[a]);
        EXPECT_NEAR(error, 1 / std::sqrt(1121 * rate / (1 + rate / 2)), 0.1 * error) << a;
    }
}

/// Six states; nobody acts on the last, and two of them have a pact with each other.
DoctrineFit six_states(const std::vector<QuadClass>& classes, Sample& cases) {
    constexpr std::uint32_t n = 6;
    Scenario pact;
    std::vector<std::string> names;
    for (std::uint32_t a = 0; a < n; ++a) {
        names.push_back(std::string(3, static_cast<char>('A' + a)));
        pact.setting.actors.emplace_back().id = names.back();
    }
    Tie& tie = pact.setting.ties.emplace_back();
    tie.b = 1;
    tie.defence = 1;
    const Random random(12, 0);
    std::vector<DatedCount> events;
    for (std::uint32_t day = 0; day < 7 * 60; ++day)
        for (std::uint32_t i = 0; i < n; ++i)
            for (std::uint32_t j = 0; j + 1 < n; ++j)
                for (std::uint32_t q = 0; q < class_count; ++q)
                    if (i != j && random.uniform({Purpose::count, day, i, j, q}) < 0.02 * (i + 1))
                        events.push_back({Day{monday.number + static_cast<int>(day)}, i, j,
                                          static_cast<QuadClass>(q), 1});
    const EventSeries series(names, events);
    AppraisalRule policy;
    policy.tick_days = 7;
    policy.ties = &pact;
    policy.doctrine = true;
    cases = appraisal_sample({{&series, 8, series.weeks() - 1, 0, nullptr}}, policy);
    FitRule rule;
    rule.exponent = 1e9;
    rule.doctrine = appraisal_doctrine(policy);
    return fit_doctrines(cases, classes, rule, 1);
}

TEST(Doctrine, SaysOfWhomTheEventsSayNothing) {
    Sample cases;
    const DoctrineFit found = six_states({QuadClass::vcoop, QuadClass::vconf}, cases);
    ASSERT_EQ(found.doctrine.size(), 4U);
    const auto& of = found.doctrine;
    EXPECT_EQ(of[0].term.name, "activity");
    EXPECT_EQ(of[2].term.name, "reciprocity");
    EXPECT_EQ(of[3].term.name, "loyalty");
    for (std::size_t a = 0; a < 6; ++a) {
        EXPECT_EQ(of[0].of_actor[a].note, "") << a; // rates go like 1 : 2 : 3 : 4 : 5 : 6
        if (a > 0) {
            EXPECT_GT(of[0].of_actor[a].deviation, of[0].of_actor[a - 1].deviation);
        }
    }
    EXPECT_EQ(of[2].of_actor[5].note, "it answers nothing that it received");
    EXPECT_NEAR(of[2].of_actor[5].deviation, 0, 1e-9);
    EXPECT_NEAR(of[2].of_actor[5].error, std::sqrt(of[2].variance), 1e-6);
    for (std::size_t a = 2; a < 6; ++a)
        EXPECT_EQ(of[3].of_actor[a].note, "it answers no harm to anybody it sides with") << a;
    EXPECT_THAT(found.warnings, Contains(HasSubstr("the loyalty of")));
    for (const DoctrineEstimate& e : of)
        for (const auto& a : e.of_actor) {
            EXPECT_GE(e.term.value(a.deviation - 3 * a.error), e.term.least);
            EXPECT_LE(e.term.value(a.deviation + 3 * a.error), e.term.most);
        }
    EXPECT_THAT(doctrine_toml(cases, found), Not(HasSubstr("loyalty")));
}

TEST(Doctrine, IsTheSameInAllClasses) {
    Sample cases;
    const DoctrineFit found = six_states({QuadClass::vcoop, QuadClass::mconf}, cases);
    const auto effects = [](const ClassFit& c) {
        return std::vector<double>(c.parameters.begin() +
                                       static_cast<std::ptrdiff_t>(c.model.first_effect()),
                                   c.parameters.end());
    };
    EXPECT_EQ(effects(found.classes[0]), effects(found.classes[1]));
    EXPECT_EQ(found.classes[0].model.effects[1].loading, 0); // pacifism of words
    EXPECT_EQ(found.classes[1].model.effects[1].loading, -0.4);
}

TEST(Doctrine, LeavesOutWhatNothingDependsOn) {
    Sample cases;
    const DoctrineFit found = six_states({QuadClass::vcoop}, cases);
    for (const DoctrineEstimate& e : found.doctrine)
        EXPECT_NE(e.term.name, "pacifism");
    EXPECT_THAT(found.warnings,
                Contains(HasSubstr("nothing in these classes depends on pacifism")));
}

TEST(Moments, OfAConstantAreExact) {
    Cases cases(1);
    const float one = 1;
    for (int row = 0; row < 640000; ++row)
        cases.add({&one, 1});
    EXPECT_EQ(moments(cases, cases.size()).deviation[0], 0);
}

TEST(Sample, FollowsTheRuleOfActivityWeekByWeek) {
    const EventSeries series = many_actors();
    const Sample all = sample({{&series, 4, 9, 0, nullptr}});
    EXPECT_EQ(all.size(), 6U * 26 * 25);
    const Sample some = sample({{&series, 4, 9, 1.0, nullptr}});
    std::size_t expected = 0;
    for (int week = 4; week <= 9; ++week)
        for (const auto& pair : active_pairs(series, 0, week - 1, 1.0))
            expected += pair.first != pair.second;
    EXPECT_EQ(some.size(), expected);
    EXPECT_LT(some.size(), all.size());
}

TEST(Minimise, StopsAtBounds) {
    // (x - 3)^2 + (y + 1)^2 with y >= 0.
    const Minimum found = minimise(
        [](std::span<const double> x, std::span<double> g) {
            g[0] = 2 * (x[0] - 3);
            g[1] = 2 * (x[1] + 1);
            return (x[0] - 3) * (x[0] - 3) + (x[1] + 1) * (x[1] + 1);
        },
        {0, 5}, {-10, 0}, {10, 10}, 1e-12, 100);
    EXPECT_THAT(found.at, ElementsAre(DoubleNear(3, 1e-5), 0.0));
    EXPECT_LT(found.steepest, 1e-4);
}

TEST(Minimise, FollowsANarrowValley) {
    // Rosenbrock's function: the way to (1, 1) is bent and a hundred times as steep at its sides.
    const Minimum found = minimise(
        [](std::span<const double> x, std::span<double> g) {
            const double across = x[1] - x[0] * x[0];
            g[0] = -400 * across * x[0] - 2 * (1 - x[0]);
            g[1] = 200 * across;
            return 100 * across * across + (1 - x[0]) * (1 - x[0]);
        },
        {-1.2, 1}, {-infinity, -infinity}, {infinity, infinity}, 1e-14, 200);
    EXPECT_TRUE(found.found) << found.reason;
    EXPECT_THAT(found.at, ElementsAre(DoubleNear(1, 1e-4), DoubleNear(1, 1e-4)));
}

TEST(Minimise, SaysWhereEvaluationsRunOut) {
    const Minimum found = minimise(
        [](std::span<const double> x, std::span<double> g) {
            g[0] = std::exp(x[0]) - 7;
            return std::exp(x[0]) - 7 * x[0];
        },
        {-20}, {-infinity}, {infinity}, 1e-12, 3);
    EXPECT_FALSE(found.found);
    EXPECT_EQ(found.reason, "evaluations ran out");
    EXPECT_EQ(found.evaluations, 3);
}

TEST(Matrix, InverseTimesItselfIsOne) {
    Matrix m(3);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            m(i, j) = i == j ? 3.0 : 1.0 / static_cast<double>(1 + i + j);
    const Matrix one = m * *m.inverse();
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            EXPECT_NEAR(one(i, j), i == j ? 1 : 0, 1e-12);
    m(2, 2) = -1;
    EXPECT_FALSE(m.inverse());
}

} // namespace
} // namespace demarche
