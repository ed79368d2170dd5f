#include "sim/io/act_reader.h"

#include <algorithm>
#include <stdexcept>

#include "sim/io/section.h"

namespace demarche {

extern const std::string_view embedded_acts_toml; // generated from configs/acts.toml

namespace {

constexpr std::size_t most_acts = 1000;

template <std::size_t N>
std::vector<std::string> words(const std::array<std::string_view, N>& names) {
    return {names.begin(), names.end()};
}

bool is_lower_id(const std::string& id) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto other = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !id.empty() && letter(id.front()) && std::all_of(id.begin(), id.end(), other);
}

bool is_cameo(const std::string& code) {
    return code.size() >= 2 && code.size() <= 4 &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_act(const toml::table& table, Act& act, bool is_new, Problems& problems) {
    Section s(problems);
    s.text("name", act.name, is_new);
    s.custom(
        "cameo",
        [&](const toml::node& node) {
            act.cameo = node.value_or(std::string());
            if (!is_cameo(act.cameo))
                expected(problems, node, "cameo", "a code of two to four digits such as \"0841\"");
        },
        is_new);
    s.choice(
        "class", words(class_names), [&](std::size_t i) { act.quad = static_cast<QuadClass>(i); },
        is_new);
    s.integer("rung", 0, top_rung, [&](std::int64_t r) { act.rung = static_cast<int>(r); }, is_new);
    s.custom(
        "channels",
        [&](const toml::node& node) {
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
                    problems.add(place_of(item), "no channel is called '" + word + "'" +
                                                     hint(word, words(channel_names)));
                else if (act.allows(channel))
                    problems.add(place_of(item), "'" + word + "' is listed twice");
                else
                    act.channels.push_back(channel);
            }
        },
        is_new);
    s.parameter({"frequency", "", 0, 1e6, "share within the class"}, act.frequency, is_new);
    for (std::size_t i = 0; i < scale_count; ++i)
        s.parameter({std::string(scale_names[i]), "", -1000, 1000, "score"}, act.score[i], is_new);
    s.choice("mechanism", words(mechanism_names),
             [&](std::size_t i) { act.mechanism = static_cast<Mechanism>(i); });
    s.strings("requires", [&](const std::string& word, const toml::node& node) {
        const auto it = std::find(requirement_names.begin(), requirement_names.end(), word);
        if (it == requirement_names.end())
            problems.add(place_of(node), "no requirement is called '" + word + "'" +
                                             hint(word, words(requirement_names)));
        else
            act.require(static_cast<Requirement>(it - requirement_names.begin()));
    });
    s.integer("min_rung", 0, top_rung, [&](std::int64_t r) { act.min_rung = static_cast<int>(r); });
    s.integer("relief", 0, top_rung, [&](std::int64_t r) { act.relief = static_cast<int>(r); });
    s.choice("relations", words(relations_names),
             [&](std::size_t r) { act.relations = static_cast<RelationsEffect>(r); });
    s.flag("manoeuvre", act.manoeuvre);
    s.flag("at_site", act.at_site);
    s.parameter({"lasting_days", "days", 0, 36500, ""}, act.lasting_days);
    s.read(table, "act '" + act.id + "'");

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

void read_acts(const toml::table& table, std::vector<Act>& acts, Problems& problems) {
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
        read_act(*node.as_table(), *it, is_new, problems);
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
