#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/study/weekly_counts.h"

namespace demarche {

struct Scenario;

/// What binds pairs of a series' actors, read from a scenario; [row * n + row].
struct Bonds {
    std::vector<char> pact; ///< a defence pact
    std::vector<char> any_pact;
    std::vector<double> alignment; ///< how far one sides with the other, 0..1
    std::vector<char> border;      ///< neighbours
    std::vector<char> rivals;      ///< strategic rivals
};
/// Actors the scenario does not have are bound to nobody.
Bonds bonds(const Scenario& scenario, const std::vector<std::string>& actors);

/// Statistics by name, as configs/facts.toml names and explains them. What the events are too few
/// for is left out.
using Measurements = std::map<std::string, double, std::less<>>;

/// Measures a sequence of events, observed or simulated: the one function behind both columns of
/// `demarche validate`. Without bonds, what needs them is left out.
Measurements measure(const EventSeries& series, const Bonds* bonds);

/// Its parts.
void measure_counts(const WeeklyCounts& counts, Measurements& out);  ///< how uneven they are
void measure_memory(const WeeklyCounts& counts, Measurements& out);  ///< what lasts, what returns
void measure_answers(const EventSeries& series, Measurements& out);  ///< day by day
void measure_ladder(const EventSeries& series, Measurements& out);   ///< rungs and spells
void measure_disputes(const EventSeries& series, Measurements& out); ///< militarised disputes
void measure_ties(const EventSeries& series, const WeeklyCounts& counts, const Bonds* bonds,
                  Measurements& out); ///< pacts, borders, third parties, triads

} // namespace demarche
