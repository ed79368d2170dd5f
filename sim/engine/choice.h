#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "agents/policy.h"
#include "sim/core/act.h"
#include "sim/engine/legality.h"
#include "sim/engine/marks.h"
#include "sim/engine/thinning.h"

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
    double total = 0; ///< weight of all
    /// [position] weights of the options so far; then infinity, up to a power of 2 that is common
    /// to all options of an act table: searches as long as each other are what processors foresee.
    std::vector<double> up_to;

    /// The option at u in (0, 1) of the total; nullptr where there is none.
    const Option* draw(double u) const;
};

/// Who a state is where it decides, the same for all that are alike.
struct Doctrine {
    Response response; ///< by its policy
    RateTerms terms;   ///< of the response
    double audience;   ///< Knobs::audience
    double discretion; ///< Knobs::discretion
    /// [group of memory columns] acts more by class that an average act remembered there makes
    /// expected in a tick, at most; see Thinning::raise.
    std::array<Growth, mark_group_count> growth{};
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
    /// Forgets what is no longer so, and where it is too much.
    void renew(const World& world);
    /// `doctrine` is a position in World::doctrines. Good until `renew`.
    const Options& of(const World& world, std::uint32_t doctrine, const Standing& standing,
                      QuadClass quad);

private:
    static constexpr std::size_t most = 1U << 13U; ///< options
    static constexpr std::size_t least = 1U << 8U; ///< places
    struct Place {
        std::uint64_t situation = 0;
        const Options* options = nullptr; ///< nullptr: free
    };
    /// Where a situation is, or is to be put.
    Place& find(std::uint64_t situation);

    std::uint64_t derived_ = 0;   ///< World::derived
    std::deque<Options> options_; ///< which do not move
    std::vector<Place> places_;   ///< by hash; four times as many as options, at least
};

} // namespace demarche
