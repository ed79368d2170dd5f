#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <stdexcept>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/process.h"
#include "sim/cli/ranks.h"
#include "sim/cli/sweep_summary.h"
#include "sim/cli/terminal.h"
#include "sim/cli/version.h"
#include "sim/core/threads.h"
#include "sim/io/journal.h"
#include "sim/io/manifest.h"
#include "sim/io/sweep_tables.h"
#include "sim/io/work_folder.h"
#include "sim/study/in_order.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr unsigned results_per_thread = 64; // that may wait for a slow run

std::optional<LoadedSweep> load(const std::string& file, const fs::path& scenario, bool speak) {
    Problems problems;
    auto loaded = load_sweep(file, problems, scenario);
    if (speak)
        refuse(problems);
    return loaded;
}

/// outputs/kazakh_dilemma, outputs/kazakh_dilemma.shard-2-of-4
fs::path output_path(const SweepOptions& options, const std::string& name) {
    if (!options.out.empty()) {
        const fs::path out = fs::absolute(options.out).lexically_normal();
        return out.filename().empty() ? out.parent_path() : out;
    }
    std::string folder = name;
    if (options.shard.of > 1)
        folder += fmt::format(".shard-{}-of-{}", options.shard.number + 1, options.shard.of);
    return fs::absolute(fs::path("outputs") / folder);
}

fs::path near(const fs::path& path) {
    const fs::path proximate = path.lexically_proximate(fs::current_path());
    return *proximate.begin() == ".." ? path : proximate;
}

SweepIdentity identity(const LoadedSweep& loaded, Shard shard) {
    return identity_of(loaded, shard, std::string(program_version), std::string(program_commit));
}

struct Done {
    std::uint64_t runs = 0, failed = 0;
    bool complete = true;
};

/// Threads of this process: all cores, or one where every core has a rank.
unsigned threads_of(const SweepOptions& options, const Ranks* ranks) {
    return thread_count(options.threads == 0 && ranks != nullptr ? 1 : options.threads);
}

/// Does the runs that the work folder does not have yet, on this process or on all ranks.
Done run_rounds(const LoadedSweep& loaded, const SweepOptions& options, const WorkFolder& work,
                Ranks* ranks) {
    Done done;
    Simulator simulator(loaded.sweep);
    for (Rounds rounds(loaded.sweep, options.shard); rounds.next();) {
        const auto see = [&](const RunResult& result) {
            rounds.note(result);
            ++done.runs;
            done.failed += !result.failure.empty();
        };
        Journal journal(work.journal(rounds.number()), see);
        if (done.runs > 0 && rounds.number() == 0 && !options.quiet)
            fmt::print(stderr, "{}: goes on after {} of {} runs\n", loaded.name, journal.size(),
                       rounds.size());
        const std::uint64_t earlier = done.runs - journal.size();
        Progress progress(loaded.name, earlier + rounds.size(), options.quiet, done.runs);
        InOrder<RunResult> jobs;
        jobs.count = rounds.size();
        jobs.first = journal.size();
        jobs.threads = threads_of(options, ranks);
        jobs.window = results_per_thread;
        jobs.stop = [] { return interruption() != 0; };
        jobs.work = [&](std::uint64_t i) { return simulator.run(rounds.job(i)); };
        jobs.collect = [&](std::uint64_t, RunResult& result) {
            journal.add(result);
            see(result);
            progress.advance_to(
                done.runs,
                fmt::format(", {:.0f} runs/s{}", progress.rate(done.runs),
                            done.failed > 0 ? fmt::format(", {} failed", done.failed) : ""));
        };
        const std::uint64_t end =
            ranks == nullptr ? jobs.run()
                             : ranks->run(jobs, [&](std::uint64_t i) { return rounds.job(i); });
        done.complete = end == rounds.size();
        journal.sync();
        if (!done.complete)
            break;
    }
    return done;
}

/// Writes the output of a whole sweep from its journals.
SweepSummary write_output(const LoadedSweep& loaded, const std::vector<fs::path>& journals,
                          OutputFolder& folder) {
    add_sources(loaded, folder);
    MergedJournals merged(journals);
    SweepSummary summary =
        write_sweep_tables(loaded, [&](RunResult& result) { return merged.next(result); }, folder);
    const auto files = folder.close();
    folder.add("manifest.json",
               sweep_manifest_json(loaded, identity(loaded, {}), summary.runs, summary.failed,
                                   Fingerprint::hex(summary.fingerprint), files));
    folder.commit();
    return summary;
}

/// Writes the results of a shard for `demarche merge`.
void write_shard(const LoadedSweep& loaded, const SweepOptions& options, const WorkFolder& work,
                 const Done& done, OutputFolder& folder) {
    add_sources(loaded, folder);
    for (const fs::path& journal : work.journals())
        folder.add_file(journal);
    const auto files = folder.close();
    folder.add("manifest.json", sweep_manifest_json(loaded, identity(loaded, options.shard),
                                                    done.runs, done.failed, "", files));
    folder.commit();
}

void print_end(const OutputFolder& folder, std::chrono::steady_clock::time_point begun) {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    fmt::print("{}: {} ({})\n", folder.replaces() ? "Output, in place of an earlier one" : "Output",
               near(folder.path()).string(), duration_text(wall.count()));
}

int code_of(const SweepSummary& summary) {
    if (summary.failed == 0)
        return success;
    log_warning(fmt::format("{} of {} runs failed, first at point {}: {}", summary.failed,
                            summary.runs, summary.first_failed_point, summary.first_failure));
    return summary.failed == summary.runs ? failure : success;
}

