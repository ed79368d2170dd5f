#include "sim/io/sweep_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

#include "sim/core/fingerprint.h"
#include "sim/io/csv_recorder.h"
#include "sim/io/csv_row.h"
#include "sim/io/gzip.h"

namespace demarche {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<double, 5> quantile_levels{0.05, 0.25, 0.5, 0.75, 0.95};
constexpr const char* quantile_names = "q05,q25,median,q75,q95";
constexpr std::size_t most_compared = 400; // points whose order on the scales is compared

/// A file of the folder that is written row by row.
class TableFile {
public:
    TableFile(OutputFolder& folder, const std::string& name, const std::string& header)
        : folder_(&folder), file_(folder.open(name)) {
        folder.write(file_, header + "\n");
    }
    std::string& text() { return text_; }
    void drain() {
        folder_->write(file_, text_);
        text_.clear();
    }

private:
    OutputFolder* folder_;
    std::size_t file_;
    std::string text_;
};

/// Quantiles of known values among `all`, the rest of which lie above all of them (censored), or
/// of the known ones alone.
std::array<double, quantile_levels.size()> quantiles(std::vector<double> values, std::size_t all,
                                                     bool censored) {
    std::array<double, quantile_levels.size()> found{};
    std::sort(values.begin(), values.end());
    for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
        if (!censored) {
            found[i] = sorted_quantile(values, quantile_levels[i]);
            continue;
        }
        constexpr double rounding = 1e-9; // 0.95 of 20 is the 19th, not the 20th
        const double rank = std::ceil(quantile_levels[i] * static_cast<double>(all) - rounding);
        const auto at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
        found[i] = at < values.size() ? values[at] : unknown;
    }
    return found;
}

class Tables {
public:
    Tables(const LoadedSweep& loaded, OutputFolder& folder)
        : loaded_(&loaded), sweep_(&loaded.sweep), folder_(&folder),
          outcomes_(loaded.sweep.outcomes.size()), means_(outcomes_) {
        for (const Axis& axis : sweep_->axes)
            axes_ += "," + axis.name;
        std::string names;
        for (const Outcome& o : sweep_->outcomes)
            names += "," + o.name;
        design_.emplace(folder, "design.csv", "point" + axes_);
        runs_.emplace(folder, "runs.csv", "point,replication" + names + ",fingerprint,failure");
        summary_.emplace(folder, "summary.csv",
                         "point" + axes_ + ",outcome,runs,unknown,mean,low,high,sd," +
                             quantile_names);
        if (has_base())
            effects_.emplace(folder, "effects.csv",
                             "point" + axes_ + ",outcome,pairs,difference,low,high");
        if (!sweep_->courses.empty())
            bands_.emplace(folder, "bands.csv",
                           std::string("point,tick,date,outcome,runs,mean,") + quantile_names);
        if (loaded.events) {
            events_ = folder.open("events.csv.gz");
            folder.write(*events_, gzip("point," + csv_header(Table::events, true)));
        }
        result_.outcomes.resize(outcomes_);
        happened_.resize(loaded.tipping.size());
    }

    void add(RunResult&& run) {
        if (!point_.empty() && run.job.point != point_.front().job.point)
            finish_point();
        const std::uint32_t expected_point = static_cast<std::uint32_t>(means_[0].size());
        if (run.job != Job{expected_point, static_cast<std::uint32_t>(point_.size())})
            missing({expected_point, static_cast<std::uint32_t>(point_.size())});
        if (events_)
            folder_->write(*events_, run.notes);
        run.notes.clear();
        fingerprint_.add(run.fingerprint);
        point_.push_back(std::move(run));
    }

    SweepSummary finish() {
        if (!point_.empty())
            finish_point();
        if (means_[0].size() != sweep_->points())
            missing({static_cast<std::uint32_t>(means_[0].size()), 0});
        write_sensitivity();
        write_tipping();
        compare_scales();
        result_.fingerprint = fingerprint_.value();
        return std::move(result_);
    }

private:
    bool has_base() const {
        return sweep_->base || (sweep_->design && sweep_->design->plan().kind == DesignKind::oat);
    }

    [[noreturn]] static void missing(Job job) {
        throw std::runtime_error("the results of point " + std::to_string(job.point) +
                                 " from replication " + std::to_string(job.replication) +
                                 " on are missing");
    }

