#pragma once
#include <cstdint>
#include <filesystem>

#include <toml++/toml.h>

#include "sim/io/problems.h"

namespace demarche {

/// What a TOML file of the project describes.
enum class FileKind : std::uint8_t { scenario, sweep, fit, score, vocabulary };

/// Whether a file may be of the kind that is asked for. Where its tables are plainly those of
/// another, this is the only problem worth telling.
bool is_file_of(FileKind asked, const toml::table& root, const std::filesystem::path& file,
                Problems& problems);

} // namespace demarche
