#include "sim/io/scenario_reader.h"

#include <algorithm>

#include "sim/io/act_reader.h"
#include "sim/io/event_values.h"
#include "sim/io/file_kind.h"
#include "sim/io/reading.h"
#include "sim/io/source.h"
#include "sim/io/states.h"
#include "sim/io/table_reader.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t most_states = 1000; // their memories take 0.5 GB

/// The tables of a scenario. Order matters to the reference only.
constexpr std::array<std::pair<const char*, const char*>, 20> scenario_tables{
    {{"run", "when it starts, how long it runs"},
     {"state", "the states, at least two"},
     {"tie", "what binds or divides a pair: pacts, distance, rivalry, where it stands"},
     {"relation", "how much one state does to another in ordinary times"},
     {"organisation", "international organisations"},
     {"group", "armed groups that one state keeps in another"},
     {"site", "places whose damage would concern many states"},
     {"stance", "what allies do in wars under way"},
     {"event", "acts that happen because the script says so"},
     {"shock", "numbers that change on a date"},
     {"act", "acts this scenario adds to the vocabulary or changes"},
     {"channel", "what channels do to a message"},
     {"memory", "how memories fade"},
     {"ladder", "escalation, crises, war"},
     {"intelligence", "how hidden acts are found out"},
     {"alliance", "whether pacts are honoured"},
     {"mediation", "what organisations do in a crisis"},
     {"perception", "how loud acts are, who minds them"},
     {"gravity", "ordinary rates of pairs without a stated relation"},
     {"policy", "the numbers of each decision rule"}}};

void read_top(Reading& reading, std::string& timeline) {
    Scenario& scenario = reading.scenario;
    Section top(reading.problems);
    top.text("name", scenario.name, "short name, shown while it runs").required();
    top.text("title", scenario.title, "title of the summary").otherwise("none");
    for (const auto& [key, type, meaning] :
         {std::tuple("extends", "path", "the scenario this one changes, beside this file"),
          std::tuple("without", "list of paths", "what of it to leave out")})
        top.custom(key, type, meaning,
                   [&reading, name = key](const toml::node& node) {
                       reading.problems.add(place_of(node),
                                            std::string("'") + name +
                                                "' can stand only in a scenario file");
                   })
            .otherwise("none");
    top.text("timeline", timeline,
             "a CSV file of known events beside the scenario, for the report; see docs/outputs.md")
        .otherwise("none");
    top.choice("severity_scale", scale_names, scenario.setting.severity_scale,
               "the scale that says how much an act weighs in memories");
    for (const auto& [name, meaning] : scenario_tables)
        top.custom(name, "table", meaning,
                   [&reading, key = name](const toml::node& node) {
                       if (!node.is_table())
                           expected(reading.problems, node, key, "a table");
                   })
            .required(name == std::string_view("run") || name == std::string_view("state"));
    reading.read(top, "scenario", reading.root, "the scenario");
}

void read_run(Reading& reading) {
    const toml::table* const run = reading.root["run"].as_table();
    if (run == nullptr)
        return;
    Scenario& scenario = reading.scenario;
    std::optional<Day> start;
    const std::size_t problems_before = reading.problems.size();
    Section s(reading.problems);
    s.date("start", start, "day 0").required();
    s.integer("days", 1, 36525, scenario.days, "how long it runs").required();
    s.integer("tick_days", 1, 366, scenario.tick_days, "days a step takes; a divisor of `days`");
    s.integer("seed", 0, INT64_MAX, scenario.seed, "another seed is another course of chance");
    reading.read(s, "run", *run, "[run]");
    reading.run_is_known = reading.problems.size() == problems_before;
    if (!reading.run_is_known)
        return;
    scenario.start = *start;
    if (scenario.days % scenario.tick_days == 0)
        return;
    const toml::node* const at = run->contains("tick_days") ? run->get("tick_days") : run;
    const int fewer = scenario.days / scenario.tick_days * scenario.tick_days;
    reading.problems.add(
        place_of(*at), std::to_string(scenario.days) + " days are not a whole number of ticks of " +
                           std::to_string(scenario.tick_days) + " days; " +
                           (fewer > 0 ? std::to_string(fewer) + " or " : "") +
                           std::to_string(fewer + scenario.tick_days) + " would be");
}

