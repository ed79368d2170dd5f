#include "sim/study/sweep.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

constexpr double as_in_scenario = std::numeric_limits<double>::quiet_NaN();
/// Without a stop rule shards take turns by so many jobs, so that few share a point.
constexpr std::uint64_t block = 16;

std::string number_as_text(double value) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// Throws std::invalid_argument where the value is not allowed.
void set_number(const ParameterReference& number, double value) {
    const Parameter& p = number.parameter;
    if (!(value >= p.low && value <= p.high))
        throw std::invalid_argument(p.name + " = " + number_as_text(value) +
                                    " is out of range; allowed: " + number_as_text(p.low) + " to " +
                                    number_as_text(p.high));
    *number.value = value;
}

/// Calls the recorder of outcomes and somebody else's.
class Both final : public Recorder {
public:
    Both(Recorder& first, Recorder& second) : first_(&first), second_(&second) {}
    bool reads_causes() const override { return first_->reads_causes() || second_->reads_causes(); }
    void begin(const World& w) override {
        first_->begin(w);
        second_->begin(w);
    }
    void crisis_ended(const World& w, const Crisis& c, std::string_view how) override {
        first_->crisis_ended(w, c, how);
        second_->crisis_ended(w, c, how);
    }
    void tick(const World& w, std::span<const Message> messages) override {
        first_->tick(w, messages);
        second_->tick(w, messages);
    }
    void end(const World& w) override {
        first_->end(w);
        second_->end(w);
    }

private:
    Recorder* first_;
    Recorder* second_;
};

} // namespace

double Axis::at(double coordinate, bool is_level) const {
    if (std::isnan(coordinate))
        return as_in_scenario;
    if (is_choice())
        return static_cast<double>(choice_from_unit(coordinate, texts.size()));
    return is_level ? quantity.from_level(coordinate) : quantity.from_unit(coordinate);
}

double Axis::number(double value) const {
    return is_choice() && !values.empty() && !std::isnan(value)
               ? values[static_cast<std::size_t>(value)]
               : value;
}

std::string Axis::text(double value) const {
    if (std::isnan(value))
        return "";
    return is_choice() ? texts[static_cast<std::size_t>(value)] : number_as_text(value);
}

Axis range_axis(const std::string& path, double low, double high, std::size_t levels) {
    Axis axis;
    axis.name = path;
    axis.paths = {path};
    axis.quantity.low = low;
    axis.quantity.high = high;
    axis.levels = levels;
    return axis;
}

std::uint32_t Sweep::points() const {
    return static_cast<std::uint32_t>((base ? 1 : 0) + (design ? design->size() : list.size()));
}

std::vector<double> Sweep::point(std::uint32_t number) const {
    if (base && number == 0)
        return std::vector<double>(axes.size(), as_in_scenario);
    const std::size_t in_design = number - (base ? 1 : 0);
    if (!design)
        return list[in_design];
    std::vector<double> values = design->point(in_design);
    for (std::size_t x = 0; x < axes.size(); ++x)
        values[x] = axes[x].at(values[x], design->at_levels());
    return values;
}

std::size_t Sweep::find(std::string_view outcome) const {
    const auto at = std::find_if(outcomes.begin(), outcomes.end(),
                                 [&](const Outcome& o) { return o.name == outcome; });
    return static_cast<std::size_t>(at - outcomes.begin());
}

Estimate outcome_interval(const Outcome& outcome, const Moments& runs) {
    if (!outcome.is_share() || runs.count() == 0)
        return mean_interval(runs);
    const double happened = runs.mean() * static_cast<double>(runs.count());
    return proportion_interval(static_cast<std::uint64_t>(std::llround(happened)), runs.count());
}

/// A point of the space with its scenario and first morning; used again for another point.
struct Simulator::Site {
    std::uint32_t point = 0;
    std::once_flag made;
    std::shared_ptr<const Scenario> chosen; ///< it was copied from; nullptr = the sweep's own
    std::unique_ptr<Scenario> scenario;
    std::vector<std::vector<ParameterReference>> numbers; ///< of each axis, in `scenario`
    std::optional<World> first_morning;
    std::string failure;

    void make(const Sweep& sweep);
    void find_numbers(const Sweep& sweep);
};

void Simulator::Site::find_numbers(const Sweep& sweep) {
    std::map<std::string, std::size_t, std::less<>> axis_of;
    for (std::size_t x = 0; x < sweep.axes.size(); ++x)
        for (const std::string& path : sweep.axes[x].paths)
            axis_of[path] = x;
    numbers.assign(sweep.axes.size(), {});
    scenario->setting.describe([&](const Parameter& p, double& value) {
        if (const auto found = axis_of.find(p.name); found != axis_of.end())
            numbers[found->second].push_back({p, &value});
    });
    for (std::size_t x = 0; x < sweep.axes.size(); ++x)
        if (numbers[x].size() != sweep.axes[x].paths.size() && !sweep.choose)
            throw std::invalid_argument("axis '" + sweep.axes[x].name +
                                        "': the scenario has no such number");
}

void Simulator::Site::make(const Sweep& sweep) {
    try {
        const std::vector<double> values = sweep.point(point);
        const bool is_base =
            std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
        std::shared_ptr<const Scenario> from = sweep.choose ? sweep.choose(values) : nullptr;
        // The numbers of all axes are set anew, so what the last point left does no harm.
        if (!scenario || from != chosen || is_base) {
            scenario = std::make_unique<Scenario>(from ? *from : sweep.scenario);
            chosen = std::move(from);
            find_numbers(sweep);
        }
        for (std::size_t x = 0; x < values.size(); ++x)
            if (!std::isnan(values[x]))
                for (const ParameterReference& number : numbers[x])
                    set_number(number, sweep.axes[x].number(values[x]));
        first_morning.emplace(*scenario);
    } catch (const std::exception& e) {
        failure = e.what();
    }
}

