#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/study/outcome.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

using testing::ElementsAre;

/// Four states for six ticks of two days; nothing happens but what a test says.
class OutcomeOf : public testing::Test {
protected:
    OutcomeOf() : scenario(small_world(4)) {
        scenario.days = 12;
        scenario.tick_days = 2;
        tie(scenario, 0, 1).rung = 5; // AAA and BBB are in a crisis before it begins
        tie(scenario, 0, 1).force = 0;
    }
    /// What an outcome is after every tick, and at last at the end of the run.
    std::vector<double> course(Outcome outcome) {
        const std::vector<Outcome> outcomes{std::move(outcome)};
        const std::vector<std::size_t> all{0};
        World world(scenario);
        OutcomeWatch watch(outcomes, all);
        watch.begin(world);
        for (int t = 0; t < scenario.ticks(); ++t) {
            world.tick = t;
            messages.clear();
            happen(world, t);
            watch.tick(world, messages);
            if (t == 3)
                watch.crisis_ended(world, {0, 1, 0, 0, 5, 0, false}, "cooled"); // from before
            if (t == 4)
                watch.crisis_ended(world, {0, 2, 1, 2, 6, 9, false}, "cooled");
        }
        world.tick = scenario.ticks();
        world.crises.push_back(Crisis{2, 3, 3, 3, 4, 7, false});
        watch.crisis_ended(world, *world.crises.back(), "ongoing");
        watch.end(world);
        std::vector<double> values = watch.courses;
        values.push_back(watch.values.at(0));
        return values;
    }
    double at_end(Outcome outcome) { return course(std::move(outcome)).back(); }

    static Outcome of(OutcomeKind kind, std::size_t a = Outcome::nobody,
                      std::size_t b = Outcome::nobody, int rung = 0) {
        Outcome o;
        o.kind = kind;
        o.a = a;
        o.b = b;
        o.rung = rung;
        return o;
    }

    Scenario scenario;

private:
    static void stand(World& world, std::size_t a, std::size_t b, int rung) {
        for (const std::size_t at : {world.pair(a, b), world.pair(b, a)})
            world.dyads[at].standing.rung = static_cast<std::int8_t>(rung);
        world.confront(a, b).rung = rung;
        world.climbs.push_back({std::min(a, b), std::max(a, b), 0, rung, 0});
    }
    void act(const World& world, std::size_t a, std::size_t b, const char* id, Channel channel) {
        Message m;
        m.source = static_cast<std::uint32_t>(a);
        m.target = static_cast<std::uint32_t>(b);
        m.act = world.scenario->acts.id_of(*world.scenario->acts.find(id));
        m.channel = channel;
        messages.push_back(m);
    }
    /// AAA-CCC: 2, 7, 7, 0 from tick 1; CCC-DDD: 7 at tick 3; AAA-BBB falls to 3 at tick 2, back
    /// to 5 at tick 4.
    void happen(World& world, int t) {
        if (t == 1)
            stand(world, 0, 2, 2);
        if (t == 2) {
            stand(world, 0, 2, 7);
            stand(world, 0, 1, 3);
            act(world, 0, 2, "criticise", Channel::public_);
            act(world, 0, 2, "criticise", Channel::private_);
        }
        if (t == 3) {
            stand(world, 2, 3, 7);
            act(world, 2, 0, "criticise", Channel::public_);
        }
        if (t == 4) {
            stand(world, 0, 2, 0);
            stand(world, 0, 1, 5);
            act(world, 1, 3, "criticise", Channel::private_);
        }
    }
    std::vector<Message> messages;
};

TEST_F(OutcomeOf, PeakOfAPairCountsItsStart) {
    EXPECT_THAT(course(of(OutcomeKind::peak, 0, 2)), ElementsAre(0, 2, 7, 7, 7, 7, 7));
    EXPECT_EQ(at_end(of(OutcomeKind::peak, 1, 0)), 5);
    EXPECT_EQ(at_end(of(OutcomeKind::peak, 1, 3)), 0);
}

TEST_F(OutcomeOf, PeakOfStatesCountsOnlyWhoRose) {
    EXPECT_THAT(course(of(OutcomeKind::peak)), ElementsAre(0, 2, 7, 7, 7, 7, 7));
    EXPECT_EQ(at_end(of(OutcomeKind::peak, 1)), 0) << "BBB only fell and came back";
    EXPECT_EQ(at_end(of(OutcomeKind::peak, 3)), 7);
}

TEST_F(OutcomeOf, ReachingARungIsRemembered) {
    EXPECT_THAT(course(of(OutcomeKind::reaches, 0, 2, 7)), ElementsAre(0, 0, 1, 1, 1, 1, 1));
    EXPECT_EQ(at_end(of(OutcomeKind::reaches, 0, 2, 8)), 0);
    EXPECT_EQ(at_end(of(OutcomeKind::reaches, 0, 1, 5)), 1) << "a pair may stand there already";
    EXPECT_EQ(at_end(of(OutcomeKind::reaches, 1, Outcome::nobody, 4)), 0);
    EXPECT_EQ(at_end(of(OutcomeKind::reaches, Outcome::nobody, Outcome::nobody, 7)), 1);
}

