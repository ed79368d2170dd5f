#include "sim/io/study_reader.h"

#include <algorithm>
#include <limits>

#include "sim/io/event_reader.h"
#include "sim/io/file_kind.h"
#include "sim/io/scenario_reader.h"
#include "sim/io/section.h"
#include "sim/io/source.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

/// A stretch of weeks as the file states it, before its events are known.
struct StatedRange {
    std::string events;
    Place events_at;
    int first = 0, last = 0;
    Place weeks_at;
};

class StudyReader {
public:
    StudyReader(fs::path file, const EventFiles& files, Problems& problems)
        : file_(std::move(file)), files_(files), problems_(problems) {}

    std::optional<StudyPlan> read(bool scores) {
        const std::size_t before = problems_.size();
        const std::optional<Source> source = read_source(file_, {}, problems_);
        if (!source ||
            !is_file_of(scores ? FileKind::score : FileKind::fit, source->table, file_, problems_))
            return std::nullopt;
        plan_.name = file_.stem().string();
        read_top(source->table, scores);
        if (problems_.size() != before)
            return std::nullopt;
        resolve(scores);
        if (problems_.size() != before)
            return std::nullopt;
        return std::move(plan_);
    }

private:
    static constexpr int most_weeks = 5000;

    void weeks_key(Section& s, const std::string& key, StatedRange& range, std::string meaning) {
        s.custom(key, "two weeks", std::move(meaning), [&, key](const toml::node& node) {
             const toml::array* const list = node.as_array();
             const auto number = [&](std::size_t k) {
                 return list && list->size() == 2 ? list->get(k)->value<std::int64_t>()
                                                  : std::nullopt;
             };
             const auto first = number(0), last = number(1);
             range.weeks_at = place_of(node);
             if (!first || !last || *first < 0 || *last < 0 || std::max(*first, *last) > most_weeks)
                 expected(problems_, node, key, "a first and a last week, such as [8, 29]");
             else if (*last < *first)
                 problems_.add(range.weeks_at,
                               "'" + key + "': the last week, " + std::to_string(*last) +
                                   ", is before the first, " + std::to_string(*first));
             else {
                 range.first = static_cast<int>(*first);
                 range.last = static_cast<int>(*last);
             }
         }).required();
    }

    void events_key(Section& s, StatedRange& range) {
        s.custom("events", "name", "the events: given as --events NAME=FILE",
                 [&](const toml::node& node) {
                     if (const auto* text = node.as_string())
                         range.events = text->get();
                     else
                         expected(problems_, node, "events", "a name");
                     range.events_at = place_of(node);
                 })
            .required();
    }

    const toml::table* table(const toml::table& in, const char* key) { return in[key].as_table(); }

    void read_top(const toml::table& root, bool scores) {
        const auto is_table = [&](const char* name) {
            return [this, name](const toml::node& node) {
                if (!node.is_table())
                    expected(problems_, node, name, "a table");
            };
        };
        Section top(problems_);
        top.text("name", plan_.name, "short name").otherwise("the name of the file");
        top.strings(
            "classes", "list of classes", "the classes of acts", [&](auto& word, auto& node) {
                const auto known = class_names.begin() + class_count;
                const auto it = std::find(class_names.begin(), known, word);
                if (it == known)
                    problems_.add(place_of(node), "no class is called '" + word +
                                                      "'; allowed: 'vcoop', 'mcoop', 'vconf' or "
                                                      "'mconf'");
                else
                    plan_.classes.push_back(static_cast<QuadClass>(it - class_names.begin()));
            });
        top.custom("window", "table of tables", "[window.X]: weeks of events to fit",
                   is_table("window"))
            .required();
        if (!scores) {
            top.choice(
                "model", {"forecast", "appraisal"},
                [this](std::size_t k) { plan_.of_policy = k == 1; },
                "what is fitted: the forecasting model or the policy that simulates");
            top.custom("appraisal", "table", "what of the policy is fitted", is_table("appraisal"));
        }
        top.integer("evaluations", 1, 1000000, plan_.rule.most_evaluations,
                    "at most, of one search; a fit takes a few hundred");
        top.custom("penalty", "table", "how strongly parameters are held back",
                   is_table("penalty"));
        if (scores) {
            top.custom("test", "table", "what is forecast", is_table("test")).required();
            top.custom("free_run", "table", "simulated weeks", is_table("free_run"));
        } else
            top.custom("effects", "table", "who acts, at whom", is_table("effects"));
        top.read(root, "the file");
        if (plan_.classes.empty())
            plan_.classes = scores ? std::vector{QuadClass::vconf, QuadClass::mconf}
                                   : std::vector(all_classes.begin(), all_classes.end());
        if (const toml::table* const windows = table(root, "window")) {
            for (const auto& [key, node] : *windows) {
                const toml::table* const window = node.as_table();
                if (!window) {
                    expected(problems_, node, "window." + std::string(key.str()), "a table");
                    continue;
                }
                StatedRange& range = windows_.emplace_back();
                Section s(problems_);
                events_key(s, range);
                weeks_key(s, "weeks", range, "first and last week; earlier ones fill memories");
                s.read(*window, "window " + std::string(key.str()));
            }
            if (windows->empty())
                problems_.add(place_of(*windows), "there is no window; write [window.X]");
        }
        read_rule(root);
        if (const toml::table* const test = table(root, "test"); test && scores)
            read_test(*test);
        if (const toml::table* const run = table(root, "free_run"); run && scores)
            read_free_run(*run);
    }

