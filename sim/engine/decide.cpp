#include "sim/engine/decide.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "sim/core/elementary.h"
#include "sim/engine/cause.h"
#include "sim/engine/choice.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double most_per_tick = 1e4; // messages of one pair and class: beyond it rates explode

constexpr std::size_t whole_lanes(std::size_t count) {
    return (count + lanes - 1) / lanes * lanes;
}

void post_act(World& world, const DecisionScratch& scratch, std::size_t source, std::size_t target,
              QuadClass q, std::uint32_t ordinal) {
    const std::uint32_t message_index = static_cast<std::uint32_t>(index(q)) << 22U | ordinal;
    const RandomBlock words = world.random.block(
        {Purpose::act, static_cast<std::uint32_t>(world.tick), static_cast<std::uint32_t>(source),
         static_cast<std::uint32_t>(target), message_index});
    const Standing now = standing(world, source, target);
    const Knobs& knobs = world.setting.actors[source].knobs;
    const Situation situation{now, q, scratch.response[q].severity_aversion, knobs.audience};
    const Options::Option* option = world.options.of(world, situation).draw(Random::unit(words[0]));
    if (option == nullptr)
        return;
    const Act& act = world.scenario->acts[option->act];
    Message m;
    m.source = static_cast<std::uint32_t>(source);
    m.target = static_cast<std::uint32_t>(target);
    m.act = option->act;
    m.channel = draw_channel(world, *option, situation, knobs.discretion, Random::unit(words[1]));
    // Pareto with mean 1.
    const double tail = world.setting.perception.salience_tail;
    m.salience = (tail - 1) / tail * pow_bits(Random::unit(words[2]), -1 / tail);
    if (act.manoeuvre || act.at_site) {
        const auto near = [&] {
            return world.random.uniform({Purpose::site, static_cast<std::uint32_t>(world.tick),
                                         m.source, m.target, message_index}) <
                   world.setting.sites[static_cast<std::size_t>(now.site)].proximity;
        };
        if (now.site >= 0 && (act.at_site || near()))
            m.site = now.site;
    }
    if (world.draws_causes)
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
    std::array<double, class_count> mean{};
    for (unsigned live = scratch.live; live != 0; live &= live - 1) {
        const auto q = static_cast<std::size_t>(std::countr_zero(live));
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
            c.assign(whole_lanes(n), 0.0);
}

std::size_t DecisionScratch::position(std::size_t target) const {
    return static_cast<std::size_t>(std::lower_bound(targets.begin(), targets.end(), target) -
                                    targets.begin());
}

void ask(const World& world, const View& view, DecisionScratch& scratch) {
    static constexpr std::array<Response::OfClass, class_count> plain{};
    scratch.response.of_class = plain;
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
    scratch.live = stimuli(view, scratch.response, sums);
    for (std::size_t q = 0; q < class_count; ++q) {
        // Some numbers of earlier rows come along at the end, and nobody reads what they give.
        const std::size_t count = whole_lanes(view.count());
        const std::span<double> rate = std::span(scratch.rate[q]).first(count);
        if ((scratch.live >> q & 1U) == 0)
            std::fill(rate.begin(), rate.end(), 0.0);
        else
            rates(std::span(scratch.stimulus[q]).first(count),
                  std::span(scratch.posture[q]).first(count), scratch.response.of_class[q].exponent,
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
        constexpr std::size_t ahead = 16; // records are far apart: fetched while others are read
        for (std::size_t k = next; k < std::min(occasions.size(), next + ahead); ++k)
            world.fetch(occasions[k].source, occasions[k].target);
        appraise_targets(world, i, scratch);
        for (std::size_t k = 0; k < scratch.targets.size(); ++k)
            act_on(world, scratch, occasions[first + k], k, days);
    }
}

} // namespace demarche
