#pragma once
#include <cstdint>
#include <vector>

#include "sim/engine/message.h"

namespace demarche {

/// The trace one message left in one column group of a memory row: which message, when, how much.
struct Mark {
    MessageId message = 0;
    std::int32_t tick = 0;
    std::uint32_t column = 0;   ///< first column of the group (horizon 0)
    std::uint32_t previous = 0; ///< earlier mark of the same directed pair + 1, 0 = none
    double weight = 0;          ///< in average acts
};

/// All marks of a run, chained by directed pair, newest first: what makes a rate attributable
/// to messages. Grows by 24 bytes per mark.
class MarkLog {
public:
    explicit MarkLog(std::size_t pairs) : newest_(pairs, 0) {}
    void add(std::size_t pair, Mark mark) {
        mark.previous = newest_[pair];
        marks_.push_back(mark);
        newest_[pair] = static_cast<std::uint32_t>(marks_.size());
    }
    /// The newest mark of a pair, or nullptr.
    const Mark* newest(std::size_t pair) const { return at(newest_[pair]); }
    const Mark* previous(const Mark& mark) const { return at(mark.previous); }

private:
    const Mark* at(std::uint32_t position) const {
        return position == 0 ? nullptr : &marks_[position - 1];
    }
    std::vector<std::uint32_t> newest_;
    std::vector<Mark> marks_;
};

} // namespace demarche
