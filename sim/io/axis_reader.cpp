#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "sim/io/scenario_reader.h"
#include "sim/io/section.h"
#include "sim/io/sweep_reading.h"

namespace demarche {
namespace {

constexpr std::array<std::string_view, 5> distribution_names{"uniform", "log_uniform", "normal",
                                                             "triangular", "beta"};

std::optional<double> as_number(const toml::node& node) {
    if (const auto* f = node.as_floating_point())
        return f->get();
    if (const auto* i = node.as_integer())
        return static_cast<double>(i->get());
    return std::nullopt;
}

/// An axis as the file states it, before anybody knows what its paths mean.
struct Stated {
    Axis axis;
    const toml::node* at = nullptr; ///< the table, for what is missing
    const toml::node* path_node = nullptr;
    const toml::node* range_node = nullptr;
    const toml::node* values_node = nullptr;
    std::optional<std::pair<double, double>> range, factor;
    std::optional<std::size_t> distribution;
    bool log = false;
    std::vector<const toml::node*> values;
};

class AxisReader {
public:
    AxisReader(SweepReading& reading, std::string name, const toml::node& table,
               const toml::key& key)
        : reading_(&reading), problems_(&reading.problems), key_(place_of(key)) {
        stated_.axis.name = std::move(name);
        stated_.at = &table;
    }

    void read() {
        if (!is_column_name(stated_.axis.name))
            problems_->add(key_, "'" + stated_.axis.name +
                                     "' cannot be the name of an axis: letters, digits, _ and -");
        const std::size_t before = problems_->size();
        read_keys();
        if (problems_->size() == before)
            add();
    }

private:
    void read_keys() {
        Section s(*problems_);
        Axis& axis = stated_.axis;
        s.custom("path", "path or list of paths", "what it varies", [&](const toml::node& node) {
             read_paths(node);
         }).required();
        s.custom("range", "two numbers", "from and to", [&](const toml::node& node) {
            stated_.range_node = &node;
            stated_.range = two_numbers(node, "range");
        });
        s.custom("factor", "two numbers", "the same as multiples of the scenario's number",
                 [&](const toml::node& node) {
                     stated_.range_node = &node;
                     stated_.factor = two_numbers(node, "factor");
                 });
        s.custom("values", "list", "the values themselves",
                 [&](const toml::node& node) { read_values(node); });
        s.integer("levels", 1, 100000, axis.levels, "how many values of a range a grid takes");
        s.flag("log", stated_.log, "evenly spaced in the logarithm");
        s.choice(
            "distribution", words(distribution_names),
            [&](std::size_t i) { stated_.distribution = i; }, "how the values are distributed");
        s.parameter({"mean", "", -unbounded, unbounded, "of a normal distribution"},
                    axis.quantity.mean);
        s.parameter({"sd", "", 0, unbounded, "its standard deviation"}, axis.quantity.sd);
        s.parameter({"mode", "", -unbounded, unbounded, "of a triangular distribution"},
                    axis.quantity.mode);
        s.parameter({"alpha", "", 0, unbounded, "shape of a beta distribution"},
                    axis.quantity.alpha);
        s.parameter({"beta", "", 0, unbounded, "the other shape"}, axis.quantity.beta);
        if (const toml::table* const table = stated_.at->as_table())
            s.read(*table, "axis '" + axis.name + "'");
        else
            expected(*problems_, *stated_.at, "axis." + axis.name, "a table");
    }

    void read_paths(const toml::node& node) {
        stated_.path_node = &node;
        const auto add_path = [&](const toml::node& item) {
            if (const auto* text = item.as_string())
                stated_.axis.paths.push_back(text->get());
            else
                expected(*problems_, item, "path", "a path such as \"state.KAZ.pacifism\"");
        };
        const toml::array* const list = node.as_array();
        if (list == nullptr)
            add_path(node);
        else if (list->empty())
            expected(*problems_, node, "path", "a path or a list of paths");
        else
            for (const toml::node& item : *list)
                add_path(item);
    }

