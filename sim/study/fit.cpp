#include "sim/study/fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "sim/study/centring.h"
#include "sim/study/linear.h"
#include "sim/study/optimise.h"
#include "sim/study/search_space.h"

namespace demarche {
namespace {

constexpr double at_bound = 1e-6; ///< in units of the parameter; of a stimulus, the mean rate
constexpr int most_rounds = 30;   ///< in which searches and steps of variances take turns
constexpr double least_variance = 1e-4;
/// Where little is assumed to be known a search finds little to tell, and variances stay: between 0
/// and here many pairs' effects are as well explained by dispersion.
constexpr double first_variance = 1;
constexpr double most_step = 1;      ///< of the logarithm of a variance
constexpr double still_moving = 0.1; ///< as far as the last step
constexpr int short_search = 30;     ///< evaluations, while variances move

/// A directed pair that is a case in a week, or, of acquainted ones, both directions at once.
struct Chosen {
    /// Features::pattern; of both directions, the greater; of pairs that never meet, at the end.
    unsigned pattern;
    std::size_t i, j;
    bool both;
};

/// Pairs that meet come before those that never do, which stand in the same order in all weeks.
constexpr unsigned will_meet = 1U << 31U;

void choose(const Features& features, const Features& at_the_end, std::size_t i, std::size_t j,
            std::vector<Chosen>& chosen) {
    const auto pattern_of = [&](std::size_t a, std::size_t b) {
        return features.acquainted(a, b) || at_the_end.acquainted(a, b)
                   ? features.pattern(a, b) | will_meet
                   : at_the_end.pattern(a, b);
    };
    const unsigned pattern = pattern_of(i, j);
    const bool both = features.acquainted(i, j);
    if (both && std::pair(pattern_of(j, i), i) > std::pair(pattern, j))
        return; // comes as the other direction
    chosen.push_back({pattern, i, j, both});
}

/// Calls add(i, j) for each of these so that blocks of cases hold few numbers: zeros in the same
/// covariates stand together, and after a block of acquainted pairs comes the block of their other
/// directions, where what they remember of each other has changed places.
template <class Add>
void add_by_pattern(std::vector<Chosen>& chosen, const Cases& cases, const Add& add) {
    std::stable_sort(chosen.begin(), chosen.end(),
                     [](const Chosen& a, const Chosen& b) { return a.pattern > b.pattern; });
    const auto add_all = [&](auto from, auto to) {
        std::for_each(from, to, [&](const Chosen& c) { add(c.i, c.j); });
    };
    const auto turn_all = [&](auto from, auto to) {
        std::for_each(from, to, [&](const Chosen& c) { add(c.j, c.i); });
    };
    // The last ones fill up the block that the week before began.
    for (; !chosen.empty(); chosen.pop_back()) {
        const std::size_t begun = cases.size() % Cases::lanes;
        if (begun == 0 || Cases::lanes - begun < (chosen.back().both ? 2 : 1))
            break;
        add_all(chosen.end() - 1, chosen.end());
        if (chosen.back().both)
            turn_all(chosen.end() - 1, chosen.end());
    }
    const auto strangers =
        std::partition_point(chosen.begin(), chosen.end(), [](const Chosen& c) { return c.both; });
    for (auto next = chosen.begin(); next != strangers;) {
        const auto from = next;
        next += std::min<std::ptrdiff_t>(Cases::lanes, strangers - from);
        add_all(from, next);
        turn_all(from, next);
    }
    add_all(strangers, chosen.end());
}

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

/// What columns do in a class; without effects.
CountModel make_model(const Sample& sample, QuadClass of, const ColumnMoments& m,
                      const FitRule& rule) {
    CountModel model;
    for (std::size_t c = 0; c < sample.columns.size(); ++c) {
        const FeatureColumn& column = sample.columns[c];
        const Roles roles = rule.roles ? rule.roles(column, of) : column.roles;
        if ((roles & stimulates) && m.mean[c] > 0)
            model.stimulus.push_back(c);
        if ((roles & multiplies) && m.deviation[c] > 0)
            model.posture.push_back(c);
        if ((roles & disperses) && m.mean[c] != 0)
            model.dispersion.push_back(c);
    }
    return model;
}

/// Effects of the rule's groupings, as `observe` makes them.
void add_effects(const Sample& sample, QuadClass of, const FitRule& rule,
                 const Observations& observed, CountModel& model) {
    const std::size_t actors = sample.actors.size();
    if (rule.actor_effects)
        model.effects = {{actors, 0}, {actors, 1}};
    if (rule.pair_effects)
        model.effects.push_back({observed.groupings.cells(), observed.groupings.levels.size() - 1});
    model.part.assign(model.stimulus.size(), 0);
    std::size_t part = 0;
    for (const DoctrineTerm& term : rule.doctrine) {
        model.effects.push_back({actors, 0, term.loading[index(of)]});
        if (term.part.empty())
            continue;
        model.effects.back().part = ++part;
        for (std::size_t k = 0; k < model.stimulus.size(); ++k)
            if (sample.columns[model.stimulus[k]].name.starts_with(term.part))
                model.part[k] = part;
    }
}

/// A class in a search of several that share their effects.
struct Member {
    ClassFit* fit;
    Observations observed;
    std::size_t first;        ///< of its own parameters among those of all
    std::vector<double> unit; ///< of these, before the search measures them by their uncertainty

