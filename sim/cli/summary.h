#pragma once
#include <string>
#include <vector>

#include "sim/engine/scenario.h"
#include "sim/study/outcomes.h"

namespace demarche {

/// Prints what happened for people: the pairs that came to a crisis or rose most, with all
/// the scenario scripted; those at war or in a crisis before it began; crises; messages. For an
/// ensemble, medians and the central 90 % of the replications.
void print_summary(const Scenario& scenario, const std::vector<RunOutcome>& runs, bool ensemble);

/// How many directed pairs have their levels from the gravity prior, and which the seed drew far
/// above the mean, as lines; of an ensemble with what that means for its results. "" = none.
std::string note_on_levels(const Scenario& scenario, bool ensemble);
/// What the facts of a scenario leave out or can hardly mean, as lines: pairs at the default
/// distance, organisations of nobody, more power than the world has. "" = nothing.
std::string note_on_facts(const Scenario& scenario);
/// The shocks after which rates have no equilibrium any more, a line each; "" = none.
std::string note_on_shocks(const Scenario& scenario);

} // namespace demarche
