#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/io/problems.h"
#include "sim/study/appraisal_sample.h"
#include "sim/study/events.h"
#include "sim/study/fit.h"
#include "sim/study/free_forecast.h"

namespace demarche {

/// A stretch of weeks of a file of events.
struct WeekRange {
    std::size_t events = 0; ///< index in StudyPlan::events
    int first = 0;
    int last = 0;
};

/// What `fit` and `score` are asked to do, with the events they need.
struct StudyPlan {
    std::string name;
    std::vector<std::string> event_names; ///< in the order of `events`
    std::vector<EventSeries> events;
    std::vector<WeekRange> fit;
    double fit_activity = 0; ///< acts a week from which a pair is a case
    std::vector<QuadClass> classes;
    FitRule rule;
    std::vector<std::string> notes; ///< what is odd about the events, one sentence each
    bool of_policy = false; ///< fit the policy `appraisal` rather than the forecasting model
    AppraisalRule appraisal;
    std::shared_ptr<const Scenario> ties; ///< what appraisal.ties or test.ties points to
    // Only of a score:
    WeekRange history; ///< which pairs are forecast, and their state before the test
    WeekRange test;
    double activity = 0.25;
    FreeRunRule free_run; ///< no replications = none
};

/// NAME=FILE as given on the command line.
using EventFiles = std::map<std::string, std::filesystem::path>;

/// Reads a file of configs/fits (`scores` false) or configs/scores and the events it names. A name
/// without a file is looked for as <name>.csv and <name>.csv.gz beside the configuration.
std::optional<StudyPlan> read_study(const std::filesystem::path& file, bool scores,
                                    const EventFiles& files, Problems& problems);

} // namespace demarche
