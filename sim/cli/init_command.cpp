#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/io/result_file.h"

namespace demarche {

int init_command(const StarterRequest& request) {
    const std::vector<std::string> problems = problems_of(request);
    for (const std::string& problem : problems)
        log_error(problem);
    for (const std::string& doubt : doubts_about(request))
        log_warning(doubt);
    const bool taken = is_taken(request.file);
    if (!problems.empty() || taken)
        return problems.empty() ? failure : misuse;
    write_result(request.file, starting_scenario(request));
    const std::size_t n = request.states.size();
    fmt::print("{}: {} states, {} pair{}. Next: demarche check {}\n", request.file, n,
               n * (n - 1) / 2, n == 2 ? "" : "s", shell_word(request.file));
    return success;
}

} // namespace demarche
