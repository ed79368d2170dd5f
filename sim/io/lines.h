#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/problems.h"

namespace demarche {

inline constexpr std::size_t longest_line = 1U << 16U; // bytes

/// The lines of a text file that is plain, gzipped or the only file of a zip archive, read as a
/// stream. Reports a file that cannot be read, is a folder or no text, and a truncated archive.
class Lines {
public:
    Lines(const std::filesystem::path& file, Problems& problems);
    /// Lines of a text, which must outlive this.
    Lines(std::string name, std::string_view text, Problems& problems);
    ~Lines();
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    bool good() const { return source_ != nullptr && !failed_; }
    /// The next line without its end, valid until the next call; nothing at the end of the file.
    std::optional<std::string_view> next();
    /// Number of the last line, from 1.
    unsigned number() const { return number_; }
    /// Whether the last line had more than `longest_line` bytes; then what comes is empty.
    bool too_long() const { return too_long_; }
    /// How much of the file, in bytes as it lies on the disk, has been read.
    std::uint64_t offset() const;

    /// Where bytes come from.
    struct Source;

private:
    bool refill();
    std::string_view take(std::size_t end);

    std::string name_;
    Problems* problems_;
    std::unique_ptr<Source> source_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;     ///< first byte not yet taken
    std::size_t filled_ = 0; ///< one past the last byte read
    unsigned number_ = 0;
    bool too_long_ = false;
    bool failed_ = false;
};

} // namespace demarche
