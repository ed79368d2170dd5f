#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "sim/engine/equilibrium.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

// What is posted on day d is delivered in tick d + 1, that is, before until(d + 2) returns.
// With one-day ticks an act of weight w adds w (1 - 2^(-1/h)) to a memory of half-life h.
double keep(double half_life, double days = 1) {
    return std::exp2(-days / half_life);
}
double grain(double half_life) {
    return 1 - keep(half_life);
}
constexpr double exact = 1e-12;
constexpr std::size_t A = 0, B = 1, C = 2, D = 3, E = 4;

// --- Memory ---

// Public, face 1: affront 0.5 * (1 + 1 * 1) = 1 on the target; audience 0.5: commitment
// 2/3 * (1 + 0.5 * 1) = 1 on the sender. So the half-lives 7, 21, 56, 182 take in 1 - 2^(-1/h).
TEST(Memory, TakesInAnActAtItsGrainAndDecays) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "criticise");
    Play play(s);
    play.until(2);
    for (std::size_t h = 0; h < horizon_count; ++h) {
        const double half_life = s.setting.memory.half_life[h];
        EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::vconf, h)),
                    grain(half_life), exact);
        EXPECT_NEAR(play.memory(A, B, column(Stream::own, QuadClass::vconf, h)), grain(half_life),
                    exact);
    }
    play.until(2 + 21);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::vconf, 1)), grain(21) / 2,
                exact);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::vconf, 0)), grain(7) / 8,
                exact);
    EXPECT_LT(play.memory(B, A, column(Stream::received, QuadClass::mconf, 0)), 1e-20);
    EXPECT_LT(play.memory(A, B, column(Stream::received, QuadClass::vconf, 0)), 1e-20);
}

// Moods are the same average over everybody: two acts sent by A, one received by B and C each.
TEST(Memory, MoodsSumOverEverybody) {
    Scenario s = small_world(3);
    event(s, 0, A, B, "criticise");
    event(s, 0, A, C, "criticise");
    Play play(s);
    play.until(2);
    EXPECT_NEAR(play.world.sent_mood[index(QuadClass::vconf)][A], 2 * grain(28), exact);
    EXPECT_NEAR(play.world.received_mood[index(QuadClass::vconf)][B], grain(28), exact);
    EXPECT_NEAR(play.world.received_mood[index(QuadClass::vconf)][C], grain(28), exact);
}

// The trace of one act integrates over time to its weight, here 1, for every tick length:
// sum over k of days * w (1 - keep) / days * keep^k = w. After 1001 days 2^(-1001/21) is left out.
TEST(Memory, AnImpulseIntegratesToItsWeightForAnyTick) {
    for (int tick_days : {1, 7}) {
        Scenario s = small_world(2);
        s.days = 1001;
        s.tick_days = tick_days;
        event(s, 0, A, B, "criticise");
        Play play(s);
        double integral = 0;
        while (play.world.tick < s.ticks()) {
            play.until(play.world.tick + 1);
            integral +=
                tick_days * play.memory(B, A, column(Stream::received, QuadClass::vconf, 1));
        }
        EXPECT_NEAR(integral, 1, 1e-12) << tick_days;
    }
}

// --- How acts land ---

struct Landing {
    const char* act;
    Channel channel;
    double face, audience;
    double received, own;
};

// affront * (1 + face * publicity) on the target, commitment * (1 + audience * publicity) on the
// sender: public 0.5 and 2/3 with publicity 1, private 0.6 and 0.8 with publicity 0. Affront is
// for words only; commitment for conflict only; a covert act is known to its sender alone.
TEST(Perception, WeightsOfChannelsFaceAndAudience) {
    const std::vector<Landing> landings{
        {"threaten", Channel::public_, 0, 0, 0.5, 2.0 / 3},
        {"threaten", Channel::public_, 2, 2, 1.5, 2.0},
        {"threaten", Channel::private_, 2, 2, 0.6, 0.8},
        {"halt_negotiations", Channel::public_, 2, 0.5, 1, 1},
        {"halt_negotiations", Channel::private_, 2, 2, 1, 0.8},
        {"praise", Channel::public_, 2, 2, 1, 1},
        {"praise", Channel::private_, 2, 2, 1, 1},
        {"economic_aid", Channel::public_, 2, 2, 1, 1},
        {"cyber", Channel::covert, 2, 2, 0, 1},
    };
    for (const Landing& l : landings) {
        SCOPED_TRACE(testing::Message()
                     << l.act << " face " << l.face << ' ' << channel_names[index(l.channel)]);
        Scenario s = small_world(2);
        s.setting.actors[B].knobs.face = l.face;
        s.setting.actors[B].knobs.vigilance = 0;
        s.setting.actors[A].knobs.audience = l.audience;
        event(s, 0, A, B, l.act, l.channel);
        const QuadClass quad = s.acts.find(l.act)->quad;
        Play play(s);
        play.until(2);
        EXPECT_NEAR(play.memory(B, A, column(Stream::received, quad)), l.received * grain(7),
                    exact);
        EXPECT_NEAR(play.memory(A, B, column(Stream::own, quad)), l.own * grain(7), exact);
    }
}

// Twice as loud weighs twice; intensity is the act's score over the mean of its class.
TEST(Perception, WeightIsIntensityTimesSalience) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "sanction");
    s.events[0].salience = 2;
    const double intensity = s.acts.intensity(s.events[0].act, Scale::goldstein);
    Play play(s);
    play.until(2);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::mconf)),
                2 * intensity * grain(7), exact);
}

// A leaked rebuke lands as a public one (0.5 * (1 + 2)) but binds its sender as meant (0.8).
TEST(Perception, LeaksMakePrivatePublic) {
    Scenario s = small_world(3);
    s.setting.actors[B].knobs.face = 2;
    tie(s, B, C).affinity = 1;
    s.setting.channels[index(Channel::private_)].leak = 1;
    event(s, 0, A, B, "threaten", Channel::private_);
    Play play(s);
    play.until(2);
    ASSERT_EQ(play.transcript.messages.size(), 1U);
    EXPECT_TRUE(play.transcript.messages[0].leaked);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::vconf)), 1.5 * grain(7),
                exact);
    EXPECT_NEAR(play.memory(A, B, column(Stream::own, QuadClass::vconf)), 0.8 * grain(7), exact);
    EXPECT_GT(play.grievance(C, A, Grievance::solidarity), 0);
}

// 1000 private messages at a leak of 0.25: 250, four standard errors are 55. Public ones do not.
TEST(Perception, LeakRate) {
    Scenario s = small_world(2);
    s.setting.channels[index(Channel::private_)].leak = 0.25;
    for (int day = 0; day < 1000; ++day) {
        event(s, day, A, B, "threaten", Channel::private_);
        event(s, day, B, A, "threaten", Channel::public_);
    }
    Play play(s);
    play.until(1000);
    int leaked = 0;
    for (const Message& m : play.transcript.messages) {
        leaked += m.leaked;
        EXPECT_FALSE(m.leaked && m.channel == Channel::public_);
    }
    EXPECT_NEAR(leaked, 250, 55);
}

// --- Grievances ---

// A harms B in public: C (defence 0.5, loyalty 0.8) resents it with 0.5 * 0.8 = 0.4 of an act,
// D (affinity 0.25 above a pact of 0.1, loyalty 0.5) with 0.125, E not at all; nor does anybody
// resent it against B, nor A itself, though A is B's ally too.
TEST(Grievances, SolidarityOfAlliesOnly) {
    Scenario s = small_world(5);
    tie(s, B, C).defence = 0.5;
    tie(s, B, D).defence = 0.1;
    tie(s, B, D).affinity = 0.25;
    tie(s, A, B).defence = 1;
    s.setting.actors[C].knobs.loyalty = 0.8;
    event(s, 0, A, B, "criticise");
    Play play(s);
    play.until(2);
    EXPECT_NEAR(play.grievance(C, A, Grievance::solidarity), 0.4 * grain(28), exact);
    EXPECT_NEAR(play.grievance(D, A, Grievance::solidarity), 0.125 * grain(28), exact);
    for (std::size_t i : {A, B, E})
        for (std::size_t j = 0; j < 5; ++j)
            EXPECT_LT(play.grievance(i, j, Grievance::solidarity), 1e-20);
    EXPECT_LT(play.grievance(C, B, Grievance::solidarity), 1e-20);
}

TEST(Grievances, NoSolidarityAgainstPrivateCovertOrFriendlyActs) {
    Scenario s = small_world(3);
    tie(s, B, C).defence = 1;
    s.setting.actors[B].knobs.vigilance = s.setting.actors[C].knobs.vigilance = 0;
    event(s, 0, A, B, "threaten", Channel::private_);
    event(s, 0, A, B, "cyber", Channel::covert);
    event(s, 0, A, B, "praise");
    Play play(s);
    play.until(2);
    EXPECT_LT(play.grievance(C, A, Grievance::solidarity), 1e-20);
}

/// A invades B on day 0, so that they are at war from tick 1. C and D are B's allies; C stays out
/// and D fights.
Scenario war_with_allies(double honour_of_c) {
    Scenario s = small_world(4);
    tie(s, B, C).defence = 0.8;
    tie(s, B, D).defence = 0.5;
    s.setting.actors[D].knobs.loyalty = 0.6;
    s.stances = {{C, B, A, honour_of_c}, {D, B, A, 1}};
    event(s, 0, A, B, "invade");
    return s;
}