    std::size_t own() const { return fit->model.first_effect(); }
    /// Its parameters, taken from those of all: its own, then the effects, which begin at
    /// `effects`.
    std::vector<double> of(std::span<const double> all, std::size_t effects) const {
        const auto from = all.subspan(first, own()), shared = all.subspan(effects);
        std::vector<double> out(from.begin(), from.end());
        out.insert(out.end(), shared.begin(), shared.end());
        return out;
    }
};

/// The penalised negative log-likelihood of some classes in the units of the search.
struct Penalised {
    std::span<const Member> members;
    std::size_t effects; ///< where they begin among all parameters
    const Cases& cases;
    const SearchSpace& search;
    const Centring& centring;
    unsigned threads;
    const std::function<void()>& evaluated;
    bool single_precision = false;

    double operator()(std::span<const double> x, std::span<double> gradient) const {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        std::vector<double> parameters(x.size()), slope;
        search.to_natural(x, parameters);
        centring.to_effects(parameters);
        double value = 0;
        for (const Member& m : members) {
            const std::vector<double> own = m.of(parameters, effects);
            slope.assign(own.size(), 0.0);
            value -= log_likelihood(m.fit->model, cases, m.observed, own, slope,
                                    {threads, single_precision});
            for (std::size_t k = 0; k < slope.size(); ++k)
                gradient[k < m.own() ? m.first + k : effects + k - m.own()] -= slope[k];
        }
        for (std::size_t k = 0; k < x.size(); ++k) {
            const double unit = search.unit[k];
            const double away = parameters[k] / unit - search.centre[k];
            value += 0.5 * search.precision[k] * away * away;
            gradient[k] += search.precision[k] * away / unit;
        }
        centring.chain(gradient);
        for (std::size_t k = 0; k < x.size(); ++k)
            gradient[k] *= search.unit[k];
        if (evaluated)
            evaluated();
        return value;
    }
};

/// What is known of effects, in their order.
struct EffectKnowledge {
    std::vector<double> unit;     ///< standard deviation where the search has the effect by itself
    std::vector<double> variance; ///< posterior
};

/// That of effects which are searched as they are, all else known: of levels by themselves, of the
/// effects of a level together.
EffectKnowledge knowledge(const std::vector<Effects>& effects, const EffectInformation& information,
                          const std::vector<double>& precision) {
    EffectKnowledge out;
    for (std::size_t g = 0; g < effects.size(); ++g) {
        std::vector<std::size_t> with; // g stands first
        for (std::size_t h = 0; h < effects.size(); ++h)
            if (effects[h].grouping == effects[g].grouping)
                with.insert(h == g ? with.begin() : with.end(), h);
        Matrix m(with.size());
        for (std::size_t level = 0; level < effects[g].levels; ++level) {
            for (std::size_t a = 0; a < with.size(); ++a)
                for (std::size_t b = 0; b < with.size(); ++b)
                    m(a, b) = information[with[a] * effects.size() + with[b]][level] +
                              (a == b ? precision[with[a]] : 0.0);
            out.unit.push_back(1 / std::sqrt(m(0, 0)));
            out.variance.push_back((*m.inverse())(0, 0));
        }
    }
    return out;
}

/// Empirical Bayes: the variances of effects given their estimates, by the fixed-point iteration of
/// MacKay (1992), which unlike EM does not crawl where most effects are hardly informed, as those
/// of pairs are. Every third step is drawn out to where the last two point (Aitken).
class VarianceSteps {
public:
    std::vector<double> precision; ///< 1 / variance, by grouping

