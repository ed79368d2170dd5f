#include "sim/io/past_run.h"

#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sim/core/fingerprint.h"
#include "sim/io/files.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

template <class T>
T entry(const nlohmann::json& manifest, const char* key, const fs::path& folder) {
    try {
        return manifest.at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
        refuse(folder, "manifest.json has no '" + std::string(key) +
                           "'; only what `demarche run` wrote can be explained");
    }
}

} // namespace

std::optional<PastRun> read_past_run(const fs::path& folder, Problems& problems) {
    std::error_code error;
    if (!fs::exists(folder, error))
        refuse(folder, "no such folder");
    if (!fs::is_directory(folder, error))
        refuse(folder, "not a folder; name the output folder of a run");
    std::ifstream in(folder / "manifest.json", std::ios::binary);
    const auto json = nlohmann::json::parse(in, nullptr, false);
    if (!json.is_object() || json.value("program", nlohmann::json()) != "demarche")
        refuse(folder, "not an output of this program (no manifest.json of its own)");
    if (json.contains("command"))
        if (const auto command = entry<std::string>(json, "command", folder); command != "run")
            refuse(folder, "an output of `demarche " + command +
                               "`; only what `demarche run` wrote can be explained");
    PastRun past;
    past.folder = folder;
    past.manifest.version = entry<std::string>(json, "version", folder);
    past.manifest.commit = entry<std::string>(json, "commit", folder);
    past.manifest.replications = entry<std::uint32_t>(json, "replications", folder);
    past.manifest.fingerprint = entry<std::string>(json, "fingerprint", folder);
    if (past.manifest.replications == 0)
        refuse(folder, "manifest.json has no replications");
    const fs::path scenario = folder / "scenario.toml";
    if (!fs::is_regular_file(scenario, error))
        refuse(folder, "has no scenario.toml, without which nothing can be run again");
    if (sha256_of(scenario) != entry<std::string>(json, "scenario_sha256", folder))
        refuse(folder, "scenario.toml is not the one that was run (its hash differs from the "
                       "manifest's); run it again, then ask");
    past.events = fs::is_regular_file(folder / "events.csv", error);
    auto loaded = load_scenario(scenario, {}, problems);
    if (!loaded)
        return std::nullopt;
    past.loaded = std::move(*loaded);
    return past;
}

bool is_fingerprint_of(const PastRun& past, std::uint64_t run) {
    Fingerprint of_one;
    of_one.add(run);
    return past.manifest.fingerprint == Fingerprint::hex(run) ||
           past.manifest.fingerprint == Fingerprint::hex(of_one.value());
}

bool has_events(const PastRun& past, std::uint32_t replication, const std::string& rows) {
    std::ifstream in(past.folder / "events.csv", std::ios::binary);
    const std::string own = std::to_string(replication) + ",";
    std::size_t compared = 0;
    bool reached = false;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(own)) {
            if (reached)
                break;
            continue;
        }
        reached = true;
        line += '\n';
        if (rows.compare(compared, line.size(), line) != 0)
            return false;
        compared += line.size();
    }
    return compared == rows.size();
}

} // namespace demarche
