#include "sim/io/section.h"

#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include "sim/io/toml_text.h"

namespace demarche {

namespace {

constexpr std::size_t longest_value = 60; // of values that messages repeat
constexpr const char* yes_no = "`true` or `false`";

Place place_at(const toml::source_region& s) {
    Place place{s.path ? *s.path : "", s.begin.line, s.begin.column};
    if (place.file.starts_with("--set "))
        place.line = place.column = 0;
    return place;
}

std::string kind_of(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "a string";
    default:
        return "this value";
    }
}

/// The value as it could be written, or what kind of value it is where that would be long. (Lists
/// of numbers are undefined behaviour in toml++ 3.3, which takes the width of each from its log.)
std::string shown(const toml::node& node) {
    const toml::array* const list = node.as_array();
    if (node.is_table() ||
        (list != nullptr && !list->empty() && !list->is_homogeneous(toml::node_type::string)))
        return kind_of(node);
    if (const auto number = node.value_exact<double>(); number && std::isfinite(*number)) {
        const std::string text = number_text(*number);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    std::ostringstream text;
    text << toml::toml_formatter{node};
    const std::string value = text.str();
    const bool is_short = value.size() <= longest_value && value.find('\n') == std::string::npos;
    return is_short ? value : kind_of(node);
}

/// Whether a string holds what would be right if it stood without quotes.
bool is_quoted(const toml::node& node, const std::string& type) {
    const auto* const text = node.as_string();
    if (text == nullptr || text->get().size() > longest_value)
        return false;
    Problems ignored;
    const auto parsed = parse_toml("value = " + text->get(), "", ignored);
    if (!parsed || parsed->size() != 1)
        return false;
    const toml::node& value = *parsed->get("value");
    return type.starts_with("a date") ? value.is_date()
           : type == "an integer"     ? value.is_integer()
           : type == "a number"       ? value.is_number()
                                      : type == "true or false" && value.is_boolean();
}

} // namespace

Place place_of(const toml::node& node) {
    return place_at(node.source());
}
Place place_of(const toml::key& key) {
    return place_at(key.source());
}

std::string number_text(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string list_text(const std::vector<std::string>& strings) {
    std::string text = "[";
    for (std::size_t k = 0; k < strings.size(); ++k)
        text += (k == 0 ? "\"" : k % 20 == 0 ? ",\n    \"" : ", \"") + strings[k] + "\"";
    return text + "]";
}

std::string range_text(const Parameter& p) {
    return p.high == unbounded ? number_text(p.low) + " or more"
                               : number_text(p.low) + " to " + number_text(p.high);
}

void expected(Problems& problems, const toml::node& node, const std::string& name,
              const std::string& type) {
    problems.add(place_of(node), "'" + name + "' must be " + type + ", not " + shown(node) +
                                     (is_quoted(node, type) ? "; write it without quotes" : ""));
}

Section::Key& Section::custom(const std::string& name, std::string type, std::string meaning,
                              Handler handler) {
    order_.push_back(name);
    Entry& entry = keys_[name];
    entry = {{name, std::move(type), "", std::move(meaning)}, std::move(handler)};
    return entry.key;
}

Section::Key& Section::text(const std::string& name, std::string& value, std::string meaning) {
    return custom(name, "text", std::move(meaning), [this, name, &value](const toml::node& node) {
        if (const auto* s = node.as_string())
            value = s->get();
        else
            expected(*problems_, node, name, "a string");
    });
}

Section::Key& Section::date(const std::string& name, std::optional<Day>& value,
                            std::string meaning) {
    return custom(name, "date", std::move(meaning), [this, name, &value](const toml::node& node) {
        if (const auto* d = node.as_date())
            value = make_day(d->get().year, d->get().month, d->get().day);
        else
            expected(*problems_, node, name, "a date such as 2024-08-15");
    });
}

Section::Key& Section::whole(const std::string& name, std::int64_t low, std::int64_t high,
                             std::function<void(std::int64_t)> store, std::string meaning) {
    const std::string range = std::to_string(low) + " to " + std::to_string(high);
    return custom(name, "whole number, " + range, std::move(meaning),
                  [this, name, low, high, range, store = std::move(store)](const toml::node& node) {
                      const auto* n = node.as_integer();
                      if (n == nullptr)
                          expected(*problems_, node, name, "an integer");
                      else if (n->get() < low || n->get() > high)
                          problems_->add(place_of(node), "'" + name + "' is " +
                                                             std::to_string(n->get()) +
                                                             "; allowed: " + range);
                      else
                          store(n->get());
                  });
}

Section::Key& Section::flag(const std::string& name, bool& value, std::string meaning) {
    return custom(name, yes_no, std::move(meaning),
                  [this, name, &value](const toml::node& node) {
                      if (const auto* b = node.as_boolean())
                          value = b->get();
                      else
                          expected(*problems_, node, name, "true or false");
                  })
        .otherwise(code(value ? "true" : "false"));
}

Section::Key& Section::choice(const std::string& name, std::vector<std::string> words,
                              std::function<void(std::size_t)> store, std::string meaning) {
    std::string type = codes(words);
    return custom(
        name, std::move(type), std::move(meaning),
        [this, name, words = std::move(words), store = std::move(store)](const toml::node& node) {
            const auto* s = node.as_string();
            if (s == nullptr) {
                expected(*problems_, node, name, "one of " + listing(words));
                return;
            }
            for (std::size_t i = 0; i < words.size(); ++i)
                if (words[i] == s->get()) {
                    store(i);
                    return;
                }
            problems_->add(place_of(node),
                           "'" + name + "' cannot be '" + s->get() + "'" + hint(s->get(), words));
        });
}

Section::Key& Section::strings(const std::string& name, std::string type, std::string meaning,
                               std::function<void(const std::string&, const toml::node&)> item) {
    return custom(name, std::move(type), std::move(meaning),
                  [this, name, item = std::move(item)](const toml::node& node) {
                      const auto* list = node.as_array();
                      if (list == nullptr) {
                          expected(*problems_, node, name, "a list of strings");
                          return;
                      }
                      for (const toml::node& element : *list)
                          if (const auto* s = element.as_string())
                              item(s->get(), element);
                          else
                              expected(*problems_, element, name, "a list of strings");
                  })
        .otherwise("none");
}

Section::Key& Section::parameter(const Parameter& p, double& value) {
    const bool is_switch = p.unit == yes_no_unit;
    std::string type = (p.unit.empty() ? "" : p.unit + ", ") + range_text(p);
    return custom(p.name, is_switch ? yes_no : std::move(type), p.meaning,
                  [this, p, is_switch, &value](const toml::node& node) {
                      if (is_switch) {
                          if (const auto* b = node.as_boolean())
                              value = b->get() ? 1 : 0;
                          else
                              expected(*problems_, node, p.name, "true or false");
                          return;
                      }
                      double number = 0;
                      if (const auto* f = node.as_floating_point())
                          number = f->get();
                      else if (const auto* i = node.as_integer())
                          number = static_cast<double>(i->get());
                      else {
                          expected(*problems_, node, p.name, "a number");
                          return;
                      }
                      if (!(number >= p.low && number <= p.high) || std::isinf(number))
                          problems_->add(place_of(node), "'" + p.name + "' is " +
                                                             number_text(number) +
                                                             "; allowed: " + range_text(p) +
                                                             (p.unit.empty() ? "" : " " + p.unit));
                      else
                          value = number;
                  })
        .otherwise(code(is_switch ? (value != 0 ? "true" : "false") : number_text(value)));
}

std::string Section::codes(const std::vector<std::string>& strings) {
    std::string text;
    for (const std::string& s : strings) {
        text += text.empty() ? "`\"" : ", `\"";
        text += s;
        text += "\"`";
    }
    return text;
}

std::vector<Section::Key> Section::keys() const {
    std::vector<Key> keys;
    for (const std::string& name : order_)
        keys.push_back(keys_.at(name).key);
    return keys;
}

void Section::read(const toml::table& table, const std::string& what) {
    walk(table, "");
    std::vector<std::string> missing;
    for (const auto& [name, entry] : keys_)
        if (entry.key.needed && !entry.seen && !entry.misspelt)
            missing.push_back(name);
    if (!missing.empty())
        problems_->add(place_of(table), what + " lacks " + listing(missing, "and"));
}

void Section::walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + std::string(key.str());
        if (const auto it = keys_.find(name); it != keys_.end()) {
            it->second.seen = true;
            it->second.handler(node);
            continue;
        }
        const std::string inner = name + ".";
        const auto next = keys_.lower_bound(inner);
        const bool is_group = next != keys_.end() && next->first.starts_with(inner);
        if (is_group && node.is_table()) {
            walk(*node.as_table(), inner);
            continue;
        }
        if (is_group) {
            expected(*problems_, node, name, "a table");
            continue;
        }
        std::vector<std::string> known;
        for (const auto& [candidate, unused] : keys_) {
            if (!candidate.starts_with(prefix))
                continue;
            const std::string rest = candidate.substr(prefix.size());
            const std::string head = rest.substr(0, rest.find('.'));
            if (known.empty() || known.back() != head)
                known.push_back(head);
        }
        if (const std::string* const meant = nearest(key.str(), known))
            if (const auto entry = keys_.find(prefix + *meant); entry != keys_.end())
                entry->second.misspelt = true;
        problems_->add(place_of(key),
                       "unknown key '" + name + "'" +
                           (known.empty() ? "; no key is allowed here" : hint(key.str(), known)));
    }
}

} // namespace demarche
