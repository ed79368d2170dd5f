#include <algorithm>
#include <cmath>

#include "sim/study/facts.h"

namespace demarche {
namespace {

using Pair = std::pair<std::uint32_t, std::uint32_t>;

/// 0 none, 1 disapproval, 2 threat, 3 reduced relations, 4 posture or protest, 5 coercion, 6
/// violence: CAMEO roots 09-12, 13, 16, 14-15, 17, 18-20.
constexpr std::size_t rungs = 7;
std::size_t rung(int cameo) {
    const int root = cameo / 10;
    if (root < 9)
        return 0;
    if (root <= 12)
        return 1;
    constexpr std::array<std::size_t, 8> of{2, 4, 4, 3, 5, 6, 6, 6};
    return of[static_cast<std::size_t>(std::min(root, 20) - 13)];
}

/// Hostility level of militarised disputes: 2 threat, 3 display, 4 use of force; 0 not militarised.
int hostility(int cameo) {
    const int root = cameo / 10;
    if (root >= 18)
        return 4;
    return root == 15 ? 3 : cameo == 138 ? 2 : 0;
}

constexpr int quiet_days = 182; // a dispute ends after six months without an incident

/// Spells of consecutive weeks; up to `bridged` weeks without do not end one.
std::vector<int> spells(const std::vector<char>& weeks, int bridged) {
    std::vector<int> out;
    int first = -1, last = -1;
    const auto end = static_cast<int>(weeks.size());
    for (int t = 0; t < end; ++t) {
        if (!weeks[static_cast<std::size_t>(t)])
            continue;
        if (first >= 0 && t - last - 1 > bridged) {
            out.push_back(last - first + 1);
            first = -1;
        }
        if (first < 0)
            first = t;
        last = t;
    }
    if (first >= 0)
        out.push_back(last - first + 1);
    return out;
}

void measure_spells(const std::map<Pair, std::vector<char>>& weeks, int bridged,
                    const std::string& name, Measurements& out) {
    double n = 0, sum = 0, one = 0, eight = 0;
    for (const auto& [pair, w] : weeks)
        for (const int length : spells(w, bridged)) {
            n += 1;
            sum += length;
            one += length == 1;
            eight += length >= 8;
        }
    out[name + ".one"] = one / n;
    out[name + ".eight"] = eight / n;
    out[name + ".mean"] = sum / n;
}

} // namespace

void measure_ladder(const EventSeries& series, Measurements& out) {
    const auto weeks = static_cast<std::size_t>(series.weeks());
    std::map<Pair, std::vector<std::uint8_t>> top; // directed
    std::map<Pair, std::vector<char>> material, violence;
    std::map<Pair, double> conflict;
    for (std::size_t week = 0; week < weeks; ++week)
        for (std::size_t k = series.begin_of(static_cast<int>(week));
             k < series.end_of(static_cast<int>(week)); ++k) {
            const DatedCount& e = series.events()[k];
            if (!is_conflict(e.of) || e.count == 0)
                continue;
            const Pair unordered = std::minmax(e.source, e.target);
            conflict[unordered] += e.count;
            auto& t = top[{e.source, e.target}];
            t.resize(weeks);
            t[week] = std::max(t[week], static_cast<std::uint8_t>(rung(e.cameo)));
            top[{e.target, e.source}].resize(weeks);
            if (e.of == QuadClass::mconf) {
                material[unordered].resize(weeks);
                material[unordered][week] = 1;
            }
            if (rung(e.cameo) == rungs - 1) {
                violence[unordered].resize(weeks);
                violence[unordered][week] = 1;
            }
        }
    measure_spells(material, 0, "spell.mconf", out);
    measure_spells(violence, 0, "spell.violence", out);
    measure_spells(material, 1, "crisis", out);
    std::array<std::array<double, rungs>, rungs> moves{};
    for (const auto& [pair, t] : top) {
        if (conflict[std::minmax(pair.first, pair.second)] <
            std::max(5.0, static_cast<double>(weeks) / 8))
            continue;
        for (std::size_t week = 1; week < weeks; ++week)
            moves[t[week - 1]][t[week]] += 1;
    }
    constexpr std::array<const char*, rungs> names{"none",    "verbal",   "threat",  "reduced",
                                                   "posture", "coercion", "violence"};
    for (std::size_t from = 0; from < rungs; ++from) {
        double sum = 0;
        for (const double m : moves[from])
            sum += m;
        for (std::size_t to = 0; to < rungs; ++to)
            out["ladder." + std::string(names[from]) + "." + names[to]] = moves[from][to] / sum;
    }
}

void measure_disputes(const EventSeries& series, Measurements& out) {
    struct Incident {
        int day;
        bool forward; ///< by the lower row
        int level;
    };
    std::map<Pair, std::vector<Incident>> incidents;
    const int first = series.monday(0).number;
    const int end = series.weeks() * week_days;
    for (const DatedCount& e : series.events())
        if (const int level = hostility(e.cameo);
            level > 0 && e.count > 0 && e.day.number >= first && e.day.number < first + end)
            incidents[std::minmax(e.source, e.target)].push_back(
                {e.day.number - first, e.source < e.target, level});
    double displays = 0, displays_unanswered = 0, uses = 0, uses_unanswered = 0;
    double answered = 0, climbed = 0, ended = 0, again = 0;
    for (const auto& [pair, list] : incidents)
        for (std::size_t k = 0; k < list.size();) {
            std::size_t last = k;
            int by_first = 0, in_return = 0;
            while (last < list.size() &&
                   (last == k || list[last].day - list[last - 1].day < quiet_days)) {
                int& level = list[last].forward == list[k].forward ? by_first : in_return;
                level = std::max(level, list[last].level);
                ++last;
            }
            const bool begins = list[k].day >= quiet_days || k > 0;
            const int closes = list[last - 1].day + quiet_days;
            if (begins && closes <= end) {
                if (by_first == 3) {
                    displays += 1;
                    displays_unanswered += in_return == 0;
                } else if (by_first == 4) {
                    uses += 1;
                    uses_unanswered += in_return == 0;
                }
                if (in_return > 0) {
                    answered += 1;
                    climbed += in_return > by_first;
                }
                if (list[k].day + quiet_days + 365 <= end) {
                    ended += 1;
                    again += last < list.size() &&
                             list[last].day - list[last - 1].day < quiet_days + 365;
                }
            }
            k = last;
        }
    out["dispute.display.unanswered"] = displays_unanswered / displays;
    out["dispute.use.unanswered"] = uses_unanswered / uses;
    out["dispute.climbs"] = climbed / answered;
    out["dispute.recurs"] = again / ended;
}

} // namespace demarche
