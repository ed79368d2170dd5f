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

/// One number of a state's doctrine (agents/knobs.h), estimated for every source: how far it is
/// from the average state's, partially pooled and the same in all classes of acts. A deviation u
/// multiplies a rate by exp(loading u) and a part of its stimulus by exp(u).
struct DoctrineTerm {
    std::string name;
    double average = 0; ///< the number of a state with u = 0
    double least = 0;   ///< range of the number
    double most = 0;
    bool logarithm = false; ///< the number is average exp(u) rather than average + u
    std::array<double, class_count> loading{};
    double usual = 0.5; ///< a deviation to be expected, which counts as one more state
    std::string part;   ///< stimuli whose names begin like this; "" = none
    std::string lack;   ///< what events do not show of whom the number stays unknown

    /// The number for a deviation, within its range.
    double value(double deviation) const;
    double deviation(double value) const;
    /// Whether a deviation is the least or the greatest that the range allows.
    bool at_end(double deviation) const;
};

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
    std::vector<DoctrineTerm> doctrine; ///< of `fit_doctrines`, which knows no other effects
    /// What columns do in a class; empty = what they declare. For models that use only some of
    /// them.
    std::function<Roles(const FeatureColumn&, QuadClass)> roles;
    double tolerance = 1e-7; ///< relative, of the penalised log-likelihood
    int most_evaluations = 1000;
    std::function<void()> evaluated; ///< called after every evaluation, for those who wait
};

/// An estimated parameter.
struct CoefficientEstimate {
    std::string name;
    double value = 0;
    double error = 0;      ///< standard error, clustered by pair; 0 where it was not computed
    bool at_bound = false; ///< of what it may be: a weight that is 0, the exponent, the slope
};

struct ClassFit {
    QuadClass of = QuadClass::vcoop;
    CountModel model;
    std::vector<double> parameters;
    std::vector<CoefficientEstimate> estimates; ///< without effects
    std::vector<double> variance;               ///< of effects, by grouping
    std::vector<std::size_t> uncertain;         ///< parameters with a standard error
    Matrix spread{0};                           ///< L with L L' = the covariance of these
    std::vector<double> effect_error;           ///< of the effects, coefficients being known
    double log_likelihood = 0;                  ///< without penalty
    int evaluations = 0;
    double steepest = 0; ///< largest derivative left
    std::string reason;  ///< why the search ended
    bool ended = true;   ///< false: it gave up, or the evaluations ran out; these are no estimates
    std::vector<std::string> warnings;
};

ClassFit fit(const Sample& sample, QuadClass of, const FitRule& rule, unsigned threads);

/// A number of the doctrine of every actor, by index in Sample::actors.
struct DoctrineEstimate {
    DoctrineTerm term;
    double variance = 0; ///< of deviations between states
    struct OfActor {
        double deviation = 0;
        double error = 0; ///< of its posterior, coefficients being uncertain, too; 0 = not computed
        std::string note; ///< why the events say nothing of it; "" = they do
    };
    std::vector<OfActor> of_actor;
};

/// Classes fitted together with the doctrines of their sources.
struct DoctrineFit {
    std::vector<ClassFit> classes; ///< their effects are the deviations, term by term
    std::vector<DoctrineEstimate> doctrine;
    std::vector<std::string> warnings; ///< of the doctrines
};

/// `rule.doctrine` says what is estimated; terms that nothing in these classes depends on are left
/// out with a warning. The search goes for the likeliest coefficients and doctrines together; from
/// there a step leads to the likeliest coefficients whatever the doctrines, and to the means of
/// these (Laplace's approximation, to first order). Standard errors are those of add_errors, with
/// the observed information of coefficients and doctrines together, so each is as uncertain as the
/// others make it; in the sandwich the prior of doctrines stands beside the scores. Doctrines get
/// the error of their posterior, its inverse. Their variances are taken as known.
DoctrineFit fit_doctrines(const Sample& sample, const std::vector<QuadClass>& classes,
                          const FitRule& rule, unsigned threads);

/// Computes the standard errors of `estimates`: the sandwich of the observed information and of
/// scores summed by unordered pair. Parameters at their bound are held there, effects are held at
/// their estimates.
void add_errors(const Sample& sample, const FitRule& rule, ClassFit& fit, unsigned threads);

/// One-step-ahead forecasts of every case of a sample, whose actors may be others than those of
/// the fit. Effects are left out.
Forecasts forecast(const ClassFit& fit, const Sample& sample);

} // namespace demarche
