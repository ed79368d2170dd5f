#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/study/free_run.h"
#include "sim/study/score.h"
#include "sim/study/score_groups.h"

namespace demarche {

/// How far and how often to simulate.
struct FreeRunRule {
    std::uint32_t replications = 0;
    std::vector<int> horizons; ///< in weeks from the first that is forecast, ascending
    std::uint64_t seed = 1;
    bool parameter_uncertainty = false;
    /// Called between replications, those of the rehearsal included, with how many are done.
    std::function<void(std::uint32_t)> progress;

    std::uint32_t simulations() const; ///< how many replications that will be
};

/// Shares of the counts of some pairs inside central intervals. A count whose probability reaches
/// across an end of the interval is inside with the part within.
struct Coverage {
    std::size_t pairs = 0;
    double inside50 = 0, inside80 = 0, inside90 = 0;
};

/// How good simulated totals were, of one class and group of pairs.
struct FreeRunScore {
    QuadClass of = QuadClass::vcoop;
    std::string group;
    int weeks = 0;
    Score score;                         ///< of the negative binomials with their moments
    Coverage coverage;                   ///< of all pairs
    Coverage with_history;               ///< of those with an act of this class before
    std::uint32_t observed = 0;          ///< acts of all pairs together
    std::uint32_t low90 = 0, high90 = 0; ///< central interval of this sum
};

struct FreeForecast {
    std::vector<int> horizons;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs; ///< rows of the series
    std::array<ClassFit, class_count> fits;
    LevelCertainty levels;
    FreeRunTotals totals;
    std::array<std::vector<std::uint32_t>, class_count> history; ///< acts before; [class][pair]
    std::vector<std::array<std::vector<std::uint32_t>, class_count>> observed; ///< [horizon]

    /// The least n of a simulated total with at least this share of replications at or below it.
    std::uint32_t quantile(QuadClass of, std::size_t horizon, std::size_t pair, double share) const;
};

/// Fits the windows over all pairs, estimates how certain levels are by a run over the last weeks
/// of the last window, and simulates `series` from week `origin` on.
FreeForecast free_forecast(std::vector<Window> windows, const EventSeries& series, int origin,
                           double activity, const FitRule& fit_rule, const FreeRunRule& rule,
                           unsigned threads);

/// Compares with what was observed: by horizon, class and those of the groups that have pairs.
std::vector<FreeRunScore> scores(const FreeForecast& forecast,
                                 const std::vector<DyadGroup>& groups);

} // namespace demarche
