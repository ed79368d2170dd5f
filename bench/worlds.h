#pragma once
#include <benchmark/benchmark.h>

#include <cstddef>

#include "sim/engine/scenario.h"

namespace demarche {

/// N states of equal power without ties, in daily ticks. Each directed pair has the same level, so
/// that the whole world posts about `acts_per_day` verbal acts a day, half of them hostile, and a
/// tenth as many material ones, echoes included.
Scenario plain_world(std::size_t n, double acts_per_day);

/// Reports seconds per directed dyad.
void per_dyad(benchmark::State& state, std::size_t n);

} // namespace demarche
