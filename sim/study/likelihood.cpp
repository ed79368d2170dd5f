#include "sim/study/likelihood.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

constexpr double least_stimulus = 1e-9; // acts per week; keeps ln finite where nothing happened
constexpr double most_log = 20;         // bound of ln mean and ln size, either side
constexpr std::size_t blocks_per_chunk = 16;

/// One block of cases on its way through the model.
struct Block {
    double effect[Cases::lanes];
    double stimulus[Cases::lanes];
    double log_stimulus[Cases::lanes];
    double log_mean[Cases::lanes];
    double mean[Cases::lanes];
    double size[Cases::lanes];
    double log_size[Cases::lanes];
    double log1p_ratio[Cases::lanes]; ///< ln(1 + mean / size)
    double by_log_mean[Cases::lanes]; ///< d ln L / d ln mean, dispersion included
    double by_log_size[Cases::lanes]; ///< d ln L / d ln size
    double value[Cases::lanes];       ///< ln L
};

[[gnu::always_inline]] inline void add_column(const Cases::Lanes* column, double by,
                                              double (&sum)[Cases::lanes]) {
    if (!column)
        return;
    const float* const x = column->data();
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        sum[l] += by * static_cast<double>(x[l]);
}

[[gnu::always_inline]] inline double product(const Cases::Lanes* column,
                                             const double (&with)[Cases::lanes]) {
    if (!column)
        return 0;
    const float* const x = column->data();
    double part[8] = {};
    for (std::size_t l = 0; l < Cases::lanes; l += 8)
        for (std::size_t k = 0; k < 8; ++k)
            part[k] += with[l + k] * static_cast<double>(x[l + k]);
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

[[gnu::always_inline]] inline double clamped(double x) {
    x = x < -most_log ? -most_log : x;
    return x > most_log ? most_log : x;
}

DEMARCHE_VECTORISE
void rates_of_block(const CountModel& model, const Cases& cases, std::size_t block, const double* p,
                    Block& b) {
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        b.stimulus[l] = least_stimulus;
        b.log_mean[l] = b.effect[l];
        b.log_size[l] = 0;
    }
    for (std::size_t k = 0; k < model.stimulus.size(); ++k)
        if (p[k] != 0)
            add_column(cases.column(block, model.stimulus[k]), p[k], b.stimulus);
    for (std::size_t k = 0; k < model.posture.size(); ++k)
        add_column(cases.column(block, model.posture[k]), p[model.first_posture() + k], b.log_mean);
    for (std::size_t k = 0; k < model.dispersion.size(); ++k)
        add_column(cases.column(block, model.dispersion[k]), p[model.first_dispersion() + k],
                   b.log_size);
    const double exponent = exp_bits(p[model.log_exponent()]);
    const double slope = p[model.slope()];
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        b.log_stimulus[l] = log_bits(b.stimulus[l]);
        b.log_mean[l] = clamped(b.log_mean[l] + exponent * b.log_stimulus[l]);
        b.mean[l] = exp_bits(b.log_mean[l]);
        b.log_size[l] = clamped(b.log_size[l] + slope * b.log_mean[l]);
        b.size[l] = exp_bits(b.log_size[l]);
    }
}

/// Value and derivatives where the count is 0, as almost everywhere.
DEMARCHE_VECTORISE
void likelihood_of_zeros(Block& b) {
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        const double ratio = b.mean[l] / b.size[l];
        const double log1p_ratio = log1p_bits(ratio);
        const double damped = b.mean[l] / (1 + ratio);
        b.log1p_ratio[l] = log1p_ratio;
        b.value[l] = -b.size[l] * log1p_ratio;
        b.by_log_mean[l] = -damped;
        b.by_log_size[l] = b.value[l] + damped;
    }
}

/// What a count above 0 adds to them.
void add_count(Block& b, std::size_t l, unsigned count) {
    const double r = b.size[l];
    const double share = 1 / (1 + b.mean[l] / r); // size / (size + mean)
    double log_rising = 0;                        // ln r (r+1) ... (r+y-1)
    double product_of = 1;
    double sum = 0;
    for (unsigned k = 0; k < count; ++k) {
        product_of *= r + k;
        sum += r / (r + k);
        if (product_of > 1e200 || product_of < 1e-200) {
            log_rising += log_bits(product_of);
            product_of = 1;
        }
    }
    log_rising += log_bits(product_of);
    b.value[l] += log_rising + count * (b.log_mean[l] - b.log_size[l] - b.log1p_ratio[l]);
    b.by_log_mean[l] += count * share;
    b.by_log_size[l] += sum - count * share;
}

DEMARCHE_VECTORISE
void gradient_of_block(const CountModel& model, const Cases& cases, std::size_t block,
                       const double* p, const Block& b, double* gradient) {
    const double exponent = exp_bits(p[model.log_exponent()]);
    double by_stimulus[Cases::lanes];
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        by_stimulus[l] = exponent * b.by_log_mean[l] / b.stimulus[l];
    for (std::size_t k = 0; k < model.stimulus.size(); ++k)
        gradient[k] += product(cases.column(block, model.stimulus[k]), by_stimulus);
    for (std::size_t k = 0; k < model.posture.size(); ++k)
        gradient[model.first_posture() + k] +=
            product(cases.column(block, model.posture[k]), b.by_log_mean);
    for (std::size_t k = 0; k < model.dispersion.size(); ++k)
        gradient[model.first_dispersion() + k] +=
            product(cases.column(block, model.dispersion[k]), b.by_log_size);
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        gradient[model.log_exponent()] += b.by_log_mean[l] * b.log_stimulus[l] * exponent;
        gradient[model.slope()] += b.by_log_size[l] * b.log_mean[l];
    }
}