void read_acts_of_scenario(Reading& reading) {
    std::vector<Act> acts = default_acts().all();
    if (const toml::table* const table = reading.root["act"].as_table())
        read_acts(*table, acts, reading.problems, reading.visit);
    reading.scenario.acts = ActTable(std::move(acts));
}

void read_state(Reading& reading, const Entry& entry) {
    if (!is_state_id(entry.id))
        reading.problems.add(place_of(entry.key), "'" + entry.id +
                                                      "' cannot be the id of a state: three "
                                                      "capital letters, as in ISO 3166");
    PolicySet& policies = reading.scenario.setting.policies;
    Actor actor;
    actor.id = entry.id;
    actor.name = entry.id;
    Section s(reading.problems);
    s.text("name", actor.name, "what people call it").otherwise("the id");
    std::optional<std::size_t> policy;
    reading
        .name_key(s, "policy", "policy", policy_names(policies), policy,
                  "the rule by which it decides: one of `demarche policies`")
        .otherwise("`\"appraisal\"`");
    s.parameters(actor);
    reading.read(s, "state", entry);
    actor.policy = policy.value_or(policies.find("appraisal"));
    reading.scenario.setting.actors.push_back(std::move(actor));
}

void read_states(Reading& reading) {
    reading.each("state", [&](const Entry& entry) { read_state(reading, entry); });
    reading.state_ids = ids(reading.scenario.setting.actors);
    const toml::table* const table = reading.root["state"].as_table();
    if (table != nullptr && reading.state_ids.size() < 2)
        reading.problems.add(place_of(*table), "a scenario needs at least two states, not " +
                                                   std::to_string(reading.state_ids.size()));
    if (table != nullptr && reading.state_ids.size() > most_states)
        reading.problems.add(place_of(*table), "a scenario has at most " +
                                                   std::to_string(most_states) + " states, not " +
                                                   std::to_string(reading.state_ids.size()));
}

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

/// Reports what the report page could not show of a timeline.
void check_timeline(const fs::path& file, const ActTable& acts, Problems& problems) {
    enum Column { date, act };
    read_table(file, {{{"date"}}, {{"act"}, false}}, problems, [&](const TableLine& line) {
        const auto wrong = [&](Column c, const std::string& what) {
            problems.add({file.string(), line.line, line.cells[c].column},
                         "'" + std::string(line[c]) + "' " + what);
        };
        const auto day = date_of(line[date]);
        if (!day || iso(*day) != line[date])
            wrong(date, "is no date; they look like 2024-08-15");
        if (!line[act].empty() && !acts.find(line[act]))
            wrong(act, "is no act; `demarche acts` lists them");
    });
}

} // namespace

LoadedScenario read_scenario(const toml::table& root, Problems& problems,
                             const SectionVisitor& visit) {
    Reading reading{root, problems, visit};
    LoadedScenario loaded;
    read_top(reading, loaded.timeline);
    read_run(reading);
    read_acts_of_scenario(reading);
    read_states(reading);
    read_rules(reading);
    read_ties(reading);
    read_entities(reading);
    read_script(reading);
    loaded.scenario = std::move(reading.scenario);
    return loaded;
}

std::optional<LoadedScenario> load_scenario(const std::filesystem::path& file,
                                            const std::vector<std::string>& overrides,
                                            Problems& problems, const ReadText& read) {
    auto source = read_source(file, overrides, problems, read);
    if (!source)
        return std::nullopt;
    if (!is_file_of(FileKind::scenario, source->table, file, problems))
        return std::nullopt;
    LoadedScenario loaded = read_scenario(source->table, problems);
    if (!loaded.timeline.empty())
        loaded.timeline =
            find_timeline(loaded.timeline, file, *source->table.get("timeline"), problems);
    if (problems.empty() && !loaded.timeline.empty())
        check_timeline(loaded.timeline, loaded.scenario.acts, problems);
    if (!problems.empty())
        return std::nullopt;
    loaded.text = source->text();
    return loaded;
}

} // namespace demarche
