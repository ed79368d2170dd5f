#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "sim/cli/explain.h"
#include "sim/cli/explain_text.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/cli/version.h"
#include "sim/core/threads.h"
#include "sim/io/explain_json.h"
#include "sim/io/result_file.h"
#include "sim/study/ensemble.h"

namespace demarche {
namespace {

std::vector<std::string> state_ids(const Scenario& s) {
    std::vector<std::string> ids;
    for (const Actor& a : s.setting.actors)
        ids.push_back(a.id);
    return ids;
}

/// The row of a state, or of any entity that can send a message.
std::size_t entity(const Scenario& s, const std::string& id, bool state_only) {
    std::vector<std::string> ids = state_ids(s);
    if (!state_only) {
        for (const Organisation& o : s.setting.organisations)
            ids.push_back(o.id);
        for (const ArmedGroup& g : s.setting.groups)
            ids.push_back(g.id);
    }
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (found == ids.end())
        throw WrongQuestion("no state is called '" + id + "'" + hint(id, ids));
    return static_cast<std::size_t>(found - ids.begin());
}

/// What --event means: a number, an event of the script, or SOURCE:ACT:TARGET, the first such act.
Wanted wanted_event(const Scenario& s, const std::string& text) {
    if (const auto id = whole_number(text))
        return [id](const Message& m) { return m.id == *id; };
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        const std::string prefix = text.starts_with("event.") ? "event." : "";
        std::vector<std::string> events;
        for (const ScriptedEvent& e : s.events) {
            events.push_back(prefix + e.id);
            if (events.back() != text)
                continue;
            return [&s, &e](const Message& m) {
                return m.scripted && m.tick == s.tick_of(e.day) && m.source == e.source &&
                       m.target == e.target && m.act == e.act;
            };
        }
        throw WrongQuestion("--event: '" + text +
                            "' is neither a number of events.csv, nor SOURCE:ACT:TARGET, nor an "
                            "event of the scenario" +
                            hint(text, events));
    }
    const std::size_t second = text.find(':', colon + 1);
    if (second == std::string::npos)
        throw WrongQuestion("--event: '" + text + "' is not SOURCE:ACT:TARGET");
    const std::size_t source = entity(s, text.substr(0, colon), false);
    const std::string act = text.substr(colon + 1, second - colon - 1);
    const std::size_t target = entity(s, text.substr(second + 1), true);
    const Act* const known = s.acts.find(act);
    if (known == nullptr) {
        std::vector<std::string> acts;
        for (const Act& a : s.acts.all())
            acts.push_back(a.id);
        throw WrongQuestion("no act is called '" + act + "'" + hint(act, acts));
    }
    return [source, target, a = s.acts.id_of(*known)](const Message& m) {
        return m.source == source && m.target == target && m.act == a;
    };
}

[[noreturn]] void not_the_same_run(const PastRun& past) {
    throw std::runtime_error(fmt::format(
        "{}: run again, it comes out differently, so it cannot be explained: it was made by "
        "demarche {} ({}), this is demarche {} ({}). Run its scenario.toml with this version, then "
        "ask",
        past.folder.string(), past.manifest.version, past.manifest.commit, program_version,
        program_commit));
}

/// Runs a whole ensemble again for its fingerprint. `every` sees what the replications came to.
std::string fingerprint_again(const PastRun& past, const ExplainOptions& options,
                              const std::function<void(const RunOutcome&)>& every) {
    Fingerprint all;
    Progress progress("checking " + past.folder.string(), past.manifest.replications, false);
    Ensemble ensemble;
    ensemble.scenario = &past.loaded.scenario;
    ensemble.replications = past.manifest.replications;
    ensemble.threads = thread_count(options.threads);
    ensemble.record = [](std::uint32_t) { return std::make_unique<OutcomeRecorder>(); };
    ensemble.collect = [&](std::uint32_t replication, Recorder& run, std::uint64_t print) {
        all.add(print);
        if (every)
            every(static_cast<OutcomeRecorder&>(run).outcome);
        progress.advance_to(replication + 1);
    };
    ensemble.run();
    return Fingerprint::hex(all.value());
}

} // namespace

std::optional<std::uint32_t> whole_number(const std::string& text) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

std::size_t state_row(const Scenario& s, const std::string& id) {
    return entity(s, id, true);
}

std::pair<std::size_t, std::size_t> state_pair(const Scenario& s, const std::string& text,
                                               const std::string& option) {
    const std::size_t dash = text.find('-');
    if (dash == std::string::npos)
        throw WrongQuestion(option + " names two states, such as " + s.setting.actors[0].id + "-" +
                            s.setting.actors[1].id + ", not '" + text + "'");
    const std::size_t a = state_row(s, text.substr(0, dash));
    const std::size_t b = state_row(s, text.substr(dash + 1));
    if (a == b)
        throw WrongQuestion(option + ": a pair is two states, not '" + text.substr(0, dash) +
                            "' twice");
    return {a, b};
}

