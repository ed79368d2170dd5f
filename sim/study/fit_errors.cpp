#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "sim/study/fit.h"
#include "sim/study/linear.h"
#include "sim/study/search_space.h"

namespace demarche {
namespace {

constexpr double difference_step = 1e-7;   ///< of a parameter, in units of its search
constexpr double least_information = 0.01; ///< of a doctrine, over that of its prior
constexpr double least_informed = 0.05;    ///< share of its prior variance that events take away

/// A class with what is free of it.
struct Class {
    ClassFit* fit;
    Observations observed;
    SearchSpace search;            ///< of its own parameters
    std::vector<std::size_t> free; ///< those that are not at their bound
    std::size_t first;             ///< of these among all that is free
    std::vector<double> slope{};   ///< of the log-likelihood at the estimates, once it was needed
};

/// Standard errors of classes, by themselves with effects held or together with the effects they
/// share. Everything is measured in the units of the search; effects as they are.
class Uncertainty {
public:
    /// `precision`: of the prior of each term of doctrine; none = effects are held.
    Uncertainty(const Sample& sample, const FitRule& rule, const std::vector<ClassFit*>& fits,
                std::vector<double> precision, unsigned threads)
        : sample_(sample), rule_(rule), precision_(std::move(precision)), threads_(threads) {
        const ColumnMoments m = moments(sample.cases, sample.size());
        for (ClassFit* fit : fits) {
            Class c{fit, observe(sample, fit->of, rule), {}, {}, effects_};
            c.search = make_search(fit->model, m, mean_count(c.observed), rule);
            for (std::size_t k = 0; k < fit->estimates.size(); ++k)
                if (!fit->estimates[k].at_bound)
                    c.free.push_back(k);
            effects_ += c.free.size();
            classes_.push_back(std::move(c));
        }
        levels_ = sample.actors.size();
        for (std::size_t g = 0; g < precision_.size(); ++g)
            for (std::size_t actor = 0; actor < levels_; ++actor)
                held_.push_back(rule_.doctrine[g].at_end(deviation(g, actor)));
    }

    /// Where effects begin among all that is free: term by term, actor by actor.
    std::size_t effects() const { return effects_; }
    std::size_t size() const { return effects_ + precision_.size() * levels_; }

    /// The observed information with that of the priors, from differences of the exact gradient.
    Matrix information() {
        Matrix out(size());
        for (Class& c : classes_)
            for (std::size_t a = 0; a < c.free.size(); ++a) {
                const std::size_t k = c.free[a], row = c.first + a;
                const std::vector<double> by =
                    difference(c, k, 1, difference_step * c.search.unit[k]);
                for (std::size_t b = 0; b < c.free.size(); ++b)
                    out(row, c.first + b) = -by[c.free[b]] * c.search.unit[c.free[b]];
                for (std::size_t e = 0; e + effects_ < size(); ++e)
                    out(row, effects_ + e) = out(effects_ + e, row) =
                        -by[c.fit->model.first_effect() + e];
                out(row, row) += c.search.precision[k];
            }
        // No two actors are the source of one case, so that all of them can move at once.
        for (std::size_t g = 0; g < precision_.size(); ++g) {
            const std::vector<double> by = difference(g);
            for (std::size_t a = 0; a < levels_; ++a) {
                for (std::size_t h = 0; h < precision_.size(); ++h)
                    out(effect(g, a), effect(h, a)) = -by[h * levels_ + a];
                out(effect(g, a), effect(g, a)) += precision_[g];
            }
        }
        out.symmetrise();
        hold_at_ends(out);
        return out;
    }

