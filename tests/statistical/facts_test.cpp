// The measuring code of `demarche validate` gives the published figures of two windows of ICEWS,
// where the events are at hand.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "sim/io/event_reader.h"
#include "sim/io/fact_reader.h"
#include "sim/io/scenario_reader.h"
#include "sim/study/facts.h"

namespace demarche {
namespace {

std::filesystem::path events_folder() {
    if (const char* const named = std::getenv("DEMARCHE_EVENTS"))
        return named;
    return "../shared/data/events";
}

/// Facts whose real figures are those of both windows, in this order.
TEST(RealFacts, AreMeasuredAsPublished) {
    Problems problems;
    const auto world = load_scenario("configs/world.toml", {}, problems);
    ASSERT_TRUE(world) << problems.text();
    for (const auto& [file, which] : {std::pair("icews18.csv.gz", 0U), {"icews21.csv.gz", 1U}}) {
        const auto path = events_folder() / file;
        if (!std::filesystem::exists(path))
            GTEST_SKIP() << path << " is not there; set DEMARCHE_EVENTS to a folder that has it";
        const auto series = read_events(path, problems);
        ASSERT_TRUE(series) << problems.text();
        const Bonds ties = bonds(world->scenario, series->actors());
        const Measurements measured = measure(*series, &ties);
        int compared = 0;
        for (const StylisedFact& f : stylised_facts()) {
            if (f.real.size() < 2 || f.whole_run)
                continue;
            ASSERT_TRUE(measured.contains(f.name)) << f.name;
            // Third parties depend on which pacts count; one answer is half a percent off.
            const double rounding = f.name.starts_with("third.")       ? 0.06
                                    : f.name == "answer.vconf.weeks.1" ? 0.01
                                                                       : 0.006;
            EXPECT_NEAR(measured.at(f.name), f.real[which], rounding * std::max(1.0, f.real[which]))
                << f.name << " in " << file;
            ++compared;
        }
        EXPECT_GT(compared, 50);
    }
}

} // namespace
} // namespace demarche
