#pragma once
#include <cstddef>
#include <cstdint>

#include "sim/core/act.h"

namespace demarche {

struct World;

/// What legality asks about a directed pair.
struct Standing {
    std::uint8_t met = 0; ///< bit r set: Requirement r holds
    std::int8_t rung = 0;
    bool private_open = true;
    bool deterred = false;  ///< the target's nuclear weapons stand against a first use of force
    std::int16_t site = -1; ///< hazardous site the two can come near, -1 = none

    bool operator==(const Standing&) const = default;
};

/// How a pair stands now.
Standing standing(const World& world, std::size_t source, std::size_t target);

/// The same as if nobody had used force yet, looked up in the setting but for the rung, which
/// stays. World keeps it by pair.
Standing standing_in(const World& world, std::size_t source, std::size_t target);

/// Whether an act is legal for a pair that stands so. Everything is read from the act's entry.
bool is_legal(const Act& act, const Standing& standing);

/// The channels an act may use for a pair that stands so, as bits; 0 where none is open.
unsigned open_channels(const Act& act, const Standing& standing);

/// The first hazardous site that military moves between the two can come near, -1 = none.
int site_near(const World& world, std::size_t source, std::size_t target);

} // namespace demarche