    /// The sum of squares of scores summed by unordered pair: its weeks, directions and classes are
    /// not independent. What doctrines are drawn from is added as one more score.
    Matrix squared_scores() const {
        struct Scores {
            std::vector<std::size_t> at;
            std::vector<double> sum;
        };
        std::vector<Scores> of_pair(levels_ * levels_); // [less * levels_ + greater]
        for (const Class& c : classes_)
            each_score(c.fit->model, sample_.cases, c.observed, c.fit->parameters,
                       [&](std::size_t row, std::span<const double> score) {
                           const std::uint32_t source = sample_.source[row],
                                               target = sample_.target[row];
                           const auto pair = std::minmax(source, target);
                           Scores& s = of_pair[pair.first * levels_ + pair.second];
                           if (s.at.empty()) {
                               for (std::size_t k = 0; k < effects_; ++k)
                                   s.at.push_back(k);
                               for (const std::uint32_t actor : {pair.first, pair.second})
                                   for (std::size_t g = 0; g < precision_.size(); ++g)
                                       s.at.push_back(effect(g, actor));
                               s.sum.resize(s.at.size());
                           }
                           for (std::size_t a = 0; a < c.free.size(); ++a)
                               s.sum[c.first + a] += score[c.free[a]] * c.search.unit[c.free[a]];
                           double* const own = s.sum.data() + effects_ +
                                               (source == pair.first ? 0 : precision_.size());
                           for (std::size_t g = 0; g < precision_.size(); ++g)
                               own[g] += score[c.fit->model.first_effect() + g];
                       });
        Matrix out(size());
        for (const Scores& s : of_pair)
            for (std::size_t a = 0; a < s.at.size(); ++a)
                for (std::size_t b = 0; b < s.at.size(); ++b)
                    out(s.at[a], s.at[b]) += s.sum[a] * s.sum[b];
        for (std::size_t g = 0; g < precision_.size(); ++g)
            for (std::size_t a = 0; a < levels_; ++a)
                out(effect(g, a), effect(g, a)) += precision_[g];
        return out;
    }

    /// Moves what is free from the likeliest values of coefficients and doctrines together to the
    /// likeliest coefficients whatever the doctrines and to the means of the doctrines, by
    /// Laplace's approximation to first order: by -1/2 of the covariance times the derivative of ln
    /// det of the information on doctrines. (Their mode is where that information happens to be
    /// great.)
    void integrate_out(const Matrix& covariance) {
        const std::vector<double> slope = slope_of_volume();
        std::vector<double> step(size());
        for (std::size_t a = 0; a < size(); ++a)
            for (std::size_t b = 0; b < size(); ++b)
                step[a] -= covariance(a, b) * slope[b] / 2;
        for (Class& c : classes_) {
            ClassFit& fit = *c.fit;
            for (std::size_t a = 0; a < c.free.size(); ++a) {
                const std::size_t k = c.free[a];
                double& p = fit.parameters[k];
                p += step[c.first + a] * c.search.unit[k];
                p = std::clamp(p, c.search.lower[k] * c.search.unit[k],
                               c.search.upper[k] * c.search.unit[k]);
                fit.estimates[k].value = p;
            }
            for (std::size_t g = 0; g < precision_.size(); ++g)
                for (std::size_t a = 0; a < levels_; ++a) {
                    const DoctrineTerm& term = rule_.doctrine[g];
                    double& u = fit.parameters[fit.model.first_effect() + g * levels_ + a];
                    u = std::clamp(u + step[effect(g, a)], term.deviation(term.least),
                                   term.deviation(term.most));
                }
        }
    }

    /// Writes the standard errors of the classes' own parameters from the sandwich, and warns where
    /// the inverse of the information says that two of them can hardly be told apart.
    void report(const Matrix& inverse, const Matrix& sandwich) const {
        for (const Class& c : classes_) {
            Matrix variance(c.free.size());
            for (std::size_t a = 0; a < c.free.size(); ++a)
                for (std::size_t b = 0; b < c.free.size(); ++b)
                    variance(a, b) = sandwich(c.first + a, c.first + b) * c.search.unit[c.free[a]] *
                                     c.search.unit[c.free[b]];
            for (std::size_t a = 0; a < c.free.size(); ++a)
                c.fit->estimates[c.free[a]].error = std::sqrt(variance(a, a));
            variance.symmetrise();
            if (auto triangle = variance.cholesky()) {
                c.fit->uncertain = c.free;
                c.fit->spread = std::move(*triangle);
            }
            for (std::size_t a = 0; a < c.free.size(); ++a)
                for (std::size_t b = 0; b < a; ++b) {
                    const std::size_t row = c.first + a, column = c.first + b;
                    const double correlation =
                        inverse(row, column) /
                        std::sqrt(inverse(row, row) * inverse(column, column));
                    if (std::abs(correlation) > 0.95)
                        c.fit->warnings.push_back(c.fit->estimates[c.free[a]].name + " and " +
                                                  c.fit->estimates[c.free[b]].name +
                                                  " can hardly be told apart (correlation " +
                                                  std::to_string(correlation).substr(0, 5) + ")");
                }
        }
    }

    std::size_t effect(std::size_t term, std::size_t actor) const {
        return effects_ + term * levels_ + actor;
    }

