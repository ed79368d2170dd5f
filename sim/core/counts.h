#pragma once
#include <array>
#include <cstddef>

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

/// Many such counts at once, side by side.
class CountBatch {
public:
    using Numbers = std::array<double, 64>;
    Numbers u, most;          ///< v of each is known to be between these
    Numbers mean, rate;       ///< expected counts, in the tick and per day
    Numbers intercept, slope; ///< Dispersion
    Numbers drawn;            ///< the count of each, but
    Numbers open;             ///< not 0 where `of` has to say it

    /// Fills both for the first `count` of them, for a tick of `days`.
    void draw(std::size_t count, double days);
    /// The count of one where v is known exactly.
    int of(std::size_t k, double v) const;

private:
    static constexpr int steps = 4; ///< counts below this are found for all at once
    Numbers size_, log_nothing_, nothing_;
};

/// ln P(N = n), for n >= 0.
double negative_binomial_log_pmf(int n, double mean, double size);

} // namespace demarche
