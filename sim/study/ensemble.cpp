#include "sim/study/ensemble.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

struct Finished {
    std::unique_ptr<Recorder> recorder;
    std::uint64_t fingerprint = 0;
};

} // namespace

std::uint32_t Ensemble::run() const {
    const World first_morning(*scenario);
    std::mutex mutex;
    std::condition_variable collected_more;
    std::map<std::uint32_t, Finished> waiting; // finished before their turn
    std::uint32_t next = 0;                    // to be started
    std::uint32_t collected = 0;
    bool collecting = false;
    bool stopped = false;
    std::exception_ptr failure;
    const std::uint32_t window = 4 * std::max(1U, threads);

    const auto work = [&] {
        std::unique_lock lock(mutex);
        for (;;) {
            collected_more.wait(
                lock, [&] { return stopped || next >= replications || next < collected + window; });
            if (stopped || next >= replications || (stop && stop())) {
                stopped = true;
                collected_more.notify_all();
                return;
            }
            const std::uint32_t mine = next++;
            lock.unlock();
            Finished finished;
            std::exception_ptr error;
            try {
                finished.recorder = record(mine);
                finished.fingerprint = demarche::run(first_morning, mine, *finished.recorder);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            if (error) {
                if (!failure)
                    failure = error;
                stopped = true;
                collected_more.notify_all();
                return;
            }
            waiting.emplace(mine, std::move(finished));
            if (collecting)
                continue; // the thread that collects takes it
            collecting = true;
            for (auto it = waiting.find(collected); it != waiting.end() && !failure;
                 it = waiting.find(collected)) {
                Finished turn = std::move(it->second);
                waiting.erase(it);
                lock.unlock();
                try {
                    collect(collected, *turn.recorder, turn.fingerprint);
                } catch (...) {
                    error = std::current_exception();
                }
                turn.recorder.reset();
                lock.lock();
                if (error) {
                    if (!failure)
                        failure = error;
                    stopped = true;
                    break;
                }
                ++collected;
                collected_more.notify_all();
            }
            collecting = false;
            collected_more.notify_all();
        }
    };

    {
        std::vector<std::jthread> others;
        for (unsigned t = 1; t < threads; ++t)
            others.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
    return collected;
}

} // namespace demarche
