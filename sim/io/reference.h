#pragma once
#include <string>

namespace demarche {

/// docs/scenarios.md: every key of a scenario with its type, range, default and meaning, in
/// Markdown. Prose and examples come from sim/io/reference.md; the keys come from the same
/// declarations that read scenarios, which must read the examples without a problem.
std::string scenario_reference();

} // namespace demarche