    std::optional<std::pair<double, double>> two_numbers(const toml::node& node, const char* name) {
        const toml::array* const list = node.as_array();
        if (list != nullptr && list->size() == 2) {
            const auto low = as_number((*list)[0]), high = as_number((*list)[1]);
            if (low && high && std::isfinite(*low) && std::isfinite(*high))
                return std::pair(*low, *high);
        }
        problems_->add(place_of(node),
                       std::string("'") + name + "' must be two numbers such as [0, 1]");
        return std::nullopt;
    }

    void read_values(const toml::node& node) {
        const toml::array* const list = node.as_array();
        if (list == nullptr || list->empty()) {
            expected(*problems_, node, "values", "a list of values");
            return;
        }
        stated_.values_node = &node;
        for (const toml::node& item : *list) {
            if (item.is_table() || item.is_array()) {
                expected(*problems_, item, "values", "a list of numbers, strings or dates");
                continue;
            }
            const std::string text = plain_text(item);
            if (std::find(stated_.axis.texts.begin(), stated_.axis.texts.end(), text) !=
                stated_.axis.texts.end())
                problems_->add(place_of(item), "'values' has " + text + " twice");
            stated_.values.push_back(&item);
            stated_.axis.texts.push_back(text);
        }
    }

    const toml::node& range_node() const {
        return stated_.range_node != nullptr ? *stated_.range_node : *stated_.at;
    }

    /// Adds the axis, or one for each number that its pattern stands for.
    void add() {
        const std::string& path = stated_.axis.paths.front();
        if (path.find('*') == std::string::npos) {
            finish(stated_.axis, stated_.factor);
            return;
        }
        const std::string beginning = path.substr(0, path.find('*'));
        if (stated_.axis.paths.size() != 1 || path.find('*') + 1 != path.size() ||
            !stated_.values.empty()) {
            problems_->add(place_of(*stated_.path_node),
                           "'*' can only end a path that stands alone, with 'factor' or 'range'");
            return;
        }
        bool any = false;
        for (auto it = reading_->numbers.lower_bound(beginning);
             it != reading_->numbers.end() && it->first.starts_with(beginning); ++it) {
            const auto& [declaration, value] = it->second;
            if (declaration.unit == yes_no_unit || (stated_.factor && value == 0))
                continue;
            Axis axis = stated_.axis;
            axis.name = it->first;
            axis.paths = {it->first};
            finish(std::move(axis), stated_.factor);
            any = true;
        }
        if (!any)
            problems_->add(place_of(*stated_.path_node),
                           "no number of the scenario begins with '" + beginning + "'" +
                               (stated_.factor ? " and is not 0" : ""));
    }

    /// Makes the quantity of an axis, checks its values and adds it.
    void finish(Axis axis, std::optional<std::pair<double, double>> factor) {
        const std::size_t before = problems_->size();
        if (!reading_->is_list || stated_.range_node != nullptr || !stated_.values.empty())
            make_quantity(axis, factor);
        const bool all_known =
            std::all_of(axis.paths.begin(), axis.paths.end(),
                        [&](const std::string& p) { return reading_->numbers.contains(p); });
        if (problems_->size() == before) {
            if (axis.is_choice())
                check_values(axis, all_known);
            else if (!reading_->is_list)
                check_range(axis, all_known);
            else if (!all_known)
                reading_->try_overrides({}, key_);
        }
        for (const Axis& other : reading_->loaded.sweep.axes)
            for (const std::string& path : axis.paths)
                if (std::find(other.paths.begin(), other.paths.end(), path) != other.paths.end())
                    problems_->add(place_of(*stated_.path_node),
                                   "axis '" + other.name + "' varies '" + path + "', too");
        if (problems_->size() == before)
            reading_->loaded.sweep.axes.push_back(std::move(axis));
    }

