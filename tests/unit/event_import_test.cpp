// Public formats of event data, as few invented rows each, and what comes of them.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "sim/io/event_import.h"
#include "sim/io/event_reader.h"
#include "sim/io/fact_store.h"
#include "sim/io/gzip.h"

namespace demarche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const ActorTable& shipped() {
    static const ActorTable table = [] {
        Problems problems;
        ActorTable read("", problems);
        EXPECT_EQ(problems.text(), "");
        return read;
    }();
    return table;
}

struct Imported {
    ImportReport report;
    std::string rows; ///< without the header
    std::string problems;
};

Imported import(const std::string& format, const std::string& text,
                const ActorTable& actors = shipped()) {
    Imported out;
    Problems problems;
    out.report = import_events(text, *event_format(format), actors, problems,
                               [&](std::string_view piece) { out.rows += piece; });
    out.problems = problems.text();
    EXPECT_EQ(out.rows.empty(), out.report.rows == 0);
    if (!out.rows.empty()) {
        EXPECT_TRUE(out.rows.starts_with(event_header));
        out.rows.erase(0, event_header.size());
    }
    const ImportReport& r = out.report;
    std::uint64_t sum = r.malformed + r.repeats + r.facts;
    for (const std::uint64_t d : r.dropped)
        sum += d;
    if (out.problems.empty()) { // no line is lost
        EXPECT_EQ(sum, r.lines);
    }
    return out;
}

std::uint64_t dropped(const Imported& i, Dropped why) {
    return i.report.dropped[static_cast<std::size_t>(why)];
}

/// Cells joined by a delimiter.
std::string line(const std::vector<std::string>& cells, char delimiter = '\t') {
    std::string out;
    for (std::size_t k = 0; k < cells.size(); ++k)
        out += (k > 0 ? std::string(1, delimiter) : "") + cells[k];
    return out + "\n";
}

const std::string icews_header =
    "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\t"
    "Intensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\t"
    "City\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n";

std::string icews(const std::string& date, const std::string& source, const std::string& sectors,
                  const std::string& country, const std::string& code, const std::string& score,
                  const std::string& target, const std::string& target_sectors,
                  const std::string& target_country) {
    return line({"1",
                 date,
                 source,
                 sectors,
                 country,
                 "text with a \"",
                 code,
                 score,
                 target,
                 target_sectors,
                 target_country,
                 "9",
                 "1",
                 "Wire",
                 "",
                 "",
                 "",
                 "Somewhere",
                 "0",
                 "0"});
}

TEST(EventImport, IcewsActorsStandForTheirStates) {
    const Imported i =
        import("icews",
               icews_header +
                   // A plain country, a role, a leader by sectors: three facts of one code on one
                   // day, one of them told twice.
                   icews("2018-01-02", "Japan", "", "Japan", "040", "1.0", "France", "", "France") +
                   icews("2018-01-02", "Foreign Affairs (Japan)", "", "Japan", "040", "1.0",
                         "France", "", "France") +
                   icews("2018-01-02", "Jane Doe", "Executive,Executive Office,Government", "Japan",
                         "040", "1.0", "France", "", "France") +
                   icews("2018-01-02", "Japan", "", "Japan", "040", "1.0", "France", "", "France") +
                   // Another code, an earlier day; alternative names.
                   icews("2018-01-01", "Military (Russia)", "Military,Government",
                         "Russian Federation", "190", "-10.0", "Viet Nam", "", "Viet Nam"));
    EXPECT_EQ(i.problems, "");
    EXPECT_EQ(i.rows, "2018-01-01,RUS,VNM,190,-10,mconf,1\n"
                      "2018-01-02,JPN,FRA,040,1,vcoop,3\n");
    EXPECT_EQ(i.report.repeats, 1U);
    EXPECT_EQ(i.report.facts, 4U);
    EXPECT_EQ(i.report.acts, 4U);
    EXPECT_EQ(i.report.first, "2018-01-01");
}

