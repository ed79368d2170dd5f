#include "sim/study/sobol_sequence.h"

#include <bit>
#include <boost/random/sobol.hpp>
#include <stdexcept>

#include "sim/core/random.h"
#include "sim/study/design_draw.h"

namespace demarche {

namespace {

std::uint64_t word(const Random& random, DesignUse use, std::size_t source, std::size_t target) {
    const RandomBlock b = random.block(design_address(use, source, target));
    return static_cast<std::uint64_t>(b[0]) << 32U | b[1];
}

} // namespace

SobolSequence::SobolSequence(std::size_t dimensions, std::optional<std::uint64_t> seed)
    : direction_(dimensions), seed_(seed) {
    if (dimensions == 0 || dimensions > max_dimensions)
        throw std::invalid_argument("a Sobol' sequence has 1 to 3667 dimensions");
    // Point n is the sum (xor) of the directions at the ones of n's Gray code, so point 2^(k+1) - 1
    // is direction k. Boost's sequence leaves point 0 out.
    boost::random::sobol published(dimensions);
    for (std::size_t k = 0; k < bits; ++k) {
        published.seed((2ULL << k) - 2);
        for (auto& direction : direction_)
            direction[k] = published();
    }
    if (!seed)
        return;
    const Random random(*seed, 0);
    for (std::size_t d = 0; d < dimensions; ++d) {
        // Lower triangular matrix of bits with ones in the diagonal; row 0 makes the first bit.
        std::array<std::uint64_t, bits> scrambled{};
        for (unsigned row = 0; row < 64; ++row) {
            const std::uint64_t diagonal = 1ULL << (63 - row);
            const std::uint64_t above = ~(diagonal | (diagonal - 1));
            const std::uint64_t mask = (word(random, DesignUse::matrix, d, row) & above) | diagonal;
            for (std::size_t k = 0; k < bits; ++k)
                if (std::popcount(mask & direction_[d][k]) % 2 != 0)
                    scrambled[k] |= diagonal;
        }
        direction_[d] = scrambled;
    }
}

void SobolSequence::point(std::uint32_t index, std::span<double> out, std::size_t first,
                          std::uint32_t set) const {
    const Random random(seed_.value_or(0), 0);
    const std::uint32_t gray = index ^ (index >> 1U);
    for (std::size_t d = 0; d < out.size(); ++d) {
        std::uint64_t sum = seed_ ? word(random, DesignUse::shift, first + d, set) : 0;
        for (std::uint32_t ones = gray; ones != 0; ones &= ones - 1)
            sum ^= direction_[first + d][static_cast<std::size_t>(std::countr_zero(ones))];
        out[d] = seed_ ? Random::unit(static_cast<std::uint32_t>(sum >> 32U),
                                      static_cast<std::uint32_t>(sum))
                       : static_cast<double>(sum >> 11U) * 0x1p-53;
    }
}

} // namespace demarche
