#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace demarche {

/// The numbers k < count, at most `most`, for which is(k), in ascending order; they stand in
/// `place`. Lists them without conditions: what depends on random numbers no processor can foresee.
template <std::size_t most, class Is>
std::span<const std::uint8_t> numbers_where(std::array<std::uint8_t, most>& place,
                                            std::size_t count, const Is& is) {
    static_assert(most <= 256);
    std::size_t listed = 0;
    for (std::size_t k = 0; k < count; ++k) {
        place[listed] = static_cast<std::uint8_t>(k);
        listed += is(k) ? 1 : 0;
    }
    return std::span(place).first(listed);
}

} // namespace demarche
