#include <algorithm>
#include <sstream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "sim/io/reading.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/starter.h"
#include "sim/io/states.h"

namespace demarche {
namespace {

StarterRequest request(std::vector<std::string> states) {
    return {"world", "world.toml", std::move(states)};
}

Scenario read(const std::string& text) {
    Problems problems;
    LoadedScenario loaded =
        read_scenario(toml::parse(text, std::string_view("world.toml")), problems);
    EXPECT_EQ(problems.text(), "");
    return std::move(loaded.scenario);
}

/// Removes "# " before keys and tables: what a user does who wants all that is offered.
std::string uncommented(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        const std::string rest = line.starts_with("# ") ? line.substr(2) : "";
        const std::size_t equals = rest.find(" = ");
        const bool key = equals != std::string::npos && rest.find(' ') == equals;
        result += (key || rest.starts_with('[') ? rest : line) + "\n";
    }
    return result;
}

TEST(Starter, FillsInWhatIsKnown) {
    const Scenario s = read(starting_scenario(request({"RUS", "EST", "ZZZ"})));
    ASSERT_EQ(s.actor_count(), 3U);
    const auto& [est, rus, zzz] =
        std::tie(s.setting.actors[0], s.setting.actors[1], s.setting.actors[2]);
    EXPECT_EQ(est.name, "Estonia");
    EXPECT_EQ(est.nuclear, 0);
    EXPECT_EQ(rus.power, 0.038197);
    EXPECT_EQ(rus.nuclear, 1);
    EXPECT_EQ(zzz.power, Actor{}.power);
    ASSERT_EQ(s.setting.ties.size(), 1U); // strangers have no line
    const Tie& tie = s.setting.tie(0, 1);
    EXPECT_EQ(tie.border, 1);
    EXPECT_EQ(tie.distance_km, 0);
    EXPECT_EQ(tie.defence, 0);
    EXPECT_EQ(tie.rivalry, 0);
    EXPECT_EQ(iso(s.start), "2025-01-01");
    EXPECT_EQ(s.days, 120);
    // Something happens in it: the first state named rebukes the second.
    ASSERT_EQ(s.events.size(), 1U);
    EXPECT_EQ(s.events[0].day, 40);
    EXPECT_EQ(s.setting.actors[s.events[0].source].id, "RUS");
}

TEST(Starter, WhatIsCommentedOutIsRightToo) {
    const std::string text = starting_scenario(request({"RUS", "EST", "ZZZ"}));
    const Scenario plain = read(text);
    const Scenario s = read(uncommented(text));
    ASSERT_EQ(s.events.size(), 1U);
    EXPECT_EQ(s.events[0].day, 40);
    EXPECT_EQ(s.setting.relations.size(), 1U);
    EXPECT_EQ(s.setting.actors[0].knobs.face, Knobs{}.face);
    ASSERT_EQ(s.shocks.size(), 1U);
    EXPECT_EQ(s.shocks[0].day, 60);
    EXPECT_EQ(s.shocks[0].set, (decltype(Shock::set){{"tie.EST-RUS.private_open", 0}}));
    EXPECT_TRUE(plain.setting.relations.empty() && plain.shocks.empty());
}

TEST(Starter, KnowsPactsRivalsAndOrganisations) {
    const Scenario s =
        read(starting_scenario(request({"USA", "GBR", "RUS", "IND", "PAK", "KAZ", "ISR"})));
    enum { gbr, ind, isr, kaz, pak, rus, usa };
    const Setting& setting = s.setting;
    EXPECT_EQ(setting.tie(ind, pak).rivalry, 1);
    EXPECT_EQ(setting.tie(ind, pak).border, 1);
    EXPECT_EQ(setting.tie(ind, pak).rung, 0); // where it stood on a day is not taken over
    EXPECT_EQ(setting.tie(gbr, usa).defence, 1);
    EXPECT_EQ(setting.tie(gbr, usa).rivalry, 0);
    EXPECT_EQ(setting.tie(gbr, usa).distance_km, 4120);
    EXPECT_EQ(setting.tie(kaz, rus).defence, 1);
    EXPECT_EQ(setting.tie(rus, usa).rivalry, 1);
    const auto members = [&](const std::string& id) {
        const auto& all = setting.organisations;
        const auto it =
            std::find_if(all.begin(), all.end(), [&](const auto& o) { return o.id == id; });
        return it == all.end() ? std::vector<std::size_t>{} : it->members;
    };
    EXPECT_EQ(members("NATO"), (std::vector<std::size_t>{gbr, usa}));
    EXPECT_EQ(members("EAEU"), (std::vector<std::size_t>{kaz, rus}));
    EXPECT_EQ(members("SAARC"), (std::vector<std::size_t>{ind, pak}));
    EXPECT_EQ(members("EU"), (std::vector<std::size_t>{})); // one of them alone
}

TEST(Starter, StatesThatTheWorldDoesNotKnow) {
    const std::string text = starting_scenario(request({"ZZZ", "YYY", "XXX"}));
    const Scenario plain = read(text);
    // The pair of the example has a line, so that a shock can change it.
    ASSERT_EQ(plain.setting.ties.size(), 1U);
    EXPECT_EQ(plain.setting.tie(1, 2).distance_km, Tie{}.distance_km);
    EXPECT_TRUE(plain.setting.organisations.empty());
    const Scenario s = read(uncommented(text));
    ASSERT_EQ(s.setting.organisations.size(), 1U);
    EXPECT_EQ(s.setting.organisations[0].members, (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(s.shocks.size(), 1U);
}

TEST(Starter, SaysEverythingThatIsWrong) {
    StarterRequest r = request({"kaz", "Kazakstan", "LTU", "LTU", "KAX"});
    r.name = "a b";
    r.start = "2025-02-29";
    r.days = "36526";
    const std::string three = "' cannot be the id of a state: three capital letters, as in ISO "
                              "3166; did you mean 'KAZ' (Kazakhstan)?";
    EXPECT_EQ(problems_of(r), (std::vector<std::string>{
                                  "'a b' cannot name a scenario: letters, digits, '_' and '-'",
                                  "'kaz" + three, "'Kazakstan" + three, "'LTU' is named twice",
                                  "--start must be a date such as 2025-01-01, not '2025-02-29'",
                                  "--days must be a whole number from 1 to 36525, not '36526'"}));
    EXPECT_EQ(doubts_about(r),
              (std::vector<std::string>{"no state of the world has the code 'KAX', so it gets "
                                        "defaults; did you mean 'KAZ' (Kazakhstan)?"}));
}

TEST(Starter, AllStatesAreTheShippedWorld) {
    double power = 0;
    int nuclear = 0;
    std::vector<std::string> codes;
    for (const KnownState& s : known_states()) {
        EXPECT_TRUE(is_state_id(s.code)) << s.code;
        EXPECT_FALSE(s.name.empty()) << s.code;
        power += std::stod(s.power);
        nuclear += s.nuclear() ? 1 : 0;
        codes.push_back(s.code);
    }
    EXPECT_NEAR(power, 1, 0.01); // CINC shares
    EXPECT_EQ(nuclear, 9);
    Problems problems;
    const auto loaded = load_scenario("configs/world.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const Setting& world = loaded->scenario.setting;
    ASSERT_EQ(codes, ids(world.actors)); // rows are the same
    const Setting started = read(starting_scenario(request(codes))).setting;
    ASSERT_GT(world.ties.size(), 3000U);
    ASSERT_EQ(started.ties.size(), world.ties.size() + 1); // the example, of strangers
    for (Tie t : world.ties) {
        Tie taken = started.tie(t.a, t.b);
        t.rung = t.force = 0;
        t.relations = 1;
        std::vector<double> expected, got;
        t.describe([&](const Parameter&, double& value) { expected.push_back(value); });
        taken.describe([&](const Parameter&, double& value) { got.push_back(value); });
        EXPECT_EQ(got, expected) << codes[t.a] << " " << codes[t.b];
    }
    ASSERT_EQ(started.organisations.size(), world.organisations.size());
    for (std::size_t k = 0; k < world.organisations.size(); ++k) {
        const Organisation &o = started.organisations[k], &of_world = world.organisations[k];
        EXPECT_EQ(o.id, of_world.id);
        EXPECT_EQ(o.name, of_world.name);
        EXPECT_EQ(o.mandate, of_world.mandate) << o.id;
        EXPECT_EQ(o.mediation, of_world.mediation) << o.id;
        EXPECT_EQ(o.members, of_world.members) << o.id;
    }
}

TEST(Starter, AgreesWithTheShippedScenario) {
    Problems problems;
    const auto loaded = load_scenario("configs/tug_of_war.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const Setting& setting = loaded->scenario.setting;
    for (const Actor& a : setting.actors) {
        const KnownState* const known = known_state(a.id);
        ASSERT_TRUE(known) << a.id;
        EXPECT_EQ(known->name, a.name);
        EXPECT_EQ(std::stod(known->power), a.power) << a.id;
        EXPECT_EQ(known->nuclear(), a.nuclear != 0) << a.id;
    }
}

} // namespace
} // namespace demarche
