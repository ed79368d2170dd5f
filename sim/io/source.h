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

/// Reads "path=value" as it stands on the command line: a table that holds this one value. A bare
/// word is a string.
std::optional<toml::table> parse_override(const std::string& text, Problems& problems);

/// Visits all values of a table of paths, which may be written with quotes or without: then TOML
/// makes tables of them. `visit` gets the path, its last key and the value.
template <class Table, class Visit>
void visit_paths(Table& table, const Visit& visit, const std::string& prefix = "") {
    for (auto&& [key, node] : table) {
        const std::string path = prefix + std::string(key.str());
        if (node.is_table())
            visit_paths(*node.as_table(), visit, path + ".");
        else
            visit(path, key, node);
    }
}

std::optional<Source> read_source(const std::filesystem::path& file,
                                  const std::vector<std::string>& overrides, Problems& problems,
                                  const ReadText& read = read_text);

} // namespace demarche