TEST(EventImport, IcewsSaysWhatItLeavesOut) {
    const auto from = [](const std::string& name, const std::string& sectors,
                         const std::string& country) {
        return icews("2018-01-02", name, sectors, country, "112", "-2.0", "France", "", "France");
    };
    const Imported i = import(
        "icews", icews_header + from("Japan", "", "Japan") + from("", "", "") +
                     from("United Nations", "International Government Organization", "") +
                     from("Citizen (Ruritania)", "Social", "Ruritania") +
                     from("Lawmaker (Japan)", "Government,Legislative / Parliamentary", "Japan") +
                     from("Police (France)", "Police,Government", "France") +
                     from("Citizen (Japan)", "Social", "Japan"));
    EXPECT_EQ(i.rows, "2018-01-02,JPN,FRA,112,-2,vconf,1\n");
    EXPECT_EQ(dropped(i, Dropped::nobody), 1U);
    EXPECT_EQ(dropped(i, Dropped::no_country), 1U);
    EXPECT_EQ(dropped(i, Dropped::unknown), 1U);
    EXPECT_EQ(dropped(i, Dropped::no_government), 2U);
    EXPECT_EQ(dropped(i, Dropped::within_a_state), 1U);
    EXPECT_THAT(
        i.report.top_unmapped(9),
        ElementsAre(Pair("Citizen (Japan)", 1), Pair("Lawmaker (Japan)", 1), Pair("Ruritania", 1)));
    EXPECT_THAT(report_csv(i.report), HasSubstr("dropped,an actor that is no government,2\n"));
    EXPECT_THAT(report_csv(i.report), HasSubstr("unmapped,Ruritania,1\n"));
}

/// A line of GDELT: 57, 58 or 61 cells that agree in the first 35.
std::string gdelt(std::size_t width, const std::string& date, const std::string& source,
                  const std::string& source_country, const std::string& target,
                  const std::string& target_country, const std::string& code,
                  const std::string& score) {
    std::vector<std::string> cells(width);
    cells[0] = "1";
    cells[1] = date;
    cells[5] = source;
    cells[7] = source_country;
    cells[15] = target;
    cells[17] = target_country;
    cells[26] = code;
    cells[30] = score;
    return line(cells);
}

TEST(EventImport, GdeltHasNoHeaderAndThreeWidths) {
    for (const std::size_t width : {57U, 58U, 61U}) {
        const Imported i = import(
            "gdelt", gdelt(width, "20180102", "JPNGOV", "JPN", "ROM", "ROM", "112", "-2.0") +
                         gdelt(width, "20180102", "JPN", "JPN", "ROMMIL", "ROM", "112", "-2.0") +
                         gdelt(width, "20171231", "JPNCOP", "JPN", "KOR", "KOR", "172", "-5.0") +
                         gdelt(width, "20180102", "JPNMED", "JPN", "KOR", "KOR", "112", "-2.0") +
                         gdelt(width, "20180102", "JPN", "JPN", "UNO", "", "112", "-2.0") +
                         gdelt(width, "20180102", "JPN", "JPN", "", "", "112", "-2.0") +
                         gdelt(width, "20180102", "EUR", "EUR", "JPN", "JPN", "112", "-2.0"));
        EXPECT_EQ(i.problems, "");
        EXPECT_EQ(i.rows, "2017-12-31,JPN,KOR,172,-5,mconf,1\n"
                          "2018-01-02,JPN,ROU,112,-2,vconf,2\n")
            << width;
        EXPECT_EQ(dropped(i, Dropped::no_government), 1U);
        EXPECT_EQ(dropped(i, Dropped::no_country), 1U);
        EXPECT_EQ(dropped(i, Dropped::nobody), 1U);
        EXPECT_EQ(dropped(i, Dropped::unknown), 1U);
    }
    EXPECT_EQ(import("gdelt", "a\tb\tc\n").problems,
              "events:1:1: error: has 3 cells; 57, 58 or 61 were expected, separated by "
              "tabs\n");
}

