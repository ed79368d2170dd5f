#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/date.h"
#include "sim/engine/setting.h"

namespace demarche {

/// An act that happens on a date because history (or the author) says so.
struct ScriptedEvent {
    std::string id;
    int day = 0; ///< days after the start
    std::size_t source = 0;
    std::size_t target = 0;
    ActId act = 0;
    Channel channel = Channel::public_;
    double salience = 1;
    int site = -1; ///< index, -1 = nowhere near one
};

/// Numbers that change on a date.
struct Shock {
    std::string id;
    int day = 0;                                     ///< days after the start
    std::vector<std::pair<std::string, double>> set; ///< path of Setting::describe, new value
};

/// What an ally does in a war, where it is known.
struct Stance {
    std::size_t actor = 0;
    std::size_t ally = 0;
    std::size_t enemy = 0;
    double honour = 0;
};

/// Everything that is fixed before a run. Never changes while one is under way.
struct Scenario {
    std::string name;
    std::string title;
    Day start;
    int days = 0;
    int tick_days = 1;
    std::uint64_t seed = 1;
    ActTable acts;
    Setting setting;
    std::vector<ScriptedEvent> events;
    std::vector<Shock> shocks; ///< those of one tick apply in this order
    std::vector<Stance> stances;

    int ticks() const { return days / tick_days; }
    Day date(int tick) const { return {start.number + tick * tick_days}; }
    int tick_of(int day) const { return day / tick_days; }

    /// Entities that can send a message: actors, then organisations, then armed groups.
    std::size_t actor_count() const { return setting.actors.size(); }
    std::size_t organisation_entity(std::size_t o) const { return actor_count() + o; }
    std::size_t group_entity(std::size_t g) const {
        return actor_count() + setting.organisations.size() + g;
    }
    const std::string& entity_id(std::size_t entity) const;
};

} // namespace demarche
