#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <set>
#include <string>

#include "agents/basic_policy.h"
#include "sim/core/elementary.h"
#include "sim/core/random.h"

namespace demarche {
namespace {

/// A view that owns its numbers.
struct OwnedView {
    explicit OwnedView(std::size_t actors, std::size_t me = 0) : n(actors), self(me) {
        for (auto& v : memory)
            v.assign(n, 0.0);
        for (auto* group : {&level, &sent_mood, &received_mood})
            for (auto& v : *group)
                v.assign(n, 0.0);
        for (auto& v : tie)
            v.assign(n, 0.0);
        rung.assign(n, 0);
    }
    View view() const {
        records.assign(n * record_width, 0.0);
        levels.resize(n);
        fade.fill(1);
        for (std::size_t c = 0; c < column_count; ++c)
            fade[c] = c % 2 == 0 ? 1.0 : 0.25; // the unit of a column is its own affair
        for (std::size_t j = 0; j < n; ++j) {
            double* const record = records.data() + j * record_width;
            for (std::size_t c = 0; c < column_count; ++c)
                record[c] = memory[c][j] / fade[c];
            for (std::size_t q = 0; q < class_count; ++q)
                levels[j][q] = level[q][j];
            for (std::size_t t = 0; t < tie_column_count; ++t)
                record[tie_column + t] = tie[t][j];
        }
        targets.resize(n);
        std::iota(targets.begin(), targets.end(), 0U);
        of_targets.clear();
        for (std::size_t j = 0; j < n; ++j)
            of_targets.push_back(records.data() + j * record_width);
        View v;
        v.self = self;
        v.targets = targets;
        v.knobs = &knobs;
        v.records = of_targets;
        v.rungs = rung.data();
        v.fade = fade.data();
        v.levels = levels.data();
        for (std::size_t q = 0; q < class_count; ++q) {
            v.sent[q] = sent_mood[q].data();
            v.received[q] = received_mood[q].data();
        }
        return v;
    }
    /// Calls visit(vector, is_mood) for every quantity.
    template <class Visit>
    void for_each(Visit&& visit) {
        for (auto& v : memory)
            visit(v, false);
        for (auto& v : level)
            visit(v, false);
        for (auto& v : tie)
            visit(v, false);
        visit(rung, false);
        for (auto* group : {&sent_mood, &received_mood})
            for (auto& v : *group)
                visit(v, true);
    }
    std::vector<double>& at(Stream s, QuadClass q, std::size_t horizon) {
        return memory[column(s, q, horizon)];
    }
    void receive(QuadClass q, std::size_t from, double per_day) { // steadily, for ever
        for (std::size_t h = 0; h < horizon_count; ++h)
            at(Stream::received, q, h)[from] = per_day;
    }

