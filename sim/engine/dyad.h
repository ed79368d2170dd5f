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
    // Where what only some pairs have is kept, position + 1; 0 = nowhere.
    std::uint32_t busy_at = 0;       ///< in Thinning's list of busy pairs
    std::uint32_t record = 0;        ///< in RecordStore
    std::uint32_t marks = 0;         ///< in MarkLog
    std::uint32_t confrontation = 0; ///< in Confrontations, of [a][b] with a < b
    Standing standing;               ///< deterrence as if nobody had used force yet

    int rung() const {
        return standing.rung;
    } ///< on the ladder, 0..top_rung; both directions alike
    float bound_of(std::size_t q) const {
        return std::bit_cast<float>(std::uint32_t{bound[q]} << 16U);
    }
};

} // namespace demarche
