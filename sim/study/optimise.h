#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace demarche {

/// A smooth function to be made as small as possible, with its gradient.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct Minimum {
    std::vector<double> at;
    double value = 0;
    double steepest = 0; ///< largest derivative that a step inside the bounds could follow
    int evaluations = 0;
    std::string reason; ///< why the search ended
    bool found = false; ///< a minimum; else the search gave up
};

/// Limited-memory BFGS with bounds (L-BFGS-B), from `start`; infinite
/// bounds are none. (With two for every variable the first step goes all the way to them.) Ends
/// where an iteration improves the value by less than `relative_tolerance` of it.
Minimum minimise(const Objective& objective, std::vector<double> start,
                 const std::vector<double>& lower, const std::vector<double>& upper,
                 double relative_tolerance, int most_evaluations);

} // namespace demarche
