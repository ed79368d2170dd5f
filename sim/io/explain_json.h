#pragma once
#include <string>
#include <vector>

#include "sim/study/ascent.h"
#include "sim/study/explain.h"
#include "sim/study/what_if.h"

namespace demarche {

/// Answers of `demarche explain` for other programs; the keys are described in docs/explain.md.
std::string account_json(const Story& story, const Message& message, const Account* account,
                         const Origins& origins);
std::string ascent_json(const Story& story, const Ascent& ascent);
std::string what_if_json(const Scenario& scenario, const std::vector<std::string>& question,
                         const WhatIf& what_if, const WhatIf::Courses& courses);

} // namespace demarche
