#pragma once
#include <cstddef>

#include "sim/engine/message.h"

namespace demarche {

struct World;

/// Opens a war for every pair that is at war when the run starts. Allies do what
/// the scenario's stances say; without one, those already at force with the enemy fight and the
/// others stay out.
void begin_wars_at_start(World& world);

/// Opens a war of two states. Pacts bind in wars, not in single clashes (the rate at which they
/// are honoured is measured on wars): every defence ally of either side
/// draws once whether it honours its pact, and posts its decision.
void begin_war(World& world, std::size_t a, std::size_t b, MessageId trigger);

} // namespace demarche
