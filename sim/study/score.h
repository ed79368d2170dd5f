#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/study/likelihood.h"

namespace demarche {

/// How good forecasts of counts were; everything but the last three is a mean over cases.
struct Score {
    double nls = 0;   ///< negative log probability of the count, in nats
    double crps = 0;  ///< continuous ranked probability score of the count
    double brier = 0; ///< of "at least one"
    double auc = 0;   ///< area under the ROC curve of "at least one"
    double ap = 0;    ///< average precision of "at least one"
    double bias = 0;  ///< sum of means / sum of counts
    std::size_t cases = 0;
};

/// Means below this count as this, as everywhere these scores are published.
inline constexpr double least_mean = 1e-6;

/// ln P(N = n) of each case.
std::vector<double> log_scores(const Forecasts& forecasts, std::span<const std::uint32_t> counts);

Score score(const Forecasts& forecasts, std::span<const std::uint32_t> counts);

/// Randomised probability integral transform: shares of cases in each tenth, uniform where
/// forecasts are calibrated; and the shares of counts inside the central intervals of these
/// probabilities.
struct Calibration {
    std::vector<double> histogram;
    double inside50 = 0, inside80 = 0, inside90 = 0;
};
Calibration calibration(const Forecasts& forecasts, std::span<const std::uint32_t> counts);

/// Some cases of many, by their positions.
template <class T>
std::vector<T> pick(const std::vector<T>& from, std::span<const std::size_t> cases) {
    std::vector<T> out;
    for (const std::size_t k : cases)
        out.push_back(from[k]);
    return out;
}
inline Forecasts pick(const Forecasts& from, std::span<const std::size_t> cases) {
    return {pick(from.mean, cases), pick(from.size, cases)};
}

/// A mean over cases and its standard error when whole clusters of cases are drawn anew.
struct PairedDifference {
    double mean = 0;
    double error = 0;
};

/// Draws of clusters, the same for all that is compared. (Efron and Tibshirani 1993, section 8.)
class ClusterBootstrap {
public:
    /// The cluster of every case. Numbers up to the largest that no case has count as clusters
    /// without any.
    explicit ClusterBootstrap(std::span<const std::uint32_t> cluster);
    /// Of a - b over some of the cases; draws without any of them are left out.
    PairedDifference difference(std::span<const double> a, std::span<const double> b,
                                std::span<const std::size_t> cases) const;

private:
    std::vector<std::uint32_t> cluster_;            ///< of a case, among those that have any
    std::vector<std::vector<std::uint16_t>> times_; ///< [draw][cluster]
};

} // namespace demarche
