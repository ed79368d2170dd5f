#include "sim/study/fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "sim/study/linear.h"
#include "sim/study/optimise.h"

namespace demarche {
namespace {

using Levels = std::vector<std::vector<std::uint32_t>>;

constexpr double least_exponent = 0.3;
constexpr double most_exponent = 1.5;
constexpr double usual_slope = 0.7;
constexpr double no_bound = std::numeric_limits<double>::infinity();
constexpr double at_bound = 1e-6; ///< share of the mean rate below which a stimulus counts as none
constexpr int most_rounds = 30;   ///< in which searches and steps of variances take turns
constexpr std::size_t many_cases = 200000; ///< of which a part is searched first
constexpr std::size_t first_part = 8;
constexpr double least_variance = 1e-4;
constexpr double first_variance = 0.25;

/// Numbers the actors of all windows.
class ActorIndex {
public:
    std::uint32_t number(const std::string& name, std::vector<std::string>& names) {
        const auto [it, added] = known_.emplace(name, static_cast<std::uint32_t>(known_.size()));
        if (added)
            names.push_back(name);
        return it->second;
    }

private:
    std::map<std::string, std::uint32_t> known_;
};

/// Mean and standard deviation of every column.
struct ColumnMoments {
    std::vector<double> mean, deviation;
};

ColumnMoments moments(const Cases& cases, std::size_t rows) {
    const auto n = static_cast<double>(rows);
    ColumnMoments m{std::vector<double>(cases.columns()), std::vector<double>(cases.columns())};
    for (std::size_t block = 0; block < cases.blocks(); ++block)
        for (const Cases::Stored& stored : cases.stored(block))
            for (const double x : cases.values(stored)) {
                m.mean[stored.column] += x / n;
                m.deviation[stored.column] += x * x / n;
            }
    for (std::size_t c = 0; c < cases.columns(); ++c)
        m.deviation[c] = std::sqrt(std::max(0.0, m.deviation[c] - m.mean[c] * m.mean[c]));
    return m;
}

/// One number per parameter: unit in which it is searched, prior, bounds and start.
struct SearchSpace {
    std::vector<double> unit, precision, centre, lower, upper, start;

