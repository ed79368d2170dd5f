#pragma once
#include <cstdint>

#include "sim/core/act.h"

namespace demarche {

using MessageId = std::uint32_t; ///< counts from 1 within a replication; 0 = none

/// The stream through which a message was provoked.
enum class CauseKind : std::uint8_t {
    level,       ///< the pair's level: nothing provoked it
    inertia,     ///< one's own earlier act
    reciprocity, ///< an act received
    solidarity,
    alignment,
    manoeuvre,
    armed_group,
    site,      ///< a grievance
    mechanism, ///< posted by an engine mechanism (a pact, intelligence, mediation, a group)
    script     ///< written in the scenario
};
inline constexpr std::array<std::string_view, 10> cause_names{
    "level",     "inertia",     "reciprocity", "solidarity", "alignment",
    "manoeuvre", "armed_group", "site",        "mechanism",  "script"};

struct Cause {
    MessageId message = 0; ///< the message that provoked this one; 0 where none did
    CauseKind kind = CauseKind::level;
    double share = 0; ///< of the stimulus that is owed to it, 0..1
};

/// One act on its way, and its row in events.csv.
struct Message {
    MessageId id = 0;
    MessageId number = 0; ///< by which the detection of a hidden act is drawn: the id, but in a run
                          ///< that is compared with another that of the same act there
    int tick = 0;
    std::uint32_t source = 0; ///< entity (Scenario::entity_id)
    std::uint32_t target = 0; ///< actor
    ActId act = 0;
    Channel channel = Channel::public_;
    bool leaked = false; ///< became public though it was sent privately or covertly
    bool scripted = false;
    double salience = 1;   ///< 1 = the average coded event
    int site = -1;         ///< site it happens near, -1 = none
    double confidence = 1; ///< of an intelligence report; 1 otherwise
    Cause cause;
    // Intelligence reports only: what is reported.
    ActId reported_act = 0;
    std::uint32_t reported_target = 0;
    bool reported_group = false;

    /// Nobody has seen it yet.
    bool hidden() const { return channel == Channel::covert && !leaked; }
    bool observed_by_all() const { return channel == Channel::public_ || leaked; }
};

} // namespace demarche
