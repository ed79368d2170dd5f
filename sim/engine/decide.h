#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "agents/policy.h"

namespace demarche {

struct World;

/// Working memory of `decide`, so that no tick allocates.
struct DecisionScratch {
    explicit DecisionScratch(std::size_t n);
    Response response;
    std::array<std::vector<double>, class_count> posture, stimulus, rate; ///< [class][target]
};

/// Asks the actor's policy and fills response, stimulus and rate: the one way from a memory row
/// to rates. The equilibrium at the start, the tick and every later explanation come through here.
void appraise(const World& world, std::size_t actor, DecisionScratch& scratch);

/// Whether an act between two states is legal now. Read from the act table and the setting only.
bool is_legal(const World& world, std::size_t source, std::size_t target, ActId act);

/// The channels an act may use between two states now; empty where none is open.
std::vector<Channel> open_channels(const World& world, std::size_t source, std::size_t target,
                                   ActId act);

/// The first hazardous site that military moves between the two can come near, -1 = none.
int site_near(const World& world, std::size_t source, std::size_t target);

} // namespace demarche