    void make_quantity(Axis& axis, const std::optional<std::pair<double, double>>& factor) {
        const int forms = (stated_.range ? 1 : 0) + (factor ? 1 : 0) +
                          (stated_.values.empty() ? 0 : 1) +
                          (stated_.distribution == std::size_t{2} ? 1 : 0);
        if (forms != 1) {
            problems_->add(place_of(*stated_.at),
                           "axis '" + stated_.axis.name +
                               "' needs one of 'range', 'factor', 'values' or distribution = "
                               "\"normal\"" +
                               (forms > 1 ? ", not several" : ""));
            return;
        }
        if (axis.is_choice())
            return;
        Quantity& q = axis.quantity;
        q.kind = static_cast<Quantity::Kind>(stated_.distribution.value_or(0));
        if (stated_.log && !stated_.distribution)
            q.kind = Quantity::Kind::log_uniform;
        else if (stated_.log)
            problems_->add(place_of(*stated_.at),
                           "'log' and 'distribution' exclude each other; write distribution = "
                           "\"log_uniform\"");
        if (stated_.range)
            std::tie(q.low, q.high) = *stated_.range;
        if (factor) {
            const auto number = reading_->numbers.find(axis.paths.front());
            if (number == reading_->numbers.end()) {
                report_unknown(axis.paths.front());
                return;
            }
            if (number->second.second == 0) {
                problems_->add(place_of(range_node()), "'" + axis.paths.front() +
                                                           "' is 0 in the scenario, and so are "
                                                           "its multiples; write a 'range'");
                return;
            }
            q.low = factor->first * number->second.second;
            q.high = factor->second * number->second.second;
            if (q.low > q.high)
                std::swap(q.low, q.high);
            q.low = std::max(q.low, number->second.first.low); // as far as is allowed
            q.high = std::min(q.high, number->second.first.high);
        }
        if (const char* const problem = q.problem())
            problems_->add(place_of(range_node()),
                           "axis '" + axis.name + "': " + std::string(problem));
    }

    void report_unknown(const std::string& path) {
        std::vector<std::string> names;
        for (const auto& [name, unused] : reading_->numbers)
            names.push_back(name);
        problems_->add(place_of(*stated_.path_node),
                       "the scenario has no number '" + path + "'" + hint(path, names));
    }

    /// The ends of a range (of an unbounded distribution, what all but one in a thousand are in).
    void check_range(Axis& axis, bool all_known) {
        const double least = axis.quantity.from_unit(0.001 / 2);
        const double most = axis.quantity.from_unit(1 - 0.001 / 2);
        const bool bounded = axis.quantity.kind != Quantity::Kind::normal;
        const double low = bounded ? axis.quantity.low : least;
        const double high = bounded ? axis.quantity.high : most;
        for (const std::string& path : axis.paths) {
            const auto known = reading_->numbers.find(path);
            if (known == reading_->numbers.end())
                continue;
            const Parameter& p = known->second.first;
            if (p.unit == yes_no_unit)
                problems_->add(place_of(range_node()),
                               "'" + path + "' is yes or no; write values = [false, true]");
            else
                for (const double end : {low, high})
                    if (!(end >= p.low && end <= p.high))
                        problems_->add(place_of(range_node()),
                                       "'" + path + "' would be " + number_text(end) +
                                           "; allowed: " + range_text(p) +
                                           (p.unit.empty() ? "" : " " + p.unit));
        }
        if (all_known)
            return;
        for (const double end : {low, high})
            if (!try_value(axis, number_text(end), place_of(*stated_.path_node)))
                return;
        // Something between, too: a number that must be whole is refused there.
        if (!try_value(axis, number_text(low + (high - low) * 0.381966),
                       place_of(*stated_.path_node)))
            problems_->add(place_of(range_node()), "axis '" + axis.name +
                                                       "' takes any number of its range; list "
                                                       "those it may take as 'values'");
    }

