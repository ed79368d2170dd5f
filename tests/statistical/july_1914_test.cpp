// What configs/july_1914.toml must show. Paired replications with fixed seeds; the measured curves
// stand in docs/scenarios/july_1914.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sim/study/outcomes.h"
#include "tests/statistical/crisis.h"

namespace demarche {
namespace {

constexpr unsigned n = 500;
constexpr double certain = 3; // standard errors; a false alarm in 700 if there were no response
constexpr double never = 1e9;
const std::string config = "configs/july_1914.toml";

/// Whether at least four great powers came to be at war, be it with each other or with others.
double general_war(const RunLog& run) {
    const Setting& setting = run.scenario->setting;
    const std::size_t states = setting.actors.size();
    int at_war = 0;
    for (std::size_t a = 0; a < states; ++a) {
        const auto first = run.peak.begin() + static_cast<std::ptrdiff_t>(a * states);
        at_war += setting.actors[a].power >= setting.ladder.great_power &&
                  *std::max_element(first, first + static_cast<std::ptrdiff_t>(states)) >= war_rung;
    }
    return at_war >= 4 ? 1 : 0;
}

/// Day of the first act of war within a pair.
Statistic war_day(const char* a, const char* b) {
    return [=](const RunLog& run) {
        for (const Message& m : run.messages)
            if ((run.is(m, a, b) || run.is(m, b, a)) && is_conflict(run.act(m).quad) &&
                run.act(m).rung >= war_rung)
                return static_cast<double>(m.tick);
        return never;
    };
}

std::vector<double> wars(const Overrides& overrides) {
    const auto w = replicate(config, overrides, n, Causes::unread, {general_war});
    std::printf("%-40s P(general war) = %.3f (se %.3f)\n",
                overrides.empty() ? "as it is" : overrides.front().c_str(), mean(w[0]).value,
                mean(w[0]).se);
    return w[0];
}

TEST(July1914, AGeneralWarIsPossibleAndNotCertain) {
    const double p = mean(wars({})).value;
    EXPECT_GT(p, 0.05);
    EXPECT_LT(p, 0.30);
}

TEST(July1914, GeneralWarGrowsWithTheHonourRate) {
    std::vector<double> before = wars({"alliance.honour_rate=0"});
    EXPECT_LT(mean(before).value, 0.01); // what is left comes without alliances
    for (const char* rate : {"0.2", "0.41", "0.6", "0.8", "1"}) {
        const std::vector<double> after = wars({std::string("alliance.honour_rate=") + rate});
        const Mean rise = paired(before, after);
        EXPECT_GT(rise.value, certain * rise.se) << rate;
        before = after;
    }
}

TEST(July1914, GeneralWarFallsWithThePacifismOfTheGreatPowers) {
    const auto shifted = [](double by) {
        Overrides o;
        for (const auto& [id, pacifism] :
             std::array<std::pair<const char*, double>, 7>{{{"AUH", 0.3},
                                                            {"DEU", 0.3},
                                                            {"FRA", 0.5},
                                                            {"GBR", 0.7},
                                                            {"ITA", 0.5},
                                                            {"JPN", 0.4},
                                                            {"RUS", 0.4}}})
            o.push_back("state." + std::string(id) + ".pacifism=" + std::to_string(pacifism + by));
        return wars(o);
    };
    const std::vector<double> low = shifted(-0.3);
    const std::vector<double> middle = shifted(0);
    const std::vector<double> high = shifted(0.3);
    const Mean first = paired(low, middle);
    const Mean second = paired(middle, high);
    EXPECT_LT(first.value, -certain * first.se);
    EXPECT_LT(second.value, -certain * second.se);
}

// Austria-Hungary against Serbia, then Russia, Germany and France by the clauses of their pacts:
// day 30, 32 (mobilisation), 34 and 36 in fact.
TEST(July1914, TheWarSpreadsInTheOrderOfThePacts) {
    const std::vector<std::pair<const char*, const char*>> pairs{
        {"AUH", "SRB"}, {"AUH", "RUS"}, {"DEU", "RUS"}, {"DEU", "FRA"}};
    std::vector<Statistic> days{general_war};
    for (const auto& [a, b] : pairs)
        days.push_back(war_day(a, b));
    const auto v = replicate(config, {}, n, Causes::unread, days);
    for (std::size_t p = 1; p <= pairs.size(); ++p) {
        std::vector<double> known, later;
        for (std::size_t r = 0; r < n; ++r) {
            if (v[0][r] == 0 || v[p][r] >= never)
                continue;
            known.push_back(v[p][r]);
            if (p > 1 && v[p - 1][r] < never)
                later.push_back(v[p][r] - v[p - 1][r]);
        }
        ASSERT_FALSE(known.empty());
        const Spread s = spread(known, 0.8);
        std::printf("%s-%s: day %g [%g, %g], in %.0f %% of general wars\n", pairs[p - 1].first,
                    pairs[p - 1].second, s.median, s.low, s.high,
                    100.0 * static_cast<double>(known.size()) / (mean(v[0]).value * n));
        EXPECT_GE(s.median, 27);
        EXPECT_LE(s.median, 39);
        if (p == 1)
            continue;
        // Within a run, on average, not before the pair in front of it; three standard errors.
        const Mean gap = mean(later);
        EXPECT_GT(gap.value, -certain * gap.se) << pairs[p - 1].first << pairs[p - 1].second;
    }
}

} // namespace
} // namespace demarche
