#include "sim/study/likelihood.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/study/shares.h"

namespace demarche {
namespace {

constexpr double least_stimulus = 1e-9; // acts per week; keeps ln finite where nothing happened
constexpr double most_log = 20;         // bound of ln mean and ln size, either side
constexpr std::size_t blocks_per_chunk = 16;

/// One block of cases on its way through the model; in single precision twice as many lanes fit
/// into a vector. Rows begin at lines of cache, so that no vector lies across two of them.
template <class Real>
struct alignas(64) Block {
    using Row = std::array<Real, Cases::lanes>;
    std::array<Row, CountModel::most_parts> part;   ///< of the stimulus, from 1 on, before factors
    std::array<Row, CountModel::most_parts> factor; ///< of parts, from 1 on
    Row stimulus;
    Row per_stimulus; ///< 1 / stimulus
    Row log_stimulus;
    Row log_mean; ///< at first the sum of effects
    Row log_size;
    Row by_log_mean;                      ///< d ln L / d ln mean, dispersion included
    Row by_log_size;                      ///< d ln L / d ln size
    Row value;                            ///< ln L
    std::span<const Cases::Stored> ahead; ///< columns of the next block, to be asked for
};

/// Mean and size of every case of a block.
struct Expected {
    Block<double>::Row mean, size;

