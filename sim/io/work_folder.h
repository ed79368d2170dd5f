#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/io/output_folder.h"
#include "sim/io/sweep_reader.h"

namespace demarche {

/// What results belong to: they may only be put together where all of this is the same.
struct SweepIdentity {
    std::string version, commit; ///< of the program
    Shard shard;
    std::string sweep, scenario, points; ///< texts of the files

    /// The parts in which another differs, in words.
    std::vector<std::string> differences(const SweepIdentity& other) const;
};

SweepIdentity identity_of(const LoadedSweep& loaded, Shard shard, std::string version,
                          std::string commit);

/// "2/4"
std::string shard_text(Shard shard);

/// Writes what was swept into an output: the files of the sweep.
void add_sources(const LoadedSweep& loaded, OutputFolder& folder);

/// Whether a folder is the output of this very sweep, or shard, by this program, and no run failed.
/// A program built from uncommitted sources counts only when it is older than the output.
bool is_finished(const std::filesystem::path& folder, const LoadedSweep& loaded,
                 const SweepIdentity& identity);

/// A folder beside the output in which the results of unfinished work are kept. One process at a
/// time may use it.
class WorkFolder {
public:
    /// Takes up what is there, or begins anew. Refuses (throws std::runtime_error) where it belongs
    /// to something else, and says what has changed; with `restart` that is thrown away.
    WorkFolder(std::filesystem::path path, const SweepIdentity& identity, bool restart);
    ~WorkFolder();
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    bool resumed() const { return resumed_; }
    std::filesystem::path journal(std::uint32_t round) const;
    std::vector<std::filesystem::path> journals() const;
    /// The work is done.
    void remove();

private:
    std::filesystem::path path_;
    int lock_ = -1;
    bool resumed_ = false;
};

/// A finished shard on the disk.
struct FinishedShard {
    SweepIdentity identity;
    std::vector<std::filesystem::path> journals;
};
/// Throws std::runtime_error where a folder is none.
FinishedShard read_shard(const std::filesystem::path& folder);

} // namespace demarche
