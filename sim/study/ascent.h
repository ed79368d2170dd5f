#pragma once
#include <cstddef>
#include <vector>

#include "sim/study/explain.h"

namespace demarche {

/// Why a pair climbed: every rung gained on the way to its peak is owed to the message that gained
/// it, and by the shares of its stimulus to what provoked that one, back to where it all began.
/// What each beginning gets is its expected part: the chance that it stands at the end of the chain
/// of causes, were all of them drawn again.
struct Ascent {
    /// What nothing in the run provoked.
    struct Root {
        CauseKind kind = CauseKind::level;
        bool before_start = false; ///< memories of the first morning of this kind
        bool base = false;         ///< the policy's own rate, beside the level
        MessageId message = 0;     ///< scripted acts and mechanisms: the message itself; else 0
        std::size_t source = 0, target = 0; ///< of the acts it provokes
        QuadClass quad = QuadClass::vcoop;  ///< of the level
        bool operator==(const Root&) const = default;
    };
    /// One message on the way from a root to the peak, reached through the messages above it.
    struct Branch {
        MessageId message = 0;
        CauseKind through =
            CauseKind::level; ///< the kind of memory that linked it to the one above
        double share = 0;     ///< of the escalation, through this way
        std::vector<Branch> branches;
        double pruned = 0; ///< share of what is not shown below it
    };
    struct Tree {
        Root root;
        double share = 0;
        std::vector<Branch> branches;
        double pruned = 0;
    };

    std::size_t a = 0, b = 0;
    int start = 0, peak = 0, peak_tick = 0;
    std::vector<Story::Climb> climbs; ///< that brought it to a rung where it had not stood before
    std::vector<Tree> trees;          ///< greatest share first
    double untraced = 0;              ///< share of what is below the threshold, included in no tree
};

/// What began all that led to one message, by the same reckoning.
struct Origins {
    std::vector<Ascent::Tree> trees;
    double untraced = 0;
};
Origins trace_origins(const Story& story, MessageId message, double threshold);

/// `threshold`: the least share of a branch or tree that is kept; the shares of all trees and
/// `untraced` add up to one.
Ascent explain_ascent(const Story& story, std::size_t a, std::size_t b, double threshold);

} // namespace demarche
