#include "sim/cli/ranks.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sim/io/journal.h"

#ifdef DEMARCHE_MPI
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>
#endif

namespace demarche {

namespace {

/// The first of these variables that is set.
unsigned number_from(std::initializer_list<const char*> names, unsigned standard) {
    for (const char* const name : names)
        if (const char* const text = std::getenv(name))
            return static_cast<unsigned>(std::strtoul(text, nullptr, 10));
    return standard;
}

} // namespace

unsigned started_ranks() {
    return std::max(1U, number_from({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}, 1));
}

bool started_first() {
    return number_from({"OMPI_COMM_WORLD_RANK", "PMI_RANK"}, 0) == 0;
}

#ifndef DEMARCHE_MPI

struct Ranks::Mpi {};
Ranks::Ranks() {
    throw std::runtime_error(
        "started on several ranks, but this program was built without MPI; 'script/setup --dev' "
        "installs Boost.MPI and Open MPI for the next build, and --shard needs neither");
}
Ranks::~Ranks() = default;
bool Ranks::is_first() const {
    return true;
}
unsigned Ranks::size() const {
    return 1;
}
void Ranks::require_same(std::uint64_t) {}
std::uint64_t Ranks::run(const InOrder<RunResult>& jobs, const std::function<Job(std::uint64_t)>&) {
    return jobs.run();
}
void Ranks::serve(unsigned, const std::function<RunResult(Job)>&) {}

#else

namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

enum Tag : int { work_tag, result_tag };
constexpr int chunks_per_rank = 2;       // one is worked at while the other waits
constexpr double seconds_of_chunk = 0.1; // long beside the 0.1 ms a message takes
constexpr std::uint64_t largest_chunk = 4096;
constexpr std::uint64_t window = 16; // chunks per rank that may wait for a slow one
constexpr std::chrono::microseconds pause{100};
/// Between looks for messages while others work: short beside a chunk. (Each look takes the
/// processor from a worker for some 10 us; every 100 us that made 2 ranks 1.8 times one.)
constexpr std::chrono::milliseconds between_looks{2};

/// Consecutive jobs.
struct Chunk {
    std::uint64_t first = 0;
    std::vector<Job> jobs;
};

std::string packed(const Chunk& chunk) {
    std::string bytes(sizeof chunk.first + chunk.jobs.size() * sizeof(Job), '\0');
    std::memcpy(bytes.data(), &chunk.first, sizeof chunk.first);
    std::memcpy(bytes.data() + sizeof chunk.first, chunk.jobs.data(),
                chunk.jobs.size() * sizeof(Job));
    return bytes;
}

Chunk unpacked(const std::string& bytes) {
    Chunk chunk;
    std::memcpy(&chunk.first, bytes.data(), sizeof chunk.first);
    chunk.jobs.resize((bytes.size() - sizeof chunk.first) / sizeof(Job));
    std::memcpy(chunk.jobs.data(), bytes.data() + sizeof chunk.first,
                chunk.jobs.size() * sizeof(Job));
    return chunk;
}

/// Waits for a message without taking the processor from those who work. (A blocking receive of
/// Open MPI spins.)
mpi::status wait_for(const mpi::communicator& world, int source, int tag) {
    for (;;) {
        if (const auto status = world.iprobe(source, tag))
            return *status;
        std::this_thread::sleep_for(pause);
    }
}

} // namespace

struct Ranks::Mpi {
    mpi::environment environment{mpi::threading::funneled, false};
    mpi::communicator world;
};

Ranks::Ranks() : mpi_(std::make_unique<Mpi>()) {
    if (static_cast<unsigned>(mpi_->world.size()) != started_ranks())
        throw std::runtime_error("started by another MPI than the Open MPI that this program was "
                                 "built with");
}

Ranks::~Ranks() {
    if (is_first())
        for (int rank = 1; rank < mpi_->world.size(); ++rank)
            mpi_->world.send(rank, work_tag, std::string());
}

bool Ranks::is_first() const {
    return mpi_->world.rank() == 0;
}
unsigned Ranks::size() const {
    return static_cast<unsigned>(mpi_->world.size());
}

void Ranks::require_same(std::uint64_t hash) {
    std::vector<std::uint64_t> all;
    mpi::all_gather(mpi_->world, hash, all);
    for (std::size_t rank = 1; rank < all.size(); ++rank)
        if (all[rank] != all[0])
            throw std::runtime_error("rank " + std::to_string(rank) +
                                     " reads other files, or is another program, than rank 0");
}

