#include "sim/engine/equilibrium.h"

#include <algorithm>
#include <cstdint>
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

using Rates = std::array<std::vector<double>, class_count>; // [class][actor, target]

/// Acts per day in ordinary times.
Rates ordinary_rates(const World& world) {
    constexpr double least = 1e-5; // keeps the slope of stimulus^rho bounded for the tiniest pairs
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
            rate = std::max(rate, least);
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
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            suffered[j * n + i] = rate[index(QuadClass::vconf)][world.pair(i, j)] +
                                  rate[index(QuadClass::mconf)][world.pair(i, j)];
    const std::size_t nobody = n; // as source: each ally's own acts are taken out at the end
    std::vector<double> solidarity(n * n, 0.0); // [ally][actor]
    for (std::size_t j = 0; j < n; ++j)
        for_each_sympathiser(world, nobody, j, [&](std::size_t ally, double strength) {
            for (std::size_t i = 0; i < n; ++i)
                solidarity[ally * n + i] += strength * suffered[j * n + i];
        });
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            remember_pair(world, rate, i, j);
            double* const grievances = world.record(i, j) + column(Grievance::solidarity);
            std::fill_n(grievances, grievance_count, 0.0);
            grievances[0] = i == j ? 0 : solidarity[i * n + j];
        }
    for_each_shortfall(world,
                       [&](std::size_t actor, std::size_t other, double rate_per_day, MessageId) {
                           world.record(actor, other)[column(Grievance::alignment)] += rate_per_day;
                       });
}

/// Asks everybody, and notes by how much each rate moved. The largest relative change.
double ask_all(const World& world, DecisionScratch& scratch, Rates& rate, Rates& moved) {
    constexpr double explosion = 1e4; // acts per day of one directed pair and class
    double change = 0;
    for (std::size_t i = 0; i < world.n; ++i) {
        appraise(world, i, scratch);
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t j = 0; j < world.n; ++j) {
                double& old = rate[q][world.pair(i, j)];
                const double now = scratch.rate[q][j];
                if (!(now < explosion))
                    throw std::runtime_error(
                        "rates explode before the start: " + world.setting.actors[i].id + " to " +
                        world.setting.actors[j].id + ", class " + std::string(class_names[q]) +
                        ": the levels and coefficients have no equilibrium");
                change = std::max(change, (now > old ? now - old : old - now) / (1e-6 + old));
                // Rates answer rates, the slowest with 0.9 or so of what moved them: where one
                // moves the same way again, going further than asked for settles it sooner.
                constexpr double further = 0.7;
                double& before = moved[q][world.pair(i, j)];
                const double move = now - old;
                old = move * before > 0 ? std::max(now / 2, now + further * move) : now;
                before = move;
            }
    }
    return change;
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
    Rates moved = rate;

    begin_wars_at_start(world);
    for (int iteration = 1; iteration <= iterations; ++iteration) {
        const bool settled = ask_all(world, scratch, rate, moved) < tolerance;
        remember_for_ever(world, rate);
        if (settled)
            return;
    }
    throw std::runtime_error(
        "rates do not settle before the start: the levels and coefficients have no equilibrium");
}

} // namespace demarche
