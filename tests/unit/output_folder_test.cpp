#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sim/io/manifest.h"
#include "sim/io/output_folder.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* manifest = R"({"program": "demarche"})"; // of an output without tables

class OutputFolderTest : public testing::Test {
protected:
    OutputFolderTest() { fs::create_directories(parent_); }
    ~OutputFolderTest() override { fs::remove_all(parent_); }

    static void put(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    static std::string content(const fs::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static std::set<std::string> names_in(const fs::path& folder) {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename().string());
        return names;
    }
    /// Writes an output of one file.
    void write_output(const std::string& text) {
        OutputFolder folder(out_, "run");
        finish(folder, text);
    }
    static void finish(OutputFolder& folder, const std::string& text) {
        folder.add("a.csv", text);
        Manifest manifest;
        manifest.command = folder.command();
        folder.add("manifest.json", manifest_json(manifest, {}, folder.close()));
        folder.commit();
    }
    void expect_refusal(const std::string& why) {
        EXPECT_THAT([&] { OutputFolder folder(out_, "run"); },
                    ThrowsMessage<std::runtime_error>(HasSubstr(why)));
        EXPECT_THAT(names_in(parent_), ElementsAre("out"));
    }

    const fs::path parent_ =
        fs::path(testing::TempDir()) / ("output_folder." + std::to_string(getpid()));
    const fs::path out_ = parent_ / "out";
};

TEST_F(OutputFolderTest, AppearsWholeAndReplacesAnEarlierOutput) {
    {
        OutputFolder folder(out_, "run");
        folder.add("b.csv", "");
        finish(folder, "first");
        EXPECT_FALSE(folder.replaces());
    }
    {
        OutputFolder folder(out_, "run");
        EXPECT_EQ(content(out_ / "a.csv"), "first");
        finish(folder, "second");
        EXPECT_TRUE(folder.replaces());
    }
    EXPECT_EQ(content(out_ / "a.csv"), "second");
    EXPECT_THAT(names_in(out_), ElementsAre("a.csv", "manifest.json"));
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, LeavesNothingWithoutCommit) {
    write_output("first");
    {
        OutputFolder(out_, "run").add("a.csv", "second");
    }
    EXPECT_EQ(content(out_ / "a.csv"), "first");
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, DescribesItsFiles) {
    OutputFolder folder(out_, "run");
    folder.add("abc.txt", "abc");
    folder.write(folder.open("empty.csv"), "");
    const auto files = folder.close();
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].bytes, 3U);
    EXPECT_EQ(files[0].lines, 0U);
    // FIPS 180-2, appendix B.1; and the well-known digest of nothing
    EXPECT_EQ(files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(files[1].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(OutputFolderTest, RefusesWhatIsNoOutputOfThisProgram) {
    put(out_ / "thesis.txt", "years of work");
    EXPECT_THAT([&] { OutputFolder folder(out_, "run"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("not an output of this program")));
    put(out_ / "manifest.json", "{\"name\": \"an extension of a browser\"}");
    EXPECT_THROW(OutputFolder folder(out_, "run"), std::runtime_error);
    EXPECT_THROW(OutputFolder folder(out_ / "thesis.txt", "run"), std::runtime_error);
    EXPECT_THROW(OutputFolder folder(out_ / "thesis.txt" / "below", "run"), std::runtime_error);
    EXPECT_EQ(content(out_ / "thesis.txt"), "years of work");
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, RefusesTheOutputOfAnotherCommand) {
    write_output("first");
    EXPECT_THAT([&] { OutputFolder folder(out_, "sweep"); },
                ThrowsMessage<std::runtime_error>(HasSubstr(
                    "out: not replaced, because it is the output of 'demarche run', not of "
                    "'demarche sweep'; choose another --out, or move or remove it")));
    EXPECT_EQ(content(out_ / "a.csv"), "first");
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, RefusesAnOutputThatSomebodyWorkedIn) {
    write_output("first");
    put(out_ / "figs" / "one.svg", "drawn by hand");
    expect_refusal("did not write: 'figs/'; choose another");
    for (int i = 1; i <= 6; ++i)
        put(out_ / ("note" + std::to_string(i)), "");
    expect_refusal("'figs/', 'note1', 'note2', 'note3', 'note4' and 2 more;");
    EXPECT_EQ(content(out_ / "figs" / "one.svg"), "drawn by hand");
}

TEST_F(OutputFolderTest, RefusesAnOutputWhoseFilesWereChanged) {
    write_output("first");
    put(out_ / "a.csv", "firsT"); // of the same size
    expect_refusal("'a.csv' (changed since)");
    put(out_ / "a.csv", "first and more");
    expect_refusal("'a.csv' (changed since)");
    put(out_ / "a.csv", "first"); // written again, but the same
    write_output("second");
    fs::remove(out_ / "a.csv");
    fs::create_symlink(out_ / "manifest.json", out_ / "a.csv");
    expect_refusal("'a.csv' (changed since)");
    fs::remove(out_ / "a.csv"); // what was removed cannot be lost
    write_output("third");
    EXPECT_EQ(content(out_ / "a.csv"), "third");
}

TEST_F(OutputFolderTest, RefusesWhatWasPutThereDuringTheRun) {
    write_output("first");
    {
        OutputFolder folder(out_, "run");
        put(out_ / "analysis.py", "import pandas");
        EXPECT_THROW(finish(folder, "second"), std::runtime_error);
    }
    EXPECT_EQ(content(out_ / "a.csv"), "first");
    EXPECT_EQ(content(out_ / "analysis.py"), "import pandas");
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, RefusesAFileThatCameDuringTheRun) {
    {
        OutputFolder folder(out_, "run");
        put(out_, "years of work");
        EXPECT_THROW(finish(folder, "second"), std::runtime_error);
    }
    EXPECT_EQ(content(out_), "years of work");
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

TEST_F(OutputFolderTest, RefusesTwoFilesOfOneName) {
    OutputFolder folder(out_, "run");
    folder.add("a.csv", "");
    EXPECT_THROW(folder.add("a.csv", ""), std::runtime_error);
}

TEST_F(OutputFolderTest, RemovesLeftoversOfKilledRunsOnly) {
    // A new process may get the number of the one that was killed.
    put(parent_ / (".out.partial-" + std::to_string(getpid()) + "-0") / "a.csv", "half");
    put(parent_ / ".out.partial-1-0" / "a.csv", "half");
    put(parent_ / ".other.partial-1-0" / "a.csv", "half");
    OutputFolder running(out_, "run");
    running.open("b.csv");
    write_output("second");
    EXPECT_EQ(content(out_ / "a.csv"), "second");
    finish(running, "running");
    EXPECT_EQ(content(out_ / "a.csv"), "running");
    EXPECT_THAT(names_in(parent_), ElementsAre(".other.partial-1-0", "out"));
}

// On file systems that cannot exchange names a run may be killed between two renamings.
TEST_F(OutputFolderTest, BringsBackAnOutputThatWasSetAside) {
    put(parent_ / ".out.partial-1-0-old" / "manifest.json", manifest);
    {
        OutputFolder folder(out_, "run");
    }
    EXPECT_EQ(content(out_ / "manifest.json"), manifest);
    EXPECT_THAT(names_in(parent_), ElementsAre("out"));
}

} // namespace
} // namespace demarche
