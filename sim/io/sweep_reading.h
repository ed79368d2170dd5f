#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "sim/core/parameter.h"
#include "sim/io/sweep_reader.h"

namespace demarche {

/// A sweep file while it is read.
struct SweepReading {
    const toml::table& root;
    const std::filesystem::path& file;
    std::filesystem::path scenario;     ///< file
    std::vector<std::string> overrides; ///< of the whole sweep, as --set takes them
    Problems& problems;
    LoadedSweep loaded{};
    /// Every number the scenario has, with its declaration.
    std::map<std::string, std::pair<Parameter, double>, std::less<>> numbers{};
    bool is_list = false; ///< the points stand in a file

    std::vector<std::string> axis_names() const;
    std::vector<std::string> outcome_names() const;
    /// Whether the file has [table.NAME], be it right or wrong.
    bool declares(const char* table, const std::string& name) const;
    /// Reports what the scenario reader says of overrides, at a place in the sweep file.
    bool try_overrides(const std::vector<std::string>& more, const Place& place) const;
};

/// The texts of names that head columns of a CSV file: letters, digits and . _ - *
bool is_column_name(std::string_view name);
/// "true", "plover", "0.25": the value without quotes, as it stands after "path=".
std::string plain_text(const toml::node& value);

void read_axes(SweepReading& reading); ///< [axis.X]; needs the numbers
/// The points of a list, from CSV text whose header names the axes.
void read_points(SweepReading& reading, const std::string& csv, const std::string& name);
/// Sweep::choose for the axes that are no numbers of Setting::describe; empty without one.
std::function<std::shared_ptr<const Scenario>(std::span<const double>)>
chosen_scenarios(const SweepReading& reading);
/// Whether an axis is set by reading the scenario again.
bool is_overridden(const SweepReading& reading, const Axis& axis);

} // namespace demarche
