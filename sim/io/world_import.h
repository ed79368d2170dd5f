#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/actor_table.h"
#include "sim/io/problems.h"

namespace demarche {

/// Files of the Correlates of War and of ATOP, as they are published; the tables they hold are
/// recognised by their columns (docs/importing.md).
struct WorldSources {
    int year = 0;
    std::filesystem::path capabilities; ///< National Material Capabilities
    std::filesystem::path alliances;    ///< ATOP, dyad-years; "" = none
    std::filesystem::path contiguity;   ///< Direct Contiguity; "" = none
    std::filesystem::path igo;          ///< IGOs, dyads; "" = none
    std::filesystem::path actors;       ///< additions to configs/actors.csv; "" = none
    std::string name;                   ///< of the scenario
};

/// A scenario of all states of a year.
struct ImportedWorld {
    std::string scenario; ///< TOML
    std::size_t states = 0, ties = 0, organisations = 0;
    std::vector<std::string> notes; ///< what was done in want of data, one sentence each
};

/// Reads the files; reports everything that is wrong with them and returns nothing then.
std::optional<ImportedWorld> import_world(const WorldSources& sources, Problems& problems);

} // namespace demarche
