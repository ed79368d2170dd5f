// configs/world.toml over ten years and twenty seeds: the system neither explodes nor dies away,
// and no pair drowns the others. Seeds, not replications: each draws its own levels.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <numeric>
#include <thread>
#include <vector>

#include "sim/core/threads.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

constexpr std::uint64_t seeds = 20;

struct Tally final : Recorder {
    std::vector<double> weekly;         ///< messages of states to states
    std::vector<std::uint64_t> of_pair; ///< [a][b], a < b, over the run
    std::array<std::uint64_t, class_count> of_class{};
    int crises = 0, wars = 0, largest_war = 0, weeks_at_war = 0;
    std::size_t wars_before = 0;

    bool reads_causes() const override { return false; }
    void begin(const World& w) override {
        of_pair.assign(w.n * w.n, 0);
        wars_before = w.wars.size();
    }
    void crisis_ended(const World&, const Crisis& crisis, std::string_view) override {
        crises += crisis.trigger != 0;
    }
    void tick(const World& w, std::span<const Message> messages) override {
        double sent = 0;
        for (const Message& m : messages) {
            const Act& act = w.scenario->acts[m.act];
            if (m.source >= w.n || act.quad == QuadClass::none)
                continue;
            ++sent;
            ++of_class[index(act.quad)];
            ++of_pair[w.unordered(m.source, m.target)];
        }
        weekly.push_back(sent);
        // Wars end before they begin within a tick, so this misses only one that replaces another.
        wars += w.wars.size() > wars_before ? static_cast<int>(w.wars.size() - wars_before) : 0;
        wars_before = w.wars.size();
        weeks_at_war += w.wars.empty() ? 0 : 1;
        for (const War& war : w.wars)
            largest_war =
                std::max(largest_war, static_cast<int>(war.side[0].size() + war.side[1].size()));
    }
};

TEST(World, DoesNotExplodeInTenYears) {
    Problems problems;
    const auto loaded = load_scenario("configs/world.toml", {}, problems);
    ASSERT_TRUE(loaded) << problems.text();
    std::vector<Tally> runs(seeds);
    std::vector<std::string> failure(seeds);
    std::atomic<std::uint64_t> next = 0;
    const auto work = [&] {
        for (std::uint64_t s; (s = next++) < seeds;) {
            try {
                Scenario scenario = loaded->scenario;
                scenario.seed = s + 1;
                run(World(scenario), 0, runs[s]);
            } catch (const std::exception& e) {
                failure[s] = e.what();
            }
        }
    };
    std::vector<std::thread> threads(thread_count());
    for (std::thread& t : threads)
        t = std::thread(work);
    for (std::thread& t : threads)
        t.join();

    constexpr std::ptrdiff_t year = 52;
    for (std::uint64_t s = 0; s < seeds; ++s) {
        SCOPED_TRACE("seed " + std::to_string(s + 1));
        ASSERT_EQ(failure[s], "");
        const Tally& r = runs[s];
        ASSERT_EQ(r.weekly.size(), 522U);
        const double first_year =
            std::accumulate(r.weekly.begin(), r.weekly.begin() + year, 0.0) / year;
        const auto [least, most] = std::minmax_element(r.weekly.begin(), r.weekly.end());
        const double total = std::accumulate(r.weekly.begin(), r.weekly.end(), 0.0);
        const auto largest =
            static_cast<double>(*std::max_element(r.of_pair.begin(), r.of_pair.end()));
        std::printf(
            "seed %2d: first year %.0f a week, weeks %.2f to %.2f of it, largest pair "
            "%.3f; per week vcoop %.0f mcoop %.1f vconf %.0f mconf %.0f; crises %d, wars %d "
            "(largest %d parties), weeks with a war %d\n",
            static_cast<int>(s + 1), first_year, *least / first_year, *most / first_year,
            largest / total, static_cast<double>(r.of_class[0]) / 522,
            static_cast<double>(r.of_class[1]) / 522, static_cast<double>(r.of_class[2]) / 522,
            static_cast<double>(r.of_class[3]) / 522, r.crises, r.wars, r.largest_war,
            r.weeks_at_war);
        EXPECT_LT(*most, 3 * first_year);
        EXPECT_GT(*least, first_year / 3);
        EXPECT_LT(largest, total / 2);
    }
}

} // namespace
} // namespace demarche
