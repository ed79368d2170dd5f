#include "sim/engine/choice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "sim/core/elementary.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

using ByChannel = std::array<double, channel_count>;

/// How ready a state is to yield through each channel: the less the more an audience sees of it,
/// and the higher the pair stands.
ByChannel readiness(const World& world, const Situation& now) {
    ByChannel ready;
    for (std::size_t c = 0; c < channel_count; ++c)
        ready[c] = exp_bits(-world.setting.ladder.yielding * now.audience *
                            world.setting.channels[c].publicity *
                            static_cast<double>(now.standing.rung) / top_rung);
    return ready;
}

/// What the channels weigh for an act whose default each of them is, or another:
/// [default][channel].
std::array<ByChannel, 2> tilts(const World& world, const Situation& now) {
    const PerceptionRule& rule = world.setting.perception;
    const double privacy = rule.discretion_weight * (now.discretion - 0.5) -
                           static_cast<double>(now.standing.rung) / top_rung;
    std::array<ByChannel, 2> tilt;
    for (std::size_t is_default = 0; is_default < 2; ++is_default) {
        const double bias = is_default != 0 ? rule.default_bias : 0.0;
        tilt[is_default].fill(exp_bits(bias + privacy));
        tilt[is_default][index(Channel::public_)] = exp_bits(bias);
    }
    return tilt;
}

std::uint64_t hash(const Situation& s) {
    std::uint64_t h = s.standing.met | static_cast<std::uint64_t>(s.standing.rung) << 8U |
                      std::uint64_t{s.standing.private_open} << 16U |
                      std::uint64_t{s.standing.deterred} << 17U |
                      static_cast<std::uint64_t>(index(s.quad)) << 18U |
                      static_cast<std::uint64_t>(s.standing.site + 1) << 20U;
    for (double x : {s.aversion, s.audience, s.discretion})
        h = (h ^ std::bit_cast<std::uint64_t>(x)) * 0x9E3779B97F4A7C15ULL;
    return h;
}

} // namespace

const Options::Option* Options::draw(double u) const {
    const double at = u * total();
    std::size_t before = 0; // counted without branches, which nobody could foresee
    for (const double sum : up_to)
        before += static_cast<std::size_t>(sum <= at);
    return of.empty() ? nullptr : &of[std::min(before, of.size() - 1)];
}

Channel Options::Option::draw_channel(double u) const {
    double left = u * std::accumulate(channel.begin(), channel.end(), 0.0);
    Channel chosen = Channel::public_;
    for (std::size_t c = 0; c < channel_count; ++c) {
        if (channel[c] <= 0)
            continue;
        chosen = static_cast<Channel>(c);
        if ((left -= channel[c]) < 0)
            break;
    }
    return chosen;
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
    const ByChannel ready = readiness(world, situation);
    const auto tilt = tilts(world, situation);
    Options options;
    options.of.reserve(acts.of_class(situation.quad).size());
    options.up_to.reserve(acts.of_class(situation.quad).size());
    for (ActId a : acts.of_class(situation.quad)) {
        const Act& act = acts[a];
        if (!is_legal(act, now))
            continue;
        const unsigned open = open_channels(act, now);
        Options::Option option{a};
        double best = 0;
        for (Channel c : act.channels) {
            if ((open >> index(c) & 1U) == 0)
                continue;
            const double willing_to = act.relief == 0 ? 1.0 : ready[index(c)];
            option.channel[index(c)] = tilt[c == act.channels.front()][index(c)] * willing_to;
            best = std::max(best, willing_to);
        }
        option.weight = act.frequency * willing[static_cast<std::size_t>(act.rung)] * best;
        options.up_to.push_back(options.total() + option.weight);
        options.of.push_back(option);
    }
    return options;
}

const Options& OptionCache::of(const World& world, const Situation& situation) {
    constexpr std::size_t places = 1U << 14U;
    if (places_.empty() || entries_.size() >= places / 2) {
        clear();
        places_.assign(places, 0);
    }
    std::size_t at = hash(situation) >> 50U;
    for (; places_[at] != 0; at = (at + 1) % places)
        if (const Entry& entry = entries_[places_[at] - 1U]; entry.situation == situation)
            return entry.options;
    entries_.push_back({situation, options(world, situation)});
    places_[at] = static_cast<std::uint16_t>(entries_.size());
    return entries_.back().options;
}

void OptionCache::clear() {
    entries_.clear();
    places_.clear();
}

} // namespace demarche
