#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/import_command.h"
#include "sim/cli/log.h"
#include "sim/cli/process.h"
#include "sim/cli/study_commands.h"
#include "sim/cli/version.h"
#include "sim/io/event_formats.h"
#include "sim/io/problems.h"

namespace {

constexpr const char* overrides_help =
    "Replace one value of the scenario, e.g. state.KAZ.pacifism=0.9 (repeatable)";

/// Accepts whole numbers in a range; help shows nothing of it.
CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
    return {[low, high](const std::string& text) -> std::string {
                std::int64_t value = 0;
                const char* const end = text.data() + text.size();
                const auto [rest, error] = std::from_chars(text.data(), end, value);
                if (error == std::errc::invalid_argument || rest != end)
                    return "'" + text + "' is not a whole number";
                if (error != std::errc() || value < low || value > high)
                    return text + " is out of range; allowed: " + std::to_string(low) + " to " +
                           std::to_string(high);
                return "";
            },
            ""};
}

/// "2/4" as a shard; what is wrong with it otherwise.
std::string read_shard_number(const std::string& text, demarche::Shard& shard) {
    std::uint32_t number = 0, of = 0;
    const char* const end = text.data() + text.size();
    const auto slash = std::from_chars(text.data(), end, number);
    const bool is_cut = slash.ec == std::errc() && slash.ptr != end && *slash.ptr == '/';
    const auto rest = is_cut ? std::from_chars(slash.ptr + 1, end, of) : slash;
    constexpr std::uint32_t most = 1'000'000;
    if (!is_cut || rest.ec != std::errc() || rest.ptr != end || number < 1 || number > of ||
        of > most)
        return "'" + text + "' is no part of a sweep, such as 2/4";
    shard = {number - 1, of};
    return "";
}

CLI::App* add_explain(CLI::App& app, demarche::ExplainOptions& explain) {
    CLI::App* const command = app.add_subcommand("explain", "Say why it came so in a run");
    command->add_option("out", explain.folder, "Output folder of a run")
        ->required()
        ->type_name("FOLDER");
    command
        ->add_option("--event", explain.event,
                     "Why this act? An id of events.csv, SOURCE:ACT:TARGET for the first such act, "
                     "or an event of the scenario")
        ->type_name("ID");
    command->add_option("--dyad", explain.dyad, "Why did this pair climb? Two states")
        ->type_name("A-B");
    command
        ->add_option("--without", explain.without,
                     "What if not? An event (event.X, or an id of events.csv), shock.X, state.X, "
                     "group.X, actor.X (either), site.X, organisation.X or tie.X-Y (repeatable)")
        ->allow_extra_args(false)
        ->type_name("WHAT");
    command
        ->add_option("--set", explain.changes, "What if this number had been another? (repeatable)")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
    command
        ->add_option("--at", explain.at,
                     "From which day on (default: the event's or shock's, else the first)")
        ->type_name("DATE");
    command
        ->add_option(
            "--replications", explain.replications,
            "How many pairs of runs to compare (default: as many as were run, at least 100)")
        ->check(whole_number(1, 100'000'000))
        ->type_name("N");
    command->add_option("--replication", explain.replication, "Which replication (default: 0)")
        ->check(whole_number(0, 99'999'999))
        ->type_name("R");
    command
        ->add_option("--threshold", explain.threshold,
                     "Least share of a branch that is shown (default: 0.02)")
        ->check(CLI::Range(1e-6, 1.0).description(""))
        ->type_name("SHARE");
    command->add_option("--threads", explain.threads, "Threads, at most 1024 (default: all cores)")
        ->check(whole_number(1, 1024))
        ->type_name("N");
    command->add_option("--json", explain.json, "Write the answer to this file, too")
        ->type_name("FILE");
    command->footer("Examples:\n"
                    "  demarche explain outputs/tug_of_war --event event.insult\n"
                    "  demarche explain outputs/tug_of_war --dyad BLR-UKR\n"
                    "  demarche explain outputs/tug_of_war --without event.insult\n"
                    "  demarche explain outputs/tug_of_war --set state.KAZ.pacifism=0.2 --at "
                    "2024-08-15");
    return command;
}

/// An empty name, such as of a shell variable that is not set, does not stand for the default.
void refuse_empty_names(CLI::App& app) {
    const CLI::Validator named(
        [](const std::string& name) {
            return std::string(name.empty() ? "the name is empty" : "");
        },
        "");
    for (CLI::Option* const option : app.get_options())
        if (option->get_type_name() == "FILE" || option->get_type_name() == "FOLDER")
            option->check(named);
    for (CLI::App* const command : app.get_subcommands([](CLI::App*) { return true; }))
        refuse_empty_names(*command);
}

