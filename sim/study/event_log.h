#pragma once
#include <vector>

#include "sim/engine/recorder.h"
#include "sim/study/events.h"

namespace demarche {

/// Keeps what an observer who codes the news would: every act of one state on another that is not
/// hidden, with the day of its tick.
class EventLog final : public Recorder {
public:
    bool reads_causes() const override { return false; }
    void tick(const World& world, std::span<const Message> messages) override;

    const std::vector<DatedCount>& events() const { return events_; } ///< rows of the scenario

private:
    std::vector<DatedCount> events_;
};

/// Events of some days, first <= day < end, as a series of the scenario's states.
EventSeries series_of(const Scenario& scenario, const std::vector<DatedCount>& events, Day first,
                      Day end);

} // namespace demarche
