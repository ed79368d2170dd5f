#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/study/statistics.h"

namespace demarche {

/// Percentile bootstrap (Efron 1979): the sample is drawn again `samples` times with replacement.
/// The percentiles are those that make up for small samples (Hesterberg 2015, "expanded
/// percentile interval").
struct Bootstrap {
    std::uint32_t samples = 1000;
    double confidence = 0.95;
    std::uint64_t seed = 1;
};

/// Sums of a sample, in a form that can be drawn again: some units, each the sums of consecutive
/// observations. Time and memory of the bootstrap do not grow with the sample.
class Sums {
public:
    static constexpr std::size_t most_units = 1024;
    /// Of `observations`, each `width` numbers, in as many units or `most`.
    Sums(std::size_t observations, std::size_t width, std::size_t most = most_units);
    std::size_t units() const { return units_; }
    /// Where the numbers of an observation are to be added.
    std::span<double> of(std::size_t observation);
    /// Over all units.
    std::vector<double> total() const;
    /// Over as many units drawn with replacement: a function of the seed and `sample`.
    void draw(const Bootstrap& bootstrap, std::uint32_t sample, std::span<double> out) const;

private:
    std::size_t observations_;
    std::size_t width_;
    std::size_t units_;
    std::vector<double> sums_;
};

/// The lower percentile, as a share, for a sample of `units` (at least 2).
double lower_percentile(double confidence, std::size_t units);
/// `value` between the percentiles `lower` and 1 - `lower` of what the bootstrap gave, NaN left
/// out; sorts `drawn`.
Estimate percentile_interval(double value, std::vector<double>& drawn, double lower);

} // namespace demarche
