#pragma once
#include <cstddef>
#include <cstdint>

namespace demarche {

/// What one axis of an experiment varies, as a function of a coordinate between 0 and 1.
struct Quantity {
    enum class Kind : std::uint8_t {
        uniform,     ///< between low and high
        log_uniform, ///< the same of its logarithm; 0 < low
        normal,      ///< mean and standard deviation
        triangular,  ///< between low and high, most often at the mode
        beta         ///< between low and high, shapes alpha and beta
    };
    Kind kind = Kind::uniform;
    double low = 0, high = 1;
    double mean = 0, sd = 1;
    double mode = 0.5;
    double alpha = 1, beta = 1;

    /// Why these numbers describe no distribution ("low must be below high, ..."); nullptr when
    /// they do.
    const char* problem() const;
    /// The quantile at u in [0, 1]. Unbounded ones (normal) stay finite at 0 and 1.
    double from_unit(double u) const;
    /// The same for designs that put points on both ends (Design::at_levels): the ends of an
    /// unbounded quantity are its quantiles 0.025 and 0.975.
    double from_level(double u) const;
};

/// Which of `count` >= 1 values of a choice a coordinate in [0, 1] means: cells of equal width.
std::size_t choice_from_unit(double u, std::size_t count);

} // namespace demarche
