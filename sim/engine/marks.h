#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/view.h"
#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"
#include "sim/engine/dyad.h"
#include "sim/engine/message.h"

namespace demarche {

/// The trace one message left in one group of memory columns: a stream over all its horizons, or
/// one grievance.
struct Mark {
    MessageId message = 0;
    std::int32_t tick = 0;
    double weight = 0; ///< in average acts, of this mark and of all before it in its list
};

/// Weight of the marks first, ..., last - 1 of a list.
inline double weight(std::span<const Mark> marks, std::size_t first, std::size_t last) {
    return marks[last - 1].weight - (first == 0 ? 0.0 : marks[first - 1].weight);
}

inline constexpr std::size_t stream_count = 2 * class_count;
inline constexpr std::size_t mark_group_count = stream_count + grievance_count;
/// The group a memory column belongs to, and the first column of a group.
constexpr std::size_t mark_group(std::size_t column) {
    return column < stream_count * horizon_count
               ? column / horizon_count
               : column - stream_count * horizon_count + stream_count;
}
/// How many columns the group has that begins with a column.
constexpr std::size_t group_width(std::size_t first_column) {
    return first_column < stream_count * horizon_count ? horizon_count : 1;
}
constexpr std::size_t first_column(std::size_t group) {
    return group < stream_count ? group * horizon_count
                                : group - stream_count + stream_count * horizon_count;
}

/// All marks of a run, by directed pair and group, oldest first: what makes a rate attributable to
/// messages. Grows by 16 bytes per mark, and at most as much again for those to come.
class MarkLog {
public:
    void add(Dyad& dyad, std::size_t group, MessageId message, int tick, double weight) {
        if (dyad.marks == 0) {
            lists_.emplace_back();
            dyad.marks = static_cast<std::uint32_t>(lists_.size());
        }
        List& list = lists_[dyad.marks - 1][group];
        if (list.size == 0 || (list.size >= least && std::has_single_bit(list.size)))
            grow(list);
        const double before = list.size == 0 ? 0.0 : marks_[list.first + list.size - 1].weight;
        marks_[list.first + list.size++] = {message, tick, before + weight};
    }
    /// Asks the processor for where the marks of a pair in a group are.
    void fetch(const Dyad& dyad, std::size_t group) const {
        if (dyad.marks != 0)
            prefetch(&lists_[dyad.marks - 1][group]);
    }
    std::span<const Mark> of(const Dyad& dyad, std::size_t group) const {
        if (dyad.marks == 0)
            return {};
        const List list = lists_[dyad.marks - 1][group];
        return {marks_.data() + list.first, list.size};
    }

private:
    /// Marks that stand side by side in `marks_`, with room for the next power of two.
    struct List {
        std::uint32_t first = 0;
        std::uint32_t size = 0;
    };
    static constexpr std::uint32_t least = 2; ///< marks a list has room for

    void grow(List& list) {
        const std::uint32_t room = list.size == 0 ? least : 2 * list.size;
        std::vector<std::uint32_t>& left = left_[static_cast<std::size_t>(std::countr_zero(room))];
        std::uint32_t first = 0;
        if (left.empty()) {
            first = static_cast<std::uint32_t>(marks_.size());
            marks_.resize(marks_.size() + room);
        } else {
            first = left.back();
            left.pop_back();
        }
        std::copy_n(marks_.begin() + list.first, list.size, marks_.begin() + first);
        if (list.size > 0)
            left_[static_cast<std::size_t>(std::countr_zero(list.size))].push_back(list.first);
        list.first = first;
    }

    HugeVector<std::array<List, mark_group_count>> lists_; ///< [Dyad::marks - 1]
    HugeVector<Mark> marks_;
    std::array<std::vector<std::uint32_t>, 32> left_; ///< [log2 room]: places lists moved away from
};

} // namespace demarche
