#include "sim/io/sweep_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "sim/io/event_notes.h"
#include "sim/io/file_kind.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/sweep_reading.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t most_points = 100'000'000;
constexpr std::uint64_t most_runs = 4'000'000'000; // replications are numbered with 32 bits

/// The tables of a sweep file.
constexpr std::array<std::pair<const char*, const char*>, 6> sweep_tables{
    {{"set", "numbers of the scenario that the whole sweep changes, path = value"},
     {"design", "how points are chosen"},
     {"axis", "what is varied"},
     {"outcome", "what a run is reduced to"},
     {"stop", "when a point has been run often enough"},
     {"tipping", "where an outcome becomes likely"}}};

struct Top {
    const toml::node* scenario = nullptr;
    std::optional<std::uint64_t> seed;
    const toml::node* replications = nullptr;
    std::vector<std::pair<std::string, const toml::node*>> bands;
    std::optional<bool> base;
};

Top read_top(SweepReading& r) {
    Top top;
    LoadedSweep& loaded = r.loaded;
    Section s(r.problems);
    s.text("name", loaded.name, "short name, shown while it runs").required();
    s.text("title", loaded.title, "title of the summary").otherwise("none");
    std::string scenario;
    s.custom("scenario", "path", "the scenario, beside this file", [&](const toml::node& node) {
         if (const auto* text = node.as_string()) {
             top.scenario = &node;
             scenario = text->get();
         } else
             expected(r.problems, node, "scenario", "the path of a scenario file");
     }).required();
    s.custom("replications", "whole number", "runs of every point", [&](const toml::node& node) {
        top.replications = &node;
        Section one(r.problems);
        one.integer("replications", 1, 100'000'000, loaded.sweep.replications, "");
        one.handle("replications", node);
    });
    std::uint64_t seed = 0;
    s.custom("seed", "whole number", "of the runs", [&](const toml::node& node) {
        Section one(r.problems);
        one.integer("seed", 0, INT64_MAX, seed, "");
        one.handle("seed", node);
        top.seed = seed;
    });
    s.flag("common_random_numbers", loaded.sweep.common_random_numbers,
           "replication r has the same random numbers at every point");
    s.custom("base", "`true` or `false`", "run the scenario as it is, too",
             [&](const toml::node& node) {
                 if (const auto* flag = node.as_boolean())
                     top.base = flag->get();
                 else
                     expected(r.problems, node, "base", "true or false");
             });
    s.flag("events", loaded.events, "keep the events of every run");
    s.strings("bands", "outcomes", "of which every tick is summarised",
              [&](const std::string& name, const toml::node& node) {
                  top.bands.emplace_back(name, &node);
              });
    for (const auto& [name, meaning] : sweep_tables)
        s.custom(name, "table", meaning, [&r, key = name](const toml::node& node) {
             if (!node.is_table())
                 expected(r.problems, node, key, "a table");
         }).required(name == std::string_view("design") || name == std::string_view("axis"));
    s.read(r.root, "the sweep");
    if (r.scenario.empty())
        r.scenario = r.file.parent_path() / scenario;
    if (top.seed)
        r.overrides.push_back("run.seed=" + std::to_string(*top.seed));
    return top;
}

/// [set]: "run.days" = 60
void read_set(SweepReading& r) {
    const toml::table* const table = r.root["set"].as_table();
    if (table == nullptr)
        return;
    for (const auto& [key, node] : *table) {
        const std::string path(key.str());
        if (node.is_table())
            r.problems.add(place_of(key), "a path stands in quotes: \"run.days\" = 60");
        else
            r.overrides.push_back(path + "=" + plain_text(node));
    }
}

