#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/tick.h"
#include "sim/study/ensemble.h"
#include "sim/study/sweep.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

using testing::ElementsAre;

/// Three states for 40 days; what the first two are like is varied.
Sweep small_sweep() {
    Sweep sweep;
    sweep.scenario = small_world(3, "appraisal");
    sweep.scenario.days = 40;
    for (GravityPrior::OfClass& c : sweep.scenario.setting.gravity.of_class)
        c.intercept = -1;
    sweep.axes = {range_axis("state.AAA.activity", 0.5, 1.2),
                  range_axis("state.BBB.pacifism", 0, 1)};
    DesignPlan plan;
    plan.kind = DesignKind::lhs;
    plan.factors = 2;
    plan.points = 5;
    sweep.design.emplace(plan);
    sweep.base = true;
    sweep.replications = 4;
    sweep.outcomes = escalation_outcomes();
    return sweep;
}

/// Fingerprint of a run of a scenario in which the numbers of a point were set by hand.
std::uint64_t by_hand(const Sweep& sweep, std::uint32_t point, std::uint32_t replication) {
    Scenario scenario = sweep.scenario;
    const std::vector<double> values = sweep.point(point);
    for (std::size_t x = 0; x < values.size(); ++x)
        if (!std::isnan(values[x]) && !sweep.axes[x].is_choice())
            set(scenario.setting, sweep.axes[x].paths[0], values[x]);
    Recorder nobody;
    return run(World(scenario), replication, nobody);
}

TEST(Sweep, RunsEveryPointAsIfItsNumbersStoodInTheScenario) {
    const Sweep sweep = small_sweep();
    const std::vector<RunResult> results = run(sweep, 1);
    ASSERT_EQ(results.size(), 24U);
    std::set<std::uint64_t> different;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Job job = results[i].job;
        EXPECT_EQ(job, (Job{static_cast<std::uint32_t>(i / 4), static_cast<std::uint32_t>(i % 4)}));
        EXPECT_EQ(results[i].fingerprint, by_hand(sweep, job.point, job.replication)) << i;
        EXPECT_EQ(results[i].failure, "");
        EXPECT_EQ(results[i].values.size(), scale_count);
        different.insert(results[i].fingerprint);
    }
    EXPECT_EQ(different.size(), 24U) << "nothing is varied";
}

TEST(SweepThreads, DoNotChangeResults) {
    const Sweep sweep = small_sweep();
    const std::vector<RunResult> one = run(sweep, 1), four = run(sweep, 4);
    ASSERT_EQ(one.size(), four.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(one[i].job, four[i].job);
        EXPECT_EQ(one[i].fingerprint, four[i].fingerprint);
        EXPECT_EQ(one[i].values, four[i].values);
    }
}

TEST(Sweep, CommonRandomNumbersCanBeSwitchedOff) {
    Sweep sweep = small_sweep();
    sweep.list = {sweep.point(1), sweep.point(1)}; // the same point twice
    sweep.design.reset();
    sweep.base = false;
    std::vector<RunResult> results = run(sweep, 1);
    for (std::size_t r = 0; r < 4; ++r)
        EXPECT_EQ(results[r].fingerprint, results[4 + r].fingerprint);
    sweep.common_random_numbers = false;
    results = run(sweep, 1);
    std::set<std::uint64_t> different;
    for (const RunResult& result : results)
        different.insert(result.fingerprint);
    EXPECT_EQ(different.size(), 8U);
}

TEST(Sweep, AFailedRunIsAResult) {
    Sweep sweep = small_sweep();
    sweep.axes[0].quantity.high = 1e6; // rates explode
    sweep.design.reset();
    const double as_it_is = std::nan("");
    sweep.list = {{1, 0.5}, {1e6, as_it_is}, {1, 0.5}};
    sweep.base = false;
    sweep.note = [](Job) -> std::unique_ptr<NoteTaker> { throw std::runtime_error("no notes"); };
    for (const RunResult& result : run(sweep, 2)) {
        EXPECT_NE(result.failure, "");
        EXPECT_TRUE(result.values.empty());
    }
}

TEST(Sweep, UnknownNumbersAndValuesOutOfRangeFail) {
    Sweep sweep = small_sweep();
    sweep.design.reset();
    sweep.base = false;
    sweep.list = {{1, 1.5}};
    EXPECT_EQ(run(sweep, 1).front().failure,
              "state.BBB.pacifism = 1.5 is out of range; allowed: 0 to 1");
    sweep.axes[1] = range_axis("state.BBB.pacifsm", 0, 1);
    sweep.list = {{1, 0.5}, {1, 0.6}, {1, 0.7}};
    for (const RunResult& result : run(sweep, 1))
        EXPECT_EQ(result.failure, "axis 'state.BBB.pacifsm': the scenario has no such number");
}

