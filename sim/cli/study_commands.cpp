#include "sim/cli/study_commands.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/cli/version.h"
#include "sim/core/threads.h"
#include "sim/io/manifest.h"
#include "sim/io/output_folder.h"
#include "sim/io/prediction_reader.h"
#include "sim/io/study_reader.h"
#include "sim/io/study_writer.h"
#include "sim/study/baselines.h"
#include "sim/study/score_groups.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view reference_model = "hawkes"; ///< gains are measured against it
constexpr std::string_view own_model = "demarche";
constexpr std::string_view everybody = "all"; ///< the group of all pairs

/// NAME=FILE of one option; nothing (and a message) where one is wrong.
std::optional<EventFiles> named_files(const std::vector<std::string>& given, const char* option) {
    EventFiles out;
    for (const std::string& text : given) {
        const std::size_t sign = text.find('=');
        if (sign == 0 || sign == std::string::npos || sign + 1 == text.size()) {
            log_error(fmt::format("{} wants NAME=FILE, not '{}'", option, text));
            return std::nullopt;
        }
        if (!out.emplace(text.substr(0, sign), text.substr(sign + 1)).second) {
            log_error(fmt::format("{} {} is given twice", option, text.substr(0, sign)));
            return std::nullopt;
        }
    }
    return out;
}

void warn(const std::vector<std::string>& notes) {
    for (const std::string& note : notes)
        log_warning(note);
}

fs::path output_path(const StudyOptions& options) {
    return options.out.empty() ? fs::path("outputs") / fs::path(options.config).stem()
                               : fs::path(options.out);
}

std::vector<Window> fit_windows(const StudyPlan& plan) {
    std::vector<Window> windows;
    for (const WeekRange& r : plan.fit)
        windows.push_back({&plan.events[r.events], r.first, r.last, plan.fit_activity, nullptr});
    return windows;
}

void finish(OutputFolder& folder, const StudyPlan& plan, Clock::time_point begun, bool quiet) {
    const std::vector<OutputFolder::File> files = folder.close();
    Manifest manifest;
    manifest.command = folder.command();
    manifest.version = program_version;
    manifest.commit = program_commit;
    manifest.wall_seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    folder.add("manifest.json", study_manifest_json(manifest, plan.name, files));
    folder.commit();
    if (!quiet) {
        fmt::print("\n{}.\nOutput: {}\n", duration_text(manifest.wall_seconds),
                   folder.path().lexically_proximate(fs::current_path()).string());
        for (const OutputFolder::File& f : files)
            fmt::print("  {}\n", f.name);
    }
}

/// Lets a fit show how far it is; `of` names what is being fitted.
void show_evaluations(FitRule& rule, Progress& progress, const std::string& of) {
    rule.evaluated = [&progress, &of, done = std::uint64_t{0}]() mutable {
        progress.advance_to(++done, " evaluations, " + of);
    };
}

void print_fit(const ClassFit& f) {
    if (f.estimates.empty()) {
        fmt::print("\n{}: not fitted\n", class_names[index(f.of)]);
        return;
    }
    fmt::print("\n{}: log-likelihood {:.3f}, exponent {:.3f}, {} evaluations ({})\n",
               class_names[index(f.of)], f.log_likelihood,
               std::exp(f.parameters[f.model.log_exponent()]), f.evaluations, f.reason);
    for (const CoefficientEstimate& e : f.estimates)
        if (!e.at_bound && e.error > 0 && std::abs(e.value) > 2 * e.error)
            fmt::print("  {:<36} {:>9.4f}  ({:.4f})\n", e.name, e.value, e.error);
}

/// How much states differ.
void print_doctrine(const DoctrineFit& fit) {
    for (const DoctrineEstimate& e : fit.doctrine) {
        const auto known =
            std::ranges::count_if(e.of_actor, [](const auto& a) { return a.note.empty(); });
        fmt::print("\n{}: {} of {} states identified, standard deviation between states {:.3f}{}\n",
                   e.term.name, known, e.of_actor.size(), std::sqrt(e.variance),
                   e.term.logarithm ? " (of its logarithm)" : "");
    }
}

void warn(const std::vector<ClassFit>& fits) {
    for (const ClassFit& f : fits)
        for (const std::string& warning : f.warnings)
            log_warning(fmt::format("{}: {}", class_names[index(f.of)], warning));
}

/// A failure where a search came to no end: what was written are no estimates.
int code_of(const std::vector<ClassFit>& fits) {
    std::string classes;
    for (const ClassFit& f : fits)
        if (!f.ended)
            classes += (classes.empty() ? "" : ", ") + std::string(class_names[index(f.of)]);
    if (classes.empty())
        return success;
    log_error("the search came to no end in " + classes +
              "; the output holds where it stood, not estimates");
    return failure;
}

