// Simulated weeks: their rates, their levels, their days, and that threads do not matter.
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/random.h"
#include "sim/study/free_run.h"

namespace demarche {
namespace {

using ::testing::ElementsAre;

const Day monday = *make_day(2018, 1, 1);

double uniform(std::uint32_t row, std::uint32_t column) {
    return Random(11, 0).uniform({Purpose::key, 0, row, column});
}

/// Twelve actors, of which the first ones do more, over 30 weeks.
EventSeries world() {
    std::vector<std::string> names;
    std::vector<DatedCount> events;
    for (std::uint32_t i = 0; i < 12; ++i)
        names.push_back(std::string(3, static_cast<char>('A' + i)));
    for (std::uint32_t e = 0; e < 4200; ++e) {
        const auto i = static_cast<std::uint32_t>(12 * uniform(e, 0) * uniform(e, 1));
        const auto j = static_cast<std::uint32_t>(12 * uniform(e, 2));
        if (i != j)
            events.push_back({Day{monday.number + static_cast<int>(e / 20)}, i, j,
                              static_cast<QuadClass>(4 * uniform(e, 3)),
                              1 + std::floor(3 * uniform(e, 4))});
    }
    return {std::move(names), std::move(events)};
}

/// A fitted world that stands at week 24.
struct Outset {
    EventSeries series = world();
    std::array<ClassFit, class_count> fits;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs = active_pairs(series, 0, 23, 0.5);
    DayPatterns days;
    Sample cases = sample({{&series, 4, 23, 0, nullptr}});
    FreeRun run;

    Outset() {
        days.collect(series, 0, 23);
        for (std::size_t q = 0; q < class_count; ++q) {
            fits[q] = fit(cases, static_cast<QuadClass>(q), {}, 1);
            run.fits[q] = &fits[q];
        }
        run.series = &series;
        run.origin = 24;
        run.horizons = {1};
        run.pairs = &pairs;
        run.days = &days;
        run.most.fill(1000);
        run.replications = 400;
    }
    void draw_parameters() {
        for (ClassFit& f : fits)
            add_errors(cases, {}, f, 2);
        run.parameter_uncertainty = true;
    }
};

double sum(const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0);
}

TEST(FreeRun, TheFirstWeekHasTheRatesOfAForecastUpToTheStandstill) {
    const Outset o;
    const FreeRunTotals totals = simulate(o.run, 1);
    const Sample next = sample({{&o.series, 24, 24, 0, &o.pairs}});
    for (std::size_t q = 0; q < class_count; ++q) {
        const Forecasts expected = forecast(o.fits[q], next);
        const SimulatedTotals& t = totals[q].front();
        // Every pair by the same factor, which brings the world to rest.
        const double gain = t.mean[0] / expected.mean[0];
        for (std::size_t k = 0; k < o.pairs.size(); ++k)
            EXPECT_NEAR(t.mean[k], gain * expected.mean[k], 1e-6 * expected.mean[k]);
        EXPECT_GT(gain, 0.7);
        EXPECT_LT(gain, 1.3);
        // Counts scatter around their rates: 400 replications, five standard errors.
        const double counted = std::accumulate(t.counts.begin(), t.counts.end(), 0.0) / 400;
        EXPECT_NEAR(counted, sum(t.mean), 5 * std::sqrt(sum(t.variance) / 400));
    }
}

TEST(FreeRun, UncertainLevelsSpreadTotalsAndKeepTheirMean) {
    Outset o;
    o.run.horizons = {1, 4};
    const FreeRunTotals sure = simulate(o.run, 2);
    o.run.levels.pair.fill(0.5);
    const FreeRunTotals unsure = simulate(o.run, 2);
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t h = 0; h < 2; ++h) {
            // A gamma of shape 1/2 has variance 2: the means of some hundred pairs and 400
            // replications.
            EXPECT_EQ(unsure[q][h].mean, sure[q][h].mean);
            double counted = 0, added = 0, squares = 0;
            for (const std::uint32_t n : unsure[q][h].counts)
                counted += n / 400.0;
            EXPECT_NEAR(counted, sum(sure[q][h].mean),
                        5 * std::sqrt(sum(unsure[q][h].variance) / 400));
            for (std::size_t k = 0; k < o.pairs.size(); ++k) {
                added += unsure[q][h].variance[k] - sure[q][h].variance[k];
                squares += sure[q][h].mean[k] * sure[q][h].mean[k];
            }
            EXPECT_NEAR(added / squares, 2, 1e-5); // the variance of a gamma of shape 1/2
        }
}

