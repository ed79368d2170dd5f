// Files of events, right and wrong.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "sim/io/event_reader.h"
#include "sim/io/study_reader.h"

namespace demarche {
namespace {

using ::testing::HasSubstr;

class EventReader : public ::testing::Test {
protected:
    EventReader()
        : folder(std::filesystem::path(::testing::TempDir()) /
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~EventReader() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string& name, const std::string& text) {
        const std::filesystem::path path = folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path.string();
    }
    /// What the reader says of a file with this text, without the path.
    std::string problems_of(const std::string& text) {
        const std::string path = write("e.csv", text);
        Problems problems;
        const auto series = read_events(path, problems);
        EXPECT_EQ(series.has_value(), problems.empty());
        std::string said = problems.text();
        for (std::size_t at = 0; (at = said.find(path, at)) != std::string::npos;)
            said.replace(at, path.size(), "e.csv");
        return said;
    }

    std::filesystem::path folder;
};

constexpr const char* right = "date,source,target,cameo,class,n\n"
                              "2018-01-01,BBB,AAA,111,vconf,2\n"
                              "2018-01-02,\"AAA\",BBB,040,vcoop,1\n"
                              "2018-01-07,AAA,AAA,040,vcoop,1\n"
                              "2018-01-07,CCC,AAA,190,mconf,1\n";

TEST_F(EventReader, ReadsPlainAndGzippedFiles) {
    const std::string plain = write("plain.csv", right);
    const std::string packed = (folder / "packed.csv.gz").string();
    const gzFile out = gzopen(packed.c_str(), "wb");
    gzputs(out, right);
    gzclose(out);
    for (const std::string& path : {plain, packed}) {
        Problems problems;
        const auto series = read_events(path, problems);
        ASSERT_TRUE(series) << problems.text();
        EXPECT_THAT(series->actors(), ::testing::ElementsAre("AAA", "BBB", "CCC"));
        ASSERT_EQ(series->events().size(), 3U); // an act on oneself is none
        EXPECT_EQ(series->events()[0].source, 1U);
        EXPECT_EQ(series->events()[0].count, 2);
        EXPECT_EQ(series->weeks(), 1);
    }
}

TEST_F(EventReader, SaysEverythingThatIsWrongAtOnce) {
    EXPECT_EQ(problems_of("date,source,target,class,n\n"
                          "2018-02-30,AAA,BBB,vconf,1\n"
                          "2018-03-01,AAA,,war,1.5\n"
                          "2018-02-01,AAA,BBB,vconf,1,9\n"
                          "2018-02-01,AAA,BBB,vconf,1\n"),
              "e.csv:2:1: error: '2018-02-30' is no date; dates are like 2018-01-31\n"
              "e.csv:3:16: error: the actor has no name\n"
              "e.csv:3:17: error: 'war' is no class; allowed: 'vcoop', 'mcoop', 'vconf' or "
              "'mconf'\n"
              "e.csv:3:21: error: '1.5' is no count; allowed: whole numbers from 0 to 1000000\n"
              "e.csv:4:1: error: has 6 cells; the header names 5\n"
              "e.csv:5:1: error: the date is before that of the line above; lines must be in order "
              "of date\n");
}

TEST_F(EventReader, NamesMissingColumns) {
    EXPECT_EQ(problems_of("date,from,target,n\n2018-01-01,AAA,BBB,1\n"),
              "e.csv:1:1: error: no column is called 'class'; the columns are 'date', 'from', "
              "'target' and 'n'\n"
              "e.csv:1:1: error: no column is called 'source'\n");
    EXPECT_EQ(problems_of(""),
              "e.csv:1:1: error: the file is empty; its first line must name the columns\n");
    EXPECT_EQ(problems_of("date,source,target,class,n\n"),
              "e.csv: error: there is no event in the file\n");
}

TEST_F(EventReader, SwappedColumnsAreNoEvents) {
    EXPECT_THAT(problems_of("date,source,target,class,n\nAAA,2018-01-01,BBB,1,vconf\n"),
                HasSubstr("e.csv:2:1: error: 'AAA' is no date"));
}

TEST_F(EventReader, EndlessLinesAreCut) {
    const std::string said = problems_of("date,source,target,class,n\n2018-01-01," +
                                         std::string(1'000'000, 'A') + ",BBB,vconf,1\n");
    EXPECT_THAT(said, HasSubstr("e.csv:2:1: error: the line is longer than 65536 characters\n"));
    EXPECT_LT(said.size(), 1000U);
}

TEST_F(EventReader, RepeatedLinesAddUpAndAreMentioned) {
    const std::string path = write("r.csv", "date,source,target,class,n\n"
                                            "2018-01-01,AAA,BBB,vconf,1\n"
                                            "2018-01-01,AAA,CCC,vconf,1\n"
                                            "2018-01-01,AAA,BBB,vconf,1\n"
                                            "2018-01-02,AAA,BBB,vconf,1\n");
    Problems problems;
    std::vector<std::string> notes;
    const auto series = read_events(path, problems, &notes);
    ASSERT_TRUE(series) << problems.text();
    EXPECT_EQ(series->events().size(), 4U);
    EXPECT_THAT(notes, ::testing::ElementsAre(path + ": 1 lines repeat another of their day, the "
                                                     "first in line 4; their counts are added up"));
}

TEST_F(EventReader, NamesFilesThatAreNone) {
    const auto said = [](const std::filesystem::path& file) {
        Problems problems;
        EXPECT_FALSE(read_events(file, problems));
        return problems.text();
    };
    EXPECT_EQ(said(folder), folder.string() + ": error: is a folder, not a file\n");
    EXPECT_EQ(said(folder / "absent.csv"), (folder / "absent.csv").string() +
                                               ": error: cannot be read: No such file or "
                                               "directory\n");
    const std::string binary = write("b.csv", std::string("\x7F"
                                                          "ELF\0\1\2",
                                                          7));
    EXPECT_EQ(said(binary), binary + ": error: is no text: it holds zero bytes\n");
    EXPECT_EQ(problems_of(std::string(1'000'000, 'A')),
              "e.csv:1:1: error: the first line is longer than 65536 characters\n");
}

TEST_F(EventReader, NoticesATruncatedArchive) {
    const std::string path = (folder / "cut.csv.gz").string();
    const gzFile out = gzopen(path.c_str(), "wb");
    std::string text = "date,source,target,class,n\n";
    for (int k = 0; k < 5000; ++k)
        text += "2018-01-01,A" + std::to_string(k * 7919 % 5003) + ",BBB,vconf,1\n";
    gzputs(out, text.c_str());
    gzclose(out);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    Problems problems;
    EXPECT_FALSE(read_events(path, problems));
    EXPECT_THAT(problems.text(), HasSubstr("the archive is truncated"));
}

TEST_F(EventReader, AStudySaysWhatItsConfigurationLacks) {
    write("e.csv", right);
    const std::string config = write("s.toml", "classes = [\"vconf\", \"talk\"]\n"
                                               "[window.a]\n"
                                               "events = \"e\"\n"
                                               "weeks = [3, 2]\n"
                                               "[test]\n"
                                               "events = \"e\"\n"
                                               "weeks = [1, 2]\n"
                                               "histroy = [0, 1]\n");
    Problems problems;
    EXPECT_FALSE(read_study(config, true, {}, problems));
    EXPECT_THAT(problems.text(), HasSubstr("no class is called 'talk'"));
    EXPECT_THAT(problems.text(), HasSubstr("s.toml:4:9: error: 'weeks': the last week, 2, is "
                                           "before the first, 3"));
    EXPECT_THAT(problems.text(), HasSubstr("did you mean 'history'?"));

    write("s.toml", "[window.a]\nevents = \"e\"\nweeks = [0, 9]\n");
    Problems more;
    EXPECT_FALSE(read_study(config, false, {{"x", "x.csv"}}, more));
    EXPECT_THAT(more.text(), HasSubstr("s.toml:3:9: error: there is no week 9; 'e' has weeks 0 to "
                                       "0"));
    EXPECT_THAT(more.text(), HasSubstr("the configuration names no such events"));
}

} // namespace
} // namespace demarche