// shortfall_rate 1 * bond 0.8 a day from tick 1 on: after k ticks 0.8 (1 - 2^(-k/28)). D, who
// fights, shares it by loyalty 0.6 * bond 0.5. Those who stay out resent nobody, nor does A.
TEST(Grievances, AlignmentShortfallOfAnAllyThatStaysOut) {
    const Scenario s = war_with_allies(0);
    Play play(s);
    play.until(15);
    const double saturation = 1 - keep(28, 14);
    EXPECT_NEAR(play.grievance(B, C, Grievance::alignment), 0.8 * saturation, exact);
    EXPECT_NEAR(play.grievance(D, C, Grievance::alignment), 0.8 * 0.3 * saturation, exact);
    EXPECT_EQ(play.grievance(B, D, Grievance::alignment), 0);
    for (std::size_t j = 0; j < 4; ++j) {
        EXPECT_EQ(play.grievance(A, j, Grievance::alignment), 0);
        EXPECT_EQ(play.grievance(C, j, Grievance::alignment), 0);
    }
}

TEST(Grievances, NoShortfallWhereThePactIsHonoured) {
    const Scenario s = war_with_allies(1);
    Play play(s);
    play.until(15);
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            EXPECT_EQ(play.grievance(i, j, Grievance::alignment), 0);
    EXPECT_EQ(play.posted("enter_war").size(), 2U);
}

// A's allies under the same shortfall by half: (1 - 0.5) * 0.8.
TEST(Grievances, SupportShortOfWarCountsInPart) {
    Scenario s = war_with_allies(0.5);
    tie(s, A, B).rung = 8; // under way at the start, where stances are taken as they are
    s.events.clear();
    Play play(s);
    play.until(15);
    // In equilibrium from the start: decays and is renewed every tick, 0.4 throughout.
    EXPECT_NEAR(play.grievance(B, C, Grievance::alignment), 0.4, exact);
    EXPECT_NEAR(play.grievance(D, C, Grievance::alignment), 0.4 * 0.3, exact);
    EXPECT_TRUE(play.transcript.messages.empty());
}

// neighbourhood 0.3 * (1 - alignment with the sender): B's neighbour C 0.3, A's neighbour D
// (affinity 0.5 with A) 0.15, E far away nothing; B, the target, remembers the act itself.
TEST(Grievances, ManoeuvreConcernsNeighbours) {
    Scenario s = small_world(5);
    tie(s, A, B).border = 1;
    tie(s, B, C).border = 1;
    tie(s, A, D).border = 1;
    tie(s, A, D).affinity = 0.5;
    tie(s, C, E).border = 1;
    event(s, 0, A, B, "exercise");
    event(s, 0, A, B, "sanction"); // not a move of forces
    Play play(s);
    play.until(2);
    EXPECT_NEAR(play.grievance(C, A, Grievance::manoeuvre), 0.3 * grain(28), exact);
    EXPECT_NEAR(play.grievance(D, A, Grievance::manoeuvre), 0.15 * grain(28), exact);
    EXPECT_EQ(play.grievance(E, A, Grievance::manoeuvre), 0);
    EXPECT_EQ(play.grievance(B, A, Grievance::manoeuvre), 0);
    EXPECT_EQ(play.grievance(A, B, Grievance::manoeuvre), 0);
}

Site plant(std::vector<double> exposure) {
    Site site;
    site.id = "plant";
    site.host = B;
    site.near = {{A, B}};
    site.exposure = std::move(exposure);
    site.hazard = 0.8;
    site.proximity = 1;
    return site;
}

// exposure * hazard 0.8 for every exposed state but the sender, near or far, friend or foe.
TEST(Grievances, SiteReachesEveryExposedState) {
    Scenario s = small_world(5);
    s.setting.sites.push_back(plant({1, 0.9, 0.5, 0.01, 0}));
    tie(s, A, D).defence = 1;
    event(s, 0, A, B, "exercise", Channel::public_, 1, 0);
    event(s, 0, B, A, "exercise"); // not near the site
    Play play(s);
    play.until(2);
    EXPECT_EQ(play.grievance(A, A, Grievance::site), 0);
    EXPECT_NEAR(play.grievance(B, A, Grievance::site), 0.72 * grain(28), exact);
    EXPECT_NEAR(play.grievance(C, A, Grievance::site), 0.4 * grain(28), exact);
    EXPECT_NEAR(play.grievance(D, A, Grievance::site), 0.008 * grain(28), exact);
    EXPECT_EQ(play.grievance(E, A, Grievance::site), 0);
    EXPECT_EQ(play.grievance(C, B, Grievance::site), 0);
}

// --- Intelligence ---

/// A mobilises covertly against B on day 0. Detection is certain for whoever has any vigilance.
Scenario covert_world(double vigilance) {
    Scenario s = small_world(3);
    for (Actor& a : s.setting.actors)
        a.knobs.vigilance = vigilance;
    s.setting.intelligence.detection = 1e6;
    tie(s, A, B).border = 1;
    event(s, 0, A, B, "mobilise", Channel::covert);
    return s;
}

// Delivered in tick 1, found and reported in the same tick, read in tick 2: one act of the class
// at confidence 1, and the pair stands where the act stands, on rung 5.
TEST(Intelligence, CovertActIsUnseenUntilReported) {
    const Scenario s = covert_world(1);
    Play play(s);
    play.until(2);
    EXPECT_EQ(play.rung(A, B), 0);
    EXPECT_LT(play.memory(B, A, column(Stream::received, QuadClass::mconf)), 1e-20);
    play.until(3);
    EXPECT_EQ(play.rung(A, B), 5);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::mconf)), grain(7), exact);
    const auto reports = play.posted("report_presence");
    ASSERT_FALSE(reports.empty());
    EXPECT_EQ(reports[0].tick, 1);
    EXPECT_EQ(reports[0].source, B);
    EXPECT_EQ(reports[0].target, A);
    EXPECT_EQ(reports[0].confidence, 1);
    EXPECT_EQ(reports[0].cause.message, play.posted("mobilise")[0].id);
    EXPECT_EQ(reports[0].cause.kind, CauseKind::mechanism);
}

// mobilise can be detected for 30 days: in the ticks 1 to 30, by B, not by A itself.
TEST(Intelligence, DetectionEnds) {
    const Scenario s = covert_world(1);
    Play play(s);
    play.until(60);
    const auto reports = play.posted("report_presence");
    EXPECT_EQ(reports.size(), 30U);
    EXPECT_EQ(reports.back().tick, 30);
}

TEST(Intelligence, VigilanceZeroNeverDetects) {
    const Scenario s = covert_world(0);
    Play play(s);
    play.until(100);
    EXPECT_TRUE(play.posted("report_presence").empty());
    EXPECT_EQ(play.rung(A, B), 0);
}

// detection 0.12 * vigilance 0.5 a day over one tick: 1 - e^-0.06 = 0.0582. 4000 replications,
// four standard errors are 0.0148. A concerned bystander is a quarter as likely: 0.0149 +- 0.0077.
TEST(Intelligence, DetectionRate) {
    Scenario s = small_world(3);
    for (Actor& a : s.setting.actors)
        a.knobs.vigilance = 0.5;
    tie(s, B, C).border = 1;
    event(s, 0, A, B, "mobilise", Channel::covert);
    int target = 0, bystander = 0;
    const World first_morning(s);
    for (std::uint32_t replication = 0; replication < 4000; ++replication) {
        Play play(first_morning, replication);
        play.until(2);
        for (const Message& m : play.posted("report_presence"))
            ++(m.source == B ? target : bystander);
    }
    EXPECT_NEAR(target / 4000.0, 1 - std::exp(-0.06), 0.0148);
    EXPECT_NEAR(bystander / 4000.0, 1 - std::exp(-0.015), 0.0077);
}

/// A report by `observer` that A moved against `target`, as if posted yesterday.
Message made_report(const Scenario& s, std::size_t observer, std::size_t target,
                    double confidence) {
    Message m;
    m.source = static_cast<std::uint32_t>(observer);
    m.target = A;
    m.act = s.acts.id_of(*s.acts.find("report_presence"));
    m.channel = Channel::covert;
    m.reported_act = s.acts.id_of(*s.acts.find("mobilise"));
    m.reported_target = static_cast<std::uint32_t>(target);
    m.salience = 1 / s.acts.intensity(m.reported_act, Scale::goldstein);
    m.confidence = confidence;
    return m;
}

TEST(Intelligence, RungRisesFromEvenOddsOn) {
    const Scenario s = small_world(2);
    for (double confidence : {0.49, 0.5}) {
        Play play(s);
        play.world.post(made_report(s, B, B, confidence), 0);
        play.until(1);
        EXPECT_EQ(play.rung(A, B), confidence < 0.5 ? 0 : 5);
        EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::mconf)),
                    confidence * grain(7), exact);
    }
}

// What C learns of A's moves against B is a grievance of C, 0.3 * confidence 0.8, and climbs
// nothing.
TEST(Intelligence, ReportsOnOthersAreGrievances) {
    Scenario s = small_world(3);
    tie(s, A, C).border = 1; // troops of a state one does not border are no grievance
    Play play(s);
    play.world.post(made_report(s, C, B, 0.8), 0);
    play.until(1);
    EXPECT_NEAR(play.grievance(C, A, Grievance::manoeuvre), 0.24 * grain(28), exact);
    EXPECT_EQ(play.rung(A, B), 0);
    EXPECT_EQ(play.rung(A, C), 0);
}

