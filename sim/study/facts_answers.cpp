#include <algorithm>
#include <cmath>
#include <set>

#include "sim/study/facts.h"

namespace demarche {
namespace {

constexpr std::size_t least_event_days = 10; // of a pair whose rhythm can be measured

/// Days with acts of a directed pair, ascending.
using DaysOfPair = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<int>>;

DaysOfPair days_of(const EventSeries& series, ClassSet of, int unit) {
    DaysOfPair out;
    const int first = series.monday(0).number;
    const int end = series.weeks() * week_days;
    for (const DatedCount& e : series.events()) {
        const int day = e.day.number - first;
        if (!(of >> index(e.of) & 1U) || e.count == 0 || day < 0 || day >= end)
            continue;
        std::vector<int>& days = out[{e.source, e.target}];
        if (days.empty() || days.back() != day / unit)
            days.push_back(day / unit);
    }
    return out;
}

/// How often an act is followed by one in return within `h` times, strictly later, and how often
/// any stretch of `h` times of the same pair has one.
struct Answers {
    double answered = 0, base = 0;
};
Answers answers(const DaysOfPair& trigger, const DaysOfPair& answer, int times, int h) {
    double n = 0, answered = 0, base = 0;
    std::vector<char> has;
    for (const auto& [pair, at] : trigger) {
        const auto back = answer.find({pair.second, pair.first});
        // Whether the stretch of h times after time t has an answer, for t = -1 on.
        has.assign(static_cast<std::size_t>(times - h) + 1, 0);
        if (back != answer.end())
            for (const int d : back->second)
                for (int t = std::max(-1, d - h); t <= std::min(d - 1, times - h - 1); ++t)
                    has[static_cast<std::size_t>(t) + 1] = 1;
        double share = 0;
        for (const char v : has)
            share += v;
        share /= static_cast<double>(has.size());
        for (const int t : at)
            if (t + h < times) {
                n += 1;
                base += share;
                answered += has[static_cast<std::size_t>(t) + 1];
            }
    }
    return {answered / n, base / n};
}

double median(std::vector<double> x) {
    if (x.empty())
        return std::nan("");
    std::sort(x.begin(), x.end());
    const std::size_t half = x.size() / 2;
    return x.size() % 2 ? x[half] : (x[half - 1] + x[half]) / 2;
}

/// (sd - mean) / (sd + mean) of the gaps between days with acts (Goh and Barabasi 2008).
double burstiness(const std::vector<int>& days) {
    const auto n = static_cast<double>(days.size() - 1);
    const double mean = (days.back() - days.front()) / n;
    double squares = 0;
    for (std::size_t k = 1; k < days.size(); ++k) {
        const double gap = days[k] - days[k - 1];
        squares += (gap - mean) * (gap - mean);
    }
    const double deviation = std::sqrt(squares / n);
    return (deviation - mean) / (deviation + mean);
}

} // namespace

void measure_answers(const EventSeries& series, Measurements& out) {
    const int days = series.weeks() * week_days;
    const DaysOfPair material = days_of(series, only(QuadClass::mconf), 1);
    for (const int h : {1, 7, 28})
        if (h < days) {
            const Answers a = answers(material, material, days, h);
            out["answer.days." + std::to_string(h)] = a.answered / a.base;
        }
    const DaysOfPair weekly = days_of(series, only(QuadClass::mconf), week_days);
    const DaysOfPair verbal = days_of(series, only(QuadClass::vconf), week_days);
    for (const int h : {1, 2, 4})
        if (h < series.weeks()) {
            const Answers m = answers(weekly, weekly, series.weeks(), h);
            const Answers v = answers(verbal, verbal, series.weeks(), h);
            out["answer.mconf.weeks." + std::to_string(h)] = m.answered / m.base;
            out["answer.vconf.weeks." + std::to_string(h)] = v.answered / v.base;
        }
    double acts = 0, mutual = 0;
    for (const auto& [pair, weeks] : weekly) {
        const auto back = weekly.find({pair.second, pair.first});
        acts += static_cast<double>(weeks.size());
        if (back != weekly.end())
            for (const int w : weeks)
                mutual += std::binary_search(back->second.begin(), back->second.end(), w);
    }
    out["mutual.mconf"] = mutual / acts;
    for (const auto& [name, of] :
         {std::pair("all", all_of_them), std::pair("conflict", conflict_acts),
          std::pair("mconf", only(QuadClass::mconf))}) {
        std::vector<double> all;
        for (const auto& [pair, at] : days_of(series, of, 1))
            if (at.size() >= least_event_days)
                all.push_back(burstiness(at));
        out[std::string("burstiness.") + name] = median(all);
    }
}

} // namespace demarche
