#include <algorithm>
#include <cmath>
#include <csignal>

#include <fmt/format.h>

#include "sim/cli/explain.h"
#include "sim/cli/explain_text.h"
#include "sim/cli/log.h"
#include "sim/cli/terminal.h"
#include "sim/core/threads.h"
#include "sim/io/explain_json.h"
#include "sim/io/result_file.h"

namespace demarche {
namespace {

constexpr std::uint32_t least_replications = 100;
constexpr std::size_t most_pairs = 12;

template <class Things>
std::size_t index_of(const Things& things, const std::string& kind, const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& thing : things)
        ids.push_back(thing.id);
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (found == ids.end())
        throw WrongQuestion("--without: no " + kind + " is called '" + id + "'" +
                            (ids.empty() ? "; the scenario has none" : hint(id, ids)));
    return static_cast<std::size_t>(found - ids.begin());
}

/// Reads what --without, --set and --at say.
class Asking {
public:
    Asking(const PastRun& past, const World& first_morning, const ExplainOptions& options)
        : past_(past), scenario_(past.loaded.scenario), first_morning_(first_morning),
          options_(options) {}

    Question read() {
        std::string wrong;
        const auto attempt = [&](const auto& read_one) {
            try {
                read_one();
            } catch (const WrongQuestion& e) {
                wrong += (wrong.empty() ? "" : "\n") + std::string(e.what());
            }
        };
        for (const std::string& what : options_.without)
            attempt([&] { without(what); });
        Problems problems;
        for (const std::string& text : options_.changes) {
            for (auto& change :
                 read_dated_override(scenario_, past_.folder / "scenario.toml", text, problems))
                question_.intervention.numbers.push_back(std::move(change));
            question_.words.push_back(text);
            from_the_first_day_ = true;
        }
        attempt([&] { question_.intervention.tick = fork_tick(); });
        if (refuse(problems) || !wrong.empty())
            throw WrongQuestion(wrong);
        warn_of_later_shocks();
        return std::move(question_);
    }

private:
    void without(const std::string& what) {
        const std::size_t dot = what.find('.');
        const std::string kind = dot == std::string::npos ? "event" : what.substr(0, dot);
        const std::string id = dot == std::string::npos ? what : what.substr(dot + 1);
        Intervention& x = question_.intervention;
        question_.words.push_back("without " + what);
        if (dot == std::string::npos && whole_number(what)) {
            without_message(*whole_number(what));
            return;
        }
        if (kind == "event") {
            const std::size_t e = index_of(scenario_.events, "event", id);
            x.events.push_back(e);
            begins_with("event." + id, scenario_.events[e].day);
            question_.words.back() = "without event." + id;
            return;
        }
        if (kind == "shock") {
            const std::size_t k = index_of(scenario_.shocks, "shock", id);
            x.shocks.push_back(k);
            begins_with(what, scenario_.shocks[k].day);
            return;
        }
        from_the_first_day_ = true;
        if (kind == "group")
            x.groups.push_back(index_of(scenario_.setting.groups, "group", id));
        else if (kind == "site")
            x.sites.push_back(index_of(scenario_.setting.sites, "site", id));
        else if (kind == "organisation")
            x.organisations.push_back(
                index_of(scenario_.setting.organisations, "organisation", id));
        else if (kind == "state")
            x.states.push_back(index_of(scenario_.setting.actors, "state", id));
        else if (kind == "tie")
            without_tie(state_pair(scenario_, id, "--without tie.X-Y"));
        else if (kind == "actor")
            without_actor(id);
        else
            throw WrongQuestion("--without: '" + what + "' is none of its kinds" +
                                hint(kind, {"actor", "event", "group", "organisation", "shock",
                                            "site", "state", "tie"}));
    }

    /// Takes away pacts and affinity.
    void without_tie(const std::pair<std::size_t, std::size_t>& pair) {
        const Tie& tie = scenario_.setting.tie(pair.first, pair.second);
        if (tie.defence == 0 && tie.neutrality == 0 && tie.nonaggression == 0 &&
            tie.consultation == 0 && tie.affinity == 0)
            throw WrongQuestion("--without tie." + scenario_.setting.actors[pair.first].id + "-" +
                                scenario_.setting.actors[pair.second].id +
                                ": there is no pact and no affinity to take away");
        question_.intervention.ties.push_back(pair);
    }

    /// What the script says on a day is left out.
    void begins_with(const std::string& what, int day) {
        const int tick = scenario_.tick_of(day);
        if (tick >= first_tick_)
            return;
        first_tick_ = tick;
        first_ = what;
    }

