#pragma once
#include <filesystem>
#include <string>

namespace demarche {

/// The bytes of a file; std::runtime_error with its path where it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Throws std::runtime_error: what is wrong with this file or folder.
[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why);

} // namespace demarche