using Levels = std::vector<std::vector<std::uint32_t>>;

/// Sums of the effects of the levels of every case of a block.
void effects_of_block(const CountModel& model, const Levels& levels, const double* p,
                      std::size_t first, std::size_t here, Block& b) {
    std::fill_n(b.effect, Cases::lanes, 0.0);
    const double* u = p + model.first_effect();
    for (std::size_t g = 0; g < model.effects.size(); ++g) {
        for (std::size_t l = 0; l < here; ++l)
            b.effect[l] += u[levels[g][first + l]];
        u += model.effects[g];
    }
}

/// Rates, value and derivatives of every case of a block.
void evaluate(const CountModel& model, const Cases& cases, const Observations& observed,
              const double* p, std::size_t block, Block& b) {
    const std::size_t first = block * Cases::lanes;
    const std::size_t here =
        std::min(Cases::lanes, observed.size() - std::min(observed.size(), first));
    effects_of_block(model, observed.levels, p, first, here, b);
    rates_of_block(model, cases, block, p, b);
    likelihood_of_zeros(b);
    for (std::size_t l = 0; l < here; ++l)
        if (const unsigned count = observed.counts[first + l]; count > 0)
            add_count(b, l, count);
    for (std::size_t l = here; l < Cases::lanes; ++l)
        b.value[l] = b.by_log_mean[l] = b.by_log_size[l] = 0;
    for (std::size_t l = 0; l < Cases::lanes; ++l) // the size follows the mean
        b.by_log_mean[l] += p[model.slope()] * b.by_log_size[l];
}

} // namespace

double log_likelihood(const CountModel& model, const Cases& cases, const Observations& observed,
                      std::span<const double> parameters, std::span<double> gradient,
                      unsigned threads, std::size_t every) {
    const std::size_t chunks = (cases.blocks() + blocks_per_chunk - 1) / blocks_per_chunk;
    const std::size_t width = model.first_effect() + 1; // the value stands last
    const bool to_effects = gradient.size() > model.first_effect();
    std::vector<double> sums(chunks * width);
    std::vector<double> by_log_mean(to_effects ? cases.size() : 0);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        Block b;
        for (std::size_t chunk = next++; chunk < chunks; chunk = next++) {
            double* const sum = sums.data() + chunk * width;
            const std::size_t end = std::min((chunk + 1) * blocks_per_chunk, cases.blocks());
            for (std::size_t block = chunk * blocks_per_chunk; block < end; block += every) {
                evaluate(model, cases, observed, parameters.data(), block, b);
                for (const double v : b.value)
                    sum[width - 1] += v;
                if (!gradient.empty())
                    gradient_of_block(model, cases, block, parameters.data(), b, sum);
                if (to_effects)
                    std::copy_n(b.by_log_mean, Cases::lanes,
                                by_log_mean.data() + block * Cases::lanes);
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned t = 1; t < threads && t < chunks; ++t)
            others.emplace_back(work);
        work();
    }
    double value = 0;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const double* const sum = sums.data() + chunk * width;
        if (!gradient.empty())
            for (std::size_t k = 0; k + 1 < width; ++k)
                gradient[k] += sum[k];
        value += sum[width - 1];
    }
    if (to_effects) {
        double* u = gradient.data() + model.first_effect();
        for (std::size_t g = 0; g < model.effects.size(); ++g) {
            for (std::size_t row = 0; row < observed.size(); ++row)
                u[observed.levels[g][row]] += by_log_mean[row];
            u += model.effects[g];
        }
    }
    return value;
}

Forecasts forecast(const CountModel& model, const Cases& cases, const Levels& levels,
                   std::size_t rows, std::span<const double> parameters) {
    Forecasts out{std::vector<double>(rows), std::vector<double>(rows)};
    Block b;
    for (std::size_t first = 0; first < rows; first += Cases::lanes) {
        const std::size_t here = std::min(Cases::lanes, rows - first);
        effects_of_block(model, levels, parameters.data(), first, here, b);
        rates_of_block(model, cases, first / Cases::lanes, parameters.data(), b);
        std::copy_n(b.mean, here, out.mean.data() + first);
        std::copy_n(b.size, here, out.size.data() + first);
    }
    return out;
}

void each_score(const CountModel& model, const Cases& cases, const Observations& observed,
                std::span<const double> parameters,
                const std::function<void(std::size_t, std::span<const double>)>& see) {
    std::vector<double> score(model.first_effect());
    const double exponent = exp_bits(parameters[model.log_exponent()]);
    Block b;
    for (std::size_t row = 0; row < observed.size(); ++row) {
        const std::size_t l = row % Cases::lanes;
        if (l == 0)
            evaluate(model, cases, observed, parameters.data(), row / Cases::lanes, b);
        for (std::size_t k = 0; k < model.stimulus.size(); ++k)
            score[k] =
                exponent * b.by_log_mean[l] / b.stimulus[l] * cases.at(row, model.stimulus[k]);
        for (std::size_t k = 0; k < model.posture.size(); ++k)
            score[model.first_posture() + k] = b.by_log_mean[l] * cases.at(row, model.posture[k]);
        for (std::size_t k = 0; k < model.dispersion.size(); ++k)
            score[model.first_dispersion() + k] =
                b.by_log_size[l] * cases.at(row, model.dispersion[k]);
        score[model.log_exponent()] = b.by_log_mean[l] * b.log_stimulus[l] * exponent;
        score[model.slope()] = b.by_log_size[l] * b.log_mean[l];
        see(row, score);
    }
}

} // namespace demarche