    /// The value of a run for means: a time that was not reached counts as the whole run.
    double value_of(const RunResult& run, std::size_t outcome) const {
        if (!run.failure.empty())
            return unknown;
        const double value = run.values[outcome];
        const bool censored = sweep_->outcomes[outcome].censored() && std::isnan(value);
        return censored ? sweep_->scenario.days : value;
    }

    void start_row(CsvRow& row) const {
        row << point_.front().job.point;
        for (std::size_t x = 0; x < values_.size(); ++x)
            row.quoted(sweep_->axes[x].text(values_[x]));
    }

    void finish_point() {
        const std::uint32_t point = point_.front().job.point;
        if (!sweep_->stop_rule && point_.size() != sweep_->replications)
            missing({point, static_cast<std::uint32_t>(point_.size())});
        values_ = sweep_->point(point);
        start_row_of(*design_);
        for (const RunResult& run : point_)
            write_run(run);
        for (std::size_t o = 0; o < outcomes_; ++o)
            summarise(o);
        for (std::size_t q = 0; q < loaded_->tipping.size(); ++q) {
            Level level;
            for (const RunResult& run : point_) {
                const double value = value_of(run, loaded_->tipping[q].outcome);
                level.runs += !std::isnan(value);
                level.happened += value == 1;
            }
            happened_[q].push_back(level);
        }
        write_bands();
        for (auto* table : {&design_, &runs_, &summary_, &effects_, &bands_})
            if (*table)
                (*table)->drain();
        point_.clear();
    }

    void start_row_of(TableFile& table) const {
        CsvRow row(table.text());
        start_row(row);
    }

    void write_run(const RunResult& run) {
        ++result_.runs;
        CsvRow row(runs_->text());
        row << run.job.point << run.job.replication;
        for (std::size_t o = 0; o < outcomes_; ++o)
            if (!run.failure.empty() || std::isnan(run.values[o]))
                row << "";
            else
                row << run.values[o];
        row << Fingerprint::hex(run.fingerprint);
        row.quoted(run.failure);
        if (run.failure.empty())
            return;
        if (result_.failed++ == 0) {
            result_.first_failure = run.failure;
            result_.first_failed_point = run.job.point;
        }
    }

    void summarise(std::size_t o) {
        const Outcome& outcome = sweep_->outcomes[o];
        std::vector<double> values;
        std::vector<double> known;
        Moments moments;
        std::uint64_t runs = 0;
        for (const RunResult& run : point_) {
            values.push_back(value_of(run, o));
            if (!run.failure.empty())
                continue;
            ++runs;
            if (!std::isnan(values.back()))
                moments.add(values.back());
            if (!std::isnan(run.values[o]))
                known.push_back(run.values[o]);
        }
        const Estimate mean = outcome_interval(outcome, moments);
        {
            CsvRow row(summary_->text());
            start_row(row);
            row << outcome.name << runs << runs - known.size();
            row.known(mean.value).known(mean.low).known(mean.high).known(moments.sd());
            for (const double q : quantiles(known, runs, outcome.censored()))
                row.known(q);
        }
        means_[o].push_back(mean.value);
        if (outcome.kind == OutcomeKind::escalation && outcome.of_all() &&
            o + scale_count >= outcomes_)
            scale_intervals_[o + scale_count - outcomes_].push_back(mean);
        note_extremes(o, mean);
        if (first_.size() == o) {
            first_.push_back(std::move(values));
            return;
        }
        note_movement(o, values);
        if (!has_base())
            return;
        const std::size_t both = std::min(values.size(), first_[o].size());
        values.resize(both);
        const std::span<const double> base(first_[o].data(), both);
        const Estimate difference = paired_difference(values, base);
        std::uint64_t pairs = 0;
        for (std::size_t r = 0; r < both; ++r)
            pairs += !std::isnan(values[r]) && !std::isnan(base[r]);
        CsvRow row(effects_->text());
        start_row(row);
        row << outcome.name << pairs;
        row.known(difference.value).known(difference.low).known(difference.high);
    }

    void note_extremes(std::size_t o, const Estimate& mean) {
        SweepSummary::OfOutcome& found = result_.outcomes[o];
        const std::uint32_t point = point_.front().job.point;
        if (has_base() && point == 0) {
            found.base = mean;
            return;
        }
        if (std::isnan(mean.value))
            return;
        if (std::isnan(found.least.mean.value) || mean.value < found.least.mean.value)
            found.least = {point, mean};
        if (std::isnan(found.greatest.mean.value) || mean.value > found.greatest.mean.value)
            found.greatest = {point, mean};
    }