/// The points that are being run, and places of former ones.
class Simulator::Sites {
public:
    std::shared_ptr<Site> at(std::uint32_t point) {
        const std::lock_guard lock(mutex_);
        if (const auto found = used_.find(point); found != used_.end())
            return found->second;
        auto fresh = std::make_shared<Site>();
        fresh->point = point;
        // Jobs come in order: the lowest point that nobody works at is over.
        for (auto it = used_.begin(); it != used_.end() && used_.size() >= kept; ++it)
            if (it->second.use_count() == 1) {
                if (it->second->failure.empty()) {
                    fresh->chosen = std::move(it->second->chosen);
                    fresh->scenario = std::move(it->second->scenario);
                    fresh->numbers = std::move(it->second->numbers);
                }
                used_.erase(it);
                break;
            }
        used_.emplace(point, fresh);
        return fresh;
    }

private:
    static constexpr std::size_t kept = 3; // as a thread may still ask for the last point or two
    std::mutex mutex_;
    std::map<std::uint32_t, std::shared_ptr<Site>> used_;
};

Simulator::Simulator(const Sweep& sweep) : sweep_(&sweep), sites_(std::make_unique<Sites>()) {}
Simulator::~Simulator() = default;

RunResult Simulator::run(Job job) {
    RunResult result;
    result.job = job;
    const std::shared_ptr<Site> site = sites_->at(job.point);
    std::call_once(site->made, [&] { site->make(*sweep_); });
    result.failure = site->failure;
    if (!result.failure.empty())
        return result;
    try {
        OutcomeWatch watch(sweep_->outcomes, sweep_->courses);
        const std::unique_ptr<NoteTaker> notes = sweep_->note ? sweep_->note(job) : nullptr;
        const std::uint32_t chance = sweep_->common_random_numbers
                                         ? job.replication
                                         : job.replication + job.point * sweep_->replications;
        if (notes) {
            Both both(watch, *notes);
            result.fingerprint = demarche::run(*site->first_morning, chance, both);
            result.notes = notes->notes();
        } else
            result.fingerprint = demarche::run(*site->first_morning, chance, watch);
        result.values = std::move(watch.values);
        result.courses = std::move(watch.courses);
    } catch (const std::exception& e) {
        result.failure = e.what();
    }
    return result;
}

Rounds::Rounds(const Sweep& sweep, Shard shard) : sweep_(&sweep), shard_(shard) {
    if (sweep.stop_rule)
        moments_.resize(sweep.points());
}

bool Rounds::next() {
    if (begun_)
        ++number_;
    if (!sweep_->stop_rule) {
        const std::uint64_t all = std::uint64_t{sweep_->points()} * sweep_->replications;
        const std::uint64_t cycle = block * shard_.of, rest = all % cycle;
        const std::uint64_t before = block * shard_.number;
        size_ = all / cycle * block + (rest > before ? std::min(rest - before, block) : 0);
        return !std::exchange(begun_, true) && size_ > 0;
    }
    const Sweep::StopRule& rule = *sweep_->stop_rule;
    const std::uint32_t done = begun_ ? first_ + count_ : 0;
    begun_ = true;
    first_ = done;
    count_ = std::min(std::max(rule.minimum, done / 2), sweep_->replications - done);
    const auto is_narrow = [&](std::uint32_t point) {
        const Estimate mean = outcome_interval(sweep_->outcomes[rule.outcome], moments_[point]);
        return (mean.high - mean.low) / 2 <= rule.half_width; // not where nothing is known
    };
    std::vector<std::uint32_t> wide;
    if (done == 0) {
        for (std::uint32_t p = 0; p < sweep_->points(); ++p)
            if (is_mine(p))
                wide.push_back(p);
    } else {
        for (const std::uint32_t p : points_)
            if (!is_narrow(p))
                wide.push_back(p);
    }
    points_ = std::move(wide);
    size_ = std::uint64_t{points_.size()} * count_;
    return size_ > 0;
}

Job Rounds::job(std::uint64_t i) const {
    if (sweep_->stop_rule)
        return {points_[i / count_], first_ + static_cast<std::uint32_t>(i % count_)};
    const std::uint64_t in_all = (i / block * shard_.of + shard_.number) * block + i % block;
    return {static_cast<std::uint32_t>(in_all / sweep_->replications),
            static_cast<std::uint32_t>(in_all % sweep_->replications)};
}

void Rounds::note(const RunResult& result) {
    if (!sweep_->stop_rule || !result.failure.empty())
        return;
    const double value = result.values[sweep_->stop_rule->outcome];
    if (!std::isnan(value))
        moments_[result.job.point].add(value);
}

std::vector<RunResult> run(const Sweep& sweep, unsigned threads) {
    std::vector<RunResult> results;
    Simulator simulator(sweep);
    for (Rounds rounds(sweep, {}); rounds.next();) {
        InOrder<RunResult> jobs;
        jobs.count = rounds.size();
        jobs.threads = threads;
        jobs.work = [&](std::uint64_t i) { return simulator.run(rounds.job(i)); };
        jobs.collect = [&](std::uint64_t, RunResult& result) {
            rounds.note(result);
            results.push_back(std::move(result));
        };
        jobs.run();
    }
    return results;
}

} // namespace demarche