    std::size_t n, self;
    Knobs knobs;
    std::array<std::vector<double>, column_count> memory;
    std::array<std::vector<double>, class_count> level, sent_mood, received_mood;
    std::array<std::vector<double>, tie_column_count> tie;
    std::vector<std::int8_t> rung;

private:
    mutable std::vector<double> records;
    mutable std::array<double, memory_width> fade{};
    mutable std::vector<PerClass> levels;
    mutable std::vector<std::uint32_t> targets;
    mutable std::vector<const double*> of_targets;
};

/// Memories between 1e-6 and 100 acts a day, a tenth of them empty; ties and knobs anywhere in
/// their ranges, often at the ends.
OwnedView random_view(std::uint32_t seed) {
    const Random random(seed, 0);
    std::uint32_t asked = 0;
    const auto u = [&] { return random.uniform({Purpose::act, asked++}); };
    const auto rate = [&] { return u() < 0.1 ? 0.0 : std::pow(10.0, 8 * u() - 6); };
    OwnedView v(5, seed % 5);
    v.for_each([&](auto& x, bool) {
        for (auto& value : x)
            value = static_cast<std::decay_t<decltype(value)>>(rate());
    });
    for (std::size_t t = 0; t < tie_column_count; ++t)
        for (double& value : v.tie[t]) {
            const bool signed_ = static_cast<TieColumn>(t) == TieColumn::log_power_ratio;
            value = signed_ ? 12 * u() - 6 : std::round(3 * u()) / 3;
        }
    for (std::int8_t& value : v.rung)
        value = static_cast<std::int8_t>(10 * u());
    v.knobs.describe([&](const Parameter& p, double& value) {
        value = p.name == "activity" ? std::pow(10.0, 4 * u() - 2)
                                     : p.low + (p.high - p.low) * std::round(4 * u()) / 4;
    });
    return v;
}
constexpr std::uint32_t views = 40;

struct Answer {
    std::array<Response::OfClass, class_count> of_class;
    std::array<std::vector<double>, class_count> posture, rate;
};

Answer ask(const Policy& policy, const OwnedView& owned) {
    const View view = owned.view();
    Response response;
    policy.respond(*view.knobs, response);
    std::vector<PerClass> posture(owned.n), stimulus(owned.n), exponent(owned.n), rate(owned.n);
    const RateTerms terms(response);
    std::fill(posture.begin(), posture.end(), terms.posture);
    policy.posture(view, posture);
    weigh(view, terms, stimulus, posture);
    std::fill(exponent.begin(), exponent.end(), terms.exponent);
    rates(stimulus, posture, exponent, terms.live, rate);
    rate[owned.self] = {};
    Answer a;
    a.of_class = response.of_class;
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t k = 0; k < owned.n; ++k) {
            a.posture[q].push_back(posture[k][q]);
            a.rate[q].push_back(rate[k][q]);
        }
    return a;
}

std::unique_ptr<Policy> policy_named(std::string_view name) {
    for (auto& p : all_policies())
        if (p->name() == name)
            return std::move(p);
    throw std::logic_error("no policy " + std::string(name));
}

void set(Policy& policy, const std::string& name, double value) {
    bool found = false;
    policy.describe([&](const Parameter& p, double& number) {
        if (p.name != name)
            return;
        number = value;
        found = true;
    });
    if (!found)
        throw std::logic_error("no parameter " + name);
}

std::vector<double> parameters(Policy& policy) {
    std::vector<double> values;
    policy.describe([&](const Parameter&, double& value) { values.push_back(value); });
    return values;
}

/// Every parameter somewhere in its range, over the last decade where that is infinite.
void scatter(Policy& policy, std::uint32_t seed) {
    const Random random(seed, 0);
    std::uint32_t asked = 0;
    policy.describe([&](const Parameter& p, double& value) {
        const double high = std::isinf(p.high) ? p.low + 10 * (1 + value) : p.high;
        value = p.low + (high - p.low) * random.uniform({Purpose::level, asked++});
    });
}

// --- The battery: what every policy must do, whoever wrote it ---

class EveryPolicy : public testing::TestWithParam<std::size_t> {
protected:
    std::unique_ptr<Policy> policy = std::move(all_policies()[GetParam()]);
    std::unique_ptr<Policy> scattered = [this] {
        auto p = policy->clone();
        scatter(*p, 7);
        return p;
    }();
    /// Calls check(policy) for the policy with its default parameters and with others.
    template <class Check>
    void with_both(Check&& check) {
        check(*policy);
        check(*scattered);
    }
};

INSTANTIATE_TEST_SUITE_P(Battery, EveryPolicy,
                         testing::Range(std::size_t{0}, all_policies().size()), [](const auto& p) {
                             return std::string(all_policies()[p.param]->name());
                         });

TEST_P(EveryPolicy, RatesAreFiniteAndNotNegative) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed)
            for (const auto& rate : ask(p, random_view(seed)).rate)
                for (double r : rate) {
                    ASSERT_TRUE(std::isfinite(r));
                    ASSERT_GE(r, 0);
                }
    });
}

TEST_P(EveryPolicy, DoesNothingToItself) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed) {
            const OwnedView v = random_view(seed);
            for (const auto& rate : ask(p, v).rate)
                ASSERT_EQ(rate[v.self], 0);
        }
    });
}

