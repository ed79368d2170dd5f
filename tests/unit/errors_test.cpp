#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "sim/io/scenario_reader.h"
#include "tests/unit/expected_texts.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

std::string problems_of(const fs::path& file, const std::vector<std::string>& overrides = {}) {
    Problems problems;
    const auto loaded = load_scenario(file, overrides, problems);
    EXPECT_EQ(loaded.has_value(), problems.empty()) << file;
    return problems.text();
}

constexpr const char* good = "tests/errors/good.toml";

std::string problems_of_override(const std::string& override_text) {
    return problems_of(good, {override_text});
}

TEST(Errors, EveryWrongScenarioGetsExactlyTheExpectedText) {
    expect_texts("tests/errors", 70,
                 [](const fs::path& scenario) { return problems_of(scenario); });
}

/// A folder of its own for files that a test makes.
class ErrorsFiles : public testing::Test {
protected:
    ErrorsFiles() {
        std::string name = (fs::temp_directory_path() / "demarche-errors-XXXXXX").string();
        EXPECT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    ~ErrorsFiles() override { fs::remove_all(folder_); }

    fs::path file(const std::string& name) const { return folder_ / name; }
    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream(file(name), std::ios::binary) << text;
        return file(name);
    }
    /// What is wrong with a file, its folder left out.
    std::string problems_here(const fs::path& path) const {
        std::string text = problems_of(path);
        const std::string prefix = folder_.string() + "/";
        for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;)
            text.erase(at, prefix.size());
        return text;
    }

private:
    fs::path folder_;
};

TEST_F(ErrorsFiles, NoFileToRead) {
    EXPECT_EQ(problems_here(file("absent.toml")), "absent.toml: error: no such file\n");
    EXPECT_EQ(problems_here(file("no/such/folder.toml")),
              "no/such/folder.toml: error: no such file\n");
    EXPECT_EQ(problems_of("tests/errors"),
              "tests/errors: error: this is a directory, not a scenario file\n");
    EXPECT_EQ(problems_of("tests/errors/good.toml/below.toml"),
              "tests/errors/good.toml/below.toml: error: cannot be read: Not a directory\n");
    EXPECT_EQ(problems_of(""), ": error: no such file\n");
    const std::string too_long(300, 'x');
    EXPECT_EQ(problems_here(file(too_long)),
              too_long + ": error: cannot be read: File name too long\n");
    fs::create_symlink("circle.toml", file("circle.toml"));
    EXPECT_EQ(problems_here(file("circle.toml")),
              "circle.toml: error: cannot be read: Too many levels of symbolic links\n");
}

TEST_F(ErrorsFiles, NoPermission) {
    const fs::path secret = write("secret.toml", content(good));
    fs::permissions(secret, fs::perms::none);
    fs::permissions(secret.parent_path(), fs::perms(0755));
    constexpr uid_t nobody = 65534; // root may read everything
    const bool is_root = geteuid() == 0;
    ASSERT_TRUE(!is_root || seteuid(nobody) == 0);
    EXPECT_EQ(problems_here(secret), "secret.toml: error: cannot be read: Permission denied\n");
    ASSERT_TRUE(!is_root || seteuid(0) == 0);
}

TEST_F(ErrorsFiles, DevicesAndPipes) {
    EXPECT_EQ(problems_of("/dev/zero"),
              "/dev/zero: error: larger than 16 MiB; is this a scenario?\n");
    EXPECT_EQ(problems_of("/dev/null"),
              "/dev/null:1:1: error: the scenario lacks 'name', 'run' and 'state'\n");
    // As in: demarche check <(generate)
    const fs::path pipe = file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << content(good); });
    EXPECT_EQ(problems_here(pipe), "");
    writer.join();
}

TEST_F(ErrorsFiles, EnormousFiles) {
    const std::string scenario = content(good);
    const fs::path largest = write(
        "largest.toml", scenario + "# " + std::string((16U << 20U) - scenario.size() - 2, 'x'));
    ASSERT_EQ(fs::file_size(largest), 16U << 20U);
    EXPECT_EQ(problems_here(largest), "");
    std::ofstream(largest, std::ios::app) << 'x';
    EXPECT_EQ(problems_here(largest),
              "largest.toml: error: larger than 16 MiB; is this a scenario?\n");

    // As the parent of another, and with a name that is long beyond comparison.
    EXPECT_EQ(problems_here(write("child.toml", "extends = \"largest.toml\"\n")),
              "child.toml:1:11: error: 'largest.toml': larger than 16 MiB; is this a scenario?\n");
    const std::string x(15U << 20U, 'x');
    EXPECT_EQ(
        problems_here(write("key.toml", "[run]\nstart = 2030-01-01\ndays = 1\n" + x + " = 1\n")),
        "key.toml:1:1: error: the scenario lacks 'name' and 'state'\n"
        "key.toml:4:1: error: unknown key '" +
            x.substr(0, 39) + "..." + x.substr(0, 38) +
            "'; allowed: 'days', 'seed', 'start' or 'tick_days'\n");
}

