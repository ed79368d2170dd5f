#include "sim/cli/import_command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/io/event_import.h"
#include "sim/io/result_file.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::size_t names_shown = 15;
constexpr ResultKind imported_events{"earlier import", event_header};
constexpr ResultKind import_account{"earlier report of an import", report_header};

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
    if (is_taken(options.out, &imported_events, "--out", inputs) ||
        is_taken(options.report, &import_account, "--report", inputs))
        return failure;
    ResultFile out(options.out); // before the work, which may be long
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
    if (!options.report.empty())
        write_result(options.report, report_csv(report));
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
    if (is_taken(out))
        return failure;
    Problems problems;
    const auto world = import_world(sources, problems);
    if (refuse(problems) || !world)
        return failure;
    write_result(out, world->scenario);
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
