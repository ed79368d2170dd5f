#include "sim/engine/thinning.h"

#include <algorithm>
#include <limits>

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
void gaps(const RandomBatch& words, std::size_t count, double rate,
          std::array<double, RandomBatch::size>& gap) {
    for (std::size_t k = 0; k < count; ++k)
        gap[k] = -log_bits(Random::unit(words[0][k], words[1][k])) / rate;
}

/// Notes which words are below their limits.
DEMARCHE_VECTORISE
void any_below(const std::uint32_t* word, const std::uint32_t* limit, std::size_t count,
               std::uint8_t* hit) {
    for (std::size_t k = 0; k < count; ++k)
        hit[k] |= static_cast<std::uint8_t>(word[k] < limit[k]);
}

} // namespace

Thinning::Thinning(std::size_t actors)
    : n_(static_cast<std::uint32_t>(actors)), rare_(rare_for(actors)),
      gap_rate_(-log1p_bits(-rare_)), pairs_(actors * actors), stirred_(actors * actors) {}

void Thinning::bound(std::span<const Occasion> pairs,
                     std::span<const std::array<double, class_count>> mean) {
    constexpr double slack = 1 + 1e-6; // for the rounding of fading memories, and to float
    const auto rare = static_cast<float>(rare_);
    std::array<float, class_count> most{};
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        std::array<float, class_count> bound;
        for (std::size_t q = 0; q < class_count; ++q) {
            bound[q] = static_cast<float>(mean[k][q] * slack);
            most[q] = std::max(most[q], bound[q]);
        }
        const std::size_t at = std::size_t{pairs[k].source} * n_ + pairs[k].target;
        Pair& pair = pairs_[at];
        for (std::size_t q = 0; q < class_count; ++q)
            pair.bound[q] = static_cast<std::uint16_t>(
                (std::bit_cast<std::uint32_t>(bound[q]) + 0xFFFFU) >> 16U);
        if (std::max(std::max(bound[0], bound[1]), std::max(bound[2], bound[3])) >= rare)
            make_busy(at, bound);
        else if (pair.busy_at != 0)
            calm(pair.busy_at);
    }
    for (std::size_t q = 0; q < class_count; ++q)
        active_ |= unsigned{most[q] > 0} << q;
}

void Thinning::make_busy(std::size_t pair, const std::array<float, class_count>& bound) {
    std::uint32_t& at = pairs_[pair].busy_at;
    if (at == 0) {
        busy_.source.push_back(static_cast<std::uint32_t>(pair) / n_);
        busy_.target.push_back(static_cast<std::uint32_t>(pair) % n_);
        for (auto& limit : busy_.limit)
            limit.push_back(0);
        at = static_cast<std::uint32_t>(busy_.source.size());
    }
    const double words_per_unit = 0x1p32 / (1 - rare_);
    for (std::size_t q = 0; q < class_count; ++q) {
        // Two words more than the numbers below the bound have, for rounding.
        const double words = (static_cast<double>(bound[q]) - rare_) * words_per_unit + 2;
        const double limit = std::min(std::max(words, 0.0), 0x1p32 - 1);
        busy_.limit[q][at - 1] = static_cast<std::uint32_t>(static_cast<std::int64_t>(limit));
    }
}

void Thinning::calm(std::uint32_t& at) {
    const std::uint32_t last = busy_.source.back() * n_ + busy_.target.back();
    const auto close_gap = [&](std::vector<std::uint32_t>& list) {
        list[at - 1] = list.back();
        list.pop_back();
    };
    close_gap(busy_.source);
    close_gap(busy_.target);
    for (auto& limit : busy_.limit)
        close_gap(limit);
    pairs_[last].busy_at = at;
    at = 0;
}

