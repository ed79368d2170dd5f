#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/study/in_order.h"
#include "sim/study/sweep.h"

namespace demarche {

/// How many processes mpirun (or srun) started together with this one; 1 = it is alone.
unsigned started_ranks();
/// Whether this one speaks for all of them.
bool started_first();

/// The processes that work at one sweep, over MPI. Rank 0 hands out jobs, works at them itself,
/// and gets all results; the others work. Made and destroyed once in a process, on all ranks.
class Ranks {
public:
    /// Throws std::runtime_error where the program was built without MPI, or with another one than
    /// that which started it.
    Ranks();
    /// Rank 0 sends the others home.
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    bool is_first() const;
    unsigned size() const;
    /// Whether all ranks read the same: throws std::runtime_error on all of them where not.
    void require_same(std::uint64_t hash);

    /// Rank 0: does jobs as InOrder<RunResult>::run, on all ranks. `job` says what is behind a
    /// number.
    std::uint64_t run(const InOrder<RunResult>& jobs, const std::function<Job(std::uint64_t)>& job);
    /// The others: work until rank 0 sends them home.
    void serve(unsigned threads, const std::function<RunResult(Job)>& work);

private:
    struct Mpi;
    std::unique_ptr<Mpi> mpi_;
};

} // namespace demarche
