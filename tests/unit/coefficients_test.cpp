// A scenario reads the coefficients of a policy from a file.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

class Coefficients : public testing::Test {
protected:
    Coefficients() {
        fs::create_directories(folder_ / "fit");
        write("world.toml", R"(name = "base"
run = { start = 2030-01-01, days = 30 }
state.ALD = {}
state.BRN = {}
[policy.appraisal]
from = "fit/coefficients.toml"
mconf.exponent = 0.8
)");
    }
    ~Coefficients() override { fs::remove_all(folder_); }

    void write(const fs::path& name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::optional<LoadedScenario> load(const std::vector<std::string>& overrides = {}) {
        return load_scenario(folder_ / "world.toml", overrides, problems_);
    }
    static double number(LoadedScenario& loaded, const std::string& name) {
        return *find_parameter(loaded.scenario.setting, "policy.appraisal." + name).value;
    }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("coefficients." + std::to_string(getpid()));
    Problems problems_;
};

TEST_F(Coefficients, ComeFromAFileAndYieldToWhatTheScenarioAndTheCommandLineSay) {
    write("fit/coefficients.toml",
          "[mconf]\nexponent = 0.9\nown_mconf.short = 0.25\nreceived_mconf.long = 0.5\n");
    auto loaded = load({"policy.appraisal.mconf.received_mconf.long=0.125"});
    ASSERT_TRUE(loaded) << problems_.text();
    EXPECT_EQ(number(*loaded, "mconf.own_mconf.short"), 0.25);      // the file
    EXPECT_EQ(number(*loaded, "mconf.exponent"), 0.8);              // the scenario
    EXPECT_EQ(number(*loaded, "mconf.received_mconf.long"), 0.125); // the command line
}

TEST_F(Coefficients, StandInTheCopyOfTheScenario) {
    write("fit/coefficients.toml", "[mconf]\nown_mconf.short = 0.25\n");
    auto loaded = load();
    ASSERT_TRUE(loaded) << problems_.text();
    fs::remove_all(folder_ / "fit");
    write("world.toml", loaded->text); // alone, as in an output folder
    auto again = load();
    ASSERT_TRUE(again) << problems_.text();
    EXPECT_EQ(number(*again, "mconf.own_mconf.short"), 0.25);
    EXPECT_EQ(number(*again, "mconf.exponent"), 0.8);
}

TEST_F(Coefficients, AreRefusedWhereTheyStand) {
    write("fit/coefficients.toml", "[mconf]\nexponent = 9\nown_mcnof.short = 0.25\n");
    EXPECT_FALSE(load());
    const std::string text = problems_.text();
    const std::string file = (folder_ / "fit/coefficients.toml").string();
    EXPECT_NE(text.find(file + ":3:1: error: "), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean"), std::string::npos) << text;
    EXPECT_EQ(text.find(":2:"), std::string::npos) << "the scenario's exponent holds\n" << text;
}

TEST_F(Coefficients, AFileThatIsNotThereIsReportedWhereItIsNamed) {
    EXPECT_FALSE(load());
    const std::string text = problems_.text();
    EXPECT_EQ(text.find((folder_ / "world.toml").string() + ":6:"), 0U) << text;
}

} // namespace
} // namespace demarche
