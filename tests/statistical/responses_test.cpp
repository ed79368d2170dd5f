// Monotone responses: one number of tug_of_war changes, 1,000 paired replications, and the
// difference must have the promised sign by more than `certain` standard errors (a false alarm in
// 30,000 for a response that is not there; the seeds are fixed, so it either fails or it does not).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/statistical/crisis.h"

namespace demarche {
namespace {

constexpr unsigned n = 1000;
constexpr double certain = 4;
const std::string config = "configs/tug_of_war.toml";

using Statistics = std::vector<std::pair<const char*, Statistic>>;
using Values = std::vector<std::vector<double>>; ///< [statistic][replication]

Values values_of(const Overrides& overrides, Causes causes, const Statistics& statistics) {
    std::vector<Statistic> plain;
    for (const auto& s : statistics)
        plain.push_back(s.second);
    return replicate(config, overrides, n, causes, plain);
}

/// Prints the mean of each statistic on both sides and gives its paired difference.
std::vector<Mean> compared(const Values& before, const Values& after,
                           const Statistics& statistics) {
    std::vector<Mean> differences;
    for (std::size_t s = 0; s < statistics.size(); ++s) {
        differences.push_back(paired(before[s], after[s]));
        std::printf("%-40s %.4f -> %.4f, difference %+.4f (se %.4f)\n", statistics[s].first,
                    mean(before[s]).value, mean(after[s]).value, differences.back().value,
                    differences.back().se);
    }
    return differences;
}

std::vector<Mean> respond(const Overrides& from, const Overrides& to, Causes causes,
                          const Statistics& statistics) {
    return compared(values_of(from, causes, statistics), values_of(to, causes, statistics),
                    statistics);
}

void expect_fall(const Mean& difference) {
    EXPECT_LT(difference.value, -certain * difference.se);
}
void expect_rise(const Mean& difference) {
    EXPECT_GT(difference.value, certain * difference.se);
}

Statistic conflict_acts_of(const char* source) {
    return [=](const RunLog& r) {
        const std::size_t id = r.id(source);
        return r.count(
            [&](const Message& m) { return m.source == id && is_conflict(r.act(m).quad); });
    };
}

TEST(Response, KazakhPacifismLowersConflictAndRaisesTalk) {
    const auto d =
        respond({"state.KAZ.pacifism=0.2"}, {"state.KAZ.pacifism=0.9"}, Causes::unread,
                {{"conflict acts of KAZ", conflict_acts_of("KAZ")},
                 {"talk of KAZ to BLR", [](const RunLog& r) {
                      return r.count([&](const Message& m) {
                          return r.is(m, "KAZ", "BLR") && r.act(m).quad == QuadClass::vcoop;
                      });
                  }}});
    expect_fall(d[0]);
    expect_rise(d[1]);
}

TEST(Response, DiscretionLowersPublicActs) {
    const auto d =
        respond({"state.KAZ.discretion=0.2"}, {"state.KAZ.discretion=0.9"}, Causes::unread,
                {{"public acts of KAZ", [](const RunLog& r) {
                      const std::size_t kaz = r.id("KAZ");
                      return r.count([&](const Message& m) {
                          return m.source == kaz && m.channel == Channel::public_;
                      });
                  }}});
    expect_fall(d[0]);
}

// The peak of a pair that quarrels much, Armenia and Azerbaijan with a clash every other day.
TEST(Response, APactOrAnOrganisationLowersThePeakWithinIt) {
    const Overrides heat{"relation.ARM-AZE.mconf=0.5", "relation.AZE-ARM.mconf=0.5"};
    const Statistics peak{
        {"peak rung of ARM-AZE", [](const RunLog& r) { return r.peak_of("ARM", "AZE"); }}};
    const Values before = values_of(heat, Causes::unread, peak);
    for (const char* bond :
         {"tie.ARM-AZE.nonaggression=1", "tie.ARM-AZE.defence=1",
          "organisation.CSTO.members=[\"ARM\",\"AZE\",\"BLR\",\"KAZ\",\"KGZ\",\"RUS\"]"}) {
        SCOPED_TRACE(bond);
        Overrides bound = heat;
        bound.emplace_back(bond);
        expect_fall(compared(before, values_of(bound, Causes::unread, peak), peak)[0]);
    }
}

TEST(Response, FaceSharpensAnswersToPublicInsultsOnly) {
    // What Kazakhstan answers to the insult itself with verbal conflict.
    const Statistics answers{{"hostile answers to the demand", [](const RunLog& r) {
                                  const MessageId insult = r.scripted()->id;
                                  return r.count([&](const Message& m) {
                                      return r.is(m, "KAZ", "BLR") && m.cause.message == insult &&
                                             is_conflict(r.act(m).quad);
                                  });
                              }}};
    const Overrides demand{"event.insult.act=demand_support"};
    const auto with = [&](const char* channel, const char* face) {
        Overrides o = demand;
        o.push_back(std::string("event.insult.channel=") + channel);
        o.push_back(std::string("state.KAZ.face=") + face);
        o.emplace_back("channel.private.leak=0");
        return o;
    };
    expect_rise(respond(with("public", "0"), with("public", "2"), Causes::read, answers)[0]);
    const Mean hidden =
        respond(with("private", "0"), with("private", "2"), Causes::read, answers)[0];
    EXPECT_LE(std::abs(hidden.value), 2 * hidden.se);
}

/// States with a hostile act on Belarus that is owed to troops, a group, a site or a report of
/// them.
double reacting_states(const RunLog& r) {
    std::set<std::uint32_t> states;
    for (const Message& m : r.messages) {
        if (m.target != r.id("BLR") || m.source >= r.scenario->actor_count() ||
            !is_conflict(r.act(m).quad) || m.cause.message == 0)
            continue;
        const Act& cause = r.act(r.messages[m.cause.message - 1]);
        const bool moved =
            m.cause.kind == CauseKind::manoeuvre || m.cause.kind == CauseKind::armed_group ||
            m.cause.kind == CauseKind::site || cause.mechanism == Mechanism::intelligence;
        if (moved)
            states.insert(m.source);
    }
    return static_cast<double>(states.size());
}

TEST(Response, WithoutWagnerOrChornobylFewerStatesReactToGomel) {
    const Statistics reacting{{"states reacting to Gomel", reacting_states}};
    const Values before = values_of({}, Causes::read, reacting);
    for (const char* without : {"group.WAGNER.strength=0", "site.CHORNOBYL.hazard=0"}) {
        SCOPED_TRACE(without);
        expect_fall(compared(before, values_of({without}, Causes::read, reacting), reacting)[0]);
    }
}

TEST(Response, LowerVigilanceDelaysTheUkrainianWarning) {
    const auto warning = [](const RunLog& r) {
        for (const Message& m : r.messages) {
            if (!r.is(m, "UKR", "BLR") || !is_conflict(r.act(m).quad) || m.cause.message == 0)
                continue;
            if (r.act(r.messages[m.cause.message - 1]).mechanism == Mechanism::intelligence)
                return static_cast<double>(m.tick);
        }
        return static_cast<double>(r.scenario->ticks()); // not within the run
    };
    expect_rise(respond({"state.UKR.vigilance=0.8"}, {"state.UKR.vigilance=0.3"}, Causes::read,
                        {{"day of the Ukrainian warning", warning}})[0]);
}

TEST(Response, HonouredPactsBringMorePartiesToAWar) {
    const auto parties = [](const RunLog& r) {
        std::set<std::uint32_t> fighting;
        for (const Message& m : r.messages)
            if (r.act(m).rung >= war_rung && r.act(m).rung < top_rung &&
                m.source < r.scenario->actor_count())
                fighting.insert({m.source, m.target});
        return static_cast<double>(fighting.size());
    };
    const Overrides invasion{"event.insult.act=invade", "event.insult.target=POL"};
    Overrides all = invasion;
    all.emplace_back("alliance.honour_rate=1");
    expect_rise(respond(invasion, all, Causes::unread, {{"parties to the war", parties}})[0]);
}

TEST(Response, TickLengthDoesNotMatterToFirstOrder) {
    std::vector<Statistic> totals;
    for (std::size_t q = 0; q < class_count; ++q)
        totals.push_back([q](const RunLog& r) {
            return r.count(
                [&](const Message& m) { return r.act(m).quad == static_cast<QuadClass>(q); });
        });
    const unsigned runs = replications(500, n); // a standard error of a ratio: at most 1.2 %
    const auto daily = replicate(config, {"run.days=119"}, runs, Causes::unread, totals);
    const auto weekly =
        replicate(config, {"run.days=119", "run.tick_days=7"}, runs, Causes::unread, totals);
    for (std::size_t q = 0; q < class_count; ++q) {
        const double d = mean(daily[q]).value;
        const double w = mean(weekly[q]).value;
        std::printf("%s: %.1f by day, %.1f by week, ratio %.3f\n", class_names[q].data(), d, w,
                    w / d);
        EXPECT_NEAR(w / d, 1, 0.1);
    }
}

} // namespace
} // namespace demarche