// A group hosted by A against B is there from day 3, is reported in the same tick and held
// against its host: strength 2 at confidence 1, in tick 4.
TEST(Intelligence, ArmedGroupIsHeldAgainstItsHost) {
    Scenario s = small_world(2);
    for (Actor& a : s.setting.actors)
        a.knobs.vigilance = 1;
    s.setting.intelligence.detection = 1e6;
    ArmedGroup group;
    group.id = "group";
    group.sponsor = group.host = A;
    group.against = B;
    group.since_day = 3;
    group.strength =
        2 / s.acts.intensity(s.acts.id_of(*s.acts.find("host_mercenaries")), Scale::goldstein);
    s.setting.groups.push_back(group);
    Play play(s);
    play.until(4);
    ASSERT_EQ(play.posted("host_mercenaries").size(), 1U);
    EXPECT_EQ(play.posted("host_mercenaries")[0].source, s.group_entity(0));
    EXPECT_EQ(play.grievance(B, A, Grievance::armed_group), 0);
    play.until(5);
    EXPECT_NEAR(play.grievance(B, A, Grievance::armed_group), 2 * grain(28), exact);
    EXPECT_LT(play.memory(B, A, column(Stream::received, QuadClass::mconf)), 1e-20);
}

// false_alarm 0.1 * (1 - 0.5) a day: 1000 days bring 1000 (1 - e^-0.05) = 48.8, four standard
// errors are 27. All name the rival C, none rests on a message; confidence stays below vigilance.
// B, of vigilance 1, and C, who fears nobody, raise none.
TEST(Intelligence, FalseAlarmsNameRivals) {
    Scenario s = small_world(4);
    s.setting.intelligence.false_alarm = 0.1;
    tie(s, A, C).rivalry = tie(s, B, C).rivalry = 1;
    s.setting.actors[A].knobs.vigilance = 0.5;
    s.setting.actors[B].knobs.vigilance = s.setting.actors[C].knobs.vigilance = 1;
    s.setting.actors[D].knobs.vigilance = 0;
    Play play(s);
    play.until(1000);
    const auto alarms = play.posted("report_presence");
    EXPECT_NEAR(static_cast<double>(alarms.size()), 1000 * (1 - std::exp(-0.05)), 27);
    for (const Message& m : alarms) {
        EXPECT_EQ(m.source, A);
        EXPECT_EQ(m.target, C);
        EXPECT_EQ(m.cause.message, 0U);
        EXPECT_LT(m.confidence, 0.5);
    }
}

// --- The ladder and crises ---

// An ultimatum (rung 4) delivered in tick 1 holds the pair there for 28 days: rung 3 in tick 29,
// 2 in tick 57, 1 in tick 85, 0 in tick 113.
TEST(Ladder, ClimbsAtOnceAndCoolsOneRungAPeriod) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "ultimatum");
    event(s, 3, B, A, "criticise"); // rung 1: neither lowers nor renews
    Play play(s);
    EXPECT_EQ(play.until(1).rung(A, B), 0);
    EXPECT_EQ(play.until(2).rung(A, B), 4);
    EXPECT_EQ(play.rung(B, A), 4);
    EXPECT_EQ(play.until(29).rung(A, B), 4);
    EXPECT_EQ(play.until(30).rung(A, B), 3);
    EXPECT_EQ(play.until(57).rung(A, B), 3);
    EXPECT_EQ(play.until(58).rung(A, B), 2);
    EXPECT_EQ(play.until(113).rung(A, B), 1);
    EXPECT_EQ(play.until(114).rung(A, B), 0);
    EXPECT_EQ(play.until(150).rung(A, B), 0);
}

TEST(Ladder, AnActAtTheSameRungRenewsIt) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "ultimatum");
    event(s, 20, B, A, "ultimatum"); // delivered in tick 21: cools in tick 49
    Play play(s);
    EXPECT_EQ(play.until(49).rung(A, B), 4);
    EXPECT_EQ(play.until(50).rung(A, B), 3);
}

TEST(Ladder, CoolsInDaysForAnyTick) {
    Scenario s = small_world(2);
    s.tick_days = 7;
    event(s, 0, A, B, "ultimatum"); // delivered in tick 1, cools in tick 1 + 28 / 7
    Play play(s);
    EXPECT_EQ(play.until(5).rung(A, B), 4);
    EXPECT_EQ(play.until(6).rung(A, B), 3);
}

TEST(Ladder, ReliefDescendsAndStopsAtCalm) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "threaten"); // rung 2
    for (int day : {1, 2, 3})
        event(s, day, B, A, "apologise"); // 1 rung each
    Play play(s);
    EXPECT_EQ(play.until(2).rung(A, B), 2);
    EXPECT_EQ(play.until(3).rung(A, B), 1);
    EXPECT_EQ(play.until(4).rung(A, B), 0);
    EXPECT_EQ(play.until(5).rung(A, B), 0);
}

// Force goes on at a pace of 1 a day, above war_force: gestures lower the pair to the use of force
// and no further, and raise nothing.
TEST(Ladder, AGestureDoesNotEndAWarThatGoesOn) {
    for (double rung : {8.0, 6.0}) {
        Scenario s = small_world(2);
        tie(s, A, B).rung = rung;
        tie(s, A, B).force = 1;
        for (int day : {0, 1, 2})
            event(s, day, B, A, "apologise");
        Play play(s);
        EXPECT_EQ(play.until(4).rung(A, B), std::min<double>(rung, force_rung));
    }
}

TEST(Ladder, CovertActsAndCooperationDoNotClimb) {
    Scenario s = small_world(2);
    for (Actor& a : s.setting.actors)
        a.knobs.vigilance = 0;
    event(s, 0, A, B, "mobilise", Channel::covert);
    event(s, 0, A, B, "provide_mil_aid");
    Play play(s);
    EXPECT_EQ(play.until(10).rung(A, B), 0);
}

TEST(Ladder, AnAttackOnASiteIsACatastrophe) {
    Scenario s = small_world(2);
    s.setting.sites.push_back(plant({1, 1}));
    event(s, 0, A, B, "nuclear_site_strike", Channel::public_, 1, 0);
    Play play(s);
    EXPECT_EQ(play.until(2).rung(A, B), 9);
}

// The pace of force gains 1 - 2^(-1/28) = 0.02445 an act: 20 acts in a day make 0.489, 21 make
// 0.513, beyond war_force 0.5.
TEST(Ladder, SustainedForceIsWar) {
    for (int acts : {1, 20, 21}) {
        Scenario s = small_world(2);
        for (int k = 0; k < acts; ++k)
            event(s, 0, A, B, "use_force");
        Play play(s);
        EXPECT_EQ(play.until(2).rung(A, B), acts < 21 ? force_rung : war_rung) << acts;
    }
}

// The pace at the start, 0.6, is 0.6 * 2^(-1/28) = 0.585 at the second assessment: nothing fades
// before the first.
TEST(Ladder, ThePaceOfForceDecays) {
    Scenario s = small_world(2);
    tie(s, A, B).force = 0.6;
    event(s, 0, A, B, "use_force");
    event(s, 28, A, B, "use_force"); // 0.6 * 2^(-29/28) + 0.024 * 1.5 = 0.33
    Play play(s);
    play.until(2);
    EXPECT_NEAR(play.world.confrontation(A, B)->force, 0.6 * keep(28, 1) + grain(28), exact);
    EXPECT_EQ(play.rung(A, B), war_rung);
    play.until(30);
    EXPECT_LT(play.world.confrontation(A, B)->force, 0.33);
}

// What ends makes room; the others stay where they are, and all come in the order of the matrices.
TEST(Confrontations, AreThoseUnderWay) {
    HugeVector<Dyad> dyads(9);
    Confrontations all;
    for (const std::uint32_t pair : {5U, 1U, 8U})
        all.begin(pair, dyads[pair]).renewed = static_cast<int>(10 * pair);
    const auto pairs = [&] {
        std::vector<std::uint32_t> found;
        all.for_each([&](const Confrontation& c) { found.push_back(c.pair); });
        return found;
    };
    EXPECT_EQ(pairs(), (std::vector<std::uint32_t>{1, 5, 8}));
    all.end_where(dyads, [](const Confrontation& c) { return c.pair == 5; });
    EXPECT_EQ(all.find(dyads[5]), nullptr);
    EXPECT_EQ(all.find(dyads[8])->renewed, 80);
    EXPECT_EQ(pairs(), (std::vector<std::uint32_t>{1, 8}));
    all.begin(2, dyads[2]);
    EXPECT_EQ(all.find(dyads[2])->renewed, 0);
    EXPECT_EQ(all.find(dyads[2])->attacker, -1);
    EXPECT_EQ(all.find(dyads[1])->renewed, 10);
    EXPECT_EQ(pairs(), (std::vector<std::uint32_t>{1, 2, 8}));
}

// The attacker is known as long as the confrontation lasts, and not when a later one comes.
TEST(Confrontations, EndAtPeace) {
    Scenario s = small_world(2);
    s.setting.ladder.cooling_days = 1;
    s.setting.ladder.force_half_life = 1;
    event(s, 0, A, B, "use_force");
    event(s, 60, B, A, "use_force");
    Play play(s);
    play.until(2);
    ASSERT_NE(play.world.confrontation(B, A), nullptr);
    EXPECT_EQ(play.world.confrontation(A, B)->attacker, A);
    play.until(50);
    EXPECT_EQ(play.rung(A, B), 0);
    EXPECT_EQ(play.world.confrontation(A, B), nullptr);
    EXPECT_EQ(play.world.confrontations.size(), 0U);
    play.until(62);
    EXPECT_EQ(play.world.confrontation(A, B)->attacker, B);
}