TEST_F(OutcomeOf, DaysToARungAreOfTheFirstTimeAndUnknownWithoutOne) {
    EXPECT_EQ(at_end(of(OutcomeKind::days_to, 0, 2, 7)), 4) << "tick 2 of two days";
    EXPECT_EQ(at_end(of(OutcomeKind::days_to, 2, 3, 1)), 6);
    EXPECT_EQ(at_end(of(OutcomeKind::days_to, 0, 1, 5)), 0);
    EXPECT_EQ(at_end(of(OutcomeKind::days_to, 3, Outcome::nobody, 7)), 6);
    EXPECT_TRUE(std::isnan(at_end(of(OutcomeKind::days_to, 0, 2, 8))));
}

TEST_F(OutcomeOf, CrisesAreThoseThatBegan) {
    EXPECT_EQ(at_end(of(OutcomeKind::crises)), 2);
    EXPECT_EQ(at_end(of(OutcomeKind::crises, 0)), 1);
    EXPECT_EQ(at_end(of(OutcomeKind::crises, 0, 1)), 0) << "it was under way";
    EXPECT_EQ(at_end(of(OutcomeKind::crisis_days, 2, 0)), 6) << "from tick 1 to tick 4";
    EXPECT_EQ(at_end(of(OutcomeKind::crisis_days, 3)), 6) << "from tick 3 to the end";
    EXPECT_EQ(at_end(of(OutcomeKind::crisis_days)), 12);
}

TEST_F(OutcomeOf, EscalationAddsScoresWithHostilityPositive) {
    const Act& act = *default_table().find("criticise");
    for (std::size_t s = 0; s < scale_count; ++s) {
        const double one = std::abs(act.score[s]);
        Outcome o = of(OutcomeKind::escalation);
        o.scale = static_cast<Scale>(s);
        EXPECT_DOUBLE_EQ(at_end(o), 4 * one);
        o.a = 0; // sent
        EXPECT_DOUBLE_EQ(at_end(o), 2 * one);
        o.b = 2; // both ways
        EXPECT_DOUBLE_EQ(at_end(o), 3 * one);
    }
    EXPECT_GT(std::abs(act.score[0]), 0);
}

TEST_F(OutcomeOf, PublicShareIsUnknownWithoutActs) {
    EXPECT_EQ(at_end(of(OutcomeKind::public_share)), 0.5);
    EXPECT_EQ(at_end(of(OutcomeKind::public_share, 0)), 0.5);
    EXPECT_EQ(at_end(of(OutcomeKind::public_share, 2)), 1);
    EXPECT_DOUBLE_EQ(at_end(of(OutcomeKind::public_share, 2, 0)), 2.0 / 3);
    EXPECT_TRUE(std::isnan(at_end(of(OutcomeKind::public_share, 3))));
}

TEST_F(OutcomeOf, PartiesAreStatesThatStoodThereWithSomebody) {
    EXPECT_THAT(course(of(OutcomeKind::parties, Outcome::nobody, Outcome::nobody, 7)),
                ElementsAre(0, 0, 2, 3, 3, 3, 3));
    EXPECT_EQ(at_end(of(OutcomeKind::parties, 2, Outcome::nobody, 7)), 2) << "its opponents";
    EXPECT_EQ(at_end(of(OutcomeKind::parties, 3, Outcome::nobody, 7)), 1);
    EXPECT_EQ(at_end(of(OutcomeKind::parties, 1, Outcome::nobody, 1)), 0);
    Outcome some = of(OutcomeKind::parties, Outcome::nobody, Outcome::nobody, 7);
    some.among = {1, 2, 3};
    EXPECT_EQ(at_end(some), 2);
    EXPECT_FALSE(some.is_share());
    some.at_least = 2;
    EXPECT_TRUE(some.is_share());
    EXPECT_THAT(course(some), ElementsAre(0, 0, 0, 1, 1, 1, 1));
    some.at_least = 3;
    EXPECT_EQ(at_end(some), 0);
}

TEST_F(OutcomeOf, BalanceIsTheShareOfBalancedTriads) {
    World world(scenario);
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            for (const QuadClass q : all_classes)
                if (i != j)
                    world.set_memory(i, column(Stream::own, q, 1), j, 0);
    EXPECT_EQ(balance(world), 1) << "no triad has three signs";
    const auto sign = [&](std::size_t i, std::size_t j, QuadClass q) {
        world.set_memory(i, column(Stream::own, q, 1), j, 1);
    };
    sign(0, 1, QuadClass::vcoop);
    sign(0, 2, QuadClass::vconf);
    sign(1, 2, QuadClass::mconf);
    EXPECT_EQ(balance(world), 1) << "two friends with one enemy";
    sign(3, 0, QuadClass::mcoop);
    sign(3, 1, QuadClass::vconf); // the enemy of a friend and friend of a friend
    EXPECT_EQ(balance(world), 0.5);
}

TEST(Outcome, EveryKindHasAName) {
    EXPECT_EQ(outcome_kind_names.back(), "balance");
    EXPECT_EQ(outcome_kind_names[static_cast<std::size_t>(OutcomeKind::balance)], "balance");
    EXPECT_EQ(escalation_outcomes().size(), scale_count);
    EXPECT_EQ(escalation_outcomes()[2].name, "escalation_rivera");
}

} // namespace
} // namespace demarche