TEST(EventImport, PolecatHasTypesOfPloverAndTheirOwnClasses) {
    const std::string header =
        line({"Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code",
              "Contexts", "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector",
              "Actor Sectors", "Recipient Name", "Recipient Country", "Primary Recipient Sector"});
    const auto row = [](const std::string& type, const std::string& mode, const std::string& quad,
                        const std::string& actor, const std::string& country,
                        const std::string& sector) {
        return line({"x", "2023-05-01", type, mode, "-3.5", quad, "", actor, country, "", sector,
                     "", "Kenya", "KEN", "None"});
    };
    const Imported i = import(
        "polecat",
        header + row("ACCUSE", "allege", "VERBAL CONFLICT", "Foreign Minister", "ETH", "GOV") +
            row("ACCUSE", "None", "", "Ethiopia", "ETH", "None") +
            row("SANCTION", "expel", "VERBAL CONFLICT", "Ethiopia", "ETH", "GOV") +
            row("PROTEST", "demo", "MATERIAL CONFLICT", "Students", "ETH", "CVL") +
            row("AID", "", "", "Donors", "ETH; SOM", "GOV") +
            row("DANCE", "", "", "Ethiopia", "ETH", "GOV") +
            row("AID", "", "FRIENDLY", "Ethiopia", "ETH", "GOV"));
    EXPECT_EQ(i.rows, "2023-05-01,ETH,KEN,ACCUSE,-3.5,vconf,1\n"
                      "2023-05-01,ETH,KEN,ACCUSE:allege,-3.5,vconf,1\n"
                      "2023-05-01,ETH,KEN,SANCTION:expel,-3.5,vconf,1\n");
    EXPECT_EQ(dropped(i, Dropped::no_government), 1U);
    EXPECT_EQ(dropped(i, Dropped::several), 1U);
    EXPECT_THAT(
        i.report.first_malformed,
        ElementsAre("events:7:14: error: 'DANCE' is no type of event of PLOVER",
                    "events:8:24: error: 'FRIENDLY' is no class; allowed: 'vcoop', 'mcoop', "
                    "'vconf' or 'mconf'"));
}

TEST(EventImport, PhoenixComesInTwoWritings) {
    const Imported cline =
        import("phoenix",
               "eid,story_date,year,month,day,source,source_root,source_agent,source_others,target,"
               "target_root,target_agent,target_others,code,root_code,quad_class,goldstein\n"
               "e1,3/2/1985,1985,3,2,USAGOV,USA,GOV,,USRMIL,RUS,MIL,,172,17,4,-5.0\n"
               "e2,3/2/1985,1985,13,2,USAGOV,USA,GOV,,RUS,RUS,,,172,17,4,-5.0\n");
    EXPECT_EQ(cline.rows, "");
    EXPECT_EQ(dropped(cline, Dropped::no_government), 1U); // USR is no role
    EXPECT_EQ(cline.report.malformed, 1U);                 // no month 13
    std::vector<std::string> cells(26);
    cells[1] = "20140620";
    cells[5] = "USAGOV";
    cells[6] = "USA";
    cells[9] = "RUSMIL";
    cells[10] = "RUS";
    cells[13] = "172";
    cells[16] = "-5.0";
    EXPECT_EQ(import("phoenix", line(cells)).rows, "2014-06-20,USA,RUS,172,-5,mconf,1\n");
}

TEST(EventImport, TidyFilesComeOutAsTheyWere) {
    const std::string tidy = "2018-01-01,AFG,PAK,112,-2,vconf,1\n"
                             "2018-01-01,AFG,PAK,190,-10,mconf,12\n"
                             "2018-01-02,PSE,ISR,036,4,vcoop,2\n";
    EXPECT_EQ(import("csv", std::string(event_header) + tidy).rows, tidy);
    // Without codes or scores, other names of columns and states, other order.
    EXPECT_EQ(import("csv", "n,quad,target,source,date\n2,mconf,Pakistan,AFG,2018-01-02\n"
                            "1,mconf,Pakistan,AFG,2018-01-01\n"
                            "1,mconf,Pakistan,Afghanistan,2018-01-01\n")
                  .rows,
              "2018-01-01,AFG,PAK,,,mconf,2\n2018-01-02,AFG,PAK,,,mconf,2\n");
}