// Onset with the ultimatum in tick 1, peak with the use of force in tick 6, which cools in the
// ticks 34, 62, 90 and 118: below rung 4 there.
TEST(Crises, OnsetPeakAndEnd) {
    Scenario s = small_world(2);
    event(s, 0, B, A, "ultimatum");
    event(s, 5, A, B, "use_force");
    Play play(s);
    play.until(118);
    EXPECT_TRUE(play.transcript.crises.empty());
    play.until(300);
    ASSERT_EQ(play.transcript.crises.size(), 1U);
    const auto& [crisis, outcome, tick] = play.transcript.crises[0];
    EXPECT_EQ(tick, 118);
    EXPECT_EQ(outcome, "cooled");
    EXPECT_EQ(crisis.a, A);
    EXPECT_EQ(crisis.b, B);
    EXPECT_EQ(crisis.onset, 1);
    EXPECT_EQ(crisis.trigger, play.posted("ultimatum")[0].id);
    EXPECT_EQ(crisis.peak_tick, 6);
    EXPECT_EQ(crisis.peak_rung, 7);
}

TEST(Crises, ReliefSettlesThem) {
    Scenario s = small_world(2);
    event(s, 0, A, B, "ultimatum");
    event(s, 4, B, A, "deescalate_forces"); // tick 5: rung 3
    event(s, 50, A, B, "ultimatum");        // another one, unsettled: 51 + 28
    Play play(s);
    play.until(100);
    ASSERT_EQ(play.transcript.crises.size(), 2U);
    EXPECT_EQ(play.transcript.crises[0].outcome, "settled");
    EXPECT_EQ(play.transcript.crises[0].tick, 5);
    EXPECT_EQ(play.transcript.crises[1].outcome, "cooled");
    EXPECT_EQ(play.transcript.crises[1].tick, 79);
    EXPECT_EQ(play.transcript.crises[1].crisis.onset, 51);
}

TEST(Crises, UnderWayAtTheStartAndAtTheEnd) {
    Scenario s = small_world(3);
    s.days = 20;
    tie(s, A, C).rung = 5;
    event(s, 9, A, B, "ultimatum");
    Transcript transcript;
    run(World(s), 0, transcript);
    ASSERT_EQ(transcript.crises.size(), 2U);
    EXPECT_EQ(transcript.crises[0].crisis.trigger, 0U);
    EXPECT_EQ(transcript.crises[0].crisis.onset, 0);
    EXPECT_EQ(transcript.crises[1].crisis.onset, 10);
    for (const auto& ended : transcript.crises)
        EXPECT_EQ(ended.outcome, "ongoing");
}

// --- Wars ---

/// Share of replications in which C, bound to B by `bond`, enters the war that A begins.
double honoured(const Scenario& s, std::uint32_t replications) {
    int fights = 0;
    const World first_morning(s);
    for (std::uint32_t replication = 0; replication < replications; ++replication) {
        Play play(first_morning, replication);
        play.until(2);
        const auto entered = play.posted("enter_war");
        const auto withheld = play.posted("withhold_support");
        const bool bound = s.setting.tie(B, C).defence > 0; // else it has nothing to withhold
        EXPECT_EQ(entered.size() + withheld.size(), bound || !entered.empty() ? 1U : 0U);
        for (const Message& m : entered) {
            EXPECT_EQ(m.source, C);
            EXPECT_EQ(m.target, A);
        }
        for (const Message& m : withheld) {
            EXPECT_EQ(m.source, C);
            EXPECT_EQ(m.target, B);
        }
        fights += !entered.empty();
    }
    return static_cast<double>(fights) / replications;
}

Scenario attacked_ally(double bond, double loyalty) {
    Scenario s = small_world(3);
    tie(s, B, C).defence = bond;
    s.setting.actors[C].knobs.loyalty = loyalty;
    event(s, 0, A, B, "invade");
    return s;
}

// honour_rate 0.41 * bond * loyalty / 0.5: 0.41 for an average ally, 0.41 * 0.6 * 1.6 = 0.3936.
// 4000 replications, four standard errors are 0.031.
TEST(Wars, AlliesHonourAtTheStatedRate) {
    EXPECT_NEAR(honoured(attacked_ally(1, 0.5), 4000), 0.41, 0.031);
    EXPECT_NEAR(honoured(attacked_ally(0.6, 0.8), 4000), 0.3936, 0.031);
    EXPECT_EQ(honoured(attacked_ally(1, 0), 100), 0);
}

TEST(Wars, AStanceDecidesInstead) {
    for (double honour : {0.0, 1.0}) {
        Scenario s = attacked_ally(1, 0.5);
        s.stances = {{C, B, A, honour}};
        EXPECT_EQ(honoured(s, 100), honour);
    }
}

TEST(Wars, PactsDoNotBindInAClash) {
    Scenario s = attacked_ally(1, 0.5);
    s.events.clear();
    event(s, 0, A, B, "use_force"); // rung 7, no war
    Play play(s);
    play.until(5);
    EXPECT_EQ(play.rung(A, B), force_rung);
    EXPECT_EQ(play.transcript.messages.size(), 1U);
}

TEST(Wars, SympathyAloneBindsNobody) {
    Scenario s = small_world(3);
    tie(s, B, C).affinity = 1;
    event(s, 0, A, B, "invade");
    Play play(s);
    play.until(5);
    EXPECT_TRUE(play.posted("enter_war").empty());
    EXPECT_TRUE(play.posted("withhold_support").empty());
}

// honour_rate 0.41 * informal 0.5 * affinity 0.8 * loyalty 0.8 / 0.5 = 0.2624; with a pact of 0.6
// the stronger of the two bonds counts, 0.41 * 0.6 * 1.6. Four standard errors are 0.028 and 0.031.
TEST(Wars, WhereSympathyCountsItDecidesInItsProportion) {
    Scenario s = attacked_ally(0, 0.8);
    tie(s, B, C).affinity = 0.8;
    s.setting.alliance.informal = 0.5;
    EXPECT_NEAR(honoured(s, 4000), 0.2624, 0.028);
    tie(s, B, C).defence = 0.6;
    EXPECT_NEAR(honoured(s, 4000), 0.3936, 0.031);
}

/// A invades B; C has a pact with A, D with B, and everyone asked is certain to fight.
Scenario attacker_with_ally() {
    Scenario s = small_world(4);
    tie(s, A, C).defence = tie(s, B, D).defence = 1;
    s.setting.alliance.honour_rate = 1;
    event(s, 0, A, B, "invade");
    return s;
}

std::vector<std::pair<std::size_t, std::size_t>> entries(const Scenario& s) {
    Play play(s);
    play.until(5);
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (const Message& m : play.posted("enter_war"))
        found.emplace_back(m.source, m.target);
    return found;
}

// Without the clause both allies are asked when the war begins. With it D fights the attacker
// first; by that A is attacked in turn, and C's pact binds against D, not against B.
TEST(Wars, CasusFoederisIsAnAttackOnTheAlly) {
    using Entries = std::vector<std::pair<std::size_t, std::size_t>>;
    Scenario s = attacker_with_ally();
    s.setting.alliance.casus_foederis = 0;
    EXPECT_EQ(entries(s), (Entries{{C, B}, {D, A}}));
    s.setting.alliance.casus_foederis = 1;
    EXPECT_EQ(entries(s), (Entries{{D, A}, {C, D}}));
    tie(s, B, D).defence = 0;
    EXPECT_EQ(entries(s), Entries{});
}

// Who used force first is the attacker, even if the other makes a war of it.
TEST(Wars, TheFirstForceCountsAsTheAttack) {
    using Entries = std::vector<std::pair<std::size_t, std::size_t>>;
    Scenario s = attacker_with_ally();
    s.setting.alliance.casus_foederis = 1;
    s.events.clear();
    event(s, 0, B, A, "use_force");
    event(s, 1, A, B, "invade");
    EXPECT_EQ(entries(s), (Entries{{C, B}, {D, C}}));
}

// --- Mediation ---

Organisation council(std::vector<std::size_t> members, double capacity) {
    Organisation o;
    o.id = "council";
    o.members = std::move(members);
    o.mediation = capacity;
    return o;
}

// Certain for an organisation that has both; its calming effect is 1 and decays by 2^(-1/30) a
// tick after the crisis.
TEST(Mediation, OnlyByOrganisationsOfBoth) {
    Scenario s = small_world(3);
    s.setting.mediation.rate = 1e6;
    s.setting.organisations = {council({A, C}, 1), council({A, B}, 1), council({A, B, C}, 0)};
    event(s, 0, A, B, "ultimatum");
    event(s, 0, A, C, "threaten"); // rung 2: no crisis
    event(s, 1, B, A, "apologise");
    Play play(s);
    play.until(2);
    const auto offers = play.posted("mediate");
    ASSERT_EQ(offers.size(), 2U);
    EXPECT_EQ(offers[0].source, s.organisation_entity(1));
    EXPECT_EQ(offers[1].source, s.organisation_entity(1));
    EXPECT_EQ(offers[0].target, A);
    EXPECT_EQ(offers[1].target, B);
    EXPECT_EQ(offers[0].cause.message, play.posted("ultimatum")[0].id);
    EXPECT_EQ(play.world.tie(TieColumn::mediation, A, B), 1);
    EXPECT_EQ(play.world.tie(TieColumn::mediation, B, A), 1);
    EXPECT_EQ(play.world.tie(TieColumn::mediation, A, C), 0);
    play.until(4); // the crisis was settled in tick 2
    EXPECT_EQ(play.posted("mediate").size(), 2U);
    EXPECT_NEAR(play.world.tie(TieColumn::mediation, A, B), keep(30, 2), exact);
}

