#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "sim/io/gzip.h"
#include "sim/io/journal.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

class JournalFile : public testing::Test {
protected:
    JournalFile() {
        std::string name = (fs::temp_directory_path() / "demarche-journal-XXXXXX").string();
        EXPECT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
    }
    ~JournalFile() override { fs::remove_all(folder); }
    static RunResult result(std::uint32_t point, std::uint32_t replication) {
        RunResult r;
        r.job = {point, replication};
        r.fingerprint = 1000 * point + replication;
        r.values = {0.1 * replication, std::nan(""), -0.0};
        r.courses = std::vector<double>(point, 3.5);
        r.notes = std::string(replication, '\0');
        r.failure = point == 3 ? "rates explode" : "";
        return r;
    }
    static void expect_same(const RunResult& a, const RunResult& b) {
        EXPECT_EQ(a.job, b.job);
        EXPECT_EQ(a.fingerprint, b.fingerprint);
        ASSERT_EQ(a.values.size(), b.values.size());
        for (std::size_t i = 0; i < a.values.size(); ++i)
            EXPECT_EQ(std::bit_cast<std::uint64_t>(a.values[i]),
                      std::bit_cast<std::uint64_t>(b.values[i]));
        EXPECT_EQ(a.courses, b.courses);
        EXPECT_EQ(a.notes, b.notes);
        EXPECT_EQ(a.failure, b.failure);
    }
    static std::uint64_t count(const fs::path& file) {
        JournalReader reader(file);
        std::uint64_t n = 0;
        for (RunResult r; reader.next(r); ++n)
            expect_same(r, result(static_cast<std::uint32_t>(n / 4), n % 4));
        return n;
    }
    static void nothing(const RunResult&) { FAIL() << "something was there"; }

    fs::path folder;
};

TEST_F(JournalFile, KeepsWholeResultsWhereverItIsCutOff) {
    const fs::path file = folder / "runs";
    std::vector<std::uint64_t> ends{0};
    {
        Journal journal(file, nothing);
        for (std::uint32_t i = 0; i < 20; ++i) {
            journal.add(result(i / 4, i % 4));
            ends.push_back(fs::file_size(file));
        }
        EXPECT_EQ(journal.size(), 20U);
    }
    EXPECT_EQ(count(file), 20U);
    std::uint64_t whole = 20;
    for (std::uint64_t size = ends.back(); size-- > 0;) {
        fs::resize_file(file, size);
        while (ends[whole] > size)
            --whole;
        ASSERT_EQ(count(file), whole) << size;
    }
}

TEST_F(JournalFile, GoesOnAfterWhatWasTorn) {
    const fs::path file = folder / "runs";
    {
        Journal journal(file, nothing);
        for (std::uint32_t i = 0; i < 10; ++i)
            journal.add(result(i / 4, i % 4));
    }
    fs::resize_file(file, fs::file_size(file) - 1);
    std::uint32_t seen = 0;
    {
        Journal journal(file, [&](const RunResult& r) {
            expect_same(r, result(seen / 4, seen % 4));
            ++seen;
        });
        EXPECT_EQ(seen, 9U);
        EXPECT_EQ(journal.size(), 9U);
        for (std::uint32_t i = 9; i < 12; ++i)
            journal.add(result(i / 4, i % 4));
    }
    EXPECT_EQ(count(file), 12U);
}

TEST_F(JournalFile, DoesNotTrustAChangedByte) {
    const fs::path file = folder / "runs";
    {
        Journal journal(file, nothing);
        for (std::uint32_t i = 0; i < 4; ++i)
            journal.add(result(i / 4, i % 4));
    }
    const auto size = fs::file_size(file);
    for (std::uint64_t at = 0; at < size; ++at) {
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
        out.seekg(static_cast<std::streamoff>(at));
        const int byte = out.get();
        out.seekp(static_cast<std::streamoff>(at));
        out.put(static_cast<char>(byte ^ 0x10));
        out.close();
        JournalReader reader(file);
        std::uint64_t n = 0;
        for (RunResult r; reader.next(r); ++n)
            ;
        EXPECT_LT(n, 4U) << at;
        std::fstream back(file, std::ios::binary | std::ios::in | std::ios::out);
        back.seekp(static_cast<std::streamoff>(at));
        back.put(static_cast<char>(byte));
    }
}

TEST_F(JournalFile, SeveralMergeInTheOrderOfJobs) {
    std::vector<fs::path> files;
    for (std::uint32_t k = 0; k < 3; ++k) {
        files.push_back(folder / std::to_string(k));
        Journal journal(files.back(), nothing);
        for (std::uint32_t i = 0; i < 20; ++i)
            if (i * i % 3 == k || (k == 2 && i * i % 3 > 1))
                journal.add(result(i / 4, i % 4));
    }
    MergedJournals merged(files);
    std::uint32_t n = 0;
    for (RunResult r; merged.next(r); ++n)
        expect_same(r, result(n / 4, n % 4));
    EXPECT_EQ(n, 20U);
}

TEST(Gzip, GivesTheSameBytesAndNoTime) {
    const std::string packed = gzip("the same text, the same text");
    EXPECT_EQ(packed, gzip("the same text, the same text"));
    EXPECT_EQ(packed.substr(0, 2), "\x1f\x8b");
    EXPECT_EQ(packed.substr(4, 4), std::string(4, '\0')) << "time";
    EXPECT_LT(gzip(std::string(100000, 'x')).size(), 1000U);
}

} // namespace
} // namespace demarche
