#include "sim/study/ensemble.h"

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

struct Finished {
    std::unique_ptr<Recorder> recorder;
    std::uint64_t fingerprint = 0;
};

} // namespace

std::uint32_t Ensemble::run() const {
    const World first_morning(*scenario);
    InOrder<Finished> jobs;
    jobs.count = replications;
    jobs.threads = threads;
    jobs.stop = stop;
    jobs.work = [&](std::uint64_t job) {
        const auto replication = static_cast<std::uint32_t>(job);
        Finished finished{record(replication)};
        finished.fingerprint = in_replication(replication, replications, [&] {
            return demarche::run(first_morning, replication, *finished.recorder);
        });
        return finished;
    };
    jobs.collect = [&](std::uint64_t job, Finished& finished) {
        collect(static_cast<std::uint32_t>(job), *finished.recorder, finished.fingerprint);
        finished.recorder.reset();
    };
    return static_cast<std::uint32_t>(jobs.run());
}

} // namespace demarche
