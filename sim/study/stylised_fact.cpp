#include "sim/study/stylised_fact.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace demarche {

Verdict verdict(const StylisedFact& fact, const std::vector<double>& measured) {
    if (!fact.not_claimed.empty())
        return Verdict::not_claimed;
    if (measured.empty())
        return Verdict::not_measured;
    const double mean = std::accumulate(measured.begin(), measured.end(), 0.0) /
                        static_cast<double>(measured.size());
    return mean >= fact.low && mean <= fact.high ? Verdict::pass : Verdict::fail;
}

std::pair<double, double> allowed_range(const std::vector<double>& real) {
    const auto [low, high] = std::minmax_element(real.begin(), real.end());
    const double middle = (*low + *high) / 2;
    const double distance = std::min(std::abs(middle), std::abs(1 - middle));
    const double margin = std::max((*high - *low) / 2, distance / 10);
    return {*low - margin, *high + margin};
}

} // namespace demarche
