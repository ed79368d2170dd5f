#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

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

} // namespace
} // namespace demarche