TEST(EventImport, EveryMalformedLineIsCountedAndTheFirstOnesAreShown) {
    std::string text = "date,source,target,cameo,goldstein,class,n\n"
                       "2018-02-30,AFG,PAK,112,-2,vconf,1\n" // no such day
                       "AFG,2018-01-01,PAK,112,-2,vconf,1\n" // swapped
                       "2018-01-01,AFG,PAK,42,-2,,1\n"       // zeros lost
                       "2018-01-01,AFG,PAK,112,-200,vconf,1\n"
                       "2018-01-01,AFG,PAK,112,-2,mconf,1\n" // class of another code
                       "2018-01-01,AFG,PAK,112,-2,vconf,1.5\n"
                       "2018-01-01,AFG,PAK,112,-2,vconf\n"
                       "2018-01-01,AFG,PAK,112,-2,vconf,1,\n"
                       "2018-01-01,\"AFG,PAK,112,-2,vconf,1\n"
                       "2018-01-01,AFG," +
                       std::string(1'000'000, 'X') + ",112,-2,vconf,1\n";
    for (int k = 0; k < 20; ++k)
        text += "x,AFG,PAK,112,-2,vconf,1\n";
    text += "2018-01-01,AFG,PAK,112,-2,vconf,1\n2018-01-01,AFG,PAK,112,-2,vconf,1\n";
    const Imported i = import("csv", text);
    EXPECT_EQ(i.rows, "2018-01-01,AFG,PAK,112,-2,vconf,1\n");
    EXPECT_EQ(i.report.repeats, 1U);
    EXPECT_EQ(i.report.malformed, 30U);
    EXPECT_THAT(
        i.report.first_malformed,
        ElementsAre(
            "events:2:1: error: '2018-02-30' is no date; dates are like 2018-01-31 or 20180131",
            "events:3:1: error: 'AFG' is no date; dates are like 2018-01-31 or 20180131",
            "events:4:20: error: '42' is no CAMEO code: two to four digits that begin with 01 to "
            "20 (have leading zeros been lost?)",
            "events:5:24: error: '-200' is no score from -10 to 10",
            "events:6:27: error: the class 'mconf' does not fit the code '112', which is 'vconf'",
            "events:7:33: error: '1.5' is no count; allowed: whole numbers from 0 to 1000000",
            "events:8:1: error: has 6 cells; the header names 7",
            "events:9:1: error: has 8 cells; the header names 7",
            "events:10:1: error: a quote is not closed",
            "events:11:1: error: the line is longer than 65536 characters"));
}

