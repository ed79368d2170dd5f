#pragma once
#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/engine/decide.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/act_reader.h"

/// The smallest worlds that show an effect, built in code.
namespace demarche {

inline const ActTable& default_table() {
    static const ActTable acts = default_acts();
    return acts;
}

/// Changes the number at a path of Setting::describe.
inline void set(Setting& setting, std::string_view path, double value) {
    double* const number = find_parameter(setting, path).value;
    if (number == nullptr)
        throw std::logic_error("no number " + std::string(path));
    *number = value;
}

/// States AAA, BBB, ... that follow one policy, with no ties, no relations, the least levels there
/// are (1e-5 a day), no false alarms and no leaks: nothing happens that a test does not state.
/// The numbers that tests calculate with are set here, so that tuning the defaults leaves them be.
inline Scenario small_world(std::size_t actors, std::string_view policy = "scripted") {
    Scenario s;
    s.name = "small";
    s.start = {19950}; // 2024-08-15
    s.days = 1000;
    s.acts = default_table();
    Setting& x = s.setting;
    for (std::size_t i = 0; i < actors; ++i) {
        Actor a;
        a.id = std::string(3, static_cast<char>('A' + i));
        a.policy = x.policies.find(policy);
        if (a.policy == x.policies.size())
            throw std::logic_error("no policy " + std::string(policy));
        x.actors.push_back(a);
    }
    for (GravityPrior::OfClass& c : x.gravity.of_class) {
        c = {};
        c.intercept = -50;
    }
    x.memory = {{7, 21, 56, 182}, 28, 28};
    x.channels = {ChannelRule{0.5, 1, 2.0 / 3, 0}, ChannelRule{0.6, 0, 0.8, 0},
                  ChannelRule{1, 0, 1, 0}};
    x.ladder.cooling_days = 28;
    x.ladder.crisis_rung = 4;
    x.ladder.war_force = 0.5;
    x.ladder.force_half_life = 28;
    x.ladder.reach_km = 1500;
    x.ladder.great_power = 0.03;
    x.intelligence = {0.12, 0.25, 0};
    x.alliance = {0.41, 1};
    x.mediation = {0.05, 30};
    x.perception.neighbourhood = 0.3;
    return s;
}

/// The tie of a pair, made on the first call.
inline Tie& tie(Scenario& s, std::size_t i, std::size_t j) {
    const std::pair<std::size_t, std::size_t> key = std::minmax(i, j);
    auto& ties = s.setting.ties;
    const auto it = std::find_if(ties.begin(), ties.end(),
                                 [&](const Tie& t) { return std::pair(t.a, t.b) >= key; });
    if (it != ties.end() && std::pair(it->a, it->b) == key)
        return *it;
    Tie made;
    made.a = key.first;
    made.b = key.second;
    return *ties.insert(it, made);
}

/// States what a directed pair ordinarily does, in acts per day: vcoop, mcoop, vconf, mconf.
inline void relation(Scenario& s, std::size_t source, std::size_t target,
                     std::array<double, class_count> per_day) {
    s.setting.relations.push_back({source, target, per_day});
}

/// Scripts an act that weighs `loudness` average acts of its class. Posted on that day.
inline void event(Scenario& s, int day, std::size_t source, std::size_t target, std::string_view id,
                  Channel channel = Channel::public_, double loudness = 1, int site = -1) {
    const Act* act = s.acts.find(id);
    if (act == nullptr)
        throw std::logic_error("no act " + std::string(id));
    const ActId a = s.acts.id_of(*act);
    const auto scale = static_cast<Scale>(static_cast<int>(s.setting.severity_scale));
    s.events.push_back(
        {"event", day, source, target, a, channel, loudness / s.acts.intensity(a, scale), site});
}

/// Sets every coefficient of appraisal to 0 and every exponent to 1.
inline void blank_appraisal(Scenario& s) {
    s.setting.policies[s.setting.policies.find("appraisal")].describe(
        [](const Parameter& p, double& value) {
            value = p.name.find("exponent") != std::string::npos ? 1 : 0;
        });
}

/// Keeps everything a recorder is told.
struct Transcript : Recorder {
    struct Ended {
        Crisis crisis;
        std::string outcome;
        int tick;
    };
    std::vector<Message> messages;
    std::vector<Ended> crises;
    void tick(const World&, std::span<const Message> posted) override {
        messages.insert(messages.end(), posted.begin(), posted.end());
    }
    void crisis_ended(const World& world, const Crisis& crisis, std::string_view outcome) override {
        crises.push_back({crisis, std::string(outcome), world.tick});
    }
};

/// A run that can be stopped and looked at. The scenario must outlive it.
struct Play {
    explicit Play(const World& first_morning, std::uint32_t replication)
        : world(first_morning, replication), scratch(world.n) {}
    explicit Play(const Scenario& s) : Play(World(s), 0) {}
    World world;
    DecisionScratch scratch;
    Transcript transcript;

    /// Steps until `ticks` ticks are over; what was posted on day d is delivered in tick d + 1.
    Play& until(int ticks) {
        while (world.tick < ticks)
            step(world, scratch, transcript);
        return *this;
    }
    double memory(std::size_t actor, std::size_t other, std::size_t c) const {
        return world.memory(actor, c, other);
    }
    double grievance(std::size_t actor, std::size_t other, Grievance g) const {
        return memory(actor, other, column(g));
    }
    int rung(std::size_t i, std::size_t j) const { return world.rung(i, j); }
    /// Messages of one act, in the order of posting.
    std::vector<Message> posted(std::string_view act) const {
        std::vector<Message> found;
        for (const Message& m : transcript.messages)
            if (world.scenario->acts[m.act].id == act)
                found.push_back(m);
        return found;
    }
};

} // namespace demarche
