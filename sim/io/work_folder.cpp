#include "sim/io/work_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/io/files.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr const char* sweep_name = "sweep.toml";
constexpr const char* scenario_name = "scenario.toml";
constexpr const char* identity_name = "identity.json"; // of unfinished work; holds the texts, too
constexpr const char* manifest_name = "manifest.json";

[[noreturn]] void fail(const fs::path& path, const char* what, int error) {
    throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(error));
}

void write_file(const fs::path& path, const std::string& text) {
    const fs::path unfinished = path.string() + ".new";
    const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        fail(path, "cannot be created", errno);
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        (::fsync(file) == 0 || errno == EINVAL);
    const int error = errno;
    ::close(file);
    if (!written)
        fail(path, "cannot be written", error);
    fs::rename(unfinished, path);
}

std::string round_name(std::uint32_t round) {
    return "round-" + std::to_string(round) + ".runs";
}

bool is_journal(const std::string& name) {
    return name.starts_with("round-") && name.ends_with(".runs");
}

std::vector<fs::path> journals_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (std::uint32_t round = 0; fs::exists(folder / round_name(round)); ++round)
        found.push_back(folder / round_name(round));
    return found;
}

nlohmann::ordered_json json_of(const SweepIdentity& i) {
    return {{"program", "demarche"},       {"version", i.version}, {"commit", i.commit},
            {"shard", i.shard.number + 1}, {"of", i.shard.of},     {"sweep", i.sweep},
            {"scenario", i.scenario},      {"points", i.points}};
}

/// "the scenario and the program"
std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

/// What an output holds of what was swept: names and texts.
std::vector<std::pair<std::string, std::string>> sources_of(const LoadedSweep& loaded) {
    std::vector<std::pair<std::string, std::string>> sources{{sweep_name, loaded.text},
                                                             {scenario_name, loaded.scenario_text}};
    if (!loaded.points_name.empty())
        sources.emplace_back(loaded.points_name, loaded.points_text);
    if (!loaded.timeline.empty())
        sources.emplace_back(fs::path(loaded.timeline).filename().string(),
                             read_file(loaded.timeline));
    return sources;
}

} // namespace

std::vector<std::string> SweepIdentity::differences(const SweepIdentity& other) const {
    std::vector<std::string> found;
    if (sweep != other.sweep)
        found.emplace_back("the sweep file");
    if (scenario != other.scenario)
        found.emplace_back("the scenario");
    if (points != other.points)
        found.emplace_back("the list of points");
    if (version != other.version || commit != other.commit)
        found.push_back("the program (" + version + " " + commit + ", not " + other.version + " " +
                        other.commit + ")");
    if (shard.number != other.shard.number || shard.of != other.shard.of)
        found.push_back("the shard (" + shard_text(shard) + ", not " + shard_text(other.shard) +
                        ")");
    return found;
}

std::string shard_text(Shard shard) {
    return std::to_string(shard.number + 1) + "/" + std::to_string(shard.of);
}

SweepIdentity identity_of(const LoadedSweep& loaded, Shard shard, std::string version,
                          std::string commit) {
    return {std::move(version), std::move(commit),    shard,
            loaded.text,        loaded.scenario_text, loaded.points_text};
}

void add_sources(const LoadedSweep& loaded, OutputFolder& folder) {
    for (const auto& [name, text] : sources_of(loaded))
        folder.add(name, text);
}

bool is_finished(const fs::path& folder, const LoadedSweep& loaded, const SweepIdentity& identity) {
    const fs::path mark = folder / manifest_name;
    std::error_code error;
    if (!fs::exists(mark, error))
        return false;
    const auto json = nlohmann::json::parse(read_file(mark), nullptr, false);
    if (!json.is_object() || !json.contains("sweep") || json.value("failed", 0U) > 0 ||
        json.value("version", "") != identity.version ||
        json.value("commit", "") != identity.commit ||
        json.value("shard", 1U) != identity.shard.number + 1 ||
        json.value("of", 1U) != identity.shard.of)
        return false;
    const auto sources = sources_of(loaded);
    const bool same = std::all_of(sources.begin(), sources.end(), [&](const auto& source) {
        const fs::path file = folder / source.first;
        return fs::exists(file, error) && read_file(file) == source.second;
    });
    if (!same || !identity.commit.ends_with("-dirty"))
        return same;
    const auto built = fs::last_write_time(fs::read_symlink("/proc/self/exe", error), error);
    return !error && built < fs::last_write_time(mark);
}