TEST_P(EveryPolicy, IsAFunctionOfItsView) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed) {
            const Answer first = ask(p, random_view(seed));
            ask(p, random_view(seed + 1)); // something else in between
            ASSERT_EQ(first.rate, ask(p, random_view(seed)).rate);
            ASSERT_EQ(first.rate, ask(*p.clone(), random_view(seed)).rate);
        }
    });
}

// Rows have no names: if the other states change places, so do the rates, bit by bit.
TEST_P(EveryPolicy, TreatsAllStatesAlike) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed) {
            OwnedView v = random_view(seed);
            const Answer before = ask(p, v);
            // The others move one place on; the actor stays.
            std::vector<std::size_t> from(v.n);
            std::iota(from.begin(), from.end(), 0);
            std::size_t last = v.n;
            for (std::size_t j = 0; j < v.n; ++j) {
                if (j == v.self)
                    continue;
                if (last != v.n)
                    std::swap(from[last], from[j]);
                last = j;
            }
            const auto permuted = [&](const auto& x) {
                auto y = x;
                for (std::size_t j = 0; j < x.size(); ++j)
                    y[j] = x[from[j]];
                return y;
            };
            v.for_each([&](auto& x, bool) { x = permuted(x); });
            const Answer after = ask(p, v);
            for (std::size_t q = 0; q < class_count; ++q)
                ASSERT_EQ(permuted(before.rate[q]), after.rate[q]);
        }
    });
}

TEST_P(EveryPolicy, IgnoresTheMeaninglessEntryForItself) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed) {
            OwnedView v = random_view(seed);
            const Answer before = ask(p, v);
            v.for_each([&](auto& x, bool mood) {
                if (!mood)
                    x[v.self] = static_cast<std::decay_t<decltype(x[0])>>(1 - x[v.self]);
            });
            ASSERT_EQ(before.rate, ask(p, v).rate);
        }
    });
}

TEST_P(EveryPolicy, RespondsWithinTheContract) {
    with_both([](const Policy& p) {
        for (std::uint32_t seed = 0; seed < views; ++seed)
            for (const Response::OfClass& r : ask(p, random_view(seed)).of_class) {
                ASSERT_GE(r.base, 0);
                ASSERT_GE(r.level, 0);
                for (double w : r.weight)
                    ASSERT_GE(w, 0);
                ASSERT_GT(r.exponent, 0);
                ASSERT_LE(r.exponent, 1.5);
                for (double rate : {1e-6, 1.0, 1e3}) {
                    ASSERT_GT(r.dispersion.size(rate, 1), 0);
                    ASSERT_TRUE(std::isfinite(r.dispersion.size(rate, 1)));
                }
                ASSERT_TRUE(std::isfinite(r.severity_aversion));
            }
    });
}

TEST_P(EveryPolicy, DeclaresItsParametersOnceWithDefaultsInRange) {
    std::set<std::string> names;
    policy->describe([&](const Parameter& p, double& value) {
        EXPECT_TRUE(names.insert(p.name).second) << p.name << " twice";
        EXPECT_LE(p.low, value) << p.name;
        EXPECT_GE(p.high, value) << p.name;
        EXPECT_LT(p.low, p.high) << p.name;
        EXPECT_FALSE(p.meaning.empty()) << p.name;
    });
    EXPECT_FALSE(policy->summary().empty());
}

TEST_P(EveryPolicy, ClonesItsParametersAndKeepsItsOwn) {
    const std::vector<double> mine = parameters(*scattered);
    const auto copy = scattered->clone();
    EXPECT_EQ(copy->name(), scattered->name());
    EXPECT_EQ(parameters(*copy), mine);
    scatter(*copy, 8);
    EXPECT_EQ(parameters(*scattered), mine);
}

