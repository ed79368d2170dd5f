#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <toml++/toml.h>

#include "sim/io/problems.h"

namespace demarche {

inline constexpr std::size_t largest_file = 16U << 20U; ///< bytes
inline constexpr std::size_t deepest_nesting = 16; ///< parts of a key, and brackets within brackets

/// What is in a file, or why it could not be read.
struct FileText {
    std::string text;
    std::string error; ///< "" = none
};
using ReadText = std::function<FileText(const std::filesystem::path&)>;

/// Reads from the disk. A pipe is read to its end, a file only if it is not enormous.
FileText read_text(const std::filesystem::path& file);

/// Parses text that came from `name`. Whatever it is, nothing but a problem comes of it: what
/// would break the parser (nesting as deep as the stack) is refused before.
std::optional<toml::table> parse_toml(const std::string& text, const std::string& name,
                                      Problems& problems);

} // namespace demarche
