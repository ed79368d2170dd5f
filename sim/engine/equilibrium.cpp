#include "sim/engine/equilibrium.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>

#include "sim/core/elementary.h"
#include "sim/engine/decide.h"
#include "sim/engine/third_parties.h"
#include "sim/engine/wars.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

std::vector<double> shared_organisations(const World& world) {
    std::vector<double> shared(world.n * world.n, 0.0);
    for (const Organisation& o : world.setting.organisations)
        for (std::size_t i : o.members)
            for (std::size_t j : o.members)
                shared[world.pair(i, j)] += 1;
    return shared;
}

/// A double-exponential variate of scale 1.
double laplace(double u) {
    return u < 0.5 ? log_bits(2 * u) : -log_bits(2 * (1 - u));
}

/// Calls visit(i, j) for all of n x n, tile by tile, so that what stands at (j, i) is near, too.
template <class Visit>
void in_tiles(std::size_t n, Visit&& visit) {
    constexpr std::size_t side = 32;
    for (std::size_t row = 0; row < n; row += side)
        for (std::size_t column = 0; column < n; column += side)
            for (std::size_t i = row; i < std::min(row + side, n); ++i)
                for (std::size_t j = column; j < std::min(column + side, n); ++j)
                    visit(i, j);
}

using Rates = std::array<std::vector<double>, class_count>; // [class][actor, target]

/// Acts per day in ordinary times.
Rates ordinary_rates(const World& world) {
    constexpr double greatest_effect = 3; // exp(scale * effect) has no mean without an end
    const Setting& s = world.setting;
    const std::vector<double> shared = shared_organisations(world);
    // Pair effects belong to the scenario, not to a replication: levels are facts about a world.
    const Random of_scenario(world.scenario->seed, 0xFFFFFFFFU);
    Rates rates;
    for (std::size_t q = 0; q < class_count; ++q) {
        const GravityPrior::OfClass& g = s.gravity.of_class[q];
        rates[q].assign(world.n * world.n, 0.0);
        for (std::size_t i = 0; i < world.n; ++i)
            for (std::size_t j = 0; j < world.n; ++j) {
                if (i == j)
                    continue;
                // One effect for both directions: what one does to the other in ordinary times,
                // the other does too.
                const double effect = laplace(of_scenario.uniform(
                    {Purpose::level, 0, static_cast<std::uint32_t>(std::min(i, j)),
                     static_cast<std::uint32_t>(std::max(i, j)), static_cast<std::uint32_t>(q)}));
                const auto tie = [&](TieColumn c) { return world.tie(c, i, j); };
                rates[q][world.pair(i, j)] = exp_bits(
                    g.intercept + g.power * log_bits(s.actors[i].power * s.actors[j].power) +
                    g.distance * tie(TieColumn::log_distance) + g.border * tie(TieColumn::border) +
                    g.rivalry * tie(TieColumn::rivalry) + g.defence * tie(TieColumn::defence) +
                    g.organisations * shared[world.pair(i, j)] +
                    g.scale * std::min(effect, greatest_effect));
            }
    }
    for (const Relation& r : s.relations)
        for (std::size_t q = 0; q < class_count; ++q)
            rates[q][world.pair(r.source, r.target)] = r.level[q];
    for (auto& of_class : rates)
        for (double& rate : of_class)
            rate = std::max(rate, least_ordinary_rate);
    return rates;
}

/// What a pair remembers of itself when every message is an average act and rates have always been
/// these.
void remember_pair(World& world, const Rates& rate, std::size_t i, std::size_t j) {
    double* const record = world.record(i, j);
    for (std::size_t q = 0; q < class_count; ++q) {
        const auto quad = static_cast<QuadClass>(q);
        std::fill_n(record + column(Stream::own, quad), horizon_count, rate[q][world.pair(i, j)]);
        std::fill_n(record + column(Stream::received, quad), horizon_count,
                    rate[q][world.pair(j, i)]);
    }
}

