// The engine acts by known coefficients of `appraisal`; the fit of the policy to what it did finds
// them again.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/act_reader.h"
#include "sim/study/appraisal_sample.h"
#include "sim/study/event_log.h"

namespace demarche {
namespace {

constexpr std::size_t states = 12;
constexpr int weeks = 130;
constexpr int burn_in = 26;
constexpr double ordinary = 0.2; // acts per day, of every pair and class

const std::map<std::string, double> truth{
    {"vconf.own_vconf.short", 0.25},     {"vconf.own_vconf.long", 0.15},
    {"vconf.received_vconf.short", 0.1}, {"vconf.own_mconf.medium", 0.1},
    {"mconf.own_mconf.medium", 0.3},     {"mconf.received_mconf.short", 0.15},
    {"mconf.received_vconf.long", 0.1},
};

/// Every act weighs 1 in every memory and every pair is like every other, so that what the fit
/// sees is what the engine remembers and one constant is everybody's level.
Scenario world(std::uint64_t seed, int tick_days) {
    Scenario s;
    s.start = *make_day(2018, 1, 1);
    s.days = weeks * week_days;
    s.tick_days = tick_days;
    s.seed = seed;
    std::vector<Act> acts = default_acts().all();
    for (Act& a : acts) {
        a.score.fill(is_conflict(a.quad) ? -1 : 1);
        a.min_rung = 0;
        a.requirements = 0;
        if (a.mechanism == Mechanism::policy)
            a.channels = {Channel::public_};
        if (a.rung > 3)
            a.frequency = 0;
    }
    s.acts = ActTable(std::move(acts));
    Setting& x = s.setting;
    for (std::size_t a = 0; a < states; ++a) {
        Actor actor;
        actor.id = std::string(3, static_cast<char>('A' + a));
        actor.policy = x.policies.find("appraisal");
        x.actors.push_back(actor);
    }
    for (std::size_t i = 0; i < states; ++i)
        for (std::size_t j = 0; j < states; ++j)
            if (i != j)
                x.relations.push_back({i, j, {ordinary, ordinary, ordinary, ordinary}});
    x.perception.salience_tail = 1000;
    x.intelligence.false_alarm = 0;
    x.policies[x.policies.find("appraisal")].describe([](const Parameter& p, double& value) {
        const std::string name = p.name.substr(p.name.find('.') + 1);
        const auto it = truth.find(p.name);
        if (it != truth.end())
            value = it->second;
        else if (name == "exponent" || name == "level")
            value = 1;
        else if (name == "dispersion_intercept")
            value = -0.5;
        else if (name == "dispersion_slope")
            value = 0.7;
        else
            value = 0;
    });
    return s;
}

void recover(int tick_days) {
    constexpr int repetitions = 6;
    int covered = 0, intervals = 0;
    std::map<std::string, double> bias;
    for (int r = 0; r < repetitions; ++r) {
        const Scenario scenario = world(100 + static_cast<std::uint64_t>(r), tick_days);
        EventLog log;
        run(World(scenario), 0, log);
        const EventSeries series = series_of(scenario, log.events(), scenario.start,
                                             Day{scenario.start.number + scenario.days});
        ASSERT_EQ(series.weeks(), weeks);
        AppraisalRule of_policy;
        of_policy.tick_days = tick_days;
        const Sample cases =
            appraisal_sample({{&series, burn_in, weeks - 1, 0, nullptr}}, of_policy);
        FitRule rule;
        rule.stimulus = rule.dispersion = rule.slope = 1e-6; // as good as no penalty
        rule.exponent = 1e9;                                 // known to be 1
        rule.tolerance = 1e-10;
        // The level is the same for all: what stands for levels that differ is left out.
        rule.roles = [](const FeatureColumn& c) {
            return c.name.starts_with("rate_") || c.name.starts_with("gravity_") ||
                           c.name == "weekend"
                       ? Roles{0}
                       : c.roles;
        };
        for (const QuadClass q : {QuadClass::vconf, QuadClass::mconf}) {
            ClassFit found = fit(cases, q, rule, 2);
            add_errors(cases, rule, found, 2);
            std::map<std::string, double> error;
            for (const CoefficientEstimate& e : found.estimates)
                error[e.name] = e.error;
            const auto check = [&](const std::string& name, double value, double se, double real) {
                const double z = (value - real) / se;
                bias[name] += z / repetitions;
                covered += std::abs(z) < 1.96;
                ++intervals;
            };
            const std::string of(class_names[index(q)]);
            for (const auto& [name, value] : policy_coefficients(found, tick_days)) {
                if (const auto it = truth.find(of + "." + name); it != truth.end())
                    check(it->first, value, error["stimulus." + name], it->second);
                else if (name == "dispersion_slope")
                    check(of + "." + name, value, error["dispersion_slope"], 0.7);
                else if (name == "dispersion_intercept") {
                    EXPECT_NEAR(value, -0.5, 0.15) << of << " in repetition " << r;
                } else if (name != "exponent") {
                    EXPECT_LT(std::abs(value), 0.15) << of << "." << name << ": none in truth";
                }
            }
        }
    }
    for (const auto& [name, z] : bias)
        std::printf("%-28s mean error %5.2f se\n", name.c_str(), z);
    std::printf("covered %d of %d\n", covered, intervals);
    EXPECT_EQ(intervals, repetitions * static_cast<int>(truth.size() + 2));
    EXPECT_GE(covered, 0.85 * intervals); // binomial: below this once in a hundred times
    for (const auto& [name, z] : bias)
        EXPECT_LT(std::abs(z), 1.2) << name; // chance alone: a standard error of 0.41
}

TEST(PolicyRecovery, DailyTicks) {
    recover(1);
}
TEST(PolicyRecovery, WeeklyTicks) {
    recover(7);
}

} // namespace
} // namespace demarche
