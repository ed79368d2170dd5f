#include "sim/engine/thinning.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/core/elementary.h"
#include "sim/core/numbers_where.h"
#include "sim/core/prefetch.h"
#include "sim/core/vectorise.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

/// About one rare number per actor, class and tick, so that drawing them costs O(n); in worlds so
/// large that most pairs never meet, fewer. In small ones, where hardly any pair is quiet, none:
/// 0.
double rare_for(std::size_t actors) {
    constexpr std::size_t small = 16;
    if (actors <= small)
        return 0;
    double rare = 0.25;
    for (std::size_t n = 8; n <= actors; n *= 2)
        rare /= n <= 256 ? 2 : 4;
    return rare;
}

/// The upper half of the float 1.
constexpr std::uint16_t one = std::bit_cast<std::uint32_t>(1.0F) >> 16U;

/// Rare numbers side by side.
struct RareBatch {
    /// How many pairs to pass over before each: geometric, by inversion.
    std::array<std::int32_t, RandomBatch::size> gap;
    std::array<double, RandomBatch::size> u;
    std::array<std::uint32_t, RandomBatch::size> place; ///< of the pairs, as `found`
    std::size_t found = 0;
};

DEMARCHE_VECTORISE
void rare_numbers(const RandomBatch& words, std::size_t count, double rare, double gap_rate,
                  RareBatch& out) {
    for (std::size_t k = 0; k < count; ++k)
        out.gap[k] =
            static_cast<std::int32_t>(-log_bits(Random::unit(words[0][k], words[1][k])) / gap_rate);
    for (std::size_t k = 0; k < count; ++k)
        out.u[k] = rare * Random::unit(words[2][k], words[3][k]);
}

/// Numbers of every class, in one vector.
using Doubles = double __attribute__((vector_size(class_count * sizeof(double))));
using Floats = float __attribute__((vector_size(class_count * sizeof(float))));
using Words = std::uint32_t __attribute__((vector_size(class_count * sizeof(std::uint32_t))));
using Halves = std::uint16_t __attribute__((vector_size(class_count * sizeof(std::uint16_t))));

/// Upper halves of floats, rounded up.
[[gnu::always_inline]] inline Halves upper_halves(const Floats& x) {
    Words bits;
    std::memcpy(&bits, &x, sizeof bits);
    return __builtin_convertvector((bits + 0xFFFFU) >> 16U, Halves);
}

/// What follows from what pairs are expected to do.
struct Bounds {
    std::array<Halves, RandomBatch::size> bound; ///< Dyad::bound
    std::array<Halves, RandomBatch::size> busy;  ///< not 0 where it is not below the rare numbers
    Floats most;                                 ///< bound of any pair
};

DEMARCHE_VECTORISE
void bounds_of(std::span<const std::array<double, class_count>> mean, double rare, Bounds& of) {
    constexpr double slack = 1 + 1e-6; // for the rounding of fading memories, and to float
    const auto least_busy = static_cast<float>(rare);
    of.most = Floats{};
    for (std::size_t k = 0; k < mean.size(); ++k) {
        Doubles expected;
        std::memcpy(&expected, mean[k].data(), sizeof expected);
        const auto bound = __builtin_convertvector(expected * slack, Floats);
        of.most = bound > of.most ? bound : of.most;
        of.bound[k] = upper_halves(bound);
        of.busy[k] = __builtin_convertvector((bound >= least_busy) & (bound > 0), Halves);
    }
}

/// Notes which numbers that are not rare may be below their bounds, by their upper words; the
/// slack of bounds is greater than the rounding here.
DEMARCHE_VECTORISE
void any_below(const std::uint32_t* word, const float* bound, std::size_t count, double rare,
               std::uint8_t* hit) {
    const auto least = static_cast<float>(rare), rest = static_cast<float>((1 - rare) * 0x1p-24);
    for (std::size_t k = 0; k < count; ++k) {
        const float u = least + rest * static_cast<float>(static_cast<std::int32_t>(word[k] >> 8U));
        hit[k] |= static_cast<std::uint8_t>(u < bound[k]);
    }
}

} // namespace

Thinning::Thinning(std::size_t actors)
    : n_(static_cast<std::uint32_t>(actors)), rare_(rare_for(actors)),
      gap_rate_(-log1p_bits(-rare_)), most_(actors * actors / IndexSet::group_size + 1),
      stirred_(actors * actors) {}