/// Memories, moods and grievances of everybody under the same condition.
void remember_for_ever(World& world, const Rates& rate) {
    const std::size_t n = world.n;
    for (std::size_t q = 0; q < class_count; ++q) {
        std::vector<double>& sent = world.sent_mood[q];
        std::vector<double>& received = world.received_mood[q];
        std::fill(sent.begin(), sent.end(), 0.0);
        std::fill(received.begin(), received.end(), 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                sent[i] += rate[q][world.pair(i, j)];
                received[j] += rate[q][world.pair(i, j)];
            }
    }
    std::vector<double> suffered(n * n); // [victim][actor], conflict acts of both classes
    in_tiles(n, [&](std::size_t i, std::size_t j) {
        suffered[j * n + i] = rate[index(QuadClass::vconf)][world.pair(i, j)] +
                              rate[index(QuadClass::mconf)][world.pair(i, j)];
    });
    const std::size_t nobody = n; // as source: each ally's own acts are taken out at the end
    std::vector<double> solidarity(n * n, 0.0); // [ally][actor]
    for (std::size_t j = 0; j < n; ++j)
        for_each_sympathiser(world, nobody, j, [&](std::size_t ally, double strength) {
            for (std::size_t i = 0; i < n; ++i)
                solidarity[ally * n + i] += strength * suffered[j * n + i];
        });
    in_tiles(n, [&](std::size_t i, std::size_t j) {
        remember_pair(world, rate, i, j);
        double* const grievances = world.record(i, j) + column(Grievance::solidarity);
        std::fill_n(grievances, grievance_count, 0.0);
        grievances[0] = i == j ? 0 : solidarity[i * n + j];
    });
    for_each_shortfall(world,
                       [&](std::size_t actor, std::size_t other, double rate_per_day, MessageId) {
                           world.record(actor, other)[column(Grievance::alignment)] += rate_per_day;
                       });
}

/// What one actor's rates owe to the rates of a pair: [class answered with][class remembered].
struct Echoes {
    std::array<std::array<double, class_count>, class_count> own{}, received{};
};

/// Everybody's answer to the memories of some rates.
struct Answers {
    Rates rate;                 ///< what they would do
    Rates slope;                ///< d rate / d stimulus
    std::vector<Echoes> echoes; ///< [actor], d stimulus / d rate
};

void ask_all(const World& world, DecisionScratch& scratch, Answers& answers) {
    constexpr double explosion = 1e4; // acts per day of one directed pair and class
    for (std::size_t i = 0; i < world.n; ++i) {
        appraise(world, i, scratch);
        for (std::size_t q = 0; q < class_count; ++q) {
            const Response::OfClass& response = scratch.response.of_class[q];
            for (std::size_t of = 0; of < class_count; ++of) {
                const auto sum = [&](Stream stream) {
                    const double* first =
                        &response.weight[column(stream, static_cast<QuadClass>(of))];
                    return std::accumulate(first, first + horizon_count, 0.0);
                };
                answers.echoes[i].own[q][of] = sum(Stream::own);
                answers.echoes[i].received[q][of] = sum(Stream::received);
            }
            for (std::size_t j = 0; j < world.n; ++j) {
                const double rate = scratch.rate[q][j];
                const double stimulus = scratch.stimulus[q][j];
                if (!(rate < explosion))
                    throw std::runtime_error(
                        "rates explode before the start: " + world.setting.actors[i].id + " to " +
                        world.setting.actors[j].id + ", class " + std::string(class_names[q]) +
                        ": the levels and coefficients have no equilibrium");
                answers.rate[q][world.pair(i, j)] = rate;
                answers.slope[q][world.pair(i, j)] =
                    stimulus > 0 ? response.exponent * rate / stimulus : 0;
            }
        }
    }
}

constexpr std::size_t of_pair = 2 * class_count; // rates of i to j, then of j to i
using PairRates = std::array<double, of_pair>;

/// Solves (1 - jacobian) step = gap by elimination. Where an equilibrium is near, that matrix has
/// positive pivots in any order (an M-matrix); false where it has not.
bool solve(std::array<PairRates, of_pair>& matrix, PairRates& step) {
    for (std::size_t k = 0; k < of_pair; ++k) {
        if (!(matrix[k][k] > 1e-6))
            return false;
        for (std::size_t row = k + 1; row < of_pair; ++row) {
            const double factor = matrix[row][k] / matrix[k][k];
            for (std::size_t c = k + 1; c < of_pair; ++c)
                matrix[row][c] -= factor * matrix[k][c];
            step[row] -= factor * step[k];
        }
    }
    for (std::size_t k = of_pair; k-- > 0;) {
        for (std::size_t c = k + 1; c < of_pair; ++c)
            step[k] -= matrix[k][c] * step[c];
        step[k] /= matrix[k][k];
    }
    return true;
}

