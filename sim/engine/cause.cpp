#include "sim/engine/cause.h"

#include <algorithm>
#include <tuple>

#include "sim/engine/world.h"

namespace demarche {
namespace {

/// What is left in one column, in average acts per day, of every act that a mark of a tick weighs.
double remains(const World& world, std::size_t c, int tick, int now) {
    const bool stream = c < column(Grievance::solidarity);
    const double grain = stream ? world.grain[c % horizon_count] : world.grain_grievance;
    return grain * world.kept_after(c, now - tick);
}

CauseKind kind_of(std::size_t c) {
    if (c < column(Stream::received, QuadClass::vcoop))
        return CauseKind::inertia;
    if (c < column(Grievance::solidarity))
        return CauseKind::reciprocity;
    return static_cast<CauseKind>(static_cast<std::size_t>(CauseKind::solidarity) + c -
                                  column(Grievance::solidarity));
}

/// What acts remembered in a group add to a stimulus, in acts per day, by the tick of their marks.
double part_of(const World& world, const std::array<double, column_count>& weights,
               std::size_t group, int tick, int now) {
    const std::size_t first = first_column(group);
    const std::size_t width = group_width(first);
    double sum = 0;
    for (std::size_t c = first; c < first + width; ++c)
        if (weights[c] != 0)
            sum += weights[c] * remains(world, c, tick, now);
    return sum;
}

bool matters(const Response::OfClass& response, std::size_t group) {
    const std::size_t first = first_column(group);
    return std::any_of(&response.weight[first], &response.weight[first] + group_width(first),
                       [](double w) { return w != 0; });
}

/// The mark in which a column's memory exceeds `within`, counted from the newest back; the size of
/// the list where what it holds comes from before the start. All marks of a tick faded alike, so
/// ticks are passed over as wholes.
std::size_t find_mark(const World& world, std::span<const Mark> marks, std::size_t c,
                      double within) {
    for (std::size_t last = marks.size(); last > 0;) {
        const int tick = marks[last - 1].tick;
        std::size_t first = last - 1; // of this tick
        for (std::size_t stride = 1; first > 0 && marks[first - 1].tick == tick; stride *= 2) {
            const std::size_t back = first - std::min(first, stride);
            first = marks[back].tick == tick
                        ? back
                        : static_cast<std::size_t>(
                              std::partition_point(marks.begin() + back, marks.begin() + first,
                                                   [&](const Mark& m) { return m.tick < tick; }) -
                              marks.begin());
        }
        const double each = remains(world, c, tick, world.tick);
        const double part = each * weight(marks, first, last);
        if (within < part) {
            const double newer = marks[last - 1].weight - within / each;
            const auto found =
                std::partition_point(marks.begin() + first, marks.begin() + last - 1,
                                     [&](const Mark& m) { return m.weight < newer; });
            return static_cast<std::size_t>(found - marks.begin());
        }
        within -= part;
        last = first;
    }
    return marks.size();
}

/// Share of the stimulus that one kind of memory owes to no message of the run.
double unattributed_share(const World& world, std::size_t source, std::size_t target, QuadClass q,
                          double stimulus, CauseKind kind) {
    const Response::OfClass& response = world.response(source)[q];
    double sum = 0;
    for (std::size_t c = 0; c < column_count; ++c)
        if (kind_of(c) == kind)
            sum += response.weight[c] * world.memory(source, c, target);
    for (std::size_t group = 0; group < mark_group_count; ++group)
        if (kind_of(first_column(group)) == kind) {
            const std::span<const Mark> marks = world.marks_of(source, target, group);
            for (std::size_t k = 0; k < marks.size(); ++k)
                if (marks[k].message != 0)
                    sum -= part_of(world, response.weight, group, marks[k].tick, world.tick) *
                           weight(marks, k, k + 1);
        }
    return std::max(sum, 0.0) / stimulus;
}

} // namespace

double cause_share(const World& world, std::size_t source, std::size_t target, QuadClass q,
                   double stimulus, MessageId message) {
    const Response::OfClass& response = world.response(source)[q];
    double sum = 0;
    for (std::size_t group = 0; group < mark_group_count; ++group) {
        if (!matters(response, group))
            continue;
        const std::span<const Mark> marks = world.marks_of(source, target, group);
        // Messages are numbered as they are posted and delivered in that order, so the marks of a
        // group are sorted by message; only the decisions to stay out of wars, which go on leaving
        // marks as long as the wars go on, come in turns.
        const bool in_turns = group == mark_group(column(Grievance::alignment));
        auto m = in_turns ? marks.begin()
                          : std::lower_bound(
                                marks.begin(), marks.end(), message,
                                [](const Mark& mark, MessageId id) { return mark.message < id; });
        for (; m != marks.end() && (in_turns || m->message == message); ++m)
            if (m->message == message) {
                const auto k = static_cast<std::size_t>(m - marks.begin());
                sum += part_of(world, response.weight, group, m->tick, world.tick) *
                       weight(marks, k, k + 1);
            }
    }
    return sum / stimulus;
}

std::vector<StimulusPart> remembered_parts(const World& world, const World& first_morning,
                                           const std::array<double, column_count>& weights,
                                           std::size_t source, std::size_t target, int tick) {
    std::vector<StimulusPart> parts;
    for (std::size_t group = 0; group < mark_group_count; ++group) {
        const std::size_t first = first_column(group);
        const std::size_t width = group_width(first);
        const CauseKind kind = kind_of(first);
        // What was there on the first morning has faded once more in every tick since.
        double past = 0;
        for (std::size_t c = first; c < first + width; ++c)
            past +=
                weights[c] * first_morning.memory(source, c, target) * world.kept_after(c, tick);
        if (past > 0)
            parts.push_back({kind, 0, true, past});
        const std::span<const Mark> marks = world.marks_of(source, target, group);
        for (std::size_t k = 0; k < marks.size() && marks[k].tick <= tick; ++k) {
            const double each = part_of(world, weights, group, marks[k].tick, tick);
            if (each > 0)
                parts.push_back({kind, marks[k].message, false, each * weight(marks, k, k + 1)});
        }
    }
    const auto key = [](const StimulusPart& p) {
        return std::tuple(p.kind, p.message, p.before_start);
    };
    std::stable_sort(parts.begin(), parts.end(),
                     [&](const auto& x, const auto& y) { return key(x) < key(y); });
    std::vector<StimulusPart> merged;
    for (const StimulusPart& p : parts)
        if (!merged.empty() && key(merged.back()) == key(p))
            merged.back().amount += p.amount;
        else
            merged.push_back(p);
    return merged;
}

Cause draw_cause(const World& world, std::size_t source, std::size_t target, QuadClass q,
                 double stimulus, double u) {
    const Response::OfClass& response = world.response(source)[q];
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
        const std::size_t group = mark_group(c);
        const std::span<const Mark> marks = world.marks_of(source, target, group);
        const std::size_t k = find_mark(world, marks, c, left / response.weight[c]);
        const CauseKind kind = kind_of(c);
        if (k == marks.size() || marks[k].message == 0) // from before the start
            return {0, kind, unattributed_share(world, source, target, q, stimulus, kind)};
        const MessageId message = marks[k].message;
        // What one did oneself is remembered in one group alone.
        return {message, kind,
                kind == CauseKind::inertia
                    ? part_of(world, response.weight, group, marks[k].tick, world.tick) *
                          weight(marks, k, k + 1) / stimulus
                    : cause_share(world, source, target, q, stimulus, message)};
    }
    return {0, last == column_count ? CauseKind::level : kind_of(last), 0}; // rounding at u near 1
}

} // namespace demarche
