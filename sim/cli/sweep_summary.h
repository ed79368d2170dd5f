#pragma once
#include "sim/cli/commands.h"
#include "sim/io/sweep_reader.h"
#include "sim/io/sweep_tables.h"

namespace demarche {

/// Prints what a sweep found: for every outcome its least and greatest mean, what moves it most,
/// where it tips; and where the scales of severity disagree.
void print_sweep_summary(const LoadedSweep& loaded, const SweepSummary& summary);

/// Prints how many runs a sweep has, and how long and how large it will about be.
int print_plan(const LoadedSweep& loaded, const SweepOptions& options);

} // namespace demarche
