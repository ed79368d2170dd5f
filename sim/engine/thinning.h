#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/act.h"
#include "sim/core/index_set.h"
#include "sim/core/random.h"
#include "sim/engine/dyad.h"

namespace demarche {

struct World;

/// Numbers of acts by class.
using Growth = std::array<float, class_count>;

/// A directed pair whose rates are asked for in this tick.
struct Occasion {
    std::uint32_t source = 0;
    std::uint32_t target = 0;
    /// Uniform number of each class where it fell below Thinning::rare, 1 where it did not.
    std::array<double, class_count> u{1, 1, 1, 1};
};

/// Which pairs can act in a tick, without asking all of them: thinning (Lewis and Shedler 1979;
/// Ogata 1981). Every directed pair and class owns one uniform number u per tick and acts when u
/// is below its expected number of acts. Where nothing has happened since a pair was last asked,
/// its rate then bounds its rate now, so only pairs with u below that bound, and those something
/// happened to, are asked. What comes out is what asking everybody would give, bit for bit.
///
/// The numbers below `rare` are drawn in bulk, by the gaps between them over all pairs, so that a
/// quiet pair costs its share of that draw and nothing else; a pair whose bound is not below
/// `rare` has its number drawn by itself.
class Thinning {
public:
    explicit Thinning(std::size_t actors);

    /// Something happened to a directed pair (its position in the matrices): ask it next time.
    void stir(std::size_t pair) { stirred_.insert(pair); }
    void stir_everybody() { everybody_ = true; }
    /// Something happened to a directed pair by which it can be expected to do `weight` times
    /// `growth` more of each class in a tick, at most: its bounds grow, and it need not be asked.
    void raise(std::size_t pair, Dyad& dyad, const Growth& growth, double weight);
    /// Keeps what pairs were found to be expected to do in a tick, by class, as their bounds.
    void bound(std::span<Dyad> dyads, std::span<const Occasion> pairs,
               std::span<const std::array<double, class_count>> mean);

    /// Who is to be asked in this tick, in the order of the matrices. `all`: everybody, which
    /// changes nothing but the time it takes.
    void occasions(const World& world, bool all, std::vector<Occasion>& out);

    /// The uniform number of a pair and class that did not fall below `rare`, from the two words
    /// of randomness at its address.
    double common(std::uint32_t high, std::uint32_t low) const {
        return rare_ + (1 - rare_) * Random::unit(high, low);
    }
    double rare() const { return rare_; }
    /// The upper words of a pair's numbers of this tick, by class, where they are known already;
    /// otherwise they are at the address of its counts.
    bool has_words(const Dyad& dyad) const { return has_drawn_ && dyad.busy_at != 0; }
    std::array<std::uint32_t, class_count> words(const Dyad& dyad) const {
        std::array<std::uint32_t, class_count> words;
        for (std::size_t q = 0; q < class_count; ++q)
            words[q] = busy_.word[q][dyad.busy_at - 1];
        return words;
    }

private:
    struct Rare {
        std::uint32_t pair;
        double u;
    };
    void draw_rare(const World& world);
    void draw_common(const World& world);
    void note_bound(std::size_t pair, Dyad& dyad, bool busy);
    void make_busy(std::size_t pair, Dyad& dyad);
    void calm(std::span<Dyad> dyads, Dyad& dyad);

    std::uint32_t n_;
    double rare_;     ///< 2^-k
    double gap_rate_; ///< -ln(1 - rare)
    bool everybody_ = false;
    bool has_drawn_ = false; ///< in this tick the words of busy pairs
    unsigned active_ = 0;    ///< classes, as bits, in which some pair has had a bound above 0
    /// Pairs with a bound not below `rare`. Their numbers are drawn one by one.
    struct Busy {
        std::vector<std::uint32_t> source, target;
        std::array<std::vector<float>, class_count> bound; ///< Dyad::bound
        std::array<std::vector<std::uint32_t>, class_count> word;
    } busy_;
    /// [pair / IndexSet::group_size] No pair of a group had a greater bound so far; 1 where one was
    /// busy. So most numbers are known not to matter without a look at the pair, and memory far
    /// away.
    HugeVector<Bound> most_;
    IndexSet stirred_;                                        ///< pairs
    std::array<std::vector<Rare>, class_count> rare_numbers_; ///< of this tick, by pair
};

} // namespace demarche
