#include "sim/core/counts.h"

#include <boost/math/special_functions/gamma.hpp>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {

double Dispersion::size(double rate, double days) const {
    return days / 7 * exp_bits(intercept + slope * log_bits(7 * rate));
}

namespace {

constexpr double least_log = -700; // of terms that are numbers
constexpr double negligible = 1e-26;

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
        if (log_term > least_log)
            survival -= term;
        if (survival <= v || (n > mean && term < negligible))
            return n;
        const double ratio = (n + size) / (n + 1.0) * odds;
        if (log_term > least_log) {
            term *= ratio;
        } else {
            log_term += log_bits(ratio);
            term = exp_bits(log_term);
        }
    }
}

} // namespace

int negative_binomial(double v, double mean, double size) {
    const double log_nothing = -size * log1p_bits(mean / size);
    return negative_binomial(v, mean, size, log_nothing, exp_bits(log_nothing));
}

DEMARCHE_VECTORISE
void CountBatch::draw(std::size_t count, double days) {
    // Step by step, so that many numbers are on the way at once.
    for (std::size_t k = 0; k < count; ++k)
        size_[k] = intercept[k] + slope[k] * log_bits(7 * rate[k]);
    for (std::size_t k = 0; k < count; ++k)
        size_[k] = days / 7 * exp_bits(size_[k]);
    for (std::size_t k = 0; k < count; ++k)
        log_nothing_[k] = -size_[k] * log1p_bits(mean[k] / size_[k]);
    for (std::size_t k = 0; k < count; ++k)
        nothing_[k] = exp_bits(log_nothing_[k]);
    Numbers term, survival, more, odds;
    for (std::size_t k = 0; k < count; ++k) {
        drawn[k] = 0;
        term[k] = nothing_[k];
        survival[k] = 1;
        odds[k] = mean[k] / (mean[k] + size_[k]);
        more[k] = u[k] < mean[k] ? 1.0 : 0.0;
        open[k] =
            (u[k] < mean[k]) & ((most[k] >= mean[k]) | (log_nothing_[k] <= least_log)) ? 1.0 : 0.0;
    }
    for (int n = 0; n < steps; ++n)
        for (std::size_t k = 0; k < count; ++k) {
            survival[k] -= term[k];
            const double doubtful = (survival[k] > u[k]) & (survival[k] <= most[k]) ? 1.0 : 0.0;
            open[k] += more[k] * doubtful;
            const bool done = (survival[k] <= u[k]) | ((n > mean[k]) & (term[k] < negligible));
            more[k] = done ? 0.0 : more[k];
            drawn[k] += more[k];
            term[k] *= (n + size_[k]) / (n + 1.0) * odds[k];
        }
    for (std::size_t k = 0; k < count; ++k)
        open[k] += more[k];
}

int CountBatch::of(std::size_t k, double exactly) const {
    return negative_binomial(exactly, mean[k], size_[k], log_nothing_[k], nothing_[k]);
}

double negative_binomial_log_pmf(int n, double mean, double size) {
    using boost::math::lgamma;
    return lgamma(n + size) - lgamma(size) - lgamma(n + 1.0) - size * log1p_bits(mean / size) +
           n * (log_bits(mean) - log_bits(mean + size));
}

} // namespace demarche
