#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/scenario.h"
#include "sim/study/design.h"
#include "sim/study/outcome.h"
#include "sim/study/quantity.h"
#include "sim/study/statistics.h"

namespace demarche {

/// What an experiment varies: numbers of the scenario by their path, or a choice.
struct Axis {
    std::string name;
    std::vector<std::string> paths; ///< all get the same value
    Quantity quantity;              ///< where there are no `values`
    std::vector<std::string> texts; ///< of the values of a choice, as people write them
    std::vector<double> values;     ///< the same as numbers, where they are
    std::size_t levels = 0;         ///< grid, oat: of a quantity

    bool is_choice() const { return !texts.empty(); }
    std::size_t level_count() const { return is_choice() ? texts.size() : levels; }
    /// The value at a coordinate: a number, or which of the choices.
    double at(double coordinate, bool is_level) const;
    /// The value as a number: of a choice its value, or its place where it has none.
    double number(double value) const;
    /// The value as people write it; "" for NaN, the value of the base scenario.
    std::string text(double value) const;
};

/// An axis over a number: "state.KAZ.pacifism", from 0 to 1.
Axis range_axis(const std::string& path, double low, double high, std::size_t levels = 0);

/// A run of an experiment: which point, with which random numbers.
struct Job {
    std::uint32_t point = 0;
    std::uint32_t replication = 0;
    auto operator<=>(const Job&) const = default;
};

/// What a run came to.
struct RunResult {
    Job job;
    std::uint64_t fingerprint = 0;
    std::vector<double> values;  ///< one per outcome; NaN = unknown
    std::vector<double> courses; ///< [tick][of Sweep::courses]
    std::string notes;           ///< of Sweep::note
    std::string failure;         ///< why there is nothing else; "" = it did not fail
};

/// A recorder whose notes are kept with the result.
class NoteTaker : public Recorder {
public:
    virtual std::string notes() = 0;
};

/// Runs of one scenario at many points of a space of parameters.
struct Sweep {
    Scenario scenario;
    std::vector<Axis> axes; ///< an unknown number or a value out of range makes runs fail
    std::optional<Design> design;
    std::vector<std::vector<double>> list; ///< points where there is no design; as Axis::at
    bool base = false; ///< point 0 is the scenario as it is; those of the design follow
    std::uint32_t replications = 1;    ///< of every point; with a stop rule the most
    bool common_random_numbers = true; ///< replication r has the same ones at every point
    std::vector<Outcome> outcomes;
    std::vector<std::size_t> courses; ///< outcomes of which every tick is kept
    /// The scenario with the choices of a point that are no numbers of Setting::describe; may be
    /// empty where there are none. Called from any thread.
    std::function<std::shared_ptr<const Scenario>(std::span<const double> point)> choose;
    std::function<std::unique_ptr<NoteTaker>(Job)> note; ///< may be empty

    /// Replications of all points until the 95 % interval of an outcome's mean is narrow.
    struct StopRule {
        std::size_t outcome = 0;
        double half_width = 0;
        std::uint32_t minimum = 0; ///< replications of every point; the most are `replications`
    };
    std::optional<StopRule> stop_rule;

    std::uint32_t points() const;
    /// Values of a point, one per axis; NaN = as in the scenario.
    std::vector<double> point(std::uint32_t number) const;
    /// Position in `outcomes` of the one with this name, or their number.
    std::size_t find(std::string_view outcome) const;
};

/// The mean of an outcome over runs with its 95 % interval: Wilson's for a share, Student's
/// otherwise.
Estimate outcome_interval(const Outcome& outcome, const Moments& runs);

/// Does the runs of a sweep. Threads may share one: a point's first morning is computed once.
class Simulator {
public:
    explicit Simulator(const Sweep& sweep);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Whatever a run throws becomes its `failure`.
    RunResult run(Job job);

private:
    struct Site;
    class Sites;
    const Sweep* sweep_;
    std::unique_ptr<Sites> sites_;
};

/// The part of a sweep that one process of a job array does.
struct Shard {
    std::uint32_t number = 0; ///< from 0
    std::uint32_t of = 1;
};

/// The jobs of a sweep. Without a stop rule there is one round; with one, every round but the
/// first gives those points more replications whose interval is still too wide. The rounds are a
/// function of the results, whoever computes them in whatever order.
class Rounds {
public:
    Rounds(const Sweep& sweep, Shard shard);

    /// Begins the next round; false when there is nothing left to do.
    bool next();
    std::uint32_t number() const { return number_; } ///< of the round, from 0
    std::uint64_t size() const { return size_; }     ///< jobs of the round
    /// A job of the round; they ascend.
    Job job(std::uint64_t i) const;
    /// Must see every result of a round before `next`.
    void note(const RunResult& result);

private:
    bool is_mine(std::uint32_t point) const { return point % shard_.of == shard_.number; }

    const Sweep* sweep_;
    Shard shard_;
    std::uint32_t number_ = 0;
    bool begun_ = false;
    std::uint64_t size_ = 0;
    std::vector<std::uint32_t> points_;   ///< with a stop rule: of the round
    std::vector<Moments> moments_;        ///< with a stop rule: of all points
    std::uint32_t first_ = 0, count_ = 0; ///< replications of the round
};

/// A whole sweep in memory, on some threads; results in the order of jobs, round by round.
std::vector<RunResult> run(const Sweep& sweep, unsigned threads);

} // namespace demarche
