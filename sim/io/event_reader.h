#pragma once
#include <filesystem>
#include <optional>

#include "sim/io/problems.h"
#include "sim/study/events.h"

namespace demarche {

/// Reads events from a CSV file, gzipped or not. Required columns, found by name in any order:
/// date (2018-01-31), source, target, class (or quad), n; others are ignored. Acts of an actor on
/// itself are skipped, lines that repeat each other add up. Reports every malformed line and
/// returns nothing if there is one.
std::optional<EventSeries> read_events(const std::filesystem::path& file, Problems& problems);

} // namespace demarche