    void note_movement(std::size_t o, const std::vector<double>& values) {
        for (std::size_t r = 0; r < std::min(values.size(), first_[o].size()); ++r) {
            const double a = values[r], b = first_[o][r];
            result_.outcomes[o].moved |= a != b && !(std::isnan(a) && std::isnan(b));
        }
    }

    void write_bands() {
        const std::size_t width = sweep_->courses.size();
        if (width == 0)
            return;
        const auto ticks = static_cast<std::size_t>(sweep_->scenario.ticks());
        for (std::size_t t = 0; t < ticks; ++t)
            for (std::size_t c = 0; c < width; ++c) {
                std::vector<double> values;
                Moments moments;
                for (const RunResult& run : point_) {
                    const std::size_t at = t * width + c;
                    if (at >= run.courses.size() || std::isnan(run.courses[at]))
                        continue;
                    values.push_back(run.courses[at]);
                    moments.add(values.back());
                }
                CsvRow row(bands_->text());
                row << point_.front().job.point << static_cast<std::uint64_t>(t)
                    << iso(sweep_->scenario.date(static_cast<int>(t)))
                    << sweep_->outcomes[sweep_->courses[c]].name << moments.count();
                row.known(moments.mean());
                for (const double q : quantiles(values, values.size(), false))
                    row.known(q);
            }
    }

    void write_sensitivity() {
        if (!sweep_->design)
            return;
        const DesignPlan& plan = sweep_->design->plan();
        const bool morris = plan.kind == DesignKind::morris;
        if (!morris && plan.kind != DesignKind::saltelli)
            return;
        TableFile table(*folder_, "sensitivity.csv", "outcome,measure,axis,with,value,low,high");
        for (std::size_t o = 0; o < outcomes_; ++o) {
            const std::span<const double> values =
                std::span<const double>(means_[o]).subspan(sweep_->base ? 1 : 0);
            const auto write = [&](std::string_view measure, std::size_t axis,
                                   std::optional<std::size_t> with, const Estimate& e) {
                CsvRow row(table.text());
                row << sweep_->outcomes[o].name << measure << sweep_->axes[axis].name
                    << (with ? std::string_view(sweep_->axes[*with].name) : "");
                row.known(e.value).known(e.low).known(e.high);
            };
            std::vector<SweepSummary::Influence> influences;
            if (morris) {
                const std::vector<MorrisEffect> effects = morris_effects(plan, values);
                for (std::size_t x = 0; x < effects.size(); ++x) {
                    write("mu", x, {}, effects[x].mu);
                    write("mu_star", x, {}, effects[x].mu_star);
                    write("sigma", x, {}, effects[x].sigma);
                    influences.push_back({o, x, effects[x].mu_star, effects[x].effects});
                }
            } else {
                const SobolIndices indices = sobol_indices(plan, values);
                for (std::size_t x = 0; x < indices.first.size(); ++x) {
                    write("first", x, {}, indices.first[x]);
                    write("total", x, {}, indices.total[x]);
                    influences.push_back({o, x, indices.total[x], indices.rows});
                }
                if (!indices.second.empty())
                    for (std::size_t x = 0; x < plan.factors; ++x)
                        for (std::size_t y = x + 1; y < plan.factors; ++y)
                            write("second", x, y, indices.second[factor_pair(x, y, plan.factors)]);
            }
            std::erase_if(influences, [](const auto& i) { return std::isnan(i.size.value); });
            std::stable_sort(
                influences.begin(), influences.end(),
                [](const auto& a, const auto& b) { return a.size.value > b.size.value; });
            result_.influences.insert(result_.influences.end(), influences.begin(),
                                      influences.end());
        }
        table.drain();
    }

    void write_tipping() {
        if (loaded_->tipping.empty())
            return;
        TableFile table(*folder_, "tipping.csv",
                        "tipping,outcome,level,axis" + axes_ + ",at,low,high,rising,passages");
        for (std::size_t q = 0; q < loaded_->tipping.size(); ++q)
            write_tipping(table, q);
        table.drain();
    }

