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
    std::string verbatim; ///< the file, where it says it all; "" where it extends or was overridden
    std::string name;     ///< of the file, without its folder

    /// What reads back as this scenario. Only for one that was found right.
    std::string text() const;
};

std::optional<Source> read_source(const std::filesystem::path& file,
                                  const std::vector<std::string>& overrides, Problems& problems,
                                  const ReadText& read = read_text);

} // namespace demarche