    /// A number that is set holds until the script sets it again.
    void warn_of_later_shocks() const {
        const Intervention& x = question_.intervention;
        for (const auto& [path, value] : x.numbers)
            for (std::size_t k = 0; k < scenario_.shocks.size(); ++k) {
                const Shock& shock = scenario_.shocks[k];
                const bool sets_it =
                    std::any_of(shock.set.begin(), shock.set.end(),
                                [&, &p = path](const auto& change) { return change.first == p; });
                if (!sets_it || scenario_.tick_of(shock.day) <= x.tick ||
                    std::find(x.shocks.begin(), x.shocks.end(), k) != x.shocks.end())
                    continue;
                const std::string date = iso({scenario_.start.number + shock.day});
                log_warning(fmt::format("shock.{} sets {} again on {}; to keep it, add --without "
                                        "shock.{}, or change it from that day on with --at {}",
                                        shock.id, path, date, shock.id, date));
            }
    }

    void without_actor(const std::string& id) {
        const Setting& s = scenario_.setting;
        std::vector<std::string> ids;
        const auto look = [&](const auto& things, std::vector<std::size_t>& into) {
            for (std::size_t i = 0; i < things.size(); ++i) {
                ids.push_back(things[i].id);
                if (things[i].id != id)
                    continue;
                into.push_back(i);
                return true;
            }
            return false;
        };
        Intervention& x = question_.intervention;
        if (!look(s.actors, x.states) && !look(s.groups, x.groups) &&
            !look(s.organisations, x.organisations))
            throw WrongQuestion("--without: no state, armed group or organisation is called '" +
                                id + "'" + hint(id, ids));
    }

    void without_message(MessageId id) {
        const Retold retold =
            tell(past_, first_morning_, options_, [id](const Message& m) { return m.id == id; });
        if (!retold.found)
            throw WrongQuestion(fmt::format("--without {}: replication {} has the messages 1 to {}",
                                            id, options_.replication,
                                            retold.story.messages.size()));
        const Message& m = retold.story.message(id);
        const Mechanism posted_by = scenario_.acts[m.act].mechanism;
        if (posted_by == Mechanism::pact || posted_by == Mechanism::mediation)
            throw WrongQuestion(fmt::format("--without {}: {} is what a rule of the engine "
                                            "announces; without the words the deed "
                                            "would stand. Ask with --set {}",
                                            id, scenario_.acts[m.act].id,
                                            posted_by == Mechanism::pact ? "alliance.honour_rate=0"
                                                                         : "mediation.rate=0"));
        if (message_tick_.value_or(m.tick) != m.tick)
            throw WrongQuestion(
                "--without: messages of different ticks; the later one would not be "
                "the same without the earlier one");
        question_.one_past = true;
        message_tick_ = m.tick;
        question_.intervention.messages.push_back(id);
        question_.words.back() = "without " + describe(retold.story, m);
    }

    int fork_tick() const {
        const Scenario& s = scenario_;
        const int natural = from_the_first_day_ || first_tick_ == s.ticks() ? 0 : first_tick_;
        if (options_.at.empty() && !question_.one_past)
            return natural;
        if (question_.one_past) {
            if (!options_.at.empty())
                throw WrongQuestion(
                    "--at: a message is suppressed in its own tick; leave --at out");
            if (first_tick_ < *message_tick_)
                throw WrongQuestion("--without: " + first_ +
                                    " is before the message, which would not be the same "
                                    "without it");
            return *message_tick_;
        }
        const std::string& at = options_.at;
        const std::string first = iso(s.start);
        const std::string last = iso({s.start.number + s.days - 1});
        for (int day = 0; day < s.days; ++day) {
            if (iso({s.start.number + day}) != at)
                continue;
            const int tick = s.tick_of(day);
            if (first_tick_ < tick)
                throw WrongQuestion("--at " + at + ": " + first_ + " is earlier, on " +
                                    iso(s.date(first_tick_)));
            return tick;
        }
        throw WrongQuestion("--at " + at + ": not a day of the run, " + first + " to " + last);
    }

    const PastRun& past_;
    const Scenario& scenario_;
    const World& first_morning_;
    const ExplainOptions& options_;
    Question question_;
    int first_tick_ = scenario_.ticks(); ///< of the first of the script that is left out
    std::string first_;                  ///< which that is
    std::optional<int> message_tick_;    ///< of the messages that are left out
    bool from_the_first_day_ = false;
};

bool tells(const Estimate& e) {
    return std::isfinite(e.low) && (e.low > 0 || e.high < 0);
}

/// Three digits, or the whole number.
std::string number(double x, bool sign) {
    if (x == 0)
        return "0";
    if (std::abs(x) >= 100)
        return sign ? fmt::format("{:+.0f}", x) : fmt::format("{:.0f}", x);
    return sign ? fmt::format("{:+.3g}", x) : fmt::format("{:.3g}", x);
}

/// "-1.2 [-1.5, -0.9] *"
std::string difference_text(const Estimate& e) {
    if (!std::isfinite(e.low))
        return number(e.value, true);
    return fmt::format("{} [{}, {}]{}", number(e.value, true), number(e.low, true),
                       number(e.high, true), tells(e) ? " *" : "");
}

void print_row(const std::string& name, const Effect& e) {
    const std::string line =
        fmt::format("{:<34}{:>10}  {:>10}   {}", name, number(e.as_it_was.value, false),
                    number(e.otherwise.value, false), difference_text(e.difference));
    const bool strong = tells(e.difference) && colours(STDOUT_FILENO);
    fmt::print("{}{}{}\n", strong ? "\033[1m" : "", line, strong ? "\033[0m" : "");
}

struct PairRow {
    std::size_t a, b;
    Effect peak, acts;
    double rank = 0;
};

/// Pairs in which anything differs, those where it can be told from chance first.
std::vector<PairRow> pairs_that_differ(const Scenario& s, const WhatIf::Courses& courses) {
    std::vector<PairRow> rows;
    const std::size_t n = s.actor_count();
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b) {
            const std::size_t p = pair_index(a, b, n);
            PairRow row{
                a, b,
                effect(courses, [p](const RunOutcome& r) { return double(r.pairs[p].peak_rung); }),
                effect(courses, [p](const RunOutcome& r) { return double(r.pairs[p].messages); }),
                0};
            for (const Effect* e : {&row.peak, &row.acts}) {
                const double half = (e->difference.high - e->difference.low) / 2;
                const double size = std::abs(e->difference.value);
                row.rank = std::max(row.rank, std::isfinite(half) && half > 0 ? size / half : size);
            }
            if (row.rank > 0)
                rows.push_back(row);
        }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const PairRow& x, const PairRow& y) { return x.rank > y.rank; });
    return rows;
}

