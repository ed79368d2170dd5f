#include "sim/engine/cause.h"

#include <algorithm>

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
        if (bits & 1)
            left *= power;
        power *= power;
    }
    return left;
}

bool feeds(const Mark& mark, std::size_t c) {
    return c < column(Grievance::solidarity) ? mark.column == c / horizon_count * horizon_count
                                             : mark.column == c;
}

CauseKind kind_of(std::size_t c) {
    if (c < column(Stream::received, QuadClass::vcoop))
        return CauseKind::inertia;
    if (c < column(Grievance::solidarity))
        return CauseKind::reciprocity;
    return static_cast<CauseKind>(static_cast<std::size_t>(CauseKind::solidarity) + c -
                                  column(Grievance::solidarity));
}

/// What a mark still adds to a stimulus, in acts per day.
double part_of(const World& world, const Response::OfClass& response, const Mark& mark) {
    const std::size_t columns = mark.column < column(Grievance::solidarity) ? horizon_count : 1;
    double sum = 0;
    for (std::size_t c = mark.column; c < mark.column + columns; ++c)
        if (response.weight[c] != 0)
            sum += response.weight[c] * remains(world, mark, c);
    return sum;
}

/// Share of the stimulus that one kind of memory owes to no message of the run.
double unattributed_share(const World& world, const DecisionScratch& scratch, std::size_t source,
                          std::size_t target, QuadClass q, CauseKind kind) {
    const Response::OfClass& response = scratch.response[q];
    double sum = 0;
    for (std::size_t c = 0; c < column_count; ++c)
        if (kind_of(c) == kind)
            sum += response.weight[c] * world.memory(source, c, target);
    for (const Mark* m = world.marks.newest(world.pair(source, target)); m != nullptr;
         m = world.marks.previous(*m))
        if (m->message != 0 && kind_of(m->column) == kind)
            sum -= part_of(world, response, *m);
    return std::max(sum, 0.0) / scratch.stimulus[index(q)][scratch.position(target)];
}

} // namespace

double cause_share(const World& world, const DecisionScratch& scratch, std::size_t source,
                   std::size_t target, QuadClass q, MessageId message) {
    double sum = 0;
    int oldest = 0; // tick before which the message was not there
    for (const Mark* m = world.marks.newest(world.pair(source, target));
         m != nullptr && m->tick >= oldest; m = world.marks.previous(*m)) {
        if (m->message == message)
            sum += part_of(world, scratch.response[q], *m);
        // Messages are delivered a tick after they are posted; only a decision to stay out of a
        // war leaves marks as long as the war goes on, from its own tick on.
        if (m->message < message && m->column != column(Grievance::alignment))
            oldest = std::max(oldest, m->tick - 1);
    }
    return sum / scratch.stimulus[index(q)][scratch.position(target)];
}

Cause draw_cause(const World& world, const DecisionScratch& scratch, std::size_t source,
                 std::size_t target, QuadClass q, double u) {
    const Response::OfClass& response = scratch.response[q];
    const double stimulus = scratch.stimulus[index(q)][scratch.position(target)];
    const std::size_t pair = world.pair(source, target);
    const double own = response.base + response.level * world.level(q, source, target);
    double left = u * stimulus - own;
    if (left < 0)
        return {0, CauseKind::level, own / stimulus};

    std::size_t last = column_count;
    for (std::size_t c = 0; c < column_count; ++c) {
        if (response.weight[c] == 0)
            continue;
        const double part = response.weight[c] * world.memory(source, c, target);
        if (part <= 0)
            continue;
        last = c;
        if (left >= part) {
            left -= part;
            continue;
        }
        double within = left / response.weight[c];
        const Mark* m = world.marks.newest(pair);
        for (; m != nullptr; m = world.marks.previous(*m))
            if (feeds(*m, c) && (within -= remains(world, *m, c)) < 0)
                break;
        const MessageId message = m == nullptr ? 0 : m->message; // 0: from before the start
        return {message, kind_of(c),
                message == 0 ? unattributed_share(world, scratch, source, target, q, kind_of(c))
                             : cause_share(world, scratch, source, target, q, message)};
    }
    return {0, last == column_count ? CauseKind::level : kind_of(last), 0}; // rounding at u near 1
}

} // namespace demarche
