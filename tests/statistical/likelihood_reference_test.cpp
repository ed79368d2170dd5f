// The likelihood against the same in numpy: equal to 1e-8, and how much faster.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "sim/core/random.h"
#include "sim/io/event_reader.h"
#include "sim/study/fit.h"
#include "sim/study/search_space.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

double uniform(std::uint32_t row, std::uint32_t column) {
    return Random(5, 0).uniform({Purpose::key, 0, row, column});
}

/// As sparse as real events: 70 actors, 40 weeks, half of the acts between a tenth of them.
EventSeries sparse_world() {
    std::vector<std::string> names;
    std::vector<DatedCount> events;
    for (std::uint32_t i = 0; i < 70; ++i)
        names.push_back("A" + std::to_string(100 + i));
    for (std::uint32_t e = 0; e < 30000; ++e) {
        const auto i = static_cast<std::uint32_t>(70 * std::pow(uniform(e, 0), 3));
        const auto j = static_cast<std::uint32_t>(70 * std::pow(uniform(e, 1), 3));
        if (i != j)
            events.push_back({Day{make_day(2018, 1, 1)->number + static_cast<int>(e / 107)}, i, j,
                              static_cast<QuadClass>(4 * uniform(e, 2)),
                              1 + std::floor(5 * uniform(e, 3))});
    }
    return {std::move(names), std::move(events)};
}

template <class T>
void write(const fs::path& file, const std::vector<T>& values) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(T)));
}

std::vector<double> read(const fs::path& file, std::size_t count) {
    std::vector<double> values(count, NAN);
    std::ifstream(file, std::ios::binary)
        .read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(count * sizeof(double)));
    return values;
}

bool numpy_is_there() {
    return std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") == 0;
}
constexpr const char* no_numpy = "there is no numpy; script/setup --dev installs it";

/// [row][column]
std::vector<float> all_columns(const Sample& sample) {
    std::vector<float> dense;
    for (std::size_t row = 0; row < sample.size(); ++row)
        for (std::size_t c = 0; c < sample.columns.size(); ++c)
            dense.push_back(sample.cases.at(row, c));
    return dense;
}

/// Value and gradient of all pairs in all weeks but the first ones, compared. Returns how many
/// times as long numpy took as single precision.
double compare(const EventSeries& series, int first_week, unsigned threads) {
    const Sample cases = sample({{&series, first_week, series.weeks() - 1, 0, nullptr}});
    CountModel model;
    std::vector<std::uint32_t> roles;
    for (const auto& [role, list] :
         {std::pair(stimulates, &model.stimulus), std::pair(multiplies, &model.posture),
          std::pair(disperses, &model.dispersion)})
        for (std::size_t c = 0; c < cases.columns.size(); ++c)
            if (cases.columns[c].roles & role) {
                list->push_back(c);
                roles.push_back(static_cast<std::uint32_t>(c));
            }
    model.effects = {{cases.actors.size(), 0}, {cases.actors.size(), 1}};
    FitRule rule;
    rule.actor_effects = true;
    const Observations observed = observe(cases, QuadClass::mconf, rule);
    std::vector<double> at(model.parameters());
    for (std::size_t k = 0; k < at.size(); ++k) {
        const double u = uniform(100000, static_cast<std::uint32_t>(k));
        at[k] = k < model.stimulus.size() ? 0.02 * u : 0.4 * (u - 0.5);
    }

    const fs::path folder =
        fs::path(::testing::TempDir()) / ("likelihood_" + std::to_string(std::time(nullptr)));
    fs::create_directories(folder);
    const std::size_t rows = cases.size(), columns = cases.columns.size();
    const auto u32 = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    write<std::uint32_t>(folder / "shape.u32",
                         {u32(rows), u32(columns), u32(model.stimulus.size()),
                          u32(model.posture.size()), u32(model.dispersion.size()),
                          u32(cases.actors.size())});
    write(folder / "columns.f32", all_columns(cases));
    write(folder / "roles.u32", roles);
    write(folder / "counts.u32", observed.counts);
    std::vector<std::uint32_t> levels = cases.source;
    levels.insert(levels.end(), cases.target.begin(), cases.target.end());
    write(folder / "levels.u32", levels);
    write(folder / "parameters.f64", at);
    EXPECT_EQ(std::system(("/usr/bin/python3 tests/statistical/likelihood_reference.py '" +
                           folder.string() + "'")
                              .c_str()),
              0);

    const std::vector<double> expected = read(folder / "result.f64", 1 + at.size());
    const double numpy = read(folder / "seconds.f64", 1)[0];
    double ratio = 0;
    for (const bool single : {false, true}) {
        double seconds = 1e9, value = 0;
        std::vector<double> gradient;
        for (int trial = 0; trial < 100; ++trial) { // as long as numpy's three
            gradient.assign(at.size(), 0.0);
            const auto begun = std::chrono::steady_clock::now();
            value = log_likelihood(model, cases.cases, observed, at, gradient, {threads, single});
            const auto took = std::chrono::steady_clock::now() - begun;
            seconds = std::min(seconds, std::chrono::duration<double>(took).count());
        }
        const double near = single ? 1e-5 : 1e-8;
        EXPECT_NEAR(value, expected[0], near * std::abs(expected[0]));
        for (std::size_t k = 0; k < at.size(); ++k)
            EXPECT_NEAR(gradient[k], expected[1 + k],
                        near * std::max(single ? 10.0 : 1.0, std::abs(expected[1 + k])))
                << k;
        ratio = numpy / seconds;
        std::printf("%zu cases, value and gradient, %s precision: %.1f ms with %u threads, "
                    "numpy %.1f times as long\n",
                    rows, single ? "single" : "double", 1e3 * seconds, threads, ratio);
    }
    fs::remove_all(folder);
    return ratio;
}

TEST(LikelihoodReference, IsThatOfNumpy) {
    if (!numpy_is_there())
        GTEST_SKIP() << no_numpy;
    EXPECT_GT(compare(sparse_world(), 4, 1), 2.4); // half of what was measured or less
}

/// The whole of a year; for bench/likelihood.sh.
TEST(LikelihoodReference, IsThatOfNumpyOnTheEventsOf) {
    const char* const file = std::getenv("DEMARCHE_LIKELIHOOD_EVENTS");
    if (!file)
        GTEST_SKIP() << "DEMARCHE_LIKELIHOOD_EVENTS names no file of events";
    if (!numpy_is_there())
        GTEST_SKIP() << no_numpy;
    Problems problems;
    const auto events = read_events(file, problems);
    ASSERT_TRUE(events) << problems.text();
    compare(*events, 1, 2);
}

} // namespace
} // namespace demarche
