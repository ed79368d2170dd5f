#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace demarche {

/// The Sobol' sequence with the direction numbers of Joe and Kuo (2008), in Gray-code order, up
/// to 2^32 points. Point i is computed from i alone.
class SobolSequence {
public:
    static constexpr std::size_t max_dimensions = 3667; ///< of Boost.Random's table

    SobolSequence() = default; ///< without dimensions
    /// With a seed: random linear scramble and digital shift of every dimension (Matousek 1998),
    /// which keeps the evenness and makes every point uniform in the open cube. Without: the
    /// published points, which begin with 0, 0, ...
    SobolSequence(std::size_t dimensions, std::optional<std::uint64_t> seed);

    std::size_t dimensions() const { return direction_.size(); }
    /// Coordinates first, first + 1, ... of point `index`, as many as `out` holds. Points of
    /// another set have another digital shift: every set is as even as set 0, and sets are
    /// independent of each other.
    void point(std::uint32_t index, std::span<double> out, std::size_t first = 0,
               std::uint32_t set = 0) const;

private:
    static constexpr std::size_t bits = 32;
    std::vector<std::array<std::uint64_t, bits>> direction_; ///< of each dimension
    std::optional<std::uint64_t> seed_;
};

} // namespace demarche
