#pragma once
#include <cstddef>
#include <cstdint>

#include "sim/core/random.h"

namespace demarche {

/// What a random number of a design is for: index of its address.
enum class DesignUse : std::uint32_t {
    matrix, ///< scramble of a Sobol' sequence
    shift,
    point,
    stratum,
    within_stratum,
    exchange,
    level, ///< start and direction in a trajectory
    order
};

inline Address design_address(DesignUse use, std::size_t source, std::size_t target) {
    return {.purpose = Purpose::design,
            .source = static_cast<std::uint32_t>(source),
            .target = static_cast<std::uint32_t>(target),
            .index = static_cast<std::uint32_t>(use)};
}

/// Uniform in 0 ... count - 1.
inline std::size_t below(std::size_t count, const Random& random, DesignUse use, std::size_t source,
                         std::size_t target) {
    return static_cast<std::size_t>(random.uniform(design_address(use, source, target)) *
                                    static_cast<double>(count));
}

} // namespace demarche
