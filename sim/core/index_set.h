#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"

namespace demarche {

/// A set of indices below a limit that comes out in order: a bit each, and a bit for every 64 of
/// those, so that what is empty costs next to nothing.
class IndexSet {
public:
    /// How many indices that follow each other are a group.
    static constexpr std::size_t group_size = 64;

    explicit IndexSet(std::size_t limit)
        : groups_(limit / group_size + 1), some_(limit / (group_size * group_size) + 1) {}

    void insert(std::size_t index) { insert(index, true); }
    /// Where `indeed` cannot be foreseen, cheaper than a condition.
    void insert(std::size_t index, bool indeed) {
        groups_[index / group_size].members |= std::uint64_t{indeed} << index % group_size;
        some_[index / (group_size * group_size)] |= std::uint64_t{indeed}
                                                    << index / group_size % group_size;
    }
    /// Asks for where an index stands, which will be needed soon.
    void ask(std::size_t index) const { prefetch(&groups_[index / group_size]); }
    /// Whether any of its group is in the set.
    bool near(std::size_t index) const {
        return (some_[index / (group_size * group_size)] >> index / group_size % group_size & 1U) !=
               0;
    }
    bool holds(std::size_t index) const {
        return (groups_[index / group_size].members >> index % group_size & 1U) != 0;
    }

    /// Calls take(index) for all of them, from the least to the greatest.
    template <class Take>
    void each(Take&& take) {
        std::uint64_t before = 0;
        each_group([&](std::size_t g) {
            Group& group = groups_[g];
            group.before = before;
            before += static_cast<std::uint64_t>(std::popcount(group.members));
            for (std::uint64_t left = group.members; left != 0; left &= left - 1)
                take(static_cast<std::uint32_t>(g * group_size +
                                                static_cast<std::size_t>(std::countr_zero(left))));
        });
    }
    /// How many of them are less than one that the set holds; known from `each` on.
    std::size_t rank(std::size_t index) const {
        const Group& group = groups_[index / group_size];
        const std::uint64_t less = (std::uint64_t{1} << index % group_size) - 1;
        return group.before + static_cast<std::size_t>(std::popcount(group.members & less));
    }
    void clear() {
        each_group([&](std::size_t g) { groups_[g].members = 0; });
        std::fill(some_.begin(), some_.end(), 0);
    }

private:
    /// 64 indices that follow each other.
    struct Group {
        std::uint64_t members = 0; ///< a bit each
        std::uint64_t before = 0;  ///< members of all groups before this one
    };
    /// Calls visit(position of a group) for those that are not empty.
    template <class Visit>
    void each_group(Visit&& visit) const {
        for (std::size_t w = 0; w < some_.size(); ++w)
            for (std::uint64_t left = some_[w]; left != 0; left &= left - 1)
                visit(w * group_size + static_cast<std::size_t>(std::countr_zero(left)));
    }

    HugeVector<Group> groups_;
    HugeVector<std::uint64_t> some_; ///< a bit for every group that has members
};

} // namespace demarche
