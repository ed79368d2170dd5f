#include "sim/cli/log.h"

#include <cstdio>
#include <unistd.h>

#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "sim/cli/terminal.h"

namespace demarche {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made =
            spdlog::stderr_color_mt("demarche", colours(STDERR_FILENO) ? spdlog::color_mode::always
                                                                       : spdlog::color_mode::never);
        made->set_pattern("%n: %^%l%$: %v");
        return made;
    }();
    return *instance;
}

} // namespace

void log_error(const std::string& text) {
    logger().error(text);
}
void log_warning(const std::string& text) {
    logger().warn(text);
}
void log_problems(const std::string& text) {
    std::fputs(text.c_str(), stderr);
}
bool refuse(const Problems& problems) {
    if (problems.empty())
        return false;
    log_problems(problems.text());
    if (problems.size() > 1)
        log_error(fmt::format("{} problems; nothing was done", problems.size()));
    return true;
}

bool is_taken(const std::filesystem::path& file, const ResultKind* kind, const std::string& option,
              std::span<const std::string> read) {
    const std::string why = why_taken(file, kind, read);
    if (!why.empty())
        log_error(file.string() + ": " + why + "; " + option + " names another file");
    return !why.empty();
}

} // namespace demarche
