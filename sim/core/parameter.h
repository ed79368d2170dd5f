#pragma once
#include <functional>
#include <limits>
#include <string>

namespace demarche {

/// The declaration of a tunable number. It stands once, beside the member it describes; the
/// config reader, `--set`, shocks, `demarche policies` and the documentation read it there.
struct Parameter {
    std::string name; ///< key in a scenario; dots separate nested tables
    std::string unit; ///< "" for a pure number, "yes/no" for a switch
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    std::string meaning;
};

/// Called with every declaration and the number it stands for.
using ParameterVisitor = std::function<void(const Parameter&, double&)>;

inline constexpr double unbounded = std::numeric_limits<double>::infinity();

} // namespace demarche