CLI::App* add_import_events(CLI::App& import, demarche::ImportOptions& options) {
    CLI::App* const command =
        import.add_subcommand("events", "Turn public event data into one table of events");
    command->add_option("files", options.files, "Event files: plain, .gz or .zip, in any order")
        ->required()
        ->type_name("FILE...");
    std::vector<std::string> formats;
    for (const demarche::EventFormat& format : demarche::event_formats())
        formats.push_back(format.name);
    command
        ->add_option("--format", options.format,
                     "How they are written: " + demarche::listing(formats, "or"))
        ->required()
        ->check(CLI::IsMember(formats).description(""))
        ->type_name("FORMAT");
    command
        ->add_option("--out", options.out,
                     "File to write, gzipped if it ends in .gz (default: standard output)")
        ->type_name("FILE");
    command
        ->add_option("--actors", options.actors,
                     "Names of actors and their states, beyond configs/actors.csv")
        ->type_name("FILE");
    command->add_option("--report", options.report, "Write what was left out, and why, to this CSV")
        ->type_name("FILE");
    command->add_flag("--quiet", options.quiet, "Print nothing but errors");
    command->footer(
        "Examples:\n"
        "  demarche import events events.2018.tab.zip --format icews --out icews18.csv.gz\n"
        "  demarche import events 2023*.export.CSV.zip --format gdelt --out gdelt.csv.gz "
        "--report left_out.csv");
    return command;
}

CLI::App* add_import_world(CLI::App& import, demarche::WorldSources& sources, std::string& out,
                           bool& quiet) {
    CLI::App* const command = import.add_subcommand(
        "world", "Turn Correlates of War and ATOP data into a scenario of all states of a year");
    command->add_option("--year", sources.year, "Which year")
        ->required()
        ->check(whole_number(1816, 2100))
        ->type_name("YEAR");
    command
        ->add_option("--capabilities", sources.capabilities,
                     "National Material Capabilities: who is a state, and its power")
        ->required()
        ->type_name("FILE");
    command->add_option("--alliances", sources.alliances, "ATOP, dyad-years: pacts")
        ->type_name("FILE");
    command->add_option("--contiguity", sources.contiguity, "Direct Contiguity: borders, distances")
        ->type_name("FILE");
    command->add_option("--igo", sources.igo, "Intergovernmental Organizations, dyads: members")
        ->type_name("FILE");
    command
        ->add_option("--actors", sources.actors,
                     "State numbers and mandates, beyond configs/actors.csv")
        ->type_name("FILE");
    command->add_option("--out", out, "Scenario to write (default: standard output)")
        ->type_name("FILE");
    command->add_flag("--quiet", quiet, "Print nothing but errors");
    command->footer(
        "Example:\n"
        "  demarche import world --year 2012 --capabilities NMC-60-abridged.csv "
        "--alliances atop5_1dy.csv\n"
        "      --contiguity contdird.csv --igo dyadic_format3.csv --out world2012.toml");
    return command;
}

CLI::App* add_report(CLI::App& app, demarche::ReportCommandOptions& report) {
    CLI::App* const command =
        app.add_subcommand("report", "Show an output folder as one page for a browser");
    command->add_option("out", report.folder, "Output folder of a run, a sweep, a fit or a score")
        ->required()
        ->type_name("FOLDER");
    command->add_option("--out", report.out, "File to write (default: report.html in the folder)")
        ->type_name("FILE");
    command
        ->add_option(
            "--explain", report.explained,
            "Of a run: how many pairs to explain, those that rose most (default: 8; none in "
            "worlds that take long to run again)")
        ->check(whole_number(0, 1000))
        ->type_name("N");
    command->add_option("--threads", report.threads, "Threads, at most 1024 (default: all cores)")
        ->check(whole_number(1, 1024))
        ->type_name("N");
    command->footer("Examples:\n"
                    "  demarche report outputs/tug_of_war\n"
                    "  demarche report outputs/kazakh_dilemma --out dilemma.html");
    return command;
}