    /// `usual`: of each effect; as if one level more were known to be that far from 0. Where few
    /// levels say little the likeliest variance is often 0, and all levels would seem known. Or
    /// none.
    VarianceSteps(std::size_t effects, std::vector<double> usual)
        : precision(effects, 1 / first_variance), usual_(std::move(usual)) {
        for (std::size_t g = 0; g < usual_.size(); ++g)
            precision[g] = 1 / (usual_[g] * usual_[g]);
    }

    void step(const std::vector<Effects>& effects, std::span<const double> at,
              const std::vector<double>& posterior) {
        const std::vector<double> change_before = std::exchange(change_, {});
        const bool draw_out = plain_ == 2;
        double ahead = 0; // largest change to come
        std::size_t k = 0;
        for (std::size_t g = 0; g < effects.size(); ++g) {
            double squares = 0, informed = 0; // how many effects the data tell, in parts
            for (const std::size_t end = k + effects[g].levels; k < end; ++k) {
                squares += at[k] * at[k];
                informed += 1 - precision[g] * posterior[k];
            }
            const double from = -std::log(precision[g]);
            if (!usual_.empty()) {
                squares += usual_[g] * usual_[g];
                informed += 1;
            }
            const double change = std::log(std::max(least_variance, squares / informed)) - from;
            change_.push_back(change);
            const double all = plain_ == 0 ? change : drawn_out(change, change_before[g]);
            ahead = std::max(ahead, std::abs(all));
            const double to = from + (draw_out ? all : change);
            precision[g] = std::exp(-std::clamp(to, from - most_step, from + most_step));
        }
        settled_ = plain_ > 0 && ahead < 0.02 && moved() < 0.01;
        plain_ = draw_out ? 0 : plain_ + 1;
    }

    /// Whether no variance moved by more than one in a hundred, nor would by more than two if steps
    /// went on as the last two.
    bool settled() const { return settled_; }
    /// The largest change of the logarithm of a variance in the last step; of none, for ever.
    double moved() const {
        double most = change_.empty() ? no_bound : 0;
        for (const double change : change_)
            most = std::max(most, std::abs(change));
        return most;
    }

private:
    /// The sum of all changes to come, each to the one before it as the last to its own.
    static double drawn_out(double change, double before) {
        constexpr double none = 1e-4;
        if (std::abs(change) < none || change * before <= 0)
            return change;
        const double ratio = change / before;
        return ratio < 1 ? change / (1 - ratio) : std::copysign(no_bound, change);
    }

    std::vector<double> usual_;
    std::vector<double> change_; ///< of the logarithms of variances, in the last step
    int plain_ = 0;              ///< steps since one was drawn out
    bool settled_ = false;
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

/// The search for the parameters of classes and for the effects they share.
class JointSearch {
public:
    JointSearch(const Sample& sample, const FitRule& rule, unsigned threads)
        : sample_(sample), rule_(rule), threads_(threads),
          moments_(moments(sample.cases, sample.size())) {}

    /// Searches a class by itself, without effects, and adds it; not where it has no act.
    void add(ClassFit& fit) {
        Observations observed = observe(sample_, fit.of, rule_);
        const double mean = mean_count(observed);
        if (!(mean > 0)) {
            fit.warnings.emplace_back(
                "there is no act of this class in the window; nothing was fitted");
            return;
        }
        fit.model = make_model(sample_, fit.of, moments_, rule_);
        SearchSpace search = make_search(fit.model, moments_, mean, rule_);
        Member m{&fit, std::move(observed), effects_, search.unit};
        effects_ += m.own();
        members_.push_back(std::move(m));
        Member alone = members_.back();
        alone.first = 0;
        search_on({&alone, 1}, search, {}, {true, 10 * rule_.tolerance, rule_.most_evaluations});
        search_.append(search);
        add_effects(sample_, fit.of, rule_, members_.back().observed, fit.model);
    }