/// Newton's step for the rates of two actors to each other, which answer one another most; what
/// third parties add is taken as it was. The answer itself where the step leads nowhere. The
/// largest relative distance between rates and answers.
double approach(const Answers& answers, const World& world, std::size_t i, std::size_t j,
                Rates& rate) {
    const std::array<std::size_t, 2> at{world.pair(i, j), world.pair(j, i)};
    const std::array<std::size_t, 2> actor{i, j};
    PairRates old, answer, step;
    std::array<PairRates, of_pair> matrix{};
    double distance = 0;
    for (std::size_t row = 0; row < of_pair; ++row) {
        const std::size_t side = row / class_count;
        const std::size_t q = row % class_count;
        old[row] = rate[q][at[side]];
        answer[row] = answers.rate[q][at[side]];
        step[row] = answer[row] - old[row];
        distance = std::max(distance, (step[row] < 0 ? -step[row] : step[row]) / (1e-6 + old[row]));
        const double slope = answers.slope[q][at[side]];
        const Echoes& echoes = answers.echoes[actor[side]];
        for (std::size_t of = 0; of < class_count; ++of) {
            matrix[row][side * class_count + of] = -slope * echoes.own[q][of];
            matrix[row][(1 - side) * class_count + of] = -slope * echoes.received[q][of];
        }
        matrix[row][row] += 1;
    }
    bool leads = solve(matrix, step);
    for (std::size_t row = 0; row < of_pair; ++row) {
        const double now = old[row] + step[row];
        leads = leads && now >= answer[row] / 4 && now <= 100 * answer[row];
    }
    for (std::size_t row = 0; row < of_pair; ++row)
        rate[row % class_count][at[row / class_count]] = leads ? old[row] + step[row] : answer[row];
    return distance;
}

} // namespace

void set_levels(World& world) {
    const Rates ordinary = ordinary_rates(world);
    const Knobs average;
    DecisionScratch scratch(world.n);
    for (std::size_t i = 0; i < world.n; ++i) {
        View view = world.view(i, scratch.everybody);
        view.knobs = &average;
        ask(world, view, scratch);
        for (std::size_t q = 0; q < class_count; ++q) {
            const Response::OfClass& response = scratch.response.of_class[q];
            for (std::size_t j = 0; j < world.n; ++j) {
                if (i == j)
                    continue;
                double echoes = 0;
                for (std::size_t of = 0; of < class_count; ++of)
                    for (std::size_t h = 0; h < horizon_count; ++h) {
                        const auto quad = static_cast<QuadClass>(of);
                        echoes += response.weight[column(Stream::own, quad, h)] *
                                      ordinary[of][world.pair(i, j)] +
                                  response.weight[column(Stream::received, quad, h)] *
                                      ordinary[of][world.pair(j, i)];
                    }
                const double m = ordinary[q][world.pair(i, j)];
                world.level(static_cast<QuadClass>(q), i, j) =
                    std::max(m / 20, pow_bits(m, 1 / response.exponent) - echoes);
            }
        }
    }
}

void start_at_equilibrium(World& world) {
    constexpr int iterations = 2000;
    constexpr double tolerance = 1e-9;
    DecisionScratch scratch(world.n);
    Rates rate;
    for (auto& r : rate)
        r.assign(world.n * world.n, 0.0);
    Answers answers{rate, rate, std::vector<Echoes>(world.n)};

    begin_wars_at_start(world);
    for (int iteration = 1; iteration <= iterations; ++iteration) {
        ask_all(world, scratch, answers);
        double distance = 0;
        in_tiles(world.n, [&](std::size_t i, std::size_t j) {
            if (i < j)
                distance = std::max(distance, approach(answers, world, i, j, rate));
        });
        remember_for_ever(world, rate);
        if (distance < tolerance)
            return;
    }
    throw std::runtime_error(
        "rates do not settle before the start: the levels and coefficients have no equilibrium");
}

} // namespace demarche