    double deviation(std::size_t term, std::size_t actor) const {
        const ClassFit& fit = *classes_.front().fit;
        return fit.parameters[fit.model.first_effect() + term * levels_ + actor];
    }

private:
    bool held(std::size_t term, std::size_t actor) const { return held_[term * levels_ + actor]; }

    /// The inverse of the expected information on the doctrine of every actor, all else known; what
    /// is held stands alone.
    std::vector<Matrix> inverse_blocks() const {
        const std::size_t n = precision_.size();
        std::vector<Matrix> out(levels_, Matrix(n));
        for (const Class& c : classes_) {
            const EffectInformation of_class =
                effect_information(c.fit->model, sample_.cases, c.observed, c.fit->parameters);
            for (std::size_t a = 0; a < levels_; ++a)
                for (std::size_t g = 0; g < n; ++g)
                    for (std::size_t h = 0; h < n; ++h)
                        out[a](g, h) += of_class[g * n + h][a];
        }
        for (std::size_t a = 0; a < levels_; ++a) {
            for (std::size_t g = 0; g < n; ++g) {
                out[a](g, g) += precision_[g];
                for (std::size_t h = 0; h < n; ++h)
                    if (g != h && (held(g, a) || held(h, a)))
                        out[a](g, h) = 0;
            }
            out[a] = *out[a].inverse();
        }
        return out;
    }

    /// The derivative of ln det of that information by all that is free, summed over actors.
    std::vector<double> slope_of_volume() {
        const std::size_t n = precision_.size();
        const std::vector<Matrix> inverse = inverse_blocks();
        // By actor, as some parameters of a class move.
        const auto by_actor = [&](Class& c, std::size_t k, std::size_t count, double step) {
            std::vector<double>& p = c.fit->parameters;
            const std::vector<double> at = p;
            std::vector<double> out(levels_);
            for (const double side : {1.0, -1.0}) {
                for (std::size_t j = k; j < k + count; ++j)
                    p[j] = at[j] + side * step;
                const EffectInformation moved =
                    effect_information(c.fit->model, sample_.cases, c.observed, p);
                for (std::size_t a = 0; a < levels_; ++a)
                    for (std::size_t g = 0; g < n; ++g)
                        for (std::size_t h = 0; h < n; ++h)
                            if (!held(g, a) && !held(h, a))
                                out[a] += side * inverse[a](g, h) * moved[g * n + h][a];
                if (rule_.evaluated)
                    rule_.evaluated();
            }
            p = at;
            for (double& x : out)
                x /= 2 * difference_step;
            return out;
        };
        std::vector<double> out(size());
        for (Class& c : classes_) {
            for (std::size_t a = 0; a < c.free.size(); ++a) {
                const std::size_t k = c.free[a];
                for (const double x : by_actor(c, k, 1, difference_step * c.search.unit[k]))
                    out[c.first + a] += x;
            }
            for (std::size_t g = 0; g < n; ++g) {
                const std::vector<double> by = by_actor(
                    c, c.fit->model.first_effect() + g * levels_, levels_, difference_step);
                for (std::size_t a = 0; a < levels_; ++a)
                    if (!held(g, a))
                        out[effect(g, a)] += by[a];
            }
        }
        return out;
    }

    /// Doctrines at an end of their range are held there. Towards the inside the posterior falls
    /// like exp(-g d - h d^2 / 2), d the distance; the mean of d^2 is 2 / g^2 or 1 / h if one of
    /// them does it alone.
    void hold_at_ends(Matrix& information) const {
        std::vector<double> slope(precision_.size() * levels_);
        for (const Class& c : classes_)
            for (std::size_t e = 0; e < slope.size(); ++e)
                slope[e] += c.slope[c.fit->model.first_effect() + e];
        for (std::size_t g = 0; g < precision_.size(); ++g)
            for (std::size_t a = 0; a < levels_; ++a) {
                if (!held(g, a))
                    continue;
                const std::size_t k = effect(g, a);
                const double steepness = slope[g * levels_ + a] - precision_[g] * deviation(g, a);
                const double bend = std::max(information(k, k), precision_[g]);
                for (std::size_t other = 0; other < size(); ++other)
                    information(k, other) = information(other, k) = 0;
                information(k, k) = bend + steepness * steepness / 2;
            }
    }

