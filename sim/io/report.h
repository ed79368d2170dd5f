#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/problems.h"
#include "sim/io/scenario_reader.h"

namespace demarche {

struct ReportOptions {
    std::string program; ///< "demarche 0.1.0 (abc)", which writes the report
    unsigned threads = 1;
    /// How many pairs are explained; without a number eight, three of an ensemble, or none where
    /// running again takes long (more than a hundred thousand actors squared times ticks).
    std::optional<unsigned> explained;
    /// What is to be known of a scenario before the results of its run, or of an ensemble, are
    /// believed.
    std::function<std::string(const Scenario&, bool ensemble)> warning;
};

/// A page that shows what an output folder of `run`, `sweep`, `fit` or `score` holds. It needs no
/// network and no other file. Throws std::runtime_error where the folder is no such output, has
/// been changed, or has no pairs to explain but is asked to; what is wrong with its scenario goes
/// to `problems`, and nothing is returned. Equal folders give equal bytes, whatever the number of
/// threads.
std::optional<std::string> report_html(const std::filesystem::path& folder,
                                       const ReportOptions& options, Problems& problems);

} // namespace demarche
