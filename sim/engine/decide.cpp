#include "sim/engine/decide.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
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
    const double milder = aversion == 0 ? 1 : exp_bits(-aversion);
    double mildness = 1;
    for (int r = 0; r <= top_rung; ++r, mildness *= milder)
        willing[static_cast<std::size_t>(r)] =
            mildness * world.climb[static_cast<std::size_t>(std::max(0, r - now.rung))] *
            (now.deterred && r >= force_rung ? world.deterred : 1);
    const auto weight = [&](const Act& act) {
        const double plain = act.frequency * willing[static_cast<std::size_t>(act.rung)];
        if (act.relief == 0)
            return plain;
        double best = 0;
        const unsigned open = open_channels(act, now);
        for (Channel c : act.channels)
            if ((open >> index(c) & 1U) != 0)
                best = std::max(best, readiness(world, act, now, audience, c));
        return plain * best;
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
        left -= weight(acts[a]);
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
    if (std::has_single_bit(open))
        return static_cast<Channel>(std::countr_zero(open));
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
    const RandomBlock words = world.random.block(
        {Purpose::act, static_cast<std::uint32_t>(world.tick), static_cast<std::uint32_t>(source),
         static_cast<std::uint32_t>(target), message_index});
    const Standing now = standing(world, source, target);
    const Knobs& knobs = world.setting.actors[source].knobs;
    const Act* act = draw_act(world, now, q, scratch.response[q].severity_aversion, knobs.audience,
                              Random::unit(words[0]));
    if (act == nullptr)
        return;
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = world.scenario->acts.id_of(*act);
    m.channel = draw_channel(world, *act, now, knobs, Random::unit(words[1]));
    // Pareto with mean 1.
    const double tail = world.setting.perception.salience_tail;
    m.salience = (tail - 1) / tail * pow_bits(Random::unit(words[2]), -1 / tail);
    if (act->manoeuvre || act->at_site) {
        const auto near = [&] {
            return world.random.uniform({Purpose::site, static_cast<std::uint32_t>(world.tick),
                                         m.source, m.target, message_index}) <
                   world.setting.sites[static_cast<std::size_t>(now.site)].proximity;
        };
        if (now.site >= 0 && (act->at_site || near()))
            m.site = now.site;
    }
    m.cause = draw_cause(world, scratch, source, target, q, Random::unit(words[3]));
    world.post(m, message_index);
}

[[noreturn, gnu::cold]] void explode(const World& world, std::size_t i, std::size_t j,
                                     std::size_t q) {
    throw std::runtime_error("rates explode on " + iso(world.scenario->date(world.tick)) + ": " +
                             world.setting.actors[i].id + " to " + world.setting.actors[j].id +
                             ", class " + std::string(class_names[q]) +
                             "; check the branching of the policy's coefficients");
}

/// Draws how many acts of each class a pair exchanges in this tick, and posts them.
void act_on(World& world, const DecisionScratch& scratch, const Occasion& occasion, std::size_t k,
            double days) {
    const std::size_t i = occasion.source;
    const std::size_t j = occasion.target;
    Address address{Purpose::count, static_cast<std::uint32_t>(world.tick), occasion.source,
                    occasion.target};
    std::optional<RandomBlock> words; // of numbers that are not rare
    std::array<double, class_count> mean;
    for (std::size_t q = 0; q < class_count; ++q) {
        mean[q] = scratch.rate[q][k] * days;
        if (!(mean[q] <= most_per_tick)) // also where a policy's rate is not a number
            explode(world, i, j, q);
        double u = occasion.u[q];
        if (u == 1 && mean[q] > world.thinning.rare()) {
            if (!words)
                words = world.random.block(address);
            if (world.thinning.common((*words)[q], 0) >= mean[q])
                continue;
            Address refine = address;
            refine.purpose = Purpose::refine;
            refine.index = static_cast<std::uint32_t>(q);
            u = world.thinning.common((*words)[q], world.random.block(refine)[0]);
        }
        if (u >= mean[q])
            continue;
        const Dispersion& dispersion = scratch.response.of_class[q].dispersion;
        const int count = negative_binomial(u, mean[q], dispersion.size(scratch.rate[q][k], days));
        for (int ordinal = 0; ordinal < count; ++ordinal)
            post_act(world, scratch, i, j, static_cast<QuadClass>(q),
                     static_cast<std::uint32_t>(ordinal));
    }
    world.thinning.bound(world.pair(i, j), mean);
}

} // namespace

DecisionScratch::DecisionScratch(std::size_t n) : everybody(n) {
    std::iota(everybody.begin(), everybody.end(), 0U);
    targets.reserve(n);
    for (auto* columns : {&posture, &stimulus, &rate})
        for (auto& c : *columns)
            c.assign(n, 0.0);
}

std::size_t DecisionScratch::position(std::size_t target) const {
    return static_cast<std::size_t>(std::lower_bound(targets.begin(), targets.end(), target) -
                                    targets.begin());
}

void ask(const World& world, const View& view, DecisionScratch& scratch) {
    scratch.response.of_class = {};
    for (std::size_t q = 0; q < class_count; ++q) {
        scratch.response.posture[q] = std::span(scratch.posture[q]).first(view.count());
        std::fill_n(scratch.posture[q].begin(), view.count(), 0.0);
    }
    world.setting.policies[world.setting.actors[view.self].policy].respond(view, scratch.response);
}

void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch) {
    const View view = world.view(actor, scratch.targets);
    ask(world, view, scratch);
    std::array<std::span<double>, class_count> sums;
    for (std::size_t q = 0; q < class_count; ++q)
        sums[q] = std::span(scratch.stimulus[q]).first(view.count());
    stimuli(view, scratch.response, sums);
    for (std::size_t q = 0; q < class_count; ++q) {
        const std::span<double> rate = std::span(scratch.rate[q]).first(view.count());
        if (scratch.response.of_class[q].silent())
            std::fill(rate.begin(), rate.end(), 0.0);
        else
            rates(sums[q], scratch.response.posture[q], scratch.response.of_class[q].exponent,
                  rate);
    }
}

void appraise(const World& world, std::size_t actor, DecisionScratch& scratch) {
    scratch.targets = scratch.everybody;
    appraise_targets(world, actor, scratch);
    for (auto& rate : scratch.rate)
        rate[actor] = 0;
}

void decide(World& world, DecisionScratch& scratch) {
    const double days = world.scenario->tick_days;
    Thinning& thinning = world.thinning;
    thinning.occasions(world, world.ask_everybody, scratch.occasions);
    const auto& occasions = scratch.occasions;
    std::size_t next = 0;
    for (std::size_t first = 0; first < occasions.size(); first = next) {
        const std::size_t i = occasions[first].source;
        scratch.targets.clear();
        for (next = first; next < occasions.size() && occasions[next].source == i; ++next)
            scratch.targets.push_back(occasions[next].target);
        appraise_targets(world, i, scratch);
        for (std::size_t k = 0; k < scratch.targets.size(); ++k)
            act_on(world, scratch, occasions[first + k], k, days);
    }
}

} // namespace demarche