    void write_tipping(TableFile& table, std::size_t q) {
        const TippingQuestion& question = loaded_->tipping[q];
        const Axis& axis = sweep_->axes[question.axis];
        struct Line {
            std::vector<double> point;
            std::map<double, Level> levels;
        };
        std::vector<Line> lines; // in the order of their first points
        std::map<std::vector<double>, std::size_t> line_of;
        for (std::uint32_t p = sweep_->base ? 1 : 0; p < sweep_->points(); ++p) {
            std::vector<double> point = sweep_->point(p);
            const double at = axis.number(point[question.axis]);
            point[question.axis] = 0;
            const auto [line, is_new] = line_of.try_emplace(point, lines.size());
            if (is_new)
                lines.push_back({point, {}});
            Level& level = lines[line->second].levels[at];
            level.at = at;
            level.happened += happened_[q][p].happened;
            level.runs += happened_[q][p].runs;
        }
        for (const Line& line : lines) {
            std::vector<Level> levels;
            for (const auto& [unused, level] : line.levels)
                levels.push_back(level);
            TippingPlan plan;
            plan.probability = question.level;
            plan.log_axis = axis.quantity.kind == Quantity::Kind::log_uniform && !axis.is_choice();
            plan.common_random_numbers = sweep_->common_random_numbers;
            const Tipping found = tipping(levels, plan);
            SweepSummary::Crossing crossing{q, "", found};
            CsvRow row(table.text());
            row << question.name << sweep_->outcomes[question.outcome].name << question.level
                << axis.name;
            for (std::size_t x = 0; x < sweep_->axes.size(); ++x) {
                const std::string text =
                    x == question.axis ? "" : sweep_->axes[x].text(line.point[x]);
                row.quoted(text);
                if (x != question.axis)
                    crossing.where +=
                        (crossing.where.empty() ? "" : ", ") + sweep_->axes[x].name + " " + text;
            }
            row.known(found.at.value).known(found.at.low).known(found.at.high);
            row << (found.rising ? "true" : "false") << static_cast<std::uint64_t>(found.passages);
            result_.crossings.push_back(std::move(crossing));
        }
    }

    /// Which scales order points differently that both of them tell apart.
    void compare_scales() {
        const std::size_t all = scale_intervals_[0].size();
        const std::size_t stride = (all + most_compared - 1) / most_compared;
        for (std::size_t s = 0; s < scale_count; ++s)
            for (std::size_t t = s + 1; t < scale_count; ++t) {
                std::uint64_t told_apart = 0, opposite = 0;
                for (std::size_t p = 0; p < all; p += stride)
                    for (std::size_t r = p + stride; r < all; r += stride) {
                        const int one = order(scale_intervals_[s][p], scale_intervals_[s][r]);
                        const int two = order(scale_intervals_[t][p], scale_intervals_[t][r]);
                        told_apart += one * two != 0;
                        opposite += one * two < 0;
                    }
                if (opposite > 0)
                    result_.disagreements.push_back(
                        {static_cast<Scale>(s), static_cast<Scale>(t),
                         static_cast<double>(opposite) / static_cast<double>(told_apart)});
            }
    }
    static int order(const Estimate& a, const Estimate& b) {
        return (a.low > b.high) - (b.low > a.high);
    }

    const LoadedSweep* loaded_;
    const Sweep* sweep_;
    OutputFolder* folder_;
    std::size_t outcomes_;
    std::string axes_; ///< names, each with a comma before it
    std::optional<TableFile> design_, runs_, summary_, effects_, bands_;
    std::optional<std::size_t> events_;
    std::vector<RunResult> point_; ///< runs of the point that is being collected
    std::vector<double> values_;   ///< of its axes
    std::vector<std::vector<double>>
        first_; ///< [outcome][replication] of the first point, the base if there is one
    std::vector<std::vector<double>> means_; ///< [outcome][point]
    std::array<std::vector<Estimate>, scale_count> scale_intervals_;
    std::vector<std::vector<Level>> happened_; ///< [tipping question][point]
    Fingerprint fingerprint_;
    SweepSummary result_;
};

} // namespace

SweepSummary write_sweep_tables(const LoadedSweep& loaded,
                                const std::function<bool(RunResult&)>& next, OutputFolder& folder) {
    Tables tables(loaded, folder);
    for (RunResult run; next(run);)
        tables.add(std::move(run));
    return tables.finish();
}

} // namespace demarche
