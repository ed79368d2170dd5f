#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "sim/engine/recorder.h"
#include "sim/engine/scenario.h"

namespace demarche {

/// Replications of one scenario, numbered from 0.
struct Ensemble {
    const Scenario* scenario = nullptr;
    std::uint32_t replications = 1;
    unsigned threads = 1;

    /// Makes the recorder of one replication. Called from any thread.
    std::function<std::unique_ptr<Recorder>(std::uint32_t replication)> record;
    /// Gets every recorder back when its run is over, in the order of the replications whatever
    /// the number of threads, never two at once.
    std::function<void(std::uint32_t replication, Recorder&, std::uint64_t fingerprint)> collect;
    /// Asked before each replication; true stops the ensemble early.
    std::function<bool()> stop;

    /// Runs them all. At most a few replications per thread wait to be collected. Throws what
    /// `collect` or the first run in order that fails throws; where there are several,
    /// RatesExplode names the replication. Returns the number collected.
    std::uint32_t run() const;
};

} // namespace demarche