// A parameter that changes no answer to any view is not one.
TEST_P(EveryPolicy, EveryParameterMatters) {
    const auto answers = [](const Policy& p) {
        std::vector<double> all;
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            const Answer a = ask(p, random_view(seed));
            for (std::size_t q = 0; q < class_count; ++q) {
                all.insert(all.end(), a.rate[q].begin(), a.rate[q].end());
                all.push_back(a.of_class[q].severity_aversion);
                all.push_back(a.of_class[q].dispersion.size(2, 1));
            }
        }
        return all;
    };
    // Moderate values, or exp's clamps would hide everything.
    policy->describe([](const Parameter& p, double& value) {
        value = p.name == "threshold" ? 1 : p.low < 0 ? 0.05 : std::max(p.low, 0.3);
    });
    const std::vector<double> before = answers(*policy);
    const std::size_t count = parameters(*policy).size();
    for (std::size_t k = 0; k < count; ++k) {
        std::size_t position = 0;
        std::string name;
        const auto changed = policy->clone();
        changed->describe([&](const Parameter& p, double& value) {
            if (position++ != k)
                return;
            name = p.name;
            value *= 1.5;
        });
        EXPECT_NE(answers(*changed), before) << name;
    }
}

// The parts of a posture are its terms: an explanation that names any names all.
bool names_parts_that_add_up(const Policy& policy) {
    bool names_any = false, add_up = true;
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        const OwnedView owned = random_view(seed);
        const Answer answer = ask(policy, owned);
        const View view = owned.view();
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t k = 0; k < owned.n; ++k) {
                std::vector<PosturePart> parts;
                policy.parts(view, k, static_cast<QuadClass>(q), parts);
                double sum = 0, size = 1;
                for (const PosturePart& part : parts) {
                    sum += part.ln;
                    size += std::abs(part.ln);
                }
                names_any |= !parts.empty();
                add_up &= std::abs(sum - answer.posture[q][k]) <= 1e-12 * size;
            }
    }
    return add_up || !names_any;
}

TEST_P(EveryPolicy, NamesAllPartsOfItsPostureOrNone) {
    with_both([](const Policy& p) { EXPECT_TRUE(names_parts_that_add_up(p)); });
}

// Where a posture is 0 there is nothing to name; the two whose posture is not 0 name its parts.
TEST(Postures, OfAppraisalAndGrimAreNamed) {
    for (const char* name : {"appraisal", "grim"}) {
        const auto policy = policy_named(name);
        scatter(*policy, 7);
        set(*policy, name == std::string("grim") ? "threshold" : "vconf.intercept", 0.5);
        std::set<std::string> named;
        for (std::uint32_t seed = 0; seed < views; ++seed) {
            const OwnedView owned = random_view(seed);
            for (std::size_t k = 0; k < owned.n; ++k) {
                std::vector<PosturePart> parts;
                policy->parts(owned.view(), k, QuadClass::vconf, parts);
                for (const PosturePart& part : parts)
                    if (part.ln != 0)
                        named.insert(part.name);
            }
        }
        EXPECT_EQ(named.size(), name == std::string("grim") ? 1U : 5U + tie_column_count) << name;
    }
}

TEST(AllPolicies, AreListedInAlphabeticalOrder) {
    const auto policies = all_policies();
    for (std::size_t p = 1; p < policies.size(); ++p)
        EXPECT_LT(policies[p - 1]->name(), policies[p]->name());
}

// --- What the name of each promises. State 0 looks at states 1 and 2. ---

constexpr auto vcoop = index(QuadClass::vcoop);
constexpr auto mcoop = index(QuadClass::mcoop);
constexpr auto vconf = index(QuadClass::vconf);
constexpr auto mconf = index(QuadClass::mconf);

TEST(Scripted, IsSilent) {
    const auto policy = policy_named("scripted");
    for (std::uint32_t seed = 0; seed < views; ++seed)
        for (const auto& rate : ask(*policy, random_view(seed)).rate)
            for (double r : rate)
                ASSERT_EQ(r, 0);
}

