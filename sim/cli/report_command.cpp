#include <filesystem>

#include <fmt/format.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/summary.h"
#include "sim/cli/version.h"
#include "sim/core/threads.h"
#include "sim/io/report.h"
#include "sim/io/result_file.h"

namespace demarche {

namespace fs = std::filesystem;

int report_command(const ReportCommandOptions& options) {
    const fs::path file =
        options.out.empty() ? fs::path(options.folder) / "report.html" : fs::path(options.out);
    if (is_taken(file, &report_page))
        return failure;
    ReportOptions how;
    how.program = fmt::format("demarche {} ({})", program_version, program_commit);
    how.threads = thread_count(options.threads);
    how.explained = options.explained;
    how.warning = note_on_levels;
    Problems problems;
    const auto html = report_html(options.folder, how, problems);
    if (refuse(problems) || !html)
        return failure;
    write_result(file, *html);
    fmt::print("{}: {:.1f} MB; open it in a browser.\n", file.string(),
               static_cast<double>(html->size()) / 1e6);
    return success;
}

} // namespace demarche
