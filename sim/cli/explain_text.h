#pragma once
#include <string>

#include "sim/study/ascent.h"
#include "sim/study/explain.h"

namespace demarche {

/// "2024-08-15  BLR criticise KAZ, public, event.insult"
std::string describe(const Story& story, const Message& message);

/// Why this act: what the stimulus is owed to, what began all that, from there to the rate, to the
/// act and the channel.
void print_account(const Story& story, const Message& message, const Account* account,
                   const Origins& origins);

/// Why this pair climbed: the forest from what began it to its peak.
void print_ascent(const Story& story, const Ascent& ascent, double threshold);

} // namespace demarche
