#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

#include "sim/study/cases.h"

namespace demarche {

/// Which columns of the cases move what. The rate of a case is
///
///     ln mean = sum_z gamma_z z + u[levels of the case] + rho ln( sum_k a_k m_k ),   a >= 0
///     ln size = sum_d delta_d x_d + slope ln mean
///
/// and its count is negative binomial with this mean and size (variance mean + mean^2 / size).
struct CountModel {
    std::vector<std::size_t> stimulus;   ///< columns m
    std::vector<std::size_t> posture;    ///< columns z
    std::vector<std::size_t> dispersion; ///< columns x; one of them should be constant

    std::vector<std::size_t> effects; ///< numbers of levels of each grouping, such as actors

    /// Where each part stands in the vector of parameters: a, gamma, delta, ln rho, slope, then u
    /// by grouping.
    std::size_t first_posture() const { return stimulus.size(); }
    std::size_t first_dispersion() const { return stimulus.size() + posture.size(); }
    std::size_t log_exponent() const { return first_dispersion() + dispersion.size(); }
    std::size_t slope() const { return log_exponent() + 1; }
    std::size_t first_effect() const { return slope() + 1; }
    std::size_t parameters() const {
        return std::accumulate(effects.begin(), effects.end(), first_effect());
    }
};

/// What is observed of each case.
struct Observations {
    std::vector<std::uint32_t> counts;
    std::vector<std::vector<std::uint32_t>> levels; ///< [grouping][case]

    std::size_t size() const { return counts.size(); }
};

/// Means and sizes of cases.
struct Forecasts {
    std::vector<double> mean;
    std::vector<double> size;
};

/// How a sum over all cases is taken.
struct Evaluation {
    unsigned threads = 1;
    std::size_t every = 1; ///< one block of cases in so many, for a first approximation
    /// Cases in single precision, sums in double: more than twice as fast, and within about 1e-8 of
    /// the value. For searches.
    bool single_precision = false;
};

/// The log-likelihood of the observations, without the terms ln y! that no parameter moves; adds
/// its gradient to `gradient` unless that is empty; one that ends before the effects leaves them
/// out. Cases beyond the last observation do not count.
/// Threads share out blocks; sums are taken in the order of blocks, so the result does not depend
/// on their number.
double log_likelihood(const CountModel& model, const Cases& cases, const Observations& observed,
                      std::span<const double> parameters, std::span<double> gradient,
                      const Evaluation& how = {});

/// `levels` as in Observations.
Forecasts forecast(const CountModel& model, const Cases& cases,
                   const std::vector<std::vector<std::uint32_t>>& levels, std::size_t rows,
                   std::span<const double> parameters);

/// The expected information on every effect, all else known: of an effect on ln mean, the sum over
/// its cases of mean / (1 + mean / size).
std::vector<double> effect_information(const CountModel& model, const Cases& cases,
                                       const Observations& observed,
                                       std::span<const double> parameters);

/// Calls `see` with the number and the derivatives of the log-likelihood of every case, without
/// those by effects.
void each_score(const CountModel& model, const Cases& cases, const Observations& observed,
                std::span<const double> parameters,
                const std::function<void(std::size_t row, std::span<const double> score)>& see);

} // namespace demarche
