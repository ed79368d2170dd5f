#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/summary.h"
#include "sim/cli/version.h"
#include "sim/io/output_folder.h"
#include "sim/io/report.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

/// Writes beside the file and renames, so that it appears whole or not at all.
void write_whole(const fs::path& file, const std::string& text) {
    fs::path partial = file;
    partial += ".part";
    {
        std::ofstream out(partial, std::ios::binary);
        out << text;
        out.close();
        if (!out) {
            std::error_code ignored;
            fs::remove(partial, ignored);
            throw std::runtime_error(file.string() + ": cannot be written");
        }
    }
    fs::rename(partial, file);
}

} // namespace

int report_command(const ReportCommandOptions& options) {
    const fs::path file =
        options.out.empty() ? fs::path(options.folder) / "report.html" : fs::path(options.out);
    if (fs::is_directory(file)) {
        log_error(file.string() + ": is a folder; name a file");
        return failure;
    }
    if (fs::is_regular_file(file) && !is_report(file)) {
        log_error(file.string() + ": exists already and is no report; --out names another file");
        return failure;
    }
    ReportOptions how;
    how.program = fmt::format("demarche {} ({})", program_version, program_commit);
    how.threads =
        options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    how.explained = options.explained;
    how.warning = note_on_levels;
    Problems problems;
    const auto html = report_html(options.folder, how, problems);
    if (refuse(problems) || !html)
        return failure;
    write_whole(file, *html);
    fmt::print("{}: {:.1f} MB; open it in a browser.\n", file.string(),
               static_cast<double>(html->size()) / 1e6);
    return success;
}

} // namespace demarche