TEST(RandomPolicy, IgnoresEverything) {
    const auto policy = policy_named("random");
    set(*policy, "rate", 0.25);
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        const OwnedView v = random_view(seed);
        for (const auto& rate : ask(*policy, v).rate)
            for (std::size_t j = 0; j < v.n; ++j)
                ASSERT_NEAR(rate[j], j == v.self ? 0 : 0.25, 1e-15);
    }
}

TEST(Dove, IsNeverHostile) {
    const auto policy = policy_named("dove");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        const Answer a = ask(*policy, random_view(seed));
        for (std::size_t q : {vconf, mconf})
            for (double r : a.rate[q])
                ASSERT_EQ(r, 0);
    }
}

// Conflict received at 1 a day on the recent horizons adds `conciliation` = 0.6 acts of talk to
// the level of 0.1; nobody else is talked to for it.
TEST(Dove, AnswersHostilityWithTalk) {
    const auto policy = policy_named("dove");
    set(*policy, "conciliation", 0.6);
    OwnedView v(3);
    v.level[vcoop] = {0, 0.1, 0.1};
    v.receive(QuadClass::mconf, 1, 1.0);
    const Answer a = ask(*policy, v);
    EXPECT_NEAR(a.rate[vcoop][1], 0.7, 1e-15);
    EXPECT_NEAR(a.rate[vcoop][2], 0.1, 1e-15);
}

TEST(Grim, CooperatesUntilHarmedThenIsHostileToTheCulpritOnly) {
    const auto policy = policy_named("grim");
    set(*policy, "threshold", 0.002);
    set(*policy, "hostility", 0.5);
    OwnedView v(3);
    for (std::size_t q : {vcoop, mcoop, vconf, mconf})
        v.level[q] = {0, 0.1, 0.1};
    v.at(Stream::received, QuadClass::vconf, 3) = {0, 0.0021, 0.0019};
    const Answer a = ask(*policy, v);
    for (std::size_t q : {vcoop, mcoop}) {
        EXPECT_LT(a.rate[q][1], 1e-9);
        EXPECT_NEAR(a.rate[q][2], 0.1, 1e-15);
    }
    for (std::size_t q : {vconf, mconf}) {
        EXPECT_NEAR(a.rate[q][1], 0.5, 1e-15);
        EXPECT_LT(a.rate[q][2], 1e-9);
    }
}

// Verbal and material harm add up, and only the slowest memory counts: it forgives last.
TEST(Grim, RemembersOnTheSlowestHorizon) {
    const auto policy = policy_named("grim");
    set(*policy, "threshold", 0.002);
    OwnedView v(3);
    v.at(Stream::received, QuadClass::vconf, 3) = {0, 0.0015, 0};
    v.at(Stream::received, QuadClass::mconf, 3) = {0, 0.0015, 0};
    for (std::size_t h = 0; h < 3; ++h)
        v.at(Stream::received, QuadClass::mconf, h) = {0, 0, 50};
    const Answer a = ask(*policy, v);
    EXPECT_GT(a.rate[mconf][1], 0.01);
    EXPECT_LT(a.rate[mconf][2], 1e-8);
}

// Acts received at 1 a day come back at 0.8 a day, conflict at 0.8 (1 - 0.1).
TEST(TitForTat, AnswersInKind) {
    const auto policy = policy_named("tit_for_tat");
    set(*policy, "retaliation", 0.8);
    set(*policy, "forgiveness", 0.1);
    const std::array<double, class_count> answer{0.8, 0.8, 0.72, 0.72};
    for (QuadClass q : all_classes) {
        OwnedView v(3);
        v.receive(q, 1, 1.0);
        const Answer a = ask(*policy, v);
        for (std::size_t other = 0; other < class_count; ++other) {
            EXPECT_NEAR(a.rate[other][1], other == index(q) ? answer[other] : 0, 1e-15);
            EXPECT_EQ(a.rate[other][2], 0);
        }
    }
}

