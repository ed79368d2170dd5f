#pragma once
#include <string>
#include <vector>

#include "sim/study/ascent.h"
#include "sim/study/explain.h"
#include "sim/study/outcomes.h"

namespace demarche {

/// "2024-08-15  BLR criticise KAZ, public, event.insult"
std::string describe(const Story& story, const Message& message);

/// Why this act: what the stimulus is owed to, what began all that, from there to the rate, to the
/// act and the channel.
void print_account(const Story& story, const Message& message, const Account* account,
                   const Origins& origins);

/// Why this pair climbed: the forest from what began it to its peak. `runs`: what the pair came to
/// in all runs of an ensemble; empty for a single run.
void print_ascent(const Story& story, const Ascent& ascent, double threshold,
                  const std::vector<RunOutcome::Pair>& runs);

} // namespace demarche
