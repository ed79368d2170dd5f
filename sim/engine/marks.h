#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/view.h"
#include "sim/engine/message.h"

namespace demarche {

/// The trace one message left in one group of memory columns: a stream over all its horizons, or
/// one grievance.
struct Mark {
    MessageId message = 0;
    std::int32_t tick = 0;
    double weight = 0; ///< in average acts
};

inline constexpr std::size_t stream_count = 2 * class_count;
inline constexpr std::size_t mark_group_count = stream_count + grievance_count;
/// The group a memory column belongs to, and the first column of a group.
constexpr std::size_t mark_group(std::size_t column) {
    return column < stream_count * horizon_count
               ? column / horizon_count
               : column - stream_count * horizon_count + stream_count;
}
constexpr std::size_t first_column(std::size_t group) {
    return group < stream_count ? group * horizon_count
                                : group - stream_count + stream_count * horizon_count;
}

/// All marks of a run, by directed pair and group, oldest first: what makes a rate attributable to
/// messages. Grows by 16 bytes per mark.
class MarkLog {
public:
    explicit MarkLog(std::size_t pairs) : log_of_(pairs, 0) {}
    void add(std::size_t pair, std::size_t group, const Mark& mark) {
        if (log_of_[pair] == 0) {
            logs_.emplace_back();
            log_of_[pair] = static_cast<std::uint32_t>(logs_.size());
        }
        logs_[log_of_[pair] - 1][group].push_back(mark);
    }
    std::span<const Mark> of(std::size_t pair, std::size_t group) const {
        if (log_of_[pair] == 0)
            return {};
        return logs_[log_of_[pair] - 1][group];
    }

private:
    std::vector<std::uint32_t> log_of_; ///< [pair]: position in logs_ + 1; 0 = no marks
    std::vector<std::array<std::vector<Mark>, mark_group_count>> logs_;
};

} // namespace demarche