/// Reads the scenario, with what the whole sweep changes.
bool read_scenario_of(SweepReading& r, const toml::node* named) {
    if (named == nullptr)
        return false;
    if (std::error_code error; !fs::exists(r.scenario, error)) {
        r.problems.add(place_of(*named), "no such file: '" + r.scenario.string() + "'");
        return false;
    }
    Problems found;
    auto scenario = load_scenario(r.scenario, r.overrides, found);
    const toml::table* const set = r.root["set"].as_table();
    r.problems.add(found, [&](const Place& place) {
        if (place.line > 0)
            return place;
        if (place.file.starts_with("--set ") && set != nullptr)
            for (const auto& [key, node] : *set)
                if (place.file.starts_with("--set " + std::string(key.str()) + "="))
                    return place_of(node);
        return place_of(*named);
    });
    if (!scenario)
        return false;
    r.loaded.scenario_text = std::move(scenario->text);
    r.loaded.timeline = std::move(scenario->timeline);
    r.loaded.sweep.scenario = std::move(scenario->scenario);
    r.loaded.sweep.scenario.setting.describe(
        [&](const Parameter& p, double& value) { r.numbers.try_emplace(p.name, p, value); });
    return true;
}

/// The row of a state, or nobody (and a problem).
std::size_t find_state(SweepReading& r, const std::string& id, const Place& place) {
    const std::vector<Actor>& actors = r.loaded.sweep.scenario.setting.actors;
    std::vector<std::string> ids;
    for (const Actor& actor : actors)
        ids.push_back(actor.id);
    const auto at = std::find(ids.begin(), ids.end(), id);
    if (at == ids.end())
        r.problems.add(place, "no state is called '" + id + "'" + hint(id, ids));
    return at == ids.end() ? Outcome::nobody : static_cast<std::size_t>(at - ids.begin());
}

/// A state, a pair of states, or nothing (and a problem).
void read_of(SweepReading& r, const toml::node& node, Outcome& outcome) {
    const auto* text = node.as_string();
    if (text == nullptr) {
        expected(r.problems, node, "of", "a state such as \"KAZ\" or a pair such as \"BLR-KAZ\"");
        return;
    }
    const std::size_t dash = text->get().find('-');
    outcome.a = find_state(r, text->get().substr(0, dash), place_of(node));
    if (dash == std::string::npos)
        return;
    outcome.b = find_state(r, text->get().substr(dash + 1), place_of(node));
    if (outcome.a != Outcome::nobody && outcome.a == outcome.b)
        r.problems.add(place_of(node), "'" + text->get() + "' pairs a state with itself");
}