// --- Legality ---

bool legal(const World& world, std::size_t source, std::size_t target, std::string_view act) {
    return is_legal(*world.scenario->acts.find(act), standing(world, source, target));
}
bool legal(const Scenario& s, std::size_t source, std::size_t target, std::string_view act) {
    return legal(World(s), source, target, act);
}

/// Everything that any act needs holds between A and B.
Scenario permissive_world() {
    Scenario s = small_world(2);
    Tie& t = tie(s, A, B);
    t.border = t.defence = 1;
    t.rung = top_rung;
    s.setting.actors[A].nuclear = 1;
    s.setting.sites.push_back(plant({1, 1}));
    return s;
}

TEST(Legality, EveryActIsLegalSomewhere) {
    const Scenario s = permissive_world();
    const World world(s);
    for (const Act& act : s.acts.all())
        EXPECT_TRUE(legal(world, A, B, act.id)) << act.id;
}

TEST(Legality, EveryRequirementIsRequired) {
    const auto without = [](Requirement r) {
        Scenario s = permissive_world();
        Tie& t = tie(s, A, B);
        switch (r) {
        case Requirement::nuclear:
            s.setting.actors[A].nuclear = 0;
            break;
        case Requirement::border:
            t.border = 0;
            t.distance_km = 0;
            break;
        case Requirement::reach:
            t.border = 0;
            break; // 5000 km away, power 0.001
        case Requirement::pact:
            t.defence = 0;
            break;
        case Requirement::relations:
            t.relations = 0;
            break;
        }
        return s;
    };
    for (std::size_t r = 0; r < requirement_names.size(); ++r) {
        const auto requirement = static_cast<Requirement>(r);
        const Scenario s = without(requirement);
        const World world(s);
        int needing = 0;
        for (const Act& act : s.acts.all()) {
            const bool border_too =
                requirement == Requirement::reach && act.needs(Requirement::border);
            const bool needs = act.needs(requirement);
            needing += needs;
            EXPECT_EQ(legal(world, A, B, act.id), !needs && !border_too)
                << act.id << " without " << requirement_names[r];
        }
        EXPECT_GT(needing, 0) << requirement_names[r];
    }
}

TEST(Legality, ReachIsDistanceOrBorderOrPower) {
    Scenario s = small_world(2);
    EXPECT_FALSE(legal(s, A, B, "use_force"));
    tie(s, A, B).distance_km = 1500;
    EXPECT_TRUE(legal(s, A, B, "use_force"));
    tie(s, A, B).distance_km = 1501;
    EXPECT_FALSE(legal(s, A, B, "use_force"));
    s.setting.actors[A].power = 0.03;
    EXPECT_TRUE(legal(s, A, B, "use_force"));
    EXPECT_FALSE(legal(s, B, A, "use_force"));
    tie(s, A, B).border = 1;
    EXPECT_TRUE(legal(s, B, A, "use_force"));
}

TEST(Legality, PactsAndOrganisationsThatAskForSomethingCount) {
    Scenario s = small_world(2);
    EXPECT_FALSE(legal(s, A, B, "demand_support"));
    s.setting.organisations = {council({A, B}, 0)};
    EXPECT_FALSE(legal(s, A, B, "demand_support"));
    s.setting.organisations[0].mandate = Mandate::economic;
    EXPECT_TRUE(legal(s, A, B, "demand_support"));
    s.setting.organisations.clear();
    for (double Tie::* pact :
         {&Tie::defence, &Tie::consultation, &Tie::nonaggression, &Tie::neutrality}) {
        tie(s, A, B).*pact = 0.1;
        EXPECT_TRUE(legal(s, A, B, "demand_support"));
        tie(s, A, B).*pact = 0;
    }
}

TEST(Legality, LeastRungAndSite) {
    Scenario s = permissive_world();
    tie(s, A, B).rung = 7;
    EXPECT_FALSE(legal(s, A, B, "nuclear_use"));
    EXPECT_TRUE(legal(s, A, B, "nuclear_site_strike"));
    tie(s, A, B).rung = 6;
    EXPECT_FALSE(legal(s, A, B, "nuclear_site_strike"));
    tie(s, A, B).rung = 9;
    EXPECT_TRUE(legal(s, A, B, "nuclear_use"));
    s.setting.sites[0].near.clear();
    EXPECT_FALSE(legal(s, A, B, "nuclear_site_strike"));
}

TEST(Legality, ClosedPrivateChannel) {
    Scenario s = small_world(2);
    const auto open = [&](std::string_view act) {
        return open_channels(*s.acts.find(act), standing(World(s), A, B));
    };
    constexpr unsigned in_public = 1U << index(Channel::public_);
    constexpr unsigned in_private = 1U << index(Channel::private_);
    EXPECT_EQ(open("appeal_support"), in_public | in_private);
    tie(s, A, B).private_open = 0;
    EXPECT_EQ(open("appeal_support"), in_public);
    EXPECT_EQ(open("phone"), 0U); // private only
    EXPECT_FALSE(legal(s, A, B, "phone"));
    EXPECT_TRUE(legal(s, A, B, "appeal_support"));
}

TEST(Legality, BrokenRelationsStayBroken) {
    for (bool stated : {true, false}) {
        Scenario s = small_world(2);
        if (stated)
            tie(s, A, B).affinity = 0.1;
        event(s, 0, A, B, "break_relations");
        Play play(s);
        play.until(1);
        EXPECT_TRUE(legal(play.world, B, A, "summon_ambassador"));
        play.until(2);
        EXPECT_FALSE(legal(play.world, B, A, "summon_ambassador")) << "tie stated: " << stated;
        EXPECT_FALSE(legal(play.world, A, B, "summon_ambassador")) << "tie stated: " << stated;
    }
}

/// A dyad that stays on the top rung, all four classes at an act a day, in which each act that
/// needs something is as frequent as all others of its class together.
Scenario hot_dyad(std::string_view policy) {
    Scenario s = small_world(2, policy);
    s.days = 5;
    std::vector<Act> acts = s.acts.all();
    for (Act& a : acts) {
        a.relief = 0;
        if (a.mechanism == Mechanism::policy &&
            (a.requirements != 0 || a.at_site || a.channels == std::vector{Channel::private_}))
            a.frequency = 1;
    }
    s.setting.ladder.cooling_days = 36500;
    s.acts = ActTable(std::move(acts));
    tie(s, A, B).rung = top_rung;
    relation(s, A, B, {1, 1, 1, 1});
    relation(s, B, A, {1, 1, 1, 1});
    return s;
}

class LegalityOf : public testing::TestWithParam<std::size_t> {
protected:
    const std::string policy{all_policies()[GetParam()]->name()};
};
INSTANTIATE_TEST_SUITE_P(Policies, LegalityOf,
                         testing::Range(std::size_t{0}, all_policies().size()), [](const auto& p) {
                             return std::string(all_policies()[p.param]->name());
                         });

// No weapons, no border, out of reach, no pact, no relations, no site, no private channel: in 200
// hot replications nothing is posted that needs one of them.
TEST_P(LegalityOf, NeverPostsWhatIsIllegal) {
    Scenario s = hot_dyad(policy);
    tie(s, A, B).relations = tie(s, A, B).private_open = 0;
    const World first_morning(s);
    for (std::uint32_t replication = 0; replication < 200; ++replication) {
        Play play(first_morning, replication);
        play.until(s.days);
        bool restored = false; // relations, by an act that does that
        for (const Message& m : play.transcript.messages) {
            const Act& act = s.acts[m.act];
            ASSERT_NE(m.source, m.target);
            restored = restored || act.relations == RelationsEffect::restored;
            Act needed;
            if (restored)
                needed.require(Requirement::relations);
            ASSERT_EQ(act.requirements & ~needed.requirements, 0) << act.id;
            ASSERT_FALSE(act.at_site);
            ASSERT_TRUE(act.allows(m.channel)) << act.id;
            ASSERT_NE(m.channel, Channel::private_) << act.id;
        }
    }
}

// The same dyad with everything does post them: the test above can fail.
TEST(Legality, HotDyadUsesWhatItHas) {
    Scenario s = hot_dyad("random");
    set(s.setting, "policy.random.rate", 1);
    Tie& t = tie(s, A, B);
    t.border = t.defence = 1;
    s.setting.actors[A].nuclear = 1;
    s.setting.sites.push_back(plant({1, 1}));
    Play play(s);
    play.until(200);
    for (const Message& m : play.posted("nuclear_use"))
        EXPECT_EQ(m.source, A);
    for (const char* act : {"nuclear_use", "nuclear_site_strike", "border_incident", "use_force",
                            "military_protection", "summon_ambassador", "phone"})
        EXPECT_FALSE(play.posted(act).empty()) << act;
    for (const Message& m : play.posted("nuclear_site_strike"))
        EXPECT_EQ(m.site, 0);
}

