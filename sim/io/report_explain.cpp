#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "sim/io/csv_recorder.h"
#include "sim/io/explain_json.h"
#include "sim/io/report_data.h"

namespace demarche {

void add_explanations(ReportData& data, const PastRun& past, unsigned most) {
    const auto none = [&](const char* why) { data.fact("unexplained", why); };
    if (most == 0)
        return none("Not asked for: `demarche report FOLDER --explain 8` explains the eight pairs "
                    "that rose most; `demarche explain` answers any question.");
    if (past.manifest.replications > 1 && !past.events)
        return none("Without events.csv nobody can tell whether a run told again is the same one.");
    const bool many = past.manifest.replications > 1;
    const World first_morning(past.loaded.scenario);
    CsvRecorder csv(many ? 1U << static_cast<unsigned>(Table::events) : 0U, 0);
    const Retold retold = tell_again(first_morning, 0, {}, &csv);
    if (many ? !has_events(past, 0, csv.rows[0]) : !is_fingerprint_of(past, retold.fingerprint))
        return none("Run again by this version of the program it comes out differently, so it "
                    "cannot be explained.");

    if (!many) { // the rung a message raised its pair to, by its id
        nlohmann::json climbs = nlohmann::json::object();
        for (const Story::Climb& c : retold.story.climbs)
            climbs[std::to_string(c.message)] = c.to;
        data.facts.emplace_back("climbs", climbs.dump());
    }

    // The pairs by how far they rose, each with the message that brought it to its peak.
    struct Rise {
        int from = 0, to = 0;
        MessageId message = 0;
    };
    std::map<std::pair<std::size_t, std::size_t>, Rise> rises;
    for (const Story::Climb& c : retold.story.climbs) {
        const auto start = first_morning.rung(c.a, c.b);
        if (c.to <= start) // back to where it was
            continue;
        const auto [rise, is_new] = rises.try_emplace({c.a, c.b}, Rise{start, c.to, c.message});
        if (!is_new && c.to > rise->second.to)
            rise->second = {rise->second.from, c.to, c.message};
    }
    std::vector<std::pair<std::pair<std::size_t, std::size_t>, Rise>> order(rises.begin(),
                                                                            rises.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& x, const auto& y) {
        const auto weight = [](const Rise& r) { return 3 * r.to - 2 * r.from; };
        const int of_x = weight(x.second), of_y = weight(y.second);
        return of_x != of_y ? of_x > of_y : x.second.to > y.second.to;
    });
    order.resize(std::min<std::size_t>(order.size(), most));

    constexpr double threshold = 0.02; // as `demarche explain` shows
    std::string pairs = "[", acts = "[";
    const auto add = [](std::string& list, const std::string& json) {
        list.append(list.size() > 1 ? "," : "").append(json);
    };
    for (const auto& [pair, rise] : order) {
        add(pairs, ascent_json(retold.story,
                               explain_ascent(retold.story, pair.first, pair.second, threshold)));
        const Retold again = tell_again(
            first_morning, 0, [id = rise.message](const Message& m) { return m.id == id; });
        add(acts, account_json(again.story, again.story.message(rise.message),
                               again.account ? &*again.account : nullptr,
                               trace_origins(again.story, rise.message, threshold)));
    }
    data.facts.emplace_back("ascents", pairs + "]");
    data.facts.emplace_back("accounts", acts + "]");
}

} // namespace demarche