void read_outcome(SweepReading& r, const std::string& name, const toml::table& table,
                  const toml::key& key) {
    Outcome o;
    o.name = name;
    std::optional<std::size_t> kind, scale;
    std::optional<int> rung;
    const std::size_t before = r.problems.size();
    Section s(r.problems);
    s.choice(
         "what", words(outcome_kind_names), [&](std::size_t i) { kind = i; }, "what it is")
        .required();
    s.custom("of", "state or pair", "whose", [&](const toml::node& node) {
         read_of(r, node, o);
     }).otherwise("all states");
    s.custom("rung", "1 to 9", "of the ladder", [&](const toml::node& node) {
        Section one(r.problems);
        int value = 0;
        one.integer("rung", 1, top_rung, value, "");
        one.handle("rung", node);
        rung = value;
    });
    s.choice("scale", words(scale_names), [&](std::size_t i) { scale = i; }, "of severity");
    s.strings("among", "states", "which states count", [&](const std::string& id, const auto& at) {
        const std::size_t state = find_state(r, id, place_of(at));
        if (state != Outcome::nobody)
            o.among.push_back(state);
    });
    s.integer("at_least", 1, 1000, o.at_least, "how many parties make it happen");
    s.read(table, "outcome '" + name + "'");
    if (!is_column_name(name) || name.find_first_of(".*-") != std::string::npos)
        r.problems.add(place_of(key), "'" + name +
                                          "' cannot be the name of an outcome: letters, digits "
                                          "and _");
    const std::vector<std::string> axes = r.axis_names(), taken = r.outcome_names();
    if (std::find(axes.begin(), axes.end(), name) != axes.end())
        r.problems.add(place_of(key), "an axis is called '" + name + "', too");
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        r.problems.add(place_of(key), "'" + name + "' is one of the outcomes every sweep has");
    if (r.problems.size() != before || !kind)
        return;
    o.kind = static_cast<OutcomeKind>(*kind);
    const std::string what(outcome_kind_names[*kind]);
    const bool needs_rung = o.kind == OutcomeKind::reaches || o.kind == OutcomeKind::days_to;
    const bool may_have_rung = needs_rung || o.kind == OutcomeKind::parties;
    const bool has_scale = o.kind == OutcomeKind::escalation;
    if (needs_rung && !rung)
        r.problems.add(place_of(table),
                       "outcome '" + name + "' lacks 'rung': '" + what + "' is about one");
    if (rung && !may_have_rung)
        r.problems.add(place_of(*table.get("rung")), "'" + what + "' has no rung");
    if (has_scale && !scale)
        r.problems.add(place_of(table), "outcome '" + name + "' lacks 'scale'; allowed: " +
                                            listing(words(scale_names)));
    if (scale && !has_scale)
        r.problems.add(place_of(*table.get("scale")), "'" + what + "' has no scale");
    for (const char* const only : {"among", "at_least"})
        if (table.contains(only) && o.kind != OutcomeKind::parties)
            r.problems.add(place_of(*table.get(only)), "'" + what + "' has no '" + only + "'");
    o.rung = rung.value_or(force_rung);
    o.scale = static_cast<Scale>(scale.value_or(0));
    if (!o.is_possible())
        r.problems.add(place_of(*table.get("of")),
                       o.kind == OutcomeKind::balance ? "'balance' is of all states; leave 'of' out"
                                                      : "'parties' is of a state or of all");
    if (r.problems.size() == before) {
        auto& outcomes = r.loaded.sweep.outcomes;
        outcomes.insert(outcomes.end() - scale_count, std::move(o));
    }
}

void read_outcomes(SweepReading& r) {
    r.loaded.sweep.outcomes = escalation_outcomes(); // on every run, after those of the file
    const toml::table* const table = r.root["outcome"].as_table();
    if (table == nullptr)
        return;
    for (const auto& [key, node] : *table)
        if (const toml::table* const inner = node.as_table())
            read_outcome(r, std::string(key.str()), *inner, key);
        else
            expected(r.problems, node, "outcome." + std::string(key.str()), "a table");
}

/// The position of an outcome, or nothing (and a problem).
std::optional<std::size_t> find_outcome(SweepReading& r, const std::string& name,
                                        const Place& place) {
    const std::size_t at = r.loaded.sweep.find(name);
    if (at < r.loaded.sweep.outcomes.size())
        return at;
    if (!r.declares("outcome", name))
        r.problems.add(place,
                       "no outcome is called '" + name + "'" + hint(name, r.outcome_names()));
    return std::nullopt;
}

constexpr std::array<std::string_view, 8> kinds{"grid",   "random",   "lhs", "sobol",
                                                "morris", "saltelli", "oat", "list"};

/// Which designs have a key, and which of them need it.
struct KeyOfDesign {
    const char* key;
    std::vector<std::string_view> of, needed_by;
};
const std::vector<KeyOfDesign>& keys_of_designs() {
    static const std::vector<KeyOfDesign> keys{
        {"points", {"random", "lhs", "sobol"}, {"random", "lhs", "sobol"}},
        {"rows", {"saltelli"}, {"saltelli"}},
        {"trajectories", {"morris"}, {"morris"}},
        {"levels", {"grid", "oat", "morris"}, {}},
        {"seed", {"random", "lhs", "sobol", "saltelli", "morris"}, {}},
        {"second_order", {"saltelli"}, {}},
        {"scramble", {"sobol", "saltelli"}, {}},
        {"maximin", {"lhs"}, {}},
        {"file", {"list"}, {"list"}}};
    return keys;
}

struct DesignKeys {
    std::string kind;
    DesignPlan plan;
    std::size_t levels = 0;
    std::string file;
    const toml::table* table = nullptr;
    bool is_complete = true;
};

