#include "sim/study/likelihood.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

constexpr double least_stimulus = 1e-9; // acts per week; keeps ln finite where nothing happened
constexpr double most_log = 20;         // bound of ln mean and ln size, either side
constexpr std::size_t blocks_per_chunk = 16;
constexpr std::size_t shares = 32; ///< of the chunks, for threads to take

/// One block of cases on its way through the model; in single precision eight lanes fit where four
/// do in double.
template <class Real>
struct Block {
    using Row = std::array<Real, Cases::lanes>;
    Row effect;                                     ///< sum of effects on ln mean
    std::array<Row, CountModel::most_parts> part;   ///< of the stimulus, before its factor
    std::array<Row, CountModel::most_parts> factor; ///< of parts, from 1 on
    Row stimulus;
    Row log_stimulus;
    Row log_mean;
    Row log_size;
    Row by_log_mean; ///< d ln L / d ln mean, dispersion included
    Row by_log_size; ///< d ln L / d ln size
    Row value;       ///< ln L
};

/// What the columns of cases move: the parameter of each role, or none.
struct Places {
    static constexpr std::uint32_t none = UINT32_MAX;
    struct OfColumn {
        std::uint32_t stimulus = none, part = 0, posture = none, dispersion = none;
    };
    std::vector<OfColumn> of;
    std::size_t parts = 1; ///< of the stimulus

    Places(const CountModel& model, std::size_t columns) : of(columns) {
        std::uint32_t next = 0;
        for (const std::size_t c : model.stimulus) {
            if (!model.part.empty())
                of[c].part = static_cast<std::uint32_t>(model.part[next]);
            parts = std::max<std::size_t>(parts, of[c].part + 1);
            of[c].stimulus = next++;
        }
        for (const std::size_t c : model.posture)
            of[c].posture = next++;
        for (const std::size_t c : model.dispersion)
            of[c].dispersion = next++;
        for (const Effects& e : model.effects)
            parts = std::max(parts, e.part + 1);
    }
};

/// All that does not change from block to block.
struct Problem {
    const CountModel& model;
    const Cases& cases;
    const double* parameters;
    Places places{model, cases.columns()};
    double exponent = exp_bits(parameters[model.log_exponent()]);
    double slope = parameters[model.slope()];
};

template <class Real>
[[gnu::always_inline]] inline void add_column(const Cases::Lanes& x, double by,
                                              std::array<Real, Cases::lanes>& sum) {
    const auto factor = static_cast<Real>(by);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        sum[l] += factor * static_cast<Real>(x[l]);
}

/// A sum in eight parts, so that a block adds to all of them at once.
template <class Real>
using Parts = std::array<Real, 8>;

template <class Real, class Term>
[[gnu::always_inline]] inline void add_sum(Parts<Real>& to, const Term& term) {
    static_assert(Cases::lanes == 64);
    Parts<Real> part;
    for (std::size_t k = 0; k < part.size(); ++k)
        part[k] = ((term(k) + term(k + 8)) + (term(k + 16) + term(k + 24))) +
                  ((term(k + 32) + term(k + 40)) + (term(k + 48) + term(k + 56)));
    for (std::size_t k = 0; k < part.size(); ++k)
        to[k] += part[k];
}

template <class Real>
[[gnu::always_inline]] inline void
add_product(const Cases::Lanes& x, const std::array<Real, Cases::lanes>& with, Parts<Real>& to) {
    add_sum(to, [&](std::size_t l) { return with[l] * static_cast<Real>(x[l]); });
}

template <class Real>
[[gnu::always_inline]] inline Real clamped(Real x) {
    constexpr auto most = static_cast<Real>(most_log);
    x = x < -most ? -most : x;
    return x > most ? most : x;
}

