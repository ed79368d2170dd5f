// The private channel of October 1962: with and without it, and with and without what makes it
// matter. Paired replications; the seeds are fixed.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/statistical/crisis.h"

namespace demarche {
namespace {

const std::string crisis = "configs/cuban_missile_1962.toml";
const std::string closed = "tie.SUN-USA.private_open=false";
constexpr double certain = 4; // standard errors

double superpowers(const RunLog& r) {
    return r.peak_of("SUN", "USA") >= 7;
}
double anybody(const RunLog& r) {
    return r.peak_of("SUN", "USA") >= 7 || r.peak_of("CUB", "USA") >= 7;
}
double superpower_war(const RunLog& r) {
    return r.peak_of("SUN", "USA") >= 8;
}
/// Day of the first intelligence report of the Soviet move, or 1000.
double discovery(const RunLog& r) {
    for (const Message& m : r.messages)
        if (r.is(m, "USA", "SUN") && r.act(m).id == "report_presence" && m.cause.message != 0)
            return m.tick;
    return 1000;
}

TEST(CubanMissiles, AClosedPrivateChannelRaisesTheChanceOfForce) {
    const std::vector<Statistic> asked{superpowers, anybody, superpower_war, discovery};
    const unsigned n = replications(1000, 1500);
    const auto open = replicate(crisis, {}, n, Causes::unread, asked);
    const auto shut = replicate(crisis, {closed}, n, Causes::unread, asked);
    const Mean two = paired(open[0], shut[0]);
    const Mean three = paired(open[1], shut[1]);
    std::printf("P(rung >= 7) SUN-USA %.4f -> %.4f, difference %+.4f (se %.4f); with CUB-USA %.4f "
                "-> %.4f, %+.4f (se %.4f); war SUN-USA %.4f -> %.4f\n",
                mean(open[0]).value, mean(shut[0]).value, two.value, two.se, mean(open[1]).value,
                mean(shut[1]).value, three.value, three.se, mean(open[2]).value,
                mean(shut[2]).value);
    EXPECT_GT(two.value, certain * two.se);
    EXPECT_GT(mean(shut[0]).value, 1.5 * mean(open[0]).value);
    EXPECT_GT(three.value, 2 * three.se);
    EXPECT_LT(mean(open[2]).value, 0.01);
    // The flight of 14 October, day 13, is read on that day.
    EXPECT_GE(share(open[3], [](double day) { return day == 13; }), 0.99);
}

// Where no audience makes yielding dear, what is said in private can be said on television.
TEST(CubanMissiles, TheChannelMattersBecauseAudiencesMakeYieldingDear) {
    const auto effect = [&](Overrides setting) {
        const auto open = replicate(crisis, setting, 400, Causes::unread, {superpowers});
        setting.push_back(closed);
        return paired(open[0], replicate(crisis, setting, 400, Causes::unread, {superpowers})[0]);
    };
    const Mean with = effect({});
    const Mean without = effect({"ladder.yielding=0"});
    std::printf("effect of closing: %+.4f (se %.4f), without audience costs %+.4f (se %.4f)\n",
                with.value, with.se, without.value, without.se);
    EXPECT_GT(with.value - without.value,
              2 * std::sqrt(with.se * with.se + without.se * without.se));
}

} // namespace
} // namespace demarche