std::optional<DesignKeys> read_design_keys(SweepReading& r) {
    DesignKeys d;
    d.table = r.root["design"].as_table();
    if (d.table == nullptr)
        return std::nullopt;
    const std::size_t before = r.problems.size();
    Section s(r.problems);
    std::optional<std::size_t> kind;
    constexpr std::int64_t most = most_points;
    s.choice(
         "kind", words(kinds), [&](std::size_t i) { kind = i; }, "how points are chosen")
        .required();
    s.integer("points", 1, most, d.plan.points, "how many");
    s.integer("rows", 1, most, d.plan.points, "of the base sample");
    s.integer("trajectories", 1, most, d.plan.points, "of one step per axis");
    s.integer("levels", 1, 100000, d.levels, "of axes that do not state their own");
    s.integer("seed", 0, INT64_MAX, d.plan.seed, "of the design");
    s.flag("second_order", d.plan.second_order, "interactions of two axes, too");
    s.flag("scramble", d.plan.scramble, "randomise the sequence");
    s.flag("maximin", d.plan.maximin, "move the points apart");
    s.text("file", d.file, "CSV file with the points");
    s.read(*d.table, "[design]");
    if (r.problems.size() != before || !kind)
        return std::nullopt;
    d.kind = kinds[*kind];
    r.is_list = d.kind == "list";
    if (!r.is_list)
        d.plan.kind = static_cast<DesignKind>(*kind);
    for (const KeyOfDesign& k : keys_of_designs()) {
        const auto has = [&](const std::vector<std::string_view>& list) {
            return std::find(list.begin(), list.end(), d.kind) != list.end();
        };
        if (d.table->contains(k.key) && !has(k.of))
            r.problems.add(place_of(*d.table->get(k.key)),
                           "a design '" + d.kind + "' has no '" + std::string(k.key) + "'");
        if (!d.table->contains(k.key) && has(k.needed_by)) {
            r.problems.add(place_of(*d.table),
                           "a design '" + d.kind + "' needs '" + std::string(k.key) + "'");
            d.is_complete = false;
        }
    }
    if (d.kind == "morris" && d.levels != 0)
        d.plan.morris_levels = d.levels;
    return d;
}

void make_design(SweepReading& r, DesignKeys& d) {
    Sweep& sweep = r.loaded.sweep;
    if (r.is_list) {
        if (!d.is_complete)
            return;
        fs::path path = r.file.parent_path() / d.file;
        if (std::error_code error; !fs::exists(path, error)) // in an output it stands beside
            path = r.file.parent_path() / fs::path(d.file).filename();
        const FileText csv = read_text(path);
        const toml::node& node = *d.table->get("file");
        if (!csv.error.empty())
            r.problems.add(place_of(node), "'" + d.file + "': " + csv.error);
        else
            read_points(r, csv.text, path.string());
        r.loaded.points_name = fs::path(d.file).filename().string();
        r.loaded.points_text = csv.text;
        return;
    }
    d.plan.factors = sweep.axes.size();
    if (d.plan.kind == DesignKind::grid || d.plan.kind == DesignKind::oat)
        for (Axis& axis : sweep.axes) {
            if (axis.levels == 0)
                axis.levels = d.levels;
            if (axis.level_count() == 0)
                r.problems.add(place_of(*d.table), "axis '" + axis.name +
                                                       "' has a range and no 'levels', and "
                                                       "neither has [design]");
            d.plan.levels.push_back(std::max<std::size_t>(1, axis.level_count()));
        }
    if (sweep.axes.empty() || !d.is_complete)
        return;
    if (const std::string_view problem = d.plan.problem(); !problem.empty()) {
        r.problems.add(place_of(*d.table), "[design]: " + std::string(problem));
        return;
    }
    if (d.plan.size() > most_points)
        r.problems.add(place_of(*d.table), std::to_string(d.plan.size()) +
                                               " points; allowed: " + std::to_string(most_points));
    else if (r.problems.empty())
        sweep.design.emplace(d.plan);
}

