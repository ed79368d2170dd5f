#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/study/events.h"

namespace demarche {

/// A set of classes of acts, one bit each.
using ClassSet = unsigned;
inline constexpr ClassSet all_of_them = 0b1111;
constexpr ClassSet only(QuadClass q) {
    return 1U << index(q);
}
inline constexpr ClassSet conflict_acts = only(QuadClass::vconf) | only(QuadClass::mconf);

/// Counts of a series by directed pair, week and class, of the pairs that have any.
class WeeklyCounts {
public:
    explicit WeeklyCounts(const EventSeries& series);

    static constexpr std::size_t none = SIZE_MAX;
    std::size_t actors() const { return n_; }
    std::size_t weeks() const { return weeks_; }
    std::size_t pairs() const { return ends_.size(); }
    std::pair<std::uint32_t, std::uint32_t> ends(std::size_t pair) const { return ends_[pair]; }
    /// Number of a directed pair, or none.
    std::size_t find(std::size_t source, std::size_t target) const {
        return number_[source * n_ + target];
    }
    std::size_t reverse(std::size_t pair) const {
        return find(ends_[pair].second, ends_[pair].first);
    }
    /// Acts of some classes in each week; zeros for `none`.
    std::vector<double> row(std::size_t pair, ClassSet of) const;
    double total(std::size_t pair, ClassSet of) const;
    /// Both directions together.
    double contacts(std::size_t pair, ClassSet of) const {
        return total(pair, of) + total(reverse(pair), of);
    }

private:
    std::size_t n_;
    std::size_t weeks_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ends_;
    std::vector<std::size_t> number_;
    std::vector<std::array<float, class_count>> counts_; ///< [pair][week]
};

} // namespace demarche