void print_scores(const std::vector<ScoredModel>& models) {
    fmt::print("{:<6} {:<12} {:>9} {:>8} {:>8} {:>6} {:>6} {:>6}   {}\n", "class", "model", "NLS",
               "CRPS", "Brier", "AUC", "AP", "bias", "gain over hawkes (se)");
    for (const ScoredModel& m : models)
        if (m.group == everybody)
            fmt::print("{:<6} {:<12} {:>9.5f} {:>8.5f} {:>8.5f} {:>6.3f} {:>6.3f} {:>6.2f}   "
                       "{:>8.5f} ({:.5f})\n",
                       class_names[index(m.of)], m.name, m.score.nls, m.score.crps, m.score.brier,
                       m.score.auc, m.score.ap, m.score.bias, m.gain.mean, m.gain.error);
}

/// The program's own scores by group, where there are any.
void print_groups(const std::vector<ScoredModel>& models) {
    bool headed = false;
    for (const ScoredModel& m : models) {
        if (m.group == everybody || m.name != own_model)
            continue;
        if (!std::exchange(headed, true))
            fmt::print("\nBy kind of pair, {}:\n{:<6} {:<12} {:>7} {:>9} {:>8} {:>6}   {}\n",
                       own_model, "class", "pairs", "cases", "NLS", "CRPS", "bias",
                       "gain over hawkes (se)");
        fmt::print("{:<6} {:<12} {:>7} {:>9.5f} {:>8.5f} {:>6.2f}   {:>8.5f} ({:.5f})\n",
                   class_names[index(m.of)], m.group, m.score.cases, m.score.nls, m.score.crps,
                   m.score.bias, m.gain.mean, m.gain.error);
    }
}

/// All pairs over every horizon, then kinds of pairs over the longest.
void print_free_run(const std::vector<FreeRunScore>& scores) {
    fmt::print("\nTotals of pairs, simulated from the end of the history on:\n{:<6} {:<10} {:>5} "
               "{:>9} {:>9} {:>8} {:>6}   {:>18}\n",
               "class", "pairs", "weeks", "NLS", "CRPS", "Brier", "bias", "inside 50 / 80 / 90 %");
    for (const bool all : {true, false})
        for (const FreeRunScore& s : scores)
            if ((s.group == everybody) == all && (all || s.weeks == scores.back().weeks))
                fmt::print("{:<6} {:<10} {:>5} {:>9.4f} {:>9.4f} {:>8.4f} {:>6.2f}   {:>8.3f} / "
                           "{:.3f} / {:.3f}\n",
                           class_names[index(s.of)], s.group, s.weeks, s.score.nls, s.score.crps,
                           s.score.brier, s.score.bias, s.coverage.inside50, s.coverage.inside80,
                           s.coverage.inside90);
}

/// Simulates totals and says how far it is.
FreeForecast simulate_totals(const StudyPlan& plan, bool quiet, unsigned threads) {
    FitRule fit_rule = plan.rule;
    FreeRunRule rule = plan.free_run;
    Progress fitting("fit", 0, quiet);
    const std::string of = "all pairs";
    show_evaluations(fit_rule, fitting, of);
    std::optional<Progress> simulating;
    rule.progress = [&](std::uint32_t done) {
        if (!simulating)
            simulating.emplace("free run", rule.simulations(), quiet);
        simulating->advance_to(done);
    };
    return free_forecast(fit_windows(plan), plan.events[plan.test.events], plan.test.first,
                         plan.activity, fit_rule, rule, threads);
}

} // namespace

int fit_command(const StudyOptions& options) {
    const auto begun = Clock::now();
    const auto files = named_files(options.events, "--events");
    if (!files)
        return misuse;
    Problems problems;
    const auto plan = read_study(options.config, false, *files, problems);
    if (refuse(problems) || !plan)
        return failure;
    warn(plan->notes);
    OutputFolder folder(output_path(options), "fit");
    const Sample cases = plan->of_policy ? appraisal_sample(fit_windows(*plan), plan->appraisal)
                                         : sample(fit_windows(*plan));
    if (!options.quiet)
        fmt::print("{}: {} cases, {} actors\n", plan->name, cases.size(), cases.actors.size());
    FitRule rule = plan->rule;
    if (plan->of_policy)
        rule.roles = appraisal_roles(plan->appraisal);
    DoctrineFit found;
    std::vector<ClassFit>& fits = found.classes;
    {
        Progress progress("fit", 0, options.quiet);
        std::string of = "all classes";
        if (plan->appraisal.doctrine) {
            rule.doctrine = appraisal_doctrine(plan->appraisal);
            show_evaluations(rule, progress, of);
            found = fit_doctrines(cases, plan->classes, rule, thread_count(options.threads));
        } else
            for (const QuadClass q : plan->classes) {
                of = class_names[index(q)];
                show_evaluations(rule, progress, of);
                fits.push_back(fit(cases, q, rule, thread_count(options.threads)));
                add_errors(cases, rule, fits.back(), thread_count(options.threads));
            }
    }
    if (!options.quiet) {
        for (const ClassFit& f : fits)
            print_fit(f);
        print_doctrine(found);
    }
    warn(fits);
    for (const std::string& warning : found.warnings)
        log_warning(warning);
    folder.add("coefficients.toml", plan->of_policy ? policy_toml(fits, plan->appraisal.tick_days)
                                                    : coefficients_toml(fits));
    folder.add("fit.csv", fit_csv(fits));
    if (plan->appraisal.doctrine) {
        folder.add("actors.csv", doctrine_csv(cases, found));
        folder.add("doctrine.toml", doctrine_toml(cases, found));
    } else
        folder.add("actors.csv", actors_csv(cases, fits));
    finish(folder, *plan, begun, options.quiet);
    return code_of(fits);
}

