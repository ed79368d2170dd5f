#include "sim/study/effects.h"

#include <algorithm>
#include <thread>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

constexpr int sweeps = 2;       ///< over all groupings
constexpr double most_step = 1; ///< of one effect

/// What each case says about the effects in it: slope and information of its log-likelihood.
struct Slopes {
    std::vector<double> slope, information;
};

/// Of 64 cases whose counts are 0, moved by `effect` from their rates without effects.
DEMARCHE_VECTORISE
void slopes_of_zeros(const double* mean0, const double* size0, double* effect, double by_size,
                     double* mean, double* size, double* slope, double* information) {
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        mean[l] = mean0[l] * exp_bits(effect[l]);
        size[l] = size0[l] * exp_bits(by_size * effect[l]);
        const double ratio = mean[l] / size[l];
        information[l] = mean[l] / (1 + ratio);
        slope[l] = -information[l] + by_size * (information[l] - size[l] * log1p_bits(ratio));
    }
}

void slopes(const CountModel& model, const Observations& observed, const Forecasts& without,
            const std::vector<double>& parameters, std::size_t first, std::size_t last,
            Slopes& out) {
    const double by_size = parameters[model.slope()];
    double mean0[Cases::lanes], size0[Cases::lanes], effect[Cases::lanes], mean[Cases::lanes],
        size[Cases::lanes], slope[Cases::lanes], information[Cases::lanes];
    for (std::size_t begin = first; begin < last; begin += Cases::lanes) {
        const std::size_t here = std::min(Cases::lanes, last - begin);
        std::fill_n(effect, Cases::lanes, 0.0);
        std::fill_n(mean0, Cases::lanes, 1.0);
        std::fill_n(size0, Cases::lanes, 1.0);
        std::copy_n(without.mean.data() + begin, here, mean0);
        std::copy_n(without.size.data() + begin, here, size0);
        const double* u = parameters.data() + model.first_effect();
        for (std::size_t g = 0; g < model.effects.size(); ++g) {
            for (std::size_t l = 0; l < here; ++l)
                effect[l] += u[observed.levels[g][begin + l]];
            u += model.effects[g];
        }
        slopes_of_zeros(mean0, size0, effect, by_size, mean, size, slope, information);
        for (std::size_t l = 0; l < here; ++l) {
            if (const unsigned count = observed.counts[begin + l]; count > 0) {
                const double share = count / (1 + mean[l] / size[l]);
                double sum = 0;
                for (unsigned k = 0; k < count; ++k)
                    sum += size[l] / (size[l] + k);
                slope[l] += share + by_size * (sum - share);
            }
            out.slope[begin + l] = slope[l];
            out.information[begin + l] = information[l];
        }
    }
}

} // namespace

std::vector<double> improve_effects(const CountModel& model, const Cases& cases,
                                    const Observations& observed, std::vector<double>& parameters,
                                    const std::vector<double>& precision, unsigned threads) {
    CountModel plain = model;
    plain.effects.clear();
    const std::size_t rows = observed.size();
    const Forecasts without = forecast(plain, cases, {}, rows, parameters);
    Slopes of{std::vector<double>(rows), std::vector<double>(rows)};
    std::vector<double> information(model.parameters() - model.first_effect());
    std::vector<double> slope(information.size());
    const std::size_t share = (rows / std::max(1U, threads) / Cases::lanes + 1) * Cases::lanes;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        std::size_t begin = 0;
        for (std::size_t g = 0; g < model.effects.size(); ++g) {
            {
                std::vector<std::jthread> workers;
                for (std::size_t first = 0; first < rows; first += share)
                    workers.emplace_back([&, first] {
                        slopes(model, observed, without, parameters, first,
                               std::min(rows, first + share), of);
                    });
            }
            const std::size_t end = begin + model.effects[g];
            std::fill_n(slope.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, 0.0);
            std::fill_n(information.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, 0.0);
            for (std::size_t row = 0; row < rows; ++row) {
                slope[begin + observed.levels[g][row]] += of.slope[row];
                information[begin + observed.levels[g][row]] += of.information[row];
            }
            for (std::size_t k = begin; k < end; ++k) {
                double& u = parameters[model.first_effect() + k];
                const double step = (slope[k] - precision[g] * u) / (information[k] + precision[g]);
                u += std::clamp(step, -most_step, most_step);
            }
            begin = end;
        }
    }
    return information;
}

} // namespace demarche
