#pragma once
#include <string>
#include <vector>

#include "sim/study/fit.h"

namespace demarche {

/// A model that Demarche is compared with: the same likelihood and dispersion, fewer covariates.
struct Baseline {
    std::string name;
    std::string meaning;
    FitRule rule;
};

/// The models a statistician would use first, for one class of acts.
std::vector<Baseline> baselines(QuadClass of);

} // namespace demarche
