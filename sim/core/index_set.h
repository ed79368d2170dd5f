#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/huge_pages.h"

namespace demarche {

/// A set of indices below a limit that comes out in order: a bit each, and a bit for every 64 of
/// those, so that what is empty costs next to nothing.
class IndexSet {
public:
    explicit IndexSet(std::size_t limit)
        : bits_(limit / 64 + 1), words_(limit / 4096 + 1), before_(limit / 64 + 1) {}

    void insert(std::size_t index) { insert(index, true); }
    /// Where `indeed` cannot be foreseen, cheaper than a condition.
    void insert(std::size_t index, bool indeed) {
        bits_[index / 64] |= std::uint64_t{indeed} << index % 64;
        words_[index / 4096] |= std::uint64_t{indeed} << index / 64 % 64;
    }
    bool holds(std::size_t index) const { return (bits_[index / 64] >> index % 64 & 1U) != 0; }

    /// Calls take(index) for all of them, from the least to the greatest.
    template <class Take>
    void each(Take&& take) {
        std::uint32_t before = 0;
        each_word([&](std::size_t at) {
            before_[at] = before;
            before += static_cast<std::uint32_t>(std::popcount(bits_[at]));
            for (std::uint64_t left = bits_[at]; left != 0; left &= left - 1)
                take(static_cast<std::uint32_t>(at * 64 +
                                                static_cast<std::size_t>(std::countr_zero(left))));
        });
    }
    /// How many of them are less than one that the set holds; known from `each` on.
    std::size_t rank(std::size_t index) const {
        const std::uint64_t less = (std::uint64_t{1} << index % 64) - 1;
        return before_[index / 64] +
               static_cast<std::size_t>(std::popcount(bits_[index / 64] & less));
    }
    void clear() {
        each_word([&](std::size_t at) { bits_[at] = 0; });
        std::fill(words_.begin(), words_.end(), 0);
    }

private:
    /// Calls visit(position in bits_) for those that are not empty.
    template <class Visit>
    void each_word(Visit&& visit) const {
        for (std::size_t w = 0; w < words_.size(); ++w)
            for (std::uint64_t left = words_[w]; left != 0; left &= left - 1)
                visit(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
    }

    HugeVector<std::uint64_t> bits_, words_;
    HugeVector<std::uint32_t> before_; ///< [position in bits_] how many of the set are less
};

} // namespace demarche
