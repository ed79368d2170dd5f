#include "sim/study/optimise.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <stdexcept>

#include <nlopt.h>

namespace demarche {
namespace {

struct Search {
    const Objective* objective;
    nlopt_opt handle;
    int evaluations = 0;
    std::vector<double> gradient;
    std::exception_ptr error;
};

double evaluate(unsigned n, const double* x, double* gradient, void* data) {
    auto& search = *static_cast<Search*>(data);
    ++search.evaluations;
    const std::span<double> out =
        gradient ? std::span(gradient, n) : std::span(search.gradient.data(), n);
    std::fill(out.begin(), out.end(), 0.0);
    try {
        return (*search.objective)(std::span(x, n), out);
    } catch (...) { // must not cross C
        search.error = std::current_exception();
        nlopt_force_stop(search.handle);
        return HUGE_VAL;
    }
}

} // namespace

Minimum minimise(const Objective& objective, std::vector<double> start,
                 const std::vector<double>& lower, const std::vector<double>& upper,
                 double relative_tolerance, int most_evaluations) {
    const auto n = static_cast<unsigned>(start.size());
    Minimum out;
    out.at = std::move(start);
    for (unsigned k = 0; k < n; ++k)
        out.at[k] = std::clamp(out.at[k], lower[k], upper[k]);
    Search search{&objective, nullptr, 0, std::vector<double>(n), nullptr};
    for (const nlopt_algorithm algorithm : {NLOPT_LD_LBFGS, NLOPT_LD_CCSAQ}) {
        const std::unique_ptr<std::remove_pointer_t<nlopt_opt>, void (*)(nlopt_opt)> opt(
            nlopt_create(algorithm, n), nlopt_destroy);
        if (!opt)
            throw std::runtime_error("the optimiser could not be started");
        search.handle = opt.get();
        nlopt_set_lower_bounds(opt.get(), lower.data());
        nlopt_set_upper_bounds(opt.get(), upper.data());
        nlopt_set_min_objective(opt.get(), evaluate, &search);
        nlopt_set_ftol_rel(opt.get(), relative_tolerance);
        nlopt_set_maxeval(opt.get(), most_evaluations);
        nlopt_set_vector_storage(opt.get(), 20);
        const nlopt_result result = nlopt_optimize(opt.get(), out.at.data(), &out.value);
        out.reason = nlopt_result_to_string(result);
        out.found = result > 0 || result == NLOPT_ROUNDOFF_LIMITED;
        if (out.found || search.error)
            break;
    }
    if (search.error)
        std::rethrow_exception(search.error);
    std::fill(search.gradient.begin(), search.gradient.end(), 0.0);
    out.value = objective(out.at, search.gradient);
    for (unsigned k = 0; k < n; ++k) {
        const double g = search.gradient[k];
        const bool held = (out.at[k] <= lower[k] && g > 0) || (out.at[k] >= upper[k] && g < 0);
        if (!held)
            out.steepest = std::max(out.steepest, std::abs(g));
    }
    out.evaluations = search.evaluations;
    return out;
}

} // namespace demarche