    /// Searches all of them together, with their effects, and fills the fits.
    void search() {
        if (members_.empty())
            return;
        const std::vector<Effects>& effects = members_.front().fit->model.effects;
        std::vector<double> usual;
        for (const DoctrineTerm& term : rule_.doctrine)
            usual.push_back(term.usual);
        VarianceSteps variances(effects.size(), usual);
        std::size_t count = effects_;
        for (const Effects& e : effects)
            count += e.levels;
        all_.resize(count);
        search_.to_natural(search_.start, all_);
        const auto shared = std::span(all_).subspan(effects_);
        if (effects.empty())
            precondition();
        EffectKnowledge known;
        Tightness tightness{true, 10 * rule_.tolerance, rule_.most_evaluations};
        bool settled = effects.empty();
        for (int round = 0; round < most_rounds && !settled; ++round) {
            zero_means();
            known = rule_.doctrine.empty()
                        ? centre_effects(variances.precision)
                        : knowledge(effects, effects_information(), variances.precision);
            search_.cut(effects_);
            precondition();
            add_effects_to_search(known.unit, variances.precision);
            // Where it would lead is no answer yet, and is better aimed at from half the way.
            tightness.most_evaluations =
                variances.moved() > still_moving ? short_search : rule_.most_evaluations;
            const Minimum found = search_on(members_, search_, centring_, tightness);
            take(found);
            variances.step(effects, shared, known.variance);
            settled = variances.settled() && found.found;
        }
        zero_means();
        tightness.tolerance = rule_.tolerance;
        tightness.most_evaluations = rule_.most_evaluations;
        search_on(members_, search_, centring_, tightness);
        tightness.single_precision = false;
        const Minimum found = search_on(members_, search_, centring_, tightness);
        take(found);
        for (const Member& m : members_) {
            ClassFit& fit = *m.fit;
            for (const double precision : variances.precision)
                fit.variance.push_back(1 / precision);
            for (const double v : known.variance)
                fit.effect_error.push_back(std::sqrt(v));
            if (!settled)
                fit.warnings.push_back("effects and coefficients still moved after " +
                                       std::to_string(most_rounds) +
                                       " rounds; the estimates are not final");
            report(m, found);
        }
    }

private:
    struct Tightness {
        bool single_precision;
        double tolerance;
        int most_evaluations;
    };

    Minimum search_on(std::span<const Member> members, SearchSpace& search,
                      const Centring& centring, const Tightness& how) {
        const std::size_t effects = members.size() == 1 ? members.front().own() : effects_;
        const Penalised objective{members,  effects,  sample_.cases,   search,
                                  centring, threads_, rule_.evaluated, how.single_precision};
        Minimum found = minimise(std::cref(objective), search.start, search.lower, search.upper,
                                 how.tolerance, how.most_evaluations);
        for (const Member& m : members)
            m.fit->evaluations += found.evaluations;
        search.start = found.at;
        return found;
    }

    /// Takes over where a search of all parameters has ended.
    void take(const Minimum& found) {
        search_.to_natural(found.at, all_);
        centring_.to_effects(all_);
    }

    /// Effects of a class by itself are searched centred where the search stands.
    EffectKnowledge centre_effects(const std::vector<double>& precision) {
        const Member& m = members_.front();
        centring_ = Centring(m.fit->model, sample_.cases, m.observed, all_, precision, threads_);
        EffectKnowledge out{{}, centring_.variance()};
        for (const double v : out.variance)
            out.unit.push_back(std::sqrt(v));
        return out;
    }

    /// Measures parameters in units of their uncertainty where the search stands, as squared scores
    /// tell it, so that none is much steeper than the others. (A constant that all but a few pairs
    /// live by is, in units of a mean rate.)
    void precondition() {
        for (const Member& m : members_) {
            const std::vector<double> squares = squared_scores(
                m.fit->model, sample_.cases, m.observed, m.of(all_, effects_), threads_);
            for (std::size_t k = 0; k < squares.size(); ++k) {
                const double unit = search_.unit[m.first + k];
                const double told = squares[k] * unit * unit * centring_.share(k);
                search_.rescale(m.first + k, 1 / std::sqrt(told + search_.precision[m.first + k]));
            }
        }
    }

