// Forecasts of real events, where they are at hand: a folder with icews18.csv.gz and
// icews21.csv.gz, named by the environment variable DEMARCHE_EVENTS or found as
// ../shared/data/events.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "sim/io/study_reader.h"
#include "sim/study/score.h"

namespace demarche {
namespace {

std::filesystem::path events_folder() {
    if (const char* const named = std::getenv("DEMARCHE_EVENTS"))
        return named;
    return "../shared/data/events";
}

/// Negative log scores in nats per pair and week: what was measured when the specification was
/// chosen, plus room for rounding, and the best competitor's (an ensemble with gradient boosting).
struct Expected {
    const char* protocol;
    double vconf, mconf, vconf_rival, mconf_rival;
};

class Protocols : public ::testing::TestWithParam<Expected> {};

TEST_P(Protocols, ScoreBelowTheBestCompetitor) {
    const Expected& expected = GetParam();
    EventFiles files;
    for (const char* name : {"icews18", "icews21"}) {
        const std::string protocol = expected.protocol;
        const bool needed =
            protocol == "B18to21" || protocol == (name == std::string("icews18") ? "A18" : "A21");
        const auto path = events_folder() / (std::string(name) + ".csv.gz");
        if (!std::filesystem::exists(path))
            GTEST_SKIP() << path << " is not there; set DEMARCHE_EVENTS to a folder that has it";
        if (needed)
            files[name] = path;
    }
    Problems problems;
    const auto plan = read_study(std::string("configs/scores/") + expected.protocol + ".toml", true,
                                 files, problems);
    ASSERT_TRUE(plan) << problems.text();
    const EventSeries& tested = plan->events[plan->test.events];
    const auto pairs =
        active_pairs(tested, plan->history.first, plan->history.last, plan->activity);
    const Sample test =
        sample({{&tested, plan->test.first, plan->test.last, plan->activity, &pairs}});
    const WeekRange& fitted = plan->fit.front();
    const Sample cases = sample(
        {{&plan->events[fitted.events], fitted.first, fitted.last, plan->fit_activity, nullptr}});
    for (const auto& [q, measured, rival] :
         {std::tuple(QuadClass::vconf, expected.vconf, expected.vconf_rival),
          std::tuple(QuadClass::mconf, expected.mconf, expected.mconf_rival)}) {
        const Score s = score(forecast(fit(cases, q, plan->rule, 2), test), test.counts[index(q)]);
        EXPECT_NEAR(s.nls, measured, 0.0001) << class_names[index(q)];
        EXPECT_LT(s.nls, rival) << class_names[index(q)];
    }
}

INSTANTIATE_TEST_SUITE_P(Icews, Protocols,
                         ::testing::Values(Expected{"A18", 0.11029, 0.06607, 0.11208, 0.06623},
                                           Expected{"A21", 0.11788, 0.08446, 0.11935, 0.08616},
                                           Expected{"B18to21", 0.13062, 0.08440, 0.13394, 0.08698}),
                         [](const auto& p) { return std::string(p.param.protocol); });

} // namespace
} // namespace demarche
