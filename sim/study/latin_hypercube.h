#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace demarche {

/// The strata of a Latin hypercube, point by point: every factor takes each of 0 ... points - 1
/// once. With `maximin`, strata of two points are exchanged wherever that moves near points apart
/// (criterion of Morris and Mitchell 1995, p = 16): at most 20,000 trials, fewer in large
/// designs, so that it takes about a second at most.
std::vector<std::uint32_t> latin_hypercube(std::size_t points, std::size_t factors, bool maximin,
                                           std::uint64_t seed);

} // namespace demarche
