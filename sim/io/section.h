#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
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

/// One table of a TOML file: which keys it may have, where their values go. Declare every key,
/// then read; everything that is wrong is reported with its place.
class Section {
public:
    explicit Section(Problems& problems) : problems_(&problems) {}

    using Handler = std::function<void(const toml::node&)>;
    void custom(std::string name, Handler handler, bool required = false);
    void text(const std::string& name, std::string& value, bool required = false);
    void date(const std::string& name, std::optional<Day>& value, bool required = false);
    void integer(const std::string& name, std::int64_t low, std::int64_t high,
                 std::function<void(std::int64_t)> store, bool required = false);
    void flag(const std::string& name, bool& value);
    /// One of a list of words; `store` gets its index.
    void choice(const std::string& name, std::vector<std::string> words,
                std::function<void(std::size_t)> store, bool required = false);
    /// A list of strings; `item` gets each with its node.
    void strings(const std::string& name,
                 std::function<void(const std::string&, const toml::node&)> item,
                 bool required = false);
    void parameter(const Parameter& declaration, double& value, bool required = false);
    /// Every parameter an object describes.
    template <class T>
    void parameters(T& object) {
        object.describe([this](const Parameter& p, double& value) { parameter(p, value); });
    }

    /// Reads the table. `what` names it in messages about missing keys ("state KAZ").
    void read(const toml::table& table, const std::string& what);
    /// Reads the value of one declared key.
    void handle(const std::string& name, const toml::node& value) { keys_.at(name).handler(value); }

private:
    void walk(const toml::table& table, const std::string& prefix);

    struct Key {
        Handler handler;
        bool required = false;
        bool seen = false;
    };
    std::map<std::string, Key> keys_;
    Problems* problems_;
};

/// Reports a value of the wrong type.
void expected(Problems& problems, const toml::node& node, const std::string& name,
              const std::string& type);

} // namespace demarche
