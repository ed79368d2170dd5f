#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/engine/equilibrium.h"
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

/// What `run` returns; where its rates explode, RatesExplode names the replication, unless there is
/// but one.
template <class Run>
auto in_replication(std::uint32_t replication, std::uint32_t of, const Run& run) {
    try {
        return run();
    } catch (const RatesExplode& e) {
        if (of == 1)
            throw;
        throw RatesExplode("replication " + std::to_string(replication) + " of " +
                           std::to_string(of) + ": " + e.what());
    }
}

} // namespace demarche
