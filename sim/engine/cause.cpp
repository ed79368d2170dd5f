#include "sim/engine/cause.h"

#include <algorithm>

#include "sim/engine/world.h"

namespace demarche {
namespace {

/// What a mark still contributes to one column, in average acts per day.
double remains(const World& world, const Mark& mark, std::size_t c) {
    const bool stream = c < column(Grievance::solidarity);
    const double grain = stream ? world.grain[c % horizon_count] : world.grain_grievance;
    return mark.weight * grain * world.kept_after(c, world.tick - mark.tick);
}

CauseKind kind_of(std::size_t c) {
    if (c < column(Stream::received, QuadClass::vcoop))
        return CauseKind::inertia;
    if (c < column(Grievance::solidarity))
        return CauseKind::reciprocity;
    return static_cast<CauseKind>(static_cast<std::size_t>(CauseKind::solidarity) + c -
                                  column(Grievance::solidarity));
}

/// What a mark in a group still adds to a stimulus, in acts per day.
double part_of(const World& world, const Response::OfClass& response, std::size_t group,
               const Mark& mark) {
    const std::size_t first = first_column(group);
    const std::size_t columns = group < stream_count ? horizon_count : 1;
    double sum = 0;
    for (std::size_t c = first; c < first + columns; ++c)
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
    for (std::size_t group = 0; group < mark_group_count; ++group)
        if (kind_of(first_column(group)) == kind)
            for (const Mark& m : world.marks.of(world.pair(source, target), group))
                if (m.message != 0)
                    sum -= part_of(world, response, group, m);
    return std::max(sum, 0.0) / scratch.stimulus[index(q)][scratch.position(target)];
}

} // namespace

double cause_share(const World& world, const DecisionScratch& scratch, std::size_t source,
                   std::size_t target, QuadClass q, MessageId message) {
    double sum = 0;
    for (std::size_t group = 0; group < mark_group_count; ++group) {
        const std::span<const Mark> marks = world.marks.of(world.pair(source, target), group);
        // Messages are numbered as they are posted and delivered in that order, so the marks of a
        // group are sorted by message; only the decisions to stay out of wars, which go on leaving
        // marks as long as the wars go on, come in turns.
        const bool in_turns = group == mark_group(column(Grievance::alignment));
        auto m = in_turns ? marks.begin()
                          : std::lower_bound(
                                marks.begin(), marks.end(), message,
                                [](const Mark& mark, MessageId id) { return mark.message < id; });
        for (; m != marks.end() && (in_turns || m->message == message); ++m)
            if (m->message == message)
                sum += part_of(world, scratch.response[q], group, *m);
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
        const std::span<const Mark> marks = world.marks.of(pair, mark_group(c));
        auto m = marks.rbegin();
        while (m != marks.rend() && (within -= remains(world, *m, c)) >= 0)
            ++m;
        const MessageId message = m == marks.rend() ? 0 : m->message; // 0: from before the start
        return {message, kind_of(c),
                message == 0 ? unattributed_share(world, scratch, source, target, q, kind_of(c))
                             : cause_share(world, scratch, source, target, q, message)};
    }
    return {0, last == column_count ? CauseKind::level : kind_of(last), 0}; // rounding at u near 1
}

} // namespace demarche
