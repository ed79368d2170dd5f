#include "sim/study/event_log.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "sim/engine/world.h"

namespace demarche {
namespace {

/// The first three digits of an act's CAMEO code.
int cameo_of(const Act& act) {
    int code = 0;
    const std::string_view digits = std::string_view(act.cameo).substr(0, 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), code);
    return digits.size() == 2 ? code * 10 : code;
}

} // namespace

void EventLog::tick(const World& world, std::span<const Message> messages) {
    const Scenario& scenario = *world.scenario;
    for (const Message& m : messages) {
        const Act& act = scenario.acts[m.act];
        if (m.source >= world.n || act.quad == QuadClass::none || m.hidden())
            continue;
        events_.push_back({scenario.date(m.tick), m.source, m.target, act.quad, 1, cameo_of(act),
                           act.score[index(Scale::goldstein)]});
    }
}

EventSeries series_of(const Scenario& scenario, const std::vector<DatedCount>& events, Day first,
                      Day end) {
    const std::size_t n = scenario.actor_count();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto id = [&](std::size_t a) -> const std::string& {
        return scenario.setting.actors[a].id;
    };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return id(a) < id(b); });
    std::vector<std::string> names;
    std::vector<std::uint32_t> rank(n);
    for (std::size_t k = 0; k < n; ++k) {
        names.push_back(id(order[k]));
        rank[order[k]] = static_cast<std::uint32_t>(k);
    }
    std::vector<DatedCount> kept;
    for (DatedCount e : events)
        if (e.day >= first && e.day < end) {
            e.source = rank[e.source];
            e.target = rank[e.target];
            kept.push_back(e);
        }
    return {std::move(names), std::move(kept), first, end};
}

} // namespace demarche
