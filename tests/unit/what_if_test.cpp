#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "sim/engine/equilibrium.h"
#include "sim/study/what_if.h"
#include "tests/unit/eventful_world.h"

namespace demarche {
namespace {

/// What of a message does not depend on how many were posted before it.
auto content(const Message& m) {
    return std::tuple(m.tick, m.source, m.target, m.act, m.channel, m.leaked, m.scripted,
                      m.salience, m.site, m.confidence);
}

auto contents(const std::vector<Message>& messages) {
    std::vector<decltype(content(Message{}))> all;
    for (const Message& m : messages)
        all.push_back(content(m));
    return all;
}

struct Course {
    std::vector<Message> before, after; ///< the fork
    std::uint64_t fingerprint = 0;
};

/// A replication that is forked at a tick, or goes on as it was. `covert`: noted as it was, known
/// otherwise, as WhatIf does.
Course course(const World& first_morning, std::uint32_t replication, const Intervention* x,
              int fork, World::CovertIds* covert = nullptr) {
    Play play(first_morning, replication);
    play.until(fork);
    if (x != nullptr)
        play.world.known_covert = covert;
    else
        play.world.note_covert = covert;
    Course course;
    course.before = std::move(play.transcript.messages);
    play.transcript.messages.clear();
    if (x != nullptr)
        apply(*x, play.world);
    play_on(play.world, x, play.transcript);
    course.after = std::move(play.transcript.messages);
    course.fingerprint = play.world.fingerprint.value();
    return course;
}

std::vector<Message> whole_run(const World& first_morning, std::uint32_t replication) {
    Transcript transcript;
    run(first_morning, replication, transcript);
    return transcript.messages;
}

class Forks : public testing::Test {
protected:
    const Scenario scenario = [] {
        Scenario s = eventful_world();
        s.days = 90;
        event(s, 30, 2, 3, "criticise");
        s.events.back().id = "rebuke";
        s.setting.groups.push_back({"late", "", 2, 2, 3, 50, 1});
        return s;
    }();
    const World first_morning{scenario};
    const std::vector<Message> happened = whole_run(first_morning, 1);
    const std::uint64_t as_it_was = course(first_morning, 1, nullptr, 0).fingerprint;
};

// Every kind of intervention, in the tick 40: the messages before it are those of the run.
TEST_F(Forks, LeaveThePastAlone) {
    std::vector<Intervention> all(6);
    all[0].groups = {0};
    all[1].sites = {0};
    all[2].states = {0};
    all[3].ties = {{1, 2}};
    all[4].numbers = {{"state.AAA.pacifism", 0.9}, {"policy.appraisal.vconf.level", 2}};
    all[5].groups = {1};
    for (Intervention& x : all) {
        x.tick = 40;
        const Course other = course(first_morning, 1, &x, 40);
        ASSERT_GT(other.before.size(), 100U);
        ASSERT_LT(other.before.size(), happened.size());
        const std::vector<Message> first(happened.begin(), happened.begin() + other.before.size());
        EXPECT_EQ(contents(other.before), contents(first));
        EXPECT_EQ(happened[other.before.size()].tick, 40);
        for (std::size_t k = 0; k < first.size(); ++k)
            EXPECT_EQ(other.before[k].cause.message, first[k].cause.message);
        const std::vector<Message> rest(happened.begin() + other.before.size(), happened.end());
        EXPECT_NE(contents(other.after), contents(rest)) << &x - all.data();
    }
}

TEST_F(Forks, ThatChangeNothingChangeNothing) {
    Intervention nothing;
    nothing.tick = 40;
    Intervention same = nothing;
    same.numbers = {{"state.AAA.pacifism", scenario.setting.actors[0].knobs.pacifism}};
    Transcript transcript;
    const std::uint64_t fingerprint = run(first_morning, 1, transcript);
    for (const Intervention* x : {&nothing, &same})
        EXPECT_EQ(course(first_morning, 1, x, 40).fingerprint, fingerprint);
}

// Where the difference cannot travel nothing differs, the numbers of the messages included: this
// event weighs 0 in every memory, so only the event itself is missing.
TEST_F(Forks, WithoutAnEventThatNobodyRemembersTheRestIsIdentical) {
    Scenario s = scenario;
    event(s, 30, 2, 3, "affirm_principle");
    s.events.back().salience = 1;
    const World morning(s);
    const std::vector<Message> with = whole_run(morning, 1);
    Intervention x;
    x.tick = 20;
    x.events = {s.events.size() - 1};
    const Course without = course(morning, 1, &x, 20);
    std::vector<Message> expected;
    MessageId missing = 0;
    for (const Message& m : with)
        if (m.scripted && s.acts[m.act].id == "affirm_principle")
            missing = m.id;
        else if (m.tick >= 20)
            expected.push_back(m);
    ASSERT_GT(missing, 0U);
    EXPECT_EQ(contents(without.after), contents(expected));
    for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_EQ(without.after[k].id, expected[k].id);
        EXPECT_EQ(without.after[k].cause.message, expected[k].cause.message);
    }
}

// Four states without pacts, borders and sites: what C does to D concerns only C and D. All other
// messages stay as they are, also those about the hidden acts of A and B, who stand at rung 5.
TEST(WithoutAnEvent, OnlyPairsItCanReachDiffer) {
    Scenario s = small_world(4, "appraisal");
    s.days = 120;
    tie(s, 0, 1).rung = 5;
    tie(s, 0, 1).distance_km = 100;
    s.setting.actors[0].knobs.discretion = 1;
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            if (i != j)
                relation(s, i, j, {0.3, 0.05, 0.1, i + j == 1 ? 0.4 : 0.02});
    event(s, 10, 2, 3, "criticise", Channel::public_, 20);
    const World morning(s);
    Intervention x;
    x.tick = 10;
    x.events = {0};
    World::CovertIds covert;
    const Course with = course(morning, 3, nullptr, 10, &covert);
    const Course without = course(morning, 3, &x, 10, &covert);
    const auto between = [](const std::vector<Message>& all, bool reached) {
        std::vector<Message> some;
        for (const Message& m : all)
            if ((m.source >= 2 && m.target >= 2) == reached)
                some.push_back(m);
        return contents(some);
    };
    EXPECT_EQ(between(with.after, false), between(without.after, false));
    EXPECT_GT(between(with.after, false).size(), 300U);
    EXPECT_GT(between(with.after, true).size(), between(without.after, true).size() + 1);
    // It takes the numbers of the other course: by their own, other hidden acts would be found out.
    const Course by_own_numbers = course(morning, 3, &x, 10);
    EXPECT_NE(between(with.after, false), between(by_own_numbers.after, false));
}

TEST_F(Forks, WithoutAShockTheRunIsThatOfAScenarioWithoutIt) {
    Scenario s = scenario;
    s.shocks.push_back(
        {"turn", 40, {{"state.AAA.pacifism", 0.9}, {"policy.appraisal.vconf.level", 2}}});
    const World morning(s);
    Intervention x;
    x.tick = 30;
    x.shocks = {0};
    EXPECT_NE(course(morning, 1, nullptr, 30).fingerprint, as_it_was);
    EXPECT_EQ(course(morning, 1, &x, 30).fingerprint, as_it_was);
}

// A number set on the day of a shock, or before it.
TEST_F(Forks, ANumberThatIsSetHoldsUntilALaterShockSetsIt) {
    Scenario s = scenario;
    s.shocks.push_back({"turn", 40, {{"state.AAA.pacifism", 0.9}}});
    const World morning(s);
    Intervention as_before;
    as_before.numbers = {{"state.AAA.pacifism", scenario.setting.actors[0].knobs.pacifism}};
    as_before.tick = 40;
    EXPECT_EQ(course(morning, 1, &as_before, 40).fingerprint, as_it_was);
    as_before.tick = 39;
    EXPECT_NE(course(morning, 1, &as_before, 39).fingerprint, as_it_was);
}

TEST_F(Forks, WithoutAGroupNobodyReportsItAnyMore) {
    const auto reports = [&](const std::vector<Message>& all) {
        return std::count_if(all.begin(), all.end(),
                             [](const Message& m) { return m.reported_group && m.tick >= 20; });
    };
    Intervention x;
    x.tick = 20;
    x.groups = {0, 1}; // one is there, the other comes on day 50
    EXPECT_GT(reports(happened), 5);
    const Course without = course(first_morning, 1, &x, 20);
    EXPECT_EQ(reports(without.after), 0);
    EXPECT_TRUE(std::none_of(without.after.begin(), without.after.end(), [&](const Message& m) {
        return m.source >= scenario.group_entity(0);
    }));
    x.groups = {1};
    EXPECT_GT(reports(course(first_morning, 1, &x, 20).after), 2);
}

TEST_F(Forks, WithoutASiteNothingHappensNearIt) {
    const auto near = [](const std::vector<Message>& all, int from) {
        return std::count_if(all.begin(), all.end(),
                             [&](const Message& m) { return m.site == 0 && m.tick >= from; });
    };
    Intervention x;
    x.tick = 20;
    x.sites = {0};
    EXPECT_GT(near(happened, 20), 0);
    EXPECT_EQ(near(course(first_morning, 1, &x, 20).after, 0), 0);
}

TEST_F(Forks, AStateLeftOutDoesNothingByItself) {
    Intervention x;
    x.tick = 20;
    x.states = {2};
    const auto acts_of = [&](const std::vector<Message>& all) {
        return std::count_if(all.begin(), all.end(), [&](const Message& m) {
            return m.source == 2 && m.tick >= 20 &&
                   scenario.acts[m.act].mechanism == Mechanism::policy;
        });
    };
    EXPECT_GT(acts_of(happened), 5);
    EXPECT_EQ(acts_of(course(first_morning, 1, &x, 20).after), 0); // nor its scripted rebuke
}

TEST_F(Forks, AMessageOfARunCanBeSuppressed) {
    const auto act = std::find_if(happened.begin(), happened.end(), [&](const Message& m) {
        return m.tick >= 35 && !m.scripted && scenario.acts[m.act].quad == QuadClass::mconf &&
               m.source < 4 && !m.hidden();
    });
    ASSERT_NE(act, happened.end());
    WhatIf what_if;
    what_if.first_morning = &first_morning;
    what_if.intervention.tick = act->tick;
    what_if.intervention.messages = {act->id};
    what_if.replications = 8;
    what_if.past = 1;
    what_if.threads = 2;
    const WhatIf::Courses courses = what_if.run();
    Transcript transcript;
    EXPECT_EQ(courses.as_it_was[0].fingerprint, run(first_morning, 1, transcript));
    const Effect conflict = effect(courses, [&](const RunOutcome& r) {
        return static_cast<double>(r.messages[index(QuadClass::mconf)]);
    });
    EXPECT_LT(conflict.difference.value, -0.9); // the act itself, and what it provoked
    std::set<std::uint64_t> futures;
    for (const RunOutcome& r : courses.as_it_was)
        futures.insert(r.fingerprint);
    EXPECT_EQ(futures.size(), 8U);
    // Seen by itself: nothing but it is missing in its own tick.
    Intervention x = what_if.intervention;
    const Course without = course(first_morning, 1, &x, x.tick);
    std::vector<Message> now, then;
    for (const Message& m : without.after)
        if (m.tick == x.tick)
            now.push_back(m);
    for (const Message& m : happened)
        if (m.tick == x.tick && m.id != act->id)
            then.push_back(m);
    EXPECT_EQ(contents(now), contents(then));
}

TEST_F(Forks, CountTheCrisesThatBeginFromThenOn) {
    struct Onsets final : Recorder {
        void crisis_ended(const World&, const Crisis& crisis, std::string_view) override {
            all.push_back(crisis.onset);
        }
        std::vector<int> all;
    } onsets;
    run(first_morning, 0, onsets);
    ASSERT_FALSE(onsets.all.empty());
    WhatIf what_if;
    what_if.first_morning = &first_morning;
    // From the last onset on there is one more to count than from the day after it.
    const int last = *std::max_element(onsets.all.begin(), onsets.all.end());
    for (what_if.intervention.tick = last; what_if.intervention.tick <= last + 1;
         ++what_if.intervention.tick)
        EXPECT_EQ(what_if.run().as_it_was[0].crises,
                  std::count_if(onsets.all.begin(), onsets.all.end(),
                                [&](int onset) { return onset >= what_if.intervention.tick; }));
    EXPECT_GT(last, 0);
}

TEST_F(Forks, WhereRatesExplodeTheReplicationIsNamed) {
    WhatIf what_if;
    what_if.first_morning = &first_morning;
    what_if.intervention.numbers = {{"policy.appraisal.vconf.own_vconf.short", 10}};
    what_if.replications = 4;
    for (what_if.threads = 1; what_if.threads <= 2; ++what_if.threads)
        try {
            what_if.run();
            ADD_FAILURE() << "rates did not explode";
        } catch (const RatesExplode& e) {
            EXPECT_TRUE(std::string(e.what()).starts_with("replication 0 of 4: rates explode on "))
                << e.what();
        }
}

TEST_F(Forks, CompareTheSameRunsWithAnyNumberOfThreads) {
    WhatIf what_if;
    what_if.first_morning = &first_morning;
    what_if.intervention.tick = 30;
    what_if.intervention.events = {scenario.events.size() - 1};
    what_if.replications = 12;
    const auto prints = [&](unsigned threads) {
        what_if.threads = threads;
        std::vector<std::uint64_t> all;
        const WhatIf::Courses courses = what_if.run();
        for (std::size_t r = 0; r < 12; ++r) {
            all.push_back(courses.as_it_was[r].fingerprint);
            all.push_back(courses.otherwise[r].fingerprint);
            EXPECT_NE(courses.as_it_was[r].fingerprint, courses.otherwise[r].fingerprint);
        }
        return all;
    };
    const auto alone = prints(1);
    EXPECT_EQ(prints(3), alone);
    for (std::uint32_t r = 0; r < 12; ++r) {
        Transcript transcript;
        EXPECT_EQ(alone[2 * r], run(first_morning, r, transcript));
    }
}

TEST(Effects, AreMeansOfPairedDifferences) {
    WhatIf::Courses courses;
    for (int k = 0; k < 4; ++k) {
        RunOutcome run;
        run.crises = k;
        courses.as_it_was.push_back(run);
        run.crises = k + 2 + k % 2;
        courses.otherwise.push_back(run);
    }
    const Effect e = effect(courses, [](const RunOutcome& r) { return double(r.crises); });
    EXPECT_DOUBLE_EQ(e.as_it_was.value, 1.5);
    EXPECT_DOUBLE_EQ(e.otherwise.value, 4);
    EXPECT_DOUBLE_EQ(e.difference.value, 2.5);
    // Student's interval of 2, 3, 2, 3: sd 0.57735, t(0.975; 3) = 3.18245
    EXPECT_NEAR(e.difference.high - e.difference.value, 3.18245 * 0.57735 / 2, 1e-4);
}

} // namespace
} // namespace demarche
