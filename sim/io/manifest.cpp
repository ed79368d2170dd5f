#include "sim/io/manifest.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace demarche {
namespace {

nlohmann::ordered_json begin(const std::string& command, const std::string& version,
                             const std::string& commit) {
    return {
        {"program", "demarche"}, {"command", command}, {"version", version}, {"commit", commit}};
}

void add_files(nlohmann::ordered_json& json, const std::vector<OutputFolder::File>& files) {
    json["files"] = nlohmann::ordered_json::array();
    for (const OutputFolder::File& f : files) {
        nlohmann::ordered_json file{{"name", f.name}, {"bytes", f.bytes}, {"sha256", f.sha256}};
        if (f.name.ends_with(".csv"))
            file["rows"] = f.lines > 0 ? f.lines - 1 : 0;
        json["files"].push_back(std::move(file));
    }
}

} // namespace

std::string study_manifest_json(const Manifest& m, const std::string& name,
                                const std::vector<OutputFolder::File>& files) {
    nlohmann::ordered_json json = begin(m.command, m.version, m.commit);
    json["study"] = name;
    json["wall_seconds"] = m.wall_seconds;
    add_files(json, files);
    return json.dump(2) + "\n";
}

std::string manifest_json(const Manifest& m, const Scenario& s,
                          const std::vector<OutputFolder::File>& files) {
    nlohmann::ordered_json json = begin(m.command, m.version, m.commit);
    json["scenario"] = s.name;
    const auto scenario_file = std::find_if(
        files.begin(), files.end(), [](const auto& f) { return f.name == "scenario.toml"; });
    if (scenario_file != files.end())
        json["scenario_sha256"] = scenario_file->sha256;
    json["seed"] = s.seed;
    json["start"] = iso(s.start);
    json["days"] = s.days;
    json["tick_days"] = s.tick_days;
    json["ticks"] = s.ticks();
    json["replications"] = m.replications;
    json["fingerprint"] = m.fingerprint;
    json["wall_seconds"] = m.wall_seconds;
    add_files(json, files);
    return json.dump(2) + "\n";
}

std::string sweep_manifest_json(const LoadedSweep& loaded, const SweepIdentity& identity,
                                std::uint64_t runs, std::uint64_t failed,
                                const std::string& fingerprint,
                                const std::vector<OutputFolder::File>& files) {
    nlohmann::ordered_json json = begin(sweep_output, identity.version, identity.commit);
    json["sweep"] = loaded.name;
    json["scenario"] = loaded.sweep.scenario.name;
    if (identity.shard.of > 1) {
        json["shard"] = identity.shard.number + 1;
        json["of"] = identity.shard.of;
    }
    json["seed"] = loaded.sweep.scenario.seed;
    json["points"] = loaded.sweep.points();
    json["runs"] = runs;
    if (!fingerprint.empty()) {
        json["failed"] = failed;
        json["fingerprint"] = fingerprint;
    }
    add_files(json, files);
    return json.dump(2) + "\n";
}

} // namespace demarche
