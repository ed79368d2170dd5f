#include "sim/study/optimise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

/// L-BFGS-B 3.0 (Zhu, Byrd, Lu, Nocedal 1997; Morales, Nocedal 2011), which comes without a header.
/// It hands control back with a word in `task`: FG asks for value and gradient at x, NEW_X reports
/// an iteration, the rest ends the search. The last two arguments are lengths of strings, as
/// Fortran passes them.
extern "C" void setulb_(const int* n, const int* m, double* x, const double* l, const double* u,
                        const int* nbd, double* f, double* g, const double* factr,
                        const double* pgtol, double* wa, int* iwa, char* task, const int* iprint,
                        char* csave, int* lsave, int* isave, double* dsave, std::size_t task_length,
                        std::size_t csave_length);

namespace demarche {
namespace {

constexpr int remembered_steps = 20;    ///< from which curvature is known
constexpr std::size_t text_length = 60; ///< length of Fortran's strings

double steepest_free(std::span<const double> x, std::span<const double> gradient,
                     const std::vector<double>& lower, const std::vector<double>& upper) {
    double steepest = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        const double g = gradient[k];
        const bool held = (x[k] <= lower[k] && g > 0) || (x[k] >= upper[k] && g < 0);
        if (!held)
            steepest = std::max(steepest, std::abs(g));
    }
    return steepest;
}

} // namespace

Minimum minimise(const Objective& objective, std::vector<double> start,
                 const std::vector<double>& lower, const std::vector<double>& upper,
                 double relative_tolerance, int most_evaluations) {
    const auto n = static_cast<int>(start.size());
    const std::size_t size = start.size();
    constexpr std::size_t m = remembered_steps;
    Minimum out;
    out.at = std::move(start);
    std::vector<double> gradient(size);
    std::vector<double> work((2 * m + 5) * size + 11 * m * m + 8 * m);
    std::vector<int> integers(3 * size);
    std::vector<int> bounds(size); // 0 none, 1 lower, 2 both, 3 upper
    for (std::size_t k = 0; k < size; ++k) {
        const bool below = std::isfinite(lower[k]), above = std::isfinite(upper[k]);
        bounds[k] = below && above ? 2 : below ? 1 : above ? 3 : 0;
    }
    const double factor = relative_tolerance / std::numeric_limits<double>::epsilon();
    const double flat = 0; // the largest derivative at which it ends
    const int silent = -1;
    std::array<char, text_length> task, text;
    task.fill(' ');
    std::ranges::copy(std::string_view("START"), task.begin());
    int logical[4], saved[44];
    double numbers[29];
    const auto is = [&task](std::string_view prefix) {
        return std::string_view(task.data(), text_length).starts_with(prefix);
    };
    for (;;) {
        setulb_(&n, &remembered_steps, out.at.data(), lower.data(), upper.data(), bounds.data(),
                &out.value, gradient.data(), &factor, &flat, work.data(), integers.data(),
                task.data(), &silent, text.data(), logical, saved, numbers, text_length,
                text_length);
        if (is("FG")) {
            if (out.evaluations == most_evaluations)
                break;
            ++out.evaluations;
            std::fill(gradient.begin(), gradient.end(), 0.0);
            out.value = objective(out.at, gradient);
        } else if (!is("NEW_X")) {
            break;
        }
    }
    out.reason.assign(task.data(), text_length);
    out.reason.erase(out.reason.find_last_not_of(' ') + 1);
    if (is("FG"))
        out.reason = "evaluations ran out";
    if (is("CONV"))
        out.reason = "converged";
    // ABNORMAL: the line search cannot tell values apart any more; ERROR: wrong arguments.
    out.found = is("CONV") || is("ABNO");
    out.steepest = steepest_free(out.at, gradient, lower, upper);
    return out;
}

} // namespace demarche
