#pragma once
#include <cstddef>

#include "sim/engine/message.h"

namespace demarche {

struct World;

/// Opens a war for every pair that is at war when the run starts. Allies do what the scenario's
/// stances say; without one, those who fight already fight and the others stay out.
void begin_wars_at_start(World& world);

/// Notes that two states are at war. Whoever fights a party to a war joins its other side; two
/// newcomers open a new war. Every defence ally of a newcomer draws once per war whether it
/// honours its pact, and posts its decision. (Pacts bind in wars, not in single clashes: the rate
/// at which they are honoured is measured on wars.) With `casus_foederis` it is asked when its ally
/// is attacked instead; with `informal` above 0 friends without a pact are asked too.
void fight(World& world, std::size_t a, std::size_t b, MessageId trigger);

/// Ends the wars in which no pair of enemies uses force any more.
void end_wars(World& world);

} // namespace demarche