void read_stop(SweepReading& r, const toml::node* replications) {
    const toml::table* const table = r.root["stop"].as_table();
    if (table == nullptr)
        return;
    if (replications != nullptr)
        r.problems.add(place_of(*replications),
                       "'replications' and [stop] exclude each other; the most are 'max'");
    Sweep::StopRule rule;
    const std::size_t before = r.problems.size();
    Section s(r.problems);
    s.custom("outcome", "outcome", "whose mean must be known", [&](const toml::node& node) {
         if (const auto* text = node.as_string())
             rule.outcome = find_outcome(r, text->get(), place_of(node)).value_or(0);
         else
             expected(r.problems, node, "outcome", "the name of an outcome");
     }).required();
    s.parameter({"half_width", "", 1e-9, unbounded, "of its 95 % interval"}, rule.half_width)
        .required();
    s.integer("min", 2, 100'000'000, rule.minimum, "replications of every point").required();
    s.integer("max", 2, 100'000'000, r.loaded.sweep.replications, "the most of any point")
        .required();
    s.read(*table, "[stop]");
    if (r.problems.size() != before)
        return;
    if (rule.minimum > r.loaded.sweep.replications)
        r.problems.add(place_of(*table->get("max")), "'max' is below 'min'");
    r.loaded.sweep.stop_rule = rule;
}

void read_tipping(SweepReading& r) {
    const toml::table* const table = r.root["tipping"].as_table();
    if (table == nullptr)
        return;
    const Sweep& sweep = r.loaded.sweep;
    for (const auto& [key, node] : *table) {
        const std::string name(key.str());
        const toml::table* const inner = node.as_table();
        if (inner == nullptr) {
            expected(r.problems, node, "tipping." + name, "a table");
            continue;
        }
        TippingQuestion question;
        question.name = name;
        const std::size_t before = r.problems.size();
        Section s(r.problems);
        s.custom("outcome", "outcome", "what becomes likelier", [&](const toml::node& value) {
             const auto* text = value.as_string();
             if (text == nullptr) {
                 expected(r.problems, value, "outcome", "the name of an outcome");
                 return;
             }
             const auto at = find_outcome(r, text->get(), place_of(value));
             question.outcome = at.value_or(0);
             if (at && !sweep.outcomes[*at].is_share())
                 r.problems.add(place_of(value), "'" + text->get() +
                                                     "' is no probability; a tipping point is "
                                                     "of 'reaches', or of 'parties' with "
                                                     "'at_least'");
         }).required();
        s.custom("axis", "axis", "along which", [&](const toml::node& value) {
             const std::vector<std::string> axes = r.axis_names();
             const std::string text = value.value_or(std::string());
             const auto at = std::find(axes.begin(), axes.end(), text);
             question.axis = static_cast<std::size_t>(at - axes.begin());
             if (at == axes.end()) {
                 if (!r.declares("axis", text))
                     r.problems.add(place_of(value),
                                    "no axis is called '" + text + "'" + hint(text, axes));
             } else if (sweep.axes[question.axis].is_choice() &&
                        sweep.axes[question.axis].values.empty())
                 r.problems.add(place_of(value),
                                "the values of axis '" + text + "' are no numbers");
         }).required();
        s.parameter({"level", "", 0.001, 0.999, "the probability that is crossed"}, question.level);
        s.read(*inner, "tipping '" + name + "'");
        if (!is_column_name(name))
            r.problems.add(place_of(key), "'" + name + "' cannot be a name: letters, digits and _");
        const bool is_grid = r.root["design"]["kind"].value_or(std::string()) == "grid";
        if (r.problems.size() == before && !r.is_list && !is_grid)
            r.problems.add(place_of(key), "a tipping point needs a design 'grid' or 'list'");
        if (r.problems.size() == before)
            r.loaded.tipping.push_back(std::move(question));
    }
}