TEST(TitForTat, NeverStartsConflict) {
    const auto policy = policy_named("tit_for_tat");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        OwnedView v = random_view(seed);
        for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
            for (std::size_t j = 0; j < v.n; ++j)
                v.receive(q, j, 0);
        const Answer a = ask(*policy, v);
        for (std::size_t q : {vconf, mconf})
            for (double r : a.rate[q])
                ASSERT_EQ(r, 0);
    }
}

// Presses at 0.02 a day, unprovoked; an act received a day adds half of `escalation` = 0.9 to
// each conflict class.
TEST(Hawk, PressesEverybodyAndEscalatesWhenAnswered) {
    const auto policy = policy_named("hawk");
    set(*policy, "pressure", 0.02);
    set(*policy, "escalation", 0.9);
    OwnedView v(3);
    v.level[vcoop] = {0, 5, 5}; // friendship does not help
    v.receive(QuadClass::vconf, 1, 1.0);
    const Answer a = ask(*policy, v);
    for (std::size_t q : {vconf, mconf}) {
        EXPECT_NEAR(a.rate[q][1], 0.47, 1e-15);
        EXPECT_NEAR(a.rate[q][2], 0.02, 1e-15);
    }
}

// --- Appraisal ---

/// Appraisal with every coefficient 0 and every exponent 1.
std::unique_ptr<Policy> blank_appraisal() {
    auto policy = policy_named("appraisal");
    policy->describe([](const Parameter& p, double& value) {
        value = p.name.find("exponent") != std::string::npos ? 1 : 0;
    });
    return policy;
}

// stimulus = level 2 * 0.02 + own 0.1 * 0.5 + received 0.3 * reciprocity 1.5 * 0.2
//            + solidarity 0.4 * 0.1                                    = 0.04+0.05+0.09+0.04 = 0.22
// posture  = ln activity 2 - intercept 0.2 - 0.6 * (pacifism 0.8 - 0.5) - defence 1 * 0.4
//            + 0.5 ln(1 + own conflict 0.2 / 0.1) + 0.25 ln(1 + target's received 0.1 / 0.1)
//          = ln 2 - 0.78 + 0.5 ln 3 + 0.25 ln 2
// rate     = e^posture * 0.22^0.5
TEST(Appraisal, HandDerivedRate) {
    const auto policy = blank_appraisal();
    set(*policy, "vconf.exponent", 0.5);
    set(*policy, "vconf.level", 2);
    set(*policy, "vconf.own_vconf.short", 0.1);
    set(*policy, "vconf.received_vconf.medium", 0.3);
    set(*policy, "vconf.grievance_solidarity", 0.4);
    set(*policy, "vconf.intercept", -0.2);
    set(*policy, "vconf.pacifism", -0.6);
    set(*policy, "vconf.tie_defence", -1);
    set(*policy, "vconf.sent_mood", 0.5);
    set(*policy, "vconf.received_mood", 0.25);
    OwnedView v(2);
    v.knobs.pacifism = 0.8;
    v.knobs.reciprocity = 1.5;
    v.knobs.activity = 2;
    v.level[vconf][1] = 0.02;
    v.at(Stream::own, QuadClass::vconf, 0)[1] = 0.5;
    v.at(Stream::received, QuadClass::vconf, 1)[1] = 0.2;
    v.memory[column(Grievance::solidarity)][1] = 0.1;
    v.tie[static_cast<std::size_t>(TieColumn::defence)][1] = 0.4;
    v.sent_mood[vconf][0] = v.sent_mood[mconf][0] = 0.1;
    v.received_mood[mconf][1] = 0.1;
    v.received_mood[vcoop][1] = 7; // not conflict
    const Answer a = ask(*policy, v);
    EXPECT_NEAR(a.rate[vconf][1],
                2 * std::exp(-0.78) * std::sqrt(3) * std::pow(2, 0.25) * std::sqrt(0.22), 1e-14);
    EXPECT_EQ(a.rate[mconf][1], 0);
}

