#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "agents/policy.h"
#include "sim/engine/thinning.h"

namespace demarche {

struct World;

/// Working memory of `decide`, so that no tick allocates.
struct DecisionScratch {
    explicit DecisionScratch(std::size_t n);
    std::vector<std::uint32_t> everybody; ///< all rows, oneself included (its rates are 0)

    std::vector<std::uint32_t> targets; ///< whom the actor was last asked about, ascending
    Response response;
    unsigned live = 0; ///< classes, as bits, whose rates are not 0 whatever happens
    std::array<std::vector<double>, class_count> posture, stimulus, rate; ///< [class][position]
    std::vector<Occasion> occasions;

    /// Where a row stands among `targets`, which must contain it.
    std::size_t position(std::size_t target) const;
};

/// Asks the policy of the actor whose view it is, and fills response and posture only.
void ask(const World& world, const View& view, DecisionScratch& scratch);

/// Asks the actor's policy about all others, and fills targets, response, stimulus and rate.
void appraise(const World& world, std::size_t actor, DecisionScratch& scratch);

/// The same about scratch.targets only: the one way from a memory row to rates. The equilibrium at
/// the start, the tick and every later explanation come through here.
void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch);

} // namespace demarche
