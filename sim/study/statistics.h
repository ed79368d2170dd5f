#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace demarche {

/// What a sample cannot tell.
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A number estimated from a sample and the ends of its confidence interval. NaN says that the
/// sample cannot tell (the ends of a mean of one value, say).
struct Estimate {
    double value = nan;
    double low = nan;
    double high = nan;
};

/// Mean and variance of numbers that are not kept (Welford 1962). The bits depend on the order
/// of `add`, so add in the order of replications.
class Moments {
public:
    void add(double x);
    std::uint64_t count() const { return count_; }
    double mean() const;     ///< NaN when empty
    double variance() const; ///< of the population, estimated with n - 1; NaN below two values
    double sd() const;
    double standard_error() const; ///< of the mean

private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0; ///< sum of squared deviations from the mean
};

/// The number that a standard normal variable is below with this probability, in (0, 1).
double normal_quantile(double probability);
/// The probability that a standard normal variable is below x.
double normal_probability(double x);
/// As normal_quantile, for Student's t.
double student_quantile(double probability, double degrees_of_freedom);

/// Mean with Student's interval; without ends below two values.
Estimate mean_interval(const Moments& sample, double confidence = 0.95);
/// The same; NaN values (censored, undefined) are left out.
Estimate mean_interval(std::span<const double> sample, double confidence = 0.95);
/// Share of successes with Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001).
Estimate proportion_interval(std::uint64_t successes, std::uint64_t trials,
                             double confidence = 0.95);
/// Mean of a[i] - b[i] with Student's interval: for two points that share their random numbers.
/// Pairs with a NaN are left out. (Streaming: Moments of the differences and mean_interval.)
Estimate paired_difference(std::span<const double> a, std::span<const double> b,
                           double confidence = 0.95);

/// Median and central range of a sample.
struct Spread {
    double low = 0, median = 0, high = 0;
};
/// Quantiles (1 - cover) / 2, 1/2 and (1 + cover) / 2 by linear interpolation (type 7 of
/// Hyndman and Fan 1996). The sample must not be empty.
Spread spread(std::vector<double> sample, double cover);
/// The same by nearest rank (type 1): values of the sample, for rungs, counts and days.
Spread ranked_spread(std::vector<double> sample, double cover);
/// Quantile of a sorted sample, type 7; NaN when empty.
double sorted_quantile(std::span<const double> sorted, double probability);

/// Quantiles of numbers that are not kept: how often each distinct value came, exact while there
/// are at most `capacity` of them (rungs and counts always, whatever the number of runs). Beyond
/// that the two closest neighbours become one value, their weighted mean (Ben-Haim and Tom-Tov
/// 2010), and quantiles are approximate. The bits depend on the order of `add`.
class Distribution {
public:
    explicit Distribution(std::size_t capacity = 256) : capacity_(capacity) {}
    void add(double x); ///< NaN is not counted
    std::uint64_t count() const { return count_; }
    bool exact() const { return exact_; }
    /// Type 7, as `spread`; NaN when empty.
    double quantile(double probability) const;

private:
    struct Bin {
        double value;
        std::uint64_t count;
    };
    std::vector<Bin> bins_; ///< by value
    std::size_t capacity_;
    std::uint64_t count_ = 0;
    double least_ = 0;
    double greatest_ = 0;
    bool exact_ = true;
};

} // namespace demarche
