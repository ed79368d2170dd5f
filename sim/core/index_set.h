#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/huge_pages.h"

namespace demarche {

/// A set of indices below a limit that comes out in order: a bit each, and a bit for every 64 of
/// those, so that what is empty costs next to nothing.
class IndexSet {
public:
    explicit IndexSet(std::size_t limit) : bits_(limit / 64 + 1), words_(limit / 4096 + 1) {}

    void insert(std::size_t index) {
        bits_[index / 64] |= std::uint64_t{1} << index % 64;
        words_[index / 4096] |= std::uint64_t{1} << index / 64 % 64;
    }
    bool holds(std::size_t index) const { return (bits_[index / 64] >> index % 64 & 1U) != 0; }

    /// Calls take(index) for all of them, from the least to the greatest, and empties the set.
    template <class Take>
    void drain(Take&& take) {
        for (std::size_t w = 0; w < words_.size(); ++w)
            for (; words_[w] != 0; words_[w] &= words_[w] - 1) {
                const std::size_t at =
                    w * 64 + static_cast<std::size_t>(std::countr_zero(words_[w]));
                for (; bits_[at] != 0; bits_[at] &= bits_[at] - 1)
                    take(static_cast<std::uint32_t>(
                        at * 64 + static_cast<std::size_t>(std::countr_zero(bits_[at]))));
            }
    }

private:
    HugeVector<std::uint64_t> bits_, words_;
};

} // namespace demarche
