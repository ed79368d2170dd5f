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

/// How ready a state is to make an act through a channel: 1, but less for yielding before an
/// audience, the less the higher the pair stands.
double readiness(const World& world, const Act& act, const Standing& now, double audience,
                 Channel c) {
    if (act.relief == 0)
        return 1;
    return exp_bits(-world.setting.ladder.yielding * audience *
                    world.setting.channels[index(c)].publicity * static_cast<double>(now.rung) /
                    top_rung);
}

/// Draws an act of a class for a pair: base frequency, no jumps up the ladder, the doctrine's
/// aversion to severity, nuclear deterrence, and readiness through the best open channel; only
/// legal acts. Nothing where none is legal.
const Act* draw_act(const World& world, const Standing& now, QuadClass q, double aversion,
                    double audience, double u) {
    const ActTable& acts = world.scenario->acts;
    const std::vector<ActId>& choices = acts.of_class(q);
    std::array<double, top_rung + 1> willing{};
    for (int r = 0; r <= top_rung; ++r) {
        const double deterrence =
            now.deterred && r >= force_rung ? world.setting.ladder.deterrence : 0;
        willing[static_cast<std::size_t>(r)] =
            exp_bits(-aversion * r - deterrence) *
            world.climb[static_cast<std::size_t>(std::max(0, r - now.rung))];
    }
    const auto weight = [&](const Act& act) {
        double best = 0;
        const unsigned open = open_channels(act, now);
        for (Channel c : act.channels)
            if ((open >> index(c) & 1U) != 0)
                best = std::max(best, readiness(world, act, now, audience, c));
        return act.frequency * willing[static_cast<std::size_t>(act.rung)] * best;
    };
    double total = 0;
    for (ActId a : choices)
        if (is_legal(acts[a], now))
            total += weight(acts[a]);
    const Act* chosen = nullptr;
    double left = u * total;
    for (ActId a : choices) {
        if (!is_legal(acts[a], now))
            continue;
        chosen = &acts[a];
        left -= weight(*chosen);
        if (left < 0)
            break;
    }
    return chosen;
}

/// The act's default channel, tilted towards privacy by discretion, towards publicity by the rung
/// the pair stands on, and away from yielding in public.
Channel draw_channel(const World& world, const Act& act, const Standing& now, const Knobs& knobs,
                     double u) {
    const PerceptionRule& rule = world.setting.perception;
    const unsigned open = open_channels(act, now);
    const double privacy = rule.discretion_weight * (knobs.discretion - 0.5) -
                           static_cast<double>(now.rung) / top_rung;
    std::array<double, channel_count> weight{};
    double total = 0;
    for (Channel c : act.channels) {
        if ((open >> index(c) & 1U) == 0)
            continue;
        weight[index(c)] = exp_bits((c == act.channels.front() ? rule.default_bias : 0.0) +
                                    (c == Channel::public_ ? 0.0 : privacy)) *
                           readiness(world, act, now, knobs.audience, c);
        total += weight[index(c)];
    }
    double left = u * total;
    Channel chosen = Channel::public_;
    for (std::size_t c = 0; c < channel_count; ++c) {
        if (weight[c] <= 0)
            continue;
        chosen = static_cast<Channel>(c);
        if ((left -= weight[c]) < 0)
            break;
    }
    return chosen;
}

void post_act(World& world, const DecisionScratch& scratch, std::size_t source, std::size_t target,
              QuadClass q, std::uint32_t ordinal) {
    const std::uint32_t message_index = static_cast<std::uint32_t>(index(q)) << 22U | ordinal;
    const auto draw = [&](Purpose purpose) {
        return world.random.uniform({purpose, static_cast<std::uint32_t>(world.tick),
                                     static_cast<std::uint32_t>(source),
                                     static_cast<std::uint32_t>(target), message_index});
    };
    const Standing now = standing(world, source, target);
    const Knobs& knobs = world.setting.actors[source].knobs;
    const Act* act = draw_act(world, now, q, scratch.response[q].severity_aversion, knobs.audience,
                              draw(Purpose::act));
    if (act == nullptr)
        return;
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = world.scenario->acts.id_of(*act);
    m.channel = draw_channel(world, *act, now, knobs, draw(Purpose::channel));
    // Pareto with mean 1.
    const double tail = world.setting.perception.salience_tail;
    m.salience = (tail - 1) / tail * pow_bits(draw(Purpose::salience), -1 / tail);
    if (act->manoeuvre || act->at_site) {
        if (now.site >= 0 &&
            (act->at_site || draw(Purpose::site) <
                                 world.setting.sites[static_cast<std::size_t>(now.site)].proximity))
            m.site = now.site;
    }
    m.cause = draw_cause(world, scratch, source, target, q, draw(Purpose::cause));
    world.post(m, message_index);
}

} // namespace

DecisionScratch::DecisionScratch(std::size_t n) {
    for (auto* columns : {&posture, &stimulus, &rate})
        for (auto& c : *columns)
            c.assign(n, 0.0);
}

void ask(const World& world, const View& view, DecisionScratch& scratch) {
    scratch.response.of_class = {};
    for (std::size_t q = 0; q < class_count; ++q) {
        std::fill(scratch.posture[q].begin(), scratch.posture[q].end(), 0.0);
        scratch.response.posture[q] = scratch.posture[q];
    }
    world.setting.policies[world.setting.actors[view.self].policy].respond(view, scratch.response);
}

void appraise(const World& world, std::size_t actor, DecisionScratch& scratch) {
    const View view = world.view(actor);
    ask(world, view, scratch);
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
            if (j == i)
                continue;
            const Address address{Purpose::count, t, static_cast<std::uint32_t>(i),
                                  static_cast<std::uint32_t>(j)};
            const RandomBlock block = world.random.block(address);
            for (std::size_t q = 0; q < class_count; ++q) {
                const double mean = scratch.rate[q][j] * days;
                // P(N >= 1) <= mean: nothing more to compute for most pairs.
                if (block[q] * 0x1p-32 >= mean)
                    continue;
                if (!(mean <= most_per_tick)) // also where a policy's rate is not a number
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
                const int count =
                    negative_binomial(v, mean, dispersion.size(scratch.rate[q][j], days));
                for (int k = 0; k < count; ++k)
                    post_act(world, scratch, i, j, static_cast<QuadClass>(q),
                             static_cast<std::uint32_t>(k));
            }
        }
    }
}

} // namespace demarche