/// ln mean and ln size of every case of a block.
template <class Real>
[[gnu::always_inline]] inline void rates(const Problem& problem, std::size_t block,
                                         Block<Real>& b) {
    const double* const p = problem.parameters;
    const std::size_t parts = problem.places.parts;
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        b.part[0][l] = static_cast<Real>(least_stimulus);
        b.log_mean[l] = b.effect[l];
        b.log_size[l] = 0;
    }
    for (std::size_t part = 1; part < parts; ++part)
        b.part[part].fill(0);
    for (const Cases::Stored& stored : problem.cases.stored(block)) {
        const Places::OfColumn& place = problem.places.of[stored.column];
        const Cases::Lanes& x = problem.cases.values(stored);
        if (place.stimulus != Places::none && p[place.stimulus] != 0)
            add_column(x, p[place.stimulus], b.part[place.part]);
        if (place.posture != Places::none)
            add_column(x, p[place.posture], b.log_mean);
        if (place.dispersion != Places::none)
            add_column(x, p[place.dispersion], b.log_size);
    }
    b.stimulus = b.part[0];
    for (std::size_t part = 1; part < parts; ++part)
        for (std::size_t l = 0; l < Cases::lanes; ++l)
            b.stimulus[l] += b.factor[part][l] * b.part[part][l];
    const auto exponent = static_cast<Real>(problem.exponent);
    const auto slope = static_cast<Real>(problem.slope);
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        b.log_stimulus[l] = log_bits(b.stimulus[l]);
        b.log_mean[l] = clamped(b.log_mean[l] + exponent * b.log_stimulus[l]);
        b.log_size[l] = clamped(b.log_size[l] + slope * b.log_mean[l]);
    }
}

/// Value and derivatives where the count is 0, as almost everywhere.
template <class Real>
[[gnu::always_inline]] inline void zeros(const Problem& problem, Block<Real>& b) {
    const auto slope = static_cast<Real>(problem.slope);
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        const Real mean = exp_bits(b.log_mean[l]);
        const Real size = exp_bits(b.log_size[l]);
        const Real ratio = mean / size;
        const Real damped = mean / (1 + ratio);
        b.value[l] = -size * log1p_bits(ratio);
        b.by_log_size[l] = b.value[l] + damped;
        b.by_log_mean[l] = slope * b.by_log_size[l] - damped; // the size follows the mean
    }
}

/// What a count above 0 adds to them.
template <class Real>
void add_count(const Problem& problem, Block<Real>& b, std::size_t l, unsigned count) {
    const double r = exp_bits(double{b.log_size[l]});
    const double log_ratio = double{b.log_mean[l]} - double{b.log_size[l]};
    const double ratio = exp_bits(log_ratio);
    const double share = 1 / (1 + ratio); // size / (size + mean)
    double log_rising = 0;                // ln r (r+1) ... (r+y-1)
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
    const double by_log_size = sum - count * share;
    b.value[l] += static_cast<Real>(log_rising + count * (log_ratio - log1p_bits(ratio)));
    b.by_log_size[l] += static_cast<Real>(by_log_size);
    b.by_log_mean[l] += static_cast<Real>(count * share + problem.slope * by_log_size);
}

/// Adds the gradient of the block's cases and, after it, their value.
template <class Real>
[[gnu::always_inline]] inline void add_sums(const Problem& problem, std::size_t block,
                                            const Block<Real>& b, Parts<Real>* sums) {
    const CountModel& model = problem.model;
    const auto exponent = static_cast<Real>(problem.exponent);
    std::array<typename Block<Real>::Row, CountModel::most_parts> by_part;
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        by_part[0][l] = exponent * b.by_log_mean[l] / b.stimulus[l];
    for (std::size_t part = 1; part < problem.places.parts; ++part)
        for (std::size_t l = 0; l < Cases::lanes; ++l)
            by_part[part][l] = by_part[0][l] * b.factor[part][l];
    for (const Cases::Stored& stored : problem.cases.stored(block)) {
        const Places::OfColumn& place = problem.places.of[stored.column];
        const Cases::Lanes& x = problem.cases.values(stored);
        if (place.stimulus != Places::none)
            add_product(x, by_part[place.part], sums[place.stimulus]);
        if (place.posture != Places::none)
            add_product(x, b.by_log_mean, sums[place.posture]);
        if (place.dispersion != Places::none)
            add_product(x, b.by_log_size, sums[place.dispersion]);
    }
    add_sum(sums[model.log_exponent()],
            [&](std::size_t l) { return exponent * b.by_log_mean[l] * b.log_stimulus[l]; });
    add_sum(sums[model.slope()], [&](std::size_t l) { return b.by_log_size[l] * b.log_mean[l]; });
    add_sum(sums[model.first_effect()], [&](std::size_t l) { return b.value[l]; });
}

