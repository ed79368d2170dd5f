#pragma once

namespace demarche {

/// Negative-binomial counts whose dispersion varies with the mean. Stated for weekly counts:
/// size = exp(intercept + slope * ln mean), variance = mean + mean^2 / size. Sizes of independent
/// days add up, so a tick of d days has d / 7 of the size and any tick length gives a week the
/// same variance.
struct Dispersion {
    double intercept = 0;
    double slope = 0.5;
    /// Size for a tick of `days` at a rate > 0 per day.
    double size(double rate, double days) const;
    bool operator==(const Dispersion&) const = default;
};

/// The number n >= 0 with P(N > n) <= v < P(N > n - 1) for a negative binomial N with this mean
/// (> 0) and size (> 0): inversion of the survival function. v uniform in (0, 1) gives N; the
/// same v gives counts that grow with the mean. Since P(N >= 1) <= mean, v >= mean is always 0.
int negative_binomial(double v, double mean, double size);

/// The same where ln P(N = 0) and P(N = 0) are known.
int negative_binomial(double v, double mean, double size, double log_nothing, double nothing);

/// ln P(N = n), for n >= 0.
double negative_binomial_log_pmf(int n, double mean, double size);

} // namespace demarche
