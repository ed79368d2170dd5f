#include <algorithm>
#include <cmath>

#include "sim/io/reading.h"

namespace demarche {
namespace {

void read_tie(Reading& reading, const Entry& entry) {
    Tie tie;
    Section s(reading.problems);
    s.parameters(tie);
    reading.read(s, "tie", entry);
    const auto rows = reading.tie_pair(entry.id, place_of(entry.key));
    if (!rows)
        return;
    if (tie.rung != std::floor(tie.rung))
        expected(reading.problems, *entry.table.get("rung"), "rung", "a whole number");
    tie.a = rows->first;
    tie.b = rows->second;
    reading.scenario.setting.ties.push_back(tie);
}

void read_relation(Reading& reading, const Entry& entry) {
    Relation relation;
    Section s(reading.problems);
    relation.describe([&](const Parameter& p, double& value) { s.parameter(p, value).required(); });
    reading.read(s, "relation", entry);
    if (const auto rows = reading.pair(entry.id, place_of(entry.key))) {
        relation.source = rows->first;
        relation.target = rows->second;
        reading.scenario.setting.relations.push_back(relation);
    }
}

} // namespace

void read_ties(Reading& reading) {
    reading.each("tie", [&](const Entry& entry) { read_tie(reading, entry); });
    reading.each("relation", [&](const Entry& entry) { read_relation(reading, entry); });
    std::vector<Tie>& ties = reading.scenario.setting.ties;
    std::sort(ties.begin(), ties.end(),
              [](const Tie& x, const Tie& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
}

} // namespace demarche
