#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/io/past_run.h"

/// What the files that write a report share.
namespace demarche {

/// Ties of a moment of the network.
inline constexpr std::size_t most_ties = 300;

/// What manifest.json of any output says, checked against the files.
struct ReportedFolder {
    enum class Kind { run, ensemble, sweep, fit, score };
    std::filesystem::path path;
    Kind kind = Kind::run;
    std::string manifest; ///< the text of manifest.json
    std::string name;     ///< of scenario, sweep or study
    std::uint32_t replications = 1;
    std::vector<std::pair<std::string, std::string>> files; ///< name, SHA-256

    bool has(std::string_view file) const;
};

/// Reads manifest.json. Throws std::runtime_error where the folder is no output to report on, or
/// files are missing or of another size; the bytes are compared by `check_bytes`.
ReportedFolder read_reported_folder(const std::filesystem::path& path);
/// Throws std::runtime_error where a file is not the one that was written. Of an ensemble's
/// events.csv, of which a report reads the first runs alone, only the size was compared.
void check_bytes(const ReportedFolder& folder, unsigned threads);

/// What a page shows: named tables as CSV texts, and facts as JSON texts.
struct ReportData {
    std::vector<std::pair<std::string, std::string>> tables;
    std::vector<std::pair<std::string, std::string>> facts; ///< key, JSON

    void fact(const std::string& key, std::string_view text); ///< as a JSON string
};

void add_scenario(ReportData& data, const Scenario& scenario);
void add_run(ReportData& data, const PastRun& past, unsigned threads);
void add_ensemble(ReportData& data, const PastRun& past, unsigned threads);
/// The answers of `demarche explain`: why the pairs that rose most did, and the acts behind it.
void add_explanations(ReportData& data, const PastRun& past, unsigned pairs);

/// The tables of directed pairs and of classes, which runs and ensembles share. `most_bytes` of
/// events.csv are read; the answer says how many replications these were.
class CsvFile;
void add_actors(ReportData& data, const CsvFile& actors, const PastRun& past);
std::uint32_t add_directed_pairs(ReportData& data, const CsvFile& events, const PastRun& past,
                                 std::uint32_t replications);

/// Every how many ticks something is shown, so that there are at most 104 moments.
int frame_step(int ticks);

} // namespace demarche