    void read_free_run(const toml::table& in) {
        FreeRunRule& rule = plan_.free_run;
        rule.replications = 200;
        Section s(problems_);
        s.integer("replications", 1, 1000000, rule.replications, "simulations of the weeks");
        s.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), rule.seed,
                  "of the random numbers");
        s.flag("parameter_uncertainty", rule.parameter_uncertainty,
               "each replication draws its coefficients");
        s.custom("horizons", "list of weeks", "totals from the first test week over so many",
                 [&](const toml::node& node) {
                     const toml::array* const list = node.as_array();
                     const int weeks = test_.last - test_.first + 1;
                     for (std::size_t k = 0; list && k < list->size(); ++k)
                         if (const auto h = list->get(k)->value<std::int64_t>();
                             h && *h >= 1 && *h <= weeks)
                             rule.horizons.push_back(static_cast<int>(*h));
                     if (!list || rule.horizons.size() != list->size())
                         expected(problems_, node, "horizons",
                                  "a list of numbers of weeks, such as [4, 13], none beyond the " +
                                      std::to_string(weeks) + " weeks of the test");
                 });
        s.read(in, "[free_run]");
        rule.horizons.push_back(test_.last - test_.first + 1);
        std::sort(rule.horizons.begin(), rule.horizons.end());
        rule.horizons.erase(std::unique(rule.horizons.begin(), rule.horizons.end()),
                            rule.horizons.end());
    }

    void read_rule(const toml::table& root) {
        FitRule& rule = plan_.rule;
        if (const toml::table* const penalty = table(root, "penalty")) {
            Section s(problems_);
            const auto declare = [&](const char* name, const char* meaning, double& value) {
                s.parameter({name, "", 0, 1e9, meaning}, value);
            };
            declare("stimulus", "inverse variance of a weight, as a share of the mean rate",
                    rule.stimulus);
            declare("posture", "the same per standard deviation of the covariate", rule.posture);
            declare("dispersion", "the same for the size of counts", rule.dispersion);
            declare("exponent", "inverse variance of ln rho", rule.exponent);
            declare("slope", "inverse variance of the slope of dispersion", rule.slope);
            s.read(*penalty, "[penalty]");
        }
        if (const toml::table* const policy = table(root, "appraisal"))
            read_appraisal(*policy);
        if (const toml::table* const effects = table(root, "effects")) {
            Section s(problems_);
            s.flag("actors", rule.actor_effects, "each actor as source and as target");
            s.flag("pairs", rule.pair_effects, "each directed pair");
            s.flag("doctrine", plan_.appraisal.doctrine,
                   "the doctrine of each state, shared by all classes");
            s.parameter(
                {"activity", "acts/week", 0, 1e6, "pairs with fewer are no cases; 0 = all pairs"},
                plan_.fit_activity);
            s.read(*effects, "[effects]");
            if (plan_.appraisal.doctrine)
                check_doctrine(*effects);
        }
    }

    void check_doctrine(const toml::table& effects) {
        const Place at = place_of(*effects.get("doctrine"));
        if (!plan_.of_policy)
            problems_.add(at, "'doctrine' is the policy's; it needs model = \"appraisal\"");
        if (plan_.rule.actor_effects || plan_.rule.pair_effects)
            problems_.add(at, "'doctrine' stands for what actors do in all classes; it cannot be "
                              "fitted together with 'actors' or 'pairs'");
    }

    void read_appraisal(const toml::table& policy) {
        if (!plan_.of_policy)
            problems_.add(place_of(policy),
                          "[appraisal] says how to fit the policy; it needs model = \"appraisal\"");
        std::string ties;
        Section s(problems_);
        s.integer("tick_days", 1, week_days, plan_.appraisal.tick_days, "1 or 7");
        s.flag("slow", plan_.appraisal.slow, "memories of half a year; needs years of events");
        s.flag("cooperation", plan_.appraisal.cooperation, "whether it may move conflict");
        s.parameters(plan_.appraisal.memory);
        s.text("ties", ties, "a scenario whose pacts and sympathies say who is whose friend");
        s.read(policy, "[appraisal]");
        if (week_days % plan_.appraisal.tick_days != 0)
            problems_.add(place_of(*policy.get("tick_days")), "'tick_days' must be 1 or 7");
        read_ties(policy, ties);
        plan_.appraisal.ties = plan_.ties.get();
    }

    /// Reads the scenario that the key `ties` of a table names, beside this file.
    void read_ties(const toml::table& in, const std::string& ties) {
        if (ties.empty())
            return;
        const fs::path path = file_.parent_path() / ties;
        const Place named = place_of(*in.get("ties"));
        if (!fs::exists(path)) {
            problems_.add(named, "no such file: '" + path.string() + "'");
            return;
        }
        Problems found;
        auto loaded = load_scenario(path, {}, found);
        problems_.add(found, [&](const Place& place) { return place.line > 0 ? place : named; });
        if (loaded)
            plan_.ties = std::make_shared<const Scenario>(std::move(loaded->scenario));
    }

    void read_test(const toml::table& test) {
        std::string ties;
        Section s(problems_);
        events_key(s, test_);
        weeks_key(s, "weeks", test_, "first and last week that is forecast");
        weeks_key(s, "history", history_, "the weeks that say which pairs are forecast");
        s.parameter({"activity", "acts/week", 0, 1e6,
                     "pairs with fewer in the history, all classes and both directions together, "
                     "are not forecast"},
                    plan_.activity);
        s.text("ties", ties,
               "a scenario that says who is ally, rival and neighbour: scores by these");
        s.read(test, "[test]");
        read_ties(test, ties);
        history_.events = test_.events;
        history_.events_at = test_.events_at;
        plan_.fit_activity = plan_.activity;
        if (history_.last >= test_.first)
            problems_.add(history_.weeks_at,
                          "the history must end before the test, which begins in "
                          "week " +
                              std::to_string(test_.first));
    }

    /// Reads the events that are asked for and checks that they have the weeks.
    void resolve(bool scores) {
        std::vector<StatedRange*> ranges;
        for (StatedRange& r : windows_)
            ranges.push_back(&r);
        if (scores) {
            ranges.push_back(&history_);
            ranges.push_back(&test_);
        }
        std::vector<WeekRange> out;
        std::vector<std::string> used;
        for (const StatedRange* r : ranges) {
            out.push_back({find_events(*r), r->first, r->last});
            used.push_back(r->events);
            if (out.back().events == none)
                continue;
            const int weeks = plan_.events[out.back().events].weeks();
            if (weeks == 0)
                problems_.add(r->weeks_at,
                              "'" + r->events + "' has no whole week from Monday to Sunday");
            else if (r->last >= weeks)
                problems_.add(r->weeks_at, "there is no week " + std::to_string(r->last) + "; '" +
                                               r->events + "' has weeks 0 to " +
                                               std::to_string(weeks - 1));
        }
        for (const auto& [name, path] : files_)
            if (std::find(used.begin(), used.end(), name) == used.end())
                problems_.add({"--events " + name + "=" + path.string()},
                              "the configuration names no such events" + hint(name, used));
        if (scores) {
            plan_.test = out.back();
            out.pop_back();
            plan_.history = out.back();
            out.pop_back();
        }
        plan_.fit = std::move(out);
    }

    std::size_t find_events(const StatedRange& range) {
        const auto known =
            std::find(plan_.event_names.begin(), plan_.event_names.end(), range.events);
        if (known != plan_.event_names.end())
            return static_cast<std::size_t>(known - plan_.event_names.begin());
        if (failed_.contains(range.events))
            return none;
        fs::path path;
        if (const auto it = files_.find(range.events); it != files_.end())
            path = it->second;
        else
            for (const char* extension : {".csv", ".csv.gz"})
                if (fs::exists(file_.parent_path() / (range.events + extension)))
                    path = file_.parent_path() / (range.events + extension);
        if (path.empty()) {
            problems_.add(range.events_at, "nothing says where the events '" + range.events +
                                               "' are; add --events " + range.events + "=FILE");
            failed_.insert(range.events);
            return none;
        }
        std::optional<EventSeries> series = read_events(path, problems_, &plan_.notes);
        if (!series) {
            failed_.insert(range.events);
            return none;
        }
        plan_.event_names.push_back(range.events);
        plan_.events.push_back(std::move(*series));
        return plan_.events.size() - 1;
    }

    static constexpr std::size_t none = SIZE_MAX;
    fs::path file_;
    const EventFiles& files_;
    Problems& problems_;
    StudyPlan plan_;
    std::vector<StatedRange> windows_;
    StatedRange history_, test_;
    std::set<std::string> failed_;
};

} // namespace

std::optional<StudyPlan> read_study(const fs::path& file, bool scores, const EventFiles& files,
                                    Problems& problems) {
    return StudyReader(file, files, problems).read(scores);
}

} // namespace demarche
