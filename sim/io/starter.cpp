#include "sim/io/starter.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <set>

#include "sim/core/date.h"
#include "sim/engine/setting.h"
#include "sim/io/problems.h"
#include "sim/io/section.h"
#include "sim/io/states.h"

namespace demarche {
namespace {

constexpr int longest_run = 36525; // days, as [run] allows

std::optional<int> whole_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.starts_with('-'))
        return std::nullopt;
    return number;
}

/// A date in the form 2025-01-01 that the calendar has.
std::optional<Day> date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = whole_number(text.substr(0, 4));
    const auto month = whole_number(text.substr(5, 2));
    const auto day = whole_number(text.substr(8, 2));
    if (!year || !month || !day)
        return std::nullopt;
    return make_day(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
}

std::string capitals(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// "; did you mean 'KAZ' (Kazakhstan)?" for what is near a code or a name, in any case.
std::string hint_of_state(const std::string& id) {
    std::vector<std::string> codes, names;
    for (const KnownState& s : known_states()) {
        codes.push_back(s.code);
        names.push_back(capitals(s.name));
    }
    for (const auto* known : {&codes, &names})
        if (const std::string* const found = nearest(capitals(id), *known)) {
            const KnownState& s = known_states()[static_cast<std::size_t>(found - known->data())];
            return "; did you mean '" + s.code + "' (" + s.name + ")?";
        }
    return "";
}

/// What the shipped world says of two states; the default tie where it lacks one of them.
Tie known_tie(const std::string& a, const std::string& b) {
    const KnownState* const one = known_state(a);
    const KnownState* const other = known_state(b);
    if (one == nullptr || other == nullptr)
        return {};
    const auto row = [](const KnownState* s) {
        return static_cast<std::size_t>(s - known_states().data());
    };
    return known_world().tie(row(one), row(other));
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// A value as a scenario writes it.
std::string value_text(const Parameter& p, double value) {
    return p.unit != yes_no_unit ? number_text(value) : value != 0 ? "true" : "false";
}

/// One commented line for each number an object declares: "#   face   1   0 to 2  meaning".
template <class T>
std::string legend(T object) {
    std::string text;
    object.describe([&](const Parameter& p, double& value) {
        const std::string range = p.unit == yes_no_unit
                                      ? "true or false"
                                      : range_text(p) + (p.unit.empty() ? "" : " " + p.unit);
        text += "#   " + padded(p.name, 15) + padded(value_text(p, value), 8) + padded(range, 20) +
                p.meaning + "\n";
    });
    return text;
}

/// "# face = 1" for each key of an object, to be uncommented.
template <class T>
std::string offered(T object, const std::vector<std::string>& keys) {
    std::string text;
    object.describe([&](const Parameter& p, double& value) {
        if (std::find(keys.begin(), keys.end(), p.name) != keys.end())
            text += "# " + p.name + " = " + value_text(p, value) + "\n";
    });
    return text;
}

std::string state_text(const std::string& id) {
    std::string text = "\n[state." + id + "]\n";
    const Actor unknown;
    if (const KnownState* const s = known_state(id))
        text += "name = \"" + s->name + "\"\npower = " + s->power +
                "\nnuclear = " + (s->nuclear() ? "true" : "false") + "\n";
    else
        text += "name = \"" + id +
                "\"        # no state of the world has this code; call it what you like\n" +
                "power = " + number_text(unknown.power) +
                "       # the default: a small state\nnuclear = false\n";
    return text + offered(unknown.knobs, {"pacifism", "loyalty", "discretion", "face"});
}

/// One line for what differs from a default tie, and behind "#" what held on the world's first day
/// alone. The pair of the example event has one anyway, so that a shock can change it.
std::string tie_text(const std::string& a, const std::string& b, bool needed) {
    std::vector<double> standard;
    Tie{}.describe([&](const Parameter&, double& value) { standard.push_back(value); });
    const std::set<std::string> of_a_day{"rung", "force", "relations"};
    std::string lasting, then;
    std::size_t k = 0;
    known_tie(a, b).describe([&](const Parameter& p, double& value) {
        if (value == standard[k++])
            return;
        std::string& to = of_a_day.contains(p.name) ? then : lasting;
        to += (to.empty() ? "" : ", ") + p.name + " = " + value_text(p, value);
    });
    if (lasting.empty() && then.empty()) {
        if (!needed)
            return "";
        lasting = "distance_km = " + number_text(Tie{}.distance_km);
    }
    return a + "-" + b + " = { " + lasting + " }" + (then.empty() ? "" : "   # " + then) + "\n";
}

std::string ties_text(const StarterRequest& request, const std::vector<std::string>& ids) {
    const auto [first, second] = std::minmax(request.states[0], request.states[1]);
    std::string text;
    for (std::size_t a = 0; a < ids.size(); ++a)
        for (std::size_t b = a + 1; b < ids.size(); ++b)
            text += tie_text(ids[a], ids[b], ids[a] == first && ids[b] == second);
    return text;
}

std::string event_text(const StarterRequest& request) {
    const Day start = *date(request.start);
    return "[event.rebuke]\ndate = " + iso({start.number + *whole_number(request.days) / 3}) +
           "\nsource = \"" + request.states[0] + "\"\ntarget = \"" + request.states[1] +
           "\"\n"
           "act = \"criticise\"    # `demarche acts` lists what there is, and on which channels\n"
           "channel = \"public\"   # criticism always is; \"demand\" could be \"private\", too\n"
           "salience = 5         # how loud; 1 is an average act of the news\n";
}

/// The organisations of the shipped world that have two of these states or more, with these
/// members; an example to be uncommented where there is none.
std::string organisations_text(const std::vector<std::string>& ids) {
    std::string text;
    for (Organisation o : known_world().organisations) { // a copy, because `describe` may write
        std::vector<std::string> members;
        for (const std::size_t row : o.members)
            if (std::binary_search(ids.begin(), ids.end(), known_states()[row].code))
                members.push_back(known_states()[row].code);
        if (members.size() < 2)
            continue;
        text += "\n[organisation." + o.id + "]\nname = \"" + o.name + "\"\nmandate = \"" +
                std::string(mandate_names[static_cast<std::size_t>(o.mandate)]) + "\"\n";
        o.describe([&](const Parameter& p, double& value) {
            text += p.name + " = " + value_text(p, value) + "\n";
        });
        text += "members = " + list_text(members) + "\n";
    }
    return !text.empty() ? text
                         : "\n# [organisation.LEAGUE]\n"
                           "# name = \"An example\"\n"
                           "# mandate = \"security\"\n"
                           "# mediation = 0.2\n"
                           "# members = " +
                               list_text({ids[0], ids[1]}) + "\n";
}

std::string shock_text(const StarterRequest& request) {
    const auto [a, b] = std::minmax(request.states[0], request.states[1]);
    const Day start = *date(request.start);
    return "# [shock.hotline_cut]\n# date = " +
           iso({start.number + *whole_number(request.days) / 2}) + "\n# set = { tie." + a + "-" +
           b + ".private_open = false }\n";
}

} // namespace

std::vector<std::string> problems_of(const StarterRequest& request) {
    std::vector<std::string> problems;
    const auto in_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    if (request.name.empty())
        problems.emplace_back("a scenario needs a name: demarche init NAME STATE STATE ...");
    else if (request.name.front() == '-' ||
             !std::all_of(request.name.begin(), request.name.end(), in_name))
        problems.push_back("'" + request.name +
                           "' cannot name a scenario: letters, digits, '_' and '-'");
    if (std::any_of(request.file.begin(), request.file.end(),
                    [](char c) { return c >= 0 && c < ' '; }))
        problems.emplace_back("a file name cannot hold control characters");
    std::set<std::string> seen;
    for (const std::string& id : request.states)
        if (!is_state_id(id))
            problems.push_back("'" + id +
                               "' cannot be the id of a state: three capital letters, as in "
                               "ISO 3166" +
                               hint_of_state(id));
        else if (!seen.insert(id).second)
            problems.push_back("'" + id + "' is named twice");
    if (request.states.size() < 2)
        problems.push_back("a scenario needs at least two states, not " +
                           std::to_string(request.states.size()));
    if (!date(request.start))
        problems.push_back("--start must be a date such as 2025-01-01, not '" + request.start +
                           "'");
    const auto days = whole_number(request.days);
    if (!days || *days < 1 || *days > longest_run)
        problems.push_back("--days must be a whole number from 1 to " +
                           std::to_string(longest_run) + ", not '" + request.days + "'");
    return problems;
}

std::vector<std::string> doubts_about(const StarterRequest& request) {
    std::vector<std::string> doubts;
    for (const std::string& id : request.states)
        if (is_state_id(id) && known_state(id) == nullptr)
            doubts.push_back("no state of the world has the code '" + id +
                             "', so it gets defaults" + hint_of_state(id));
    return doubts;
}

std::string starting_scenario(const StarterRequest& request) {
    std::vector<std::string> ids = request.states;
    std::sort(ids.begin(), ids.end());
    std::string text =
        "# A start, not a finding: states, ties and organisations are facts of the years named "
        "below,\n# all else is a default, and the one event is an example.\n"
        "# Change what you know better, then:\n"
        "#\n"
        "#   demarche check " +
        request.file +
        "\n"
        "#   demarche run " +
        request.file +
        "\n"
        "#\n"
        "# Every key there is: demarche reference\n"
        "\n"
        "name = \"" +
        request.name +
        "\"\n"
        "title = \"" +
        request.name +
        "\"\n"
        "\n"
        "[run]\n"
        "start = " +
        request.start +
        "\n"
        "days = " +
        request.days +
        "\n"
        "# tick_days = 1\n"
        "# seed = 1\n"
        "\n"
        "# ---------------------------------------------------------------------------- States\n"
        "# power: CINC of 2022, Correlates of War. nuclear: SIPRI Yearbook 2024.\n"
        "# What a state is like (default, range, meaning):\n"
        "#\n" +
        legend(Knobs{});
    for (const std::string& id : ids)
        text += state_text(id);
    text +=
        "\n"
        "# ------------------------------------------------------------------------------ Ties\n"
        "# What binds or divides two states, ids in alphabetical order. Pairs without a line, and "
        "keys that a\n# line lacks, have the default. As of 2018, from the shipped "
        "configs/world.toml, "
        "whose remarks say more:\n"
        "#   pacts     in force in 2018: Alliance Treaty Obligations and Provisions 5.1, "
        "corrected\n"
        "#   rivalry   strategic rivals of 2018: Thompson, Sakuwa and Suhas\n"
        "#   border    Correlates of War, Direct Contiguity 3.2\n"
        "#   distance  least between territories, Correlates of War; strangers more than 1500 km "
        "apart\n#             keep the default\n"
        "# Behind \"#\" stands how it was on 1 January 2018: put inside the braces what holds at "
        "the start.\n"
        "#\n" +
        legend(Tie{}) + "\n[tie]\n" + ties_text(request, ids) +
        "\n"
        "# ------------------------------------------------------------------------- Relations\n"
        "# Levels: messages a day from the first to the second in ordinary times. Those of pairs "
        "without a line\n# are drawn from the gravity prior (power, distance, border, rivalry, "
        "defence and chance): once for all\n# replications, anew for each seed. Most draws are "
        "quiet, some are many times the mean, so a crisis or a\n# war that one seed shows may be "
        "owed to its draw alone. Where you have counted, write all four, both ways\n"
        "# (a [relation] that lacks one is refused); where not, average over seeds: "
        "docs/experiments.md, \"Levels\n"
        "# that nobody states\".\n"
        "\n"
        "# [relation." +
        request.states[0] + "-" + request.states[1] +
        "]\n"
        "# vcoop = 0.3     # verbal cooperation\n"
        "# mcoop = 0.01    # material cooperation\n"
        "# vconf = 0.02    # verbal conflict\n"
        "# mconf = 0.002   # material conflict\n"
        "\n"
        "# --------------------------------------------------------------------- Organisations\n"
        "# Those of configs/world.toml with two of these states or more, members of 1 January "
        "2018. "
        "mandate:\n# \"security\", \"economic\" or \"universal\" (a forum). mediation: 0 to 1, how "
        "readily it mediates\n# between its own members, a judgement.\n" +
        organisations_text(ids) +
        "\n"
        "# ---------------------------------------------------------------------------- Events\n"
        "# What happens because you say so: an example, a public rebuke. Run with it and without "
        "it: the\n# difference is its effect.\n"
        "\n" +
        event_text(request) +
        "\n"
        "# ---------------------------------------------------------------------------- Shocks\n"
        "# Numbers and switches that change on a day: here the two close their private channel.\n"
        "\n" +
        shock_text(request);
    return text;
}

} // namespace demarche
