#pragma once
#include <cstdint>

namespace demarche {

class Recorder;
struct World;
struct DecisionScratch;

/// The six phases of a tick, in order. Only `decide` consults policies; it reads the world and
/// posts messages. The others write, each its own part.
void schedule(World& world);
void deliver(World& world);
void remember(World& world);
void assess(World& world, Recorder& recorder);
void decide(World& world, DecisionScratch& scratch);

/// One tick: schedule, deliver, remember, assess, decide, record.
void step(World& world, DecisionScratch& scratch, Recorder& recorder);

/// A whole run of one replication from the first morning of its scenario. Returns the fingerprint
/// of its messages.
std::uint64_t run(const World& first_morning, std::uint32_t replication, Recorder& recorder);

} // namespace demarche
