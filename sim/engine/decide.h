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
    Dispersion dispersion;
    double aversion; ///< Response::OfClass::severity_aversion
};

/// Working memory of `decide`, so that no tick allocates.
struct DecisionScratch {
    explicit DecisionScratch(std::size_t n);
    DecisionScratch(DecisionScratch&&) = default; ///< not to be copied: spans point into it
    DecisionScratch& operator=(DecisionScratch&&) = default;
    std::vector<std::uint32_t> everybody; ///< all rows, oneself included (its rates are 0)

    std::vector<std::uint32_t> targets; ///< whom the actor was last asked about, ascending
    std::vector<const double*> records; ///< [position] its record of each of them
    std::vector<double> quiet;          ///< such records of pairs that have none in the world
    Response response;
    unsigned live = 0; ///< classes, as bits, whose rates are not 0 whatever happens
    /// [class][position]; each a part of `numbers`, with room for whole lanes
    std::array<std::span<double>, class_count> posture, stimulus, rate;
    std::vector<double> numbers;
    std::vector<Occasion> occasions;
    std::vector<Impulse> impulses;
    RandomBatch of_counts, of_digits, of_acts, of_leaks; ///< random numbers, batch by batch

    /// Where a row stands among `targets`, which must contain it.
    std::size_t position(std::size_t target) const;
};

/// The view an actor has of scratch.targets; fills scratch.records. Good until either changes.
View look(const World& world, std::size_t actor, DecisionScratch& scratch);

/// Asks the policy of the actor whose view it is, and fills response and posture only.
void ask(const World& world, const View& view, DecisionScratch& scratch);

/// Asks the actor's policy about all others, and fills targets, response, stimulus and rate.
void appraise(const World& world, std::size_t actor, DecisionScratch& scratch);

/// The same about scratch.targets only: the one way from a memory row to rates. The equilibrium at
/// the start, the tick and every later explanation come through here.
void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch);

} // namespace demarche