void Thinning::draw_rare(const World& world) {
    const std::uint64_t pairs = std::uint64_t{n_} * n_;
    RandomBatch words;
    std::array<double, RandomBatch::size> gap;
    std::array<std::uint64_t, RandomBatch::size> place;
    for (std::uint32_t q = 0; q < class_count; ++q) {
        std::vector<Rare>& numbers = rare_numbers_[q];
        numbers.clear();
        if ((active_ >> q & 1U) == 0 && !everybody_)
            continue;
        std::uint64_t at = 0;
        for (std::uint32_t ordinal = 0; at < pairs;) {
            // As many as there will be, and some.
            const double expected = static_cast<double>(pairs - at) * rare_;
            const auto count =
                static_cast<std::size_t>(std::min<double>(expected + 8, RandomBatch::size));
            for (std::size_t k = 0; k < count; ++k)
                words.set(k,
                          {Purpose::rare, static_cast<std::uint32_t>(world.tick), ordinal++, 0, q});
            world.random.draw(words, count);
            gaps(words, count, gap_rate_, gap);
            // Bounds are far apart: where they are is found first, so that they come all at once.
            std::size_t found = 0;
            for (; found < count && gap[found] < static_cast<double>(pairs - at); ++found, ++at) {
                at += static_cast<std::uint64_t>(gap[found]);
                place[found] = at;
                fetch(at);
            }
            if (found < count)
                at = pairs;
            for (std::size_t k = 0; k < found; ++k) {
                const std::uint64_t pair = place[k];
                const double u = rare_ * Random::unit(words[2][k], words[3][k]);
                if (u < static_cast<double>(pairs_[pair].bound_of(q)))
                    stir(pair);
                else if (!stirred_.holds(pair) && !everybody_ && pairs_[pair].busy_at == 0)
                    continue;
                numbers.push_back({static_cast<std::uint32_t>(pair), u});
            }
        }
    }
}

void Thinning::draw_common(const World& world) {
    // A bound grows old as memories fade: now and then each busy pair is asked for a new one;
    // seldom where it lets little through and would stay busy all the same.
    constexpr std::size_t refresh = 16; // ticks
    const auto word_at = [&](double u) { return (u - rare_) / (1 - rare_) * 0x1p32; };
    const double little = word_at(0.25 / refresh);
    const double soon_calm = word_at(4 * rare_);
    const auto seldom = [&](std::size_t k) {
        double most = 0;
        for (const auto& limit : busy_.limit)
            most = std::max<double>(most, limit[k]);
        return most < little && most > soon_calm;
    };
    const std::size_t size = busy_.source.size();
    const auto stir_busy = [&](std::size_t k) {
        stir(std::size_t{busy_.source[k]} * n_ + busy_.target[k]);
    };
    const auto tick = static_cast<std::size_t>(world.tick);
    for (std::size_t k = tick % refresh; k < size; k += refresh)
        if (!seldom(k) || (k / refresh + tick / refresh) % refresh == 0)
            stir_busy(k);
    RandomBatch words;
    std::array<std::uint8_t, RandomBatch::size> hit;
    for (std::size_t first = 0; first < size; first += RandomBatch::size) {
        const std::size_t count = std::min(RandomBatch::size, size - first);
        for (std::size_t k = 0; k < count; ++k)
            words.set(k, {Purpose::count, static_cast<std::uint32_t>(world.tick),
                          busy_.source[first + k], busy_.target[first + k]});
        world.random.draw(words, count);
        hit.fill(0);
        for (std::size_t q = 0; q < class_count; ++q)
            any_below(words[q].data(), busy_.limit[q].data() + first, count, hit.data());
        for (std::size_t k = 0; k < count; ++k)
            if (hit[k] != 0)
                stir_busy(first + k);
    }
}

void Thinning::occasions(const World& world, bool all, std::vector<Occasion>& out) {
    everybody_ |= all;
    const PolicySet& policies = world.setting.policies;
    bool all_settle = true;
    for (std::size_t p = 0; p < policies.size(); ++p)
        all_settle = all_settle && policies[p].settles();
    if (!everybody_ && !all_settle)
        for (std::uint32_t i = 0; i < n_; ++i)
            if (!policies[world.setting.actors[i].policy].settles())
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
    std::array<const Rare*, class_count> rare_number{};
    for (std::size_t q = 0; q < class_count; ++q) {
        rare_numbers_[q].push_back({std::numeric_limits<std::uint32_t>::max(), 1}); // the end
        rare_number[q] = rare_numbers_[q].data();
    }
    stirred_.drain([&](std::uint32_t pair) {
        Occasion occasion{pair / n_, pair % n_, {1, 1, 1, 1}};
        for (std::size_t q = 0; q < class_count; ++q) {
            while (rare_number[q]->pair < pair)
                ++rare_number[q];
            if (rare_number[q]->pair == pair)
                occasion.u[q] = rare_number[q]->u;
        }
        out.push_back(occasion);
    });
    everybody_ = false;
}

} // namespace demarche
