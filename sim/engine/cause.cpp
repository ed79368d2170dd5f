#include "sim/engine/cause.h"

#include "sim/core/elementary.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

/// What a mark still contributes to one column, in average acts per day.
double remains(const World& world, const Mark& mark, std::size_t c) {
    const int age = world.tick - mark.tick;
    const bool stream = c < column(Grievance::solidarity);
    const double keep = stream ? world.keep[c % horizon_count] : world.keep_grievance;
    const double grain = stream ? world.grain[c % horizon_count] : world.grain_grievance;
    double left = mark.weight * grain;
    double power = keep;
    for (int bits = age; bits > 0; bits >>= 1) { // keep^age by squaring
        if (bits & 1) left *= power;
        power *= power;
    }
    return left;
}

bool feeds(const Mark& mark, std::size_t c) {
    return c < column(Grievance::solidarity) ? mark.column == c / horizon_count * horizon_count
                                             : mark.column == c;
}

CauseKind kind_of(std::size_t c) {
    if (c < column(Stream::received, QuadClass::vcoop)) return CauseKind::inertia;
    if (c < column(Grievance::solidarity)) return CauseKind::reciprocity;
    return static_cast<CauseKind>(static_cast<std::size_t>(CauseKind::solidarity) + c -
                                  column(Grievance::solidarity));
}

} // namespace

double cause_share(const World& world, const DecisionScratch& scratch, std::size_t source,
                   std::size_t target, QuadClass q, MessageId message) {
    const Response::OfClass& response = scratch.response[q];
    double sum = 0;
    int tick = -1;
    for (const Mark* m = world.marks.newest(world.pair(source, target)); m != nullptr;
         m = world.marks.previous(*m)) {
        // All marks of a message in one row are made in the same tick.
        if (tick >= 0 && m->tick != tick) break;
        if (m->message != message) continue;
        tick = m->tick;
        for (std::size_t c = 0; c < column_count; ++c)
            if (response.weight[c] != 0 && feeds(*m, c))
                sum += response.weight[c] * remains(world, *m, c);
    }
    return sum / scratch.stimulus[index(q)][target];
}

Cause draw_cause(const World& world, const DecisionScratch& scratch, std::size_t source,
                 std::size_t target, QuadClass q, double u) {
    const Response::OfClass& response = scratch.response[q];
    const double stimulus = scratch.stimulus[index(q)][target];
    const std::size_t pair = world.pair(source, target);
    const double own = response.base + response.level * world.level[index(q)][pair];
    double left = u * stimulus - own;
    if (left < 0) return {0, CauseKind::level, own / stimulus};

    std::size_t last = column_count;
    for (std::size_t c = 0; c < column_count; ++c) {
        if (response.weight[c] == 0) continue;
        const double part = response.weight[c] * world.row(source, c)[target];
        if (part <= 0) continue;
        last = c;
        if (left >= part) {
            left -= part;
            continue;
        }
        double within = left / response.weight[c];
        for (const Mark* m = world.marks.newest(pair); m != nullptr; m = world.marks.previous(*m)) {
            if (!feeds(*m, c)) continue;
            within -= remains(world, *m, c);
            if (within < 0)
                return {m->message, kind_of(c),
                        m->message == 0
                            ? part / stimulus
                            : cause_share(world, scratch, source, target, q, m->message)};
        }
        return {0, kind_of(c), part / stimulus}; // from before the start of the run
    }
    return {0, last == column_count ? CauseKind::level : kind_of(last), 0}; // rounding at u near 1
}

} // namespace demarche
