#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/problems.h"
#include "sim/study/events.h"

namespace demarche {

/// Reads events from a CSV file, plain or packed. Required columns, found by name in any order:
/// date (2018-01-31), source, target, class (or quad), n; cameo and goldstein are read where they
/// are there, others are ignored. Acts of an actor on itself are skipped. Lines that repeat each
/// other add up, which is worth one of the `notes`. Reports every malformed line and returns
/// nothing if there is one.
std::optional<EventSeries> read_events(const std::filesystem::path& file, Problems& problems,
                                       std::vector<std::string>* notes = nullptr);

} // namespace demarche
