#include "sim/engine/choice.h"

#include <algorithm>
#include <array>
#include <bit>

#include "sim/core/elementary.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

/// How ready a state is to make an act through a channel: 1, but less for yielding before an
/// audience, the less the higher the pair stands.
double readiness(const World& world, const Act& act, const Situation& now, Channel c) {
    if (act.relief == 0)
        return 1;
    return exp_bits(-world.setting.ladder.yielding * now.audience *
                    world.setting.channels[index(c)].publicity *
                    static_cast<double>(now.standing.rung) / top_rung);
}

std::uint64_t hash(const Situation& s) {
    std::uint64_t h = s.standing.met | static_cast<std::uint64_t>(s.standing.rung) << 8U |
                      std::uint64_t{s.standing.private_open} << 16U |
                      std::uint64_t{s.standing.deterred} << 17U |
                      static_cast<std::uint64_t>(index(s.quad)) << 18U |
                      static_cast<std::uint64_t>(s.standing.site + 1) << 20U;
    for (double x : {s.aversion, s.audience})
        h = (h ^ std::bit_cast<std::uint64_t>(x)) * 0x9E3779B97F4A7C15ULL;
    return h;
}

} // namespace

const Options::Option* Options::draw(double u) const {
    double left = u * total;
    for (const Option& option : of)
        if ((left -= option.weight) < 0)
            return &option;
    return of.empty() ? nullptr : &of.back();
}

Options options(const World& world, const Situation& situation) {
    const ActTable& acts = world.scenario->acts;
    const Standing& now = situation.standing;
    std::array<double, top_rung + 1> willing{};
    const double milder = situation.aversion == 0 ? 1 : exp_bits(-situation.aversion);
    double mildness = 1;
    for (int r = 0; r <= top_rung; ++r, mildness *= milder)
        willing[static_cast<std::size_t>(r)] =
            mildness * world.climb[static_cast<std::size_t>(std::max(0, r - now.rung))] *
            (now.deterred && r >= force_rung ? world.deterred : 1);
    Options options;
    for (ActId a : acts.of_class(situation.quad)) {
        const Act& act = acts[a];
        if (!is_legal(act, now))
            continue;
        const unsigned open = open_channels(act, now);
        double best = 0;
        for (Channel c : act.channels)
            if ((open >> index(c) & 1U) != 0)
                best = std::max(best, readiness(world, act, situation, c));
        const double weight = act.frequency * willing[static_cast<std::size_t>(act.rung)] * best;
        options.of.push_back({a, open, weight});
        options.total += weight;
    }
    return options;
}

const Options& OptionCache::of(const World& world, const Situation& situation) {
    constexpr std::size_t places = 1024;
    if (entries_.empty())
        entries_.resize(places);
    std::optional<Entry>& entry = entries_[hash(situation) >> 54U];
    static_assert(places == 1U << 10U);
    if (!entry || !(entry->situation == situation))
        entry = Entry{situation, options(world, situation)};
    return entry->options;
}

std::array<double, channel_count> channel_weights(const World& world, const Options::Option& option,
                                                  const Situation& situation, double discretion) {
    const PerceptionRule& rule = world.setting.perception;
    const Act& act = world.scenario->acts[option.act];
    const double privacy = rule.discretion_weight * (discretion - 0.5) -
                           static_cast<double>(situation.standing.rung) / top_rung;
    std::array<double, channel_count> weight{};
    for (Channel c : act.channels)
        if ((option.channels >> index(c) & 1U) != 0)
            weight[index(c)] = exp_bits((c == act.channels.front() ? rule.default_bias : 0.0) +
                                        (c == Channel::public_ ? 0.0 : privacy)) *
                               readiness(world, act, situation, c);
    return weight;
}

Channel draw_channel(const World& world, const Options::Option& option, const Situation& situation,
                     double discretion, double u) {
    if (std::has_single_bit(option.channels))
        return static_cast<Channel>(std::countr_zero(option.channels));
    const auto weight = channel_weights(world, option, situation, discretion);
    double total = 0;
    for (Channel c : world.scenario->acts[option.act].channels)
        total += weight[index(c)];
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

} // namespace demarche
