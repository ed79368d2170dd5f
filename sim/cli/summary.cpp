#include "sim/cli/summary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "sim/engine/equilibrium.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr std::size_t most_rows = 12;
constexpr double cover = 0.9;
constexpr double rare = 0.05; // of the runs; a pair that rose in fewer is only counted

struct Row {
    std::size_t a = 0, b = 0;
    double start = 0;
    Spread peak, day, acts;
    double rise = 0; ///< mean over runs
    double rose = 0; ///< share of runs in which it rose
    /// Shares of runs that rose to the crisis rung, to force, to war, or above.
    std::array<double, 3> reached{};
};

/// "5 [3, 7]", three digits or the whole number
std::string range(const Spread& s) {
    const auto text = [](double x) {
        return x < 100 ? fmt::format("{:.3g}", x) : fmt::format("{:.0f}", x);
    };
    return text(s.median) + " [" + text(s.low) + ", " + text(s.high) + "]";
}

/// A share of the runs; all and none only where it is all or none of them.
std::string percent(double share) {
    const double rounded = std::round(100 * share);
    return (rounded == 0 && share > 0)     ? "<1 %"
           : (rounded == 100 && share < 1) ? ">99 %"
                                           : fmt::format("{} %", rounded);
}

struct Ranking {
    std::vector<Row> shown; ///< the most risen, and whatever the scenario scripted
    std::size_t others = 0; ///< risen, but not shown
    std::size_t rare = 0;   ///< of these, in hardly any run
    std::vector<Row> stood; ///< at the crisis rung or above from the start, and never above that
};

Ranking rank(const Scenario& scenario, const std::vector<RunOutcome>& runs) {
    const std::size_t n = scenario.actor_count();
    const int crisis_rung = scenario.setting.ladder.crisis_rung;
    const std::array<int, 3> rungs{crisis_rung, force_rung, war_rung};
    Ranking ranking;
    std::vector<Row> rows;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b) {
            const std::size_t p = pair_index(a, b, n);
            Row row{a, b, static_cast<double>(runs.front().pairs[p].start_rung), {}, {}, {}, 0,
                    0, {}};
            std::vector<double> peak, day, acts;
            for (const RunOutcome& run : runs) {
                const RunOutcome::Pair& pair = run.pairs[p];
                peak.push_back(pair.peak_rung);
                acts.push_back(pair.messages);
                if (pair.peak_rung > pair.start_rung)
                    day.push_back(pair.peak_tick * scenario.tick_days);
                row.rise += (pair.peak_rung - pair.start_rung) / static_cast<double>(runs.size());
                for (std::size_t k = 0; k < rungs.size(); ++k)
                    row.reached[k] +=
                        pair.peak_rung >= rungs[k] && pair.peak_rung > pair.start_rung;
            }
            for (double& share : row.reached)
                share /= static_cast<double>(runs.size());
            row.peak = ranked_spread(peak, cover);
            row.acts = ranked_spread(acts, cover);
            row.rose = static_cast<double>(day.size()) / static_cast<double>(runs.size());
            if (!day.empty())
                row.day = ranked_spread(day, cover);
            if (row.rise > 0)
                rows.push_back(row);
            else if (row.start >= crisis_rung)
                ranking.stood.push_back(row);
        }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& x, const Row& y) {
        return std::tuple(x.reached[0], x.rise, x.acts.median) >
               std::tuple(y.reached[0], y.rise, y.acts.median);
    });
    for (const Row& row : rows) {
        const bool scripted = std::any_of(
            scenario.events.begin(), scenario.events.end(), [&](const ScriptedEvent& e) {
                return std::pair(row.a, row.b) ==
                       std::pair(std::min(e.source, e.target), std::max(e.source, e.target));
            });
        if (scripted || (ranking.shown.size() < most_rows && row.rose >= rare))
            ranking.shown.push_back(row);
        else
            ranking.rare += row.rose < rare;
    }
    ranking.others = rows.size() - ranking.shown.size();
    return ranking;
}

/// A number of every run, as text: the number itself, or its median and range in an ensemble.
std::string over_runs(const std::vector<RunOutcome>& runs, bool ensemble,
                      const std::function<double(const RunOutcome&)>& value) {
    std::vector<double> sample;
    for (const RunOutcome& run : runs)
        sample.push_back(value(run));
    return ensemble ? range(ranked_spread(std::move(sample), cover))
                    : fmt::format("{:g}", sample.front());
}

} // namespace

