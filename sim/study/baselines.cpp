#include "sim/study/baselines.h"

#include <algorithm>

namespace demarche {
namespace {

/// A rule under which the named columns stimulate or multiply, dispersion depends on the mean alone
/// and the rate is linear in the stimulus.
FitRule rule(std::vector<std::string> stimuli, std::vector<std::string> multipliers) {
    FitRule r;
    r.exponent = 1e9;
    r.roles = [stimuli = std::move(stimuli), multipliers = std::move(multipliers)](
                  const FeatureColumn& column, QuadClass) -> Roles {
        const auto in = [&](const std::vector<std::string>& list) {
            return std::find(list.begin(), list.end(), column.name) != list.end();
        };
        return (in(stimuli) ? stimulates : 0U) | (in(multipliers) ? multiplies : 0U) |
               (column.name == "constant" ? disperses : 0U);
    };
    return r;
}

} // namespace

std::vector<Baseline> baselines(QuadClass of) {
    const std::string name(class_names[index(of)]);
    std::vector<std::string> echoes{"constant"};
    std::vector<std::string> logs{"pair_volume"};
    for (const char* direction : {"own_", "received_"})
        for (const char* other : {"vconf", "mconf"})
            for (const char* horizon : {".medium", ".long"}) {
                logs.push_back(std::string("log_") + direction + other + horizon);
                echoes.push_back(std::string(direction) + other + horizon);
            }
    echoes.push_back("own_" + name + ".slow");
    return {{"constant", "the pair's own past rate, shrunk to the mean",
             rule({"constant", "own_" + name + ".slow"}, {})},
            {"ewma", "exponentially weighted past of the pair",
             rule({"constant", "own_" + name + ".long", "own_" + name + ".slow"}, {})},
            {"log-linear", "inertia and reciprocity in logarithms", rule({"constant"}, logs)},
            {"hawkes", "linear self-, mutual and cross-excitation", rule(echoes, {})}};
}

} // namespace demarche