    void check_values(Axis& axis, bool all_known) {
        bool all_numbers = true;
        for (const toml::node* const node : stated_.values) {
            const auto* flag = node->as_boolean();
            const auto number =
                flag != nullptr ? std::optional(flag->get() ? 1.0 : 0.0) : as_number(*node);
            all_numbers = all_numbers && number.has_value();
            if (number)
                axis.values.push_back(*number);
            if (!all_known) {
                if (!try_value(axis, plain_text(*node), place_of(*node)))
                    return;
                continue;
            }
            for (const std::string& path : axis.paths) {
                const Parameter& p = reading_->numbers.find(path)->second.first;
                if (!number || (p.unit == yes_no_unit) != (flag != nullptr))
                    expected(*problems_, *node, path,
                             p.unit == yes_no_unit ? "true or false" : "a number");
                else if (!(*number >= p.low && *number <= p.high))
                    problems_->add(place_of(*node), "'" + path + "' is " + number_text(*number) +
                                                        "; allowed: " + range_text(p) +
                                                        (p.unit.empty() ? "" : " " + p.unit));
            }
        }
        if (!all_numbers)
            axis.values.clear();
    }

    bool try_value(const Axis& axis, const std::string& text, const Place& place) {
        std::vector<std::string> overrides;
        for (const std::string& path : axis.paths)
            overrides.push_back(path + "=" + text);
        return reading_->try_overrides(overrides, place);
    }

    SweepReading* reading_;
    Problems* problems_;
    Place key_;
    Stated stated_;
};

/// The scenarios of points whose choices are no numbers, read again with overrides.
class ChosenScenarios {
public:
    explicit ChosenScenarios(const SweepReading& reading)
        : file_(reading.scenario), overrides_(reading.overrides) {}

    std::shared_ptr<const Scenario> at(const std::vector<std::string>& choices) {
        if (choices.empty())
            return nullptr;
        std::string key;
        for (const std::string& choice : choices)
            key += choice + "\n";
        const std::lock_guard lock(mutex_);
        if (const auto found = made_.find(key); found != made_.end())
            return found->second;
        std::vector<std::string> overrides = overrides_;
        overrides.insert(overrides.end(), choices.begin(), choices.end());
        Problems problems;
        auto loaded = load_scenario(file_, overrides, problems);
        if (!loaded)
            throw std::runtime_error(problems.text());
        if (made_.size() >= most)
            made_.clear();
        return made_[key] = std::make_shared<const Scenario>(std::move(loaded->scenario));
    }

private:
    static constexpr std::size_t most = 64;
    std::filesystem::path file_;
    std::vector<std::string> overrides_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Scenario>> made_;
};

} // namespace

bool is_column_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '*';
    });
}

std::string plain_text(const toml::node& value) {
    if (const auto* text = value.as_string())
        return text->get();
    if (const auto number = as_number(value))
        return number_text(*number);
    std::ostringstream text;
    text << toml::toml_formatter{value};
    return text.str();
}

bool is_overridden(const SweepReading& reading, const Axis& axis) {
    return std::any_of(axis.paths.begin(), axis.paths.end(),
                       [&](const std::string& path) { return !reading.numbers.contains(path); });
}

std::function<std::shared_ptr<const Scenario>(std::span<const double>)>
chosen_scenarios(const SweepReading& reading) {
    std::vector<std::pair<std::size_t, Axis>> overridden;
    for (std::size_t x = 0; x < reading.loaded.sweep.axes.size(); ++x)
        if (const Axis& axis = reading.loaded.sweep.axes[x]; is_overridden(reading, axis))
            overridden.emplace_back(x, axis);
    if (overridden.empty())
        return {};
    const auto made = std::make_shared<ChosenScenarios>(reading);
    return [overridden, made](std::span<const double> point) {
        std::vector<std::string> choices;
        for (const auto& [x, axis] : overridden)
            if (!std::isnan(point[x]))
                for (const std::string& path : axis.paths)
                    choices.push_back(path + "=" + axis.text(point[x]));
        return made->at(choices);
    };
}

void read_axes(SweepReading& reading) {
    const toml::table* const table = reading.root["axis"].as_table();
    if (table != nullptr)
        for (const auto& [key, node] : *table)
            AxisReader(reading, std::string(key.str()), node, key).read();
}

} // namespace demarche