// The pacifist (0.8) answers conflict of the two fast horizons with 0.8 * 0.5 of this class:
// 0.4 * (0.2 + 0.3 + 0.1) = 0.24. Slower memories and cooperation do not count.
TEST(Appraisal, ConciliationTimesPacifism) {
    const auto policy = blank_appraisal();
    set(*policy, "vcoop.conciliation", 0.5);
    OwnedView v(2);
    v.knobs.pacifism = 0.8;
    v.knobs.reciprocity = 0;
    v.at(Stream::received, QuadClass::vconf, 0)[1] = 0.2;
    v.at(Stream::received, QuadClass::vconf, 1)[1] = 0.3;
    v.at(Stream::received, QuadClass::mconf, 0)[1] = 0.1;
    v.at(Stream::received, QuadClass::mconf, 2)[1] = 9;
    v.at(Stream::received, QuadClass::vcoop, 0)[1] = 9;
    EXPECT_NEAR(ask(*policy, v).rate[vcoop][1], 0.24, 1e-14);
}

TEST(Appraisal, ActivityMultipliesEveryRate) {
    const auto policy = policy_named("appraisal");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        OwnedView v = random_view(seed);
        v.knobs.activity = 1;
        const Answer once = ask(*policy, v);
        v.knobs.activity = 3;
        const Answer thrice = ask(*policy, v);
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t j = 0; j < v.n; ++j)
                ASSERT_NEAR(thrice.rate[q][j], 3 * once.rate[q][j], 1e-12 * once.rate[q][j]);
    }
}

TEST(Appraisal, WithoutReciprocityReceivedActsDoNotHarden) {
    const auto policy = policy_named("appraisal");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        OwnedView v = random_view(seed);
        v.knobs.reciprocity = 0;
        const Answer before = ask(*policy, v);
        for (QuadClass q : all_classes)
            for (std::size_t j = 0; j < v.n; ++j)
                v.receive(q, j, 1.0);
        const Answer after = ask(*policy, v);
        for (std::size_t q : {vconf, mconf})
            ASSERT_EQ(before.rate[q], after.rate[q]);
    }
}

// The defaults must say what the knobs promise, whatever their values.
TEST(Appraisal, PacifismLowersConflictTheMoreTheMoreSevere) {
    const auto policy = policy_named("appraisal");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        OwnedView v = random_view(seed);
        for (QuadClass q : all_classes)
            for (std::size_t j = 0; j < v.n; ++j) {
                v.receive(q, j, 0.1);
                v.level[index(q)][j] = 0.01;
            }
        v.knobs.pacifism = 0.2;
        const Answer hard = ask(*policy, v);
        v.knobs.pacifism = 0.9;
        const Answer soft = ask(*policy, v);
        for (std::size_t j = 0; j < v.n; ++j) {
            if (j == v.self)
                continue;
            ASSERT_LT(soft.rate[vconf][j], hard.rate[vconf][j]);
            ASSERT_LT(soft.rate[mconf][j] / hard.rate[mconf][j],
                      soft.rate[vconf][j] / hard.rate[vconf][j]);
            ASSERT_GT(soft.rate[vcoop][j], hard.rate[vcoop][j]); // answers hostility with talk
        }
        ASSERT_GT(soft.of_class[mconf].severity_aversion, hard.of_class[mconf].severity_aversion);
    }
}

TEST(Appraisal, MoreConflictReceivedNeverSoftens) {
    const auto policy = policy_named("appraisal");
    for (std::uint32_t seed = 0; seed < views; ++seed) {
        OwnedView v = random_view(seed);
        const Answer before = ask(*policy, v);
        for (std::size_t c = 0; c < column_count; ++c) {
            const bool conflict = c >= column(Grievance::solidarity) ||
                                  c >= column(Stream::received, QuadClass::vconf);
            if (!conflict)
                continue;
            for (double& m : v.memory[c])
                m *= 2;
        }
        const Answer after = ask(*policy, v);
        for (std::size_t q : {vconf, mconf})
            for (std::size_t j = 0; j < v.n; ++j)
                ASSERT_GE(after.rate[q][j], before.rate[q][j]);
    }
}

} // namespace
} // namespace demarche
