#include "sim/io/act_reader.h"

#include <algorithm>
#include <stdexcept>

#include "sim/io/embedded.h"

namespace demarche {

namespace {

constexpr std::size_t most_acts = 1000;

bool is_lower_id(const std::string& id) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto other = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !id.empty() && letter(id.front()) && std::all_of(id.begin(), id.end(), other);
}

bool is_cameo(const std::string& code) {
    return code.size() >= 2 && code.size() <= 4 &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_channels(const toml::node& node, Act& act, Problems& problems) {
    act.channels.clear();
    const std::string form =
        "a list of channels, the default first (" + listing(words(channel_names)) + ")";
    const toml::array* list = node.as_array();
    if (list == nullptr || list->empty()) {
        expected(problems, node, "channels", form);
        return;
    }
    for (const toml::node& item : *list) {
        if (!item.is_string()) {
            expected(problems, item, "channels", form);
            continue;
        }
        const std::string word = item.value_or(std::string());
        const auto it = std::find(channel_names.begin(), channel_names.end(), word);
        const auto channel = static_cast<Channel>(it - channel_names.begin());
        if (it == channel_names.end())
            problems.add(place_of(item),
                         "no channel is called '" + word + "'" + hint(word, words(channel_names)));
        else if (act.allows(channel))
            problems.add(place_of(item), "'" + word + "' is listed twice");
        else
            act.channels.push_back(channel);
    }
}

void read_act(const toml::table& table, Act& act, bool is_new, Problems& problems,
              const SectionVisitor& visit) {
    Section s(problems);
    s.text("name", act.name, "what the act is, for people").required(is_new);
    s.custom("cameo", "text of 2 to 4 digits", "its CAMEO 1.1b3 code", [&](const toml::node& node) {
         act.cameo = node.value_or(std::string());
         if (!is_cameo(act.cameo))
             expected(problems, node, "cameo", "a code of two to four digits such as \"0841\"");
     }).required(is_new);
    s.choice("class", class_names, act.quad,
             "verbal (v) or material (m), cooperation or conflict; none: intelligence reports")
        .required(is_new);
    s.integer("rung", 0, top_rung, act.rung, "rung of the ladder it belongs to").required(is_new);
    s.custom("channels", "list of " + Section::codes(words(channel_names)),
             "on which it may be sent, the default first",
             [&](const toml::node& node) { read_channels(node, act, problems); })
        .required(is_new);
    s.parameter({"frequency", "", 0, 1e6,
                 "share within its class; shares need not sum to 1; 0 = no policy posts it"},
                act.frequency)
        .required(is_new);
    for (std::size_t i = 0; i < scale_count; ++i) {
        const char* const sign =
            hostility_sign(static_cast<Scale>(i)) > 0 ? "grows with hostility" : "hostile below 0";
        s.parameter({std::string(scale_names[i]), "", -1000, 1000,
                     "score on this severity scale; " + std::string(sign)},
                    act.score[i])
            .required(is_new);
    }
    s.choice("mechanism", mechanism_names, act.mechanism,
             "what posts it; all but a policy's acts have frequency 0");
    s.strings("requires", "list of " + Section::codes(words(requirement_names)),
              "what must hold between sender and target for it to be legal",
              [&](const std::string& word, const toml::node& node) {
                  const auto it =
                      std::find(requirement_names.begin(), requirement_names.end(), word);
                  if (it == requirement_names.end())
                      problems.add(place_of(node), "no requirement is called '" + word + "'" +
                                                       hint(word, words(requirement_names)));
                  else
                      act.require(static_cast<Requirement>(it - requirement_names.begin()));
              });
    s.integer("min_rung", 0, top_rung, act.min_rung,
              "legal only between a pair that stands at least here");
    s.integer("relief", 0, top_rung, act.relief,
              "rungs the pair descends when it is perceived; cooperative acts only");
    s.choice("relations", relations_names, act.relations,
             "what it does to the diplomatic relations of the pair");
    s.flag("manoeuvre", act.manoeuvre, "moves forces: bystanders near the target mind it");
    s.flag("at_site", act.at_site, "happens at a hazardous site");
    s.parameter({"lasting_days", "days", 0, 36500,
                 "how long it can be detected when covert; an act that can be covert needs it"},
                act.lasting_days);
    s.read(table, "act '" + act.id + "'");
    if (visit)
        visit("act", s);

    const auto wrong = [&](const std::string& what) {
        problems.add(place_of(table), "act '" + act.id + "' " + what);
    };
    if (act.mechanism != Mechanism::policy && act.frequency > 0)
        wrong("is posted by a mechanism, so its frequency must be 0, not " +
              number_text(act.frequency));
    if (act.quad == QuadClass::none && act.mechanism != Mechanism::intelligence)
        wrong("has class 'none', which only intelligence reports have");
    if (act.relief > 0 && is_conflict(act.quad))
        wrong("has relief, which only cooperative acts have");
    if (act.allows(Channel::covert) && act.mechanism == Mechanism::policy && act.lasting_days <= 0)
        wrong("can be covert, so it needs 'lasting_days' above 0");
}

} // namespace

void read_acts(const toml::table& table, std::vector<Act>& acts, Problems& problems,
               const SectionVisitor& visit) {
    for (const auto& [key, node] : table) {
        const std::string id(key.str());
        if (!is_lower_id(id))
            problems.add(place_of(key), "'" + id +
                                            "' cannot be the id of an act: small letters, "
                                            "digits and underscores, a letter first");
        if (!node.is_table()) {
            expected(problems, node, "act." + id, "a table");
            continue;
        }
        auto it = std::find_if(acts.begin(), acts.end(), [&](const Act& a) { return a.id == id; });
        const bool is_new = it == acts.end();
        if (is_new) {
            if (acts.size() == most_acts) {
                problems.add(place_of(key),
                             "more than " + std::to_string(most_acts) + " acts in all");
                return;
            }
            acts.emplace_back();
            it = acts.end() - 1;
            it->id = id;
        }
        read_act(*node.as_table(), *it, is_new, problems, visit);
    }
}

const ActTable& default_acts() {
    static const ActTable table = [] {
        Problems problems;
        std::vector<Act> acts;
        read_acts(toml::parse(embedded_acts_toml, std::string_view("acts.toml")), acts, problems);
        if (!problems.empty())
            throw std::logic_error(problems.text());
        return ActTable(std::move(acts));
    }();
    return table;
}

} // namespace demarche