// --- Decide ---

/// First-day messages of 300 replications of two states that do 5 acts of each class a day. They
/// stand on rung 6; material conflict is a blockade (6) or force (7), equally frequent; verbal
/// conflict is to reject a proposal, in private by default.
class FirstDay : public testing::Test {
protected:
    FirstDay() {
        Scenario s = small_world(2, "random");
        set(s.setting, "policy.random.rate", 5);
        std::vector<Act> acts = s.acts.all();
        for (Act& a : acts) {
            if (is_conflict(a.quad))
                a.frequency = 0;
            if (a.id == "blockade" || a.id == "use_force" || a.id == "reject_proposal")
                a.frequency = 0.5;
        }
        s.acts = ActTable(std::move(acts));
        tie(s, A, B).border = 1;
        tie(s, A, B).rung = 6;
        s.setting.actors[B].nuclear = 1;
        s.setting.actors[A].knobs.discretion = 0.75;
        s.setting.actors[B].knobs.discretion = 0.5;
        s.setting.ladder.steepness = std::log(2);
        s.setting.ladder.deterrence = std::log(3);
        s.setting.perception.default_bias = 1;
        s.setting.perception.discretion_weight = 2;
        s.setting.perception.salience_tail = 2.5;
        const World first_morning(s);
        for (std::uint32_t replication = 0; replication < 300; ++replication) {
            Play play(first_morning, replication);
            play.until(1);
            for (const Message& m : play.transcript.messages) {
                ++count[m.source][index(s.acts[m.act].quad)];
                force[m.source] += s.acts[m.act].id == "use_force";
                in_private[m.source] +=
                    s.acts[m.act].id == "reject_proposal" && m.channel == Channel::private_;
                loud += m.salience > 0.6 * std::exp2(1 / 2.5);
                least_salience = std::min(least_salience, m.salience);
                ++all;
            }
        }
    }
    double share(const std::array<double, 2>& part, QuadClass of, std::size_t actor) const {
        return part[actor] / count[actor][index(of)];
    }
    std::array<std::array<double, class_count>, 2> count{};
    std::array<double, 2> force{}, in_private{};
    double loud = 0, least_salience = 1, all = 0;
};

// Mean 5; the weekly mean of 35 has size 35^0.5, a day a seventh of it: variance 5 + 25 / 0.845
// = 34.6, of 300 days four standard errors are 1.36 a day.
TEST_F(FirstDay, CountsHaveTheirRate) {
    for (const auto& of_actor : count)
        for (double c : of_actor)
            EXPECT_NEAR(c / 300, 5, 1.36);
}

// One rung up is 1/2 as likely, and against the weapons of B 1/3 of that: 1/6 to 1 makes 1/7, and
// 1/2 to 1 makes 1/3 for B against A. About 1500 acts: four standard errors are 0.036 and 0.049.
TEST_F(FirstDay, TheLadderIsClimbedWithReluctance) {
    EXPECT_NEAR(share(force, QuadClass::mconf, A), 1.0 / 7, 0.036);
    EXPECT_NEAR(share(force, QuadClass::mconf, B), 1.0 / 3, 0.049);
}

// Logit of privacy 1 + 2 (discretion - 0.5) - 6/9: 0.833 for A, 0.333 for B; 0.697 and 0.583 with
// four standard errors of 0.05.
TEST_F(FirstDay, DiscretionPrefersPrivacy) {
    EXPECT_NEAR(share(in_private, QuadClass::vconf, A), 0.697, 0.05);
    EXPECT_NEAR(share(in_private, QuadClass::vconf, B), 0.583, 0.05);
}

// Pareto with exponent 2.5 and mean 1: least value (2.5 - 1) / 2.5 = 0.6, median 0.6 * 2^(1/2.5).
// About 12000 messages: four standard errors are 0.018.
TEST_F(FirstDay, SalienceIsParetoWithMeanOne) {
    EXPECT_GE(least_salience, 0.6);
    EXPECT_NEAR(loud / all, 0.5, 0.018);
}

/// First-day material cooperation of 300 replications of two states on rung 6: to concede, in
/// public or in private, or to give aid, equally frequent, 5 acts a day. A minds its audience, B
/// does not; before an audience A yields a third as readily: yielding 1.5 ln 3, times audience 1,
/// times 6/9.
struct Yielding {
    explicit Yielding(double private_open) {
        Scenario s = small_world(2, "random");
        set(s.setting, "policy.random.rate", 5);
        std::vector<Act> acts = s.acts.all();
        for (Act& a : acts)
            if (a.quad == QuadClass::mcoop)
                a.frequency = a.id == "concede" || a.id == "economic_aid" ? 0.5 : 0;
        s.acts = ActTable(std::move(acts));
        tie(s, A, B).rung = 6;
        tie(s, A, B).private_open = private_open;
        s.setting.actors[A].knobs.audience = 1;
        s.setting.actors[B].knobs.audience = 0;
        s.setting.ladder.yielding = 1.5 * std::log(3);
        s.setting.perception.default_bias = 0;
        const World first_morning(s);
        for (std::uint32_t replication = 0; replication < 300; ++replication) {
            Play play(first_morning, replication);
            play.until(1);
            for (const Message& m : play.transcript.messages) {
                const Act& act = s.acts[m.act];
                all[m.source] += act.quad == QuadClass::mcoop;
                concessions[m.source] += act.id == "concede";
                in_private[m.source] += act.id == "concede" && m.channel == Channel::private_;
            }
        }
    }
    std::array<double, 2> all{}, concessions{}, in_private{};
};

// A private concession costs nothing: half of the acts of both. In public A concedes 1/3 to 1.
// About 1500 acts: four standard errors are 0.052 and 0.045.
TEST(Yielding, NeedsAPrivateChannelWhereTheAudienceCounts) {
    const Yielding open(1), closed(0);
    EXPECT_NEAR(open.concessions[A] / open.all[A], 0.5, 0.052);
    EXPECT_NEAR(open.concessions[B] / open.all[B], 0.5, 0.052);
    EXPECT_NEAR(closed.concessions[A] / closed.all[A], 0.25, 0.045);
    EXPECT_NEAR(closed.concessions[B] / closed.all[B], 0.5, 0.052);
    EXPECT_EQ(closed.in_private[A] + closed.in_private[B], 0);
}

// Privacy weighs exp(-6/9) = 0.513 against 1 in public, 1/3 for A: 0.606 and 0.339. About 750
// concessions: four standard errors are 0.071 and 0.069.
TEST(Yielding, SeeksPrivacy) {
    const Yielding open(1);
    EXPECT_NEAR(open.in_private[A] / open.concessions[A], 0.606, 0.071);
    EXPECT_NEAR(open.in_private[B] / open.concessions[B], 0.339, 0.069);
}

// --- Schedule ---

TEST(Schedule, AnEventArrivesOnItsDayAndIsDeliveredATickLater) {
    Scenario s = small_world(2);
    event(s, 10, A, B, "criticise");
    Play play(s);
    play.until(10);
    EXPECT_TRUE(play.transcript.messages.empty());
    play.until(11);
    ASSERT_EQ(play.transcript.messages.size(), 1U);
    const Message& m = play.transcript.messages[0];
    EXPECT_EQ(m.id, 1U);
    EXPECT_EQ(m.tick, 10);
    EXPECT_TRUE(m.scripted);
    EXPECT_EQ(m.cause.kind, CauseKind::script);
    EXPECT_LT(play.memory(B, A, column(Stream::received, QuadClass::vconf)), 1e-20);
    play.until(12);
    EXPECT_NEAR(play.memory(B, A, column(Stream::received, QuadClass::vconf)), grain(7), exact);
}

TEST(Schedule, DaysFallIntoTicks) {
    Scenario s = small_world(2);
    s.tick_days = 7;
    event(s, 13, A, B, "criticise");
    event(s, 14, A, B, "criticise");
    Play play(s);
    play.until(5);
    ASSERT_EQ(play.transcript.messages.size(), 2U);
    EXPECT_EQ(play.transcript.messages[0].tick, 1);
    EXPECT_EQ(play.transcript.messages[1].tick, 2);
}

// A pact ends on day 5: its column is 0 from tick 5 on, and so is the solidarity it made.
TEST(Schedule, ShocksChangeNumbersAtTheirDate) {
    Scenario s = small_world(3);
    tie(s, B, C).defence = 0.8;
    s.shocks.push_back({"pact ends", 5, {{"tie.BBB-CCC.defence", 0.0}, {"state.CCC.power", 0.01}}});
    event(s, 0, A, B, "criticise");
    event(s, 6, D - 3, B, "criticise");
    Play play(s);
    play.until(5);
    EXPECT_EQ(play.world.tie(TieColumn::defence, B, C), 0.8);
    const double before = play.grievance(C, A, Grievance::solidarity);
    EXPECT_GT(before, 0);
    // ln(own / (other's + its allies')): A against C, whose power grows tenfold and who loses B.
    EXPECT_NEAR(play.world.tie(TieColumn::log_power_ratio, A, C), std::log(1 / 1.8), exact);
    play.until(6);
    EXPECT_EQ(play.world.tie(TieColumn::defence, B, C), 0);
    EXPECT_EQ(play.world.tie(TieColumn::defence, C, B), 0);
    EXPECT_NEAR(play.world.tie(TieColumn::log_power_ratio, A, C), std::log(0.1), exact);
    play.until(9);
    EXPECT_NEAR(play.grievance(C, A, Grievance::solidarity), before * keep(28, 4), exact);
    EXPECT_EQ(s.setting.tie(B, C).defence, 0.8); // the scenario itself never changes
}