    /// The derivative of the gradient of a class as `count` of its parameters move together from
    /// the k-th on.
    std::vector<double> difference(Class& c, std::size_t k, std::size_t count, double step) const {
        std::vector<double>& p = c.fit->parameters;
        const std::vector<double> at = p;
        const auto slope = [&] {
            std::vector<double> by(precision_.empty() ? c.fit->model.first_effect() // effects held
                                                      : p.size());
            log_likelihood(c.fit->model, sample_.cases, c.observed, p, by, {threads_});
            if (rule_.evaluated)
                rule_.evaluated();
            return by;
        };
        if (c.slope.empty())
            c.slope = slope();
        for (std::size_t j = k; j < k + count; ++j)
            p[j] += step;
        std::vector<double> out = slope();
        p = at;
        for (std::size_t j = 0; j < out.size(); ++j)
            out[j] = (out[j] - c.slope[j]) / difference_step;
        return out;
    }

    /// The same by a term of doctrine of all actors at once: derivatives by effects alone.
    std::vector<double> difference(std::size_t term) {
        std::vector<double> out(precision_.size() * levels_);
        for (Class& c : classes_) {
            const std::size_t first = c.fit->model.first_effect();
            const std::vector<double> by =
                difference(c, first + term * levels_, levels_, difference_step);
            for (std::size_t e = 0; e < out.size(); ++e)
                out[e] += by[first + e];
        }
        return out;
    }

    const Sample& sample_;
    const FitRule& rule_;
    std::vector<double> precision_;
    unsigned threads_;
    std::vector<Class> classes_;
    std::size_t effects_ = 0, levels_ = 0;
    std::vector<bool> held_; ///< doctrines that were at an end of their range, as effects stand
};

constexpr const char* no_errors =
    "the information matrix is not positive definite; there are no standard errors, and some "
    "parameters cannot be told apart";

/// "ALD, BRN, CRN and 12 others".
std::string list(const std::vector<std::string>& names) {
    constexpr std::size_t most = 5;
    std::string out;
    const std::size_t named = std::min(most, names.size());
    for (std::size_t k = 0; k < named; ++k)
        out += (k == 0 ? "" : k + 1 == names.size() ? " and " : ", ") + names[k];
    if (names.size() > most)
        out += " and " + std::to_string(names.size() - most) + " more";
    return out;
}

} // namespace

void add_errors(const Sample& sample, const FitRule& rule, ClassFit& fit, unsigned threads) {
    if (fit.estimates.empty())
        return;
    Uncertainty u(sample, rule, {&fit}, {}, threads);
    const std::optional<Matrix> inverse = u.information().inverse();
    if (inverse)
        u.report(*inverse, *inverse * u.squared_scores() * *inverse);
    else
        fit.warnings.emplace_back(no_errors);
}

void finish_doctrines(const Sample& sample, const FitRule& rule, DoctrineFit& fit,
                      unsigned threads) {
    std::vector<ClassFit*> fitted;
    for (ClassFit& c : fit.classes)
        if (!c.estimates.empty())
            fitted.push_back(&c);
    std::vector<double> precision;
    for (const DoctrineEstimate& e : fit.doctrine)
        precision.push_back(1 / e.variance);
    Uncertainty u(sample, rule, fitted, precision, threads);
    const Matrix information = u.information();
    const std::optional<Matrix> inverse = information.inverse();
    if (!inverse) {
        fit.warnings.emplace_back(no_errors);
        return;
    }
    u.report(*inverse, *inverse * u.squared_scores() * *inverse);
    u.integrate_out(*inverse);
    for (std::size_t g = 0; g < fit.doctrine.size(); ++g) {
        DoctrineEstimate& e = fit.doctrine[g];
        std::map<std::string, std::vector<std::string>> unknown; // by reason
        for (std::size_t a = 0; a < e.of_actor.size(); ++a) {
            const std::size_t k = u.effect(g, a);
            DoctrineEstimate::OfActor& of = e.of_actor[a];
            of.deviation = u.deviation(g, a);
            of.error = std::sqrt((*inverse)(k, k));
            if (e.term.at_end(of.deviation))
                continue;
            if (information(k, k) * e.variance - 1 < least_information)
                of.note = e.term.lack;
            else if (1 - of.error * of.error / e.variance < least_informed)
                of.note = "these events do not tell it from the rest";
            if (!of.note.empty())
                unknown[of.note].push_back(sample.actors[a]);
        }
        for (const auto& [reason, actors] : unknown)
            fit.warnings.push_back("the " + e.term.name + " of " + list(actors) +
                                   " is not identified (" + reason +
                                   "); what stands there is the average with its spread");
    }
}

} // namespace demarche