TEST(FreeRun, AWorldAtRestStaysThere) {
    Outset o;
    o.run.horizons = {1, 20};
    o.run.replications = 60;
    for (const bool uncertain : {false, true}) {
        if (uncertain)
            o.draw_parameters();
        const FreeRunTotals totals = simulate(o.run, 2);
        for (std::size_t q = 0; q < class_count; ++q) {
            const double first = sum(totals[q][0].mean);
            EXPECT_NEAR(sum(totals[q][1].mean) / 20, first, 0.15 * first) << class_names[q];
        }
    }
}

TEST(FreeRunThreads, DoNotChangeAnyBit) {
    Outset o;
    o.run.horizons = {2, 3};
    o.run.replications = 21;
    o.run.levels = {4, {2, 2, 2, 2}};
    o.draw_parameters();
    const FreeRunTotals one = simulate(o.run, 1);
    for (const unsigned threads : {2U, 5U}) {
        const FreeRunTotals many = simulate(o.run, threads);
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t h = 0; h < 2; ++h) {
                EXPECT_EQ(many[q][h].counts, one[q][h].counts);
                EXPECT_EQ(many[q][h].mean, one[q][h].mean);
                EXPECT_EQ(many[q][h].variance, one[q][h].variance);
            }
    }
}

TEST(DayPatterns, AreThoseOfObservedWeeks) {
    const auto on = [](int day, double n) {
        return DatedCount{Day{monday.number + day}, 0, 1, QuadClass::vconf, n};
    };
    const EventSeries series({"AAA", "BBB"}, {on(0, 1), on(2, 3), on(7, 2), on(20, 1)});
    DayPatterns days;
    days.collect(series, 0, 2);
    EXPECT_THAT(days.draw(QuadClass::vconf, 4, 0.5), ElementsAre(1, 0, 3, 0, 0, 0, 0));
    EXPECT_THAT(days.draw(QuadClass::vconf, 1, 0.5), ElementsAre(0, 0, 0, 0, 0, 0, 1));
    // As no week had 3 acts, one of 2 is stretched; of 9, the one of 4.
    EXPECT_THAT(days.draw(QuadClass::vconf, 3, 0.5), ElementsAre(3, 0, 0, 0, 0, 0, 0));
    EXPECT_THAT(days.draw(QuadClass::vconf, 9, 0.5), ElementsAre(2, 0, 7, 0, 0, 0, 0));
    EXPECT_THAT(days.draw(QuadClass::mconf, 5, 0.5), ElementsAre(0, 0, 0, 5, 0, 0, 0));
}

TEST(FreeRun, AnUncertainWorldSpreadsItsTotalAndAllPairsAlike) {
    Outset o;
    o.run.horizons = {2};
    o.run.levels.world = 2;
    const FreeRunTotals totals = simulate(o.run, 2);
    for (std::size_t q = 0; q < class_count; ++q) {
        const SimulatedTotals& t = totals[q].front();
        std::vector<double> world(o.run.replications);
        for (std::size_t k = 0; k < t.counts.size(); ++k)
            world[k % o.run.replications] += t.counts[k];
        const double mean = sum(world) / 400;
        double variance = 0;
        for (const double w : world)
            variance += (w - mean) * (w - mean) / 400;
        // A gamma of shape 2 has variance 1/2 and kurtosis 6: the error of a variance of 400 is
        // sqrt(5 / 400), a ninth of it. Counts themselves add a little.
        EXPECT_NEAR(variance / (mean * mean), 0.5, 0.2) << class_names[q];
        EXPECT_NEAR(mean, sum(t.mean), 5 * std::sqrt(variance / 400)) << class_names[q];
        EXPECT_GT(t.variance[0], t.mean[0] + 0.3 * t.mean[0] * t.mean[0]);
    }
}

TEST(Levels, SayHowCertainTheyWere) {
    // What happened in weeks 24 to 29 was made by another rule than memories: levels are uncertain,
    // yet by no more than counts of a few acts allow. The world stood still.
    Outset o;
    o.run.horizons = {6};
    o.run.replications = 100;
    const LevelCertainty still = estimate_levels(o.run, 2);
    for (const double shape : still.pair) {
        EXPECT_GT(shape, 0.5);
        EXPECT_LE(shape, 1000);
    }
    EXPECT_GT(still.world, 20);

    // Twice as many acts of all classes. Where four gamma numbers all are 2, the likeliest shape a
    // has ln a - psi(a) = 2 - 1 - ln 2 = .307, so a = 1.78. Pairs, beside that, are as they were.
    std::vector<DatedCount> doubled = o.series.events();
    for (DatedCount& event : doubled)
        if (o.series.week(event.day) >= 24)
            event.count *= 2;
    const EventSeries grown(o.series.actors(), doubled);
    o.run.series = &grown;
    const LevelCertainty busier = estimate_levels(o.run, 2);
    EXPECT_NEAR(busier.world, 1.78, 0.3);
    for (std::size_t q = 0; q < class_count; ++q) {
        EXPECT_GT(busier.pair[q], 0.5);
    }
}

} // namespace
} // namespace demarche