/// A pair's rung at the start is a whole number, at every point.
void check_rungs(SweepReading& r) {
    const Sweep& sweep = r.loaded.sweep;
    for (std::size_t x = 0; x < sweep.axes.size(); ++x) {
        const Axis& axis = sweep.axes[x];
        const auto rung =
            std::find_if(axis.paths.begin(), axis.paths.end(), [](const std::string& path) {
                return path.starts_with("tie.") && path.ends_with(".rung");
            });
        if (rung == axis.paths.end())
            continue;
        for (std::uint32_t p = 0; p < sweep.points(); ++p) {
            const double value = axis.number(sweep.point(p)[x]);
            if (std::isnan(value) || value == std::floor(value))
                continue;
            const toml::table& axes = *r.root.get_as<toml::table>("axis");
            const toml::node* const stated = axes.get(axis.name);
            r.problems.add(place_of(stated != nullptr ? *stated : axes),
                           "'" + *rung + "' must be a whole number, and would be " +
                               number_text(value) + " at point " + std::to_string(p) +
                               "; write values = [0, 1, ...]");
            break;
        }
    }
}

} // namespace

std::vector<std::string> SweepReading::axis_names() const {
    std::vector<std::string> names;
    for (const Axis& axis : loaded.sweep.axes)
        names.push_back(axis.name);
    return names;
}

bool SweepReading::declares(const char* table, const std::string& name) const {
    const toml::table* const all = root[table].as_table();
    return all != nullptr && all->contains(name);
}

std::vector<std::string> SweepReading::outcome_names() const {
    std::vector<std::string> names;
    for (const Outcome& outcome : loaded.sweep.outcomes)
        names.push_back(outcome.name);
    return names;
}

bool SweepReading::try_overrides(const std::vector<std::string>& more, const Place& place) const {
    std::vector<std::string> all = overrides;
    all.insert(all.end(), more.begin(), more.end());
    Problems found;
    if (load_scenario(scenario, all, found))
        return true;
    problems.add(found, [&](const Place&) { return place; });
    return false;
}

std::optional<LoadedSweep> load_sweep(const fs::path& file, Problems& problems,
                                      const fs::path& scenario) {
    FileText text = read_text(file);
    if (!text.error.empty()) {
        problems.add({file.string()}, text.error);
        return std::nullopt;
    }
    const auto root = parse_toml(text.text, file.string(), problems);
    if (!root || !is_file_of(FileKind::sweep, *root, file, problems))
        return std::nullopt;
    SweepReading r{*root, file, scenario, {}, problems};
    r.loaded.text = std::move(text.text);
    Top top = read_top(r);
    read_set(r);
    auto design = read_design_keys(r);
    if (!read_scenario_of(r, top.scenario))
        return std::nullopt;
    Sweep& sweep = r.loaded.sweep;
    read_axes(r);
    if (const toml::table* const axes = root->get_as<toml::table>("axis");
        axes != nullptr && axes->empty())
        problems.add(place_of(*axes), "[axis] is empty; a sweep varies at least one number");
    read_outcomes(r);
    if (design)
        make_design(r, *design);
    read_stop(r, top.replications);
    read_tipping(r);
    for (const auto& [name, node] : top.bands)
        if (const auto at = find_outcome(r, name, place_of(*node)))
            sweep.courses.push_back(*at);
    if (!problems.empty())
        return std::nullopt;
    const bool of_variance = sweep.design && (sweep.design->plan().kind == DesignKind::morris ||
                                              sweep.design->plan().kind == DesignKind::saltelli);
    const bool has_base = sweep.design && sweep.design->plan().kind == DesignKind::oat;
    sweep.base = top.base.value_or(!of_variance) && !has_base;
    if (std::uint64_t{sweep.points()} * sweep.replications > most_runs) {
        problems.add({file.string()}, std::to_string(sweep.points()) + " points of " +
                                          std::to_string(sweep.replications) +
                                          " replications are more runs than 4 000 000 000");
        return std::nullopt;
    }
    check_rungs(r);
    if (!problems.empty())
        return std::nullopt;
    sweep.choose = chosen_scenarios(r);
    if (r.loaded.events)
        sweep.note = note_events;
    return std::move(r.loaded);
}

} // namespace demarche