// --- Levels and the equilibrium at the start ---

// Scripted states have no echoes, so their levels are their ordinary rates:
// ln rate = -3 + 0.2 ln(0.01 * 0.001) - 0.5 ln(1 + 2) + 0.7 + 0.4 * 0.5 + 0.3 * 0.25 + 0.1
TEST(Levels, GravityPriorFillsUnstatedPairsOnly) {
    Scenario s = small_world(3);
    GravityPrior::OfClass& g = s.setting.gravity.of_class[index(QuadClass::vconf)];
    g = {-3, 0.2, -0.5, 0.7, 0.4, 0.3, 0.1, 0};
    s.setting.actors[A].power = 0.01;
    s.setting.actors[B].power = s.setting.actors[C].power = 0.001;
    Tie& t = tie(s, A, B);
    t.distance_km = 2000;
    t.border = 1;
    t.rivalry = 0.5;
    t.defence = 0.25;
    s.setting.organisations = {council({A, B}, 0)};
    relation(s, A, B, {0.1, 0.2, 0.3, 0});
    const World world(s);
    const auto level = [&](QuadClass q, std::size_t i, std::size_t j) {
        return world.level(q, i, j);
    };
    EXPECT_NEAR(level(QuadClass::vcoop, A, B), 0.1, exact);
    EXPECT_NEAR(level(QuadClass::mcoop, A, B), 0.2, exact);
    EXPECT_NEAR(level(QuadClass::vconf, A, B), 0.3, exact);
    EXPECT_NEAR(level(QuadClass::mconf, A, B), 1e-6, exact); // the least there is
    const double stated = -3 + 0.2 * std::log(1e-5) - 0.5 * std::log(3) + 0.7 + 0.2 + 0.075 + 0.1;
    EXPECT_NEAR(level(QuadClass::vconf, B, A), std::exp(stated), exact);
    const double nothing_stated = -3 + 0.2 * std::log(1e-6) - 0.5 * std::log(6); // 5000 km
    EXPECT_NEAR(level(QuadClass::vconf, B, C), std::exp(nothing_stated), exact);
}

// Effects x of a double-exponential of scale 1, cut off at 3: mean -e^-3/2 = -0.0249 and standard
// deviation 1.342; |x| has mean 1 - e^-3/2 = 0.9751 and standard deviation 0.922. 20 states have
// 760 pairs and classes: four standard errors are 0.195 and 0.134. The mean of exp(x) is taken out:
// 1/4 of what lies below 0, 3/2 of what lies between, 1/2 of what is cut off, 2.25 in all.
TEST(Levels, PairEffectsBelongToTheScenario) {
    Scenario s = small_world(20);
    for (auto& g : s.setting.gravity.of_class)
        g = {.scale = 1};
    const World world(s);
    double size = 0, sum = 0;
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t i = 0; i < 20; ++i)
            for (std::size_t j = i + 1; j < 20; ++j) {
                const double rate = world.level(static_cast<QuadClass>(q), i, j);
                const double effect = std::log(rate) + std::log(2.25);
                EXPECT_LE(effect, 3 + exact);
                size += std::abs(effect);
                sum += effect;
                EXPECT_EQ(world.level(static_cast<QuadClass>(q), j, i), rate);
            }
    EXPECT_NEAR(size / 760, 0.9751, 0.134);
    EXPECT_NEAR(sum / 760, -0.0249, 0.195);
    EXPECT_EQ(*World(s).levels, *world.levels);
    EXPECT_EQ(*World(world, 1).levels, *world.levels);
    s.seed = 2;
    EXPECT_NE(*World(s).levels, *world.levels);
}

// What two states are to each other is theirs, whoever else is in the world and whatever it is
// called.
TEST(Levels, APairKeepsItsEffectsWhereverItStands) {
    Scenario three = small_world(3);
    three.setting.actors[0].id = "CYP";
    three.setting.actors[1].id = "GRC";
    three.setting.actors[2].id = "TUR";
    Scenario two = small_world(2);
    two.setting.actors[0].id = "TUR";
    two.setting.actors[1].id = "GRC";
    for (Scenario* const s : {&three, &two})
        for (auto& g : s->setting.gravity.of_class)
            g = {.common = 0.5, .scale = 1};
    for (QuadClass q : all_classes)
        EXPECT_EQ(World(three).level(q, 1, 2), World(two).level(q, 1, 0));
    three.setting.actors[1].id = "GRB";
    EXPECT_NE(World(three).level(QuadClass::mconf, 1, 2), World(two).level(QuadClass::mconf, 1, 0));
}

// A shock changes the spread of the draws, not which they are.
TEST(Levels, PairEffectsFollowThePriorOfTheDay) {
    Scenario wide = small_world(3);
    for (auto& g : wide.setting.gravity.of_class)
        g = {.scale = 1};
    Scenario shocked = wide;
    for (auto& g : shocked.setting.gravity.of_class)
        g.scale = 0.5;
    for (const QuadClass q : all_classes)
        shocked.shocks.push_back(
            {"wider", 0, {{"gravity." + std::string(class_names[index(q)]) + ".scale", 1}}});
    World world(shocked);
    EXPECT_NE(*world.levels, *World(wide).levels);
    schedule(world);
    EXPECT_EQ(*world.levels, *World(wide).levels);
}

// The world tells how far the draws lie above the mean: with nothing but effects it is the rate.
TEST(Levels, PairsDrawnFarAboveTheMeanAreKnown) {
    Scenario s = small_world(20);
    for (auto& g : s.setting.gravity.of_class)
        g = {.scale = 1};
    const World world(s);
    const std::vector<DrawnPair> above = drawn_above_mean(s, 2);
    std::size_t there_are = 0;
    for (std::size_t i = 0; i < 20; ++i)
        for (std::size_t j = i + 1; j < 20; ++j)
            there_are += world.level(QuadClass::mconf, i, j) >= 2 ? 1 : 0;
    ASSERT_GT(there_are, 5U);
    ASSERT_EQ(above.size(), there_are);
    for (std::size_t k = 0; k < above.size(); ++k) {
        const DrawnPair& pair = above[k];
        EXPECT_NEAR(pair.factor, world.level(QuadClass::mconf, pair.source, pair.target), exact);
        EXPECT_LE(above[k].factor, above[k > 0 ? k - 1 : 0].factor);
    }
    const auto [a, b, factor] = above.front();
    relation(s, a, b, {});
    const std::vector<DrawnPair> back = drawn_above_mean(s, 2);
    ASSERT_EQ(back.size(), there_are) << "the other direction is drawn";
    EXPECT_EQ(std::pair(back[0].source, back[0].target), std::pair(b, a));
    relation(s, b, a, {});
    EXPECT_EQ(drawn_above_mean(s, 2).size(), there_are - 1);
}

// The mean of exp(2 x), x as above, is 1/6 + (e^3 - 1)/2 + e^3/2 = 19.752; of exp(0.5 x) 1/3 + (1 -
// e^-1.5) + e^-1.5/2 = 1.2218; of exp(0.4 x) 1/2.8 + (1 - e^-1.8)/1.2 + e^-1.8/2 = 1.1354.
TEST(Levels, ClassesOfAPairShareItsEffectAndRivalsDifferLess) {
    Scenario s = small_world(3);
    GravityPrior& prior = s.setting.gravity;
    prior.of_class[index(QuadClass::vcoop)] = {.common = 0.5};
    prior.of_class[index(QuadClass::vconf)] = {.common = 2};
    prior.rivals = 0.6;
    tie(s, A, C).rivalry = 0.5; // spread 1 + (0.6 - 1) * 0.5 = 0.8
    tie(s, B, C).rivalry = 1;
    const World world(s);
    const auto effect = [&](QuadClass q, std::size_t j) { return std::log(world.level(q, A, j)); };
    const double x = (effect(QuadClass::vcoop, B) + std::log(1.22177)) / 0.5;
    EXPECT_NE(x, 0);
    EXPECT_NEAR(effect(QuadClass::vconf, B), 2 * x - std::log(19.75220), 1e-4);
    const double of_rivals = (effect(QuadClass::vcoop, C) + std::log(1.13538)) / 0.4;
    const double scale = 1.6; // mean of exp(scale x)
    const double mean = 0.5 / (1 + scale) + 0.5 * std::expm1(3 * (scale - 1)) / (scale - 1) +
                        0.5 * std::exp(3 * (scale - 1));
    EXPECT_NEAR(effect(QuadClass::vconf, C), scale * of_rivals - std::log(mean), 1e-4);
    prior.rivals = 0;
    const World same(s);
    EXPECT_NEAR(same.level(QuadClass::vconf, B, C), 1, exact); // nothing is drawn
    EXPECT_NEAR(same.level(QuadClass::vconf, A, C), std::exp(0.5 * 2 * of_rivals) / 2.25, 1e-4);
}

