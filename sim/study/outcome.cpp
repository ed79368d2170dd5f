#include "sim/study/outcome.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace demarche {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t medium = 1; // the horizon that stands for "how it is going"

/// Cooperation less conflict that a state remembers having done to another.
double net_cooperation(const World& w, std::size_t actor, std::size_t other) {
    std::array<double, column_count> quiet;
    const double* const memories = w.memories(actor, other, quiet);
    const auto own = [&](QuadClass q) {
        const std::size_t c = column(Stream::own, q, medium);
        return memories[c] * w.fade[c];
    };
    return own(QuadClass::vcoop) + own(QuadClass::mcoop) -
           (own(QuadClass::vconf) + own(QuadClass::mconf));
}

bool is_pair(const Outcome& o, std::size_t a, std::size_t b) {
    return (o.a == a && o.b == b) || (o.a == b && o.b == a);
}

bool concerns(const Outcome& o, const Crisis& crisis) {
    return o.of_all() ||
           (o.of_pair() ? is_pair(o, crisis.a, crisis.b) : o.a == crisis.a || o.a == crisis.b);
}

/// Pairs are concerned by what either does, states by what they send.
bool concerns(const Outcome& o, const Message& m) {
    return o.of_all() || (o.of_pair() ? is_pair(o, m.source, m.target) : o.a == m.source);
}

double days_since(const World& w, int tick) {
    return (std::min(w.tick, w.scenario->ticks()) - tick) * w.scenario->tick_days;
}

/// Calls `visit(a, b, rung)` for the pairs an outcome is about; of those of a state or of all only
/// where they stand higher than at the start.
template <class Visit>
void each_rung(const World& w, const Outcome& o, const std::vector<int>& start, Visit visit) {
    if (o.of_pair()) {
        visit(o.a, o.b, w.rung(o.a, o.b));
        return;
    }
    w.confrontations.for_each([&](const Confrontation& c) {
        const std::size_t a = c.pair / w.n, b = c.pair % w.n;
        if ((o.of_all() || o.a == a || o.a == b) && c.rung > start[c.pair])
            visit(a, b, c.rung);
    });
}

} // namespace

bool Outcome::is_possible() const {
    if (kind == OutcomeKind::balance)
        return of_all();
    return kind != OutcomeKind::parties || !of_pair();
}

std::vector<Outcome> escalation_outcomes() {
    std::vector<Outcome> outcomes;
    for (std::size_t s = 0; s < scale_count; ++s) {
        Outcome o;
        o.name = "escalation_" + std::string(scale_names[s]);
        o.kind = OutcomeKind::escalation;
        o.scale = static_cast<Scale>(s);
        outcomes.push_back(std::move(o));
    }
    return outcomes;
}

double balance(const World& w) {
    std::vector<double> net(w.n * w.n);
    for (std::size_t a = 0; a < w.n; ++a)
        for (std::size_t b = 0; b < w.n; ++b)
            net[w.pair(a, b)] = net_cooperation(w, a, b);
    // Rows of bits: with whom one is on good terms, with whom on bad ones. Then triads are counted
    // 64 at a time.
    const std::size_t words = w.n / 64 + 1;
    std::vector<std::uint64_t> good(w.n * words, 0), bad(w.n * words, 0);
    for (std::size_t a = 0; a < w.n; ++a)
        for (std::size_t b = 0; b < w.n; ++b) {
            const double sum = a == b ? 0 : net[w.pair(a, b)] + net[w.pair(b, a)];
            const std::uint64_t bit = std::uint64_t{1} << b % 64;
            good[a * words + b / 64] |= sum > 0 ? bit : 0;
            bad[a * words + b / 64] |= sum < 0 ? bit : 0;
        }
    std::uint64_t balanced = 0;
    std::uint64_t all = 0;
    for (std::size_t a = 0; a < w.n; ++a)
        for (std::size_t b = a + 1; b < w.n; ++b) {
            const bool friends = (good[a * words + b / 64] >> b % 64 & 1U) != 0;
            if (!friends && (bad[a * words + b / 64] >> b % 64 & 1U) == 0)
                continue;
            for (std::size_t word = b / 64; word < words; ++word) { // third states after b
                const std::uint64_t after =
                    word > b / 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << b % 64;
                const std::uint64_t good_a = good[a * words + word] & after;
                const std::uint64_t good_b = good[b * words + word] & after;
                const std::uint64_t bad_a = bad[a * words + word] & after;
                const std::uint64_t bad_b = bad[b * words + word] & after;
                const std::uint64_t alike = (good_a & good_b) | (bad_a & bad_b);
                const std::uint64_t unlike = (good_a & bad_b) | (bad_a & good_b);
                all += static_cast<std::uint64_t>(std::popcount(alike | unlike));
                balanced += static_cast<std::uint64_t>(std::popcount(friends ? alike : unlike));
            }
        }
    return all == 0 ? 1 : static_cast<double>(balanced) / static_cast<double>(all);
}