CLI::App* add_validate(CLI::App& app, demarche::ValidateOptions& validate) {
    CLI::App* const command =
        app.add_subcommand("validate", "Compare simulated worlds with what is known of real ones");
    command
        ->add_option("config", validate.config,
                     "Scenario that is left to itself (default: the shipped configs/world.toml)")
        ->type_name("FILE");
    command
        ->add_option("--events", validate.events,
                     "Measure these events instead; the scenario says who is bound to whom")
        ->type_name("FILE");
    command->add_option("--worlds", validate.worlds, "Seeds to run (default: 96)")
        ->check(whole_number(1, 10000))
        ->type_name("N");
    command
        ->add_option("--years", validate.years,
                     "Years to measure, after one that is not (default: 2)")
        ->check(whole_number(1, 50))
        ->type_name("N");
    command->add_option("--tick-days", validate.tick_days, "Days of a tick (default: 1)")
        ->check(CLI::IsMember(std::vector<int>{1, 7}).description(""))
        ->type_name("1|7");
    command->add_option("--set", validate.overrides, overrides_help)
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
    command->add_option("--threads", validate.threads, "Threads, at most 1024 (default: all cores)")
        ->check(whole_number(1, 1024))
        ->type_name("N");
    command->add_flag("--markdown", validate.markdown, "As the table of docs/validation.md");
    command->add_flag("--quiet", validate.quiet, "No progress");
    command->footer("Examples:\n"
                    "  demarche validate\n"
                    "  demarche validate configs/world.toml --worlds 100 --years 4\n"
                    "  demarche validate --events icews18.csv.gz");
    return command;
}

/// What is wrong with a command line: of words that no option takes, the first option among them.
std::string complaint(const CLI::App& app, const CLI::ParseError& e) {
    if (dynamic_cast<const CLI::ExtrasError*>(&e) == nullptr)
        return e.what();
    const CLI::App* command = &app;
    while (!command->get_subcommands().empty())
        command = command->get_subcommands().front();
    std::vector<std::string> options;
    for (const CLI::Option* const option : command->get_options())
        for (const std::string& name : option->get_lnames())
            options.push_back("--" + name);
    const std::vector<std::string> extra = app.remaining(true);
    for (const std::string& word : extra)
        if (word.starts_with("-"))
            return "no option is called '" + word + "'" + demarche::hint(word, options);
    return "'" + extra.front() + "' was not expected";
}

