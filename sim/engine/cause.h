#pragma once
#include <array>
#include <vector>

#include "agents/view.h"
#include "sim/engine/message.h"

namespace demarche {

struct World;

/// Draws the cause of an act of class q by `source` on `target` from the exact shares of the
/// stimulus: the level, or one remembered message in proportion to what it still contributes.
/// u is uniform in (0, 1).
Cause draw_cause(const World& world, std::size_t source, std::size_t target, QuadClass q,
                 double stimulus, double u);

/// Share of that stimulus owed to one message, through every column it left a mark in.
double cause_share(const World& world, std::size_t source, std::size_t target, QuadClass q,
                   double stimulus, MessageId message);

/// One part of a stimulus, in acts per day: what one message, or the past before the start, still
/// contributes through memories of one kind.
struct StimulusPart {
    CauseKind kind = CauseKind::level;
    MessageId message = 0;     ///< 0: none, as the level; stances held at the start; the past
    bool before_start = false; ///< what remains of the memories of the first morning
    double amount = 0;
};

/// What everything remembered adds to the stimulus that these weights make of the memories which
/// `source` held of `target` when it decided in a tick, this one or an earlier one. With the base
/// and the level it is the whole stimulus.
std::vector<StimulusPart> remembered_parts(const World& world, const World& first_morning,
                                           const std::array<double, column_count>& weights,
                                           std::size_t source, std::size_t target, int tick);

} // namespace demarche