Retold tell(const PastRun& past, const World& first_morning, const ExplainOptions& options,
            const Wanted& wanted, const std::function<void(const RunOutcome&)>& every) {
    const bool many = past.manifest.replications > 1;
    CsvRecorder csv(many && past.events ? 1U << static_cast<unsigned>(Table::events) : 0U,
                    options.replication);
    Retold retold = tell_again(first_morning, options.replication, wanted, &csv);
    bool same = true;
    if (!many)
        same = is_fingerprint_of(past, retold.fingerprint);
    else if (past.events)
        same = has_events(past, options.replication, csv.rows[0]);
    if (many && same && (every || !past.events))
        same = fingerprint_again(past, options, every) == past.manifest.fingerprint;
    if (!same)
        not_the_same_run(past);
    return retold;
}

namespace {

/// Which run of an ensemble the answer is about.
void print_which(const PastRun& past, const ExplainOptions& options) {
    if (past.manifest.replications > 1)
        fmt::print("Replication {} of {} (another: --replication R)\n\n", options.replication,
                   past.manifest.replications);
}

void explain_event(const PastRun& past, const World& first_morning, const ExplainOptions& options) {
    const Retold retold =
        tell(past, first_morning, options, wanted_event(past.loaded.scenario, options.event));
    if (!retold.found) {
        const std::size_t messages = retold.story.messages.size();
        throw WrongQuestion(
            whole_number(options.event)
                ? fmt::format("--event {}: replication {} has the messages 1 to {}", options.event,
                              options.replication, messages)
                : fmt::format("--event {}: there is no such message in replication {}",
                              options.event, options.replication));
    }
    const Message& m = retold.story.message(*retold.found);
    const Account* const account = retold.account ? &*retold.account : nullptr;
    const Origins origins = trace_origins(retold.story, m.id, options.threshold);
    print_which(past, options);
    print_account(retold.story, m, account, origins);
    if (!options.json.empty())
        write_result(options.json, account_json(retold.story, m, account, origins));
}

void explain_dyad(const PastRun& past, const World& first_morning, const ExplainOptions& options) {
    const auto [a, b] = state_pair(past.loaded.scenario, options.dyad, "--dyad");
    std::vector<RunOutcome::Pair> runs; // what the pair came to in all
    const std::size_t pair = pair_index(a, b, first_morning.n);
    const Retold retold = tell(past, first_morning, options, {}, [&](const RunOutcome& outcome) {
        runs.push_back(outcome.pairs[pair]);
    });
    const Ascent ascent = explain_ascent(retold.story, a, b, options.threshold);
    print_which(past, options);
    print_ascent(retold.story, ascent, options.threshold, runs);
    if (!options.json.empty())
        write_result(options.json, ascent_json(retold.story, ascent));
}

} // namespace

int explain_command(const ExplainOptions& options) {
    const bool fork = !options.without.empty() || !options.changes.empty();
    const int questions = !options.event.empty() + !options.dyad.empty() + fork;
    if (questions != 1) {
        log_error(questions == 0
                      ? "ask something: --event ID, --dyad A-B, --without X or --set PATH=VALUE; "
                        "`demarche explain --help` has an example of each"
                      : "one question at a time: --event, --dyad, or --without and --set");
        return misuse;
    }
    if (!fork && (options.replications != 0 || !options.at.empty())) {
        log_error("--replications and --at belong to --without and --set");
        return misuse;
    }
    if (is_taken(options.json, &explain_answer, "--json"))
        return failure;
    Problems problems;
    const auto past = read_past_run(options.folder, problems);
    if (refuse(problems) || !past)
        return failure;
    if (options.replication >= past->manifest.replications) {
        log_error(fmt::format("--replication {}: {} has the replications 0 to {}",
                              options.replication, options.folder,
                              past->manifest.replications - 1));
        return misuse;
    }
    try {
        const World first_morning(past->loaded.scenario);
        if (!options.event.empty())
            explain_event(*past, first_morning, options);
        else if (!options.dyad.empty())
            explain_dyad(*past, first_morning, options);
        else
            explain_what_if(*past, first_morning, options);
    } catch (const WrongQuestion& wrong) {
        std::istringstream lines(wrong.what());
        for (std::string line; std::getline(lines, line);)
            log_error(line);
        return misuse;
    }
    return success;
}

} // namespace demarche