// The same for both precisions, compiled for more than one processor.
DEMARCHE_VECTORISE void rates_of_block(const Problem& problem, std::size_t block,
                                       Block<double>& b) {
    rates(problem, block, b);
}
DEMARCHE_VECTORISE void likelihood_of_zeros(const Problem& problem, std::size_t block,
                                            Block<double>& b) {
    rates(problem, block, b);
    zeros(problem, b);
}
DEMARCHE_VECTORISE void likelihood_of_zeros(const Problem& problem, std::size_t block,
                                            Block<float>& b) {
    rates(problem, block, b);
    zeros(problem, b);
}
DEMARCHE_VECTORISE void sums_of_block(const Problem& problem, std::size_t block,
                                      const Block<double>& b, Parts<double>* sums) {
    add_sums(problem, block, b, sums);
}
DEMARCHE_VECTORISE void sums_of_block(const Problem& problem, std::size_t block,
                                      const Block<float>& b, Parts<float>* sums) {
    add_sums(problem, block, b, sums);
}

using Levels = std::vector<std::vector<std::uint32_t>>;

/// What the effects of the levels of every case of a block add and multiply.
template <class Real>
void effects_of_block(const Problem& problem, const Levels& levels, std::size_t first,
                      std::size_t here, Block<Real>& b) {
    b.effect.fill(0);
    for (std::size_t part = 1; part < problem.places.parts; ++part)
        b.factor[part].fill(1);
    const double* u = problem.parameters + problem.model.first_effect();
    for (const Effects& e : problem.model.effects) {
        const std::uint32_t* const level = levels[e.grouping].data() + first;
        if (e.loading != 0)
            for (std::size_t l = 0; l < here; ++l)
                b.effect[l] += static_cast<Real>(e.loading * u[level[l]]);
        if (e.part != 0)
            for (std::size_t l = 0; l < here; ++l)
                b.factor[e.part][l] = static_cast<Real>(exp_bits(u[level[l]]));
        u += e.levels;
    }
}

/// d ln mean / d u of a case.
template <class Real>
double slope_of(const Problem& problem, const Effects& e, const Block<Real>& b, std::size_t l) {
    if (e.part == 0)
        return e.loading;
    return e.loading + problem.exponent * double{b.factor[e.part][l]} * double{b.part[e.part][l]} /
                           double{b.stimulus[l]};
}

/// Rates, value and derivatives of every case of a block; returns how many cases that are.
template <class Real>
std::size_t evaluate(const Problem& problem, const Observations& observed, std::size_t block,
                     Block<Real>& b) {
    const std::size_t first = block * Cases::lanes;
    const std::size_t here =
        std::min(Cases::lanes, observed.size() - std::min(observed.size(), first));
    effects_of_block(problem, observed.levels, first, here, b);
    likelihood_of_zeros(problem, block, b);
    for (std::size_t l = 0; l < here; ++l)
        if (const unsigned count = observed.counts[first + l]; count > 0)
            add_count(problem, b, l, count);
    for (std::size_t l = here; l < Cases::lanes; ++l)
        b.value[l] = b.by_log_mean[l] = b.by_log_size[l] = 0;
    return here;
}

