#pragma once
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "sim/study/design.h"
#include "sim/study/sensitivity.h"

namespace demarche {

/// A function on the unit cube whose Sobol' indices are known.
struct KnownFunction {
    std::string name;
    std::function<double(std::span<const double>)> value;
    std::vector<double> first, total;
    std::vector<double> second; ///< by factor_pair
    std::size_t factors() const { return first.size(); }
};

/// sin x + 7 sin^2 y + 0.1 z^4 sin x on (-pi, pi)^3 (Ishigami and Homma 1990): z acts only
/// together with x. Partial variances: (1 + 0.1 pi^4 / 5)^2 / 2 of x, 49 / 8 of y, and
/// 0.01 pi^8 (1/18 - 1/50) of x with z.
inline KnownFunction ishigami() {
    constexpr double pi = std::numbers::pi;
    const double x = std::pow(1 + 0.1 * std::pow(pi, 4) / 5, 2) / 2;
    const double y = 49.0 / 8;
    const double xz = 0.01 * std::pow(pi, 8) * (1.0 / 18 - 1.0 / 50);
    const double all = x + y + xz;
    return {"Ishigami",
            [](std::span<const double> u) {
                const auto angle = [&](std::size_t i) { return pi * (2 * u[i] - 1); };
                const double sine = std::sin(angle(1));
                return std::sin(angle(0)) * (1 + 0.1 * std::pow(angle(2), 4)) + 7 * sine * sine;
            },
            {x / all, y / all, 0},
            {(x + xz) / all, y / all, xz / all},
            {0, xz / all, 0}};
}

/// Product of (|4 u - 2| + a) / (1 + a) (Sobol' 1993) with a = 0, 1, 4.5, 9, 99, 99. A factor
/// alone has the variance v = 1 / (3 (1 + a)^2); a set of factors the product of theirs.
inline KnownFunction sobol_g() {
    const std::vector<double> a = {0, 1, 4.5, 9, 99, 99};
    KnownFunction f{"Sobol' g",
                    [a](std::span<const double> u) {
                        double product = 1;
                        for (std::size_t i = 0; i < a.size(); ++i)
                            product *= (std::abs(4 * u[i] - 2) + a[i]) / (1 + a[i]);
                        return product;
                    },
                    {},
                    {},
                    {}};
    std::vector<double> v;
    double everything = 1;
    for (const double x : a) {
        v.push_back(1 / (3 * (1 + x) * (1 + x)));
        everything *= 1 + v.back();
    }
    const double all = everything - 1;
    for (std::size_t i = 0; i < a.size(); ++i) {
        f.first.push_back(v[i] / all);
        f.total.push_back(v[i] * everything / (1 + v[i]) / all);
        for (std::size_t j = i + 1; j < a.size(); ++j)
            f.second.push_back(v[i] * v[j] / all);
    }
    return f;
}

/// 4 u + 3 v + 2 w + x: shares of 30, no interactions. Far from 0, as outcomes in days are.
inline KnownFunction linear_model() {
    const std::vector<double> shares = {16.0 / 30, 9.0 / 30, 4.0 / 30, 1.0 / 30};
    return {"linear model",
            [](std::span<const double> u) { return 1000 + 4 * u[0] + 3 * u[1] + 2 * u[2] + u[3]; },
            shares, shares, std::vector<double>(6, 0.0)};
}

/// The function at every point of the design.
inline std::vector<double> outcome_of(const DesignPlan& plan,
                                      const std::function<double(std::span<const double>)>& f) {
    const Design design(plan);
    std::vector<double> point(design.factors());
    std::vector<double> out(design.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        design.point(i, point);
        out[i] = f(point);
    }
    return out;
}

inline DesignPlan saltelli_plan(std::size_t factors, std::size_t rows, bool second_order,
                                std::uint64_t seed = 1) {
    return {.kind = DesignKind::saltelli,
            .factors = factors,
            .seed = seed,
            .points = rows,
            .second_order = second_order};
}

inline DesignPlan morris_plan(std::size_t factors, std::size_t trajectories,
                              std::uint64_t seed = 1) {
    return {.kind = DesignKind::morris, .factors = factors, .seed = seed, .points = trajectories};
}

} // namespace demarche
