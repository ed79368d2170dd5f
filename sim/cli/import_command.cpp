#include "sim/cli/import_command.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/io/event_import.h"
#include "sim/io/gzip.h"
#include "sim/io/lines.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::size_t names_shown = 15;

/// A file that appears whole or not at all, gzipped if its name says so; "" = standard output.
class WholeFile {
public:
    explicit WholeFile(std::string path)
        : path_(std::move(path)), partial_(path_ + ".partial"),
          file_(path_.empty() ? stdout : std::fopen(partial_.c_str(), "wb")) {
        if (file_ == nullptr)
            throw std::system_error(errno, std::generic_category(), path_);
    }
    ~WholeFile() {
        if (path_.empty() || file_ == nullptr)
            return;
        std::fclose(file_);
        std::remove(partial_.c_str());
    }
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;

    void write(std::string_view text) {
        const bool pack = path_.ends_with(".gz");
        const std::string packed = pack ? gzip(text) : "";
        const std::string_view bytes = pack ? std::string_view(packed) : text;
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size())
            fail();
    }
    void commit() {
        if (path_.empty())
            return;
        if (std::fclose(std::exchange(file_, nullptr)) != 0 ||
            std::rename(partial_.c_str(), path_.c_str()) != 0)
            fail();
    }

private:
    [[noreturn]] void fail() const {
        const int why = errno;
        std::remove(partial_.c_str());
        throw std::system_error(why, std::generic_category(), path_);
    }
    std::string path_, partial_;
    std::FILE* file_;
};

/// Whether a file may be written: it is not there yet, or an earlier import, which its first line
/// tells ("" = nothing may be there), and none of those that are to be read.
bool may_write(const std::string& path, std::string_view first_line,
               const std::vector<std::string>& read = {}) {
    std::error_code error;
    if (path.empty() || !fs::exists(path, error))
        return true;
    for (const std::string& file : read)
        if (fs::equivalent(path, file, error)) {
            log_error(fmt::format("'{}' is to be read; --out names another file", path));
            return false;
        }
    Problems unread;
    Lines lines(path, unread);
    const auto first = lines.next();
    if (first && !first_line.empty() && *first == first_line.substr(0, first_line.size() - 1))
        return true;
    log_error(fmt::format("'{}' exists already{}; --out names another file", path,
                          first_line.empty() ? "" : " and is no earlier import"));
    return false;
}

/// What became of the lines, on standard error where the events go to standard output.
void print_report(const ImportReport& r, std::FILE* to) {
    const auto row = [&](std::string_view what, std::uint64_t count) {
        fmt::print(to, "{:<34} {:>12} {:>7.1f} %\n", what, count,
                   100.0 * static_cast<double>(count) /
                       static_cast<double>(std::max<std::uint64_t>(r.lines, 1)));
    };
    row("lines", r.lines);
    row("malformed", r.malformed);
    for (std::size_t d = 0; d < dropped_count; ++d)
        row(dropped_names[d], r.dropped[d]);
    row("repeats of a fact of that day", r.repeats);
    row("distinct facts", r.facts);
    const auto names = r.top_unmapped(names_shown);
    if (!names.empty()) {
        fmt::print(to, "\nMost frequent names that stand for no state:\n");
        for (const auto& [name, count] : names)
            fmt::print(to, "{:>12}  {}\n", count, name);
        const std::size_t others = r.unmapped.size() - names.size();
        if (others > 0)
            fmt::print(to, "              and {} others; --report writes all, --actors adds some\n",
                       others);
    }
}

} // namespace

int import_events_command(const ImportOptions& options) {
    const auto begun = std::chrono::steady_clock::now();
    const EventFormat* const format = event_format(options.format);
    Problems problems;
    const ActorTable actors(options.actors, problems);
    if (refuse(problems))
        return failure;
    std::vector<std::string> inputs = options.files;
    inputs.push_back(options.actors);
    if (!may_write(options.out, event_header, inputs) ||
        !may_write(options.report, report_header, inputs))
        return failure;
    WholeFile out(options.out); // before the work, which may be long
    std::vector<fs::path> files(options.files.begin(), options.files.end());
    std::uint64_t bytes = 0;
    for (const fs::path& file : files) {
        std::error_code error;
        const auto size = fs::file_size(file, error);
        bytes += error ? 0 : size;
    }
    Progress progress("megabytes", std::max<std::uint64_t>(bytes / megabyte, 1), options.quiet);
    ImportSettings settings;
    settings.progress = [&](std::uint64_t read) { progress.advance_to(read / megabyte); };
    const ImportReport report = import_events(files, *format, actors, settings, problems,
                                              [&](std::string_view text) { out.write(text); });
    if (refuse(problems))
        return failure;
    std::string shown;
    for (const std::string& line : report.first_malformed)
        shown += line + "\n";
    if (!shown.empty())
        log_problems(shown);
    if (report.malformed > report.first_malformed.size())
        log_warning(fmt::format("{} more malformed lines are counted, but not shown",
                                report.malformed - report.first_malformed.size()));
    if (!options.report.empty()) {
        WholeFile file(options.report);
        file.write(report_csv(report));
        file.commit();
    }
    std::FILE* const to = options.out.empty() ? stderr : stdout;
    if (!options.quiet)
        print_report(report, to);
    if (report.rows == 0) {
        log_error("no line is an event between two states; nothing was written");
        return failure;
    }
    out.commit();
    if (!options.quiet) {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
        fmt::print(to, "\n{}: {} rows, {} acts, {} to {}, in {}.\n",
                   options.out.empty() ? "standard output" : options.out, report.rows, report.acts,
                   report.first, report.last, duration_text(wall.count()));
    }
    return success;
}

int import_world_command(const WorldSources& sources, const std::string& out, bool quiet) {
    if (!may_write(out, ""))
        return failure;
    Problems problems;
    const auto world = import_world(sources, problems);
    if (refuse(problems) || !world)
        return failure;
    WholeFile file(out);
    file.write(world->scenario);
    file.commit();
    for (const std::string& note : world->notes)
        log_warning(note);
    if (!quiet)
        fmt::print(out.empty() ? stderr : stdout, "{}: {} states, {} ties, {} organisations.{}\n",
                   out.empty() ? "standard output" : out, world->states, world->ties,
                   world->organisations,
                   out.empty() ? "" : " Next: demarche check " + shell_word(out));
    return success;
}

} // namespace demarche
