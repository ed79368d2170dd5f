#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/problems.h"
#include "sim/study/sweep.h"

namespace demarche {

/// A question to the results: where along an axis does an outcome become likelier than `level`?
struct TippingQuestion {
    std::string name;
    std::size_t outcome = 0; ///< in Sweep::outcomes
    std::size_t axis = 0;
    double level = 0.5;
};

/// A sweep with what only files know about it.
struct LoadedSweep {
    std::string name;
    std::string title;
    Sweep sweep;
    std::vector<TippingQuestion> tipping;
    bool events = false;       ///< keep the events of every run
    std::string text;          ///< of the sweep file
    std::string scenario_text; ///< what reads back as the scenario
    std::string timeline;      ///< path of the scenario's CSV of known events, "" = none
    std::string points_name;   ///< of the CSV file of a list, "" = none
    std::string points_text;
};

/// Reads a sweep file and the scenario it names. `scenario`, where given, is read in its place.
/// Nothing is returned where anything is wrong; `problems` then holds all that is.
std::optional<LoadedSweep> load_sweep(const std::filesystem::path& file, Problems& problems,
                                      const std::filesystem::path& scenario = {});

} // namespace demarche
