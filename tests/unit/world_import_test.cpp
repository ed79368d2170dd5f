// A world from the tables of the Correlates of War and ATOP, of four states and few rows.
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/io/scenario_reader.h"
#include "sim/io/world_import.h"

namespace demarche {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WorldImport : public ::testing::Test {
protected:
    WorldImport()
        : folder(std::filesystem::path(::testing::TempDir()) /
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        sources.year = 2012;
        sources.name = "small";
        // 300 is Austria-Hungary, which ISO does not know; RUS has no CINC in 2012.
        sources.capabilities = write("nmc.csv", "stateabb,ccode,year,milex,cinc,version\n"
                                                "USA,2,2012,1,.15,6\nUSA,2,2013,1,.14,6\n"
                                                "UKG,200,2012,1,.02,6\nRUS,365,2012,1,-9,6\n"
                                                "RUS,365,2010,1,.04,6\nAUH,300,2012,1,.03,6\n"
                                                "FRN,220,1990,1,.03,6\n");
    }
    ~WorldImport() override { std::filesystem::remove_all(folder); }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
        return folder / name;
    }
    std::string problems() {
        Problems found;
        EXPECT_FALSE(import_world(sources, found));
        std::string said = found.text();
        const std::string prefix = folder.string() + "/";
        for (std::size_t at = 0; (at = said.find(prefix)) != std::string::npos;)
            said.erase(at, prefix.size());
        return said;
    }
    ImportedWorld world() {
        Problems found;
        auto read = import_world(sources, found);
        EXPECT_TRUE(read) << found.text();
        return read ? std::move(*read) : ImportedWorld{};
    }

    std::filesystem::path folder;
    WorldSources sources;
};

TEST_F(WorldImport, IsAScenarioThatLoads) {
    sources.alliances = write("atop5_1dy.csv",
                              "dyad,mem1,mem2,year,atopally,defense,offense,neutral,nonagg,consul\n"
                              "2200,2,200,2011,1,0,0,0,0,1\n"
                              "2200,2,200,2012,1,1,0,0,1,1\n"
                              "2365,2,365,2012,1,0,0,0,1,0\n" // non-aggression alone says nothing
                              "2220,2,220,2012,1,1,0,0,0,0\n" // France is no state here
                              "2200,2,200,2013,1,0,0,0,0,0\n");
    sources.contiguity = write("contdird.csv", "dyad,state1no,state1ab,state2no,state2ab,year,"
                                               "conttype,version\n"
                                               "2365,2,USA,365,RUS,2010,4,3.2\n"
                                               "365300,365,RUS,300,AUH,2010,1,3.2\n"
                                               "365300,365,RUS,300,AUH,2009,3,3.2\n");
    sources.igo =
        write("dyadic_format3.csv", "dyadid,ccode1,country1,ccode2,country2,year,aaro,nato\n"
                                    "2200,2,usa,200,uk,2012,-1,1\n"
                                    "2365,2,usa,365,russia,2012,1,0\n");
    const ImportedWorld w = world();
    EXPECT_EQ(w.states, 4U);
    EXPECT_EQ(w.ties, 3U);
    EXPECT_EQ(w.organisations, 1U);
    EXPECT_THAT(w.notes, ::testing::ElementsAre(
                             "RUS has no capabilities in 2012 and gets those of 2010",
                             "borders are those of 2010, the last before 2012 in contdird.csv"));
    EXPECT_THAT(w.scenario, HasSubstr("AUH = { name = \"AUH\", power = 0.03 }\n"
                                      "GBR = { name = \"United Kingdom\", power = 0.02, nuclear = "
                                      "true }\n"
                                      "RUS = { name = \"Russia\", power = 0.04, nuclear = true }\n"
                                      "USA = { name = \"United States\", power = 0.15, nuclear = "
                                      "true }\n"));
    // Most water between: 150 miles are 241 km.
    EXPECT_THAT(w.scenario,
                HasSubstr("[tie]\n"
                          "AUH-RUS = { distance_km = 0, border = true }\n"
                          "GBR-USA = { defence = 1, nonaggression = 1, consultation = 1 }\n"
                          "RUS-USA = { distance_km = 241 }\n"));
    EXPECT_THAT(w.scenario, HasSubstr("[organisation.NATO]\nmandate = \"security\"\n"
                                      "members = [\"GBR\", \"USA\"]\n"));
    Problems found;
    const auto loaded = load_scenario(write("w.toml", w.scenario), {}, found);
    ASSERT_TRUE(loaded) << found.text();
    EXPECT_EQ(loaded->scenario.actor_count(), 4U);
}

TEST_F(WorldImport, ReadsSpansOfContiguityAndCodesOfIso) {
    sources.contiguity = write("contdir.csv", "dyad,statelno,statelab,statehno,statehab,conttype,"
                                              "begin,end,notes,version\n"
                                              "2365,2,USA,365,RUS,4,195901,201612,,3.2\n"
                                              "2200,2,USA,200,UKG,5,181601,190012,,3.2\n");
    EXPECT_THAT(world().scenario, HasSubstr("[tie]\nRUS-USA = { distance_km = 241 }\n"));
    sources.contiguity = write("tidy.csv", "iso_a,iso_b,conttype,mindist_km\n"
                                           "RUS,USA,4,3.8\nGBR,RUS,0,1499\nGBR,USA,0,1501\n");
    EXPECT_THAT(world().scenario, HasSubstr("[tie]\nGBR-RUS = { distance_km = 1499 }\n"
                                            "RUS-USA = { distance_km = 3.8 }\n"));
}

