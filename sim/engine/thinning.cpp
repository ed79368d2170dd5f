#include "sim/engine/thinning.h"

#include <algorithm>
#include <numeric>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

/// About one rare number per actor, class and tick, so that drawing them costs O(n); in worlds so
/// large that most pairs never meet, fewer.
double rare_for(std::size_t actors) {
    double rare = 0.25;
    for (std::size_t n = 8; n <= actors; n *= 2)
        rare /= n <= 256 ? 2 : 4;
    return rare;
}

/// How many pairs to pass over before the next rare number: geometric, by inversion.
DEMARCHE_VECTORISE
void gaps(const RandomBatch& words, double rate, std::array<double, RandomBatch::size>& gap) {
    for (std::size_t k = 0; k < RandomBatch::size; ++k)
        gap[k] = -log_bits(Random::unit(words[0][k], words[1][k])) / rate;
}

} // namespace

Thinning::Thinning(std::size_t actors)
    : n_(static_cast<std::uint32_t>(actors)), rare_(rare_for(actors)),
      gap_rate_(-log1p_bits(-rare_)), bound_(actors * actors * class_count, 0.0F),
      busy_at_(actors * actors, 0), stirred_(actors * actors) {}

void Thinning::bound(std::size_t pair, const std::array<double, class_count>& mean) {
    constexpr double slack = 1 + 1e-6; // for the rounding of fading memories, and to float
    float* const bounds = &bound_[pair * class_count];
    unsigned active = active_;
    double most = 0;
    for (std::size_t q = 0; q < class_count; ++q) {
        bounds[q] = static_cast<float>(mean[q] * slack);
        active |= unsigned{mean[q] > 0} << q;
        most = std::max(most, mean[q]);
    }
    active_ = active;
    const bool busy = most * slack >= rare_;
    std::uint32_t& at = busy_at_[pair];
    if (busy == (at != 0))
        return;
    if (busy) {
        busy_.push_back(static_cast<std::uint32_t>(pair));
        at = static_cast<std::uint32_t>(busy_.size());
    } else {
        busy_[at - 1] = busy_.back();
        busy_at_[busy_.back()] = at;
        busy_.pop_back();
        at = 0;
    }
}

void Thinning::draw_rare(const World& world) {
    rare_numbers_.clear();
    const std::uint64_t pairs = std::uint64_t{n_} * n_;
    RandomBatch words;
    std::array<double, RandomBatch::size> gap;
    std::array<std::uint32_t, RandomBatch::size> ordinal;
    const std::array<std::uint32_t, RandomBatch::size> none{};
    for (std::uint32_t q = 0; q < class_count; ++q) {
        if ((active_ >> q & 1U) == 0 && !everybody_)
            continue;
        std::iota(ordinal.begin(), ordinal.end(), 0U);
        std::uint64_t at = 0;
        while (at < pairs) {
            world.random.batch({Purpose::rare, static_cast<std::uint32_t>(world.tick), 0, 0, q},
                               ordinal, none, words);
            gaps(words, gap_rate_, gap);
            for (std::size_t k = 0; k < gap.size(); ++k, ++at) {
                if (gap[k] >= static_cast<double>(pairs - at)) {
                    at = pairs;
                    break;
                }
                at += static_cast<std::uint64_t>(gap[k]);
                const double u = rare_ * Random::unit(words[2][k], words[3][k]);
                if (u < static_cast<double>(bound_[at * class_count + q]))
                    stir(at);
                else if (!stirred_.holds(at) && !everybody_ && busy_at_[at] == 0)
                    continue;
                rare_numbers_.push_back({static_cast<std::uint32_t>(at), q, u});
            }
            for (std::uint32_t& o : ordinal)
                o += RandomBatch::size;
        }
    }
    const auto in_order = [](const Rare& x, const Rare& y) { return x.pair < y.pair; };
    if (!std::is_sorted(rare_numbers_.begin(), rare_numbers_.end(), in_order))
        std::sort(rare_numbers_.begin(), rare_numbers_.end(), in_order);
}

void Thinning::draw_common(const World& world) {
    // A bound grows old as memories fade: now and then each busy pair is asked for a new one.
    constexpr std::size_t refresh = 16; // ticks
    for (std::size_t k = static_cast<std::size_t>(world.tick) % refresh; k < busy_.size();
         k += refresh)
        stir(busy_[k]);
    RandomBatch words;
    std::array<std::uint32_t, RandomBatch::size> source{}, target{};
    for (std::size_t first = 0; first < busy_.size(); first += RandomBatch::size) {
        const std::size_t size = std::min(RandomBatch::size, busy_.size() - first);
        for (std::size_t k = 0; k < size; ++k) {
            source[k] = busy_[first + k] / n_;
            target[k] = busy_[first + k] % n_;
        }
        world.random.batch({Purpose::count, static_cast<std::uint32_t>(world.tick)}, source, target,
                           words);
        for (std::size_t k = 0; k < size; ++k) {
            const std::size_t pair = busy_[first + k];
            for (std::size_t q = 0; q < class_count; ++q)
                if (common(words[q][k], 0) < static_cast<double>(bound_[pair * class_count + q])) {
                    stir(pair);
                    break;
                }
        }
    }
}

void Thinning::occasions(const World& world, bool all, std::vector<Occasion>& out) {
    everybody_ |= all;
    if (!everybody_)
        for (std::uint32_t i = 0; i < n_; ++i)
            if (!world.setting.policies[world.setting.actors[i].policy].settles())
                for (std::uint32_t j = 0; j < n_; ++j)
                    if (j != i)
                        stir(std::size_t{i} * n_ + j);
    draw_rare(world);
    if (everybody_) {
        for (std::uint32_t i = 0; i < n_; ++i)
            for (std::uint32_t j = 0; j < n_; ++j)
                if (j != i)
                    stir(std::size_t{i} * n_ + j);
    } else {
        draw_common(world);
    }
    out.clear();
    auto rare_number = rare_numbers_.begin();
    stirred_.drain([&](std::uint32_t pair) {
        Occasion occasion{pair / n_, pair % n_, {1, 1, 1, 1}};
        while (rare_number != rare_numbers_.end() && rare_number->pair < pair)
            ++rare_number;
        for (; rare_number != rare_numbers_.end() && rare_number->pair == pair; ++rare_number)
            occasion.u[rare_number->quad] = rare_number->u;
        out.push_back(occasion);
    });
    everybody_ = false;
}

} // namespace demarche
