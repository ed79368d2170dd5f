#include "sim/io/explain_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "sim/core/elementary.h"

namespace demarche {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of(CauseKind kind) {
    return std::string(cause_names[static_cast<std::size_t>(kind)]);
}

Json message_json(const Story& story, const Message& m) {
    const Scenario& s = story.scenario();
    Json json{{"id", m.id},
              {"date", iso(s.date(m.tick))},
              {"tick", m.tick},
              {"source", s.entity_id(m.source)},
              {"target", s.entity_id(m.target)},
              {"act", s.acts[m.act].id},
              {"channel", channel_names[index(m.channel)]}};
    if (m.site >= 0)
        json["site"] = s.setting.sites[static_cast<std::size_t>(m.site)].id;
    if (const ScriptedEvent* const e = story.script_of(m))
        json["event"] = e->id;
    if (const ArmedGroup* const g = story.group_of(m))
        json["group"] = g->id;
    return json;
}

Json root_json(const Story& story, const Ascent::Root& root) {
    const Scenario& s = story.scenario();
    Json json{{"kind", name_of(root.kind)},
              {"source", s.entity_id(root.source)},
              {"target", s.entity_id(root.target)}};
    if (root.quad != QuadClass::none)
        json["class"] = class_names[index(root.quad)];
    if (root.before_start)
        json["before_start"] = true;
    if (root.base)
        json["base"] = true;
    if (root.message != 0)
        json["message"] = message_json(story, story.message(root.message));
    return json;
}

Json branches_json(const Story& story, const std::vector<Ascent::Branch>& branches) {
    Json list = Json::array();
    for (const Ascent::Branch& b : branches)
        list.push_back({{"share", b.share},
                        {"through", name_of(b.through)},
                        {"message", message_json(story, story.message(b.message))},
                        {"pruned", b.pruned},
                        {"branches", branches_json(story, b.branches)}});
    return list;
}

Json trees_json(const Story& story, const std::vector<Ascent::Tree>& trees) {
    Json list = Json::array();
    for (const Ascent::Tree& t : trees)
        list.push_back({{"share", t.share},
                        {"root", root_json(story, t.root)},
                        {"pruned", t.pruned},
                        {"branches", branches_json(story, t.branches)}});
    return list;
}

Json effect_json(const Effect& e) {
    const auto estimate = [](const Estimate& x) {
        Json json{{"value", x.value}}; // what is not a number becomes null
        json["low"] = x.low;
        json["high"] = x.high;
        return json;
    };
    return {{"as_it_was", estimate(e.as_it_was)},
            {"otherwise", estimate(e.otherwise)},
            {"difference", estimate(e.difference)}};
}

} // namespace

std::string account_json(const Story& story, const Message& m, const Account* a,
                         const Origins& origins) {
    Json json{{"question", "event"}, {"message", message_json(story, m)}};
    json["origins"] = trees_json(story, origins.trees);
    json["origins_untraced"] = origins.untraced;
    if (a == nullptr) {
        json["cause_kind"] = name_of(m.cause.kind);
        if (m.cause.message != 0)
            json["cause"] = message_json(story, story.message(m.cause.message));
        return json.dump(2) + "\n";
    }
    json["class"] = class_names[index(a->quad)];
    json["stimulus"] = a->stimulus;
    Json parts = Json::array();
    parts.push_back({{"kind", "level"}, {"share", a->level / a->stimulus}});
    if (a->base > 0)
        parts.push_back({{"kind", "level"}, {"base", true}, {"share", a->base / a->stimulus}});
    for (const StimulusPart& p : a->remembered) {
        Json part{{"kind", name_of(p.kind)}, {"share", p.amount / a->stimulus}};
        if (p.before_start)
            part["before_start"] = true;
        if (p.message != 0)
            part["message"] = message_json(story, story.message(p.message));
        parts.push_back(std::move(part));
    }
    json["parts"] = std::move(parts);
    Json factors = Json::array();
    factors.push_back({{"name", "exponent"}, {"value", a->exponent}, {"factor", a->bend}});
    for (const PosturePart& p : a->doctrine)
        factors.push_back({{"name", p.name}, {"factor", exp_bits(p.ln)}});
    json["factors"] = std::move(factors);
    json["rate"] = a->rate;
    json["expected"] = a->expected;
    json["at_least_one"] = a->at_least_one;
    json["rung"] = a->rung;
    for (const Alternative& x : a->acts)
        json["acts"].push_back({{"act", story.scenario().acts[x.act].id}, {"chance", x.chance}});
    for (std::size_t c = 0; c < channel_count; ++c)
        json["channels"][std::string(channel_names[c])] = a->channel[c];
    for (const Shortfall& x : a->shortfalls)
        json["stays_out"].push_back({{"ally", story.scenario().entity_id(x.ally)},
                                     {"enemy", story.scenario().entity_id(x.enemy)},
                                     {"decision", x.decision}});
    return json.dump(2) + "\n";
}

std::string ascent_json(const Story& story, const Ascent& a) {
    const Scenario& s = story.scenario();
    Json json{{"question", "dyad"},    {"a", s.entity_id(a.a)}, {"b", s.entity_id(a.b)},
              {"start_rung", a.start}, {"peak_rung", a.peak},   {"peak_tick", a.peak_tick}};
    json["climbs"] = Json::array();
    for (const Story::Climb& c : a.climbs)
        json["climbs"].push_back({{"tick", c.tick},
                                  {"to", c.to},
                                  {"message", message_json(story, story.message(c.message))}});
    json["trees"] = trees_json(story, a.trees);
    json["untraced"] = a.untraced;
    return json.dump(2) + "\n";
}

std::string what_if_json(const Scenario& s, const std::vector<std::string>& question,
                         const WhatIf& what_if, const WhatIf::Courses& courses) {
    Json json{{"question", "what_if"},
              {"what", question},
              {"from", iso(s.date(what_if.intervention.tick))},
              {"replications", what_if.replications}};
    if (what_if.past)
        json["past"] = *what_if.past;
    for (std::size_t q = 0; q < class_count; ++q)
        json["messages"][std::string(class_names[q])] = effect_json(
            effect(courses, [q](const RunOutcome& r) { return double(r.messages[q]); }));
    json["crises"] =
        effect_json(effect(courses, [](const RunOutcome& r) { return double(r.crises); }));
    json["pairs"] = Json::array();
    const std::size_t n = s.actor_count();
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b) {
            const std::size_t p = pair_index(a, b, n);
            const Effect peak =
                effect(courses, [p](const RunOutcome& r) { return double(r.pairs[p].peak_rung); });
            const Effect acts =
                effect(courses, [p](const RunOutcome& r) { return double(r.pairs[p].messages); });
            if (peak.difference.value != 0 || acts.difference.value != 0)
                json["pairs"].push_back({{"a", s.setting.actors[a].id},
                                         {"b", s.setting.actors[b].id},
                                         {"highest_rung", effect_json(peak)},
                                         {"conflict_acts", effect_json(acts)}});
        }
    return json.dump(2) + "\n";
}

} // namespace demarche
