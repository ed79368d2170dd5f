// Fits find the coefficients that made the events, and say how uncertain they are.
#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "sim/core/counts.h"
#include "sim/core/random.h"
#include "sim/study/fit.h"

namespace demarche {
namespace {

constexpr std::uint32_t actors = 14;
constexpr int weeks = 150;
constexpr int burn_in = 10;

/// What drives verbal conflict in this world; nothing else does.
const std::map<std::string, double> truth{
    {"stimulus.constant", 0.06},      {"stimulus.own_vconf.medium", 0.3},
    {"stimulus.own_vconf.slow", 0.2}, {"stimulus.received_vconf.medium", 0.2},
    {"dispersion.constant", 0.2},     {"dispersion_slope", 0.6}};

FitRule true_rule() {
    FitRule rule;
    rule.stimulus = rule.dispersion = rule.slope = 1e-6; // as good as no penalty
    rule.exponent = 1e9;                                 // known to be 1
    rule.tolerance = 1e-10;
    rule.roles = [](const FeatureColumn& c, QuadClass) -> Roles {
        return (truth.contains("stimulus." + c.name) ? stimulates : 0U) |
               (c.name == "constant" ? disperses : 0U);
    };
    return rule;
}

EventSeries simulate(std::uint32_t replication) {
    const Random random(20260101, replication);
    const Day start = *make_day(2018, 1, 1);
    std::vector<std::string> names;
    for (std::uint32_t a = 0; a < actors; ++a)
        names.push_back(std::string(3, static_cast<char>('A' + a)));
    Features features(actors);
    std::vector<float> row(features.columns().size());
    std::vector<DatedCount> events{{start, 0, 1, QuadClass::vcoop, 1}}; // week 0 begins here
    features.absorb(start, events);
    for (std::uint32_t week = 1; week < weeks; ++week) {
        const Day monday{start.number + week_days * static_cast<int>(week)};
        std::vector<DatedCount> now;
        for (std::uint32_t i = 0; i < actors; ++i)
            for (std::uint32_t j = 0; j < actors; ++j) {
                if (i == j)
                    continue;
                std::fill(row.begin(), row.end(), 0.0F);
                features.write(i, j, row);
                double mean = 0;
                for (std::size_t c = 0; c < row.size(); ++c)
                    if (const auto it = truth.find("stimulus." + features.columns()[c].name);
                        it != truth.end())
                        mean += it->second * row[c];
                const double size = std::exp(truth.at("dispersion.constant") +
                                             truth.at("dispersion_slope") * std::log(mean));
                const int n =
                    negative_binomial(random.uniform({Purpose::count, week, i, j}), mean, size);
                if (n > 0) // a day of the week, which a weekly fit sees through the memories
                    now.push_back({Day{monday.number + static_cast<int>((i + j + week) % 7)}, i, j,
                                   QuadClass::vconf, static_cast<double>(n)});
            }
        events.insert(events.end(), now.begin(), now.end());
        features.absorb(monday, now);
    }
    // The last week is whole.
    events.push_back({Day{start.number + week_days * weeks - 1}, 0, 1, QuadClass::vcoop, 1});
    return {std::move(names), std::move(events)};
}

TEST(Recovery, IntervalsCoverTheTruth) {
    constexpr std::uint32_t repetitions = 40;
    std::map<std::string, double> bias; // mean error in standard errors
    int covered = 0, intervals = 0;
    for (std::uint32_t r = 0; r < repetitions; ++r) {
        const EventSeries series = simulate(r);
        const Sample cases = sample({{&series, burn_in, series.weeks() - 1, 0, nullptr}});
        ClassFit found = fit(cases, QuadClass::vconf, true_rule(), 1);
        add_errors(cases, true_rule(), found, 1);
        for (const CoefficientEstimate& e : found.estimates) {
            const auto it = truth.find(e.name);
            if (it == truth.end())
                continue;
            ASSERT_GT(e.error, 0) << e.name << " in repetition " << r;
            const double z = (e.value - it->second) / e.error;
            bias[e.name] += z / repetitions;
            covered += std::abs(z) < 1.96;
            ++intervals;
        }
    }
    EXPECT_EQ(intervals, static_cast<int>(repetitions * truth.size()));
    // 240 intervals at 95 %: 228 expected.
    EXPECT_GE(covered, 0.90 * intervals);
    EXPECT_LE(covered, 0.99 * intervals);
    for (const auto& [name, mean] : bias)
        EXPECT_LT(std::abs(mean), 0.5) << name; // chance alone: a standard error of 0.16
    RecordProperty("covered", covered);
    std::printf("covered %d of %d\n", covered, intervals);
}

} // namespace
} // namespace demarche
