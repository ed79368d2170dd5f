#include "sim/io/manifest.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace demarche {
namespace {

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
    nlohmann::ordered_json json;
    json["program"] = "demarche";
    json["version"] = m.version;
    json["commit"] = m.commit;
    json["study"] = name;
    json["wall_seconds"] = m.wall_seconds;
    add_files(json, files);
    return json.dump(2) + "\n";
}

std::string manifest_json(const Manifest& m, const Scenario& s,
                          const std::vector<OutputFolder::File>& files) {
    nlohmann::ordered_json json;
    json["program"] = "demarche";
    json["version"] = m.version;
    json["commit"] = m.commit;
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

} // namespace demarche
