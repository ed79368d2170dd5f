#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"

namespace demarche {
namespace {

/// Writes a file that must not exist yet; a half-written one is removed.
void write_new_file(const std::string& path, const std::string& text) {
    std::FILE* const file = std::fopen(path.c_str(), "wx");
    if (file == nullptr)
        throw std::system_error(errno, std::generic_category(), path);
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int error = written ? 0 : errno;
    if (std::fclose(file) == 0 && written)
        return;
    const int why = error != 0 ? error : errno;
    std::remove(path.c_str());
    throw std::system_error(why, std::generic_category(), path);
}

bool exists(const std::string& path) {
    std::FILE* const file = std::fopen(path.c_str(), "r");
    return file != nullptr && std::fclose(file) == 0;
}

} // namespace

int init_command(const StarterRequest& request) {
    const std::vector<std::string> problems = problems_of(request);
    for (const std::string& problem : problems)
        log_error(problem);
    for (const std::string& doubt : doubts_about(request))
        log_warning(doubt);
    const bool taken = !request.file.empty() && exists(request.file);
    if (taken)
        log_error("'" + request.file + "' exists already; --out names another file");
    if (!problems.empty() || taken)
        return problems.empty() ? failure : misuse;
    write_new_file(request.file, starting_scenario(request));
    const std::size_t n = request.states.size();
    fmt::print("{}: {} states, {} pair{}. Next: demarche check {}\n", request.file, n,
               n * (n - 1) / 2, n == 2 ? "" : "s", shell_word(request.file));
    return success;
}

} // namespace demarche
