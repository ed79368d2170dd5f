#pragma once
#include <limits>
#include <span>
#include <vector>

#include "sim/study/fit.h"

/// What fits and their standard errors share: the units, priors and bounds of parameters.
namespace demarche {

inline constexpr double no_bound = std::numeric_limits<double>::infinity();

/// Mean and standard deviation of every column.
struct ColumnMoments {
    std::vector<double> mean, deviation;
};

ColumnMoments moments(const Cases& cases, std::size_t rows);

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
    void append(const SearchSpace& other) {
        for (const auto v : {&SearchSpace::unit, &SearchSpace::precision, &SearchSpace::centre,
                             &SearchSpace::lower, &SearchSpace::upper, &SearchSpace::start})
            (this->*v).insert((this->*v).end(), (other.*v).begin(), (other.*v).end());
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

/// The space of a model's parameters before its effects.
SearchSpace make_search(const CountModel& model, const ColumnMoments& m, double mean_count,
                        const FitRule& rule);

/// Observations of a class, with the groupings of the cases that a rule asks for: who acts, at
/// whom, which directed pair.
Observations observe(const Sample& sample, QuadClass of, const FitRule& rule);
/// Takes the last step of `fit_doctrines`, with errors and notes; `rule` as the fit used it.
void finish_doctrines(const Sample& sample, const FitRule& rule, DoctrineFit& fit,
                      unsigned threads);
/// Acts of a case in the mean.
double mean_count(const Observations& observed);

} // namespace demarche