    void add(double u, double p, double c, double low, double high, double s) {
        unit.push_back(u);
        precision.push_back(p);
        centre.push_back(c);
        lower.push_back(low);
        upper.push_back(high);
        start.push_back(s);
    }
    /// Keeps the first ones only.
    void cut(std::size_t count) {
        for (std::vector<double>* v : {&unit, &precision, &centre, &lower, &upper, &start})
            v->resize(count);
    }
    /// Measures parameter k in units of `by` times what it was measured in.
    void rescale(std::size_t k, double by) {
        unit[k] *= by;
        precision[k] *= by * by;
        for (std::vector<double>* v : {&centre, &lower, &upper, &start})
            (*v)[k] /= by;
    }
    /// A point of the search in the parameters' own units; more of these are left alone.
    void to_natural(std::span<const double> point, std::vector<double>& parameters) const {
        for (std::size_t k = 0; k < point.size(); ++k)
            parameters[k] = point[k] * unit[k];
    }
};

CountModel make_model(const Sample& sample, const ColumnMoments& m, const FitRule& rule,
                      const Levels& levels) {
    CountModel model;
    for (std::size_t c = 0; c < sample.columns.size(); ++c) {
        const Roles roles = rule.roles ? rule.roles(sample.columns[c]) : sample.columns[c].roles;
        if ((roles & stimulates) && m.mean[c] > 0)
            model.stimulus.push_back(c);
        if ((roles & multiplies) && m.deviation[c] > 0)
            model.posture.push_back(c);
        if ((roles & disperses) && m.mean[c] != 0)
            model.dispersion.push_back(c);
    }
    if (rule.actor_effects)
        model.effects.assign(2, sample.actors.size());
    if (rule.pair_effects)
        model.effects.push_back(*std::max_element(levels.back().begin(), levels.back().end()) + 1);
    return model;
}

SearchSpace make_search(const CountModel& model, const ColumnMoments& m, double mean_count,
                        const FitRule& rule) {
    SearchSpace s;
    const double even = 1.0 / static_cast<double>(model.stimulus.size());
    for (const std::size_t c : model.stimulus)
        s.add(mean_count / m.mean[c], rule.stimulus, 0, 0, no_bound, even);
    for (const std::size_t c : model.posture)
        s.add(1 / m.deviation[c], rule.posture, 0, -no_bound, no_bound, 0);
    for (const std::size_t c : model.dispersion) {
        const bool constant = m.deviation[c] < 1e-6;
        s.add(constant ? 1 : 1 / m.deviation[c], constant ? 0.01 : rule.dispersion, 0, -no_bound,
              no_bound, constant ? -1 : 0);
    }
    s.add(1, rule.exponent, 0, std::log(least_exponent), std::log(most_exponent), 0);
    s.add(1, rule.slope, usual_slope, -1, 3, usual_slope);
    return s;
}

/// Groupings of the cases: who acts, at whom, which directed pair.
Levels make_levels(const Sample& sample, const FitRule& rule) {
    Levels levels;
    if (rule.actor_effects) {
        levels.push_back(sample.source);
        levels.push_back(sample.target);
    }
    if (rule.pair_effects) {
        const std::size_t n = sample.actors.size();
        std::vector<std::uint32_t> number(n * n, UINT32_MAX);
        std::uint32_t next = 0;
        std::vector<std::uint32_t> pair(sample.size());
        for (std::size_t row = 0; row < sample.size(); ++row) {
            std::uint32_t& k = number[sample.source[row] * n + sample.target[row]];
            k = k == UINT32_MAX ? next++ : k;
            pair[row] = k;
        }
        levels.push_back(std::move(pair));
    }
    return levels;
}

/// Measures parameters in units of their uncertainty at the start of the search, as squared scores
/// tell it, so that none is much steeper than the others. (A constant that all but a few pairs live
/// by is, in units of a mean rate.)
void precondition(const CountModel& model, const Cases& cases, const Observations& observed,
                  std::span<const double> at, SearchSpace& search) {
    std::vector<double> squares(model.first_effect());
    each_score(model, cases, observed, at, [&](std::size_t, std::span<const double> score) {
        for (std::size_t k = 0; k < squares.size(); ++k)
            squares[k] += score[k] * score[k];
    });
    for (std::size_t k = 0; k < squares.size(); ++k) {
        const double information = squares[k] * search.unit[k] * search.unit[k];
        search.rescale(k, 1 / std::sqrt(information + search.precision[k]));
    }
}

/// Effects are searched with the rest, in units of their uncertainty.
void add_effects(const CountModel& model, std::span<const double> effects,
                 const std::vector<double>& information, const std::vector<double>& precision,
                 SearchSpace& search) {
    std::size_t k = 0;
    for (std::size_t g = 0; g < model.effects.size(); ++g)
        for (const std::size_t end = k + model.effects[g]; k < end; ++k) {
            const double unit = 1 / std::sqrt(information[k] + precision[g]);
            search.add(unit, precision[g] * unit * unit, 0, -no_bound, no_bound, effects[k] / unit);
        }
}

/// The penalised negative log-likelihood in the units of the search.
struct Penalised {
    const CountModel& model;
    const Cases& cases;
    const Observations& observed;
    const SearchSpace& search;
    unsigned threads;
    const std::function<void()>& evaluated;
    std::size_t every = 1; ///< one block of cases in so many
    bool single_precision = false;

    double operator()(std::span<const double> x, std::span<double> gradient) const {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        std::vector<double> parameters(x.size());
        search.to_natural(x, parameters);
        double value = -log_likelihood(model, cases, observed, parameters, gradient,
                                       {threads, every, single_precision});
        for (std::size_t k = 0; k < x.size(); ++k) {
            const double away = x[k] - search.centre[k];
            const double precision = search.precision[k] / static_cast<double>(every);
            value += 0.5 * precision * away * away;
            if (k < gradient.size())
                gradient[k] = -gradient[k] * search.unit[k] + precision * away;
        }
        if (evaluated)
            evaluated();
        return value;
    }
};

/// Empirical Bayes: the variances of effects given their estimates, by the fixed-point iteration of
/// MacKay (1992), which unlike EM does not crawl where most effects are hardly informed, as those
/// of pairs are. Every third step is drawn out to where the last two point (Aitken).
class VarianceSteps {
public:
    std::vector<double> precision; ///< 1 / variance, by grouping

