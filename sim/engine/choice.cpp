#include "sim/engine/choice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "sim/core/elementary.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

using ByChannel = std::array<double, channel_count>;

/// How ready a state is to yield through each channel: the less the more an audience sees of it,
/// and the higher the pair stands.
ByChannel readiness(const World& world, double audience, int rung) {
    ByChannel ready;
    for (std::size_t c = 0; c < channel_count; ++c)
        ready[c] =
            exp_bits(-world.setting.ladder.yielding * audience *
                     world.setting.channels[c].publicity * static_cast<double>(rung) / top_rung);
    return ready;
}

/// What the channels weigh for an act whose default each of them is, or another:
/// [default][channel].
std::array<ByChannel, 2> tilts(const World& world, double discretion, int rung) {
    const PerceptionRule& rule = world.setting.perception;
    const double privacy =
        rule.discretion_weight * (discretion - 0.5) - static_cast<double>(rung) / top_rung;
    std::array<ByChannel, 2> tilt;
    for (std::size_t is_default = 0; is_default < 2; ++is_default) {
        const double bias = is_default != 0 ? rule.default_bias : 0.0;
        tilt[is_default].fill(exp_bits(bias + privacy));
        tilt[is_default][index(Channel::public_)] = exp_bits(bias);
    }
    return tilt;
}

} // namespace

const Options::Option* Options::draw(double u) const {
    const double at = u * total;
    std::size_t before = 0;
    for (std::size_t step = up_to.size() / 2; step > 0; step /= 2)
        before += up_to[before + step - 1] <= at ? step : 0;
    return of.empty() ? nullptr : &of[std::min(before, of.size() - 1)];
}

Channel Options::Option::draw_channel(double u) const {
    const double at = u * std::accumulate(channel.begin(), channel.end(), 0.0);
    std::size_t before = 0;
    double up_to = 0;
    for (std::size_t c = 0; c + 1 < channel_count; ++c) {
        up_to += channel[c];
        before += up_to <= at;
    }
    return static_cast<Channel>(before);
}

Options options(const World& world, const Doctrine& doctrine, const Standing& now, QuadClass quad) {
    const ActTable& acts = world.scenario->acts;
    std::array<double, top_rung + 1> willing{};
    const double aversion = doctrine.response[quad].severity_aversion;
    const double milder = aversion == 0 ? 1 : exp_bits(-aversion);
    double mildness = 1;
    for (int r = 0; r <= top_rung; ++r, mildness *= milder)
        willing[static_cast<std::size_t>(r)] =
            mildness * world.climb[static_cast<std::size_t>(std::max(0, r - now.rung))] *
            (now.deterred && r >= force_rung ? world.deterred : 1);
    const ByChannel ready = readiness(world, doctrine.audience, now.rung);
    const auto tilt = tilts(world, doctrine.discretion, now.rung);
    Options options;
    options.of.reserve(acts.of_class(quad).size());
    std::size_t most = 1;
    for (QuadClass q : all_classes)
        most = std::max(most, acts.of_class(q).size() + 1);
    options.up_to.assign(std::bit_ceil(most), std::numeric_limits<double>::infinity());
    for (ActId a : acts.of_class(quad)) {
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
        options.total += option.weight;
        options.up_to[options.of.size()] = options.total;
        options.of.push_back(option);
    }
    return options;
}

void OptionCache::renew(const World& world) {
    if (derived_ == world.derived && options_.size() < most)
        return;
    derived_ = world.derived;
    options_.clear();
    places_.assign(least, {});
}

const Options& OptionCache::of(const World& world, std::uint32_t doctrine, const Standing& standing,
                               QuadClass quad) {
    const std::uint64_t situation =
        standing.met | static_cast<std::uint64_t>(standing.rung) << 8U |
        std::uint64_t{standing.private_open} << 12U | std::uint64_t{standing.deterred} << 13U |
        static_cast<std::uint64_t>(index(quad)) << 14U |
        std::uint64_t{static_cast<std::uint16_t>(standing.site)} << 16U |
        std::uint64_t{doctrine} << 32U;
    const Place& place = find(situation);
    if (place.options != nullptr)
        return *place.options;
    options_.push_back(options(world, world.doctrines[doctrine], standing, quad));
    if (4 * options_.size() > places_.size()) {
        const std::vector<Place> before =
            std::exchange(places_, std::vector<Place>(4 * places_.size()));
        for (const Place& p : before)
            if (p.options != nullptr)
                find(p.situation) = p;
    }
    find(situation) = {situation, &options_.back()};
    return options_.back();
}

OptionCache::Place& OptionCache::find(std::uint64_t situation) {
    const std::size_t last = places_.size() - 1;
    std::size_t at = situation * 0x9E3779B97F4A7C15ULL >> 32U & last;
    while (places_[at].options != nullptr && places_[at].situation != situation)
        at = (at + 1) & last;
    return places_[at];
}

} // namespace demarche
