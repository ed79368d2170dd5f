#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/study/sweep.h"

namespace demarche {

/// Results of runs in a file, one after the other. Each carries a check sum, so that whatever a
/// killed process or a full disk left at the end is told from what was finished.
class Journal {
public:
    /// Opens a file to go on where it ends; what was cut off is removed. `seen` gets the results
    /// that are there.
    Journal(std::filesystem::path file, const std::function<void(const RunResult&)>& seen);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    std::uint64_t size() const { return size_; } ///< results
    /// Adds a result: it survives the process at once, and the machine a second later or when
    /// `sync` returns. Throws std::runtime_error where it cannot be written; what was written
    /// before stays.
    void add(const RunResult& result);
    void sync();

private:
    void flush();

    std::filesystem::path file_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    std::string buffer_;
    std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

/// Reads the results of a journal in their order.
class JournalReader {
public:
    explicit JournalReader(const std::filesystem::path& file);
    /// False at the end, or where something is cut off.
    bool next(RunResult& result);
    std::uint64_t position() const { return position_; } ///< end of the last whole result

private:
    std::ifstream in_;
    std::uint64_t position_ = 0;
    std::string bytes_;
};

/// A result as bytes, and back: as it stands in a journal, and as ranks send it.
void append_result(const RunResult& result, std::string& bytes);
/// Reads the result at the beginning of `bytes`; its length, 0 where there is no whole one.
std::size_t read_result(std::string_view bytes, RunResult& result);

/// The results of several journals, each ascending by job, as one ascending sequence.
class MergedJournals {
public:
    explicit MergedJournals(const std::vector<std::filesystem::path>& files);
    bool next(RunResult& result);

private:
    struct Head {
        JournalReader reader;
        RunResult result;
    };
    std::vector<std::unique_ptr<Head>> heads_; ///< a heap, the least job first
};

} // namespace demarche
