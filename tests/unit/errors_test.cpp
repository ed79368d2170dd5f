#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

std::string problems_of(const fs::path& file, const std::vector<std::string>& overrides = {}) {
    Problems problems;
    const auto loaded = load_scenario(file, overrides, problems);
    EXPECT_EQ(loaded.has_value(), problems.empty()) << file;
    return problems.text();
}

std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

constexpr const char* good = "tests/errors/good.toml";

std::string problems_of_override(const std::string& override_text) {
    return problems_of(good, {override_text});
}

// A scenario without a file NAME.expected beside it has nothing wrong.
TEST(Errors, EveryWrongScenarioGetsExactlyTheExpectedText) {
    const bool remake = std::getenv("DEMARCHE_REMAKE") != nullptr;
    std::set<fs::path> scenarios;
    for (const auto& entry : fs::directory_iterator("tests/errors"))
        if (entry.path().extension() == ".toml")
            scenarios.insert(entry.path());
    ASSERT_GE(scenarios.size(), 22U);
    for (const fs::path& scenario : scenarios) {
        const fs::path kept = fs::path(scenario).replace_extension(".expected");
        const std::string found = problems_of(scenario);
        if (found == content(kept))
            continue;
        ADD_FAILURE() << scenario.string() << (remake ? ": remade; look at the diff" : "")
                      << "\n--- expected:\n"
                      << content(kept) << "--- found:\n"
                      << found;
        if (remake)
            std::ofstream(kept, std::ios::binary) << found;
    }
}

TEST(Errors, FilesThatAreNoScenarios) {
    EXPECT_EQ(problems_of("tests/errors/absent.toml"),
              "tests/errors/absent.toml: error: no such file\n");
    EXPECT_EQ(problems_of("tests/errors"),
              "tests/errors: error: this is a directory, not a scenario file\n");
    EXPECT_EQ(problems_of("/dev/zero"),
              "/dev/zero: error: cannot be read, or is larger than 64 MiB\n");
}

TEST(Errors, Overrides) {
    const std::string form = ": error: must be path=value, such as state.KAZ.pacifism=0.9\n";
    EXPECT_EQ(problems_of_override("state.ALD.pacifism"), "--set state.ALD.pacifism" + form);
    EXPECT_EQ(problems_of_override("=0.9"), "--set =0.9" + form);
    EXPECT_EQ(problems_of_override("state ALD=1"),
              "--set state ALD=1: error: cannot be read as path=value\n");
    EXPECT_EQ(problems_of_override("satte.ALD.pacifism=0.9"),
              "--set satte.ALD.pacifism=0.9: error: unknown key 'satte'; did you mean 'state'?\n");
    EXPECT_EQ(
        problems_of_override("state.ADL.pacifism=0.9"),
        "--set state.ADL.pacifism=0.9: error: no state is called 'ADL'; did you mean 'ALD'?\n");
    EXPECT_EQ(problems_of_override("state.ALD.pacifsm=0.9"),
              "--set state.ALD.pacifsm=0.9: error: unknown key 'pacifsm'; did you mean "
              "'pacifism'?\n");
    EXPECT_EQ(problems_of_override("state.ALD.pacifism=1.9"),
              "--set state.ALD.pacifism=1.9: error: 'pacifism' is 1.9; allowed: 0 to 1\n");
    EXPECT_EQ(problems_of_override("event.rebuk.salience=2"),
              "--set event.rebuk.salience=2: error: no event is called 'rebuk'; did you mean "
              "'rebuke'?\n");
    EXPECT_EQ(problems_of_override("extends=base.toml"),
              "--set extends=base.toml: error: 'extends' can stand only in a scenario file\n");
    EXPECT_EQ(problems_of_override("run.start=soon"),
              "--set run.start=soon: error: 'start' must be a date such as 2024-08-15, not "
              "'soon'\n");
}

TEST(Errors, ProblemsOfFilesAndOverridesComeTogether) {
    EXPECT_EQ(problems_of("tests/errors/act_on_itself.toml", {"run.days=x", "state.BRN.face=9"}),
              "--set run.days=x: error: 'days' must be an integer, not 'x'\n"
              "--set state.BRN.face=9: error: 'face' is 9; allowed: 0 to 2\n"
              "tests/errors/act_on_itself.toml:3:10: error: a state cannot act on itself\n");
}

TEST(Errors, ALaterOverrideWins) {
    Problems problems;
    const auto loaded = load_scenario(good, {"run.seed=4", "run.seed=5"}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    EXPECT_EQ(loaded->scenario.seed, 5U);
}

} // namespace
} // namespace demarche