void Thinning::bound(std::span<Dyad> dyads, std::span<const Occasion> pairs,
                     std::span<const std::array<double, class_count>> mean) {
    Bounds of;
    for (std::size_t first = 0; first < pairs.size(); first += RandomBatch::size) {
        const auto batch = pairs.subspan(first, std::min(RandomBatch::size, pairs.size() - first));
        bounds_of(mean.subspan(first, batch.size()), rare_, of);
        for (std::size_t k = 0; k < batch.size(); ++k) {
            const std::size_t pair = std::size_t{batch[k].source} * n_ + batch[k].target;
            Dyad& dyad = dyads[pair];
            dyad.bound = std::bit_cast<Bound>(of.bound[k]);
            const bool busy = std::bit_cast<std::uint64_t>(of.busy[k]) != 0;
            if (!busy && dyad.busy_at != 0)
                calm(dyads, dyad);
            note_bound(pair, dyad, busy);
        }
        for (std::size_t q = 0; q < class_count; ++q)
            active_ |= unsigned{of.most[q] > 0} << q;
    }
}

void Thinning::raise(std::size_t pair, Dyad& dyad, const Growth& growth, double weight) {
    Floats more;
    std::memcpy(&more, growth.data(), sizeof more);
    Halves upper;
    std::memcpy(&upper, dyad.bound.upper.data(), sizeof upper);
    const Words bits = __builtin_convertvector(upper, Words) << 16U;
    Floats bound;
    std::memcpy(&bound, &bits, sizeof bound);
    bound += more * static_cast<float>(weight);
    dyad.bound = std::bit_cast<Bound>(upper_halves(bound));
    const auto busy = (bound >= static_cast<float>(rare_)) & (bound > 0);
    note_bound(pair, dyad, (busy[0] | busy[1] | busy[2] | busy[3]) != 0);
}

void Thinning::note_bound(std::size_t pair, Dyad& dyad, bool busy) {
    if (busy && dyad.busy_at == 0)
        make_busy(pair, dyad);
    if (dyad.busy_at != 0) {
        for (std::size_t q = 0; q < class_count; ++q)
            busy_.bound[q][dyad.busy_at - 1] = dyad.bound.of(q);
        return;
    }
    std::uint16_t* const near = most_[pair / IndexSet::group_size].upper.data();
    Halves most, upper;
    std::memcpy(&most, near, sizeof most);
    std::memcpy(&upper, dyad.bound.upper.data(), sizeof upper);
    most = upper > most ? upper : most; // positive floats are as their bits
    std::memcpy(near, &most, sizeof most);
}

void Thinning::make_busy(std::size_t pair, Dyad& dyad) {
    busy_.source.push_back(static_cast<std::uint32_t>(pair / n_));
    busy_.target.push_back(static_cast<std::uint32_t>(pair % n_));
    for (auto& bound : busy_.bound)
        bound.push_back(0);
    for (auto& word : busy_.word)
        word.push_back(0);
    dyad.busy_at = static_cast<std::uint32_t>(busy_.source.size());
    // Numbers of busy pairs are wanted whatever they are.
    most_[pair / IndexSet::group_size].upper.fill(one);
}

void Thinning::calm(std::span<Dyad> dyads, Dyad& dyad) {
    const std::uint32_t at = dyad.busy_at;
    const std::uint32_t last = busy_.source.back() * n_ + busy_.target.back();
    const auto close_gap = [&](auto& list) {
        list[at - 1] = list.back();
        list.pop_back();
    };
    close_gap(busy_.source);
    close_gap(busy_.target);
    std::for_each(busy_.bound.begin(), busy_.bound.end(), close_gap);
    std::for_each(busy_.word.begin(), busy_.word.end(), close_gap);
    dyads[last].busy_at = at;
    dyad.busy_at = 0;
}

