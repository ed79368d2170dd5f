#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/setting.h"

namespace demarche {

/// Who is in which organisation, a bit each.
class Memberships {
public:
    Memberships() = default;
    explicit Memberships(const Setting& setting)
        : words_(setting.organisations.size() / 64 + 1), of_(setting.actors.size() * words_, 0) {
        mandate_.fill(std::vector<std::uint64_t>(words_, 0));
        for (std::size_t o = 0; o < setting.organisations.size(); ++o) {
            const std::uint64_t bit = std::uint64_t{1} << o % 64;
            mandate_[static_cast<std::size_t>(setting.organisations[o].mandate)][o / 64] |= bit;
            for (std::size_t member : setting.organisations[o].members)
                of_[member * words_ + o / 64] |= bit;
        }
    }
    /// Whether two states are in one organisation with this mandate.
    bool share(std::size_t i, std::size_t j, Mandate mandate) const {
        for (std::size_t w = 0; w < words_; ++w)
            if ((both(i, j, w) & mandate_[static_cast<std::size_t>(mandate)][w]) != 0)
                return true;
        return false;
    }
    /// In how many organisations both are.
    int shared(std::size_t i, std::size_t j) const {
        int count = 0;
        for (std::size_t w = 0; w < words_; ++w)
            count += std::popcount(both(i, j, w));
        return count;
    }

private:
    std::uint64_t both(std::size_t i, std::size_t j, std::size_t w) const {
        return of_[i * words_ + w] & of_[j * words_ + w];
    }
    std::size_t words_ = 0;
    std::vector<std::uint64_t> of_; ///< [actor][word]
    std::array<std::vector<std::uint64_t>, mandate_names.size()> mandate_;
};

} // namespace demarche
