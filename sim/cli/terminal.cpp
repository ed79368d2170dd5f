#include "sim/cli/terminal.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/core.h>

namespace demarche {
namespace {

/// Of standard error; what most have where nobody knows.
std::size_t terminal_columns() {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col : 80;
}

} // namespace

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

std::string shell_word(const std::string& name) {
    const auto plain = [](unsigned char c) {
        return std::isalnum(c) != 0 || std::strchr("._-/+,:@%", c) != nullptr || c >= 0x80;
    };
    if (!name.empty() && std::all_of(name.begin(), name.end(), plain))
        return name;
    std::string out = "'";
    for (const char c : name)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

Progress::Progress(std::string what, std::uint64_t total, bool quiet, std::uint64_t before)
    : what_(std::move(what)), total_(total), before_(before), quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0) {}

double Progress::rate(std::uint64_t done) const {
    const std::chrono::duration<double> elapsed = Clock::now() - start_;
    return static_cast<double>(done - before_) / std::max(elapsed.count(), 1e-9);
}

void Progress::advance_to(std::uint64_t done, const std::string& note) {
    if (quiet_ || done <= before_)
        return;
    const auto now = Clock::now();
    const std::chrono::duration<double> since_last = now - last_;
    if (since_last.count() < (terminal_ ? 0.1 : 10.0))
        return;
    last_ = now;
    shown_ = true;
    const std::size_t columns = terminal_ ? terminal_columns() : 0;
    std::string line = fmt::format("{}: {}{}", what_, done, note);
    if (total_ > 0) {
        const std::string left = duration_text(static_cast<double>(total_ - done) / rate(done));
        line = fmt::format("{}: {} of {}, {} left{}", what_, done, total_, left, note);
        if (terminal_) {
            const std::string text = fmt::format("{}/{}, {} left{}", done, total_, left, note);
            constexpr std::size_t most = 30, around = 5; // what stands around the bar
            const std::size_t used = what_.size() + text.size() + around;
            const std::size_t width = std::min(most, columns > used ? columns - used : 0);
            const std::size_t filled = width * done / total_;
            line = width == 0 ? what_ + " " + text
                              : fmt::format("{} [{}{}] {}", what_, std::string(filled, '#'),
                                            std::string(width - filled, '.'), text);
        }
    }
    if (terminal_ && line.size() >= columns) // a line that wraps could not be written over
        line.resize(columns - 1);
    line = terminal_ ? "\r" + line + "\033[K" : line + "\n";
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
