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

/// Writes a file; throws std::runtime_error where that fails.
void write_json(const std::string& file, const std::string& text);

/// Whether an answer may be written there: nothing is, or an earlier answer, or no plain file.
bool may_write_json(const std::string& file);

} // namespace demarche
