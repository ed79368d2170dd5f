// What configs/tug_of_war.toml must show. 1,000 replications with fixed seeds, so a failure is a
// change of behaviour, not bad luck; the measured values stand in docs/validation.md.
#include <gtest/gtest.h>

#include "sim/study/outcomes.h"
#include "tests/statistical/crisis.h"

namespace demarche {
namespace {

constexpr unsigned n = 1000;
const std::string scripted = "configs/tug_of_war.toml";
const std::string unscripted = "configs/tug_of_war_unscripted.toml";
constexpr double never = 1e9;

/// Kazakhstan's first answer to the insult: an act on Belarus whose cause is the insult itself.
const Message* first_answer(const RunLog& run) {
    const Message* insult = run.scripted();
    for (const Message& m : run.messages)
        if (run.is(m, "KAZ", "BLR") && m.cause.message == insult->id)
            return &m;
    return nullptr;
}
double delay(const RunLog& run) {
    const Message* m = first_answer(run);
    return m == nullptr ? never : m->tick - run.scripted()->tick;
}
double rung(const RunLog& run) {
    const Message* m = first_answer(run);
    return m == nullptr ? never : run.act(*m).rung;
}
double presses(const RunLog& run, const char* target) {
    return run.count([&](const Message& m) {
        return run.is(m, "BLR", target) && run.act(m).quad == QuadClass::vconf;
    });
}

TEST(TugOfWar, KazakhstanAnswersTheInsultWithinDaysAndMildly) {
    const auto v = replicate(scripted, {}, n, Causes::read,
                             {delay, rung, [](const RunLog& r) { return r.peak_of("BLR", "KAZ"); },
                              [](const RunLog& r) { return r.peak_of("BLR", "UKR"); },
                              [](const RunLog& r) { return r.peak_of("RUS", "UKR"); },
                              [](const RunLog& r) { return r.trough_of("RUS", "UKR"); }});
    const Spread answer = spread(v[0], 0.9);
    const double mild = share(v[1], [](double r) { return r < 3; });
    const double low = share(v[2], [](double r) { return r <= 3; });
    const double high = share(v[2], [](double r) { return r > 4; });
    const Spread gomel = spread(v[3], 0.9);
    std::printf("answer after %g days (never %.3f), mild %.3f; BLR-KAZ <=3 %.3f >4 %.3f; BLR-UKR "
                "median %g [%g, %g]; RUS-UKR max %g min %g\n",
                answer.median, share(v[0], [](double d) { return d == never; }), mild, low, high,
                gomel.median, gomel.low, gomel.high, spread(v[4], 0.98).high,
                spread(v[5], 0.98).low);
    EXPECT_GE(answer.median, 2);
    EXPECT_LE(answer.median, 10);
    EXPECT_GE(mild, 0.60);
    EXPECT_GE(low, 0.90);
    EXPECT_LT(high, 0.01);
    EXPECT_EQ(gomel.median, 5);
    EXPECT_GE(share(v[4], [](double r) { return r <= 8; }), 0.99);
    EXPECT_GE(share(v[5], [](double r) { return r >= 7; }), 0.99);
}

TEST(TugOfWar, AlignmentShortfallAloneTurnsBelarusOnKazakhstan) {
    const std::vector<Statistic> both{[](const RunLog& r) { return presses(r, "KAZ"); },
                                      [](const RunLog& r) { return presses(r, "CHN"); }};
    const auto odds = [](const std::vector<double>& x) {
        const double p = share(x, [](double acts) { return acts > 0; });
        return p / (1 - p);
    };
    const auto on = replicate(unscripted, {}, n, Causes::unread, both);
    const auto off = replicate(unscripted, {"alliance.shortfall_rate=0"}, n, Causes::unread, both);
    std::printf("odds KAZ %.3f, CHN %.3f, ratio %.2f; without shortfall KAZ %.3f, CHN %.3f, ratio "
                "%.2f\n",
                odds(on[0]), odds(on[1]), odds(on[0]) / odds(on[1]), odds(off[0]), odds(off[1]),
                odds(off[0]) / odds(off[1]));
    EXPECT_GE(odds(on[0]) / odds(on[1]), 4);
    const Mean left = paired(off[1], off[0]);
    EXPECT_LE(std::abs(left.value), 2 * left.se) << left.value << " +- " << left.se;
}

} // namespace
} // namespace demarche