/// The sums of a chunk of blocks: gradient and value; adds the gradient by effects to `by_effect`
/// unless that is null.
template <class Real>
void sums_of_chunk(const Problem& problem, const Observations& observed, std::size_t begin,
                   std::size_t end, std::size_t every, double* sums, double* by_effect) {
    Block<Real> b;
    std::vector<Parts<Real>> parts(problem.model.first_effect() + 1);
    for (std::size_t block = begin; block < end; block += every) {
        const std::size_t here = evaluate(problem, observed, block, b);
        sums_of_block(problem, block, b, parts.data());
        if (!by_effect)
            continue;
        const std::size_t first = block * Cases::lanes;
        double* u = by_effect;
        for (const Effects& e : problem.model.effects) {
            const std::uint32_t* const level = observed.levels[e.grouping].data() + first;
            if (e.loading != 0 || e.part != 0)
                for (std::size_t l = 0; l < here; ++l)
                    u[level[l]] += slope_of(problem, e, b, l) * double{b.by_log_mean[l]};
            u += e.levels;
        }
    }
    for (std::size_t k = 0; k < parts.size(); ++k)
        sums[k] = std::accumulate(parts[k].begin(), parts[k].end(), 0.0);
}

} // namespace

double log_likelihood(const CountModel& model, const Cases& cases, const Observations& observed,
                      std::span<const double> parameters, std::span<double> gradient,
                      const Evaluation& how) {
    const std::size_t chunks = (cases.blocks() + blocks_per_chunk - 1) / blocks_per_chunk;
    const std::size_t width = model.first_effect() + 1; // the value stands last
    const Problem problem{model, cases, parameters.data()};
    const std::size_t effects =
        gradient.size() > model.first_effect() ? gradient.size() - model.first_effect() : 0;
    std::vector<double> sums(chunks * width), by_effect(shares * effects);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        const auto add = how.single_precision ? sums_of_chunk<float> : sums_of_chunk<double>;
        for (std::size_t share = next++; share < shares; share = next++)
            for (std::size_t chunk = share * chunks / shares; chunk < (share + 1) * chunks / shares;
                 ++chunk) {
                const std::size_t begin = chunk * blocks_per_chunk;
                const std::size_t end = std::min(begin + blocks_per_chunk, cases.blocks());
                add(problem, observed, begin, end, how.every, sums.data() + chunk * width,
                    effects > 0 ? by_effect.data() + share * effects : nullptr);
            }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned t = 1; t < how.threads && t < shares; ++t)
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
    for (std::size_t share = 0; share < shares; ++share)
        for (std::size_t k = 0; k < effects; ++k)
            gradient[model.first_effect() + k] += by_effect[share * effects + k];
    return value;
}

Forecasts forecast(const CountModel& model, const Cases& cases, const Levels& levels,
                   std::size_t rows, std::span<const double> parameters) {
    Forecasts out{std::vector<double>(rows), std::vector<double>(rows)};
    const Problem problem{model, cases, parameters.data()};
    Block<double> b;
    for (std::size_t first = 0; first < rows; first += Cases::lanes) {
        const std::size_t here = std::min(Cases::lanes, rows - first);
        effects_of_block(problem, levels, first, here, b);
        rates_of_block(problem, first / Cases::lanes, b);
        for (std::size_t l = 0; l < here; ++l) {
            out.mean[first + l] = exp_bits(b.log_mean[l]);
            out.size[first + l] = exp_bits(b.log_size[l]);
        }
    }
    return out;
}

EffectInformation effect_information(const CountModel& model, const Cases& cases,
                                     const Observations& observed,
                                     std::span<const double> parameters) {
    const std::vector<Effects>& effects = model.effects;
    const std::size_t n = effects.size();
    EffectInformation out(n * n);
    for (std::size_t g = 0; g < n; ++g)
        for (std::size_t h = 0; h < n; ++h)
            if (effects[g].grouping == effects[h].grouping)
                out[g * n + h].resize(effects[g].levels);
    const Problem problem{model, cases, parameters.data()};
    Block<double> b;
    std::vector<double> slope(n);
    for (std::size_t row = 0; row < observed.size(); ++row) {
        const std::size_t l = row % Cases::lanes;
        if (l == 0) {
            effects_of_block(problem, observed.levels, row,
                             std::min(Cases::lanes, observed.size() - row), b);
            rates_of_block(problem, row / Cases::lanes, b);
        }
        const double mean = exp_bits(b.log_mean[l]);
        const double information = mean / (1 + mean / exp_bits(b.log_size[l]));
        for (std::size_t g = 0; g < n; ++g)
            slope[g] = slope_of(problem, effects[g], b, l);
        for (std::size_t g = 0; g < n; ++g)
            for (std::size_t h = 0; h < n; ++h)
                if (!out[g * n + h].empty())
                    out[g * n + h][observed.levels[effects[g].grouping][row]] +=
                        slope[g] * slope[h] * information;
    }
    return out;
}

