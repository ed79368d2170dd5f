#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "agents/policy.h"
#include "sim/core/act.h"
#include "sim/engine/legality.h"

namespace demarche {

struct World;

/// What an actor chooses among in a situation: legal acts of a class, with weights.
struct Options {
    struct Option {
        ActId act = 0;
        double weight = 0;
        /// What each channel weighs: the act's default, tilted towards privacy by discretion,
        /// towards publicity by the rung the pair stands on, and away from yielding in public;
        /// 0 where it is not open or not allowed.
        std::array<double, channel_count> channel{};

        Channel draw_channel(double u) const;
    };
    std::vector<Option> of;
    std::vector<double> up_to; ///< [position] weights of the options so far

    double total() const { return up_to.empty() ? 0 : up_to.back(); }
    /// The option at u in (0, 1) of the total; nullptr where there is none.
    const Option* draw(double u) const;
};

/// Who a state is where it decides, the same for all that are alike.
struct Doctrine {
    Response response; ///< by its policy
    RateTerms terms;   ///< of the response
    double audience;   ///< Knobs::audience
    double discretion; ///< Knobs::discretion
};

/// What a state of some doctrine can do in a class where it stands so: base frequency, no jumps up
/// the ladder, the doctrine's aversion to severity, nuclear deterrence, and readiness to yield
/// through the best open channel; only legal acts.
Options options(const World& world, const Doctrine& doctrine, const Standing& standing,
                QuadClass quad);

/// Options by situation, of which there are few. Kept as long as the setting stays, from one
/// replication to the next.
class OptionCache {
public:
    /// `doctrine` is a position in World::doctrines. Good until the next call.
    const Options& of(const World& world, std::uint32_t doctrine, const Standing& standing,
                      QuadClass quad);

private:
    struct Entry {
        std::uint64_t situation;
        Options options;
    };
    std::uint64_t derived_ = 0; ///< World::derived
    std::vector<Entry> entries_;
    std::vector<std::uint16_t> places_; ///< by hash: position in entries_ + 1; 0 = free
};

} // namespace demarche