OutcomeWatch::OutcomeWatch(const std::vector<Outcome>& outcomes,
                           std::span<const std::size_t> course)
    : outcomes_(&outcomes), course_(course), tallies_(outcomes.size()) {
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        switch (outcomes[i].kind) {
        case OutcomeKind::peak:
        case OutcomeKind::reaches:
        case OutcomeKind::days_to:
        case OutcomeKind::parties:
            by_rung_.push_back(i);
            break;
        case OutcomeKind::escalation:
            if (!outcomes[i].of_all()) // what all did is counted by act
                by_message_.push_back(i);
            break;
        case OutcomeKind::public_share:
            by_message_.push_back(i);
            break;
        case OutcomeKind::crises:
        case OutcomeKind::crisis_days:
        case OutcomeKind::balance:
            break;
        }
}

void OutcomeWatch::begin(const World& world) {
    start_.clear();
    for (const Dyad& dyad : world.dyads)
        start_.push_back(dyad.rung());
    acts_.assign(world.scenario->acts.size(), 0);
    for (std::size_t i = 0; i < outcomes_->size(); ++i) {
        const Outcome& o = (*outcomes_)[i];
        Tally& tally = tallies_[i];
        if (o.kind == OutcomeKind::days_to)
            tally.sum = unknown;
        if (o.kind == OutcomeKind::parties)
            tally.seen.assign(world.n, 0);
        if (o.of_pair() && (o.kind == OutcomeKind::peak || o.kind == OutcomeKind::reaches ||
                            o.kind == OutcomeKind::days_to))
            look(world, i);
    }
}

void OutcomeWatch::look(const World& world, std::size_t outcome) {
    const Outcome& o = (*outcomes_)[outcome];
    Tally& tally = tallies_[outcome];
    if (tally.count != 0 && (o.kind == OutcomeKind::reaches || o.kind == OutcomeKind::days_to))
        return; // nothing can change it any more
    each_rung(world, o, start_, [&](std::size_t a, std::size_t b, int rung) {
        switch (o.kind) {
        case OutcomeKind::peak:
            tally.sum = std::max(tally.sum, static_cast<double>(rung));
            break;
        case OutcomeKind::parties:
            if (rung < o.rung)
                break;
            if (o.of_all() || o.a != a)
                tally.seen[a] = 1;
            if (o.of_all() || o.a != b)
                tally.seen[b] = 1;
            break;
        default:
            if (rung < o.rung)
                break;
            tally.count = 1;
            tally.sum = o.kind == OutcomeKind::days_to ? days_since(world, 0) : 1.0;
        }
    });
}

void OutcomeWatch::crisis_ended(const World& world, const Crisis& crisis, std::string_view how) {
    if (how == "ongoing" || crisis.trigger == 0)
        return; // `value` counts those that go on
    for (std::size_t i = 0; i < outcomes_->size(); ++i) {
        const Outcome& o = (*outcomes_)[i];
        if (o.kind == OutcomeKind::crises && concerns(o, crisis))
            tallies_[i].sum += 1;
        if (o.kind == OutcomeKind::crisis_days && concerns(o, crisis))
            tallies_[i].sum += days_since(world, crisis.onset);
    }
}

void OutcomeWatch::tick(const World& world, std::span<const Message> messages) {
    if (!world.climbs.empty()) // falls change none of what is looked for
        for (const std::size_t i : by_rung_)
            look(world, i);
    for (const Message& m : messages) {
        const Act& act = world.scenario->acts[m.act];
        if (act.quad == QuadClass::none)
            continue;
        ++acts_[m.act];
        for (const std::size_t i : by_message_) {
            const Outcome& o = (*outcomes_)[i];
            if (!concerns(o, m))
                continue;
            if (o.kind == OutcomeKind::escalation)
                tallies_[i].sum += hostility_sign(o.scale) * act.score[index(o.scale)];
            else if (m.source < world.n) {
                tallies_[i].sum += m.channel == Channel::public_;
                tallies_[i].count += 1;
            }
        }
    }
    for (const std::size_t i : course_)
        courses.push_back(value(world, i));
}

void OutcomeWatch::end(const World& world) {
    for (std::size_t i = 0; i < outcomes_->size(); ++i)
        values.push_back(value(world, i));
}

double OutcomeWatch::value(const World& world, std::size_t outcome) const {
    const Outcome& o = (*outcomes_)[outcome];
    const Tally& tally = tallies_[outcome];
    double open = 0; // what is counted only now
    switch (o.kind) {
    case OutcomeKind::public_share:
        return tally.count > 0 ? tally.sum / tally.count : unknown;
    case OutcomeKind::parties:
        open = o.among.empty()
                   ? static_cast<double>(std::count(tally.seen.begin(), tally.seen.end(), 1))
                   : 0;
        for (const std::size_t row : o.among)
            open += tally.seen[row];
        return o.at_least > 0 ? open >= o.at_least : open;
    case OutcomeKind::balance:
        return balance(world);
    case OutcomeKind::escalation:
        open = tally.sum;
        if (o.of_all())
            for (std::size_t a = 0; a < acts_.size(); ++a)
                open += acts_[a] * hostility_sign(o.scale) *
                        world.scenario->acts[static_cast<ActId>(a)].score[index(o.scale)];
        return open == 0 ? 0.0 : open; // no negative zero
    case OutcomeKind::crises:
    case OutcomeKind::crisis_days:
        for (const auto& crisis : world.crises)
            if (crisis && crisis->trigger != 0 && concerns(o, *crisis))
                open += o.kind == OutcomeKind::crises ? 1 : days_since(world, crisis->onset);
        return tally.sum + open;
    default:
        return tally.sum;
    }
}

} // namespace demarche