int score_command(const StudyOptions& options) {
    const auto begun = Clock::now();
    const auto files = named_files(options.events, "--events");
    const auto rivals = named_files(options.rivals, "--rival");
    if (!files || !rivals)
        return misuse;
    Problems problems;
    const auto plan = read_study(options.config, true, *files, problems);
    if (refuse(problems) || !plan)
        return failure;
    warn(plan->notes);
    const EventSeries& tested = plan->events[plan->test.events];
    const auto pairs =
        active_pairs(tested, plan->history.first, plan->history.last, plan->activity);
    if (pairs.empty()) {
        log_error(fmt::format("no pair of {} reaches {} acts a week in the history", plan->name,
                              plan->activity));
        return failure;
    }
    const Sample test =
        sample({{&tested, plan->test.first, plan->test.last, plan->activity, &pairs}});
    std::vector<std::vector<Forecasts>> others(plan->classes.size());
    for (std::size_t k = 0; k < plan->classes.size(); ++k)
        for (const auto& [name, file] : *rivals)
            if (auto f = read_predictions(file, test, tested, plan->classes[k], problems))
                others[k].push_back(std::move(*f));
    if (refuse(problems))
        return failure;

    OutputFolder folder(output_path(options), "score");
    const Sample cases = sample(fit_windows(*plan));
    const unsigned threads = thread_count(options.threads);
    const auto groups = dyad_groups(tested.actors(), plan->ties.get());
    std::vector<std::vector<std::size_t>> members(groups.size()); // cases of each group
    std::vector<std::uint32_t> cluster;
    for (std::size_t row = 0; row < test.size(); ++row) {
        const auto [a, b] = std::minmax(test.source[row], test.target[row]);
        cluster.push_back(a * static_cast<std::uint32_t>(test.actors.size()) + b);
        for (std::size_t g = 0; g < groups.size(); ++g)
            if (groups[g].has(test.source[row], test.target[row]))
                members[g].push_back(row);
    }
    const ClusterBootstrap bootstrap(cluster);
    std::string predictions = predictions_header();
    std::vector<ScoredModel> table;
    std::vector<ClassFit> fits;
    std::optional<Progress> progress;
    progress.emplace("fit", 0, options.quiet);
    std::string of;
    for (std::size_t k = 0; k < plan->classes.size(); ++k) {
        const QuadClass q = plan->classes[k];
        const auto& counts = test.counts[index(q)];
        std::vector<std::pair<std::string, Forecasts>> models;
        const auto fitted = [&](FitRule rule, const std::string& name) {
            of = std::string(class_names[index(q)]) + " of " + name;
            show_evaluations(rule, *progress, of);
            return fit(cases, q, rule, threads);
        };
        for (const Baseline& b : baselines(q))
            models.emplace_back(b.name, forecast(fitted(b.rule, b.name), test));
        std::size_t next = 0;
        for (const auto& [name, file] : *rivals)
            models.emplace_back(name, std::move(others[k][next++]));
        fits.push_back(fitted(plan->rule, std::string(own_model)));
        models.emplace_back(own_model, forecast(fits.back(), test));
        predictions += predictions_csv(test, tested, q, models.back().second);
        const auto reference = std::find_if(
            models.begin(), models.end(), [](const auto& m) { return m.first == reference_model; });
        const std::vector<double> standard = log_scores(reference->second, counts);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            if (members[g].empty())
                continue;
            const auto counted = pick(counts, members[g]);
            for (const auto& [name, f] : models) {
                const Forecasts those = pick(f, members[g]);
                const auto gain = bootstrap.difference(log_scores(f, counts), standard, members[g]);
                table.push_back({name, q, groups[g].name, score(those, counted), gain,
                                 calibration(those, counted)});
            }
        }
    }
    progress.reset();
    warn(fits);
    folder.add("predictions.csv", predictions);
    folder.add("scores.csv", scores_csv(table));
    folder.add("coefficients.toml", coefficients_toml(fits));
    if (!options.quiet) {
        fmt::print("{}: fitted to {} cases, tested on {} pairs in {} weeks\n\n", plan->name,
                   cases.size(), pairs.size(), plan->test.last - plan->test.first + 1);
        print_scores(table);
        print_groups(table);
    }
    if (plan->free_run.replications > 0) {
        const FreeForecast free = simulate_totals(*plan, options.quiet, threads);
        const std::vector<FreeRunScore> of_totals = scores(free, groups);
        folder.add("forecasts.csv", forecasts_csv(free, tested));
        folder.add("free_run.csv", free_run_csv(free, of_totals));
        if (!options.quiet)
            print_free_run(of_totals);
    }
    finish(folder, *plan, begun, options.quiet);
    return success;
}

} // namespace demarche