    explicit VarianceSteps(const CountModel& model)
        : precision(model.effects.size(), 1 / first_variance), model_(model) {}

    /// Whether this was the last step: no variance moved by more than one in a hundred.
    bool step(std::span<const double> effects, const std::vector<double>& information) {
        ++steps_;
        const std::vector<double> change_before = std::exchange(change_, {});
        bool settled = steps_ > 1;
        std::size_t k = 0;
        for (std::size_t g = 0; g < model_.effects.size(); ++g) {
            double squares = 0, informed = 0; // how many effects the data tell, in parts
            for (const std::size_t end = k + model_.effects[g]; k < end; ++k) {
                squares += effects[k] * effects[k];
                informed += information[k] / (information[k] + precision[g]);
            }
            const double from = -std::log(precision[g]);
            double to = std::log(std::max(least_variance, squares / informed));
            change_.push_back(to - from);
            settled = settled && std::abs(to - from) < 0.01;
            if (steps_ % 3 == 0 && change_before[g] != 0) {
                const double ratio = std::clamp(change_[g] / change_before[g], 0.0, 0.9);
                to += change_[g] * ratio / (1 - ratio);
            }
            precision[g] = std::exp(-to);
        }
        return settled;
    }

private:
    const CountModel& model_;
    int steps_ = 0;
    std::vector<double> change_; ///< of the logarithms of variances, in the last step
};

std::vector<std::string> names(const Sample& sample, const CountModel& model) {
    std::vector<std::string> out;
    for (const std::size_t c : model.stimulus)
        out.push_back("stimulus." + sample.columns[c].name);
    for (const std::size_t c : model.posture)
        out.push_back("posture." + sample.columns[c].name);
    for (const std::size_t c : model.dispersion)
        out.push_back("dispersion." + sample.columns[c].name);
    out.emplace_back("log_exponent");
    out.emplace_back("dispersion_slope");
    return out;
}

} // namespace

Sample sample(const std::vector<Window>& windows) {
    Sample out;
    ActorIndex index;
    std::vector<float> row;
    struct Chosen {
        unsigned history;
        std::size_t i, j;
    };
    std::vector<Chosen> chosen;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const Window& window = windows[w];
        const EventSeries& series = *window.series;
        const std::size_t n = series.actor_count();
        Features features(n);
        if (w == 0) {
            out.columns = features.columns();
            out.cases = Cases(out.columns.size());
            row.resize(out.columns.size());
        }
        std::vector<std::uint32_t> actor;
        for (const std::string& name : series.actors())
            actor.push_back(index.number(name, out.actors));
        std::array<std::vector<std::uint32_t>, class_count> counts;
        for (int week = 0; week <= window.last; ++week) {
            if (week >= window.first) {
                for (auto& c : counts)
                    c.assign(n * n, 0);
                for (std::size_t e = series.begin_of(week); e < series.end_of(week); ++e) {
                    const DatedCount& event = series.events()[e];
                    counts[demarche::index(event.of)][event.source * n + event.target] +=
                        static_cast<std::uint32_t>(event.count);
                }
                const auto add = [&](std::size_t i, std::size_t j) {
                    features.write(i, j, row);
                    out.cases.add(row);
                    for (std::size_t q = 0; q < class_count; ++q)
                        out.counts[q].push_back(counts[q][i * n + j]);
                    out.source.push_back(actor[i]);
                    out.target.push_back(actor[j]);
                    out.week.push_back(static_cast<std::uint32_t>(week));
                    out.window.push_back(static_cast<std::uint32_t>(w));
                };
                if (window.pairs) {
                    for (const auto& [i, j] : *window.pairs)
                        add(i, j);
                } else {
                    // Pairs with the same classes of acts in their past stand together, and have
                    // zeros in the same columns.
                    chosen.clear();
                    for (std::size_t i = 0; i < n; ++i)
                        for (std::size_t j = 0; j < n; ++j)
                            if (i != j && features.contacts(i, j) >= window.activity * week)
                                chosen.push_back({features.history(i, j), i, j});
                    std::stable_sort(
                        chosen.begin(), chosen.end(),
                        [](const auto& a, const auto& b) { return a.history > b.history; });
                    for (const Chosen& pair : chosen)
                        add(pair.i, pair.j);
                }
            }
            features.absorb(series);
        }
    }
    out.cases.finish();
    return out;
}