WorkFolder::WorkFolder(fs::path path, const SweepIdentity& identity, bool restart)
    : path_(std::move(path)) {
    std::error_code error;
    fs::create_directories(path_, error);
    if (error)
        fail(path_, "cannot be created", error.value());
    lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0)
        fail(path_, "cannot be opened", errno);
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0)
        throw std::runtime_error(path_.string() + ": another process is at work on this sweep");
    std::vector<fs::path> mine;
    for (const auto& entry : fs::directory_iterator(path_)) {
        const std::string name = entry.path().filename().string();
        if (!is_journal(name) && name != identity_name &&
            name != std::string(identity_name) + ".new")
            throw std::runtime_error(path_.string() + ": holds '" + name +
                                     "', which is no part of unfinished work; move it away");
        mine.push_back(entry.path());
    }
    const fs::path mark = path_ / identity_name;
    if (fs::exists(mark) && !restart) {
        const auto json = nlohmann::json::parse(read_file(mark), nullptr, false);
        SweepIdentity before;
        if (json.is_object()) {
            before = {json.value("version", ""),
                      json.value("commit", ""),
                      {json.value("shard", 1U) - 1, json.value("of", 1U)},
                      json.value("sweep", ""),
                      json.value("scenario", ""),
                      json.value("points", "")};
        }
        const std::vector<std::string> changed = identity.differences(before);
        if (!changed.empty())
            throw std::runtime_error(path_.string() +
                                     ": the unfinished work there belongs to "
                                     "something else: changed since: " +
                                     joined(changed) +
                                     "; undo that to go on, or begin anew with --restart");
        resumed_ = true;
        return;
    }
    for (const fs::path& file : mine)
        fs::remove(file);
    write_file(mark, json_of(identity).dump(1) + "\n");
}

WorkFolder::~WorkFolder() {
    if (lock_ >= 0)
        ::close(lock_);
}

fs::path WorkFolder::journal(std::uint32_t round) const {
    return path_ / round_name(round);
}

std::vector<fs::path> WorkFolder::journals() const {
    return journals_in(path_);
}

void WorkFolder::remove() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

FinishedShard read_shard(const fs::path& folder) {
    const fs::path mark = folder / manifest_name;
    std::error_code error;
    const auto json = fs::exists(mark, error)
                          ? nlohmann::json::parse(read_file(mark), nullptr, false)
                          : nlohmann::json();
    if (!json.is_object() || json.value("program", nlohmann::json()) != "demarche" ||
        !json.contains("of"))
        throw std::runtime_error(folder.string() + ": is not a finished shard of a sweep" +
                                 (fs::exists(folder.string() + ".part", error)
                                      ? "; it is still unfinished: '" + folder.string() + ".part'"
                                      : ""));
    FinishedShard shard;
    shard.identity = {json.value("version", ""),
                      json.value("commit", ""),
                      {json.value("shard", 1U) - 1, json.value("of", 1U)},
                      read_file(folder / sweep_name),
                      read_file(folder / scenario_name),
                      ""};
    std::vector<fs::path> others; // a list of points, a timeline
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!is_journal(name) && name != sweep_name && name != scenario_name &&
            name != manifest_name)
            others.push_back(entry.path());
    }
    std::sort(others.begin(), others.end());
    for (const fs::path& other : others)
        shard.identity.points += other.filename().string() + "\n" + read_file(other);
    shard.journals = journals_in(folder);
    return shard;
}

} // namespace demarche