// Talk of 0.3 a day there and 0.1 back, remembered at 0.4 each: level 0.3 - 0.4 * (0.3 + 0.1)
// = 0.14. Where own talk alone would keep itself up (0.96), a twentieth of 0.3 is left.
TEST(Levels, AreWhatOrdinaryRatesAreWithoutTheirEchoes) {
    for (const auto& [own, received, level] :
         {std::array{0.4, 0.4, 0.14}, std::array{0.96, 0.0, 0.3 / 20}}) {
        Scenario s = small_world(2, "appraisal");
        blank_appraisal(s);
        set(s.setting, "policy.appraisal.vcoop.level", 1);
        set(s.setting, "policy.appraisal.vcoop.own_vcoop.long", own);
        set(s.setting, "policy.appraisal.vcoop.received_vcoop.slow", received);
        relation(s, A, B, {0.3, 0, 0, 0});
        relation(s, B, A, {0.1, 0, 0, 0});
        const World world(s);
        EXPECT_NEAR(world.level(QuadClass::vcoop, A, B), level, exact);
    }
}

// A policy sees where it stands with whom it is asked about, whoever else there is.
TEST(Ladder, APolicySeesTheRungsOfItsTargets) {
    Scenario s = small_world(3, "appraisal");
    tie(s, A, B).rung = 3;
    tie(s, A, C).rung = 5;
    Play play(s);
    play.scratch.targets = {C};
    EXPECT_EQ(look(play.world, A, play.scratch).rung(0), 5);
    play.scratch.targets = {A, B};
    EXPECT_EQ(look(play.world, C, play.scratch).rung(0), 5);
    EXPECT_EQ(look(play.world, C, play.scratch).rung(1), 0);
}

// So a pair of average doctrine without ties keeps the rates its relation states.
TEST(Levels, AnAveragePairKeepsItsOrdinaryRates) {
    Scenario s = small_world(2, "appraisal");
    const std::array<double, class_count> there{0.5, 0.02, 0.1, 0.05}, back{0.6, 0.03, 0.08, 0.04};
    relation(s, A, B, there);
    relation(s, B, A, back);
    Play play(s);
    for (std::size_t q = 0; q < class_count; ++q) {
        appraise(play.world, A, play.scratch);
        EXPECT_NEAR(play.scratch.rate[B][q], there[q], 1e-6 * there[q]);
        appraise(play.world, B, play.scratch);
        EXPECT_NEAR(play.scratch.rate[A][q], back[q], 1e-6 * back[q]);
    }
}

/// Three states of the default policy, allies and enemies, all with something to do.
Scenario lively_world() {
    Scenario s = small_world(4, "appraisal");
    tie(s, A, B).rivalry = 1;
    tie(s, A, B).border = 1;
    tie(s, B, C).defence = 0.7;
    tie(s, A, D).affinity = 0.4;
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            if (i != j)
                relation(s, i, j, {0.3, 0.1, i + j == 1 ? 0.5 : 0.1, i + j == 1 ? 0.3 : 0.02});
    return s;
}

// Fixed point: every horizon of every memory is the rate, moods are its sums, solidarity is
// loyalty * tie times the conflict rates against the ally.
TEST(Equilibrium, MemoriesAreTheRatesTheyImply) {
    const Scenario s = lively_world();
    Play play(s);
    const World& world = play.world;
    std::array<std::array<std::array<double, 4>, 4>, class_count> rate{};
    for (std::size_t i = 0; i < 4; ++i) {
        appraise(world, i, play.scratch);
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t j = 0; j < 4; ++j)
                rate[q][i][j] = play.scratch.rate[j][q];
    }
    for (std::size_t q = 0; q < class_count; ++q) {
        const auto quad = static_cast<QuadClass>(q);
        for (std::size_t i = 0; i < 4; ++i) {
            double sent = 0, received = 0;
            for (std::size_t j = 0; j < 4; ++j) {
                const double r = rate[q][i][j];
                sent += r;
                received += rate[q][j][i];
                if (i == j)
                    continue;
                EXPECT_GT(r, 0);
                for (std::size_t h = 0; h < horizon_count; ++h) {
                    EXPECT_NEAR(play.memory(i, j, column(Stream::own, quad, h)), r, 1e-8 * r);
                    EXPECT_NEAR(play.memory(j, i, column(Stream::received, quad, h)), r, 1e-8 * r);
                }
            }
            EXPECT_NEAR(world.sent_mood[q][i], sent, 1e-8 * sent);
            EXPECT_NEAR(world.received_mood[q][i], received, 1e-8 * received);
        }
    }
    const double on_b = rate[index(QuadClass::vconf)][A][B] + rate[index(QuadClass::mconf)][A][B];
    EXPECT_NEAR(play.grievance(C, A, Grievance::solidarity), 0.5 * 0.7 * on_b, 1e-8 * on_b);
}

// Two that answer talk with 0.95 of it: r = 0.005 + 0.95 r, r = 0.1. Slow to converge.
TEST(Equilibrium, IsReachedNearTheCriticalPoint) {
    Scenario s = small_world(2, "tit_for_tat");
    set(s.setting, "policy.tit_for_tat.retaliation", 0.95);
    relation(s, A, B, {0.1, 0, 0, 0});
    relation(s, B, A, {0.1, 0, 0, 0});
    Play play(s);
    EXPECT_NEAR(play.memory(A, B, column(Stream::own, QuadClass::vcoop)), 0.1, 1e-6);
}

TEST(Equilibrium, ThrowsWhereRatesExplode) {
    for (double branching : {5.0, 1.05, 1.0}) {
        Scenario s = small_world(2, "appraisal");
        blank_appraisal(s);
        set(s.setting, "policy.appraisal.vconf.level", 1);
        set(s.setting, "policy.appraisal.vconf.own_vconf.short", branching);
        relation(s, A, B, {0, 0, 0.01, 0});
        EXPECT_THROW(World{s}, std::runtime_error) << "branching " << branching;
    }
}

// --- Information, reproducibility ---

// The view of one state does not change with what another one remembers.
TEST(Information, NobodySeesAnothersMemory) {
    const Scenario s = lively_world();
    Play play(s);
    play.until(30);
    DecisionScratch before(4), after(4);
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t k = 0; k < 4; ++k) {
            World changed = play.world;
            for (std::size_t c = 0; c < column_count; ++c)
                for (std::size_t j = 0; j < 4; ++j)
                    changed.set_memory(k, c, j, 3);
            appraise(play.world, i, before);
            appraise(changed, i, after);
            EXPECT_EQ(before.rate == after.rate, i != k);
        }
}

std::vector<std::tuple<int, std::uint32_t, std::uint32_t, ActId, Channel, double>>
acts_of(const std::vector<Message>& messages, std::vector<std::size_t> between, int before) {
    std::vector<std::tuple<int, std::uint32_t, std::uint32_t, ActId, Channel, double>> acts;
    for (const Message& m : messages)
        if (m.tick < before && std::count(between.begin(), between.end(), m.source) == 1 &&
            std::count(between.begin(), between.end(), m.target) == 1)
            acts.emplace_back(m.tick, m.source, m.target, m.act, m.channel, m.salience);
    return acts;
}

// A bystander who changes on day 20 leaves every earlier day as it was, and changes later ones.
TEST(CommonRandomNumbers, ThePastIsTheSame) {
    Scenario plain = lively_world();
    Scenario shocked = plain;
    shocked.shocks.push_back({"change of heart", 20, {{"state.DDD.activity", 3.0}}});
    Play one(plain), other(shocked);
    one.until(60);
    other.until(60);
    const std::vector<std::size_t> all{A, B, C, D};
    EXPECT_FALSE(acts_of(one.transcript.messages, all, 20).empty());
    EXPECT_EQ(acts_of(one.transcript.messages, all, 20),
              acts_of(other.transcript.messages, all, 20));
    EXPECT_NE(acts_of(one.transcript.messages, all, 60),
              acts_of(other.transcript.messages, all, 60));
}

// Hawks look at their own pair only: what D makes of rebukes never reaches A and B.
TEST(CommonRandomNumbers, OtherPairsAreTheSame) {
    Scenario plain = small_world(4, "hawk");
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            if (i != j)
                relation(plain, i, j, {0.2, 0.2, 0, 0});
    Scenario changed = plain;
    changed.setting.actors[D].knobs.face = 2;
    Play one(plain), other(changed);
    one.until(200);
    other.until(200);
    EXPECT_FALSE(acts_of(one.transcript.messages, {A, B}, 200).empty());
    EXPECT_EQ(acts_of(one.transcript.messages, {A, B, C}, 200),
              acts_of(other.transcript.messages, {A, B, C}, 200));
    EXPECT_NE(acts_of(one.transcript.messages, {A, D}, 200),
              acts_of(other.transcript.messages, {A, D}, 200));
}

TEST(Reproducibility, ARunIsAFunctionOfScenarioAndReplication) {
    Scenario s = lively_world();
    s.days = 60;
    Transcript transcript;
    const auto fingerprint = run(World(s), 3, transcript);
    EXPECT_EQ(run(World(s), 3, transcript), fingerprint);
    EXPECT_NE(run(World(s), 4, transcript), fingerprint);
    s.seed = 2;
    EXPECT_NE(run(World(s), 3, transcript), fingerprint);
}

TEST(Reproducibility, AForkReplaysTheOriginal) {
    const Scenario s = lively_world();
    Play play(s);
    play.until(30);
    World fork = play.world;
    play.until(60);
    DecisionScratch scratch(fork.n);
    Transcript transcript;
    while (fork.tick < 60)
        step(fork, scratch, transcript);
    EXPECT_EQ(fork.fingerprint.value(), play.world.fingerprint.value());
    EXPECT_EQ(fork.records, play.world.records);
}

} // namespace
} // namespace demarche