    /// Moves the means of doctrines to 0 and what they multiply the other way, so that no rate
    /// changes. Only the prior knows that mean, and a search would crawl along it.
    void zero_means() {
        if (rule_.doctrine.empty())
            return;
        const std::vector<Effects>& effects = members_.front().fit->model.effects;
        std::size_t first = effects_;
        for (std::size_t g = 0; g < effects.size(); ++g) {
            const auto u = std::span(all_).subspan(first, effects[g].levels);
            const double mean =
                std::accumulate(u.begin(), u.end(), 0.0) / static_cast<double>(effects[g].levels);
            for (double& x : u)
                x -= mean;
            first += effects[g].levels;
            for (const Member& m : members_) {
                const CountModel& model = m.fit->model;
                const Effects& e = model.effects[g];
                const double all = e.loading / std::exp(all_[m.first + model.log_exponent()]);
                for (std::size_t k = 0; k < model.stimulus.size(); ++k)
                    all_[m.first + k] *=
                        std::exp(mean * (all + (e.part != 0 && model.part[k] == e.part)));
            }
        }
        for (std::size_t k = 0; k < search_.start.size(); ++k)
            search_.start[k] = all_[k] / search_.unit[k];
    }

    EffectInformation effects_information() const {
        EffectInformation sum;
        for (const Member& m : members_) {
            EffectInformation of_class =
                effect_information(m.fit->model, sample_.cases, m.observed, m.of(all_, effects_));
            if (sum.empty())
                sum = std::move(of_class);
            else
                for (std::size_t g = 0; g < sum.size(); ++g)
                    for (std::size_t level = 0; level < sum[g].size(); ++level)
                        sum[g][level] += of_class[g][level];
        }
        return sum;
    }

    /// Effects are searched with the rest, in units of their uncertainty.
    void add_effects_to_search(const std::vector<double>& units,
                               const std::vector<double>& precision) {
        const std::vector<Effects>& effects = members_.front().fit->model.effects;
        std::vector<double> centred = all_;
        centring_.from_effects(centred);
        std::size_t k = effects_;
        for (std::size_t g = 0; g < effects.size(); ++g) {
            const bool bounded = !rule_.doctrine.empty();
            const double low =
                bounded ? rule_.doctrine[g].deviation(rule_.doctrine[g].least) : -no_bound;
            const double high =
                bounded ? rule_.doctrine[g].deviation(rule_.doctrine[g].most) : no_bound;
            for (std::size_t level = 0; level < effects[g].levels; ++level, ++k) {
                const double unit = units[k - effects_];
                search_.add(unit, precision[g] * unit * unit, 0, low / unit, high / unit,
                            centred[k] / unit);
            }
        }
    }

    /// Writes what was found about a class.
    void report(const Member& m, const Minimum& found) const {
        ClassFit& fit = *m.fit;
        fit.parameters = m.of(all_, effects_);
        fit.steepest = found.steepest;
        fit.reason = found.reason;
        fit.ended = found.found && found.evaluations < rule_.most_evaluations;
        fit.log_likelihood =
            log_likelihood(fit.model, sample_.cases, m.observed, fit.parameters, {}, {threads_});
        const std::vector<std::string> name = names(sample_, fit.model);
        for (std::size_t k = 0; k < name.size(); ++k) {
            const double unit = search_.unit[m.first + k], slack = at_bound * m.unit[k];
            const double low = search_.lower[m.first + k] * unit;
            const double high = search_.upper[m.first + k] * unit;
            double& value = fit.parameters[k];
            const bool bounded = value < low + slack || value > high - slack;
            if (bounded)
                value = value < low + slack ? low : high;
            fit.estimates.push_back({name[k], value, 0, bounded});
            if (bounded && k >= fit.model.first_posture())
                fit.warnings.push_back(name[k] + " ended at a bound of its range, " +
                                       std::to_string(value).substr(0, 5) +
                                       ", and has no standard error; the others take it as known");
        }
        if (const double exponent = std::exp(fit.parameters[fit.model.log_exponent()]);
            exponent > 1.001)
            fit.warnings.push_back("the exponent is " + std::to_string(exponent).substr(0, 5) +
                                   ", above 1: large stimuli grow more than in proportion, so a "
                                   "free simulation may not stay bounded");
        if (!found.found && found.evaluations < rule_.most_evaluations)
            fit.warnings.push_back("the search gave up (" + found.reason +
                                   "): these numbers are not estimates");
        if (found.evaluations >= rule_.most_evaluations)
            fit.warnings.push_back("the search ended after " + std::to_string(found.evaluations) +
                                   " evaluations without converging; allow more with "
                                   "'evaluations'");
    }

