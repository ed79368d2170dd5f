#include "sim/core/counts.h"

#include <boost/math/special_functions/gamma.hpp>

#include "sim/core/elementary.h"

namespace demarche {

double Dispersion::size(double rate, double days) const {
    return days / 7 * exp_bits(intercept + slope * log_bits(7 * rate));
}

int negative_binomial(double v, double mean, double size) {
    if (v >= mean)
        return 0;
    const double log_nothing = -size * log1p_bits(mean / size);
    return negative_binomial(v, mean, size, log_nothing, exp_bits(log_nothing));
}

int negative_binomial(double v, double mean, double size, double log_nothing, double nothing) {
    if (v >= mean)
        return 0;
    // Walk the survival function down from P(N > 0). Far tails of huge means would underflow
    // P(N = 0); carrying the logarithm of the term until it is representable keeps them exact.
    const double odds = mean / (mean + size);
    double log_term = log_nothing;
    double term = nothing;
    double survival = 1.0;
    for (int n = 0;; ++n) {
        if (log_term > -700.0)
            survival -= term;
        if (survival <= v || (n > mean && term < 1e-26))
            return n;
        const double ratio = (n + size) / (n + 1.0) * odds;
        if (log_term > -700.0) {
            term *= ratio;
        } else {
            log_term += log_bits(ratio);
            term = exp_bits(log_term);
        }
    }
}

double negative_binomial_log_pmf(int n, double mean, double size) {
    using boost::math::lgamma;
    return lgamma(n + size) - lgamma(size) - lgamma(n + 1.0) - size * log1p_bits(mean / size) +
           n * (log_bits(mean) - log_bits(mean + size));
}

} // namespace demarche
