#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

/// A temporary folder of scenario files.
class ScenarioReader : public testing::Test {
protected:
    ScenarioReader() { fs::create_directories(folder_); }
    ~ScenarioReader() override { fs::remove_all(folder_); }

    void write(const fs::path& name, const std::string& text) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }

    LoadedScenario load(const fs::path& name, const std::vector<std::string>& overrides = {}) {
        Problems problems;
        auto loaded = load_scenario(folder_ / name, overrides, problems);
        EXPECT_TRUE(loaded) << problems.text();
        return loaded ? std::move(*loaded) : LoadedScenario{};
    }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("scenario_reader." + std::to_string(getpid()));
    const std::string base_ = R"(name = "base"
run = { start = 2030-01-01, days = 30 }
state.ALD = { pacifism = 0.3, face = 1.5 }
state.BRN = {}
state.CRN = {}
tie.ALD-BRN = { defence = 1 }

[event.rebuke]
date = 2030-01-11
source = "ALD"
target = "BRN"
act = "criticise"
)";
};

TEST_F(ScenarioReader, KeepsTheTextOfASingleFile) {
    write("base.toml", base_);
    EXPECT_EQ(load("base.toml").text, base_);
}

TEST_F(ScenarioReader, AChildChangesSingleValuesAndDropsWhatItIsWithout) {
    write("base.toml", base_);
    write("child.toml", "extends = \"base.toml\"\n"
                        "without = [\"event.rebuke\", \"state.ALD.face\"]\n"
                        "[state.ALD]\nloyalty = 0.9\n");
    const Scenario scenario = load("child.toml").scenario;
    const Knobs& knobs = scenario.setting.actors[0].knobs;
    EXPECT_EQ(knobs.pacifism, 0.3);
    EXPECT_EQ(knobs.loyalty, 0.9);
    EXPECT_EQ(knobs.face, Knobs{}.face);
    EXPECT_TRUE(scenario.events.empty());
}

TEST_F(ScenarioReader, TheMergedTextReadsBackTheSame) {
    write("base.toml", base_);
    write("child.toml", R"(extends = "base.toml"
title = "Quotes \" and ' and \\, a tab \t, a line\nbreak, \u0001, ß and 字"
[state.ALD]
power = 0.1
[shock."odd id.with dot".set]
"tie.ALD-BRN.defence" = 0.30000000000000004
[shock."odd id.with dot"]
date = 2030-01-02
)");
    const LoadedScenario first = load("child.toml", {"state.BRN.power=1e-7", "run.seed=9"});
    write("again.toml", first.text);
    const LoadedScenario again = load("again.toml");
    EXPECT_EQ(again.scenario.title, first.scenario.title);
    EXPECT_EQ(again.scenario.seed, 9U);
    EXPECT_EQ(again.scenario.setting.actors[1].power, 1e-7);
    ASSERT_EQ(again.scenario.shocks.size(), 1U);
    EXPECT_EQ(again.scenario.shocks[0].id, "odd id.with dot");
    EXPECT_EQ(again.scenario.shocks[0].set, first.scenario.shocks[0].set);
    EXPECT_EQ(again.scenario.shocks[0].set[0].second, 0.30000000000000004);
}

TEST_F(ScenarioReader, PathsOfShocksNeedNoQuotes) {
    write("base.toml", base_ + R"(
[shock.quoted]
date = 2030-01-02
set = { "tie.ALD-BRN.defence" = 0, "state.ALD.nuclear" = true }
[shock.unquoted]
date = 2030-01-03
set = { tie.ALD-BRN.defence = 0, state.ALD.nuclear = true }
)");
    const Scenario scenario = load("base.toml").scenario;
    ASSERT_EQ(scenario.shocks.size(), 2U);
    EXPECT_EQ(scenario.shocks[0].set.size(), 2U);
    EXPECT_EQ(std::set(scenario.shocks[0].set.begin(), scenario.shocks[0].set.end()),
              std::set(scenario.shocks[1].set.begin(), scenario.shocks[1].set.end()));
}

TEST_F(ScenarioReader, ATimelineStandsBesideTheFileThatNamesIt) {
    write("parent/base.toml", "timeline = \"history.csv\"\n" + base_);
    write("parent/history.csv", "date\n");
    write("child.toml", "extends = \"parent/base.toml\"\n");
    write("other.csv", "act,date\ncriticise,2030-01-03\n,2030-01-04\n");
    EXPECT_EQ(load("child.toml").timeline, folder_ / "parent/history.csv");
    EXPECT_EQ(load("child.toml", {"timeline=other.csv"}).timeline, folder_ / "other.csv");
}