void print_differences(const Scenario& s, const WhatIf::Courses& courses) {
    fmt::print("{:<34}{:>10}  {:>10}   {}\n", "", "as it was", "otherwise",
               courses.as_it_was.size() > 1 ? "difference [95 % interval]" : "difference");
    for (std::size_t q = 0; q < class_count; ++q)
        print_row(fmt::format("messages, {}", class_names[q]),
                  effect(courses, [q](const RunOutcome& r) { return double(r.messages[q]); }));
    print_row("crises begun",
              effect(courses, [](const RunOutcome& r) { return double(r.crises); }));
    const std::vector<PairRow> rows = pairs_that_differ(s, courses);
    const bool one_run = courses.as_it_was.size() == 1;
    std::size_t shown = 0, told = 0;
    for (const PairRow& row : rows) {
        const bool clear = tells(row.peak.difference) || tells(row.acts.difference);
        told += clear;
        if (!(clear || one_run) || shown == most_pairs)
            continue;
        ++shown;
        const std::string pair = s.setting.actors[row.a].id + "-" + s.setting.actors[row.b].id;
        if (row.peak.difference.value != 0)
            print_row(pair + ", highest rung", row.peak);
        print_row(pair + ", conflict acts", row.acts);
    }
    const std::size_t pairs = s.actor_count() * (s.actor_count() - 1) / 2;
    if (one_run) {
        if (rows.size() > shown)
            fmt::print("and {} more of {} pairs.\n", rows.size() - shown, pairs);
        return;
    }
    if (told > shown)
        fmt::print("and {} more pairs whose interval leaves out 0.\n", told - shown);
    fmt::print(
        "\n* the interval leaves out 0. Of {} pairs {} do{}, {} differ{} at all; by chance alone "
        "one interval in twenty would.\n",
        pairs, told, told == 1 ? "es" : "", rows.size(), rows.size() == 1 ? "s" : "");
}

} // namespace

void explain_what_if(const PastRun& past, const World& first_morning,
                     const ExplainOptions& options) {
    const Question question = Asking(past, first_morning, options).read();
    if (!question.one_past)
        tell(past, first_morning, options, {});
    const Scenario& s = past.loaded.scenario;
    WhatIf what_if;
    what_if.first_morning = &first_morning;
    what_if.intervention = question.intervention;
    what_if.replications = options.replications > 0
                               ? options.replications
                               : std::max(past.manifest.replications, least_replications);
    if (question.one_past)
        what_if.past = options.replication;
    what_if.threads = thread_count(options.threads);
    WhatIf::Courses courses;
    {
        Progress progress("comparing", what_if.replications, false);
        what_if.progress = [&](std::uint32_t done) { progress.advance_to(done); };
        courses = what_if.run();
    }
    std::size_t changed = 0;
    for (std::size_t r = 0; r < courses.otherwise.size(); ++r)
        changed += courses.otherwise[r].fingerprint != courses.as_it_was[r].fingerprint;

    std::string what;
    for (const std::string& words : question.words)
        what += (what.empty() ? "" : "; ") + words;
    fmt::print("What if: {}?\n", what);
    fmt::print("From {} on, {}, with the same chance on both sides{}.\n",
               iso(s.date(question.intervention.tick)),
               what_if.replications == 1 ? "once" : fmt::format("{} times", what_if.replications),
               question.one_past
                   ? fmt::format("; one past (replication {}), the first future is what happened",
                                 options.replication)
                   : ", each with its own past");
    fmt::print("{} of {} took another course. Outcomes from that day on:\n\n", changed,
               what_if.replications);
    print_differences(s, courses);
    if (!options.json.empty())
        write_result(options.json, what_if_json(s, question.words, what_if, courses));
}

} // namespace demarche
