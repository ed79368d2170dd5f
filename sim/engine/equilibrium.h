#pragma once

namespace demarche {

struct World;

/// Fills the levels: those the scenario states, the gravity prior for all other pairs.
void set_levels(World& world);

/// Sets memories, grievances and moods to where the levels alone would keep them: the fixed point
/// of "memory = rate" with every message an average act. Without it the first weeks of every run
/// would be a warming-up. Throws std::runtime_error where there is no fixed point (rates explode).
void start_at_equilibrium(World& world);

} // namespace demarche
