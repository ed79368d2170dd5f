#include "sim/study/quantity.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <cmath>

#include "sim/core/elementary.h"
#include "sim/study/statistics.h"

namespace demarche {

const char* Quantity::problem() const {
    // Written so that NaN is a problem, too.
    switch (kind) {
    case Kind::normal:
        return std::isfinite(mean) && sd > 0 && std::isfinite(sd)
                   ? nullptr
                   : "a normal distribution needs a mean and an sd above 0";
    case Kind::log_uniform:
        if (!(low > 0))
            return "a logarithmic range must start above 0";
        break;
    case Kind::triangular:
        if (!(low <= mode && mode <= high))
            return "the mode of a triangular distribution must lie between low and high";
        break;
    case Kind::beta:
        if (!(alpha > 0 && beta > 0 && std::isfinite(alpha) && std::isfinite(beta)))
            return "alpha and beta of a beta distribution must be above 0";
        break;
    case Kind::uniform:
        break;
    }
    return low < high && std::isfinite(high - low) ? nullptr : "low must be below high";
}

double Quantity::from_unit(double u) const {
    if (kind == Kind::normal)
        return mean + sd * normal_quantile(std::clamp(u, 0x1p-54, 1 - 0x1p-53));
    if (u <= 0)
        return low;
    if (u >= 1)
        return high;
    double value = low + u * (high - low);
    if (kind == Kind::log_uniform) {
        const double start = log_bits(low);
        value = exp_bits(start + u * (log_bits(high) - start));
    } else if (kind == Kind::triangular) {
        const double left = (mode - low) / (high - low); // probability below the mode
        value = u < left ? low + std::sqrt(u * (high - low) * (mode - low))
                         : high - std::sqrt((1 - u) * (high - low) * (high - mode));
    } else if (kind == Kind::beta) {
        const boost::math::beta_distribution<double> distribution(alpha, beta);
        // 24 bits, for the reason given in statistics.cpp.
        value = low + (high - low) * static_cast<float>(quantile(distribution, u));
    }
    return std::clamp(value, low, high);
}

double Quantity::from_level(double u) const {
    return from_unit(kind == Kind::normal ? 0.025 + 0.95 * u : u);
}

std::size_t choice_from_unit(double u, std::size_t count) {
    const auto cell = static_cast<std::size_t>(std::max(u, 0.0) * static_cast<double>(count));
    return std::min(cell, count - 1);
}

} // namespace demarche
