#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/io/output_folder.h"
#include "sim/io/sweep_reader.h"
#include "sim/study/sensitivity.h"
#include "sim/study/tipping.h"

namespace demarche {

/// What the tables of a sweep come to, for people.
struct SweepSummary {
    std::uint64_t runs = 0, failed = 0;
    std::string first_failure;
    std::uint32_t first_failed_point = 0;
    std::uint64_t fingerprint = 0; ///< over those of all runs
    struct Extreme {
        std::uint32_t point = 0;
        Estimate mean;
    };
    struct OfOutcome {
        Estimate base; ///< NaN without one
        Extreme least, greatest;
        bool moved = false; ///< some replication had another value at another point
    };
    std::vector<OfOutcome> outcomes; ///< as Sweep::outcomes
    struct Influence {
        std::size_t outcome = 0, axis = 0;
        Estimate size;        ///< total index, or mu*
        std::size_t used = 0; ///< rows, or trajectories, that it comes from
    };
    std::vector<Influence> influences; ///< the strongest of each outcome first
    struct Crossing {
        std::size_t question = 0;
        std::string where; ///< the other axes, "" = there are none
        Tipping tipping;
    };
    std::vector<Crossing> crossings;
    /// Pairs of severity scales that order clearly different points differently.
    struct Disagreement {
        Scale first{}, second{};
        double share = 0; ///< of the pairs of points that both tell apart
    };
    std::vector<Disagreement> disagreements;
};

/// Writes the tables of a sweep into a folder. `next` gives the results in the order of jobs, and
/// false at the end. Needs memory for the runs of one point and for the means of all. Throws
/// std::runtime_error where results are missing.
SweepSummary write_sweep_tables(const LoadedSweep& loaded,
                                const std::function<bool(RunResult&)>& next, OutputFolder& folder);

} // namespace demarche
