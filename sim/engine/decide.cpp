#include "sim/engine/decide.h"

#include <algorithm>
#include <stdexcept>

#include "sim/core/elementary.h"
#include "sim/engine/cause.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double most_per_tick = 1e4; // messages of one pair and class: beyond it rates explode

/// Draws an act of a class for a pair: base frequency, no jumps up the ladder, the doctrine's
/// aversion to severity; only legal acts. Nothing where none is legal.
const Act* draw_act(const World& world, const DecisionScratch& scratch, std::size_t source,
                    std::size_t target, QuadClass q, double u) {
    const ActTable& acts = world.scenario->acts;
    const double rung = world.rung[world.pair(source, target)];
    const double steepness = world.setting.ladder.steepness;
    const double aversion = scratch.response[q].severity_aversion;
    const auto weight = [&](ActId a) {
        const Act& act = acts[a];
        if (!is_legal(world, source, target, a)) return 0.0;
        const double jump = std::max(0.0, act.rung - rung - 1);
        return act.frequency * exp_bits(-steepness * jump - aversion * act.rung);
    };
    const std::vector<ActId>& choices = acts.of_class(q);
    double total = 0;
    for (ActId a : choices) total += weight(a);
    const Act* chosen = nullptr;
    double left = u * total;
    for (ActId a : choices) {
        const double w = weight(a);
        if (w <= 0) continue;
        chosen = &acts[a];
        if ((left -= w) < 0) break;
    }
    return chosen;
}

/// The act's default channel, tilted towards privacy by discretion and towards publicity by the
/// rung the pair stands on.
Channel draw_channel(const World& world, std::size_t source, std::size_t target, ActId act,
                     double u) {
    const std::vector<Channel> open = open_channels(world, source, target, act);
    if (open.size() == 1) return open.front();
    const PerceptionRule& rule = world.setting.perception;
    const auto hiddenness = [](Channel c) { return c == Channel::public_ ? 0.0 : 1.0; };
    const double discretion = world.setting.actors[source].knobs.discretion - 0.5;
    const double heat = world.rung[world.pair(source, target)] / top_rung;
    double total = 0;
    std::array<double, channel_count> weight{};
    for (std::size_t k = 0; k < open.size(); ++k) {
        weight[k] = exp_bits((k == 0 ? rule.private_bias : 0.0) +
                             hiddenness(open[k]) * (rule.discretion_weight * discretion - heat));
        total += weight[k];
    }
    double left = u * total;
    for (std::size_t k = 0; k + 1 < open.size(); ++k)
        if ((left -= weight[k]) < 0) return open[k];
    return open.back();
}

void post_act(World& world, const DecisionScratch& scratch, std::size_t source, std::size_t target,
              QuadClass q, std::uint32_t ordinal) {
    const std::uint32_t message_index = static_cast<std::uint32_t>(index(q)) << 22U | ordinal;
    const auto draw = [&](Purpose purpose) {
        return world.random.uniform({purpose, static_cast<std::uint32_t>(world.tick),
                                     static_cast<std::uint32_t>(source),
                                     static_cast<std::uint32_t>(target), message_index});
    };
    const Act* act = draw_act(world, scratch, source, target, q, draw(Purpose::act));
    if (act == nullptr) return;
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = world.scenario->acts.id_of(*act);
    m.channel = draw_channel(world, source, target, m.act, draw(Purpose::channel));
    // Pareto with mean 1.
    const double tail = world.setting.perception.salience_tail;
    m.salience = (tail - 1) / tail * pow_bits(draw(Purpose::salience), -1 / tail);
    if (act->manoeuvre || act->at_site) {
        const int site = site_near(world, source, target);
        if (site >= 0 &&
            (act->at_site || draw(Purpose::site) <
                                 world.setting.sites[static_cast<std::size_t>(site)].proximity))
            m.site = site;
    }
    m.cause = draw_cause(world, scratch, source, target, q, draw(Purpose::cause));
    world.post(m, message_index);
}

} // namespace

DecisionScratch::DecisionScratch(std::size_t n) {
    for (auto* columns : {&posture, &stimulus, &rate})
        for (auto& c : *columns) c.assign(n, 0.0);
}

void appraise(const World& world, std::size_t actor, DecisionScratch& scratch) {
    const View view = world.view(actor);
    scratch.response.of_class = {};
    for (std::size_t q = 0; q < class_count; ++q) {
        std::fill(scratch.posture[q].begin(), scratch.posture[q].end(), 0.0);
        scratch.response.posture[q] = scratch.posture[q];
    }
    world.setting.policies[world.setting.actors[actor].policy].respond(view, scratch.response);
    for (std::size_t q = 0; q < class_count; ++q) {
        stimulus(view, scratch.response, static_cast<QuadClass>(q), scratch.stimulus[q]);
        rates(scratch.stimulus[q], scratch.posture[q], scratch.response.of_class[q].exponent, actor,
              scratch.rate[q]);
    }
}

void decide(World& world, DecisionScratch& scratch) {
    const double days = world.scenario->tick_days;
    const auto t = static_cast<std::uint32_t>(world.tick);
    for (std::size_t i = 0; i < world.n; ++i) {
        appraise(world, i, scratch);
        for (std::size_t j = 0; j < world.n; ++j) {
            if (j == i) continue;
            const Address address{Purpose::count, t, static_cast<std::uint32_t>(i),
                                  static_cast<std::uint32_t>(j)};
            const RandomBlock block = world.random.block(address);
            for (std::size_t q = 0; q < class_count; ++q) {
                const double mean = scratch.rate[q][j] * days;
                // P(N >= 1) <= mean: nothing more to compute for most pairs.
                if (block[q] * 0x1p-32 >= mean) continue;
                if (mean > most_per_tick)
                    throw std::runtime_error(
                        "rates explode on " + iso(world.scenario->date(world.tick)) + ": " +
                        world.setting.actors[i].id + " to " + world.setting.actors[j].id +
                        ", class " + std::string(class_names[q]) +
                        "; check the branching of the policy's coefficients");
                Address refine = address;
                refine.purpose = Purpose::refine;
                refine.index = static_cast<std::uint32_t>(q);
                const double v = Random::unit(block[q], world.random.block(refine)[0]);
                const Dispersion& dispersion = scratch.response.of_class[q].dispersion;
                const int count = negative_binomial(v, mean, dispersion.size(mean));
                for (int k = 0; k < count; ++k)
                    post_act(world, scratch, i, j, static_cast<QuadClass>(q),
                             static_cast<std::uint32_t>(k));
            }
        }
    }
}

} // namespace demarche
