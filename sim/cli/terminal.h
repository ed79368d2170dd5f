#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace demarche {

/// Whether standard output or standard error is a terminal that wants colours.
bool colours(int descriptor);

/// "12 s", "3 min 20 s"
std::string duration_text(double seconds);

/// A name as a shell takes it back: in quotes where it needs them.
std::string shell_word(const std::string& name);

/// Progress of long work on standard error: a bar with the remaining time on a terminal, a plain
/// line now and then elsewhere, nothing when quiet.
class Progress {
public:
    /// `before` of the total were done earlier. A total of 0 is one that nobody knows.
    Progress(std::string what, std::uint64_t total, bool quiet, std::uint64_t before = 0);
    /// `note` follows the line.
    void advance_to(std::uint64_t done, const std::string& note = "");
    double rate(std::uint64_t done) const; ///< per second since the beginning
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

private:
    using Clock = std::chrono::steady_clock;
    std::string what_;
    std::uint64_t total_;
    std::uint64_t before_;
    bool quiet_;
    bool terminal_;
    bool shown_ = false;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_ = start_;
};

} // namespace demarche
