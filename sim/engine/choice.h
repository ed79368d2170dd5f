#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/act.h"
#include "sim/engine/legality.h"

namespace demarche {

struct World;

/// What an actor chooses among in a situation: legal acts of a class, with weights.
struct Options {
    struct Option {
        ActId act = 0;
        unsigned channels = 0; ///< open ones, as bits
        double weight = 0;
    };
    std::vector<Option> of;
    double total = 0;

    /// The option at u in (0, 1) of the total; nullptr where there is none.
    const Option* draw(double u) const;
};

/// The situation: everything that weights depend on but the setting.
struct Situation {
    Standing standing;
    QuadClass quad = QuadClass::vcoop;
    double aversion = 0; ///< Response::OfClass::severity_aversion
    double audience = 0; ///< Knobs::audience

    bool operator==(const Situation&) const = default;
};

/// Base frequency, no jumps up the ladder, the doctrine's aversion to severity, nuclear
/// deterrence, and readiness to yield through the best open channel; only legal acts.
Options options(const World& world, const Situation& situation);

/// Options by situation, of which there are few in a run. Good as long as the setting stays.
class OptionCache {
public:
    const Options& of(const World& world, const Situation& situation);
    void clear() { entries_.clear(); }

private:
    struct Entry {
        Situation situation;
        Options options;
    };
    std::vector<std::optional<Entry>> entries_; ///< by hash; a newer situation replaces an older
};

/// What each channel weighs for an act, 0 where it is not open or not allowed.
std::array<double, channel_count> channel_weights(const World& world, const Options::Option& option,
                                                  const Situation& situation, double discretion);

/// The act's default channel, tilted towards privacy by discretion, towards publicity by the rung
/// the pair stands on, and away from yielding in public.
Channel draw_channel(const World& world, const Options::Option& option, const Situation& situation,
                     double discretion, double u);

} // namespace demarche
