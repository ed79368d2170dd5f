#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/world.h"
#include "sim/study/outcomes.h"

namespace demarche {

/// What is to be otherwise from a tick on. Everything before is as it was, and so is all chance.
struct Intervention {
    int tick = 0;
    std::vector<std::size_t> events;        ///< scripted acts that do not happen
    std::vector<std::size_t> shocks;        ///< that change nothing
    std::vector<MessageId> messages;        ///< of one past, posted in `tick`, that are not sent
    std::vector<std::size_t> states;        ///< that do nothing by themselves any more
    std::vector<std::size_t> organisations; ///< that do not mediate any more
    std::vector<std::size_t> groups;        ///< that are not there any more, or never come
    std::vector<std::size_t> sites; ///< whose damage concerns nobody, and where nobody comes
    std::vector<std::pair<std::size_t, std::size_t>> ties; ///< without pacts and affinity
    /// As a shock sets them, whatever shocks of the same tick say. Later shocks still hold.
    std::vector<std::pair<std::string, double>> numbers;
};

/// Makes a world, at the beginning of the tick of an intervention, otherwise.
void apply(const Intervention& intervention, World& world);

/// Plays a world to the end of its scenario. `intervention`, where given, has been applied: what it
/// takes out of the script is left out.
void play_on(World& world, const Intervention* intervention, Recorder& recorder);

/// One question put to many runs.
struct WhatIf {
    const World* first_morning = nullptr;
    Intervention intervention;
    std::uint32_t replications = 1;
    /// Without it, every replication has its own past. With it there is one past, that of this
    /// replication up to and including the tick of the intervention, and many futures, whose first
    /// is the one that came.
    std::optional<std::uint32_t> past;
    unsigned threads = 1;
    std::function<void(std::uint32_t done)> progress; ///< never called twice at once

    /// What both courses came to from the intervention on, in the order of the replications.
    struct Courses {
        std::vector<RunOutcome> as_it_was, otherwise;
    };
    Courses run() const;
};

/// A number of both courses, and of the one less the other: means with 95 % intervals.
struct Effect {
    Estimate as_it_was, otherwise, difference;
};
Effect effect(const WhatIf::Courses& courses,
              const std::function<double(const RunOutcome&)>& number);

} // namespace demarche