TEST_F(ScenarioReader, ShocksAreMergedPathByPathHoweverThePathsAreWritten) {
    write("base.toml", base_ + R"(
[shock.quoted]
date = 2030-01-21
[shock.quoted.set]
"state.ALD.pacifism" = 0.5
"state.ALD.face" = 0.2
"state.ALD.activity" = 2
"tie.ALD-BRN.private_open" = false
)");
    write("child.toml", "extends = \"base.toml\"\n"
                        "without = [\"shock.quoted.set.state.ALD.activity\"]\n"
                        "shock.quoted.set.state.ALD.pacifism = 0.6\n");
    const Scenario scenario =
        load("child.toml", {"shock.quoted.set.state.ALD.face=0.1", "shock.quoted.date=2030-01-11"})
            .scenario;
    EXPECT_EQ(scenario.shocks[0].day, 10);
    EXPECT_EQ(scenario.shocks[0].set, (decltype(Shock::set){{"state.ALD.face", 0.1},
                                                            {"state.ALD.pacifism", 0.6},
                                                            {"tie.ALD-BRN.private_open", 0}}));
}

TEST_F(ScenarioReader, ShocksOfOneTickApplyInTheOrderOfTheirDates) {
    write("base.toml", base_ + R"(
[shock.a]
date = 2030-01-22
set = { state.ALD.pacifism = 0.2 }
[shock.b]
date = 2030-01-21
set = { state.ALD.pacifism = 0.1 }
)");
    const Scenario scenario = load("base.toml", {"run.tick_days=2"}).scenario;
    World world(scenario);
    world.tick = scenario.tick_of(21);
    ASSERT_EQ(world.tick, scenario.tick_of(20));
    schedule(world);
    EXPECT_EQ(*find_parameter(world.setting, "state.ALD.pacifism").value, 0.2);
}

TEST_F(ScenarioReader, AnOverrideFromADayOnIsReadLikeOneOfTheWholeRun) {
    write("base.toml", base_);
    const Scenario scenario = load("base.toml").scenario;
    const fs::path file = folder_ / "base.toml";
    const auto read = [&](const std::string& text, const std::string& problem) {
        Problems problems;
        const auto changes = read_dated_override(scenario, file, text, problems);
        const std::string wanted =
            problem.empty() ? "" : "--set " + text + ": error: " + problem + "\n";
        EXPECT_EQ(problems.text(), wanted);
        return changes;
    };
    using Changes = std::vector<std::pair<std::string, double>>;
    EXPECT_EQ(read("state.ALD.pacifism = 0.9", ""), (Changes{{"state.ALD.pacifism", 0.9}}));
    EXPECT_EQ(read("tie.ALD-BRN.private_open=false", ""),
              (Changes{{"tie.ALD-BRN.private_open", 0}}));
    EXPECT_EQ(read("state.ALD={pacifism=0.9,face=1}", ""),
              (Changes{{"state.ALD.face", 1}, {"state.ALD.pacifism", 0.9}}));
    read("state.ALD.pacifism=high", "'state.ALD.pacifism' must be a number, not 'high'");
    read("state.ALD.pacifism=7", "'state.ALD.pacifism' is 7; allowed: 0 to 1");
    read("state.ALX.pacifism=0", "no state is called 'ALX'; did you mean 'ALD'?");
    read("tie.BRN-ALD.rivalry=1", "a tie is written in alphabetical order: 'ALD-BRN'");
    const auto whole_run = [&](const std::string& text, const std::string& why = "") {
        read(text, "'" + text.substr(0, text.find('=')) + "' cannot change on a day of a run" +
                       why + "; for a whole run: demarche run " + file.string() + " --set " + text);
    };
    whole_run("event.rebuke.salience=1");
    whole_run("tie.ALD-BRN.rung=1");
    whole_run("tie.ALD-CRN.rivalry=1", ", because the scenario states no such tie");
}

TEST_F(ScenarioReader, BareWordsOfOverridesAreStrings) {
    write("base.toml", base_);
    const Scenario scenario =
        load("base.toml", {"state.ALD.policy=hawk", "event.rebuke.date=2030-01-12"}).scenario;
    const Setting& setting = scenario.setting;
    EXPECT_EQ(setting.actors[0].policy, setting.policies.find("hawk"));
    EXPECT_EQ(scenario.events[0].day, 11);
}

} // namespace
} // namespace demarche