std::uint64_t Ranks::run(const InOrder<RunResult>& jobs,
                         const std::function<Job(std::uint64_t)>& job) {
    const mpi::communicator& world = mpi_->world;
    const unsigned own_threads = std::max(1U, jobs.threads);
    const std::uint64_t workers = own_threads * static_cast<std::uint64_t>(world.size());
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, std::vector<RunResult>> waiting; // of own threads and others
    std::uint64_t next = jobs.first, collected = jobs.first;
    std::uint64_t outstanding = 0; // chunks on other ranks
    bool stopped = false;
    std::exception_ptr failure;
    const auto begun = Clock::now();

    // With the lock. So many jobs as take a moment; fewer towards the end, so that all end
    // together.
    const auto take = [&]() -> Chunk {
        const std::chrono::duration<double> elapsed = Clock::now() - begun;
        const double rate =
            static_cast<double>(collected - jobs.first) / std::max(elapsed.count(), 1e-3);
        const auto of_time =
            static_cast<std::uint64_t>(seconds_of_chunk * rate / static_cast<double>(world.size()));
        const std::uint64_t size = std::clamp<std::uint64_t>(
            std::min(of_time, (jobs.count - next) / (3 * workers)), 1, largest_chunk);
        Chunk chunk{next, {}};
        if (stopped || next >= jobs.count || next >= collected + window * workers * size)
            return chunk;
        for (; next < std::min(chunk.first + size, jobs.count); ++next)
            chunk.jobs.push_back(job(next));
        return chunk;
    };
    const auto fail = [&] {
        if (!failure)
            failure = std::current_exception();
        stopped = true;
    };
    const auto work = [&] {
        std::unique_lock lock(mutex);
        while (!stopped && next < jobs.count) {
            const Chunk chunk = take();
            if (chunk.jobs.empty()) {
                changed.wait_for(lock, std::chrono::milliseconds(1));
                continue;
            }
            lock.unlock();
            std::vector<RunResult> results;
            try {
                for (std::size_t i = 0; i < chunk.jobs.size(); ++i)
                    results.push_back(jobs.work(chunk.first + i));
                lock.lock();
                waiting.emplace(chunk.first, std::move(results));
            } catch (...) {
                if (!lock.owns_lock())
                    lock.lock();
                fail();
            }
            changed.notify_all();
        }
    };

    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < own_threads; ++t)
        threads.emplace_back(work);
    std::vector<int> begun_on(static_cast<std::size_t>(world.size()), 0); // chunks
    // Sending does not wait: from 256 bytes on, Open MPI ends a send only when the other rank looks
    // for it, which is after the chunk that it is working at.
    std::vector<mpi::request> sent;
    std::unique_lock lock(mutex);
    for (;;) {
        stopped = stopped || (jobs.stop && jobs.stop());
        std::erase_if(sent, [](mpi::request& request) { return request.test().has_value(); });
        bool moved = false;
        for (int rank = 1; rank < world.size(); ++rank)
            while (begun_on[static_cast<std::size_t>(rank)] < chunks_per_rank) {
                const Chunk chunk = take();
                if (chunk.jobs.empty())
                    break;
                ++begun_on[static_cast<std::size_t>(rank)];
                ++outstanding;
                moved = true;
                lock.unlock();
                sent.push_back(world.isend(rank, work_tag, packed(chunk)));
                lock.lock();
            }
        while (const auto status = world.iprobe(mpi::any_source, result_tag)) {
            lock.unlock();
            std::string bytes;
            world.recv(status->source(), result_tag, bytes);
            std::vector<RunResult> results;
            std::uint64_t first = 0;
            std::memcpy(&first, bytes.data(), sizeof first);
            std::string_view rest = std::string_view(bytes).substr(sizeof first);
            while (!rest.empty()) {
                RunResult result;
                const std::size_t length = read_result(rest, result);
                if (length == 0) {
                    lock.lock();
                    stopped = true;
                    throw std::runtime_error("a result from another rank cannot be read");
                }
                rest.remove_prefix(length);
                results.push_back(std::move(result));
            }
            lock.lock();
            waiting.emplace(first, std::move(results));
            --begun_on[static_cast<std::size_t>(status->source())];
            --outstanding;
            moved = true;
        }
        for (auto it = waiting.find(collected); it != waiting.end() && !failure;
             it = waiting.find(collected)) {
            std::vector<RunResult> results = std::move(it->second);
            waiting.erase(it);
            lock.unlock();
            std::uint64_t at = collected;
            std::exception_ptr error;
            try {
                for (RunResult& result : results)
                    jobs.collect(at++, result);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            collected = at;
            moved = true;
            if (error) {
                failure = error;
                stopped = true;
            }
            changed.notify_all();
        }
        if (outstanding == 0 && (stopped || collected >= jobs.count))
            break;
        if (!moved)
            changed.wait_for(lock, between_looks);
    }
    lock.unlock();
    threads.clear(); // what they were at is finished, too
    lock.lock();
    for (auto it = waiting.find(collected); it != waiting.end() && !failure;
         it = waiting.find(collected))
        for (RunResult& result : it->second)
            jobs.collect(collected++, result);
    if (failure)
        std::rethrow_exception(failure);
    return collected;
}

void Ranks::serve(unsigned threads, const std::function<RunResult(Job)>& work) {
    const mpi::communicator& world = mpi_->world;
    for (;;) {
        wait_for(world, 0, work_tag);
        std::string bytes;
        world.recv(0, work_tag, bytes);
        if (bytes.empty())
            return;
        const Chunk chunk = unpacked(bytes);
        std::string results(bytes, 0, sizeof chunk.first);
        InOrder<RunResult> jobs;
        jobs.count = chunk.jobs.size();
        jobs.threads = threads;
        jobs.work = [&](std::uint64_t i) { return work(chunk.jobs[i]); };
        jobs.collect = [&](std::uint64_t, RunResult& result) { append_result(result, results); };
        jobs.run();
        world.send(0, result_tag, results);
    }
}

#endif

} // namespace demarche
