#pragma once
#include <vector>

#include "sim/engine/scenario.h"
#include "sim/study/outcomes.h"

namespace demarche {

/// Prints what happened for people: the pairs that came to a crisis or rose most, with all
/// the scenario scripted; crises; messages. For an ensemble,
/// medians and the central 90 % of the replications.
void print_summary(const Scenario& scenario, const std::vector<RunOutcome>& runs, bool ensemble);

} // namespace demarche
