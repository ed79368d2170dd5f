#pragma once
#include <array>
#include <bit>
#include <cstdint>

#include "sim/engine/legality.h"

namespace demarche {

/// What the engine looks up about a directed pair whenever it deals with it, side by side in half a
/// line of cache.
struct alignas(32) Dyad {
    /// What it can be expected to do at most, by class, until something happens to it (see
    /// Thinning): upper halves of floats, rounded up, so that more pairs are near.
    std::array<std::uint16_t, class_count> bound{};
    std::uint32_t busy_at = 0; ///< position in Thinning's list of busy pairs + 1; 0 = not there
    std::uint32_t record = 0;  ///< position of its record (see RecordStore) + 1; 0 = none
    Standing standing;         ///< deterrence as if nobody had used force yet

    int rung() const {
        return standing.rung;
    } ///< on the ladder, 0..top_rung; both directions alike
    float bound_of(std::size_t q) const {
        return std::bit_cast<float>(std::uint32_t{bound[q]} << 16U);
    }
};

/// What becomes of an unordered pair on the ladder.
struct Confrontation {
    double force = 0;           ///< pace of acts of force, per day
    std::int32_t renewed = 0;   ///< tick of the last act at the pair's rung
    std::int32_t attacker = -1; ///< who used force first, -1 = unknown
    std::int32_t crisis = -1;   ///< index into World::crises, -1 = none
};

} // namespace demarche
