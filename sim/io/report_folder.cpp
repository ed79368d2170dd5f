#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sim/io/files.h"
#include "sim/io/output_folder.h"
#include "sim/io/report_data.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
using Kind = ReportedFolder::Kind;

Kind kind_of(const nlohmann::json& manifest, const ReportedFolder& folder) {
    if (manifest.contains("shard"))
        refuse(folder.path, "part of a sweep; put the parts together with `demarche merge` first");
    if (manifest.contains("sweep"))
        return Kind::sweep;
    if (manifest.contains("study"))
        return folder.has("fit.csv") ? Kind::fit : Kind::score;
    return folder.replications > 1 ? Kind::ensemble : Kind::run;
}

} // namespace

bool ReportedFolder::has(std::string_view file) const {
    return std::any_of(files.begin(), files.end(),
                       [file](const auto& f) { return f.first == file; });
}

ReportedFolder read_reported_folder(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error))
        refuse(path, "no such folder");
    if (!fs::is_directory(path, error))
        refuse(path, "not a folder; name the output folder of a run, a sweep or a fit");
    std::ifstream in(path / "manifest.json", std::ios::binary);
    ReportedFolder folder;
    folder.path = path;
    folder.manifest.assign(std::istreambuf_iterator<char>(in), {});
    const auto json = nlohmann::json::parse(folder.manifest, nullptr, false);
    if (!json.is_object() || json.value("program", nlohmann::json()) != "demarche")
        refuse(path, "not an output of this program (no manifest.json of its own)");
    std::string lacking;
    try {
        for (const auto& file : json.at("files")) {
            const std::string name = file.at("name");
            folder.files.emplace_back(name, file.at("sha256"));
            const auto bytes = fs::file_size(path / name, error);
            if (error || bytes != file.at("bytes").get<std::uint64_t>())
                lacking +=
                    (lacking.empty() ? "" : ", ") + name + (error ? " is missing" : " has changed");
        }
        for (const char* key : {"sweep", "study", "scenario"})
            if (folder.name.empty() && json.contains(key))
                folder.name = json.at(key);
        folder.replications = json.value("replications", 1U);
    } catch (const nlohmann::json::exception&) {
        refuse(path, "manifest.json is not as this program writes it");
    }
    if (!lacking.empty())
        refuse(path, lacking + "; a report shows only what was written");
    folder.kind = kind_of(json, folder);
    return folder;
}

void check_bytes(const ReportedFolder& folder, unsigned threads) {
    InOrder<std::string> work;
    work.count = folder.files.size();
    work.threads = threads;
    work.work = [&](std::uint64_t i) {
        const auto& [name, sha256] = folder.files[i];
        return folder.kind == Kind::ensemble && name == "events.csv"
                   ? sha256
                   : sha256_of(folder.path / name);
    };
    work.collect = [&](std::uint64_t i, std::string& sha256) {
        if (sha256 != folder.files[i].second)
            refuse(folder.path,
                   folder.files[i].first + " has changed; a report shows only what was written");
    };
    work.run();
}

} // namespace demarche