TEST_F(ErrorsFiles, NestingAsDeepAsTheFileIsLong) {
    constexpr std::size_t depth = 1'000'000;
    const auto repeated = [](const std::string& what) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i)
            text += what;
        return text;
    };
    const std::string deep = "error: nested more than 16 levels deep; no scenario needs that\n";
    EXPECT_EQ(problems_here(write("dots.toml", repeated("a.") + "a = 1")),
              "dots.toml:1:32: " + deep);
    EXPECT_EQ(problems_here(write("header.toml", "[" + repeated("a . ") + "a]")),
              "header.toml:1:64: " + deep);
    EXPECT_EQ(problems_here(write("quoted.toml", repeated("\"=.\".'[.\\'.") + "a = 1")),
              "quoted.toml:1:88: " + deep);
    EXPECT_EQ(problems_here(write("lists.toml", "x = " + repeated("[\n"))),
              "lists.toml:17:1: " + deep);
    EXPECT_EQ(problems_here(write("tables.toml", "x = " + repeated("{a=") + "'")),
              "tables.toml:1:53: " + deep);
    EXPECT_EQ(problems_of(good, {repeated("a.") + "a=1"}).substr(0, 30),
              "--set a.a.a.a.a.a.a.a.a.a.a.a.");
}

TEST_F(ErrorsFiles, MoreStatesActsAndProblemsThanSensible) {
    std::string states, acts;
    for (char a = 'A'; a <= 'B'; ++a)
        for (char b = 'A'; b <= 'Z'; ++b)
            for (char c = 'A'; c <= 'Z'; ++c)
                states += std::string("[state.") + a + b + c + "]\n";
    for (int i = 0; i < 1000; ++i)
        acts += "[act.a" + std::to_string(i) + "]\n";
    const std::string head = "name = \"x\"\n[run]\nstart = 2030-01-01\ndays = 1\n";
    EXPECT_EQ(problems_here(write("states.toml", head + states)),
              "states.toml:5:1: error: a scenario has at most 1000 states, not 1352\n");

    write("good.toml", content(good));
    write("acts.toml", "extends = \"good.toml\"\n" + acts);
    const std::string many = problems_here(file("acts.toml"));
    EXPECT_NE(many.find("error: more than 1000 acts in all\n"), std::string::npos);

    std::string keys = "extends = \"good.toml\"\n[state.ALD]\n";
    for (int i = 0; i < 5000; ++i)
        keys += "k" + std::to_string(i) + " = 1\n";
    const std::string problems = problems_here(write("keys.toml", keys));
    EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n'), 1001);
    EXPECT_EQ(problems.substr(0, 42), "keys.toml:3:1: error: unknown key 'k0'; al");
    EXPECT_TRUE(problems.ends_with("and 4000 more problems\n"));
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

TEST(Errors, ValuesOfOverrides) {
    const auto error = [](const std::string& text, const std::string& what) {
        EXPECT_EQ(problems_of_override(text), "--set " + text + ": error: " + what + "\n");
    };
    error("state.ALD.pacifism=0,5", "'pacifism' must be a number, not '0,5'");
    error("state.ALD.pacifism=", "'pacifism' must be a number, not ''");
    error("state.ALD.pacifism=nan", "'pacifism' is nan; allowed: 0 to 1");
    error("state.ALD.pacifism=1e400", "'pacifism' must be a number, not '1e400'");
    error("state.ALD.nuclear=yes", "'nuclear' must be true or false, not 'yes'");
    error("state.ALD.policy=3", "'policy' must be a string, not 3");
    error("site.REACTOR=3", "'site.REACTOR' must be a table, not 3");
    error("state.ALD", "must be path=value, such as state.KAZ.pacifism=0.9");
    error("run.seed=99999999999999999999", "'seed' must be an integer, not '99999999999999999999'");
    error("run.start=2024-02-30", "'start' must be a date such as 2024-08-15, not '2024-02-30'");
    error("event.rebuke.date=2029-12-31",
          "2029-12-31 is outside the run, 2030-01-01 to 2030-03-01");
    error("event.rebuke.act=critisise", "no act is called 'critisise'; did you mean 'criticise'?");
    error("tie.ALD-BRM.defence=1", "no state is called 'BRM'; did you mean 'BRN'?");
    error("tie.CRN-ALD.defence=1", "a tie is written in alphabetical order: 'ALD-CRN'");
    error("relation.ALD-BRN.vcoop=1", "relation 'ALD-BRN' lacks 'mconf', 'mcoop' and 'vconf'");
    error("channel.privat.leak=1", "no channel is called 'privat'; did you mean 'private'?");
    error("policy.hawk.presure=1", "unknown key 'presure'; did you mean 'pressure'?");
    error("act.criticise.rung=10", "'rung' is 10; allowed: 0 to 9");
    error("extends=other.toml", "'extends' can stand only in a scenario file");
    error("state..ALD=1", "cannot be read as path=value");
    error("pacifism=\"", "cannot be read as path=value");
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
