#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "sim/io/manifest.h"
#include "sim/io/scenario_reader.h"

namespace demarche {

/// What `demarche run` wrote into a folder, read back so that it can be run again.
struct PastRun {
    std::filesystem::path folder;
    Manifest manifest;
    LoadedScenario loaded;
    bool events = false; ///< events.csv is there
};

/// Reads a folder. Throws std::runtime_error where it is no output of `demarche run`, or its
/// scenario has been changed since; what is wrong with the scenario goes to `problems`, and nothing
/// is returned.
std::optional<PastRun> read_past_run(const std::filesystem::path& folder, Problems& problems);

/// Whether the fingerprint of the only run of this output is that one. (With and without
/// --replications 1 it is formed differently.)
bool is_fingerprint_of(const PastRun& past, std::uint64_t run);

/// Whether events.csv has exactly these rows of a replication.
bool has_events(const PastRun& past, std::uint32_t replication, const std::string& rows);

} // namespace demarche
