// Statistics of sequences of events so short that they can be counted by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "sim/io/fact_reader.h"
#include "sim/study/facts.h"
#include "sim/study/stylised_fact.h"

namespace demarche {
namespace {

constexpr int monday = 19723; // 2024-01-01

/// Acts of A, B and C given as day, source, target, class and CAMEO code.
struct Row {
    int day;
    char source, target;
    QuadClass of;
    int cameo;
    double count = 1;
};
EventSeries series(const std::vector<Row>& rows, int weeks, const std::string& actors = "ABC") {
    std::vector<std::string> names;
    for (const char a : actors)
        names.emplace_back(3, a);
    std::vector<DatedCount> events;
    for (const Row& r : rows)
        events.push_back({Day{monday + r.day}, static_cast<std::uint32_t>(r.source - 'A'),
                          static_cast<std::uint32_t>(r.target - 'A'), r.of, r.count, r.cameo,
                          is_conflict(r.of) ? -5.0 : 5.0});
    return {std::move(names), std::move(events), Day{monday}, Day{monday + week_days * weeks}};
}
constexpr QuadClass vcoop = QuadClass::vcoop, vconf = QuadClass::vconf, mconf = QuadClass::mconf;

TEST(Facts, ConcentrationAndSilence) {
    // Two weeks, three pairs: A-B has 9 acts, B-C 1, A-C none.
    const auto m = measure(
        series(
            {{0, 'A', 'B', vcoop, 40, 6}, {8, 'B', 'A', vconf, 110, 3}, {9, 'B', 'C', vcoop, 40}},
            2),
        nullptr);
    EXPECT_DOUBLE_EQ(m.at("share.vconf"), 0.3);
    EXPECT_DOUBLE_EQ(m.at("silent.all"), 1 - 3.0 / 12); // 3 of 6 directed pairs x 2 weeks
    // Gini of 0, 1, 9: 2 (1*0 + 2*1 + 3*9) / (3 * 10) - 4/3
    EXPECT_NEAR(m.at("gini.all"), 2 * 29.0 / 30 - 4.0 / 3, 1e-12);
    // A to B and B to A are relevant: weekly 6, 0 and 0, 3; variances 9 and 2.25, means 3 and 1.5.
    EXPECT_NEAR(m.at("dispersion.all"), (9 + 2.25 + 0.25) / (3 + 1.5 + 0.5), 1e-12);
}

TEST(Facts, AnswersOverThePairsUsual) {
    // A strikes on days 0 and 5 of 14, B on day 1 and 10. Within a day: one of two answered. B is
    // found in 2 of 14 stretches of a day (after days -1 to 12), A in 2 of 14.
    const auto m = measure(series({{0, 'A', 'B', mconf, 190},
                                   {1, 'B', 'A', mconf, 190},
                                   {5, 'A', 'B', mconf, 190},
                                   {10, 'B', 'A', mconf, 190}},
                                  2),
                           nullptr);
    // 4 triggers: day 0 answered on day 1; 5, 1 and 10 not. Base 2/14 for each.
    EXPECT_NEAR(m.at("answer.days.1"), (1.0 / 4) / (2.0 / 14), 1e-12);
    // Weeks: A in week 0, B in weeks 0 and 1: of 3 pair-weeks two are mutual.
    EXPECT_NEAR(m.at("mutual.mconf"), 2.0 / 3, 1e-12);
}

TEST(Facts, SpellsAndRungs) {
    // Violence in weeks 0 and 1, 3, and disapproval in week 5.
    std::vector<Row> rows;
    for (const int week : {0, 1, 3})
        rows.push_back({7 * week, 'A', 'B', mconf, 190});
    rows.push_back({35, 'A', 'B', vconf, 111});
    rows.push_back({36, 'A', 'B', vconf, 111}); // five acts of conflict make a pair of the ladder
    const auto m = measure(series(rows, 6), nullptr);
    EXPECT_DOUBLE_EQ(m.at("spell.violence.one"), 0.5); // lengths 2 and 1
    EXPECT_DOUBLE_EQ(m.at("crisis.mean"), 4);          // the pause of week 2 is bridged
    // A to B: 6 6 0 6 0 1; B to A: six times 0.
    EXPECT_DOUBLE_EQ(m.at("ladder.violence.violence"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(m.at("ladder.violence.none"), 2.0 / 3);
    EXPECT_DOUBLE_EQ(m.at("ladder.none.violence"), 1.0 / 7);
    EXPECT_DOUBLE_EQ(m.at("ladder.none.none"), 5.0 / 7);
}

TEST(Facts, BurstinessOfDays) {
    // Ten days apart by 1 each: no deviation, so -1.
    std::vector<Row> rows;
    for (int d = 0; d < 10; ++d)
        rows.push_back({d, 'A', 'B', mconf, 190});
    EXPECT_DOUBLE_EQ(measure(series(rows, 2), nullptr).at("burstiness.mconf"), -1);
}

TEST(Facts, ThirdPartiesAgainstTheirMean) {
    // B attacks C in weeks 0 and 2 of four; A, ally of C, blames B in week 0 and week 3.
    Bonds bonds;
    for (auto* of : {&bonds.pact, &bonds.any_pact, &bonds.border, &bonds.rivals})
        of->resize(9);
    bonds.pact[0 * 3 + 2] = bonds.pact[2 * 3 + 0] = 1;
    bonds.any_pact = bonds.pact;
    const auto m = measure(series({{0, 'B', 'C', mconf, 190},
                                   {1, 'A', 'B', vconf, 111},
                                   {14, 'B', 'C', mconf, 190},
                                   {21, 'A', 'B', vconf, 111}},
                                  4),
                           &bonds);
    // The world has 2, 0, 1, 1 acts of conflict, 1 a week; A has 1/2 a week on average.
    // Same week: observed 1 + 0, expected (2 + 1) / 2. C also answers for A: nobody attacks it.
    EXPECT_NEAR(m.at("third.same"), 1 / 1.5, 1e-12);
    // Next two weeks: observed 0 + 0 and 1, expected (0 + 1 + 1) / 2.
    EXPECT_NEAR(m.at("third.next"), 1 / 1.0, 1e-12);
}

TEST(Facts, TriadsAndDisputes) {
    // A and B are friends and both quarrel with C: balanced. One of three edges is friendly.
    std::vector<Row> rows{
        {0, 'A', 'B', vcoop, 40}, {0, 'A', 'C', vconf, 111}, {0, 'B', 'C', vconf, 111}};
    // A uses force on day 400, C answers with a display, and again 500 days later without answer.
    rows.push_back({400, 'A', 'C', mconf, 190});
    rows.push_back({410, 'C', 'A', mconf, 152});
    rows.push_back({910, 'A', 'C', mconf, 150, 40}); // keeps all three edges of the triad alive
    for (Row& r : rows)
        if (r.day == 0)
            r.count = 60;
    const auto m = measure(series(rows, 200), nullptr);
    EXPECT_DOUBLE_EQ(m.at("triads.balanced"), 1);
    EXPECT_DOUBLE_EQ(m.at("triads.excess"), 0); // any order of these signs is balanced
    EXPECT_DOUBLE_EQ(m.at("dispute.use.unanswered"), 0);
    EXPECT_DOUBLE_EQ(m.at("dispute.display.unanswered"), 1);
    EXPECT_DOUBLE_EQ(m.at("dispute.climbs"), 0);
    EXPECT_DOUBLE_EQ(m.at("dispute.recurs"), 1); // the second is too late to be followed
}

TEST(StylisedFacts, AreReadWithTheirTolerance) {
    const auto& facts = stylised_facts();
    EXPECT_GT(facts.size(), 50U);
    for (const StylisedFact& f : facts) {
        EXPECT_FALSE(f.real.empty()) << f.name;
        EXPECT_LT(f.low, f.high) << f.name;
        EXPECT_FALSE(f.source.empty()) << f.name;
    }
    const auto [low, high] = allowed_range({2, 3});
    EXPECT_DOUBLE_EQ(low, 1.5); // half the width, which is more than a tenth of 2.5 - 1
    EXPECT_DOUBLE_EQ(high, 3.5);
    const auto [least, most] = allowed_range({0.9});
    EXPECT_NEAR(least, 0.89, 1e-12); // a tenth of the distance from 1
    EXPECT_NEAR(most, 0.91, 1e-12);
}

TEST(StylisedFacts, PassWhereTheMeanLiesInTheRange) {
    StylisedFact f;
    f.low = 1;
    f.high = 2;
    EXPECT_EQ(verdict(f, {0, 3}), Verdict::pass);
    EXPECT_EQ(verdict(f, {0, 1}), Verdict::fail);
    EXPECT_EQ(verdict(f, {}), Verdict::not_measured);
    f.not_claimed = "it is not";
    EXPECT_EQ(verdict(f, {1.5}), Verdict::not_claimed);
}

} // namespace
} // namespace demarche
