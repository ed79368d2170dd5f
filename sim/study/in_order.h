#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace demarche {

/// Independent jobs, numbered from 0, that threads share out and whose results leave in order.
template <class Result>
struct InOrder {
    std::uint64_t count = 0;
    std::uint64_t first = 0; ///< those before it are done already
    unsigned threads = 1;    ///< at most; never more than jobs
    unsigned window = 4;     ///< results per thread that may wait for their turn

    /// Does one job. Called from any thread.
    std::function<Result(std::uint64_t job)> work;
    /// Gets every result, in the order of the jobs whatever the number of threads, never two at
    /// once.
    std::function<void(std::uint64_t job, Result&)> collect;
    /// Asked before each job; true stops early.
    std::function<bool()> stop;

    /// Does them all. Throws what the first job in order that fails throws, in `work` or `collect`,
    /// whatever the number of threads; all before it are collected. Returns the number of the first
    /// job that was not collected.
    std::uint64_t run() const;
};

template <class Result>
std::uint64_t InOrder<Result>::run() const {
    std::mutex mutex;
    std::condition_variable collected_more;
    std::map<std::uint64_t, Result> waiting; // finished before their turn
    std::uint64_t next = first;              // to be started
    std::uint64_t collected = first;
    bool collecting = false;
    bool stopped = false;
    std::exception_ptr thrown; // by the first job in order of those that failed
    std::uint64_t failed = 0;
    const std::uint64_t most = std::uint64_t{window} * std::max(1U, threads);

    const auto fail = [&](std::uint64_t job, const std::exception_ptr& error) {
        if (!thrown || job < failed) {
            thrown = error;
            failed = job;
        }
        stopped = true;
    };
    const auto share = [&] {
        std::unique_lock lock(mutex);
        for (;;) {
            collected_more.wait(
                lock, [&] { return stopped || next >= count || next < collected + most; });
            if (stopped || next >= count || (stop && stop())) {
                stopped = true;
                collected_more.notify_all();
                return;
            }
            const std::uint64_t mine = next++;
            lock.unlock();
            std::exception_ptr error;
            std::optional<Result> result;
            try {
                result.emplace(work(mine));
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            if (error) {
                fail(mine, error);
                collected_more.notify_all();
                return;
            }
            waiting.emplace(mine, std::move(*result));
            if (collecting)
                continue; // the thread that collects takes it
            collecting = true;
            for (auto it = waiting.find(collected); it != waiting.end();
                 it = waiting.find(collected)) {
                Result turn = std::move(it->second);
                waiting.erase(it);
                lock.unlock();
                try {
                    collect(collected, turn);
                } catch (...) {
                    error = std::current_exception();
                }
                lock.lock();
                if (error) {
                    fail(collected, error);
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
        for (std::uint64_t job = first + 1; job < count && job < first + threads; ++job)
            others.emplace_back(share); // as many as jobs
        share();
    }
    if (thrown)
        std::rethrow_exception(thrown);
    return collected;
}

} // namespace demarche
