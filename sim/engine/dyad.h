#pragma once
#include <array>
#include <bit>
#include <cstdint>

#include "sim/engine/legality.h"

namespace demarche {

/// What can be expected at most, by class: upper halves of floats, rounded up, so that more of them
/// are near.
struct Bound {
    std::array<std::uint16_t, class_count> upper{};

    float of(std::size_t q) const { return std::bit_cast<float>(std::uint32_t{upper[q]} << 16U); }
};

/// What the engine looks up about a directed pair whenever it deals with it, side by side in half a
/// line of cache.
struct alignas(32) Dyad {
    Bound bound; ///< acts in a tick until something happens to it; see Thinning
    // Where what only some pairs have is kept, position + 1; 0 = nowhere.
    std::uint32_t busy_at = 0;       ///< in Thinning's list of busy pairs
    std::uint32_t record = 0;        ///< in RecordStore
    std::uint32_t marks = 0;         ///< in MarkLog
    std::uint32_t confrontation = 0; ///< in Confrontations, of [a][b] with a < b
    Standing standing;               ///< deterrence as if nobody had used force yet

    /// On the ladder, 0..top_rung; both directions alike.
    int rung() const { return standing.rung; }
};
static_assert(sizeof(Dyad) == 32);

} // namespace demarche