    /// The expected information on ln mean.
    double information(std::size_t l) const { return mean[l] / (1 + mean[l] / size[l]); }
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
        sum[l] = std::fma(factor, static_cast<Real>(x[l]), sum[l]);
}

/// A sum in sixteen parts, so that a block adds to all of them at once.
template <class Real>
using Parts = std::array<Real, 16>;

/// Adds a number of every case of a block: add(sum, l) is the sum and that of lane l.
template <class Real, class Add>
[[gnu::always_inline]] inline void add_lanes(Parts<Real>& to, const Add& add) {
    static_assert(Cases::lanes % std::tuple_size_v<Parts<Real>> == 0);
    Parts<Real> part{};
    for (std::size_t first = 0; first < Cases::lanes; first += part.size())
        for (std::size_t k = 0; k < part.size(); ++k)
            part[k] = add(part[k], first + k);
    for (std::size_t k = 0; k < part.size(); ++k)
        to[k] += part[k];
}

/// A sum with the score x * y of one more case, or with its square.
struct Score {
    template <class Real>
    [[gnu::always_inline]] Real operator()(Real sum, Real x, Real y) const {
        return std::fma(x, y, sum);
    }
};
struct SquaredScore {
    template <class Real>
    [[gnu::always_inline]] Real operator()(Real sum, Real x, Real y) const {
        return std::fma(x * y, x * y, sum);
    }
};

/// Adds the scores x * y of every case of a block, or what `of` makes of them.
template <class Real, class Of>
[[gnu::always_inline]] inline void add_products(const auto& x, const auto& y, const Of& of,
                                                Parts<Real>& to) {
    add_lanes(to, [&](Real sum, std::size_t l) { return of(sum, static_cast<Real>(x[l]), y[l]); });
}

/// Asks for some of the columns that the next block needs: few at a time, between loops over this
/// one, as processors take only a few requests at once.
template <class Real>
[[gnu::always_inline]] inline void ask(const Problem& problem, Block<Real>& b, std::size_t count) {
    for (; count > 0 && !b.ahead.empty(); --count, b.ahead = b.ahead.subspan(1))
        problem.cases.ask(b.ahead.front());
}

/// ln mean and ln size of every case of a block.
template <class Real>
[[gnu::always_inline]] inline void rates(const Problem& problem, std::size_t block,
                                         Block<Real>& b) {
    const double* const p = problem.parameters;
    const std::size_t parts = problem.places.parts;
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        b.stimulus[l] = static_cast<Real>(least_stimulus);
        b.log_size[l] = 0;
    }
    for (std::size_t part = 1; part < parts; ++part)
        b.part[part].fill(0);
    for (const Cases::Stored& stored : problem.cases.stored(block)) {
        const Places::OfColumn& place = problem.places.of[stored.column];
        const Cases::Lanes& x = problem.cases.values(stored);
        if (place.stimulus != Places::none && p[place.stimulus] != 0)
            add_column(x, p[place.stimulus], place.part == 0 ? b.stimulus : b.part[place.part]);
        if (place.posture != Places::none)
            add_column(x, p[place.posture], b.log_mean);
        if (place.dispersion != Places::none)
            add_column(x, p[place.dispersion], b.log_size);
    }
    for (std::size_t part = 1; part < parts; ++part)
        for (std::size_t l = 0; l < Cases::lanes; ++l)
            b.stimulus[l] += b.factor[part][l] * b.part[part][l];
    const auto exponent = static_cast<Real>(problem.exponent);
    const auto slope = static_cast<Real>(problem.slope);
    ask(problem, b, 2);
    // Loops of one function each: more of their iterations overlap in the processor.
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        b.log_stimulus[l] = log_bits(b.stimulus[l]);
    constexpr auto most = static_cast<Real>(most_log);
    ask(problem, b, 2);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        b.log_mean[l] = std::max(std::fma(exponent, b.log_stimulus[l], b.log_mean[l]), -most);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        b.log_mean[l] = std::min(b.log_mean[l], most);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        b.log_size[l] = std::max(std::fma(slope, b.log_mean[l], b.log_size[l]), -most);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        b.log_size[l] = std::min(b.log_size[l], most);
}

/// Value and derivatives where the count is 0, as almost everywhere.
template <class Real>
[[gnu::always_inline]] inline void zeros(const Problem& problem, Block<Real>& b) {
    const auto slope = static_cast<Real>(problem.slope);
    typename Block<Real>::Row size, ratio, inverse, both;
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        size[l] = exp_bits(b.log_size[l]);
    ask(problem, b, 2);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        ratio[l] = exp_bits(b.log_mean[l] - b.log_size[l]);
    ask(problem, b, 2);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        both[l] = 1 / ((1 + ratio[l]) * b.stimulus[l]); // one division for two
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        inverse[l] = both[l] * b.stimulus[l];
        b.per_stimulus[l] = both[l] * (1 + ratio[l]);
    }
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        // ln(1 + ratio), as log1p_bits makes it.
        const Real sum = 1 + ratio[l];
        b.value[l] = -size[l] * (log_bits(sum) - ((sum - 1) - ratio[l]) * inverse[l]);
    }
    ask(problem, b, 2);
    for (std::size_t l = 0; l < Cases::lanes; ++l) {
        const Real damped = size[l] * (ratio[l] * inverse[l]);
        b.by_log_size[l] = b.value[l] + damped;
        b.by_log_mean[l] = std::fma(slope, b.by_log_size[l], -damped); // the size follows the mean
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

/// Adds the scores of each of the block's cases, or what `of` makes of them.
template <class Real, class Of>
[[gnu::always_inline]] inline void add_scores(const Problem& problem, std::size_t block,
                                              Block<Real>& b, Parts<Real>* sums, const Of& of) {
    using Row = typename Block<Real>::Row;
    const CountModel& model = problem.model;
    const auto exponent = static_cast<Real>(problem.exponent);
    Row by_log_stimulus;
    std::array<Row, CountModel::most_parts> by_part;
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        by_log_stimulus[l] = exponent * b.by_log_mean[l];
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        by_part[0][l] = by_log_stimulus[l] * b.per_stimulus[l];
    for (std::size_t part = 1; part < problem.places.parts; ++part)
        for (std::size_t l = 0; l < Cases::lanes; ++l)
            by_part[part][l] = by_part[0][l] * b.factor[part][l];
    for (const Cases::Stored& stored : problem.cases.stored(block)) {
        ask(problem, b, 1);
        const Places::OfColumn& place = problem.places.of[stored.column];
        const Cases::Lanes& x = problem.cases.values(stored);
        if (place.stimulus != Places::none)
            add_products(x, by_part[place.part], of, sums[place.stimulus]);
        if (place.posture != Places::none)
            add_products(x, b.by_log_mean, of, sums[place.posture]);
        if (place.dispersion != Places::none)
            add_products(x, b.by_log_size, of, sums[place.dispersion]);
    }
    add_products(b.log_stimulus, by_log_stimulus, of, sums[model.log_exponent()]);
    add_products(b.log_mean, b.by_log_size, of, sums[model.slope()]);
}

/// Adds the scores of each of the block's cases and, after them, their values.
template <class Real>
[[gnu::always_inline]] inline void add_sums(const Problem& problem, std::size_t block,
                                            Block<Real>& b, Parts<Real>* sums) {
    add_scores(problem, block, b, sums, Score{});
    add_lanes(sums[problem.model.first_effect()],
              [&](Real sum, std::size_t l) { return sum + b.value[l]; });
}

// The same for both precisions, compiled for more than one processor.
DEMARCHE_VECTORISE_WIDE void rates_of_block(const Problem& problem, std::size_t block,
                                            Block<double>& b, Expected& expected) {
    rates(problem, block, b);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        expected.mean[l] = exp_bits(b.log_mean[l]);
    for (std::size_t l = 0; l < Cases::lanes; ++l)
        expected.size[l] = exp_bits(b.log_size[l]);
}
DEMARCHE_VECTORISE_WIDE void likelihood_of_zeros(const Problem& problem, std::size_t block,
                                                 Block<double>& b) {
    rates(problem, block, b);
    zeros(problem, b);
}
DEMARCHE_VECTORISE_WIDE void likelihood_of_zeros(const Problem& problem, std::size_t block,
                                                 Block<float>& b) {
    rates(problem, block, b);
    zeros(problem, b);
}
DEMARCHE_VECTORISE_WIDE void sums_of_block(const Problem& problem, std::size_t block,
                                           Block<double>& b, Parts<double>* sums) {
    add_sums(problem, block, b, sums);
}
DEMARCHE_VECTORISE_WIDE void sums_of_block(const Problem& problem, std::size_t block,
                                           Block<float>& b, Parts<float>* sums) {
    add_sums(problem, block, b, sums);
}

DEMARCHE_VECTORISE_WIDE void squares_of_block(const Problem& problem, std::size_t block,
                                              Block<double>& b, Parts<double>* sums) {
    add_scores(problem, block, b, sums, SquaredScore{});
}

/// Adds numbers to as many others.
DEMARCHE_VECTORISE_WIDE void add_all(std::span<const float> from, std::span<float> to) {
    for (std::size_t k = 0; k < to.size(); ++k)
        to[k] += from[k];
}
DEMARCHE_VECTORISE_WIDE void add_all(std::span<const float> from, std::span<double> to) {
    for (std::size_t k = 0; k < to.size(); ++k)
        to[k] += double{from[k]};
}
DEMARCHE_VECTORISE_WIDE void add_all(std::span<const double> from, std::span<double> to) {
    for (std::size_t k = 0; k < to.size(); ++k)
        to[k] += from[k];
}

/// Calls visit(l) for the first `here` lanes of a block, which are almost always all of them.
template <class Visit>
[[gnu::always_inline]] inline void each_lane(std::size_t here, const Visit& visit) {
    if (here == Cases::lanes)
        for (std::size_t l = 0; l < Cases::lanes; l += 8) {
            visit(l), visit(l + 1), visit(l + 2), visit(l + 3);
            visit(l + 4), visit(l + 5), visit(l + 6), visit(l + 7);
        }
    else
        for (std::size_t l = 0; l < here; ++l)
            visit(l);
}

/// What the effects of the levels of every cell add and multiply.
template <class Real>
class CellEffects {
public:
    CellEffects(const Problem& problem, const Groupings& g)
        : groupings_(g), parts_(problem.places.parts) {
        if (problem.model.effects.empty())
            return;
        std::vector<double> of_cell(g.cells());
        const double* u = problem.parameters + problem.model.first_effect();
        for (const Effects& e : problem.model.effects) {
            const std::vector<std::uint32_t>& level = g.levels[e.grouping];
            for (std::size_t c = 0; c < of_cell.size(); ++c)
                of_cell[c] += e.loading * u[level[c]];
            if (e.part != 0)
                for (const std::uint32_t l : level)
                    factor_[e.part].push_back(static_cast<Real>(exp_bits(u[l])));
            u += e.levels;
        }
        sum_.assign(of_cell.begin(), of_cell.end());
    }

    /// For the first cases of a block; beyond them and where there are no effects, nothing is added
    /// and the factor is 1.
    void write(std::size_t block, std::size_t here, Block<Real>& b) const {
        look_up(sum_, 0, block, here, b.log_mean);
        for (std::size_t part = 1; part < parts_; ++part)
            look_up(factor_[part], 1, block, here, b.factor[part]);
    }

private:
    void look_up(const std::vector<Real>& of_cell, Real otherwise, std::size_t block,
                 std::size_t here, typename Block<Real>::Row& out) const {
        if (of_cell.empty() || here < out.size())
            out.fill(otherwise);
        if (of_cell.empty())
            return;
        if (const std::uint32_t run = groupings_.run_of(block); run != Groupings::none)
            std::copy_n(of_cell.data() + run, out.size(), out.data());
        else
            each_lane(here, [&, cell = groupings_.cell.data() + block * Cases::lanes,
                             from = of_cell.data()](std::size_t l) { out[l] = from[cell[l]]; });
    }

    const Groupings& groupings_;
    std::size_t parts_;                                            ///< of the stimulus
    std::vector<Real> sum_;                                        ///< on ln mean
    std::array<std::vector<Real>, CountModel::most_parts> factor_; ///< of parts, from 1 on
};

/// How many cases of a block are observed.
std::size_t cases_in(const Observations& observed, std::size_t block) {
    const std::size_t first = std::min(observed.size(), block * Cases::lanes);
    return std::min(Cases::lanes, observed.size() - first);
}

/// Rates, value and derivatives of every case of a block; returns how many cases that are.
template <class Real>
std::size_t evaluate(const Problem& problem, const Observations& observed,
                     const CellEffects<Real>& effects, std::size_t block, Block<Real>& b) {
    const std::size_t first = block * Cases::lanes, here = cases_in(observed, block);
    effects.write(block, here, b);
    constexpr std::size_t far = 4; // blocks ahead
    if (const auto later = problem.cases.stored(block + far); !later.empty())
        problem.cases.ask_far(later.back());
    b.ahead = problem.cases.stored(block + 1);
    likelihood_of_zeros(problem, block, b);
    const unsigned* const counts = observed.counts.data() + first;
    if (observed.any[block] != 0)
        for (std::size_t l = 0; l < here; ++l)
            if (counts[l] > 0)
                add_count(problem, b, l, counts[l]);
    for (std::size_t l = here; l < Cases::lanes; ++l)
        b.value[l] = b.by_log_mean[l] = b.by_log_size[l] = 0;
    return here;
}

/// d ln mean of a case by the logarithm of what multiplies a part of its stimulus.
template <class Real>
double slope_of_part(const Problem& problem, const Block<Real>& b, std::size_t part,
                     std::size_t l) {
    return problem.exponent * double{b.factor[part][l]} * double{b.part[part][l]} /
           double{b.stimulus[l]};
}

/// d ln mean / d u of a case.
template <class Real>
double slope_of(const Problem& problem, const Effects& e, const Block<Real>& b, std::size_t l) {
    return e.part == 0 ? e.loading : e.loading + slope_of_part(problem, b, e.part, l);
}

/// The sums of a chunk of blocks: gradient and value; adds the derivatives by what cells add to ln
/// mean, then by the logarithms of what they multiply, to `by_cell` unless that is null.
template <class Real>
void sums_of_chunk(const Problem& problem, const Observations& observed,
                   const CellEffects<Real>& effects, std::size_t begin, std::size_t end,
                   double* sums, Real* by_cell) {
    Block<Real> b;
    std::vector<Parts<Real>> parts(problem.model.first_effect() + 1);
    for (std::size_t block = begin; block < end; ++block) {
        const std::size_t here = evaluate(problem, observed, effects, block, b);
        sums_of_block(problem, block, b, parts.data());
        if (!by_cell)
            continue;
        const std::uint32_t* const cell = observed.groupings.cell.data() + block * Cases::lanes;
        if (const std::uint32_t run = observed.groupings.run_of(block); run != Groupings::none)
            add_all(b.by_log_mean, {by_cell + run, Cases::lanes});
        else
            each_lane(here, [&](std::size_t l) { by_cell[cell[l]] += b.by_log_mean[l]; });
        Real* of_part = by_cell;
        for (std::size_t part = 1; part < problem.places.parts; ++part) {
            of_part += observed.groupings.cells();
            for (std::size_t l = 0; l < here; ++l)
                of_part[cell[l]] +=
                    static_cast<Real>(slope_of_part(problem, b, part, l)) * b.by_log_mean[l];
        }
    }
    for (std::size_t k = 0; k < parts.size(); ++k)
        sums[k] = std::accumulate(parts[k].begin(), parts[k].end(), 0.0);
}

std::size_t chunks_of(const Cases& cases) {
    return (cases.blocks() + blocks_per_chunk - 1) / blocks_per_chunk;
}

/// Calls work(chunk, first block, end) for the chunks of a share.
template <class Work>
void each_chunk(const Cases& cases, std::size_t share, const Work& work) {
    const std::size_t chunks = chunks_of(cases);
    for (std::size_t c = share * chunks / shares; c < (share + 1) * chunks / shares; ++c)
        work(c, c * blocks_per_chunk, std::min((c + 1) * blocks_per_chunk, cases.blocks()));
}

template <class Real>
double sums_of_all(const Problem& problem, const Observations& observed, const Evaluation& how,
                   std::span<double> gradient) {
    const CountModel& model = problem.model;
    const Cases& cases = problem.cases;
    const CellEffects<Real> effects(problem, observed.groupings);
    const std::size_t own = model.first_effect();
    const std::size_t width = own + 1; // the value stands last
    std::vector<double> sums(chunks_of(cases) * width);
    const std::size_t cells = observed.groupings.cells();
    const std::size_t of_cells = gradient.size() > own ? problem.places.parts * cells : 0;
    // Few cases of a cell are in one share, so they may be summed up as they are.
    const auto by_cell = std::make_unique_for_overwrite<Real[]>(shares * of_cells);
    std::vector<double> sum(of_cells); // of all shares
    share_out(how.threads, [&](std::size_t share) {
        Real* const mine = of_cells > 0 ? by_cell.get() + share * of_cells : nullptr;
        std::fill_n(mine, of_cells, Real{});
        each_chunk(cases, share, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
            sums_of_chunk(problem, observed, effects, begin, end, sums.data() + chunk * width,
                          mine);
        });
    });
    double value = 0;
    for (std::size_t at = 0; at < sums.size(); at += width) {
        if (!gradient.empty())
            for (std::size_t k = 0; k < own; ++k)
                gradient[k] += sums[at + k];
        value += sums[at + own];
    }
    if (of_cells == 0)
        return value;
    for (std::size_t share = 0; share < shares; ++share)
        add_all({by_cell.get() + share * of_cells, of_cells}, sum);
    double* u = gradient.data() + own;
    for (const Effects& e : model.effects) {
        const std::vector<std::uint32_t>& level = observed.groupings.levels[e.grouping];
        for (std::size_t c = 0; c < cells; ++c)
            u[level[c]] += e.loading * sum[c] + (e.part == 0 ? 0.0 : sum[e.part * cells + c]);
        u += e.levels;
    }
    return value;
}

} // namespace

