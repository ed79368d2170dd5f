#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/process.h"
#include "sim/cli/summary.h"
#include "sim/cli/terminal.h"
#include "sim/cli/version.h"
#include "sim/core/threads.h"
#include "sim/engine/world.h"
#include "sim/io/files.h"
#include "sim/io/manifest.h"
#include "sim/io/output_folder.h"
#include "sim/io/scenario_reader.h"
#include "sim/study/ensemble.h"
#include "sim/study/outcomes.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

struct Interrupted : std::exception {};

/// What is kept of a run: its rows and its outcome.
struct RunRecorder final : Recorder {
    RunRecorder(TableSet tables, std::optional<std::uint32_t> replication)
        : csv(tables, replication) {}
    bool reads_causes() const override { return csv.reads_causes(); }
    void begin(const World& w) override { outcome.begin(w); }
    void crisis_ended(const World& w, const Crisis& c, std::string_view how) override {
        csv.crisis_ended(w, c, how);
        outcome.crisis_ended(w, c, how);
    }
    void tick(const World& w, std::span<const Message> messages) override {
        outcome.tick(w, messages);
        csv.tick(w, messages);
        if (interruption() != 0)
            throw Interrupted();
    }
    CsvRecorder csv;
    OutcomeRecorder outcome;
};

std::optional<LoadedScenario> load(const std::string& config,
                                   const std::vector<std::string>& overrides) {
    Problems problems;
    auto loaded = load_scenario(config, overrides, problems);
    refuse(problems);
    return loaded;
}

} // namespace

int check_command(const std::string& config, const std::vector<std::string>& overrides) {
    const auto loaded = load(config, overrides);
    if (!loaded)
        return failure;
    const Scenario& s = loaded->scenario;
    const World world(s); // throws where the rates have no equilibrium
    fmt::print("{}: fine. {} states, {} to {}, {} tick{} of {} day{}.\n", config, s.actor_count(),
               iso(s.start), iso({s.start.number + s.days - 1}), s.ticks(),
               s.ticks() == 1 ? "" : "s", s.tick_days, s.tick_days == 1 ? "" : "s");
    fmt::print("{}{}{}", note_on_levels(s, false), note_on_facts(s), note_on_shocks(s));
    return success;
}

int run_command(const RunOptions& options) {
    std::vector<std::string> overrides = options.overrides;
    if (options.seed)
        overrides.push_back("run.seed=" + std::to_string(*options.seed));
    const auto loaded = load(options.config, overrides);
    if (!loaded)
        return failure;
    const Scenario& scenario = loaded->scenario;

    catch_interruptions();
    const auto begun = std::chrono::steady_clock::now();
    OutputFolder folder(options.out.empty() ? fs::path("outputs") / fs::path(options.config).stem()
                                            : fs::path(options.out),
                        "run");
    folder.add("scenario.toml", loaded->text);
    if (!loaded->timeline.empty())
        folder.add(fs::path(loaded->timeline).filename().string(), read_file(loaded->timeline));

    const bool many = options.replications > 0;
    std::array<std::size_t, table_count> file{};
    for (std::size_t t = 0; t < table_count; ++t)
        if (options.tables >> t & 1U) {
            file[t] = folder.open(std::string(table_names[t]) + ".csv");
            folder.write(file[t], csv_header(static_cast<Table>(t), many));
        }
    const auto drain = [&](CsvRecorder& csv) {
        for (std::size_t t = 0; t < table_count; ++t)
            if (options.tables >> t & 1U) {
                folder.write(file[t], csv.rows[t]);
                csv.rows[t].clear();
            }
    };

    Manifest manifest{folder.command(),
                      std::string(program_version),
                      std::string(program_commit),
                      std::max(1U, options.replications),
                      0,
                      ""};
    Progress progress(scenario.name,
                      many ? options.replications : static_cast<std::uint64_t>(scenario.ticks()),
                      options.quiet);
    std::vector<RunOutcome> outcomes;
    Fingerprint fingerprint;
    Ensemble ensemble;
    ensemble.scenario = &scenario;
    ensemble.replications = manifest.replications;
    ensemble.threads = thread_count(options.threads);
    ensemble.record = [&](std::uint32_t replication) {
        auto recorder = std::make_unique<RunRecorder>(
            options.tables, many ? std::optional(replication) : std::nullopt);
        if (!many)
            recorder->csv.drain = [&, ticks = std::uint64_t{0}](CsvRecorder& csv) mutable {
                drain(csv);
                progress.advance_to(++ticks);
            };
        return recorder;
    };
    ensemble.collect = [&](std::uint32_t replication, Recorder& recorder, std::uint64_t print) {
        auto& run = static_cast<RunRecorder&>(recorder);
        drain(run.csv);
        outcomes.push_back(std::move(run.outcome.outcome));
        fingerprint.add(print);
        if (!many)
            manifest.fingerprint = Fingerprint::hex(print);
        else
            progress.advance_to(replication + 1);
    };
    try {
        ensemble.run();
    } catch (const Interrupted&) {
        log_error("interrupted; nothing was written");
        return by_signal + interruption();
    } catch (const RatesExplode& e) {
        if (manifest.replications == 1)
            throw;
        throw RatesExplode(std::string(e.what()) +
                           ". `demarche sweep` goes on past failed runs and counts them");
    }
    if (many)
        manifest.fingerprint = Fingerprint::hex(fingerprint.value());

    const std::vector<OutputFolder::File> files = folder.close();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    manifest.wall_seconds = wall.count();
    folder.add("manifest.json", manifest_json(manifest, scenario, files));
    folder.commit();
    if (!options.quiet) {
        print_summary(scenario, outcomes, many);
        fmt::print("\nFingerprint {}, {} in {}.\n", manifest.fingerprint,
                   many ? fmt::format("{} replications", options.replications) : "one run",
                   duration_text(wall.count()));
        const fs::path near = folder.path().lexically_proximate(fs::current_path());
        fmt::print("{}: {}\n", folder.replaces() ? "Output, in place of an earlier one" : "Output",
                   (*near.begin() == ".." ? folder.path() : near).string());
        for (const OutputFolder::File& f : files)
            if (f.name.ends_with(".csv") && f.name.find("timeline") == std::string::npos)
                fmt::print("  {:<12} {:>9} rows\n", f.name, f.lines - 1);
    }
    return success;
}

} // namespace demarche
