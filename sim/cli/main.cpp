#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/process.h"
#include "sim/cli/version.h"

namespace {

constexpr const char* overrides_help =
    "Replace one value of the scenario, e.g. state.KAZ.pacifism=0.9 (repeatable)";

/// Does what the command line says and returns the exit code.
int command_line(int argc, char** argv) {
    using namespace demarche;
    CLI::App app{"Demarche: a fast, exactly reproducible simulator of diplomacy.", "demarche"};
    app.set_version_flag("--version",
                         fmt::format("demarche {} ({})", program_version, program_commit));
    app.require_subcommand(1);
    app.footer("Examples:\n"
               "  demarche run configs/minimal.toml\n"
               "  demarche run configs/tug_of_war.toml --replications 200\n"
               "  demarche run configs/tug_of_war.toml --set state.KAZ.pacifism=0.2 --out "
               "outputs/hawkish\n"
               "  demarche check my_scenario.toml");

    RunOptions run;
    std::vector<std::string> tables;
    CLI::App* const run_app = app.add_subcommand("run", "Run a scenario and record what happens");
    run_app->add_option("config", run.config, "Scenario file (TOML)")->required();
    run_app->add_option("--out", run.out, "Output folder (default: outputs/<name of the file>)");
    run_app->add_option("--seed", run.seed, "Seed of the random numbers (default: the scenario's)")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{INT64_MAX}));
    run_app
        ->add_option("--replications", run.replications,
                     "Run this many times with different random numbers")
        ->check(CLI::Range(1U, 100'000'000U));
    run_app->add_option("--threads", run.threads, "Threads (default: all cores)")
        ->check(CLI::Range(1U, 1024U));
    run_app->add_option("--set", run.overrides, overrides_help)->allow_extra_args(false);
    run_app
        ->add_option("--record", tables,
                     "Tables to write, comma separated: events, dyads, actors, system, crises "
                     "(default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember(std::vector<std::string>(table_names.begin(), table_names.end())));
    run_app->add_flag("--quiet", run.quiet, "Print nothing but errors");
    run_app->footer("Example:\n  demarche run configs/tug_of_war.toml --replications 200 --seed 7");

    std::string config;
    std::vector<std::string> overrides;
    CLI::App* const check_app =
        app.add_subcommand("check", "Say everything that is wrong with a scenario");
    check_app->add_option("config", config, "Scenario file (TOML)")->required();
    check_app->add_option("--set", overrides, overrides_help)->allow_extra_args(false);
    check_app->footer("Example:\n  demarche check configs/tug_of_war.toml");

    std::string policy;
    CLI::App* const policies_app =
        app.add_subcommand("policies", "List policies and knobs with their parameters");
    policies_app->add_option("name", policy, "Only this policy, with all its parameters");
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
    init_app->add_option("name", request.name, "Name of the scenario: letters, digits, _ and -");
    init_app->add_option("states", request.states,
                         "Two or more states, ISO 3166 alpha-3 (KAZ) or three invented capitals");
    init_app->add_option("--start", request.start, "First day")->capture_default_str();
    init_app->add_option("--days", request.days, "Length of the run")->capture_default_str();
    init_app->add_option("--out", request.file, "File to write (default: <name>.toml)");
    init_app->footer("Example:\n  demarche init baltic EST LTU LVA RUS --start 2025-06-01");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? success : misuse;
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
    if (check_app->parsed())
        return check_command(config, overrides);
    if (policies_app->parsed())
        return policies_command(policy);
    if (reference_app->parsed())
        return reference_command();
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