/// The sweep as one process sees it, or the first of several ranks.
int run_sweep(const LoadedSweep& loaded, const SweepOptions& options, Ranks* ranks) {
    const auto begun = std::chrono::steady_clock::now();
    const fs::path out = output_path(options, fs::path(options.file).stem().string());
    OutputFolder folder(out, sweep_output); // refuses an output that was changed
    const fs::path part = out.string() + ".part";
    if (!options.restart && !fs::exists(part) &&
        is_finished(out, loaded, identity(loaded, options.shard))) {
        fmt::print(stderr,
                   "{}: '{}' is finished already, from the same files and the same program, and "
                   "stays as it is; --restart runs it again\n",
                   loaded.name, near(out).string());
        return success;
    }
    WorkFolder work(part, identity(loaded, options.shard), options.restart);
    try {
        const Done done = run_rounds(loaded, options, work, ranks);
        if (!done.complete) {
            log_error(fmt::format("interrupted; {} runs are kept in '{}', the same command goes on",
                                  done.runs, near(work.path()).string()));
            return by_signal + interruption();
        }
        if (options.shard.of > 1) {
            write_shard(loaded, options, work, done, folder);
            work.remove();
            if (!options.quiet) {
                fmt::print("{}, shard {}: {} runs{}\n", loaded.name, shard_text(options.shard),
                           done.runs,
                           done.failed > 0 ? fmt::format(", {} failed", done.failed) : "");
                print_end(folder, begun);
            }
            return success;
        }
        const SweepSummary summary = write_output(loaded, work.journals(), folder);
        work.remove();
        if (!options.quiet) {
            print_sweep_summary(loaded, summary);
            print_end(folder, begun);
        }
        return code_of(summary);
    } catch (const std::runtime_error& e) {
        log_error(e.what());
        log_error(fmt::format("finished runs are kept in '{}'; the same command goes on",
                              near(work.path()).string()));
        return failure;
    }
}

/// The other ranks: they only work.
int serve(const LoadedSweep& loaded, const SweepOptions& options, Ranks& ranks) {
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, SIG_IGN); // rank 0 decides
    Simulator simulator(loaded.sweep);
    ranks.serve(threads_of(options, &ranks), [&](Job job) { return simulator.run(job); });
    return success;
}

std::uint64_t hash_of(const SweepIdentity& identity) {
    Fingerprint sum;
    for (const std::string* text : {&identity.version, &identity.commit, &identity.sweep,
                                    &identity.scenario, &identity.points})
        for (const char c : *text + '\n')
            sum.add(static_cast<std::uint64_t>(c));
    return sum.value();
}

} // namespace

int sweep_command(const SweepOptions& options) {
    std::optional<Ranks> ranks;
    const bool is_first = started_first();
    std::optional<LoadedSweep> loaded;
    try {
        if (started_ranks() > 1)
            ranks.emplace();
        loaded = load(options.file, {}, is_first);
        if (ranks)
            ranks->require_same(loaded ? hash_of(identity(*loaded, options.shard)) : 0);
    } catch (const std::exception&) {
        if (is_first)
            throw;
        return failure; // one says it for all
    }
    if (!loaded)
        return failure;
    if (options.dry_run)
        return is_first ? print_plan(*loaded, options) : success;
    if (!is_first)
        return serve(*loaded, options, *ranks);
    catch_interruptions();
    return run_sweep(*loaded, options, ranks ? &*ranks : nullptr);
}

int merge_command(const std::vector<std::string>& shards, const SweepOptions& options) {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<fs::path> journals;
    std::map<std::uint32_t, std::string> folder_of;
    std::optional<SweepIdentity> first;
    for (const std::string& name : shards) {
        const FinishedShard shard = read_shard(name);
        if (!first)
            first = shard.identity;
        SweepIdentity same = shard.identity;
        same.shard = first->shard;
        const std::vector<std::string> different = first->differences(same);
        if (!different.empty() || shard.identity.shard.of != first->shard.of)
            throw std::runtime_error(fmt::format(
                "'{}' and '{}' are no shards of one sweep: {}", shards[0], name,
                different.empty() ? "they are of different numbers" : different[0] + " differs"));
        const auto [at, is_new] = folder_of.try_emplace(shard.identity.shard.number, name);
        if (!is_new)
            throw std::runtime_error(fmt::format("'{}' and '{}' are the same shard, {}", at->second,
                                                 name, shard_text(shard.identity.shard)));
        journals.insert(journals.end(), shard.journals.begin(), shard.journals.end());
    }
    for (std::uint32_t k = 0; k < first->shard.of; ++k)
        if (!folder_of.contains(k))
            throw std::runtime_error(
                fmt::format("shard {} is missing", shard_text({k, first->shard.of})));
    if (first->version != program_version || first->commit != program_commit)
        throw std::runtime_error(
            fmt::format("the shards were made by another program ({} {}); this is {} {}",
                        first->version, first->commit, program_version, program_commit));
    const fs::path source = shards[0];
    auto loaded = load((source / "sweep.toml").string(), source / "scenario.toml", true);
    if (!loaded)
        return failure;
    loaded->scenario_text = first->scenario;
    OutputFolder folder(output_path(options, loaded->name), sweep_output);
    const SweepSummary summary = write_output(*loaded, journals, folder);
    if (!options.quiet) {
        print_sweep_summary(*loaded, summary);
        print_end(folder, begun);
    }
    return code_of(summary);
}

} // namespace demarche