void Groupings::find_runs() {
    run.assign(cell.size() / Cases::lanes, none);
    for (std::size_t block = 0; block < run.size(); ++block) {
        const std::span of = std::span(cell).subspan(block * Cases::lanes, Cases::lanes);
        if (std::adjacent_find(of.begin(), of.end(), [](std::uint32_t a, std::uint32_t b) {
                return b != a + 1;
            }) == of.end())
            run[block] = of.front();
    }
}

Observations::Observations(std::vector<std::uint32_t> counts_, Groupings groupings_)
    : counts(std::move(counts_)), groupings(std::move(groupings_)),
      any((counts.size() + Cases::lanes - 1) / Cases::lanes) {
    groupings.find_runs();
    for (std::size_t row = 0; row < counts.size(); ++row)
        any[row / Cases::lanes] |= static_cast<char>(counts[row] > 0);
}

double log_likelihood(const CountModel& model, const Cases& cases, const Observations& observed,
                      std::span<const double> parameters, std::span<double> gradient,
                      const Evaluation& how) {
    const Problem problem{model, cases, parameters.data()};
    return how.single_precision ? sums_of_all<float>(problem, observed, how, gradient)
                                : sums_of_all<double>(problem, observed, how, gradient);
}

std::vector<double> squared_scores(const CountModel& model, const Cases& cases,
                                   const Observations& observed, std::span<const double> parameters,
                                   unsigned threads) {
    const std::size_t own = model.first_effect();
    const Problem problem{model, cases, parameters.data()};
    const CellEffects<double> effects(problem, observed.groupings);
    std::vector<double> sums(chunks_of(cases) * own);
    share_out(threads, [&](std::size_t share) {
        each_chunk(cases, share, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
            Block<double> b;
            std::vector<Parts<double>> parts(own + 1);
            for (std::size_t block = begin; block < end; ++block) {
                evaluate(problem, observed, effects, block, b);
                squares_of_block(problem, block, b, parts.data());
            }
            for (std::size_t k = 0; k < own; ++k)
                sums[chunk * own + k] = std::accumulate(parts[k].begin(), parts[k].end(), 0.0);
        });
    });
    std::vector<double> out(own);
    for (std::size_t k = 0; k < sums.size(); ++k)
        out[k % own] += sums[k];
    return out;
}

