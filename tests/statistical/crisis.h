#pragma once
#include <cmath>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/threads.h"
#include "sim/engine/world.h"
#include "sim/io/scenario_reader.h"
#include "sim/study/ensemble.h"

/// Replications of a shipped scenario, reduced to one number each. All comparisons are paired:
/// replication r of both sides has the same random numbers, so they differ by the change alone.
namespace demarche {

/// What a statistic may look at: all messages of a run and the rungs its pairs went through.
struct RunLog final : Recorder {
    const Scenario* scenario = nullptr;
    std::vector<Message> messages;
    std::vector<double> peak, trough; ///< rung, [a][b] with n columns

    void begin(const World& w) override {
        scenario = w.scenario;
        peak.assign(w.n * w.n, 0);
        trough.assign(w.n * w.n, top_rung);
    }
    void tick(const World& w, std::span<const Message> posted) override {
        messages.insert(messages.end(), posted.begin(), posted.end());
        for (std::size_t a = 0; a < w.n; ++a)
            for (std::size_t b = 0; b < w.n; ++b) {
                const double rung = w.rung(a, b);
                peak[a * w.n + b] = std::max(peak[a * w.n + b], rung);
                trough[a * w.n + b] = std::min(trough[a * w.n + b], rung);
            }
    }

    std::size_t id(std::string_view actor) const {
        for (std::size_t i = 0; i < scenario->actor_count(); ++i)
            if (scenario->setting.actors[i].id == actor)
                return i;
        throw std::invalid_argument(std::string(actor));
    }
    const Act& act(const Message& m) const { return scenario->acts[m.act]; }
    bool is(const Message& m, std::string_view source, std::string_view target) const {
        return m.source == id(source) && m.target == id(target);
    }
    double peak_of(std::string_view a, std::string_view b) const {
        return peak[id(a) * scenario->actor_count() + id(b)];
    }
    double trough_of(std::string_view a, std::string_view b) const {
        return trough[id(a) * scenario->actor_count() + id(b)];
    }
    const Message* scripted() const {
        for (const Message& m : messages)
            if (m.scripted)
                return &m;
        return nullptr;
    }
    double count(const std::function<bool(const Message&)>& wanted) const {
        double n = 0;
        for (const Message& m : messages)
            n += wanted(m);
        return n;
    }
};

using Statistic = std::function<double(const RunLog&)>;
using Overrides = std::vector<std::string>;

/// How many replications a test makes: `few`, which are enough for what it asserts, or as many as
/// its figures in docs are of where the environment variable DEMARCHE_FULL is set.
inline unsigned replications(unsigned few, unsigned full) {
    return std::getenv("DEMARCHE_FULL") == nullptr ? few : full;
}

/// Whether a statistic looks at the causes of acts of policies. Drawing them takes a third of a
/// run.
enum class Causes { unread, read };

/// The statistics of every replication: [statistic][replication].
inline std::vector<std::vector<double>> replicate(const std::string& config,
                                                  const Overrides& overrides, unsigned replications,
                                                  Causes causes,
                                                  const std::vector<Statistic>& statistics) {
    Problems problems;
    const auto loaded = load_scenario(config, overrides, problems);
    if (!loaded)
        throw std::runtime_error(problems.text());
    struct Reduced final : Recorder {
        Reduced(const std::vector<Statistic>& s, Causes c) : wanted(&s), causes(c) {}
        const std::vector<Statistic>* wanted;
        Causes causes;
        RunLog log;
        std::vector<double> values;
        bool reads_causes() const override { return causes == Causes::read; }
        void begin(const World& w) override { log.begin(w); }
        void tick(const World& w, std::span<const Message> m) override { log.tick(w, m); }
        void end(const World&) override {
            for (const Statistic& s : *wanted)
                values.push_back(s(log));
            log = {};
        }
    };
    std::vector<std::vector<double>> values(statistics.size());
    Ensemble ensemble;
    ensemble.scenario = &loaded->scenario;
    ensemble.replications = replications;
    ensemble.threads = thread_count();
    ensemble.record = [&](std::uint32_t) { return std::make_unique<Reduced>(statistics, causes); };
    ensemble.collect = [&](std::uint32_t, Recorder& r, std::uint64_t) {
        const auto& run = static_cast<const Reduced&>(r);
        for (std::size_t s = 0; s < statistics.size(); ++s)
            values[s].push_back(run.values[s]);
    };
    ensemble.run();
    return values;
}

struct Mean {
    double value = 0, se = 0;
};
inline Mean mean(const std::vector<double>& x) {
    double sum = 0, squares = 0;
    for (double v : x)
        sum += v;
    const auto n = static_cast<double>(x.size());
    for (double v : x)
        squares += (v - sum / n) * (v - sum / n);
    return {sum / n, std::sqrt(squares / (n - 1) / n)};
}
/// Mean of the paired differences b - a.
inline Mean paired(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> difference(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        difference[i] = b[i] - a[i];
    return mean(difference);
}
inline double share(const std::vector<double>& x, const std::function<bool(double)>& wanted) {
    double n = 0;
    for (double v : x)
        n += wanted(v);
    return n / static_cast<double>(x.size());
}

} // namespace demarche
