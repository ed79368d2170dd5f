#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/engine/cause.h"
#include "tests/unit/eventful_world.h"

namespace demarche {
namespace {

constexpr std::size_t A = 0, B = 1, C = 2, D = 3;

/// All phases of one tick up to the point where policies decide: the moment causes are drawn in.
void begin_tick(Play& play) {
    play.world.inbox.swap(play.world.outbox);
    play.world.outbox.clear();
    schedule(play.world);
    deliver(play.world);
    remember(play.world);
    assess(play.world, play.transcript);
}

/// The messages that left a mark in i's memory of j, 0 among them where a mark has none.
std::set<MessageId> remembered(const World& world, std::size_t i, std::size_t j) {
    std::set<MessageId> messages;
    for (std::size_t group = 0; group < mark_group_count; ++group)
        for (const Mark& m : world.marks_of(i, j, group))
            messages.insert(m.message);
    return messages;
}

class Causes : public testing::Test {
protected:
    const Scenario scenario = eventful_world();
    const World first_morning{scenario};
    Play play{first_morning, 1};
};

// level + every remembered message + what is left of the memories at the start = the stimulus.
// What is left of the start is its weight * 2^(-days / half-life), 40 decays in tick 40.
TEST_F(Causes, SharesSumToOne) {
    play.until(40);
    begin_tick(play);
    const World& world = play.world;
    std::size_t most_remembered = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        appraise(world, i, play.scratch);
        for (std::size_t j = 0; j < 4; ++j) {
            if (i == j)
                continue;
            std::set<MessageId> messages = remembered(world, i, j);
            most_remembered = std::max(most_remembered, messages.size());
            for (std::size_t q = 0; q < class_count; ++q) {
                const Response::OfClass& r = world.response(i).of_class[q];
                const double stimulus = play.scratch.stimulus[j][q];
                double sum =
                    (r.base + r.level * world.level(static_cast<QuadClass>(q), i, j)) / stimulus;
                for (std::size_t c = 0; c < column_count; ++c) {
                    const double half_life = c < column(Grievance::solidarity)
                                                 ? world.setting.memory.half_life[c % horizon_count]
                                                 : world.setting.memory.grievance_half_life;
                    sum += r.weight[c] * first_morning.memory(i, c, j) *
                           std::exp2(-40 / half_life) / stimulus;
                }
                for (MessageId m : messages) {
                    const double share =
                        cause_share(world, i, j, static_cast<QuadClass>(q), stimulus, m);
                    EXPECT_GE(share, 0);
                    EXPECT_LE(share, 1);
                    sum += share;
                }
                EXPECT_NEAR(sum, 1, 1e-9) << scenario.entity_id(i) << " to "
                                          << scenario.entity_id(j) << ", " << class_names[q];
            }
        }
    }
    EXPECT_GT(most_remembered, 30U); // there was something to add up
}

// Drawn with u = (k + 1/2) / N, a cause comes up in proportion to its share, up to one draw at
// each end of the intervals it owns (one for each of the 37 columns and each of its marks).
TEST_F(Causes, AreDrawnInProportionToTheirShares) {
    play.until(40);
    begin_tick(play);
    constexpr int draws = 20000;
    for (const auto& [i, j] : {std::pair(A, B), std::pair(B, C), std::pair(D, A)}) {
        appraise(play.world, i, play.scratch);
        const QuadClass q = QuadClass::vconf;
        const double stimulus = play.scratch.stimulus[j][index(q)];
        std::map<MessageId, int> drawn;
        std::map<CauseKind, int> of_kind;
        std::map<std::pair<MessageId, CauseKind>, double> share;
        for (int k = 0; k < draws; ++k) {
            const Cause c = draw_cause(play.world, i, j, q, stimulus, (k + 0.5) / draws);
            if (c.message != 0)
                ++drawn[c.message];
            if (c.message == 0)
                ++of_kind[c.kind];
            const auto [known, is_new] = share.try_emplace({c.message, c.kind}, c.share);
            EXPECT_EQ(known->second, c.share); // the same whenever it is drawn
        }
        int shares_checked = 0;
        for (MessageId m : remembered(play.world, i, j)) {
            if (m == 0)
                continue;
            const double expected = cause_share(play.world, i, j, q, stimulus, m);
            EXPECT_NEAR(drawn[m] / double{draws}, expected, 2.0 * column_count / draws) << m;
            ++shares_checked;
        }
        EXPECT_GT(shares_checked, 10);
        for (const auto& [cause, value] : share) {
            const auto& [message, kind] = cause;
            const double expected = message != 0
                                        ? cause_share(play.world, i, j, q, stimulus, message)
                                        : of_kind[kind] / double{draws};
            EXPECT_NEAR(value, expected, message != 0 ? 1e-12 : 2.0 * column_count / draws)
                << cause_names[static_cast<std::size_t>(kind)] << ' ' << message;
        }
    }
}

// A cause is an earlier message that its kind allows, between the right two.
TEST_F(Causes, AreEarlierMessagesOfTheRightPair) {
    play.until(120);
    std::map<MessageId, Message> by_id;
    std::set<CauseKind> seen;
    const auto is_report_by = [&](const Message& c, const Message& of) {
        return scenario.acts[c.act].mechanism == Mechanism::intelligence && c.source == of.source &&
               c.target == of.target;
    };
    for (const Message& m : play.transcript.messages) {
        by_id[m.id] = m;
        SCOPED_TRACE(testing::Message() << "message " << m.id << ", cause "
                                        << cause_names[static_cast<std::size_t>(m.cause.kind)]);
        EXPECT_GE(m.cause.share, 0);
        EXPECT_LE(m.cause.share, 1 + 1e-12);
        if (m.cause.message == 0)
            continue;
        EXPECT_NE(m.cause.kind, CauseKind::level);
        EXPECT_NE(m.cause.kind, CauseKind::script);
        seen.insert(m.cause.kind);
        EXPECT_GT(m.cause.share, 0);
        ASSERT_LT(m.cause.message, m.id);
        const Message& c = by_id.at(m.cause.message);
        const bool by_target = c.source == m.target;
        switch (m.cause.kind) {
        case CauseKind::inertia:
            EXPECT_TRUE(c.source == m.source && c.target == m.target);
            break;
        case CauseKind::reciprocity:
            EXPECT_TRUE((by_target && c.target == m.source) || is_report_by(c, m));
            break;
        case CauseKind::solidarity:
            EXPECT_TRUE(by_target && c.target != m.source);
            EXPECT_GT(scenario.setting.tie(m.source, c.target).alignment(), 0);
            break;
        case CauseKind::alignment:
            EXPECT_TRUE(by_target && scenario.acts[c.act].id == "withhold_support");
            break;
        case CauseKind::manoeuvre:
            EXPECT_TRUE((by_target && scenario.acts[c.act].manoeuvre) || is_report_by(c, m));
            break;
        case CauseKind::armed_group:
            EXPECT_TRUE(is_report_by(c, m) && c.reported_group);
            break;
        case CauseKind::site:
            EXPECT_GE(c.site, 0);
            break;
        default:
            break;
        }
    }
    for (CauseKind kind : {CauseKind::inertia, CauseKind::reciprocity, CauseKind::solidarity,
                           CauseKind::alignment, CauseKind::site, CauseKind::mechanism})
        EXPECT_TRUE(seen.contains(kind)) << cause_names[static_cast<std::size_t>(kind)];
}

// Nothing follows from causes: without them every message is the same but for its own.
TEST_F(Causes, NotDrawingThemChangesNothingElse) {
    Play without{first_morning, 1};
    without.world.draws_causes = false;
    play.until(60);
    without.until(60);
    ASSERT_GT(play.transcript.messages.size(), 100U);
    ASSERT_EQ(play.transcript.messages.size(), without.transcript.messages.size());
    std::size_t caused = 0;
    for (std::size_t k = 0; k < play.transcript.messages.size(); ++k) {
        const Message& with = play.transcript.messages[k];
        const Message& bare = without.transcript.messages[k];
        EXPECT_EQ(with.act, bare.act);
        EXPECT_EQ(with.source, bare.source);
        EXPECT_EQ(with.target, bare.target);
        EXPECT_EQ(with.channel, bare.channel);
        EXPECT_EQ(with.salience, bare.salience);
        caused +=
            with.cause.kind == CauseKind::inertia || with.cause.kind == CauseKind::reciprocity;
        if (with.cause.kind < CauseKind::mechanism) {
            EXPECT_EQ(bare.cause.message, 0U);
        }
    }
    EXPECT_GT(caused, 10U);
    EXPECT_EQ(play.world.fingerprint.value(), without.world.fingerprint.value());
}

} // namespace
} // namespace demarche