TEST(Sweep, ChoicesComeFromAnotherScenario) {
    Sweep sweep = small_sweep();
    Axis policy;
    policy.name = "policy";
    policy.paths = {"state.AAA.policy"};
    policy.texts = {"appraisal", "dove"};
    sweep.axes.push_back(policy);
    sweep.design.reset();
    sweep.list = {{1.2, 0.5, 0}, {1.2, 0.5, 1}, {0.5, 0.5, 0}};
    const auto others = std::make_shared<const Scenario>(sweep.scenario);
    Scenario changed = sweep.scenario;
    changed.setting.actors[0].policy = changed.setting.policies.find("dove");
    const auto doves = std::make_shared<const Scenario>(changed);
    sweep.choose = [&](std::span<const double> point) {
        return std::isnan(point[2]) ? nullptr : point[2] == 0 ? others : doves;
    };
    const std::vector<RunResult> results = run(sweep, 1); // the base and these three
    ASSERT_EQ(results.size(), 16U);
    Sweep with_doves = sweep;
    with_doves.scenario = changed;
    for (const RunResult& result : results)
        EXPECT_EQ(result.fingerprint, by_hand(result.job.point == 2 ? with_doves : sweep,
                                              result.job.point, result.job.replication));
}

TEST(Sweep, ShardsShareOutEveryJobOnce) {
    Sweep sweep = small_sweep();
    sweep.replications = 37;
    for (const bool stops : {false, true}) {
        if (stops)
            sweep.stop_rule = Sweep::StopRule{0, 1e-9, 37};
        std::multiset<Job> jobs;
        for (std::uint32_t k = 0; k < 5; ++k) {
            Rounds rounds(sweep, {k, 5});
            while (rounds.next()) {
                Job last{};
                for (std::uint64_t i = 0; i < rounds.size(); ++i) {
                    const Job job = rounds.job(i);
                    EXPECT_TRUE(i == 0 || last < job);
                    last = job;
                    jobs.insert(job);
                }
                if (stops)
                    break; // as without results there is no end
            }
        }
        EXPECT_EQ(jobs.size(), 6U * 37);
        EXPECT_EQ(std::set<Job>(jobs.begin(), jobs.end()).size(), 6U * 37);
    }
}

TEST(Sweep, StopRuleGivesWidePointsMoreReplications) {
    Sweep sweep = small_sweep();
    sweep.replications = 200;
    sweep.stop_rule = Sweep::StopRule{0, 1, 10};
    Rounds rounds(sweep, {});
    std::vector<std::uint32_t> done(sweep.points());
    // Point 2 alternates by 100, all others are known exactly.
    std::vector<std::uint64_t> sizes;
    while (rounds.next()) {
        sizes.push_back(rounds.size());
        for (std::uint64_t i = 0; i < rounds.size(); ++i) {
            RunResult result;
            result.job = rounds.job(i);
            EXPECT_EQ(result.job.replication, done[result.job.point]++);
            result.values.assign(scale_count, result.job.point == 2 && i % 2 == 0 ? 100 : 0);
            rounds.note(result);
        }
    }
    EXPECT_THAT(done, ElementsAre(10, 10, 200, 10, 10, 10));
    // Ten of all, then half as many again as before, at least ten.
    EXPECT_THAT(sizes, ElementsAre(60, 10, 10, 15, 22, 33, 50, 50));
}

TEST(Axis, TakesLevelsChoicesAndTheBase) {
    Axis axis = range_axis("state.AAA.face", 0, 2, 3);
    EXPECT_EQ(axis.at(0.5, true), 1);
    EXPECT_EQ(axis.level_count(), 3U);
    EXPECT_EQ(axis.text(0.1), "0.1");
    EXPECT_TRUE(std::isnan(axis.at(std::nan(""), true)));
    EXPECT_EQ(axis.text(std::nan("")), "");
    axis.texts = {"false", "true"};
    axis.values = {0, 1};
    EXPECT_EQ(axis.level_count(), 2U);
    EXPECT_EQ(axis.at(0, true), 0);
    EXPECT_EQ(axis.at(1, true), 1);
    EXPECT_EQ(axis.text(1), "true");
    EXPECT_EQ(axis.number(1), 1);
}

} // namespace
} // namespace demarche