TEST_F(WorldImport, WeaponsComeWithTheirYear) {
    sources.year = 1990;
    sources.capabilities = write("old.csv", "stateabb,ccode,year,cinc\nPAK,770,1990,.01\n"
                                            "IND,750,1990,.06\nGMY,260,1990,.03\n");
    const std::string text = world().scenario;
    EXPECT_THAT(text, HasSubstr("IND = { name = \"India\", power = 0.06, nuclear = true }"));
    EXPECT_THAT(text, HasSubstr("PAK = { name = \"Pakistan\", power = 0.01 }"));
    EXPECT_THAT(text, HasSubstr("DEU = { name = \"Germany\", power = 0.03 }"));
}

TEST_F(WorldImport, SaysEverythingThatIsWrongAtOnce) {
    sources.capabilities =
        write("nmc.csv", "stateabb,ccode,year,cinc\nUSA,2,2012,.15\nUSA,2,2012,.15\n"
                         "RUS,365,2012,150\nxx,x,2012,.1\nUKG,200,last,.1\nUKG,200\n");
    sources.contiguity = write("contdird.csv", "state1no,state2no,year,conttype\n2,365,2012,9\n"
                                               "2,Russia,2012,1\n");
    sources.alliances = write("atop.csv", "mem1,mem2,year,defense\n");
    EXPECT_EQ(problems(),
              "atop.csv:1:1: error: no column is called 'consul'; the columns are 'mem1', 'mem2', "
              "'year' and 'defense'\n"
              "atop.csv:1:1: error: no column is called 'neutral'\n"
              "atop.csv:1:1: error: no column is called 'nonagg'\n"
              "contdird.csv:2:12: error: '9' is no type of contiguity (1 to 5)\n"
              "contdird.csv:3:3: error: 'Russia' is no state\n"
              "nmc.csv:3:5: error: the state USA stands twice in 2012\n"
              "nmc.csv:4:14: error: '150' is no share of the world's capabilities (0 to 1, or -9 "
              "where it is not known)\n"
              "nmc.csv:5:4: error: 'x' is no number of a state\n"
              "nmc.csv:6:9: error: 'last' is no year\n"
              "nmc.csv:7:1: error: has 2 cells; the header names 4\n");
}

TEST_F(WorldImport, TheSharedFilesMakeTheWorldOf2018) {
    const std::filesystem::path data = "../shared/data/structure";
    if (!std::filesystem::exists(data))
        GTEST_SKIP() << "no " << data << " here";
    sources.year = 2018;
    sources.capabilities = data / "capabilities.csv.gz";
    sources.alliances = data / "alliances.csv.gz";
    sources.contiguity = data / "contiguity.csv.gz";
    sources.igo = data / "igo_dyads_2014.csv.gz";
    const ImportedWorld w = world();
    EXPECT_EQ(w.states, 195U);
    Problems found;
    const auto imported = load_scenario(write("w.toml", w.scenario), {}, found);
    const auto shipped = load_scenario("configs/world.toml", {}, found);
    ASSERT_TRUE(imported && shipped) << found.text();
    // Same states, same weapons, nearly the same power (the shipped has three digits) and borders.
    ASSERT_EQ(imported->scenario.actor_count(), shipped->scenario.actor_count());
    for (std::size_t k = 0; k < 195; ++k) {
        const Actor& a = imported->scenario.setting.actors[k];
        const Actor& b = shipped->scenario.setting.actors[k];
        EXPECT_EQ(a.id, b.id);
        EXPECT_EQ(a.nuclear, b.nuclear) << a.id;
        if (a.id != "KIR") { // has no capabilities before 2021
            EXPECT_NEAR(a.power / b.power, 1, 0.005) << a.id;
        }
    }
    std::set<std::pair<std::size_t, std::size_t>> borders, same;
    for (const Tie& t : imported->scenario.setting.ties)
        if (t.border != 0)
            borders.emplace(t.a, t.b);
    for (const Tie& t : shipped->scenario.setting.ties)
        if (t.border != 0 && borders.count({t.a, t.b}) > 0)
            same.emplace(t.a, t.b);
    EXPECT_GE(same.size(), borders.size() - 5); // bridges and causeways are no borders there
}

TEST_F(WorldImport, NamesTheYearsThereAre) {
    sources.year = 1960;
    EXPECT_EQ(problems(), "nmc.csv: error: has no state in 1960; years: 1990 to 2013\n");
    sources.year = 2012;
    sources.igo = write("igo.csv", "ccode1,ccode2,year,nato\n2,200,2013,1\n");
    EXPECT_EQ(problems(), "igo.csv: error: begins in 2013, after 2012\n");
    sources.igo = folder / "absent.csv";
    EXPECT_THAT(problems(), HasSubstr("absent.csv: error: cannot be read: No such file"));
}

} // namespace
} // namespace demarche
