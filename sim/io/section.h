#pragma once
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "sim/core/date.h"
#include "sim/core/parameter.h"
#include "sim/io/problems.h"

namespace demarche {

/// What was given on the command line has a file, "--set path=value", but no line.
Place place_of(const toml::node& node);
Place place_of(const toml::key& key);
/// The shortest text that reads back as this number, without a trailing ".0".
std::string number_text(double value);
/// A list of strings without quotes in them, twenty on a line.
std::string list_text(const std::vector<std::string>& strings);
/// "0 to 1", "0 or more"
std::string range_text(const Parameter& declaration);

/// The unit of a Parameter that is a switch.
inline constexpr std::string_view yes_no_unit = "yes/no";

/// The names of an enumeration as strings.
template <std::size_t N>
std::vector<std::string> words(const std::array<std::string_view, N>& names) {
    return {names.begin(), names.end()};
}

/// One table of a TOML file: which keys it may have, what they mean, where their values go. Declare
/// every key, then read; everything that is wrong is reported with its place. What the variables
/// hold when they are declared is their default.
class Section {
public:
    /// A declared key, as the reference of scenarios shows it. Texts are Markdown.
    struct Key {
        std::string name;     ///< dots separate nested tables
        std::string type;     ///< "text", "0 to 1", "km, 0 to 21000"
        std::string standard; ///< the default, "" = none
        std::string meaning;
        bool needed = false;

        /// It must be given.
        Key& required(bool yes = true) {
            needed = yes;
            return *this;
        }
        /// What holds where it is not given and the default is no constant.
        Key& otherwise(std::string what) {
            standard = std::move(what);
            return *this;
        }
    };
    using Handler = std::function<void(const toml::node&)>;

    explicit Section(Problems& problems) : problems_(&problems) {}

    Key& custom(const std::string& name, std::string type, std::string meaning, Handler handler);
    Key& text(const std::string& name, std::string& value, std::string meaning);
    Key& date(const std::string& name, std::optional<Day>& value, std::string meaning);
    template <class T>
    Key& integer(const std::string& name, std::int64_t low, std::int64_t high, T& value,
                 std::string meaning) {
        return whole(
                   name, low, high, [&value](std::int64_t n) { value = static_cast<T>(n); },
                   std::move(meaning))
            .otherwise(code(std::to_string(value)));
    }
    Key& flag(const std::string& name, bool& value, std::string meaning);
    /// One of a list of words; `store` gets its index.
    Key& choice(const std::string& name, std::vector<std::string> words,
                std::function<void(std::size_t)> store, std::string meaning);
    /// One of the names of an enumeration.
    template <class T, std::size_t N>
    Key& choice(const std::string& name, const std::array<std::string_view, N>& names, T& value,
                std::string meaning) {
        return choice(
                   name, words(names), [&value](std::size_t i) { value = static_cast<T>(i); },
                   std::move(meaning))
            .otherwise(codes({std::string(names[static_cast<std::size_t>(value)])}));
    }
    /// A list of strings; `item` gets each with its node.
    Key& strings(const std::string& name, std::string type, std::string meaning,
                 std::function<void(const std::string&, const toml::node&)> item);
    Key& parameter(const Parameter& declaration, double& value);
    /// Every parameter an object describes.
    template <class T>
    void parameters(T& object) {
        object.describe([this](const Parameter& p, double& value) { parameter(p, value); });
    }

    /// Reads the table. `what` names it in messages about missing keys ("state KAZ").
    void read(const toml::table& table, const std::string& what);
    /// Reads the value of one declared key.
    void handle(const std::string& name, const toml::node& value) { keys_.at(name).handler(value); }
    /// "`"a"`, `"b"`": strings as the type of a key shows them.
    static std::string codes(const std::vector<std::string>& strings);
    /// All keys in the order of their declaration.
    std::vector<Key> keys() const;

private:
    static std::string code(const std::string& text) { return "`" + text + "`"; }
    Key& whole(const std::string& name, std::int64_t low, std::int64_t high,
               std::function<void(std::int64_t)> store, std::string meaning);
    void walk(const toml::table& table, const std::string& prefix);

    struct Entry {
        Key key;
        Handler handler;
        bool seen = false;
        bool misspelt = false; ///< suggested in place of an unknown key
    };
    std::map<std::string, Entry> keys_;
    std::vector<std::string> order_;
    Problems* problems_;
};

/// Sees every section that is read, by kind: "state", "channel.public", "policy.hawk".
using SectionVisitor = std::function<void(const std::string& kind, const Section& section)>;

/// Reports a value of the wrong type.
void expected(Problems& problems, const toml::node& node, const std::string& name,
              const std::string& type);

} // namespace demarche
