#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/io/scenario_reader.h"
#include "sim/study/ascent.h"
#include "sim/study/explain.h"
#include "tests/unit/eventful_world.h"

namespace demarche {
namespace {

/// Checks the accounts of every pair and class, again and again during a run.
struct Auditor : Recorder {
    Auditor(const World& first_morning, int every)
        : first_morning_(&first_morning), scratch_(first_morning.n), every_(every) {}
    void tick(const World& w, std::span<const Message>) override {
        if (w.tick % every_ != every_ - 1)
            return;
        for (std::size_t i = 0; i < w.n; ++i) {
            appraise(w, i, scratch_);
            for (std::size_t j = 0; j < w.n; ++j)
                for (std::size_t q = 0; i != j && q < class_count; ++q)
                    audit(account_of(w, *first_morning_, scratch_, i, j, static_cast<QuadClass>(q)),
                          scratch_.rate[j][q], scratch_.stimulus[j][q]);
        }
    }
    void audit(const Account& a, double rate, double stimulus) {
        if (stimulus <= 0)
            return;
        double sum = a.base + a.level;
        for (const StimulusPart& p : a.remembered) {
            sum += p.amount;
            kinds.insert(p.kind);
            most_parts = std::max(most_parts, a.remembered.size());
        }
        worst_sum = std::max(worst_sum, std::abs(sum / stimulus - 1));
        double product = a.stimulus * a.bend;
        for (const PosturePart& p : a.doctrine) {
            product *= std::exp(p.ln);
            unnamed += p.name.starts_with("rest");
        }
        worst_product = std::max(worst_product, std::abs(product / rate - 1));
        ++audited;
    }
    double worst_sum = 0, worst_product = 0;
    int audited = 0, unnamed = 0;
    std::size_t most_parts = 0;
    std::set<CauseKind> kinds;

private:
    const World* first_morning_;
    DecisionScratch scratch_;
    int every_;
};

void expect_exact(const Auditor& auditor) {
    EXPECT_LT(auditor.worst_sum, 1e-9);
    EXPECT_LT(auditor.worst_product, 1e-9);
    EXPECT_GT(auditor.audited, 100);
    EXPECT_EQ(auditor.unnamed, 0);
}

class AccountsOfPolicy : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(All, AccountsOfPolicy,
                         testing::Range(std::size_t{0}, all_policies().size()), [](const auto& p) {
                             return std::string(all_policies()[p.param]->name());
                         });

/// States of one policy, with one of the default policy among them so that things happen.
TEST_P(AccountsOfPolicy, AddUpAndMultiplyOut) {
    Scenario s = eventful_world(all_policies()[GetParam()]->name());
    s.days = 80;
    s.setting.actors[1].policy = s.setting.policies.find("appraisal");
    s.setting.actors[1].knobs.activity = 0.8; // low enough for own policies to settle
    s.setting.organisations.push_back({"org", "", Mandate::security, {0, 1, 2}, 1});
    set(s.setting, "policy.appraisal.vconf.sent_mood", 0.01);
    set(s.setting, "policy.appraisal.mconf.received_mood", 0.01);
    set(s.setting, "policy.appraisal.vcoop.tie_log_power_ratio", 0.01);
    const World first_morning(s);
    Auditor auditor(first_morning, 8);
    run(first_morning, 0, auditor);
    expect_exact(auditor);
    EXPECT_GT(auditor.most_parts, 20U);
    EXPECT_TRUE(auditor.kinds.contains(CauseKind::alignment));
}

class AccountsOfScenario : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, AccountsOfScenario,
                         testing::Values("minimal", "tug_of_war", "july_1914",
                                         "cuban_missile_1962"),
                         [](const auto& p) { return std::string(p.param); });

TEST_P(AccountsOfScenario, AddUpAndMultiplyOut) {
    Problems problems;
    const auto loaded = load_scenario(std::string("configs/") + GetParam() + ".toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const World first_morning(loaded->scenario);
    Auditor auditor(first_morning, std::max(1, loaded->scenario.ticks() / 4));
    const std::uint64_t fingerprint = run(first_morning, 1, auditor);
    if (first_morning.n > 2) {
        expect_exact(auditor);
    } else {
        EXPECT_LT(auditor.worst_sum, 1e-9);
        EXPECT_LT(auditor.worst_product, 1e-9);
    }
    EXPECT_EQ(tell_again(first_morning, 1).fingerprint, fingerprint);
}

class Stories : public testing::Test {
protected:
    const Scenario scenario = [] {
        Scenario s = eventful_world();
        s.days = 120;
        return s;
    }();
    const World first_morning{scenario};
    const Retold retold = tell_again(first_morning, 2);
    const Story& story = retold.story;
};

// Told from the end of the run, the stimulus of every act is what it was when it was decided.
TEST_F(Stories, RememberEveryStimulus) {
    int decided = 0;
    for (const Message& m : story.messages) {
        if (!story.by_policy(m.id))
            continue;
        const Decision& d = *story.decisions[m.id - 1];
        double sum = d.base + d.level;
        for (const StimulusPart& p : story.remembered(m.id)) {
            sum += p.amount;
            EXPECT_LT(p.message, m.id);
        }
        EXPECT_NEAR(sum / d.stimulus, 1, 1e-9) << m.id;
        ++decided;
    }
    EXPECT_GT(decided, 100);
}

// The share that was recorded with the drawn cause is the share that the story tells.
TEST_F(Stories, AgreeWithTheRecordedShares) {
    int compared = 0;
    for (const Message& m : story.messages) {
        if (!story.by_policy(m.id) || m.cause.message == 0)
            continue;
        double owed = 0;
        for (const StimulusPart& p : story.remembered(m.id))
            if (p.message == m.cause.message)
                owed += p.amount;
        EXPECT_NEAR(owed / story.decisions[m.id - 1]->stimulus, m.cause.share, 1e-9) << m.id;
        ++compared;
    }
    EXPECT_GT(compared, 50);
}

TEST_F(Stories, AccountForTheWantedMessage) {
    const Retold one = tell_again(first_morning, 2, [&](const Message& m) {
        return story.by_policy(m.id) && m.tick > 30 && scenario.acts[m.act].rung > 0;
    });
    ASSERT_TRUE(one.found && one.account);
    EXPECT_EQ(one.fingerprint, retold.fingerprint);
    const Message& m = one.story.message(*one.found);
    double acts = 0, channels = 0;
    bool chosen = false;
    for (const Alternative& a : one.account->acts) {
        acts += a.chance;
        chosen |= a.act == m.act && a.chance > 0;
    }
    for (double c : one.account->channel)
        channels += c;
    EXPECT_NEAR(acts, 1, 1e-12);
    EXPECT_NEAR(channels, 1, 1e-12);
    EXPECT_TRUE(chosen);
    EXPECT_GT(one.account->channel[index(m.channel)], 0);
}

double share_of_all(const Ascent& ascent) {
    double sum = ascent.untraced;
    for (const Ascent::Tree& tree : ascent.trees)
        sum += tree.share;
    return sum;
}

void expect_branches_to_add_up(const std::vector<Ascent::Branch>& branches,
                               const std::set<MessageId>& climbs) {
    for (const Ascent::Branch& b : branches) {
        double below = b.pruned;
        for (const Ascent::Branch& next : b.branches) {
            EXPECT_GT(next.message, b.message);
            below += next.share;
        }
        if (climbs.contains(b.message)) {
            EXPECT_LE(below, b.share * (1 + 1e-9));
        } else {
            EXPECT_NEAR(below / b.share, 1, 1e-9) << b.message;
        }
        expect_branches_to_add_up(b.branches, climbs);
    }
}

/// A world in which a pair climbs through acts that others provoked.
TEST(Ascents, ShareOutTheWholeEscalation) {
    Problems problems;
    const auto loaded = load_scenario("configs/tug_of_war.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const Scenario& s = loaded->scenario;
    const World first_morning(s);
    const Retold retold = tell_again(first_morning, 0);
    int climbed = 0;
    for (std::size_t a = 0; a < s.actor_count(); ++a)
        for (std::size_t b = a + 1; b < s.actor_count(); ++b) {
            const Ascent ascent = explain_ascent(retold.story, a, b, 0.01);
            if (ascent.climbs.empty())
                continue;
            ++climbed;
            EXPECT_NEAR(share_of_all(ascent), 1, 1e-9) << s.entity_id(a) << '-' << s.entity_id(b);
            std::set<MessageId> climbs;
            for (const Story::Climb& c : ascent.climbs)
                climbs.insert(c.message);
            for (const Ascent::Tree& tree : ascent.trees) {
                double below = tree.pruned;
                for (const Ascent::Branch& branch : tree.branches)
                    below += branch.share;
                if (!climbs.contains(tree.root.message)) {
                    EXPECT_NEAR(below / tree.share, 1, 1e-9);
                }
                expect_branches_to_add_up(tree.branches, climbs);
            }
        }
    EXPECT_GT(climbed, 20);
}

// Exact parts against chains of causes drawn one by one: each message names one of the parts of its
// stimulus with the chance of its share, and so on back to the beginning.
TEST_F(Stories, OriginsAreTheExpectationOfDrawnCauses) {
    MessageId last = 0;
    for (const Message& m : story.messages)
        if (story.by_policy(m.id) && scenario.acts[m.act].quad == QuadClass::vconf)
            last = m.id;
    ASSERT_GT(last, 500U);
    const Origins origins = trace_origins(story, last, 1e-3);
    const auto key = [](CauseKind kind, bool before, MessageId root, std::size_t i, std::size_t j) {
        return std::tuple(kind, before, root, i, j);
    };
    std::map<decltype(key(CauseKind::level, false, 0, 0, 0)), double> exact, drawn;
    for (const Ascent::Tree& t : origins.trees)
        exact[key(t.root.kind, t.root.before_start, t.root.message, t.root.source,
                  t.root.target)] += t.share;

    std::map<MessageId, std::vector<StimulusPart>> known;
    const Random random(5, 0);
    constexpr std::uint32_t chains = 20000;
    for (std::uint32_t chain = 0; chain < chains; ++chain) {
        MessageId at = last;
        for (std::uint32_t step = 0;; ++step) {
            const Message& m = story.message(at);
            if (!story.by_policy(at)) {
                if (m.cause.message != 0) {
                    at = m.cause.message;
                    continue;
                }
                drawn[key(m.cause.kind, false, at, m.source, m.target)] += 1.0 / chains;
                break;
            }
            const Decision& d = *story.decisions[at - 1];
            auto& parts = known[at];
            if (parts.empty()) {
                parts = story.remembered(at);
                parts.push_back({CauseKind::level, 0, false, d.base + d.level});
            }
            double left = d.stimulus * random.uniform({Purpose::resample, 0, chain, step});
            const StimulusPart* part = &parts.back();
            for (const StimulusPart& p : parts)
                if ((left -= p.amount) < 0) {
                    part = &p;
                    break;
                }
            if (part->message == 0) {
                drawn[key(part->kind, part->before_start, 0, m.source, m.target)] += 1.0 / chains;
                break;
            }
            at = part->message;
        }
    }
    int compared = 0;
    for (const auto& [root, share] : exact) {
        EXPECT_NEAR(drawn[root], share, 5 * std::sqrt(share * (1 - share) / chains)) << share;
        compared += share > 0.01;
    }
    EXPECT_GT(compared, 3);
}

} // namespace
} // namespace demarche
