#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/scenario.h"
#include "sim/io/output_folder.h"
#include "sim/io/work_folder.h"

namespace demarche {

/// What manifest.json says about an output.
struct Manifest {
    std::string command; ///< of OutputFolder
    std::string version;
    std::string commit;
    std::uint32_t replications = 1;
    double wall_seconds = 0;
    std::string fingerprint;
};

std::string manifest_json(const Manifest& manifest, const Scenario& scenario,
                          const std::vector<OutputFolder::File>& files);

/// The same for an output that comes from events and a configuration, not from a scenario.
std::string study_manifest_json(const Manifest& manifest, const std::string& name,
                                const std::vector<OutputFolder::File>& files);

inline constexpr const char* sweep_output = "sweep"; ///< command of sweeps, also of merged ones

/// The same for a sweep or one of its shards. No fingerprint: it has no tables yet.
std::string sweep_manifest_json(const LoadedSweep& loaded, const SweepIdentity& identity,
                                std::uint64_t runs, std::uint64_t failed,
                                const std::string& fingerprint,
                                const std::vector<OutputFolder::File>& files);

} // namespace demarche