    const Sample& sample_;
    const FitRule& rule_;
    unsigned threads_;
    ColumnMoments moments_;
    std::vector<Member> members_;
    std::size_t effects_ = 0; ///< where effects begin among all parameters
    SearchSpace search_;      ///< own parameters of all members, then effects
    Centring centring_;       ///< of these
    std::vector<double> all_; ///< the same parameters as they are meant
};

/// Whether the rates of any of these classes depend on a number of doctrine.
bool matters(const DoctrineTerm& term, const Sample& sample, const std::vector<QuadClass>& among,
             const FitRule& rule, const ColumnMoments& moments) {
    return std::ranges::any_of(among, [&](QuadClass q) {
        const CountModel model = make_model(sample, q, moments, rule);
        return term.loading[index(q)] != 0 ||
               (!term.part.empty() && std::ranges::any_of(model.stimulus, [&](std::size_t c) {
                   return sample.columns[c].name.starts_with(term.part);
               }));
    });
}

} // namespace

double DoctrineTerm::value(double deviation) const {
    return std::clamp(logarithm ? average * std::exp(deviation) : average + deviation, least, most);
}

double DoctrineTerm::deviation(double value) const {
    return logarithm ? std::log(value / average) : value - average;
}

bool DoctrineTerm::at_end(double u) const {
    constexpr double rounding = 1e-9;
    return u < deviation(least) + rounding || u > deviation(most) - rounding;
}

Sample sample(const std::vector<Window>& windows) {
    Sample out;
    ActorIndex index;
    std::vector<float> row;
    std::vector<Chosen> chosen;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const Window& window = windows[w];
        const EventSeries& series = *window.series;
        const std::size_t n = series.actor_count();
        Features features(n), at_the_end(n);
        if (window.activity == 0) // others are no cases before they meet
            for (int week = 0; week < window.last; ++week)
                at_the_end.absorb(series);
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
                    out.cases.add(row, features.write(i, j, row));
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
                    chosen.clear();
                    for (std::size_t i = 0; i < n; ++i)
                        for (std::size_t j = 0; j < n; ++j)
                            if (i != j && features.contacts(i, j) >= window.activity * week)
                                choose(features, at_the_end, i, j, chosen);
                    add_by_pattern(chosen, out.cases, add);
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
    JointSearch search(sample, rule, threads);
    search.add(out);
    search.search();
    return out;
}

DoctrineFit fit_doctrines(const Sample& sample, const std::vector<QuadClass>& classes,
                          const FitRule& rule, unsigned threads) {
    DoctrineFit out;
    FitRule used = rule;
    used.actor_effects = used.pair_effects = false;
    const ColumnMoments m = moments(sample.cases, sample.size());
    std::erase_if(used.doctrine, [&](const DoctrineTerm& term) {
        const bool none = !matters(term, sample, classes, rule, m);
        if (none)
            out.warnings.push_back("nothing in these classes depends on " + term.name +
                                   ", which is not estimated");
        return none;
    });
    out.classes.resize(classes.size());
    JointSearch search(sample, used, threads);
    for (std::size_t k = 0; k < classes.size(); ++k) {
        out.classes[k].of = classes[k];
        search.add(out.classes[k]);
    }
    search.search();
    const auto fitted = std::find_if(out.classes.begin(), out.classes.end(),
                                     [](const ClassFit& c) { return !c.estimates.empty(); });
    if (fitted == out.classes.end())
        return out;
    const double* u = fitted->parameters.data() + fitted->model.first_effect();
    for (std::size_t g = 0; g < used.doctrine.size(); ++g) {
        DoctrineEstimate& e = out.doctrine.emplace_back();
        e.term = used.doctrine[g];
        e.variance = fitted->variance[g];
        for (std::size_t a = 0; a < sample.actors.size(); ++a)
            e.of_actor.push_back({*u++, 0, {}});
    }
    finish_doctrines(sample, used, out, threads);
    return out;
}

Forecasts forecast(const ClassFit& fit, const Sample& sample) {
    CountModel plain = fit.model;
    plain.effects.clear();
    return forecast(plain, sample.cases, {}, sample.size(), fit.parameters);
}

} // namespace demarche