ClassFit fit(const Sample& sample, QuadClass of, const FitRule& rule, unsigned threads) {
    ClassFit out;
    out.of = of;
    const Observations observed{sample.counts[index(of)], make_levels(sample, rule)};
    double total = 0;
    for (const std::uint32_t y : observed.counts)
        total += y;
    if (total == 0) {
        out.warnings.emplace_back(
            "there is no act of this class in the window; nothing was fitted");
        return out;
    }
    const ColumnMoments m = moments(sample.cases, sample.size());
    out.model = make_model(sample, m, rule, observed.levels);
    SearchSpace search =
        make_search(out.model, m, total / static_cast<double>(sample.size()), rule);
    const std::vector<double> unit = search.unit;
    const auto search_on = [&](const CountModel& model, std::size_t every, bool single_precision) {
        const Penalised objective{model,   sample.cases,   observed, search,
                                  threads, rule.evaluated, every,    single_precision};
        const Minimum found = minimise(
            std::cref(objective), search.start, search.lower, search.upper,
            single_precision ? 10 * rule.tolerance : rule.tolerance, rule.most_evaluations);
        out.evaluations += found.evaluations;
        search.start = found.at;
        return found;
    };
    CountModel plain = out.model;
    plain.effects.clear();
    const bool many = sample.size() > many_cases;
    search_on(plain, many ? first_part : 1, many);
    VarianceSteps variances(out.model);
    std::vector<double> all(out.model.parameters()), information;
    const std::span<double> effects = std::span(all).subspan(out.model.first_effect());
    search.to_natural(search.start, all);
    precondition(out.model, sample.cases, observed, all, search);
    bool settled = out.model.effects.empty();
    for (int round = 0; round < most_rounds && !settled; ++round) {
        information = effect_information(out.model, sample.cases, observed, all);
        search.cut(out.model.first_effect());
        if (round > 0)
            precondition(out.model, sample.cases, observed, all, search);
        add_effects(out.model, effects, information, variances.precision, search);
        search_on(out.model, 1, true);
        search.to_natural(search.start, all);
        settled = variances.step(effects, information);
    }
    const Minimum found = search_on(out.model, 1, false);
    std::size_t k = 0;
    for (std::size_t g = 0; g < out.model.effects.size(); ++g) {
        out.variance[rule.actor_effects ? g : 2] = 1 / variances.precision[g];
        for (const std::size_t end = k + out.model.effects[g]; k < end; ++k)
            out.effect_error.push_back(1 / std::sqrt(information[k] + variances.precision[g]));
    }
    if (!settled && !out.model.effects.empty())
        out.warnings.push_back("effects and coefficients still moved after " +
                               std::to_string(most_rounds) +
                               " rounds; the estimates are not final");
    search.to_natural(found.at, all);
    out.parameters = all;
    out.steepest = found.steepest;
    out.reason = found.reason;
    out.ended = found.found && found.evaluations < rule.most_evaluations;
    out.log_likelihood =
        log_likelihood(out.model, sample.cases, observed, out.parameters, {}, {threads});
    const std::vector<std::string> name = names(sample, out.model);
    for (k = 0; k < name.size(); ++k) {
        const bool none = k < out.model.first_posture() && out.parameters[k] < at_bound * unit[k];
        if (none)
            out.parameters[k] = 0;
        out.estimates.push_back({name[k], out.parameters[k], 0, none});
    }
    if (const double exponent = std::exp(out.parameters[out.model.log_exponent()]);
        exponent > 1.001)
        out.warnings.push_back("the exponent is " + std::to_string(exponent).substr(0, 5) +
                               ", above 1: large stimuli grow more than in proportion, so a free "
                               "simulation may not stay bounded");
    if (!found.found && found.evaluations < rule.most_evaluations)
        out.warnings.push_back("the search gave up (" + found.reason +
                               "): these numbers are not estimates");
    if (found.evaluations >= rule.most_evaluations)
        out.warnings.push_back("the search ended after " + std::to_string(found.evaluations) +
                               " evaluations without converging; allow more with 'evaluations'");
    return out;
}

