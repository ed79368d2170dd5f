#pragma once
#include <vector>

#include "sim/study/likelihood.h"

namespace demarche {

/// Effects of groupings (who acts, at whom, which pair) are so many that they are not searched
/// with the rest. Given the rest each has a problem of its own, so a few of Newton's steps, all of
/// a grouping at once, come close to where they belong; search and steps then take turns.
///
/// Improves the effects that stand last in `parameters`, normal around 0 with these inverse
/// variances (one per grouping), and returns the expected information of each.
std::vector<double> improve_effects(const CountModel& model, const Cases& cases,
                                    const Observations& observed, std::vector<double>& parameters,
                                    const std::vector<double>& precision, unsigned threads);

} // namespace demarche
