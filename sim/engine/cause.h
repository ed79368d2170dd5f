#pragma once
#include "sim/engine/decide.h"
#include "sim/engine/message.h"

namespace demarche {

/// Draws the cause of an act of class q by `source` on `target` from the exact shares of the
/// stimulus: the level, or one remembered message in proportion to what it still contributes.
/// `scratch` holds the appraisal of `source`; u is uniform in (0, 1).
Cause draw_cause(const World& world, const DecisionScratch& scratch, std::size_t source,
                 std::size_t target, QuadClass q, double u);

/// Share of that stimulus owed to one message, through every column it left a mark in.
double cause_share(const World& world, const DecisionScratch& scratch, std::size_t source,
                   std::size_t target, QuadClass q, MessageId message);

} // namespace demarche
