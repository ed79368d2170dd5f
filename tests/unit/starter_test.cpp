#include <algorithm>
#include <sstream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

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
    EXPECT_EQ(s.setting.tie(0, 1).border, 1);
    EXPECT_EQ(s.setting.tie(0, 1).distance_km, 0);
    EXPECT_EQ(s.setting.tie(0, 2).border, 0);
    EXPECT_EQ(s.setting.tie(0, 2).distance_km, Tie{}.distance_km);
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
    ASSERT_EQ(s.setting.ties.size(), plain.setting.ties.size());
    EXPECT_EQ(s.setting.ties[0].alignment(), plain.setting.ties[0].alignment());
    EXPECT_EQ(s.setting.actors[0].knobs.face, Knobs{}.face);
    EXPECT_EQ(s.setting.tie(0, 2).border, 0); // what stands there is the default
    ASSERT_EQ(s.setting.organisations.size(), 1U);
    EXPECT_EQ(s.setting.organisations[0].members, (std::vector<std::size_t>{0, 1}));
    ASSERT_EQ(s.shocks.size(), 1U);
    EXPECT_EQ(s.shocks[0].day, 60);
    EXPECT_EQ(s.shocks[0].set, (decltype(Shock::set){{"tie.EST-RUS.private_open", 0}}));
    EXPECT_TRUE(plain.setting.organisations.empty() && plain.shocks.empty());
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

TEST(Starter, TheWorldIsConsistent) {
    double power = 0;
    int nuclear = 0;
    for (const KnownState& s : known_states()) {
        EXPECT_TRUE(is_state_id(s.code)) << s.code;
        EXPECT_FALSE(s.name.empty()) << s.code;
        power += std::stod(s.power);
        nuclear += s.nuclear() ? 1 : 0;
        for (const std::string& n : s.neighbours) {
            const KnownState* const other = known_state(n);
            ASSERT_TRUE(other) << s.code << " " << n;
            EXPECT_EQ(std::count(other->neighbours.begin(), other->neighbours.end(), s.code), 1)
                << s.code << " " << n;
        }
    }
    EXPECT_EQ(known_states().size(), 195U);
    EXPECT_NEAR(power, 1, 0.01); // CINC shares
    EXPECT_EQ(nuclear, 9);
    std::vector<std::string> all;
    for (const KnownState& s : known_states())
        all.push_back(s.code);
    const Scenario world = read(starting_scenario(request(all)));
    ASSERT_EQ(world.setting.ties.size(), 195U * 194U / 2U);
    for (const Tie& t : world.setting.ties) {
        const std::string &a = world.setting.actors[t.a].id, &b = world.setting.actors[t.b].id;
        EXPECT_EQ(known_distance(b, a), t.distance_km) << a << " " << b;
        if (t.border != 0) {
            EXPECT_LT(t.distance_km, 50) << a << " " << b; // 43 km: Qatar and the Emirates
        }
    }
}

TEST(Starter, DistancesAreThoseOfTheShippedWorld) {
    Problems problems;
    const auto loaded = load_scenario("configs/world.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const Setting& setting = loaded->scenario.setting;
    ASSERT_GT(setting.ties.size(), 3000U);
    for (const Tie& t : setting.ties) {
        const std::string &a = setting.actors[t.a].id, &b = setting.actors[t.b].id;
        EXPECT_EQ(known_distance(a, b), t.distance_km) << a << " " << b;
    }
    EXPECT_EQ(known_distance("EST", "ZZZ"), std::nullopt);
    EXPECT_EQ(known_distance("EST", "EST"), std::nullopt);
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
    for (const Tie& t : setting.ties) {
        const auto& near = known_state(setting.actors[t.a].id)->neighbours;
        EXPECT_EQ(std::count(near.begin(), near.end(), setting.actors[t.b].id), t.border)
            << setting.actors[t.a].id << " " << setting.actors[t.b].id;
    }
}

} // namespace
} // namespace demarche