CellInformation cell_information(const CountModel& model, const Cases& cases,
                                 const Observations& observed, std::span<const double> parameters,
                                 std::span<const std::uint32_t> cell, std::size_t cells) {
    CellInformation out{std::vector<double>(cells), std::vector<double>(model.first_effect()),
                        std::vector<float>(model.first_effect() * cells)};
    const Problem problem{model, cases, parameters.data()};
    Block<double> b;
    Block<double>::Row information, by_stimulus;
    for (std::size_t first = 0; first < observed.size(); first += Cases::lanes) {
        const std::size_t here = std::min(Cases::lanes, observed.size() - first);
        effects_of_block(problem, observed.levels, first, here, b);
        rates_of_block(problem, first / Cases::lanes, b);
        for (std::size_t l = 0; l < here; ++l) {
            const double mean = exp_bits(b.log_mean[l]);
            information[l] = mean / (1 + mean / exp_bits(b.log_size[l]));
            by_stimulus[l] = problem.exponent / b.stimulus[l];
            out.of_cell[cell[first + l]] += information[l];
        }
        const auto add = [&](std::size_t k, auto&& slope) {
            float* const cross = out.cross.data() + k * cells;
            for (std::size_t l = 0; l < here; ++l) {
                const double both = information[l] * slope(l);
                cross[cell[first + l]] += static_cast<float>(both);
                out.of_parameter[k] += both * slope(l);
            }
        };
        for (const Cases::Stored& stored : cases.stored(first / Cases::lanes)) {
            const Places::OfColumn& place = problem.places.of[stored.column];
            const Cases::Lanes& x = cases.values(stored);
            if (place.stimulus != Places::none)
                add(place.stimulus, [&](std::size_t l) {
                    return by_stimulus[l] * x[l] *
                           (place.part == 0 ? 1.0 : b.factor[place.part][l]);
                });
            if (place.posture != Places::none)
                add(place.posture, [&](std::size_t l) { return double{x[l]}; });
        }
        add(model.log_exponent(),
            [&](std::size_t l) { return problem.exponent * b.log_stimulus[l]; });
    }
    return out;
}

void each_score(const CountModel& model, const Cases& cases, const Observations& observed,
                std::span<const double> parameters,
                const std::function<void(std::size_t, std::span<const double>)>& see) {
    std::vector<double> score(model.first_effect() + model.effects.size());
    const Problem problem{model, cases, parameters.data()};
    Block<double> b;
    for (std::size_t row = 0; row < observed.size(); ++row) {
        const std::size_t l = row % Cases::lanes, block = row / Cases::lanes;
        if (l == 0)
            evaluate(problem, observed, block, b);
        std::fill(score.begin(), score.end(), 0.0);
        for (const Cases::Stored& stored : cases.stored(block)) {
            const Places::OfColumn& place = problem.places.of[stored.column];
            const double x = cases.values(stored)[l];
            if (place.stimulus != Places::none)
                score[place.stimulus] = problem.exponent * b.by_log_mean[l] / b.stimulus[l] * x *
                                        (place.part == 0 ? 1.0 : b.factor[place.part][l]);
            if (place.posture != Places::none)
                score[place.posture] = b.by_log_mean[l] * x;
            if (place.dispersion != Places::none)
                score[place.dispersion] = b.by_log_size[l] * x;
        }
        score[model.log_exponent()] = b.by_log_mean[l] * b.log_stimulus[l] * problem.exponent;
        score[model.slope()] = b.by_log_size[l] * b.log_mean[l];
        for (std::size_t g = 0; g < model.effects.size(); ++g)
            score[model.first_effect() + g] =
                b.by_log_mean[l] * slope_of(problem, model.effects[g], b, l);
        see(row, score);
    }
}

} // namespace demarche
