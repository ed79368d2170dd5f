#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

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

/// The situation: everything that weights depend on but the setting.
struct Situation {
    Standing standing;
    QuadClass quad = QuadClass::vcoop;
    double aversion = 0;   ///< Response::OfClass::severity_aversion
    double audience = 0;   ///< Knobs::audience
    double discretion = 0; ///< Knobs::discretion

    bool operator==(const Situation&) const = default;
};

/// Base frequency, no jumps up the ladder, the doctrine's aversion to severity, nuclear
/// deterrence, and readiness to yield through the best open channel; only legal acts.
Options options(const World& world, const Situation& situation);

/// Options by situation, of which there are few in a run. Good as long as the setting stays.
class OptionCache {
public:
    /// Good until the next call.
    const Options& of(const World& world, const Situation& situation);
    void clear();

private:
    struct Entry {
        Situation situation;
        Options options;
    };
    std::deque<Entry> entries_;
    std::vector<std::uint16_t> places_; ///< by hash: position in entries_ + 1; 0 = free
};

} // namespace demarche
