#include "sim/cli/terminal.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <fmt/core.h>

namespace demarche {

bool colours(int descriptor) {
    const char* const no = std::getenv("NO_COLOR");
    return isatty(descriptor) != 0 && (no == nullptr || *no == '\0');
}

std::string duration_text(double seconds) {
    if (seconds < 10)
        return fmt::format("{:.1f} s", seconds);
    const long whole = std::lround(seconds);
    if (whole < 120)
        return fmt::format("{} s", whole);
    if (whole < 7200)
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

Progress::Progress(std::string what, std::uint64_t total, bool quiet)
    : what_(std::move(what)), total_(total), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::advance_to(std::uint64_t done) {
    if (quiet_ || done == 0)
        return;
    const auto now = Clock::now();
    const std::chrono::duration<double> since_last = now - last_;
    if (since_last.count() < (terminal_ ? 0.1 : 10.0))
        return;
    last_ = now;
    shown_ = true;
    const std::chrono::duration<double> elapsed = now - start_;
    const double share = static_cast<double>(done) / static_cast<double>(total_);
    const std::string left = duration_text(elapsed.count() * (1 - share) / share);
    std::string line = fmt::format("{}: {} of {}, {} left\n", what_, done, total_, left);
    if (terminal_) {
        constexpr std::size_t width = 30;
        const auto filled = static_cast<std::size_t>(share * width);
        line = fmt::format("\r{} [{}{}] {}/{}, {} left \033[K", what_, std::string(filled, '#'),
                           std::string(width - filled, '.'), done, total_, left);
    }
    std::fputs(line.c_str(), stderr); // work goes on where nobody reads of its progress
    std::fflush(stderr);
}

Progress::~Progress() {
    if (shown_ && terminal_) {
        std::fputs("\r\033[K", stderr);
        std::fflush(stderr);
    }
}

} // namespace demarche