Forecasts forecast(const CountModel& model, const Cases& cases, const Groupings& groupings,
                   std::size_t rows, std::span<const double> parameters) {
    Forecasts out{std::vector<double>(rows), std::vector<double>(rows)};
    const Problem problem{model, cases, parameters.data()};
    const CellEffects<double> effects(problem, groupings);
    Block<double> b;
    Expected expected;
    for (std::size_t first = 0; first < rows; first += Cases::lanes) {
        const std::size_t here = std::min(Cases::lanes, rows - first);
        effects.write(first / Cases::lanes, here, b);
        rates_of_block(problem, first / Cases::lanes, b, expected);
        std::copy_n(expected.mean.begin(), here, out.mean.data() + first);
        std::copy_n(expected.size.begin(), here, out.size.data() + first);
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
    const CellEffects<double> of_cells(problem, observed.groupings);
    Block<double> b;
    Expected expected;
    std::vector<double> slope(n);
    for (std::size_t row = 0; row < observed.size(); ++row) {
        const std::size_t l = row % Cases::lanes;
        if (l == 0) {
            of_cells.write(row / Cases::lanes, cases_in(observed, row / Cases::lanes), b);
            rates_of_block(problem, row / Cases::lanes, b, expected);
        }
        const double information = expected.information(l);
        const std::uint32_t cell = observed.groupings.cell[row];
        for (std::size_t g = 0; g < n; ++g)
            slope[g] = slope_of(problem, effects[g], b, l);
        for (std::size_t g = 0; g < n; ++g)
            for (std::size_t h = 0; h < n; ++h)
                if (!out[g * n + h].empty())
                    out[g * n + h][observed.groupings.levels[effects[g].grouping][cell]] +=
                        slope[g] * slope[h] * information;
    }
    return out;
}

CellInformation cell_information(const CountModel& model, const Cases& cases,
                                 const Observations& observed, std::span<const double> parameters,
                                 unsigned threads) {
    const std::size_t cells = observed.groupings.cells();
    CellInformation out{std::vector<double>(cells), std::vector<double>(model.first_effect()),
                        std::vector<float>(model.first_effect() * cells)};
    const Problem problem{model, cases, parameters.data()};
    const CellEffects<double> effects(problem, observed.groupings);
    struct OfBlock {
        Block<double>::Row information, by_stimulus, by_log_exponent;
    };
    std::vector<OfBlock> blocks(cases.blocks());
    share_out(threads, [&](std::size_t share) {
        Block<double> b;
        Expected expected;
        each_chunk(cases, share, [&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t block = begin; block < end; ++block) {
                effects.write(block, cases_in(observed, block), b);
                rates_of_block(problem, block, b, expected);
                OfBlock& of = blocks[block];
                for (std::size_t l = 0; l < Cases::lanes; ++l) {
                    of.information[l] = expected.information(l);
                    of.by_stimulus[l] = problem.exponent / b.stimulus[l];
                    of.by_log_exponent[l] = problem.exponent * b.log_stimulus[l];
                }
            }
        });
    });
    // A pass sums up some of the parameters; few passes, as each reads all blocks.
    constexpr std::size_t passes = 4;
    const auto sum_up = [&](std::size_t pass) {
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            const OfBlock& of = blocks[block];
            const std::size_t here = cases_in(observed, block);
            const std::uint32_t* const at = observed.groupings.cell.data() + block * Cases::lanes;
            const auto add = [&](std::size_t k, auto&& slope) {
                if (k % passes != pass)
                    return;
                float* const cross = out.cross.data() + k * cells;
                for (std::size_t l = 0; l < here; ++l) {
                    const double both = of.information[l] * slope(l);
                    cross[at[l]] += static_cast<float>(both);
                    out.of_parameter[k] += both * slope(l);
                }
            };
            if (pass == 0)
                for (std::size_t l = 0; l < here; ++l)
                    out.of_cell[at[l]] += of.information[l];
            for (const Cases::Stored& stored : cases.stored(block)) {
                const Places::OfColumn& place = problem.places.of[stored.column];
                const Cases::Lanes& x = cases.values(stored);
                if (place.stimulus != Places::none)
                    add(place.stimulus, [&](std::size_t l) { return of.by_stimulus[l] * x[l]; });
                if (place.posture != Places::none)
                    add(place.posture, [&](std::size_t l) { return double{x[l]}; });
            }
            add(model.log_exponent(), [&](std::size_t l) { return of.by_log_exponent[l]; });
        }
    };
    share_out(threads, sum_up, passes);
    return out;
}

void each_score(const CountModel& model, const Cases& cases, const Observations& observed,
                std::span<const double> parameters,
                const std::function<void(std::size_t, std::span<const double>)>& see) {
    std::vector<double> score(model.first_effect() + model.effects.size());
    const Problem problem{model, cases, parameters.data()};
    const CellEffects<double> effects(problem, observed.groupings);
    Block<double> b;
    for (std::size_t row = 0; row < observed.size(); ++row) {
        const std::size_t l = row % Cases::lanes, block = row / Cases::lanes;
        if (l == 0)
            evaluate(problem, observed, effects, block, b);
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