void add_errors(const Sample& sample, const FitRule& rule, ClassFit& fit, unsigned threads) {
    if (fit.estimates.empty())
        return;
    const Observations observed{sample.counts[index(fit.of)], make_levels(sample, rule)};
    const ColumnMoments m = moments(sample.cases, sample.size());
    double total = 0;
    for (const std::uint32_t y : observed.counts)
        total += y;
    SearchSpace search =
        make_search(fit.model, m, total / static_cast<double>(sample.size()), rule);
    for (std::size_t k = fit.model.first_effect(); k < fit.parameters.size(); ++k)
        search.add(1, 0, 0, -no_bound, no_bound, fit.parameters[k]); // held
    const Penalised objective{fit.model, sample.cases, observed, search, threads, rule.evaluated};
    std::vector<std::size_t> free;
    for (std::size_t k = 0; k < fit.estimates.size(); ++k)
        if (!fit.estimates[k].at_bound)
            free.push_back(k);
    const std::size_t n = free.size();

    // The observed information, from differences of the exact gradient.
    std::vector<double> x(fit.parameters.size());
    for (std::size_t k = 0; k < x.size(); ++k)
        x[k] = fit.parameters[k] / search.unit[k];
    std::vector<double> up(fit.model.first_effect()), down(up.size());
    Matrix information(n);
    for (std::size_t a = 0; a < n; ++a) {
        const std::size_t k = free[a];
        const double step = 1e-4;
        const double at = x[k];
        x[k] = at + step;
        objective(x, up);
        x[k] = at - step;
        objective(x, down);
        x[k] = at;
        for (std::size_t b = 0; b < n; ++b)
            information(a, b) = (up[free[b]] - down[free[b]]) / (2 * step);
    }
    information.symmetrise();

    // Scores summed by unordered pair: weeks of a pair and its two directions are not independent.
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<double>> clusters;
    each_score(fit.model, sample.cases, observed, fit.parameters,
               [&](std::size_t row, std::span<const double> score) {
                   std::vector<double>& sum =
                       clusters[std::minmax(sample.source[row], sample.target[row])];
                   sum.resize(n);
                   for (std::size_t a = 0; a < n; ++a)
                       sum[a] += score[free[a]] * search.unit[free[a]];
               });
    Matrix outer(n);
    for (const auto& [pair, sum] : clusters)
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = 0; b < n; ++b)
                outer(a, b) += sum[a] * sum[b];

    const auto inverse = information.inverse();
    if (!inverse) {
        fit.warnings.emplace_back("the information matrix is not positive definite; there are no "
                                  "standard errors, and some parameters cannot be told apart");
        return;
    }
    Matrix variance = *inverse * outer * *inverse;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < n; ++b)
            variance(a, b) *= search.unit[free[a]] * search.unit[free[b]];
    for (std::size_t a = 0; a < n; ++a)
        fit.estimates[free[a]].error = std::sqrt(variance(a, a));
    variance.symmetrise();
    if (auto triangle = variance.cholesky()) {
        fit.uncertain = free;
        fit.spread = std::move(*triangle);
    }
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < a; ++b) {
            const double correlation =
                (*inverse)(a, b) / std::sqrt((*inverse)(a, a) * (*inverse)(b, b));
            if (std::abs(correlation) > 0.95)
                fit.warnings.push_back(fit.estimates[free[a]].name + " and " +
                                       fit.estimates[free[b]].name +
                                       " can hardly be told apart (correlation " +
                                       std::to_string(correlation).substr(0, 5) + ")");
        }
}

Forecasts forecast(const ClassFit& fit, const Sample& sample) {
    CountModel plain = fit.model;
    plain.effects.clear();
    return forecast(plain, sample.cases, {}, sample.size(), fit.parameters);
}

} // namespace demarche
