#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "agents/policy.h"
#include "sim/engine/thinning.h"

namespace demarche {

struct World;

/// A pair and class that may act in this tick.
struct Impulse {
    std::uint32_t source, target;
    QuadClass quad;
    std::uint32_t word; ///< of its uniform number, where that is not rare
    double u;           ///< the number; 1 = not rare, and not yet drawn to the last digit
    double mean, rate;  ///< expected acts, in this tick and per day
    double stimulus;
    const Response::OfClass* response;
};

/// Working memory of `decide`, so that no tick allocates.
struct DecisionScratch {
    explicit DecisionScratch(std::size_t n);
    std::vector<std::uint32_t> everybody; ///< all rows, oneself included (its rates are 0)

    std::vector<std::uint32_t> targets; ///< whom actors were last asked about
    std::vector<const double*> records; ///< [position] the records of them
    std::vector<double> quiet;          ///< such records of pairs that have none in the world
    std::vector<PerClass> posture, stimulus, exponent, rate; ///< [position]
    std::vector<Occasion> occasions;
    std::vector<Impulse> impulses;
    RandomBatch of_counts, of_digits, of_acts, of_leaks; ///< random numbers, batch by batch

    /// Where a row stands among `targets`, which must contain it and be one actor's, ascending.
    std::size_t position(std::size_t target) const;
};

/// The view an actor has of scratch.targets; fills scratch.records. Good until either changes.
View look(const World& world, std::size_t actor, DecisionScratch& scratch);

/// Asks the actor's policy about all others, and fills targets, posture, stimulus and rate.
void appraise(const World& world, std::size_t actor, DecisionScratch& scratch);

/// The same about scratch.targets only. The equilibrium at the start and every later explanation
/// come through here; the tick goes the same way with several actors at once.
void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch);

} // namespace demarche