/// Does what the command line says and returns the exit code.
int command_line(int argc, char** argv) {
    using namespace demarche;
    CLI::App app{"Demarche: a fast, exactly reproducible simulator of diplomacy.", "demarche"};
    app.set_version_flag("--version",
                         fmt::format("demarche {} ({})", program_version, program_commit));
    app.footer("Examples:\n"
               "  demarche run configs/minimal.toml\n"
               "  demarche run configs/tug_of_war.toml --replications 200\n"
               "  demarche run configs/tug_of_war.toml --set state.KAZ.pacifism=0.2 --out "
               "outputs/hawkish\n"
               "  demarche check my_scenario.toml");

    RunOptions run;
    std::vector<std::string> tables;
    CLI::App* const run_app = app.add_subcommand("run", "Run a scenario and record what happens");
    run_app->add_option("config", run.config, "Scenario file (TOML)")
        ->required()
        ->type_name("FILE");
    run_app
        ->add_option("--out", run.out,
                     "Output folder (default: outputs/<name of the file> in the current folder)")
        ->type_name("FOLDER");
    run_app->add_option("--seed", run.seed, "Seed of the random numbers (default: the scenario's)")
        ->check(whole_number(0, INT64_MAX))
        ->type_name("N");
    run_app
        ->add_option("--replications", run.replications,
                     "Run this many times with different random numbers")
        ->check(whole_number(1, 100'000'000))
        ->type_name("N");
    run_app->add_option("--threads", run.threads, "Threads, at most 1024 (default: all cores)")
        ->check(whole_number(1, 1024))
        ->type_name("N");
    run_app->add_option("--set", run.overrides, overrides_help)
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
    run_app
        ->add_option("--record", tables,
                     "Tables to write, comma separated: events, dyads, actors, system, crises "
                     "(default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember(std::vector<std::string>(table_names.begin(), table_names.end()))
                    .description(""))
        ->type_name("TABLES");
    run_app->add_flag("--quiet", run.quiet, "Print nothing but errors");
    run_app->footer("Example:\n  demarche run configs/tug_of_war.toml --replications 200 --seed 7");

    SweepOptions sweep;
    std::string shard;
    const auto add_sweep_output = [&](CLI::App* command, const char* standard) {
        command
            ->add_option("--out", sweep.out,
                         std::string("Output folder (default: ") + standard + ")")
            ->type_name("FOLDER");
        command->add_flag("--quiet", sweep.quiet, "Print nothing but errors");
    };
    CLI::App* const sweep_app =
        app.add_subcommand("sweep", "Run a scenario at many points of its parameters");
    sweep_app->add_option("sweep", sweep.file, "Sweep file (TOML)")->required()->type_name("FILE");
    add_sweep_output(sweep_app, "outputs/<name of the file> in the current folder");
    sweep_app->add_option("--threads", sweep.threads, "Threads, at most 1024 (default: all cores)")
        ->check(whole_number(1, 1024))
        ->type_name("N");
    sweep_app
        ->add_option("--shard", shard, "Only part K of N, for job arrays; see `demarche merge`")
        ->check(CLI::Validator(
            [&](const std::string& text) { return read_shard_number(text, sweep.shard); }, ""))
        ->type_name("K/N");
    sweep_app->add_flag("--dry-run", sweep.dry_run, "Say how many runs, how long, how much disk");
    sweep_app->add_flag("--restart", sweep.restart,
                        "Begin anew: throw away what an interrupted or finished sweep has left");
    sweep_app->footer("Example:\n  demarche sweep configs/sweeps/kazakh_dilemma.toml");

    std::vector<std::string> shards;
    CLI::App* const merge_app = app.add_subcommand("merge", "Put the shards of a sweep together");
    merge_app->add_option("shards", shards, "Output folders of all shards")
        ->required()
        ->type_name("FOLDER...");
    add_sweep_output(merge_app, "outputs/<name of the sweep> in the current folder");
    merge_app->footer(
        "Example:\n  demarche merge outputs/kazakh_dilemma.shard-* --out outputs/kazakh_dilemma");

    std::string config;
    std::vector<std::string> overrides;
    CLI::App* const check_app =
        app.add_subcommand("check", "Say everything that is wrong with a scenario");
    check_app->add_option("config", config, "Scenario file (TOML)")->required()->type_name("FILE");
    check_app->add_option("--set", overrides, overrides_help)
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
    check_app->footer("Example:\n  demarche check configs/tug_of_war.toml");

    std::string policy;
    CLI::App* const policies_app =
        app.add_subcommand("policies", "List policies and knobs with their parameters");
    policies_app->add_option("name", policy, "Only this policy, with all its parameters")
        ->type_name("NAME");
    policies_app->footer("Example:\n  demarche policies appraisal");

    bool csv = false;
    CLI::App* const acts_app = app.add_subcommand("acts", "List the vocabulary of acts");
    acts_app->add_flag("--csv", csv, "As CSV");
    acts_app->footer("Example:\n  demarche acts --csv > acts.csv");

    CLI::App* const reference_app =
        app.add_subcommand("reference", "Print every key of a scenario, as Markdown");
    reference_app->footer("Example:\n  demarche reference | less");

    // Nothing is required here: init says itself, and at once, all that is missing or wrong.
    StarterRequest request;
    CLI::App* const init_app =
        app.add_subcommand("init", "Write a commented scenario to start from");
    init_app->add_option("name", request.name, "Name of the scenario: letters, digits, _ and -")
        ->type_name("NAME");
    init_app
        ->add_option("states", request.states,
                     "Two or more states, ISO 3166 alpha-3 (KAZ) or three invented capitals")
        ->type_name("STATE");
    init_app->add_option("--start", request.start, "First day (default: " + request.start + ")")
        ->type_name("DATE");
    init_app
        ->add_option("--days", request.days, "Length of the run (default: " + request.days + ")")
        ->type_name("N");
    init_app->add_option("--out", request.file, "File to write (default: <name>.toml)")
        ->type_name("FILE");
    init_app->footer("Example:\n  demarche init baltic EST LTU LVA RUS --start 2025-06-01");

    StudyOptions study;
    const auto add_study = [&](const char* name, const char* what, const char* example) {
        CLI::App* const command = app.add_subcommand(name, what);
        command->add_option("config", study.config, "What to do (TOML)")
            ->required()
            ->type_name("FILE");
        command->add_option("--events", study.events, "A file of events the configuration names")
            ->allow_extra_args(false)
            ->type_name("NAME=FILE");
        command->add_option("--out", study.out, "Output folder (default: outputs/<name>)")
            ->type_name("FOLDER");
        command
            ->add_option("--threads", study.threads, "Threads, at most 1024 (default: all cores)")
            ->check(whole_number(1, 1024))
            ->type_name("N");
        command->add_flag("--quiet", study.quiet, "Print nothing but errors");
        command->footer(example);
        return command;
    };
    CLI::App* const fit_app = add_study(
        "fit", "Estimate the rates of acts from observed events",
        "Where a search gives up or runs out of evaluations, the output is written all the same, "
        "and "
        "the exit code is 1.\n"
        "Example:\n  demarche fit configs/fits/icews.toml --events icews18=icews18.csv.gz "
        "--events icews21=icews21.csv.gz");
    CLI::App* const score_app =
        add_study("score", "Forecast observed events week by week and score the forecasts",
                  "Example:\n  demarche score configs/scores/A18.toml --events "
                  "icews18=icews18.csv.gz");
    score_app->add_option("--rival", study.rivals, "Forecasts of another model, to be ranked")
        ->allow_extra_args(false)
        ->type_name("NAME=FILE");
    CLI::App* const import_app =
        app.add_subcommand("import", "Read public event data, or data on states");
    import_app->require_subcommand(1);
    import_app->footer("Examples:\n"
                       "  demarche import events events.2018.tab --format icews --out "
                       "icews18.csv.gz\n"
                       "  demarche import world --year 2012 --capabilities NMC-60-abridged.csv "
                       "--out world2012.toml");
    ImportOptions import;
    CLI::App* const import_events_app = add_import_events(*import_app, import);
    WorldSources world;
    std::string world_out;
    bool world_quiet = false;
    CLI::App* const import_world_app = add_import_world(*import_app, world, world_out, world_quiet);
    ExplainOptions explain;
    CLI::App* const explain_app = add_explain(app, explain);
    ReportCommandOptions report;
    CLI::App* const report_app = add_report(app, report);
    ValidateOptions validate;
    CLI::App* const validate_app = add_validate(app, validate);

    refuse_empty_names(app);
    if (argc > 1 && argv[1][0] != '-') {
        std::vector<std::string> commands;
        for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
            commands.push_back(command->get_name());
        if (std::find(commands.begin(), commands.end(), argv[1]) == commands.end()) {
            log_error("no command is called '" + std::string(argv[1]) + "'" +
                      hint(argv[1], commands));
            return misuse;
        }
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) { // --help, --version
            app.exit(e);
            return success;
        }
        log_error(complaint(app, e));
        log_problems("Run with --help for more information.\n");
        return misuse;
    }
    if (app.get_subcommands().empty()) {
        fmt::print("{}", app.help());
        return misuse;
    }
    if (run_app->parsed()) {
        if (!tables.empty()) {
            run.tables = 0;
            for (const std::string& t : tables)
                run.tables |= 1U << (std::find(table_names.begin(), table_names.end(), t) -
                                     table_names.begin());
        }
        return run_command(run);
    }
    if (sweep_app->parsed())
        return sweep_command(sweep);
    if (merge_app->parsed())
        return merge_command(shards, sweep);
    if (validate_app->parsed())
        return validate_command(validate);
    if (explain_app->parsed())
        return explain_command(explain);
    if (report_app->parsed())
        return report_command(report);
    if (check_app->parsed())
        return check_command(config, overrides);
    if (policies_app->parsed())
        return policies_command(policy);
    if (reference_app->parsed())
        return reference_command();
    if (fit_app->parsed())
        return fit_command(study);
    if (score_app->parsed())
        return score_command(study);
    if (import_events_app->parsed())
        return import_events_command(import);
    if (import_world_app->parsed()) {
        world.name = world_out.empty() ? "world" + std::to_string(world.year)
                                       : std::filesystem::path(world_out).stem().string();
        return import_world_command(world, world_out, world_quiet);
    }
    if (init_app->parsed()) {
        if (request.file.empty() && !request.name.empty())
            request.file = request.name + ".toml";
        return init_command(request);
    }
    return acts_command(csv);
}

} // namespace

int main(int argc, char** argv) {
    using namespace demarche;
    prepare_process();
    try {
        const int code = command_line(argc, argv);
        flush_output();
        return code;
    } catch (const std::system_error& e) {
        if (e.code() == std::errc::broken_pipe)
            return success; // the reader has seen enough, as in `demarche acts | head`
        log_error(std::ferror(stdout) != 0 ? "standard output: " + e.code().message() : e.what());
    } catch (const std::exception& e) {
        log_error(e.what());
    }
    return failure;
}
