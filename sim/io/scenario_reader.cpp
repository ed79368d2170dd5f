#include "sim/io/scenario_reader.h"

#include <algorithm>
#include <cmath>

#include "sim/io/act_reader.h"
#include "sim/io/section.h"
#include "sim/io/source.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t most_states = 1000; // their memories take 0.3 GB

template <std::size_t N>
std::vector<std::string> words(const std::array<std::string_view, N>& names) {
    return {names.begin(), names.end()};
}

template <class Things>
std::vector<std::string> ids(const Things& things) {
    std::vector<std::string> names;
    for (const auto& thing : things)
        names.push_back(thing.id);
    return names;
}

bool is_id(const std::string& id, bool three_letters) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto other = [&](char c) { return capital(c) || (c >= '0' && c <= '9') || c == '_'; };
    if (three_letters)
        return id.size() == 3 && std::all_of(id.begin(), id.end(), capital);
    return !id.empty() && capital(id.front()) && std::all_of(id.begin(), id.end(), other);
}

/// Turns one merged TOML table into a Scenario.
class ScenarioReader {
public:
    ScenarioReader(const toml::table& root, Problems& problems)
        : root_(root), problems_(problems) {}

    LoadedScenario read() {
        read_top();
        read_acts_of_scenario();
        each("state", [&](const std::string& id, const toml::node& node, const toml::key& key) {
            read_state(id, node, key);
        });
        const std::size_t states = scenario_.setting.actors.size();
        if (const toml::table* const table = root_["state"].as_table(); table && states < 2)
            problems_.add(place_of(*table),
                          "a scenario needs at least two states, not " + std::to_string(states));
        if (states > most_states)
            problems_.add(place_of(*root_["state"].as_table()),
                          "a scenario has at most " + std::to_string(most_states) +
                              " states, not " + std::to_string(states));
        for (const Actor& a : scenario_.setting.actors)
            state_ids_.push_back(a.id);
        read_rules();
        each("tie", [&](const std::string& id, const toml::node& n, const toml::key& k) {
            read_tie(id, n, k);
        });
        each("relation", [&](const std::string& id, const toml::node& n, const toml::key& k) {
            read_relation(id, n, k);
        });
        each("organisation", [&](const std::string& id, const toml::node& n, const toml::key& k) {
            read_organisation(id, n, k);
        });
        each("group", [&](const std::string& id, const toml::node& n, const toml::key& k) {
            read_group(id, n, k);
        });
        each("site", [&](const std::string& id, const toml::node& n, const toml::key& k) {
            read_site(id, n, k);
        });
        each("stance", [&](const std::string& id, const toml::node& n, const toml::key&) {
            read_stance(id, n);
        });
        each("event", [&](const std::string& id, const toml::node& n, const toml::key&) {
            read_event(id, n);
        });
        each("shock", [&](const std::string& id, const toml::node& n, const toml::key&) {
            read_shock(id, n);
        });
        std::sort(
            scenario_.setting.ties.begin(), scenario_.setting.ties.end(),
            [](const Tie& x, const Tie& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
        return {std::move(scenario_), std::move(timeline_), ""};
    }

private:
    static constexpr std::array<std::string_view, 20> collections{
        "act",    "alliance",  "channel", "event",        "gravity",    "group",  "intelligence",
        "ladder", "mediation", "memory",  "organisation", "perception", "policy", "relation",
        "shock",  "site",      "stance",  "state",        "tie",        "run"};

    void read_top() {
        Section top(problems_);
        top.text("name", scenario_.name, true);
        top.text("title", scenario_.title);
        top.text("timeline", timeline_);
        top.choice("severity_scale", words(scale_names), [&](std::size_t i) {
            scenario_.setting.severity_scale = static_cast<double>(i);
        });
        for (std::string_view c : collections)
            top.custom(
                std::string(c),
                [this, name = std::string(c)](const toml::node& node) {
                    if (!node.is_table())
                        expected(problems_, node, name, "a table");
                },
                c == "run" || c == "state");
        top.read(root_, "the scenario");

        const toml::table* const run = root_["run"].as_table();
        if (run == nullptr)
            return;
        std::optional<Day> start;
        const std::size_t problems_before = problems_.size();
        Section s(problems_);
        s.date("start", start, true);
        s.integer(
            "days", 1, 36525, [&](std::int64_t d) { scenario_.days = static_cast<int>(d); }, true);
        s.integer("tick_days", 1, 366,
                  [&](std::int64_t d) { scenario_.tick_days = static_cast<int>(d); });
        s.integer("seed", 0, INT64_MAX,
                  [&](std::int64_t d) { scenario_.seed = static_cast<std::uint64_t>(d); });
        s.read(*run, "[run]");
        run_is_known_ = problems_.size() == problems_before;
        if (!run_is_known_)
            return;
        scenario_.start = *start;
        if (scenario_.days % scenario_.tick_days != 0) {
            const toml::node* const at = run->contains("tick_days") ? run->get("tick_days") : run;
            const int fewer = scenario_.days / scenario_.tick_days * scenario_.tick_days;
            problems_.add(place_of(*at), std::to_string(scenario_.days) +
                                             " days are not a whole number of ticks of " +
                                             std::to_string(scenario_.tick_days) + " days; " +
                                             (fewer > 0 ? std::to_string(fewer) + " or " : "") +
                                             std::to_string(fewer + scenario_.tick_days) +
                                             " would be");
        }
    }

    void read_acts_of_scenario() {
        std::vector<Act> acts = default_acts().all();
        if (const toml::table* const table = root_["act"].as_table())
            read_acts(*table, acts, problems_);
        scenario_.acts = ActTable(std::move(acts));
    }

    template <class Read>
    void each(const char* kind, Read&& read) {
        const toml::table* const table = root_[kind].as_table();
        if (table == nullptr)
            return;
        for (const auto& [key, node] : *table) {
            const std::string id(key.str());
            if (node.is_table())
                read(id, node, key);
            else
                expected(problems_, node, std::string(kind) + "." + id, "a table");
        }
    }

    void read_state(const std::string& id, const toml::node& node, const toml::key& key) {
        if (!is_id(id, true))
            problems_.add(place_of(key), "'" + id +
                                             "' cannot be the id of a state: three capital "
                                             "letters, as in ISO 3166");
        Actor actor;
        actor.id = id;
        actor.name = id;
        Section s(problems_);
        s.text("name", actor.name);
        std::optional<std::size_t> policy;
        name_key(s, "policy", "policy", policy_names(), policy, false);
        s.parameters(actor);
        s.read(*node.as_table(), "state '" + id + "'");
        actor.policy = policy.value_or(scenario_.setting.policies.find("appraisal"));
        scenario_.setting.actors.push_back(std::move(actor));
    }

    void read_rules() {
        Setting& s = scenario_.setting;
        const auto rule = [&](const char* name, auto& object) {
            const toml::table* const table = root_[name].as_table();
            if (table == nullptr)
                return;
            Section section(problems_);
            section.parameters(object);
            section.read(*table, std::string("[") + name + "]");
        };
        rule("memory", s.memory);
        rule("ladder", s.ladder);
        rule("intelligence", s.intelligence);
        rule("alliance", s.alliance);
        rule("mediation", s.mediation);
        rule("perception", s.perception);
        rule("gravity", s.gravity);

        const auto named = [&](const char* kind, const std::vector<std::string>& names,
                               auto&& object_of) {
            each(kind, [&](const std::string& id, const toml::node& node, const toml::key& key) {
                const auto found = find(kind, names, id, place_of(key));
                if (!found)
                    return;
                Section section(problems_);
                section.parameters(object_of(*found));
                section.read(*node.as_table(), std::string(kind) + " '" + id + "'");
            });
        };
        named("channel", words(channel_names),
              [&](std::size_t i) -> ChannelRule& { return s.channels[i]; });
        named("policy", policy_names(), [&](std::size_t i) -> Policy& { return s.policies[i]; });
    }

    std::vector<std::string> policy_names() const {
        const PolicySet& policies = scenario_.setting.policies;
        std::vector<std::string> names;
        for (std::size_t p = 0; p < policies.size(); ++p)
            names.emplace_back(policies[p].name());
        return names;
    }

    /// The index of a name in a list, or nothing (and a problem).
    std::optional<std::size_t> find(const std::string& kind, const std::vector<std::string>& names,
                                    const std::string& name, const Place& place) {
        const auto it = std::find(names.begin(), names.end(), name);
        if (it != names.end())
            return static_cast<std::size_t>(it - names.begin());
        std::string instead = hint(name, names);
        if (instead.empty() && kind == "act")
            instead = "; `demarche acts` lists them";
        problems_.add(place, "no " + kind + " is called '" + name + "'" + instead);
        return std::nullopt;
    }

    /// The row of a state.
    std::optional<std::size_t> state(const std::string& id, const Place& place) {
        return find("state", state_ids_, id, place);
    }

    /// Declares a key whose value is one of `names`; `index` gets which one.
    void name_key(Section& s, const std::string& key, const std::string& kind,
                  const std::vector<std::string>& names, std::optional<std::size_t>& index,
                  bool required) {
        s.custom(
            key,
            [this, key, kind, names, &index](const toml::node& node) {
                if (const auto* text = node.as_string())
                    index = find(kind, names, text->get(), place_of(node));
                else
                    expected(problems_, node, key, "a string");
            },
            required);
    }

    void state_key(Section& s, const std::string& key, std::optional<std::size_t>& row) {
        name_key(s, key, "state", state_ids_, row, true);
    }

    /// Splits "BLR-KAZ" into two rows.
    std::optional<std::pair<std::size_t, std::size_t>> pair(const std::string& id,
                                                            const Place& place) {
        const std::size_t dash = id.find('-');
        if (dash == std::string::npos || dash != id.rfind('-')) {
            problems_.add(place, "'" + id + "' is not a pair of states such as 'BLR-KAZ'");
            return std::nullopt;
        }
        const auto a = state(id.substr(0, dash), place);
        const auto b = state(id.substr(dash + 1), place);
        if (!a || !b)
            return std::nullopt;
        if (*a == *b) {
            problems_.add(place, "'" + id + "' pairs a state with itself");
            return std::nullopt;
        }
        return std::pair(*a, *b);
    }

    void read_tie(const std::string& id, const toml::node& node, const toml::key& key) {
        Tie tie;
        Section s(problems_);
        s.parameters(tie);
        s.read(*node.as_table(), "tie '" + id + "'");
        const auto rows = pair(id, place_of(key));
        if (!rows)
            return;
        if (rows->first > rows->second) {
            problems_.add(place_of(key), "a tie is written in alphabetical order: '" +
                                             state_ids_[rows->second] + "-" +
                                             state_ids_[rows->first] + "'");
            return;
        }
        if (tie.rung != std::floor(tie.rung))
            expected(problems_, *node.as_table()->get("rung"), "rung", "a whole number");
        tie.a = rows->first;
        tie.b = rows->second;
        scenario_.setting.ties.push_back(tie);
    }

    void read_relation(const std::string& id, const toml::node& node, const toml::key& key) {
        Relation relation;
        Section s(problems_);
        relation.describe([&](const Parameter& p, double& value) { s.parameter(p, value, true); });
        s.read(*node.as_table(), "relation '" + id + "'");
        if (const auto rows = pair(id, place_of(key))) {
            relation.source = rows->first;
            relation.target = rows->second;
            scenario_.setting.relations.push_back(relation);
        }
    }

    void check_entity_id(const std::string& id, const toml::key& key) {
        if (!is_id(id, false))
            problems_.add(place_of(key), "'" + id +
                                             "' cannot be an id: capital letters, digits and "
                                             "underscores, a letter first");
        else if (std::find(entity_ids_.begin(), entity_ids_.end(), id) != entity_ids_.end() ||
                 std::find(state_ids_.begin(), state_ids_.end(), id) != state_ids_.end())
            problems_.add(place_of(key), "the id '" + id + "' is taken by another entity");
        entity_ids_.push_back(id);
    }

    void read_organisation(const std::string& id, const toml::node& node, const toml::key& key) {
        check_entity_id(id, key);
        Organisation o;
        o.id = id;
        o.name = id;
        Section s(problems_);
        s.text("name", o.name);
        s.choice(
            "mandate", words(mandate_names),
            [&](std::size_t i) { o.mandate = static_cast<Mandate>(i); }, true);
        s.strings(
            "members",
            [&](const std::string& member, const toml::node& at) {
                const auto row = state(member, place_of(at));
                if (!row)
                    return;
                if (std::find(o.members.begin(), o.members.end(), *row) != o.members.end())
                    problems_.add(place_of(at), "'" + member + "' is listed twice");
                else
                    o.members.push_back(*row);
            },
            true);
        s.parameters(o);
        s.read(*node.as_table(), "organisation '" + id + "'");
        std::sort(o.members.begin(), o.members.end());
        scenario_.setting.organisations.push_back(std::move(o));
    }

    /// Days from the start of the run to a date in it, or nothing (and a problem).
    std::optional<int> day_in_run(const toml::node& at, const std::optional<Day>& date) {
        if (!date || !run_is_known_)
            return std::nullopt;
        const int day = date->number - scenario_.start.number;
        if (day >= 0 && day < scenario_.days)
            return day;
        problems_.add(place_of(at), iso(*date) + " is outside the run, " + iso(scenario_.start) +
                                        " to " +
                                        iso({scenario_.start.number + scenario_.days - 1}));
        return std::nullopt;
    }

    void read_group(const std::string& id, const toml::node& node, const toml::key& key) {
        check_entity_id(id, key);
        ArmedGroup g;
        g.id = id;
        g.name = id;
        std::optional<std::size_t> sponsor, host, against;
        std::optional<Day> since;
        Section s(problems_);
        s.text("name", g.name);
        state_key(s, "sponsor", sponsor);
        state_key(s, "host", host);
        state_key(s, "against", against);
        s.date("since", since);
        s.parameters(g);
        const toml::table& table = *node.as_table();
        s.read(table, "group '" + id + "'");
        if (since)
            if (const auto day = day_in_run(*table.get("since"), since))
                g.since_day = *day;
        if (against && against == host)
            problems_.add(place_of(*table.get("against")), "a group cannot be against its host");
        if (against && against == sponsor)
            problems_.add(place_of(*table.get("against")), "a group cannot be against its sponsor");
        if (!sponsor || !host || !against)
            return;
        g.sponsor = *sponsor;
        g.host = *host;
        g.against = *against;
        scenario_.setting.groups.push_back(std::move(g));
    }

    void read_site(const std::string& id, const toml::node& node, const toml::key& key) {
        check_entity_id(id, key);
        Site site;
        site.id = id;
        site.name = id;
        site.exposure.assign(state_ids_.size(), 0.0);
        std::optional<std::size_t> host;
        Section s(problems_);
        s.text("name", site.name);
        state_key(s, "host", host);
        s.strings("near", [&](const std::string& name, const toml::node& at) {
            if (const auto rows = pair(name, place_of(at)))
                site.near.emplace_back(std::min(rows->first, rows->second),
                                       std::max(rows->first, rows->second));
        });
        s.custom("exposure", [&](const toml::node& value) {
            const toml::table* const table = value.as_table();
            if (table == nullptr) {
                expected(problems_, value, "exposure", "a table such as { UKR = 1.0 }");
                return;
            }
            for (const auto& [k, v] : *table)
                if (const auto row = state(std::string(k.str()), place_of(k))) {
                    Section one(problems_);
                    const std::string path = "exposure." + std::string(k.str());
                    one.parameter({path, "", 0, 1, ""}, site.exposure[*row]);
                    one.handle(path, v);
                }
        });
        s.parameters(site);
        s.read(*node.as_table(), "site '" + id + "'");
        if (host)
            site.host = *host;
        scenario_.setting.sites.push_back(std::move(site));
    }

    void read_stance(const std::string& id, const toml::node& node) {
        Stance stance;
        std::optional<std::size_t> actor, ally, enemy;
        Section s(problems_);
        state_key(s, "state", actor);
        state_key(s, "ally", ally);
        state_key(s, "enemy", enemy);
        s.parameter({"honour", "", 0, 1, ""}, stance.honour, true);
        s.read(*node.as_table(), "stance '" + id + "'");
        if (!actor || !ally || !enemy)
            return;
        stance.actor = *actor;
        stance.ally = *ally;
        stance.enemy = *enemy;
        if (*actor == *ally || *actor == *enemy || *ally == *enemy) {
            problems_.add(place_of(node), "stance '" + id + "' needs three different states");
            return;
        }
        scenario_.stances.push_back(stance);
        const bool bound = std::any_of(scenario_.setting.ties.begin(), scenario_.setting.ties.end(),
                                       [&](const Tie& t) {
                                           return t.a == std::min(*actor, *ally) &&
                                                  t.b == std::max(*actor, *ally) && t.defence > 0;
                                       });
        if (!bound)
            problems_.add(place_of(node), "stance '" + id + "': no defence pact binds " +
                                              state_ids_[*actor] + " to " + state_ids_[*ally]);
    }

    void read_event(const std::string& id, const toml::node& node) {
        ScriptedEvent event;
        event.id = id;
        std::optional<std::size_t> source, target, act, site;
        std::optional<Day> date;
        std::optional<Channel> channel;
        const toml::table& table = *node.as_table();
        Section s(problems_);
        s.date("date", date, true);
        state_key(s, "source", source);
        state_key(s, "target", target);
        name_key(s, "act", "act", ids(scenario_.acts.all()), act, true);
        s.choice("channel", words(channel_names),
                 [&](std::size_t i) { channel = static_cast<Channel>(i); });
        s.parameter({"salience", "", 0, 1000, ""}, event.salience);
        name_key(s, "site", "site", ids(scenario_.setting.sites), site, false);
        s.read(table, "event '" + id + "'");
        const auto day =
            table.contains("date") ? day_in_run(*table.get("date"), date) : std::nullopt;
        if (source && target && *source == *target)
            problems_.add(place_of(*table.get("target")), "a state cannot act on itself");
        if (!act)
            return;
        const Act& a = scenario_.acts.all()[*act];
        check_event(a, table, source, channel);
        if (!source || !target || !day)
            return;
        event.day = *day;
        event.source = *source;
        event.target = *target;
        event.act = static_cast<ActId>(*act);
        event.channel =
            channel.value_or(a.channels.empty() ? Channel::public_ : a.channels.front());
        if (site)
            event.site = static_cast<int>(*site);
        scenario_.events.push_back(std::move(event));
    }

    /// Whether a script may have this act posted like this.
    void check_event(const Act& act, const toml::table& table, std::optional<std::size_t> source,
                     std::optional<Channel> channel) {
        const auto wrong = [&](const char* key, const std::string& what) {
            problems_.add(place_of(*table.get(key)), "'" + act.id + "' " + what);
        };
        if (act.mechanism != Mechanism::policy && act.mechanism != Mechanism::pact)
            wrong("act", "is posted by the engine (" +
                             std::string(mechanism_names[static_cast<std::size_t>(act.mechanism)]) +
                             "); it cannot be scripted");
        if (act.needs(Requirement::nuclear) && source &&
            scenario_.setting.actors[*source].nuclear == 0)
            wrong("act", "is illegal: " + state_ids_[*source] + " has no nuclear weapons");
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

    void read_shock(const std::string& id, const toml::node& node) {
        Shock shock;
        shock.id = id;
        std::optional<Day> date;
        const toml::table& table = *node.as_table();
        Section s(problems_);
        s.date("date", date, true);
        s.custom(
            "set",
            [&](const toml::node& value) {
                if (value.is_table())
                    read_changes(shock, "", *value.as_table());
                else
                    expected(problems_, value, "set",
                             "a table such as { \"tie.ARM-RUS.defence\" = 0 }");
            },
            true);
        s.read(table, "shock '" + id + "'");
        if (const auto day =
                table.contains("date") ? day_in_run(*table.get("date"), date) : std::nullopt) {
            shock.day = *day;
            scenario_.shocks.push_back(std::move(shock));
        }
    }

    /// Paths may be written with quotes or without: then TOML makes tables of them.
    void read_changes(Shock& shock, const std::string& prefix, const toml::table& table) {
        for (const auto& [key, node] : table) {
            const std::string path = prefix + std::string(key.str());
            if (node.is_table())
                read_changes(shock, path + ".", *node.as_table());
            else
                read_change(shock, path, key, node);
        }
    }

    void read_change(Shock& shock, const std::string& path, const toml::key& key,
                     const toml::node& number) {
        const ParameterReference found = find_parameter(scenario_.setting, path);
        if (found.value == nullptr) {
            problems_.add(place_of(key), "no number is called '" + path + "'" + hint_of_path(path));
            return;
        }
        const bool fixed =
            path.starts_with("memory.") ||
            (path.starts_with("tie.") && (path.ends_with(".rung") || path.ends_with(".force")));
        if (fixed) {
            problems_.add(place_of(key),
                          "'" + path + "' holds for the whole run; a shock cannot change it");
            return;
        }
        double value = *found.value;
        Section one(problems_);
        one.parameter(found.parameter, value);
        one.handle(path, number);
        shock.set.emplace_back(path, value);
    }

    std::string hint_of_path(const std::string& path) {
        const std::string holder = path.substr(0, path.rfind('.') + 1);
        bool holder_is_known = false;
        std::vector<std::string> names;
        scenario_.setting.describe([&](const Parameter& p, double&) {
            holder_is_known |= p.name.starts_with(holder);
            names.push_back(p.name);
        });
        if (!holder_is_known && (path.starts_with("tie.") || path.starts_with("relation.")))
            return ", because the scenario states no such " + path.substr(0, path.find('.'));
        const std::string instead = hint(path, names);
        return instead.empty() ? "; paths look like '" + names.front() + "'" : instead;
    }

    const toml::table& root_;
    Problems& problems_;
    Scenario scenario_;
    std::string timeline_;
    std::vector<std::string> state_ids_;
    std::vector<std::string> entity_ids_;
    bool run_is_known_ = false;
};

/// The path of a timeline, which stands beside the file that names it (as it does in an output).
std::string find_timeline(const std::string& name, const fs::path& scenario, const toml::node& node,
                          Problems& problems) {
    const Place place = place_of(node);
    const fs::path named_in = place.line > 0 ? fs::path(place.file) : scenario;
    const fs::path path = named_in.parent_path() / name;
    if (fs::path(name).filename() != name)
        expected(problems, node, "timeline",
                 "the name of a file beside the scenario, without a folder");
    else if (std::error_code error;
             name.find('\0') != std::string::npos || !fs::is_regular_file(path, error))
        problems.add(place, "no such file: '" + path.string() + "'");
    return path.string();
}

} // namespace

std::optional<LoadedScenario> load_scenario(const std::filesystem::path& file,
                                            const std::vector<std::string>& overrides,
                                            Problems& problems, const ReadText& read) {
    auto source = read_source(file, overrides, problems, read);
    if (!source)
        return std::nullopt;
    LoadedScenario loaded = ScenarioReader(source->table, problems).read();
    if (!loaded.timeline.empty())
        loaded.timeline =
            find_timeline(loaded.timeline, file, *source->table.get("timeline"), problems);
    if (!problems.empty())
        return std::nullopt;
    loaded.text = source->text();
    return loaded;
}

} // namespace demarche
