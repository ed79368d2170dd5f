#include "sim/io/reference.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "agents/policy.h"
#include "sim/io/embedded.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

using Keys = std::vector<Section::Key>;
using Row = std::vector<std::string>;

[[noreturn]] void wrong(std::string what) {
    throw std::logic_error(what.insert(0, "sim/io/reference.md: "));
}

/// All examples of the text, one after the other: together they are one scenario.
std::string examples(const std::string& text) {
    std::istringstream lines(text);
    std::string toml;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```"))
            inside = line == "```toml";
        else if (inside)
            toml += line + "\n";
    }
    return toml;
}

/// The keys of every kind of section.
std::map<std::string, Keys> declared_keys(const std::string& text) {
    std::map<std::string, Keys> keys;
    Problems problems;
    const toml::table table = toml::parse(examples(text), std::string_view("examples"));
    read_scenario(table, problems, [&](const std::string& kind, const Section& section) {
        keys.try_emplace(kind, section.keys());
    });
    if (!problems.empty())
        wrong(std::string("its examples are wrong:\n").append(problems.text()));
    return keys;
}

/// A Markdown table whose columns are aligned but for the last.
std::string table(const std::vector<Row>& rows) {
    std::vector<std::size_t> width(rows.front().size() - 1);
    for (const Row& row : rows)
        for (std::size_t c = 0; c < width.size(); ++c)
            width[c] = std::max(width[c], row[c].size());
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t c = 0; c < width.size(); ++c)
            text += "| " + row[c] + std::string(width[c] - row[c].size() + 1, ' ');
        text += "| " + row.back() + " |\n";
        if (&row == &rows.front()) {
            for (const std::size_t w : width)
                text += "| " + std::string(w, '-') + " ";
            text += "| --- |\n";
        }
    }
    return text;
}

/// The keys of one kind of section, or of several that differ in their defaults alone.
std::string key_table(const std::vector<std::string>& kinds, const std::vector<Keys>& keys) {
    const bool one = kinds.size() == 1;
    std::vector<Row> rows{{"key", "value"}};
    for (const std::string& kind : kinds)
        rows[0].push_back(one ? "default" : kind.substr(kind.find('.') + 1));
    rows[0].emplace_back("meaning");
    for (std::size_t k = 0; k < keys[0].size(); ++k) {
        const Section::Key& key = keys[0][k];
        if (key.meaning.empty() || key.type.empty())
            wrong("nothing is said about '" + key.name + "' in '" + kinds[0] + "'");
        rows.push_back({"`" + key.name + "`", key.type});
        for (const Keys& of_kind : keys)
            rows.back().push_back(of_kind[k].needed ? "**required**" : of_kind[k].standard);
        rows.back().push_back(key.meaning);
    }
    return table(rows);
}

} // namespace

std::string scenario_reference() {
    const std::string source(embedded_reference_md);
    const std::map<std::string, Keys> keys = declared_keys(source);
    std::set<std::string> shown;
    const auto keys_of = [&](const std::vector<std::string>& kinds) {
        std::vector<Keys> found;
        for (const std::string& kind : kinds) {
            if (!keys.contains(kind))
                wrong("no example has a section '" + kind + "'");
            found.push_back(keys.at(kind));
            shown.insert(kind);
        }
        return key_table(kinds, found);
    };

    std::string text;
    std::istringstream lines(source);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string command, kind;
        words >> command;
        if (command == "@keys") {
            std::vector<std::string> kinds;
            while (words >> kind)
                kinds.push_back(kind);
            text += keys_of(kinds);
        } else if (command == "@policies") {
            for (const auto& policy : all_policies()) {
                const std::string name(policy->name());
                kind = "policy." + name;
                text += "### " + name + "\n\n" + std::string(policy->summary()) + "\n\n";
                shown.insert(kind);
                text +=
                    keys.at(kind).empty() ? "It has no parameters.\n\n" : keys_of({kind}) + "\n";
            }
        } else {
            text += line + "\n";
        }
    }
    for (const auto& [kind, unused] : keys)
        if (!shown.contains(kind))
            wrong("the keys of '" + kind + "' are not shown");
    return text;
}

} // namespace demarche
