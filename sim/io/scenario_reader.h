#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/scenario.h"
#include "sim/io/problems.h"
#include "sim/io/section.h"
#include "sim/io/toml_text.h"

namespace demarche {

/// A scenario with what only files know about it.
struct LoadedScenario {
    Scenario scenario;
    std::string timeline; ///< path of the CSV of known events, "" = none
    std::string text;     ///< the files it was read from and the overrides, for the output folder
};

/// Reads a table without `extends`; `visit`, where given, sees every section. What is returned is
/// a scenario only where no problem was added. Nobody looks whether the timeline exists.
LoadedScenario read_scenario(const toml::table& root, Problems& problems,
                             const SectionVisitor& visit = {});

/// Reads a scenario and the scenarios it extends. `overrides` are "path=value" strings that
/// replace single values, as on the command line. Nothing is returned where anything is wrong;
/// `problems` then holds all that is. `read` gets the texts of the files.
std::optional<LoadedScenario> load_scenario(const std::filesystem::path& file,
                                            const std::vector<std::string>& overrides,
                                            Problems& problems, const ReadText& read = read_text);

/// Reads an override of `load_scenario` as what it changes from a day of the run on: paths of
/// Setting::describe and new values. What can be changed for a whole run alone is a problem.
/// `scenario` was read from `file`.
std::vector<std::pair<std::string, double>> read_dated_override(const Scenario& scenario,
                                                                const std::filesystem::path& file,
                                                                const std::string& text,
                                                                Problems& problems);

} // namespace demarche
