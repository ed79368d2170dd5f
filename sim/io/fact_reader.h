#pragma once
#include <vector>

#include "sim/study/stylised_fact.h"

namespace demarche {

/// The facts of configs/facts.toml as built into the program.
const std::vector<StylisedFact>& stylised_facts();

} // namespace demarche
