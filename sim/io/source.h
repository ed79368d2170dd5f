#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "sim/io/problems.h"
#include "sim/io/toml_text.h"

namespace demarche {

/// A scenario file merged with what it extends and with overrides; every node still knows the
/// file, line and column it came from.
struct Source {
    toml::table table;
    std::string text; ///< verbatim where one file says it all, otherwise the merged table
};

std::optional<Source> read_source(const std::filesystem::path& file,
                                  const std::vector<std::string>& overrides, Problems& problems,
                                  const ReadText& read = read_text);

} // namespace demarche
