#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

#include "sim/study/ensemble.h"
#include "sim/study/in_order.h"
#include "sim/study/outcomes.h"
#include "tests/unit/small_world.h"

namespace demarche {
namespace {

using namespace std::chrono_literals;

/// Three hawks for 40 days.
Scenario three_hawks() {
    Scenario s = small_world(3, "hawk");
    s.days = 40;
    return s;
}

struct Collected {
    std::vector<std::uint32_t> order;
    std::vector<std::uint64_t> fingerprints;
    std::vector<std::array<std::uint64_t, class_count>> messages;
    friend bool operator==(const Collected&, const Collected&) = default;
};

/// Runs the ensemble into `collected`; a replication waits `pause(replication)` before it begins,
/// so that they finish out of order.
template <class Pause>
Ensemble collecting(const Scenario& s, std::uint32_t replications, unsigned threads,
                    Collected& collected, Pause pause) {
    Ensemble e;
    e.scenario = &s;
    e.replications = replications;
    e.threads = threads;
    e.record = [pause](std::uint32_t replication) {
        std::this_thread::sleep_for(pause(replication));
        return std::make_unique<OutcomeRecorder>();
    };
    e.collect = [&collected](std::uint32_t replication, Recorder& recorder,
                             std::uint64_t fingerprint) {
        collected.order.push_back(replication);
        collected.fingerprints.push_back(fingerprint);
        collected.messages.push_back(dynamic_cast<OutcomeRecorder&>(recorder).outcome.messages);
    };
    return e;
}
constexpr auto at_once = [](std::uint32_t) { return 0ms; };

TEST(InOrder, StartsNoThreadWithoutAJob) {
    InOrder<std::thread::id> jobs;
    jobs.threads = 1000;
    jobs.first = 6;
    jobs.count = 7;
    jobs.work = [](std::uint64_t) { return std::this_thread::get_id(); };
    jobs.collect = [](std::uint64_t job, std::thread::id& worker) {
        EXPECT_EQ(job, 6U);
        EXPECT_EQ(worker, std::this_thread::get_id());
    };
    const std::thread::id here = std::this_thread::get_id();
    jobs.stop = [here] {
        EXPECT_EQ(here, std::this_thread::get_id());
        return false;
    };
    EXPECT_EQ(jobs.run(), 7U);
}

TEST(Ensemble, CollectsEveryReplicationInOrder) {
    const Scenario s = three_hawks();
    Collected collected;
    EXPECT_EQ(collecting(s, 5, 1, collected, at_once).run(), 5U);
    EXPECT_EQ(collected.order, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
    const World first_morning(s);
    for (std::uint32_t r : collected.order) {
        Transcript transcript;
        EXPECT_EQ(run(first_morning, r, transcript), collected.fingerprints[r]);
    }
}

TEST(Ensemble, NoReplicationsIsNoWork) {
    const Scenario s = three_hawks();
    Collected collected;
    EXPECT_EQ(collecting(s, 0, 2, collected, at_once).run(), 0U);
    EXPECT_TRUE(collected.order.empty());
}

// Every third replication starts late, so with several threads the others overtake it.
TEST(EnsembleThreads, AnyNumberOfHandsDoesTheSame) {
    const Scenario s = three_hawks();
    Collected alone;
    collecting(s, 40, 1, alone, at_once).run();
    for (unsigned threads : {2U, 4U}) {
        Collected together;
        const auto late = [](std::uint32_t r) { return r % 3 == 0 ? 5ms : 0ms; };
        EXPECT_EQ(collecting(s, 40, threads, together, late).run(), 40U);
        EXPECT_EQ(together, alone) << threads << " threads";
    }
}

TEST(EnsembleThreads, CollectsOneAtATime) {
    const Scenario s = three_hawks();
    Collected collected;
    Ensemble e = collecting(s, 40, 4, collected, at_once);
    std::atomic<int> inside = 0;
    std::atomic<bool> alone = true;
    e.collect = [&](std::uint32_t, Recorder&, std::uint64_t) {
        if (++inside != 1)
            alone = false;
        std::this_thread::sleep_for(1ms);
        --inside;
    };
    e.run();
    EXPECT_TRUE(alone);
}

// The first replication holds up the rest; no more than a few per thread run ahead of it.
TEST(EnsembleThreads, FewFinishedRunsWaitForTheirTurn) {
    const Scenario s = three_hawks();
    Collected collected;
    std::atomic<std::uint32_t> started_early = 0;
    std::atomic<bool> first_is_done = false;
    Ensemble e = collecting(s, 200, 2, collected, [&](std::uint32_t replication) {
        if (!first_is_done)
            ++started_early;
        if (replication > 0)
            return 0ms;
        std::this_thread::sleep_for(100ms);
        first_is_done = true;
        return 0ms;
    });
    e.run();
    EXPECT_EQ(collected.order.size(), 200U);
    EXPECT_LE(started_early, 8U); // four per thread
}

/// Throws in tick 5 of one replication.
struct Broken : OutcomeRecorder {
    void tick(const World& world, std::span<const Message>) override {
        if (world.tick == 5)
            throw std::runtime_error("disk full");
    }
};

TEST(EnsembleThreads, AnErrorInARunComesOutAndWhatWasBeforeIsCollected) {
    const Scenario s = three_hawks();
    for (unsigned threads : {1U, 2U, 4U}) {
        Collected collected;
        Ensemble e = collecting(s, 40, threads, collected, at_once);
        e.record = [](std::uint32_t r) -> std::unique_ptr<Recorder> {
            if (r == 7)
                return std::make_unique<Broken>();
            return std::make_unique<OutcomeRecorder>();
        };
        EXPECT_THROW(e.run(), std::runtime_error) << threads << " threads";
        ASSERT_EQ(collected.order.size(), 7U);
        for (std::uint32_t k = 0; k < 7; ++k)
            EXPECT_EQ(collected.order[k], k);
    }
}

// Rates explode in every replication; the first takes longest.
TEST(EnsembleThreads, TheFirstInOrderOfThoseThatFailIsNamed) {
    Scenario s = small_world(2, "appraisal");
    s.shocks.push_back({"frenzy", 5, {{"state.AAA.activity", 1e12}, {"state.BBB.activity", 1e12}}});
    for (unsigned threads : {1U, 4U}) {
        Collected collected;
        Ensemble e = collecting(s, 40, threads, collected,
                                [](std::uint32_t r) { return r == 0 ? 50ms : 0ms; });
        try {
            e.run();
            FAIL() << threads << " threads";
        } catch (const std::runtime_error& error) {
            EXPECT_TRUE(
                std::string(error.what()).starts_with("replication 0 of 40: rates explode on "))
                << error.what();
        }
    }
}

TEST(EnsembleThreads, AnErrorInCollectingComesOutAndEndsIt) {
    const Scenario s = three_hawks();
    for (unsigned threads : {1U, 4U}) {
        Collected collected;
        Ensemble e = collecting(s, 40, threads, collected, at_once);
        e.collect = [&](std::uint32_t r, Recorder&, std::uint64_t) {
            if (r == 3)
                throw std::runtime_error("disk full");
            collected.order.push_back(r);
        };
        EXPECT_THROW(e.run(), std::runtime_error);
        EXPECT_EQ(collected.order, (std::vector<std::uint32_t>{0, 1, 2}));
    }
}

TEST(EnsembleThreads, StopsWhenAskedAndKeepsWhatIsFinished) {
    const Scenario s = three_hawks();
    for (unsigned threads : {1U, 2U, 4U}) {
        Collected collected;
        Ensemble e = collecting(s, 1000, threads, collected, at_once);
        std::atomic<int> asked = 0;
        e.stop = [&] { return ++asked > 10; };
        const std::uint32_t done = e.run();
        EXPECT_EQ(done, 10U) << threads << " threads"; // ten were started, and all of them ended
        EXPECT_EQ(collected.order.size(), done);
        for (std::uint32_t k = 0; k < done; ++k)
            EXPECT_EQ(collected.order[k], k);
    }
}

// --- Outcomes ---

TEST(Outcomes, PairsAreTheUpperTriangleRowByRow) {
    std::size_t expected = 0;
    for (std::size_t a = 0; a < 5; ++a)
        for (std::size_t b = a + 1; b < 5; ++b) {
            EXPECT_EQ(pair_index(a, b, 5), expected);
            EXPECT_EQ(pair_index(b, a, 5), expected++);
        }
}

TEST(Outcomes, PairsHaveNames) {
    const Scenario s = three_hawks();
    EXPECT_EQ(pair_index(s, "AAA", "CCC"), pair_index(0, 2, 3));
    EXPECT_EQ(pair_index(s, "CCC", "BBB"), pair_index(1, 2, 3));
    EXPECT_THROW(pair_index(s, "AAA", "DDD"), std::invalid_argument);
    EXPECT_THROW(pair_index(s, "AAA", "AAA"), std::invalid_argument);
}

TEST(OutcomesThreads, AreThoseOfReplicationsInOrder) {
    const Scenario s = three_hawks();
    const World first_morning(s);
    const std::vector<RunOutcome> all = outcomes(s, 9);
    ASSERT_EQ(all.size(), 9U);
    for (std::uint32_t r = 0; r < all.size(); ++r) {
        OutcomeRecorder recorder;
        EXPECT_EQ(run(first_morning, r, recorder), all[r].fingerprint);
        EXPECT_EQ(recorder.outcome.messages, all[r].messages);
    }
}

// Sorted 1 2 3 4: the median lies half way between 2 and 3; a cover of 0.5 asks for the quantiles
// 0.25 and 0.75 of positions 0 to 3: 1 + 0.75 and 1 + 2.25.
TEST(Outcomes, SpreadInterpolates) {
    const Spread s = spread({4, 1, 3, 2}, 0.5);
    EXPECT_DOUBLE_EQ(s.low, 1.75);
    EXPECT_DOUBLE_EQ(s.median, 2.5);
    EXPECT_DOUBLE_EQ(s.high, 3.25);
    EXPECT_EQ(spread({7}, 0.9).low, 7);
}

// Of 1 to 20 the 5 % quantile is the 1st (0.05 * 20), the median the 10th, the 95 % quantile the
// 19th; of four values the 1st, the 2nd and (0.95 * 4 = 3.8) the 4th.
TEST(Outcomes, RankedSpreadHasValuesOfTheSample) {
    std::vector<double> twenty;
    for (int i = 20; i >= 1; --i)
        twenty.push_back(i);
    const Spread s = ranked_spread(twenty, 0.9);
    EXPECT_EQ(s.low, 1);
    EXPECT_EQ(s.median, 10);
    EXPECT_EQ(s.high, 19);
    const Spread rungs = ranked_spread({3, 5, 3, 4}, 0.9);
    EXPECT_EQ(rungs.low, 3);
    EXPECT_EQ(rungs.median, 3);
    EXPECT_EQ(rungs.high, 5);
    EXPECT_EQ(ranked_spread({7}, 0.9).low, 7);
}

// Rung 1 at the start; an ultimatum of day 4 is delivered in tick 5: rung 4, a crisis of the run.
// Another pair's crisis was there before.
TEST(Outcomes, PeakMessagesAndCrises) {
    Scenario s = small_world(3);
    s.days = 30;
    tie(s, 0, 1).rung = 1;
    tie(s, 0, 2).rung = 5;
    event(s, 4, 1, 0, "ultimatum");
    event(s, 6, 0, 1, "criticise");
    event(s, 6, 0, 1, "praise");
    OutcomeRecorder recorder;
    const std::uint64_t fingerprint = run(World(s), 0, recorder);
    const RunOutcome& o = recorder.outcome;
    const RunOutcome::Pair& pair = o.pairs[pair_index(0, 1, 3)];
    EXPECT_EQ(pair.start_rung, 1);
    EXPECT_EQ(pair.peak_rung, 4);
    EXPECT_EQ(pair.peak_tick, 5);
    EXPECT_EQ(pair.messages, 2);
    EXPECT_EQ(o.messages, (std::array<std::uint64_t, class_count>{1, 0, 2, 0}));
    EXPECT_EQ(o.crises, 1);
    EXPECT_EQ(o.crises_before, 1);
    EXPECT_EQ(o.fingerprint, fingerprint);
}

} // namespace
} // namespace demarche