void Thinning::draw_rare(const World& world) {
    if (rare_ == 0)
        return;
    const std::int64_t pairs = std::int64_t{n_} * n_;
    RandomBatch words;
    std::array<RareBatch, 2> batches; // one is drawn while what the other needs is on its way
    for (std::uint32_t q = 0; q < class_count; ++q) {
        std::vector<Rare>& numbers = rare_numbers_[q];
        numbers.clear();
        if ((active_ >> q & 1U) == 0 && !everybody_)
            continue;
        const auto settle = [&](const RareBatch& batch) {
            std::size_t size = numbers.size();
            numbers.resize(size + batch.found);
            for (std::size_t k = 0; k < batch.found; ++k) {
                const std::uint32_t pair = batch.place[k];
                const Dyad& dyad = world.dyads[pair];
                stirred_.insert(pair, batch.u[k] < static_cast<double>(dyad.bound.of(q)));
                numbers[size] = {pair, batch.u[k]};
                size += stirred_.holds(pair) | everybody_ | (dyad.busy_at != 0);
            }
            numbers.resize(size);
        };
        std::int64_t at = 0;
        std::size_t now = 0;
        batches[1].found = 0;
        for (std::uint32_t ordinal = 0; at < pairs; now = 1 - now) {
            RareBatch& batch = batches[now];
            // As many as there will be, and some.
            const double expected = static_cast<double>(pairs - at) * rare_;
            const auto count =
                static_cast<std::size_t>(std::min<double>(expected + 8, RandomBatch::size));
            for (std::size_t k = 0; k < count; ++k)
                words.set(k,
                          {Purpose::rare, static_cast<std::uint32_t>(world.tick), ordinal++, 0, q});
            world.random.draw(words, count);
            rare_numbers(words, count, rare_, gap_rate_, batch);
            std::size_t found = 0;
            for (std::size_t k = 0; k < count && (at += batch.gap[k]) < pairs; ++k, ++at) {
                const auto pair = static_cast<std::uint32_t>(at);
                const double u = batch.u[k];
                batch.place[found] = pair;
                batch.u[found] = u;
                const float most = most_[pair / IndexSet::group_size].of(q);
                found += everybody_ | (u < static_cast<double>(most)) | stirred_.near(pair);
            }
            batch.found = found;
            // Bounds are far apart: they are asked for a batch before they are read.
            for (std::size_t k = 0; k < found; ++k) {
                prefetch(&world.dyads[batch.place[k]]);
                stirred_.ask(batch.place[k]);
            }
            settle(batches[1 - now]);
        }
        settle(batches[1 - now]);
    }
}

void Thinning::draw_common(const World& world) {
    // A bound grows old as memories fade: now and then each busy pair is asked for a new one;
    // seldom where it lets little through and would stay busy all the same.
    constexpr std::size_t refresh = 16; // ticks
    const auto seldom = [&](std::size_t k) {
        double most = 0;
        for (const auto& bound : busy_.bound)
            most = std::max<double>(most, bound[k]);
        return most < 0.25 / refresh && most > 4 * rare_;
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
        for (std::size_t q = 0; q < class_count; ++q) {
            std::copy_n(words[q].begin(), count, busy_.word[q].data() + first);
            any_below(words[q].data(), busy_.bound[q].data() + first, count, rare_, hit.data());
        }
        std::array<std::uint8_t, RandomBatch::size> listed;
        for (const std::uint8_t k :
             numbers_where(listed, count, [&](std::size_t k) { return hit[k] != 0; }))
            stir_busy(first + k);
    }
}

void Thinning::occasions(const World& world, bool all, std::vector<Occasion>& out) {
    everybody_ |= all;
    const auto stir_row = [&](std::size_t i) {
        for (std::size_t j = 0; j < n_; ++j)
            if (j != i)
                stir(i * n_ + j);
    };
    if (!everybody_)
        std::for_each(world.unsettled.begin(), world.unsettled.end(), stir_row);
    draw_rare(world);
    has_drawn_ = !everybody_;
    if (everybody_)
        for (std::size_t i = 0; i < n_; ++i)
            stir_row(i);
    else
        draw_common(world);
    out.clear();
    stirred_.each([&](std::uint32_t pair) {
        prefetch(&world.dyads[pair]);
        out.push_back({pair / n_, pair % n_, {1, 1, 1, 1}});
    });
    for (std::size_t q = 0; q < class_count; ++q)
        for (const Rare& number : rare_numbers_[q])
            if (stirred_.holds(number.pair))
                out[stirred_.rank(number.pair)].u[q] = number.u;
    stirred_.clear();
    everybody_ = false;
}

} // namespace demarche
