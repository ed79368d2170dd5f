#pragma once
#include <string>
#include <vector>

#include "sim/study/appraisal_sample.h"
#include "sim/study/fit.h"
#include "sim/study/free_forecast.h"
#include "sim/study/score.h"

namespace demarche {

/// Tables of a fit and of a score as CSV; docs/calibration.md describes the columns.
std::string fit_csv(const std::vector<ClassFit>& fits);
std::string actors_csv(const Sample& sample, const std::vector<ClassFit>& fits);
/// Doctrines of all actors in the units of a scenario.
std::string doctrine_csv(const Sample& sample, const DoctrineFit& fit);
/// The same as a scenario has them, without what is not identified.
std::string doctrine_toml(const Sample& sample, const DoctrineFit& fit);
/// The estimates as TOML, by class.
std::string coefficients_toml(const std::vector<ClassFit>& fits);
/// The estimates as [policy.appraisal] takes them.
std::string policy_toml(const std::vector<ClassFit>& fits, int tick_days);

std::string predictions_header();
std::string predictions_csv(const Sample& sample, const EventSeries& series, QuadClass of,
                            const Forecasts& forecasts);

/// One model's score for a class and group of pairs, beside that of the model it is compared with.
struct ScoredModel {
    std::string name;
    QuadClass of = QuadClass::vconf;
    std::string group;
    Score score;
    PairedDifference gain; ///< of log score over the linear Hawkes model
    Calibration calibration;
};
std::string scores_csv(const std::vector<ScoredModel>& models);

/// Simulated totals: mean, size, quantiles and what happened.
std::string forecasts_csv(const FreeForecast& forecast, const EventSeries& series);
std::string free_run_csv(const FreeForecast& forecast, const std::vector<FreeRunScore>& scores);

} // namespace demarche
