#pragma once
#include <span>
#include <string_view>

#include "sim/engine/message.h"

namespace demarche {

struct Scenario;
struct World;

/// A militarised crisis of an unordered pair.
struct Crisis {
    std::size_t a = 0;
    std::size_t b = 0;
    int onset = 0; ///< tick
    int peak_tick = 0;
    int peak_rung = 0;
    MessageId trigger = 0; ///< 0: it was under way at the start
    bool settled = false;  ///< an act of relief was exchanged during it
};

/// Sees everything, changes nothing. The engine calls it once per tick, in this order.
class Recorder {
public:
    virtual ~Recorder() = default;
    /// Whether Message::cause is of interest. Where it is not, acts of policies come without one,
    /// which changes nothing else and spares a run a third of its time.
    virtual bool reads_causes() const { return true; }
    virtual void begin(const World&) {}
    virtual void crisis_ended(const World&, const Crisis&, std::string_view /*outcome*/) {}
    virtual void tick(const World&, std::span<const Message>) {}
    virtual void end(const World&) {}
};

} // namespace demarche
