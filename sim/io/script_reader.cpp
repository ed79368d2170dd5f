#include <algorithm>

#include "sim/io/reading.h"
#include "sim/io/scenario_reader.h"
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
    s.parameter({"honour", "", 0, 1, "1 fights, 0 stays out, between: supports without fighting"},
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
    if (found.value == nullptr) {
        reading.problems.add(place_of(key),
                             "no number is called '" + path + "'" + hint_of_path(setting, path));
        return;
    }
    const bool fixed =
        path.starts_with("memory.") ||
        (path.starts_with("tie.") && (path.ends_with(".rung") || path.ends_with(".force")));
    if (fixed) {
        reading.problems.add(place_of(key),
                             "'" + path + "' holds for the whole run; a shock cannot change it");
        return;
    }
    double value = *found.value;
    Section one(reading.problems);
    one.parameter(found.parameter, value);
    one.handle(path, number);
    shock.set.emplace_back(path, value);
}

/// Paths may be written with quotes or without: then TOML makes tables of them.
void read_changes(Reading& reading, Shock& shock, const std::string& prefix,
                  const toml::table& table) {
    for (const auto& [key, node] : table) {
        const std::string path = prefix + std::string(key.str());
        if (node.is_table())
            read_changes(reading, shock, path + ".", *node.as_table());
        else
            read_change(reading, shock, path, key, node);
    }
}

void read_shock(Reading& reading, const Entry& entry) {
    Shock shock;
    shock.id = entry.id;
    std::optional<Day> date;
    Section s(reading.problems);
    s.date("date", date, "when; a day of the run").required();
    s.custom("set", "table: path = number", "the numbers that change, by their paths",
             [&](const toml::node& value) {
                 if (value.is_table())
                     read_changes(reading, shock, "", *value.as_table());
                 else
                     expected(reading.problems, value, "set",
                              "a table such as { \"tie.ARM-RUS.defence\" = 0 }");
             })
        .required();
    reading.read(s, "shock", entry);
    if (const auto day = day_of(reading, entry.table, date)) {
        shock.day = *day;
        reading.scenario.shocks.push_back(std::move(shock));
    }
}

} // namespace

std::optional<std::pair<std::string, double>>
read_setting_change(const Scenario& scenario, const std::string& text, Problems& problems) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        problems.add({"--set " + text}, "must be path=value, such as state.KAZ.pacifism=0.9");
        return std::nullopt;
    }
    std::string line = text;
    line.replace(equals, 1, "\" = ").insert(0, 1, '"');
    const auto table = parse_toml(line, "--set " + text, problems);
    if (!table)
        return std::nullopt;
    Reading reading{*table, problems, {}, scenario};
    Shock shock;
    read_changes(reading, shock, "", *table);
    return shock.set.empty() ? std::nullopt : std::optional(shock.set.front());
}

void read_script(Reading& reading) {
    reading.each("stance", [&](const Entry& entry) { read_stance(reading, entry); });
    reading.each("event", [&](const Entry& entry) { read_event(reading, entry); });
    reading.each("shock", [&](const Entry& entry) { read_shock(reading, entry); });
}

} // namespace demarche
