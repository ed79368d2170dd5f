#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agents/knobs.h"
#include "sim/engine/setting.h"
#include "sim/io/reference.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

std::string content(const char* file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Reference, TheDocumentIsWhatTheProgramPrints) {
    const std::string reference = scenario_reference();
    EXPECT_EQ(reference, content("docs/scenarios.md"))
        << "demarche reference > docs/scenarios.md, and look at the difference";
    EXPECT_EQ(reference.find("\n@"), std::string::npos);
}

/// The part of the reference from a heading to the next of any level.
std::string section(const std::string& text, const std::string& heading) {
    const std::size_t begin = text.find("\n" + heading + "\n");
    if (begin == std::string::npos)
        return "";
    return text.substr(begin, text.find("\n#", begin + 2) - begin);
}

// Setting::describe lists numbers by another way than the readers: for shocks.
TEST(Reference, HasEveryNumberOfAScenario) {
    Problems problems;
    auto loaded = load_scenario("configs/tug_of_war.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    const std::string text = scenario_reference();
    std::set<std::string> kinds;
    loaded->scenario.setting.describe([&](const Parameter& p, double&) {
        const std::string kind = p.name.substr(0, p.name.find('.'));
        std::string key = p.name.substr(kind.size() + 1);
        std::string heading = "### " + kind;
        const bool has_id = std::set<std::string>{"state", "tie",  "relation", "organisation",
                                                  "group", "site", "channel",  "policy"}
                                .contains(kind);
        const std::string id = has_id ? key.substr(0, key.find('.')) : "";
        if (has_id)
            key = key.substr(id.size() + 1);
        if (kind == "policy")
            heading = "### " + id;
        else if (kind == "tie" || kind == "relation")
            heading = "## `[" + kind + ".A-B]`";
        else if (has_id && kind != "channel")
            heading = "## `[" + kind + ".X]`";
        if (key.starts_with("exposure."))
            key = "exposure";
        EXPECT_NE(section(text, heading).find("| `" + key + "` "), std::string::npos)
            << p.name << " under " << heading;
        kinds.insert(kind);
    });
    EXPECT_EQ(kinds.size(), 15U);
}

std::vector<std::string> split(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + by.size()) {
        end = text.find(by, begin);
        parts.push_back(text.substr(begin, end - begin));
    }
    return parts;
}

/// The names in a cell of a table: what stands between backticks.
std::vector<std::string> names(const std::string& cell) {
    const std::vector<std::string> parts = split(cell, "`");
    std::vector<std::string> found;
    for (std::size_t i = 1; i < parts.size(); i += 2)
        found.push_back(parts[i]);
    return found;
}

/// The number a cell begins with; bold ones stand between asterisks.
double number(std::string cell) {
    std::erase(cell, '*');
    if (const std::size_t minus = cell.find("−"); minus <= 1)
        cell.replace(minus, std::string("−").size(), "-");
    return std::stod(cell);
}

/// The rows below the header that begins like this, each as its cells.
std::vector<std::vector<std::string>> table(const std::string& text, const std::string& header) {
    std::vector<std::vector<std::string>> rows;
    const std::size_t begin = text.find("\n" + header);
    for (const std::string& line : split(text.substr(std::min(begin, text.size())), "\n")) {
        if (!line.empty() && !line.starts_with("| "))
            break;
        std::vector<std::string> cells = split(line, " | ");
        cells[0].erase(0, 2);
        if (cells.size() > 1)
            rows.push_back(cells);
    }
    if (rows.size() < 3)
        ADD_FAILURE() << "no table: " << header;
    else
        rows.erase(rows.begin(), rows.begin() + 2); // header and rule
    return rows;
}

template <class Object>
std::map<std::string, double> defaults(Object& object) {
    std::map<std::string, double> values;
    object.describe([&](const Parameter& p, double& value) { values[p.name] = value; });
    return values;
}

/// Compares rows of one number for each class; takes out of `declared` what stands there.
void compare_classes(const std::vector<std::vector<std::string>>& rows,
                     std::map<std::string, double>& declared) {
    for (const auto& row : rows)
        for (const std::string& name : names(row[0]))
            for (std::size_t q = 0; q < class_count; ++q) {
                const std::string key = std::string(class_names[q]) + "." + name;
                ASSERT_TRUE(declared.contains(key)) << key;
                EXPECT_EQ(number(row.at(q + 1)), declared.extract(key).mapped()) << key;
            }
}

TEST(ModelReference, HasTheKnobsAsDeclared) {
    std::map<std::string, std::vector<std::string>> rows;
    for (const auto& row :
         table(content("docs/model.md"), "| doctrine | range | default | meaning |"))
        rows[names(row[0]).at(0)] = row;
    Knobs knobs;
    std::size_t count = 0;
    knobs.describe([&](const Parameter& p, double& value) {
        ++count;
        ASSERT_TRUE(rows.contains(p.name)) << p.name;
        const auto& row = rows[p.name];
        ASSERT_EQ(row.size(), 4U) << p.name;
        const std::vector<std::string> range = split(row[1], "..");
        ASSERT_EQ(range.size(), 2U) << p.name;
        EXPECT_EQ(number(range[0]), p.low) << p.name;
        EXPECT_EQ(number(range[1]), p.high) << p.name;
        EXPECT_EQ(number(row[2]), value) << p.name;
    });
    EXPECT_EQ(rows.size(), count);
}

TEST(ModelReference, HasTheDefaultCoefficientsAsDeclared) {
    const std::string text = content("docs/model.md");
    PolicySet policies;
    std::map<std::string, double> declared = defaults(policies[policies.find("appraisal")]);
    compare_classes(table(text, "| coefficient | `vcoop` | `mcoop` |"), declared);
    compare_classes(table(text, "| dispersion | `vcoop` | `mcoop` |"), declared);

    for (const auto& row : table(text, "| answering class ← memory | default ")) {
        const std::vector<std::string> of = names(row[0]);
        if (of.at(1) == "conciliation") {
            EXPECT_EQ(number(row[1]), declared.extract(of[0] + ".conciliation").mapped());
            continue;
        }
        const std::string stream = row[0].find(" own ") != std::string::npos ? "own_" : "received_";
        double sum = 0;
        for (std::size_t h = 0; h < 3; ++h) {
            const std::string key =
                of[0] + "." + stream + of[1] + "." + std::string(horizon_names[h]);
            ASSERT_TRUE(declared.contains(key)) << key;
            sum += declared[key];
            EXPECT_EQ(number(split(row[1], ", ").at(h)), declared.extract(key).mapped()) << key;
        }
        EXPECT_NEAR(number(row[2]), sum, 1e-12) << row[0];
    }
    for (const auto& [name, value] : declared)
        EXPECT_EQ(value, 0) << name << " stands in no table";
}

TEST(ModelReference, HasTheGravityPriorAsDeclared) {
    GravityPrior prior;
    std::map<std::string, double> declared = defaults(prior);
    compare_classes(table(content("docs/model.md"), "| gravity | `vcoop` | `mcoop` |"), declared);
    EXPECT_EQ(declared.size(), 2U) << "all but rivals and allies are in the table";
}

} // namespace
} // namespace demarche