TEST(EventImport, WrongFilesAreRefusedWhole) {
    EXPECT_EQ(import("icews", "").problems,
              "events:1:1: error: the file is empty; its first line must name the columns\n");
    EXPECT_THAT(import("icews", std::string(event_header)).problems,
                HasSubstr("no column is called 'CAMEO Code'"));
    EXPECT_EQ(import("csv", std::string("PK\0\1", 4)).problems,
              "events: error: is no text: it holds zero bytes\n");
    EXPECT_EQ(import("csv", std::string(100'000, 'a')).problems,
              "events:1:1: error: the first line is longer than 65536 characters\n");
}

class EventFiles : public ::testing::Test {
protected:
    EventFiles()
        : folder(std::filesystem::path(::testing::TempDir()) /
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~EventFiles() override { std::filesystem::remove_all(folder); }

    std::filesystem::path write(const std::string& name, const std::string& bytes) {
        std::ofstream(folder / name, std::ios::binary) << bytes;
        return folder / name;
    }
    /// Problems without the folder.
    std::string problems_of(const std::filesystem::path& file) {
        Problems problems;
        std::string written;
        import_events({file}, *event_format("csv"), shipped(), {}, problems,
                      [&](std::string_view piece) { written += piece; });
        EXPECT_EQ(written, "");
        std::string said = problems.text();
        const std::string prefix = folder.string() + "/";
        for (std::size_t at = 0; (at = said.find(prefix)) != std::string::npos;)
            said.erase(at, prefix.size());
        return said;
    }
    std::filesystem::path folder;
};

TEST_F(EventFiles, AFileThatCannotBeReadIsNamed) {
    EXPECT_EQ(problems_of(folder / "absent.csv"),
              "absent.csv: error: cannot be read: No such file or directory\n");
    std::filesystem::create_directories(folder / "sub");
    EXPECT_EQ(problems_of(folder / "sub"), "sub: error: is a folder, not a file\n");
    EXPECT_EQ(problems_of(write("cut.zip", "PK\x03\x04 and no more")),
              "cut.zip: error: the archive is truncated\n");
    std::string rows(event_header);
    for (int k = 0; k < 5000; ++k)
        rows += "2018-01-01,AFG,PAK,112,-2,vconf," + std::to_string(k * 7919 % 5003) + "\n";
    const std::string packed = gzip(rows);
    EXPECT_THAT(problems_of(write("cut.csv.gz", packed.substr(0, packed.size() / 2))),
                HasSubstr("the archive is truncated"));
}

TEST_F(EventFiles, MayBeZipped) {
    const auto zipped = [&](const std::string& name, const std::vector<std::string>& texts) {
        const zipFile archive = zipOpen64((folder / name).c_str(), APPEND_STATUS_CREATE);
        for (std::size_t k = 0; k < texts.size(); ++k) {
            zipOpenNewFileInZip64(archive, (std::to_string(k) + ".csv").c_str(), nullptr, nullptr,
                                  0, nullptr, 0, nullptr, Z_DEFLATED, Z_DEFAULT_COMPRESSION, 0);
            zipWriteInFileInZip(archive, texts[k].data(), static_cast<unsigned>(texts[k].size()));
            zipCloseFileInZip(archive);
        }
        zipClose(archive, nullptr);
        return folder / name;
    };
    std::string text(event_header);
    for (int k = 0; k < 20'000; ++k) // several buffers long
        text += "2018-01-01,AFG,PAK,112,-2,vconf," + std::to_string(k * 7919L % 20'011) + "\n";
    const auto whole = zipped("whole.zip", {text});
    Problems problems;
    const ImportReport report = import_events({whole}, *event_format("csv"), shipped(), {},
                                              problems, [](std::string_view) {});
    EXPECT_EQ(problems.text(), "");
    EXPECT_EQ(report.lines, 20'000U);
    EXPECT_EQ(report.facts, 20'000U);
    EXPECT_EQ(problems_of(zipped("two.zip", {text, text})),
              "two.zip: error: the archive holds 2 files; unpack it and name the one to read\n");
    std::ifstream in(whole, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    EXPECT_THAT(problems_of(write("damaged.zip", bytes)), HasSubstr("the archive is damaged"));
    EXPECT_EQ(problems_of(write("cut2.zip", bytes.substr(0, 1000))),
              "cut2.zip: error: the archive is truncated\n");
}

TEST_F(EventFiles, ComeTogetherInAnyOrderAndAreReadByTheFit) {
    const auto january =
        write("1.csv.gz", gzip(std::string(event_header) + "2018-01-03,AFG,PAK,112,-2,vconf,1\n"
                                                           "2018-01-01,AFG,PAK,112,-2,vconf,1\n"));
    const auto december =
        write("2.csv", std::string(event_header) + "2017-12-25,PAK,AFG,036,4,vcoop,2\n"
                                                   "2018-01-03,AFG,PAK,112,-2,vconf,1\n");
    Problems problems;
    std::string text;
    const ImportReport report =
        import_events({january, december}, *event_format("csv"), shipped(), {}, problems,
                      [&](std::string_view piece) { text += piece; });
    EXPECT_EQ(report.repeats, 1U); // also between files
    const auto series = read_events(write("all.csv", text), problems);
    ASSERT_TRUE(series) << problems.text();
    EXPECT_THAT(series->actors(), ElementsAre("AFG", "PAK"));
    EXPECT_EQ(series->events().size(), 3U);
    EXPECT_EQ(series->weeks(), 1); // 25 to 31 December; the other is not whole
}

TEST_F(EventFiles, UsersAddActors) {
    Problems problems;
    const ActorTable more(write("mine.csv", "kind,name,stands_for\n"
                                            "name,Jane Doe,JPN\n"
                                            "role,Lawmaker,yes\n"
                                            "name,Wonderland,WON\n"),
                          problems);
    ASSERT_EQ(problems.text(), "");
    const Imported i =
        import("icews",
               icews_header +
                   icews("2018-01-02", "Jane Doe", "", "", "112", "-2", "Lawmaker (France)",
                         "Government,Legislative / Parliamentary", "France") +
                   icews("2018-01-02", "Wonderland", "", "", "112", "-2", "France", "", "France"),
               more);
    EXPECT_EQ(i.rows, "2018-01-02,JPN,FRA,112,-2,vconf,1\n2018-01-02,WON,FRA,112,-2,vconf,1\n");

    const ActorTable bad(write("bad.csv", "kind,name,stands_for\n"
                                          "nmae,X,JPN\nname,X,Japan\nrole,X,maybe\ncow,x,JPN\n"),
                         problems);
    EXPECT_THAT(problems.text(), HasSubstr("bad.csv:2:1: error: no kind of actor is called 'nmae'; "
                                           "did you mean 'name'?"));
    EXPECT_THAT(problems.text(), HasSubstr("bad.csv:3:1: error: 'X' cannot stand for 'Japan'"));
    EXPECT_THAT(problems.text(), HasSubstr("bad.csv:4:1: error: 'X' cannot stand for 'maybe'; "
                                           "allowed: 'no', 'government' or 'yes'"));
    EXPECT_THAT(problems.text(), HasSubstr("bad.csv:5:1: error: 'x' is no number"));
}

TEST(FactStore, GivesTheSameWithLittleMemory) {
    // 3000 facts of 1500 identities over 7 days in a scrambled order.
    std::vector<Fact> facts;
    for (std::uint32_t k = 0; k < 3000; ++k) {
        const std::uint32_t id = k * 7919 % 1500;
        Fact f;
        f.day = static_cast<std::int32_t>(id % 7);
        f.source = static_cast<std::uint16_t>(id % 5);
        f.target = 9;
        f.identity = id;
        facts.push_back(f);
    }
    const auto drained = [&](std::size_t capacity) {
        FactStore store(capacity);
        for (const Fact& f : facts)
            store.add(f);
        std::vector<std::tuple<int, int, std::uint64_t>> out;
        EXPECT_EQ(
            store.drain([&](const Fact& f) { out.emplace_back(f.day, f.source, f.identity); }),
            1500U);
        return out;
    };
    const auto all = drained(1U << 20U);
    EXPECT_EQ(all.size(), 1500U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(drained(64), all); // in some dozens of temporary files
}

TEST(EventImport, ImportsTheSharedEventsUnchanged) {
    const std::filesystem::path file = "../shared/data/events/icews18.csv.gz";
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << "no " << file << " here";
    Problems problems;
    std::string text;
    const ImportReport report = import_events({file}, *event_format("csv"), shipped(), {}, problems,
                                              [&](std::string_view piece) { text += piece; });
    ASSERT_EQ(problems.text(), "");
    EXPECT_EQ(report.lines, 107'764U);
    EXPECT_EQ(report.rows, 107'764U);
    EXPECT_EQ(report.malformed + report.repeats, 0U);
    const auto before = read_events(file, problems);
    const std::filesystem::path again =
        std::filesystem::path(::testing::TempDir()) / "imported_again.csv";
    std::ofstream(again, std::ios::binary) << text;
    const auto after = read_events(again, problems);
    std::filesystem::remove(again);
    ASSERT_TRUE(before && after) << problems.text();
    ASSERT_EQ(before->actors(), after->actors());
    ASSERT_EQ(before->events().size(), after->events().size());
    const auto totals = [](const EventSeries& s) {
        std::map<std::tuple<int, std::uint32_t, std::uint32_t, QuadClass>, double> out;
        for (const DatedCount& e : s.events())
            out[{e.day.number, e.source, e.target, e.of}] += e.count;
        return out;
    };
    EXPECT_EQ(totals(*before), totals(*after));
}

} // namespace
} // namespace demarche
