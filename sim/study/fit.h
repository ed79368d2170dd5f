#pragma once
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/study/features.h"
#include "sim/study/likelihood.h"
#include "sim/study/linear.h"

namespace demarche {

/// Weeks of a series and the pairs in them that are cases.
struct Window {
    const EventSeries* series = nullptr;
    int first = 1; ///< first and last week
    int last = 1;
    /// In each week the pairs that had this many acts a week until then, all classes and both
    /// directions together: the same rule that chooses pairs to forecast. 0 = all pairs.
    double activity = 0.25;
    /// If given, these pairs instead.
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>* pairs = nullptr;
};

/// Cases with what was observed of them.
struct Sample {
    std::vector<std::string> actors; ///< of all windows, in the order in which they came
    std::vector<FeatureColumn> columns;
    Cases cases;
    std::array<std::vector<std::uint32_t>, class_count> counts;
    std::vector<std::uint32_t> source, target; ///< index in `actors`
    std::vector<std::uint32_t> week;           ///< of the series
    std::vector<std::uint32_t> window;

    std::size_t size() const { return source.size(); }
};

/// Walks through the windows and writes down every case.
Sample sample(const std::vector<Window>& windows);

/// How strongly parameters are held back. Each is the inverse variance of a normal prior, the same
/// for all classes and data. Stimuli are measured by their share of the mean rate, postures and
/// dispersion per standard deviation of their covariate.
struct FitRule {
    double stimulus = 2;
    double posture = 20;
    double dispersion = 20;
    double exponent = 200;      ///< of ln rho, around 0
    double slope = 1;           ///< around 0.7
    bool actor_effects = false; ///< who acts and at whom, partially pooled
    bool pair_effects = false;
    /// What columns do; empty = what they declare. For models that use only some of them.
    std::function<Roles(const FeatureColumn&)> roles;
    double tolerance = 1e-7; ///< relative, of the penalised log-likelihood
    int most_evaluations = 1000;
    std::function<void()> evaluated; ///< called after every evaluation, for those who wait
};

/// An estimated parameter.
struct CoefficientEstimate {
    std::string name;
    double value = 0;
    double error = 0; ///< standard error, clustered by pair; 0 where it was not computed
    bool at_bound = false;
};

struct ClassFit {
    QuadClass of = QuadClass::vcoop;
    CountModel model;
    std::vector<double> parameters;
    std::vector<CoefficientEstimate> estimates; ///< without effects
    std::array<double, 3> variance{};           ///< of effects of sources, targets and pairs
    std::vector<std::size_t> uncertain;         ///< parameters with a standard error
    Matrix spread{0};                           ///< L with L L' = the covariance of these
    std::vector<double> effect_error;           ///< of the effects, conditional on the rest
    double log_likelihood = 0;                  ///< without penalty
    int evaluations = 0;
    double steepest = 0; ///< largest derivative left
    std::string reason;  ///< why the search ended
    bool ended = true;   ///< false: it gave up, or the evaluations ran out; these are no estimates
    std::vector<std::string> warnings;
};

ClassFit fit(const Sample& sample, QuadClass of, const FitRule& rule, unsigned threads);

/// Computes the standard errors of `estimates`: the sandwich of the observed information and of
/// scores summed by unordered pair. Parameters at their bound are held there, effects are held at
/// their estimates.
void add_errors(const Sample& sample, const FitRule& rule, ClassFit& fit, unsigned threads);

/// One-step-ahead forecasts of every case of a sample, whose actors may be others than those of
/// the fit. Effects are left out.
Forecasts forecast(const ClassFit& fit, const Sample& sample);

} // namespace demarche
