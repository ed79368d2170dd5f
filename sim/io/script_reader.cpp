#include <algorithm>
#include <map>
#include <tuple>

#include "sim/io/reading.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/source.h"
#include "sim/io/toml_text.h"

namespace demarche {
namespace {

void read_stance(Reading& reading, const Entry& entry) {
    Stance stance;
    std::optional<std::size_t> actor, ally, enemy;
    Section s(reading.problems);
    reading.state_key(s, "state", actor, "who decides");
    reading.state_key(s, "ally", ally, "the belligerent a defence pact binds it to");
    reading.state_key(s, "enemy", enemy, "whom the ally fights");
    s.parameter({"honour", "", 0, 1,
                 "chance that it fights; in a war under way at the start, how much it supports"},
                stance.honour)
        .required();
    reading.read(s, "stance", entry);
    if (!actor || !ally || !enemy)
        return;
    stance.actor = *actor;
    stance.ally = *ally;
    stance.enemy = *enemy;
    const Place place = place_of(entry.table);
    const std::string name = "stance '" + entry.id + "'";
    if (*actor == *ally || *actor == *enemy || *ally == *enemy) {
        reading.problems.add(place, name + " needs three different states");
        return;
    }
    const auto& known = reading.scenario.stances;
    if (std::any_of(known.begin(), known.end(), [&](const Stance& other) {
            return std::tie(other.actor, other.ally, other.enemy) ==
                   std::tie(stance.actor, stance.ally, stance.enemy);
        }))
        reading.problems.add(place, name + ": another stance says already what " +
                                        reading.state_ids[*actor] + " does for " +
                                        reading.state_ids[*ally] + " against " +
                                        reading.state_ids[*enemy]);
    reading.scenario.stances.push_back(stance);
    const std::vector<Tie>& ties = reading.scenario.setting.ties;
    const bool bound = std::any_of(ties.begin(), ties.end(), [&](const Tie& t) {
        return t.a == std::min(*actor, *ally) && t.b == std::max(*actor, *ally) && t.defence > 0;
    });
    if (!bound)
        reading.problems.add(place, name + ": no defence pact binds " + reading.state_ids[*actor] +
                                        " to " + reading.state_ids[*ally]);
}

/// Whether a script may have this act posted like this.
void check_event(Reading& reading, const Act& act, const toml::table& table,
                 std::optional<std::size_t> source, std::optional<Channel> channel) {
    const auto wrong = [&](const char* key, const std::string& what) {
        reading.problems.add(place_of(*table.get(key)), "'" + act.id + "' " + what);
    };
    if (act.mechanism != Mechanism::policy && act.mechanism != Mechanism::pact)
        wrong("act", "is posted by the engine (" +
                         std::string(mechanism_names[static_cast<std::size_t>(act.mechanism)]) +
                         "); it cannot be scripted");
    if (act.needs(Requirement::nuclear) && source &&
        reading.scenario.setting.actors[*source].nuclear == 0)
        wrong("act", "is illegal: " + reading.state_ids[*source] + " has no nuclear weapons");
    if (act.at_site && !table.contains("site"))
        wrong("act", "happens at a site; 'site' must say which");
    if (channel && !act.allows(*channel)) {
        std::vector<std::string> allowed;
        for (Channel c : act.channels)
            allowed.emplace_back(channel_names[index(c)]);
        wrong("channel", "cannot be " + std::string(channel_names[index(*channel)]) +
                             "; allowed: " + listing(allowed));
    }
}

/// The day of what has a key 'date'.
std::optional<int> day_of(const Reading& reading, const toml::table& table,
                          const std::optional<Day>& date) {
    const toml::node* const node = table.get("date");
    return node != nullptr ? reading.day_in_run(*node, date) : std::nullopt;
}

void read_event(Reading& reading, const Entry& entry) {
    ScriptedEvent event;
    event.id = entry.id;
    std::optional<std::size_t> source, target, act, site;
    std::optional<Day> date;
    std::optional<Channel> channel;
    Section s(reading.problems);
    s.date("date", date, "when; a day of the run").required();
    reading.state_key(s, "source", source, "who acts");
    reading.state_key(s, "target", target, "towards whom");
    reading
        .name_key(s, "act", "act", ids(reading.scenario.acts.all()), act,
                  "what is done: an id of `demarche acts` or of this scenario")
        .required();
    s.choice(
         "channel", words(channel_names), [&](std::size_t i) { channel = static_cast<Channel>(i); },
         "who can see it; the act must allow it")
        .otherwise("the act's first");
    s.parameter({"salience", "", 0, 1000, "how loud it is; 1 is an average act of the news"},
                event.salience);
    reading
        .name_key(s, "site", "site", ids(reading.scenario.setting.sites), site,
                  "the site it happens near; acts at a site need one")
        .otherwise("none");
    reading.read(s, "event", entry);
    const auto day = day_of(reading, entry.table, date);
    if (source && target && *source == *target)
        reading.problems.add(place_of(*entry.table.get("target")), "a state cannot act on itself");
    if (!act)
        return;
    const Act& a = reading.scenario.acts.all()[*act];
    check_event(reading, a, entry.table, source, channel);
    if (!source || !target || !day)
        return;
    event.day = *day;
    event.source = *source;
    event.target = *target;
    event.act = static_cast<ActId>(*act);
    event.channel = channel.value_or(a.channels.empty() ? Channel::public_ : a.channels.front());
    if (site)
        event.site = static_cast<int>(*site);
    reading.scenario.events.push_back(std::move(event));
}

/// Whether a number can be another from a day on.
bool can_change(const std::string& path) {
    const bool fixed =
        path.starts_with("memory.") ||
        (path.starts_with("tie.") && (path.ends_with(".rung") || path.ends_with(".force")));
    return !fixed;
}

std::string hint_of_path(Setting& setting, const std::string& path) {
    const std::string holder = path.substr(0, path.rfind('.') + 1);
    bool holder_is_known = false;
    std::vector<std::string> names;
    setting.describe([&](const Parameter& p, double&) {
        holder_is_known |= p.name.starts_with(holder);
        names.push_back(p.name);
    });
    if (!holder_is_known && (path.starts_with("tie.") || path.starts_with("relation.")))
        return ", because the scenario states no such " + path.substr(0, path.find('.'));
    const std::string instead = hint(path, names);
    return instead.empty() ? "; paths look like '" + names.front() + "'" : instead;
}

void read_change(Reading& reading, Shock& shock, const std::string& path, const toml::key& key,
                 const toml::node& number) {
    Setting& setting = reading.scenario.setting;
    const ParameterReference found = find_parameter(setting, path);
    const bool is_number = found.value != nullptr;
    const bool is_fixed =
        is_number ? !can_change(path)
                  : !path.empty() && (reading.root.at_path(path) || path.starts_with("run."));
    if (is_fixed) {
        reading.problems.add(place_of(key),
                             "'" + path + "' holds for the whole run; a shock cannot change it");
        return;
    }
    if (!is_number) {
        // "tie.A-B.key"
        const std::size_t dot = path.rfind('.');
        if (path.starts_with("tie.") && dot > 4 && path.find('-') < dot &&
            !reading.tie_pair(path.substr(4, dot - 4), place_of(key)))
            return;
        reading.problems.add(place_of(key),
                             "no number is called '" + path + "'" + hint_of_path(setting, path));
        return;
    }
    double value = *found.value;
    Section one(reading.problems);
    one.parameter(found.parameter, value);
    one.handle(path, number);
    shock.set.emplace_back(path, value);
}

/// Which shock sets a number on a day.
using ShockOf = std::map<std::pair<int, std::string>, std::string>;

void read_shock(Reading& reading, ShockOf& shock_of, const Entry& entry) {
    Shock shock;
    shock.id = entry.id;
    std::optional<Day> date;
    Section s(reading.problems);
    s.date("date", date, "when; a day of the run").required();
    s.custom("set", "table: path = number, `true` or `false`",
             "the numbers and switches that change, by their paths",
             [&](const toml::node& value) {
                 const std::string example = "{ \"tie.ARM-RUS.defence\" = 0 }";
                 const toml::table* const numbers = value.as_table();
                 if (numbers == nullptr)
                     expected(reading.problems, value, "set", "a table such as " + example);
                 else if (numbers->empty())
                     reading.problems.add(place_of(entry.table),
                                          "'set' is empty: a shock changes a number, such as " +
                                              example);
                 else
                     visit_paths(*numbers, [&](const std::string& path, const toml::key& key,
                                               const toml::node& number) {
                         read_change(reading, shock, path, key, number);
                     });
             })
        .required();
    reading.read(s, "shock", entry);
    if (const auto day = day_of(reading, entry.table, date)) {
        shock.day = *day;
        for (const auto& [path, value] : shock.set) {
            const auto [first, is_first] = shock_of.try_emplace({*day, path}, shock.id);
            if (!is_first)
                reading.problems.add(place_of(*entry.table["set"].as_table()->get(path)),
                                     "'" + path + "' is set by shock '" + first->second +
                                         "' on the same day, too");
        }
        reading.scenario.shocks.push_back(std::move(shock));
    }
}

} // namespace

std::vector<std::pair<std::string, double>> read_dated_override(const Scenario& scenario,
                                                                const std::filesystem::path& file,
                                                                const std::string& text,
                                                                Problems& problems) {
    const auto changes = parse_override(text, problems);
    if (!changes)
        return {};
    Reading reading{*changes, problems, {}, scenario};
    Shock shock;
    visit_paths(*changes, [&](const std::string& path, const toml::key& key,
                              const toml::node& value) {
        if (can_change(path) && find_parameter(reading.scenario.setting, path).value != nullptr) {
            read_change(reading, shock, path, key, value);
            return;
        }
        // `run` says what is wrong with it, if anything is. (Not whether what has a day would still
        // be within a shorter run.)
        Problems of_run;
        if (!path.starts_with("run."))
            load_scenario(file, {text}, of_run);
        problems.add(of_run, [](const Place& place) { return place; });
        if (of_run.empty())
            problems.add(place_of(key), "'" + path + "' cannot change on a day of a run" +
                                            (path.starts_with("tie.") && can_change(path)
                                                 ? ", because the scenario states no such tie"
                                                 : "") +
                                            "; for a whole run: demarche run " + file.string() +
                                            " --set " + text);
    });
    return std::move(shock.set);
}

void read_script(Reading& reading) {
    reading.each("stance", [&](const Entry& entry) { read_stance(reading, entry); });
    reading.each("event", [&](const Entry& entry) { read_event(reading, entry); });
    ShockOf shock_of;
    reading.each("shock", [&](const Entry& entry) { read_shock(reading, shock_of, entry); });
    // Those of one tick apply in the order of their dates.
    std::stable_sort(reading.scenario.shocks.begin(), reading.scenario.shocks.end(),
                     [](const Shock& a, const Shock& b) { return a.day < b.day; });
}

} // namespace demarche
