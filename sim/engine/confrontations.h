#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/dyad.h"

namespace demarche {

/// What becomes of an unordered pair that stands above rung 0 or uses force.
struct Confrontation {
    std::uint32_t pair = 0;     ///< its position in the matrices, [a][b] with a < b
    std::int32_t rung = 0;      ///< as the standing of both directions has it
    double force = 0;           ///< pace of acts of force, per day
    std::int32_t renewed = 0;   ///< tick of the last act at the pair's rung
    std::int32_t attacker = -1; ///< who used force first, -1 = unknown
    std::int32_t crisis = -1;   ///< index into World::crises, -1 = none
};

/// The confrontations under way: side by side, because every tick goes through all of them.
class Confrontations {
public:
    /// That of a pair, by the dyad at its position; nullptr where there is none. Good until the
    /// next `begin`.
    const Confrontation* find(const Dyad& dyad) const {
        return dyad.confrontation == 0 ? nullptr : &all_[dyad.confrontation - 1];
    }
    Confrontation* find(const Dyad& dyad) {
        return const_cast<Confrontation*>(static_cast<const Confrontations&>(*this).find(dyad));
    }
    /// A new one of a pair that has none.
    Confrontation& begin(std::uint32_t pair, Dyad& dyad) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(all_.size()));
            all_.emplace_back();
        }
        const std::uint32_t at = free_.back();
        free_.pop_back();
        all_[at] = {.pair = pair};
        by_pair_.insert(std::upper_bound(by_pair_.begin(), by_pair_.end(), pair,
                                         [&](std::uint32_t sought, std::uint32_t other) {
                                             return sought < all_[other].pair;
                                         }),
                        at);
        dyad.confrontation = at + 1;
        return all_[at];
    }
    /// Calls visit(confrontation) for all of them, in the order of the matrices.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const std::uint32_t at : by_pair_)
            visit(all_[at]);
    }
    template <class Visit>
    void for_each(Visit&& visit) {
        for (const std::uint32_t at : by_pair_)
            visit(all_[at]);
    }
    /// Forgets those for which is_over(confrontation).
    template <class IsOver>
    void end_where(HugeVector<Dyad>& dyads, IsOver&& is_over) {
        std::erase_if(by_pair_, [&](std::uint32_t at) {
            if (!is_over(all_[at]))
                return false;
            dyads[all_[at].pair].confrontation = 0;
            free_.push_back(at);
            return true;
        });
    }
    std::size_t size() const { return by_pair_.size(); }

private:
    std::vector<Confrontation> all_;     ///< [position], those that are over among them
    std::vector<std::uint32_t> by_pair_; ///< positions
    std::vector<std::uint32_t> free_;    ///< positions of those that are over
};

} // namespace demarche
