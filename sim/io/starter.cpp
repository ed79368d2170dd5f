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

bool share_a_border(const std::string& a, const std::string& b) {
    const KnownState* const state = known_state(a);
    return state != nullptr && std::find(state->neighbours.begin(), state->neighbours.end(), b) !=
                                   state->neighbours.end();
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

std::string tie_text(const std::string& a, const std::string& b) {
    std::string text = "\n[tie." + a + "-" + b + "]\n";
    text += share_a_border(a, b) ? "border = true\n" : offered(Tie{}, {"border"});
    if (const auto km = known_distance(a, b))
        text += "distance_km = " + std::to_string(*km) + "\n";
    else
        text += offered(Tie{}, {"distance_km"});
    return text + offered(Tie{}, {"defence", "nonaggression", "affinity", "rivalry", "rung"});
}

std::string event_text(const StarterRequest& request) {
    const Day start = *date(request.start);
    return "[event.rebuke]\ndate = " + iso({start.number + *whole_number(request.days) / 3}) +
           "\nsource = \"" + request.states[0] + "\"\ntarget = \"" + request.states[1] +
           "\"\n"
           "act = \"criticise\"    # `demarche acts` lists what there is\n"
           "channel = \"public\"   # or \"private\"\n"
           "salience = 5         # how loud; 1 is an average act of the news\n";
}

std::string organisation_text(const StarterRequest& request) {
    return "# [organisation.LEAGUE]\n"
           "# name = \"An example\"\n"
           "# mandate = \"security\"   # or \"economic\", \"universal\"\n"
           "# members = [\"" +
           request.states[0] + "\", \"" + request.states[1] +
           "\"]\n"
           "# mediation = 0.2        # 0 to 1, how readily it mediates between its own members\n";
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
        "# A start, not a finding: power, weapons, borders and distances are facts, all else is a\n"
        "# default, and the one event is an example.\n"
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
        "# What binds or divides two states, ids in alphabetical order. border: Correlates of "
        "War,\n"
        "# Direct Contiguity. distance_km: least distance between territories, Correlates of War.\n"
        "#\n" +
        legend(Tie{});
    for (std::size_t a = 0; a < ids.size(); ++a)
        for (std::size_t b = a + 1; b < ids.size(); ++b)
            text += tie_text(ids[a], ids[b]);
    text +=
        "\n"
        "# ------------------------------------------------------------------------- Relations\n"
        "# Messages a day from the first to the second in ordinary times. Pairs without a line "
        "get\n"
        "# what states of their power, distance and rivalry do on average, which is uncertain; "
        "where\n"
        "# you have counted, write all four: a [relation] that lacks one is refused.\n"
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
        "\n" +
        organisation_text(request) +
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
