#include <nlohmann/json.hpp>

#include "sim/io/report_data.h"
#include "sim/io/section.h"

namespace demarche {
namespace {

using Json = nlohmann::ordered_json;

} // namespace

void add_scenario(ReportData& data, const Scenario& s) {
    data.fact("title", s.title.empty() ? s.name : s.title);
    data.facts.emplace_back("crisis_rung", Json(s.setting.ladder.crisis_rung).dump());
    data.facts.emplace_back("rungs", Json(rung_names).dump());
    Json states = Json::array();
    for (const Actor& a : s.setting.actors)
        states.push_back({{"id", a.id}, {"name", a.name}, {"power", a.power}});
    Json organisations = Json::array();
    for (const Organisation& o : s.setting.organisations) {
        Json members = Json::array();
        for (const std::size_t m : o.members)
            members.push_back(s.setting.actors[m].id);
        organisations.push_back({{"id", o.id}, {"name", o.name}, {"members", members}});
    }
    Json pacts = Json::array();
    for (const Tie& t : s.setting.ties) {
        Json pact{{"a", s.setting.actors[t.a].id}, {"b", s.setting.actors[t.b].id}};
        for (const auto& [kind, strength] : {std::pair("defence", t.defence),
                                             {"neutrality", t.neutrality},
                                             {"nonaggression", t.nonaggression},
                                             {"consultation", t.consultation}})
            if (strength > 0)
                pact[kind] = strength;
        if (pact.size() > 2)
            pacts.push_back(std::move(pact));
    }
    Json groups = Json::object();
    for (const ArmedGroup& g : s.setting.groups)
        groups[g.id] = {{"host", s.entity_id(g.host)}};
    // Scripted events and shocks, with the ticks in which they happen.
    Json script = Json::array();
    const auto scripted = [&](const char* kind, const std::string& id, int day) {
        return Json{{"kind", kind},
                    {"id", id},
                    {"tick", s.tick_of(day)},
                    {"date", iso(Day{s.start.number + day})}};
    };
    for (const ScriptedEvent& e : s.events) {
        Json entry = scripted("event", e.id, e.day);
        entry["source"] = s.entity_id(e.source);
        entry["target"] = s.entity_id(e.target);
        entry["act"] = s.acts[e.act].id;
        script.push_back(std::move(entry));
    }
    Setting setting = s.shocks.empty() ? Setting{} : s.setting;
    for (const Shock& shock : s.shocks) {
        Json entry = scripted("shock", shock.id, shock.day);
        for (const auto& [path, value] : shock.set) {
            const bool is_switch = find_parameter(setting, path).parameter.unit == yes_no_unit;
            entry["set"][path] = is_switch ? Json(value != 0) : Json(value);
        }
        script.push_back(std::move(entry));
    }
    Json acts = Json::object();
    for (const Act& a : s.acts.all()) {
        Json act{{"name", a.name}, {"class", class_names[index(a.quad)]}, {"rung", a.rung}};
        for (std::size_t scale = 0; scale < scale_count; ++scale)
            act[std::string(scale_names[scale])] = a.score[scale];
        acts[a.id] = std::move(act);
    }
    data.facts.emplace_back("states", states.dump());
    data.facts.emplace_back("organisations", organisations.dump());
    data.facts.emplace_back("pacts", pacts.dump());
    data.facts.emplace_back("groups", groups.dump());
    data.facts.emplace_back("script", script.dump());
    data.facts.emplace_back("acts", acts.dump());
}

} // namespace demarche
