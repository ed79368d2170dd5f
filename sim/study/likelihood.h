#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

#include "sim/study/cases.h"

namespace demarche {

/// Numbers u of the levels of a grouping of the cases, such as actors, and what they do there.
struct Effects {
    std::size_t levels = 0;   ///< how many
    std::size_t grouping = 0; ///< index in Groupings::levels
    double loading = 1;       ///< of u in ln mean
    std::size_t part = 0;     ///< of the stimulus, which is multiplied by exp(u); 0 = none
};

/// Which columns of the cases move what. The rate of a case is
///
///     ln mean = sum_z gamma_z z + sum_g loading_g u_g[level of the case]
///               + rho ln( sum_k a_k m_k exp(u_g[k]) ),   a >= 0, g[k]: who multiplies the part of
///               k
///     ln size = sum_d delta_d x_d + slope ln mean
///
/// and its count is negative binomial with this mean and size (variance mean + mean^2 / size).
struct CountModel {
    std::vector<std::size_t> stimulus;   ///< columns m
    std::vector<std::size_t> part;       ///< of each stimulus, below most_parts; none = all 0
    std::vector<std::size_t> posture;    ///< columns z
    std::vector<std::size_t> dispersion; ///< columns x; one of them should be constant
    std::vector<Effects> effects;        ///< no two multiply the same part

    static constexpr std::size_t most_parts = 3; ///< 0 is what no effect multiplies

    /// Where each part stands in the vector of parameters: a, gamma, delta, ln rho, slope, then u
    /// one after another.
    std::size_t first_posture() const { return stimulus.size(); }
    std::size_t first_dispersion() const { return stimulus.size() + posture.size(); }
    std::size_t log_exponent() const { return first_dispersion() + dispersion.size(); }
    std::size_t slope() const { return log_exponent() + 1; }
    std::size_t first_effect() const { return slope() + 1; }
    std::size_t parameters() const {
        return std::accumulate(effects.begin(), effects.end(), first_effect(),
                               [](std::size_t sum, const Effects& e) { return sum + e.levels; });
    }
};

/// Cells of cases that have all levels in common, such as those of a directed pair of actors.
struct Groupings {
    std::vector<std::uint32_t> cell;                ///< [case]
    std::vector<std::vector<std::uint32_t>> levels; ///< [grouping][cell]
    /// [block of cases] The first cell where all others follow it one by one, or none.
    std::vector<std::uint32_t> run;

    static constexpr std::uint32_t none = UINT32_MAX;
    void find_runs();
    std::uint32_t run_of(std::size_t block) const { return block < run.size() ? run[block] : none; }
    std::size_t cells() const { return levels.empty() ? 0 : levels.front().size(); }
};

/// What is observed of each case.
struct Observations {
    Observations() = default;
    Observations(std::vector<std::uint32_t> counts, Groupings groupings);

    std::vector<std::uint32_t> counts;
    Groupings groupings;
    std::vector<char> any; ///< [block of cases] whether a count is above 0

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

Forecasts forecast(const CountModel& model, const Cases& cases, const Groupings& groupings,
                   std::size_t rows, std::span<const double> parameters);

/// The expected information on effects, all else known: at [g * effects + h][level] that of u_g and
/// u_h, the sum over the cases of the level of d ln mean / d u_g, d ln mean / d u_h and
/// mean / (1 + mean / size). Empty where g and h have different groupings.
using EffectInformation = std::vector<std::vector<double>>;
EffectInformation effect_information(const CountModel& model, const Cases& cases,
                                     const Observations& observed,
                                     std::span<const double> parameters);

/// What cases tell of ln mean, as expected information, cell by cell. For models in which no effect
/// multiplies a part of the stimulus.
struct CellInformation {
    std::vector<double> of_cell;      ///< on ln mean itself
    std::vector<double> of_parameter; ///< by parameter before the effects; 0 of dispersion
    std::vector<float> cross;         ///< [parameter][cell]: on both together
};
CellInformation cell_information(const CountModel& model, const Cases& cases,
                                 const Observations& observed, std::span<const double> parameters,
                                 unsigned threads);

/// The sum over all cases of the squared derivative by each parameter before the effects; bits as
/// those of `log_likelihood` do not depend on `threads`.
std::vector<double> squared_scores(const CountModel& model, const Cases& cases,
                                   const Observations& observed, std::span<const double> parameters,
                                   unsigned threads);

/// Calls `see` with the number and the derivatives of the log-likelihood of every case: those by
/// parameters before the effects, then one by each of `effects`, at the level of the case.
void each_score(const CountModel& model, const Cases& cases, const Observations& observed,
                std::span<const double> parameters,
                const std::function<void(std::size_t row, std::span<const double> score)>& see);

} // namespace demarche