void print_summary(const Scenario& s, const std::vector<RunOutcome>& runs, bool ensemble) {
    fmt::print("{}\n{} to {}, {} states, seed {}{}\n\n", s.title.empty() ? s.name : s.title,
               iso(s.start), iso({s.start.number + s.days - 1}), s.actor_count(), s.seed,
               ensemble ? fmt::format(", {} replications: median [90 % range]", runs.size()) : "");
    const auto id = [&](const Row& r) {
        return s.setting.actors[r.a].id + "-" + s.setting.actors[r.b].id;
    };
    const auto on = [&](double day) {
        return iso({s.start.number + static_cast<int>(std::lround(day))});
    };
    const Ranking ranking = rank(s, runs);
    const std::vector<Row>& rows = ranking.shown;
    if (rows.empty())
        fmt::print("No pair rose on the ladder.\n");
    if (!rows.empty() && ensemble) {
        fmt::print("{:<9}{:>6}  {:<14}{:>7}  {:<12}{:<18}{:>9}{:>9}{:>7}\n", "Pair", "start",
                   "peak rung", "rose in", "median day", "conflict acts", "P(crisis)", "P(force)",
                   "P(war)");
        for (const Row& r : rows)
            fmt::print("{:<9}{:>6}  {:<14}{:>7}  {:<12}{:<18}{:>9}{:>9}{:>7}\n", id(r), r.start,
                       range(r.peak), percent(r.rose), on(r.day.median), range(r.acts),
                       percent(r.reached[0]), percent(r.reached[1]), percent(r.reached[2]));
    } else if (!rows.empty()) {
        fmt::print("{:<9}{:>6}{:>6}  {:<12}{:>13}  {}\n", "Pair", "start", "peak", "reached",
                   "conflict acts", "what the peak means");
        for (const Row& r : rows)
            fmt::print("{:<9}{:>6}{:>6}  {:<12}{:>13}  {}\n", id(r), r.start, r.peak.median,
                       on(r.day.median), r.acts.median,
                       rung_names[static_cast<std::size_t>(r.peak.median)]);
    }
    if (ranking.others > 0) {
        const bool all_rare = ranking.rare == ranking.others;
        fmt::print("and {} more pair{}{}{}.\n", ranking.others, ranking.others == 1 ? "" : "s",
                   all_rare ? "" : " that rose",
                   ranking.rare == 0
                       ? ""
                       : fmt::format(", {}in less than {:.0f} % of the runs",
                                     all_rare ? "" : fmt::format("{} of them ", ranking.rare),
                                     100 * rare));
    }
    const auto print_stood = [&](const char* what, double from, double below) {
        std::vector<std::string> pairs;
        for (const Row& r : ranking.stood)
            if (r.start >= from && r.start < below)
                pairs.push_back(
                    fmt::format("{} (rung {}, {} conflict acts)", id(r), r.start,
                                ensemble ? range(r.acts) : fmt::format("{}", r.acts.median)));
        if (pairs.empty())
            return;
        const std::size_t others = pairs.size() - std::min(pairs.size(), most_rows);
        pairs.resize(pairs.size() - others);
        fmt::print("Already {} at the start: {}{}.\n", what, fmt::join(pairs, ", "),
                   others > 0 ? fmt::format(" and {} more", others) : "");
    };
    fmt::print("\n");
    print_stood("at war", war_rung, top_rung + 1);
    print_stood("in a crisis", s.setting.ladder.crisis_rung, war_rung);
    fmt::print("Crises: {} begun, {} under way at the start. Messages:",
               over_runs(runs, ensemble, [](const RunOutcome& r) { return r.crises; }),
               runs.front().crises_before);
    for (std::size_t q = 0; q < class_count; ++q)
        fmt::print(
            " {} {}{}", class_names[q],
            over_runs(runs, ensemble,
                      [q](const RunOutcome& r) { return static_cast<double>(r.messages[q]); }),
            q + 1 < class_count ? "," : ".\n");
    fmt::print("{}", note_on_levels(s, ensemble));
}

std::string note_on_levels(const Scenario& s, bool ensemble) {
    const std::size_t all = s.actor_count() * (s.actor_count() - 1);
    std::set<std::pair<std::size_t, std::size_t>> stated;
    for (const Relation& r : s.setting.relations)
        stated.emplace(r.source, r.target);
    if (stated.size() == all)
        return "";
    std::string note = fmt::format("{} of {} directed pairs have no [relation]: their levels are "
                                   "drawn from the gravity prior, anew for each --seed.\n",
                                   all - stated.size(), all);
    constexpr double unusual = 4;
    constexpr std::size_t named = 3;
    const std::vector<DrawnPair> above = drawn_above_mean(s, unusual);
    std::vector<std::string> pairs;
    for (const DrawnPair& p : std::span(above).first(std::min(named, above.size())))
        pairs.push_back(fmt::format("{}-{} {:.0f} times", s.setting.actors[p.source].id,
                                    s.setting.actors[p.target].id, p.factor));
    if (!pairs.empty())
        note += fmt::format(
            "Far above the mean in material conflict by the draw of seed {}: {}{}.\n", s.seed,
            fmt::join(pairs, ", "),
            above.size() > named ? fmt::format(" and {} more pairs", above.size() - named) : "");
    if (ensemble)
        note += "All replications share this draw, so their percentages leave it out: see "
                "docs/experiments.md,\n\"Levels that nobody states\".\n";
    return note;
}

std::string note_on_facts(const Scenario& s) {
    std::string note;
    const double standard = Tie{}.distance_km;
    const std::size_t all = s.actor_count() * (s.actor_count() - 1) / 2;
    const auto stated = std::count_if(s.setting.ties.begin(), s.setting.ties.end(),
                                      [&](const Tie& t) { return t.distance_km != standard; });
    if (const std::size_t rest = all - static_cast<std::size_t>(stated); rest > 0)
        note += fmt::format("{} of {} pair{} {} at the default distance of {:g} km, as strangers "
                            "far apart; [tie] distance_km says another.\n",
                            rest, all, all == 1 ? "" : "s", rest == 1 ? "is" : "are", standard);
    for (const Organisation& o : s.setting.organisations)
        if (o.members.empty())
            note += fmt::format("Organisation {} has no members.\n", o.id);
    constexpr double rounded = 1.01; // shares that are
    double power = 0;
    for (const Actor& a : s.setting.actors)
        power += a.power;
    if (power > rounded)
        note += fmt::format("The powers of all states add up to {:.3g}; they are shares of the "
                            "world's capabilities.\n",
                            power);
    return note;
}

std::string note_on_shocks(const Scenario& s) {
    std::string note;
    Scenario shocked = s;
    for (const Shock& shock : s.shocks) {
        set_numbers(shocked.setting, shock.set);
        try {
            const World from_then_on(shocked);
        } catch (const RatesExplode& e) {
            note += fmt::format("After shock {} ({}): {}.\n", shock.id,
                                iso(s.date(s.tick_of(shock.day))), e.what());
        }
    }
    return note;
}

} // namespace demarche
