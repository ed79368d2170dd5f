#include "sim/engine/decide.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>
#include <stdexcept>

#include "sim/core/elementary.h"
#include "sim/core/numbers_where.h"
#include "sim/core/vectorise.h"
#include "sim/engine/cause.h"
#include "sim/engine/choice.h"
#include "sim/engine/equilibrium.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double most_per_tick = 1e4; // messages of one pair and class: beyond it rates explode

/// An act that is to be posted: of which impulse, and the index of its message.
struct Draft {
    const Impulse* impulse;
    const Options* options;
    std::uint32_t index;
    const Options::Option* option; ///< nullptr: there is no legal one
    Channel channel;
    bool leaked;
};

/// Chooses an act and a channel for each draft.
void choose(std::span<Draft> drafts, const RandomBatch& words) {
    for (std::size_t k = 0; k < drafts.size(); ++k)
        drafts[k].option = drafts[k].options->draw(Random::unit(words[0][k]));
    for (std::size_t k = 0; k < drafts.size(); ++k)
        if (const Options::Option* const option = drafts[k].option)
            drafts[k].channel = option->draw_channel(Random::unit(words[1][k]));
}

/// Draws which drafts become public though they were not meant to be.
void draw_leaks(const World& world, std::span<Draft> drafts, RandomBatch& words) {
    std::array<Draft*, RandomBatch::size> of;
    std::size_t count = 0;
    const auto leak = [&](const Draft& d) { return world.setting.channels[index(d.channel)].leak; };
    for (Draft& d : drafts) {
        words.set(count, {Purpose::leak, static_cast<std::uint32_t>(world.tick), d.impulse->source,
                          d.impulse->target, d.index});
        of[count] = &d;
        count += (d.channel != Channel::public_) & (leak(d) > 0);
    }
    world.random.draw(words, count);
    for (std::size_t k = 0; k < count; ++k)
        of[k]->leaked = Random::unit(words[0][k], words[1][k]) < leak(*of[k]);
}

void post_act(World& world, const Draft& draft, double salience, std::uint32_t word_of_cause,
              const Message& blank) {
    Message& m = world.outbox.emplace_back(blank); // gcc copies a message faster than it clears one
    const Impulse& impulse = *draft.impulse;
    const Act& act = world.scenario->acts[draft.option->act];
    m.source = impulse.source;
    m.target = impulse.target;
    m.act = draft.option->act;
    m.channel = draft.channel;
    m.leaked = draft.leaked;
    m.salience = salience;
    if (act.manoeuvre || act.at_site) {
        const int site = world.dyads[world.pair(m.source, m.target)].standing.site;
        const auto near = [&] {
            return world.random.uniform({Purpose::site, static_cast<std::uint32_t>(world.tick),
                                         m.source, m.target, draft.index}) <
                   world.setting.sites[static_cast<std::size_t>(site)].proximity;
        };
        if (site >= 0 && (act.at_site || near()))
            m.site = site;
    }
    if (world.draws_causes)
        m.cause = draw_cause(world, m.source, m.target, impulse.quad, impulse.stimulus,
                             Random::unit(word_of_cause));
    world.post_drawn(draft.index);
}

[[noreturn, gnu::cold]] void explode(const World& world, std::size_t i, std::size_t j,
                                     std::size_t q) {
    throw RatesExplode("rates explode on " + iso(world.scenario->date(world.tick)) + ": " +
                       world.setting.actors[i].id + " to " + world.setting.actors[j].id +
                       ", class " + std::string(class_names[q]) + std::string(what_bounds_rates));
}

/// What some pairs are expected to do in this tick, and where that may be something.
struct Expected {
    std::array<PerClass, RandomBatch::size> mean;
    /// Two bits a class: the lower one where a rare number is below the mean, the upper one where
    /// one that is not rare may be.
    std::array<std::uint8_t, RandomBatch::size> may_act;
    bool explodes; ///< any of the means, also where a policy's rate is not a number
};
constexpr std::uint8_t any_common = 0b10101010;

using Doubles = double __attribute__((vector_size(sizeof(PerClass))));
using Bits = std::int64_t __attribute__((vector_size(sizeof(PerClass))));
constexpr Bits if_rare{1, 4, 16, 64};
constexpr Bits if_common{2, 8, 32, 128};

[[gnu::always_inline]] inline std::uint8_t any_of(const Bits& bits) {
    return static_cast<std::uint8_t>(bits[0] | bits[1] | bits[2] | bits[3]);
}

DEMARCHE_VECTORISE
void expect(std::span<const Occasion> occasions, std::span<const PerClass> rate, double days,
            double rare, Expected& of) {
    Bits ordinary = ~Bits{};
    for (std::size_t k = 0; k < occasions.size(); ++k) {
        Doubles u, per_day;
        std::memcpy(&u, occasions[k].u.data(), sizeof u);
        std::memcpy(&per_day, rate[k].data(), sizeof per_day);
        const Doubles mean = per_day * days;
        std::memcpy(of.mean[k].data(), &mean, sizeof mean);
        const Bits not_rare = u == 1;
        of.may_act[k] =
            any_of((~not_rare & (u < mean) & if_rare) | (not_rare & (mean > rare) & if_common));
        ordinary &= mean <= most_per_tick;
    }
    of.explodes = (ordinary[0] & ordinary[1] & ordinary[2] & ordinary[3]) == 0;
}

/// Upper words of the numbers of some pairs, by class.
using UpperWords = std::array<std::array<std::uint32_t, class_count>, RandomBatch::size>;

/// Takes back where numbers that are not rare are not below the means after all; see
/// Thinning::common.
DEMARCHE_VECTORISE
void compare(std::span<const std::uint8_t> common, const UpperWords& words, double rare,
             Expected& of) {
    using Words = std::uint32_t __attribute__((vector_size(sizeof(UpperWords::value_type))));
    using Signed = std::int32_t __attribute__((vector_size(sizeof(UpperWords::value_type))));
    for (const std::uint8_t k : common) {
        Words word;
        Doubles mean;
        std::memcpy(&word, words[k].data(), sizeof word);
        std::memcpy(&mean, of.mean[k].data(), sizeof mean);
        Signed moved; // of signed words processors know more
        word ^= 0x80000000U;
        std::memcpy(&moved, &word, sizeof moved);
        const Doubles high = __builtin_convertvector(moved, Doubles) + 0x1p31;
        const Doubles u = rare + (1 - rare) * ((high * 0x1p21 + 0.5) * 0x1p-53);
        of.may_act[k] &= static_cast<std::uint8_t>(~any_of(~(u < mean) & if_common));
    }
}

/// Notes the classes in which pairs may act in this tick, and keeps what they are expected to do.
void consider(World& world, DecisionScratch& scratch, std::span<const Occasion> occasions,
              double days) {
    const Thinning& thinning = world.thinning;
    const std::span<const PerClass> rate = std::span(scratch.rate).first(occasions.size());
    Expected now;
    expect(occasions, rate, days, thinning.rare(), now);
    if (now.explodes)
        for (std::size_t k = 0; k < occasions.size(); ++k)
            for (std::size_t q = 0; q < class_count; ++q)
                if (!(now.mean[k][q] <= most_per_tick))
                    explode(world, occasions[k].source, occasions[k].target, q);
    std::array<std::uint8_t, RandomBatch::size> listed;
    const auto list = [&](std::uint8_t bits) {
        return numbers_where(listed, occasions.size(),
                             [&](std::size_t k) { return (now.may_act[k] & bits) != 0; });
    };
    // The upper words of numbers that are not rare.
    UpperWords word;
    RandomBatch& unknown = scratch.of_counts;
    std::array<std::uint8_t, RandomBatch::size> place;
    std::uint8_t count = 0;
    const auto common = list(any_common);
    for (const std::uint8_t k : common) {
        const Occasion& o = occasions[k];
        const Dyad& dyad = world.dyads[world.pair(o.source, o.target)];
        if (thinning.has_words(dyad)) {
            word[k] = thinning.words(dyad);
        } else {
            unknown.set(count, {Purpose::count, static_cast<std::uint32_t>(world.tick), o.source,
                                o.target});
            place[count++] = k;
        }
    }
    world.random.draw(unknown, count);
    for (std::size_t x = 0; x < count; ++x)
        for (std::size_t q = 0; q < class_count; ++q)
            word[place[x]][q] = unknown[q][x];
    compare(common, word, thinning.rare(), now);
    for (const std::uint8_t k : list(0xFF))
        for (unsigned bits = now.may_act[k]; bits != 0; bits &= bits - 1) {
            const auto bit = static_cast<unsigned>(std::countr_zero(bits));
            const std::size_t q = bit / 2;
            const std::uint32_t upper = bit % 2 != 0 ? word[k][q] : 0;
            const Occasion& o = occasions[k];
            scratch.impulses.push_back({o.source, o.target, static_cast<QuadClass>(q), upper,
                                        o.u[q], now.mean[k][q], rate[k][q], scratch.stimulus[k][q],
                                        &world.response(o.source).of_class[q]});
        }
    world.thinning.bound(world.dyads, occasions, now.mean);
}

using Numbers = std::array<double, RandomBatch::size>;

/// Draws how many acts there are of each; at most RandomBatch::size impulses. Of numbers that are
/// not rare the last digits are drawn only where a count depends on them.
void draw_counts(const World& world, RandomBatch& words, std::span<const Impulse> impulses,
                 double days, std::span<int> out) {
    const Thinning& thinning = world.thinning;
    const std::size_t count = impulses.size();
    CountBatch of;
    for (std::size_t k = 0; k < count; ++k) {
        const Impulse& i = impulses[k];
        of.u[k] = i.u == 1 ? thinning.common(i.word, 0) : i.u;
        of.most[k] = i.u == 1 ? of.u[k] + 0x1p-32 : i.u;
        of.mean[k] = i.mean;
        of.rate[k] = i.rate;
        of.intercept[k] = i.response->dispersion.intercept;
        of.slope[k] = i.response->dispersion.slope;
    }
    of.draw(count, days);
    for (std::size_t k = 0; k < count; ++k)
        out[k] = static_cast<int>(of.drawn[k]);
    std::array<std::uint8_t, RandomBatch::size> listed;
    const auto open = numbers_where(listed, count, [&](std::size_t k) { return of.open[k] != 0; });
    for (std::size_t x = 0; x < open.size(); ++x) {
        const Impulse& i = impulses[open[x]];
        words.set(x, {Purpose::refine, static_cast<std::uint32_t>(world.tick), i.source, i.target,
                      static_cast<std::uint32_t>(index(i.quad))});
    }
    world.random.draw(words, open.size());
    for (std::size_t x = 0; x < open.size(); ++x) {
        const Impulse& i = impulses[open[x]];
        out[open[x]] = of.of(open[x], i.u == 1 ? thinning.common(i.word, words[0][x]) : i.u);
    }
}

/// Loudness of messages: Pareto with mean 1.
DEMARCHE_VECTORISE
void saliences(const RandomBatch& words, std::size_t count, double tail, Numbers& out) {
    for (std::size_t k = 0; k < count; ++k)
        out[k] = -1 / tail * log_bits(Random::unit(words[2][k]));
    for (std::size_t k = 0; k < count; ++k)
        out[k] = (tail - 1) / tail * exp_bits(out[k]);
}

/// Draws how many acts come of some impulses, and posts them. Batches are what makes random
/// numbers, exp and log cheap.
void act_on(World& world, DecisionScratch& scratch, std::span<Impulse> impulses, double days) {
    static thread_local OptionCache options; // nothing follows from whether it is full or empty
    options.renew(world);
    std::array<int, RandomBatch::size> counts;
    draw_counts(world, scratch.of_digits, impulses, days, counts);
    const double tail = world.setting.perception.salience_tail;
    std::array<Draft, RandomBatch::size> drafts;
    RandomBatch& words = scratch.of_acts;
    Numbers salience;
    const Message blank;
    std::size_t count = 0;
    const auto post = [&] {
        world.random.draw(words, count);
        saliences(words, count, tail, salience);
        const std::span<Draft> all = std::span(drafts).first(count);
        choose(all, words);
        draw_leaks(world, all, scratch.of_leaks);
        for (std::size_t k = 0; k < count; ++k)
            if (drafts[k].option != nullptr)
                post_act(world, drafts[k], salience[k], words[3][k], blank);
        count = 0;
    };
    std::array<const Options*, RandomBatch::size> among;
    for (std::size_t x = 0; x < impulses.size(); ++x) {
        const Impulse& i = impulses[x];
        among[x] = &options.of(world, world.doctrine_of[i.source],
                               standing(world, i.source, i.target), i.quad);
    }
    const auto add = [&](std::size_t x, int ordinal) {
        const Impulse& i = impulses[x];
        const std::uint32_t index = static_cast<std::uint32_t>(demarche::index(i.quad)) << 22U |
                                    static_cast<std::uint32_t>(ordinal);
        words.set(count, {Purpose::act, static_cast<std::uint32_t>(world.tick), i.source, i.target,
                          index});
        drafts[count] = {&i, among[x], index, nullptr, Channel::public_, false};
    };
    for (std::size_t x = 0; x < impulses.size(); ++x) {
        // Mostly there are up to two: those are written without a condition.
        constexpr int mostly = 2;
        if (count + mostly > RandomBatch::size)
            post();
        for (int ordinal = 0; ordinal < mostly; ++ordinal) {
            add(x, ordinal);
            count += counts[x] > ordinal;
        }
        for (int ordinal = mostly; ordinal < counts[x]; ++ordinal) {
            if (count == RandomBatch::size)
                post();
            add(x, ordinal);
            ++count;
        }
    }
    post();
}

/// Acts on the impulses so far, and forgets them.
void act(World& world, DecisionScratch& scratch, double days) {
    const std::span<Impulse> all = scratch.impulses;
    for (std::size_t first = 0; first < all.size(); first += RandomBatch::size)
        act_on(world, scratch, all.subspan(first, std::min(RandomBatch::size, all.size() - first)),
               days);
    scratch.impulses.clear();
}

/// The record of a pair, or what it would be, made in the k-th of some places.
const double* record_of(const World& world, DecisionScratch& scratch, std::size_t actor,
                        std::size_t target, std::size_t k, std::size_t places) {
    if (const double* const found = world.records.find(world.dyads[world.pair(actor, target)]))
        return found;
    if (scratch.quiet.size() < places * record_width)
        scratch.quiet.resize(places * record_width); // once, so that none moves
    double* const made = scratch.quiet.data() + k * record_width;
    world.quiet_record(actor, target, made);
    return made;
}

/// Fills scratch.records, which has those of the occasions from `first` on already, up to `count`
/// of them.
void find_records(const World& world, std::span<const Occasion> occasions, std::size_t first,
                  std::size_t count, DecisionScratch& scratch) {
    constexpr std::size_t ahead = 16;
    constexpr std::size_t places = 2 * RandomBatch::size; // more than there are at a time
    const bool some_have_none = world.records.size() < world.n * world.n;
    const std::size_t end = std::min(occasions.size(), first + count);
    for (std::size_t k = first + scratch.records.size(); k < end; ++k) {
        if (k + ahead < occasions.size()) {
            const Occasion& later = occasions[k + ahead];
            const std::size_t pair = world.pair(later.source, later.target);
            prefetch(&(*world.levels)[pair]);
            if (some_have_none && world.dyads[pair].record == 0)
                world.fetch_quiet(later.source, later.target);
        }
        const Occasion& o = occasions[k];
        scratch.records.push_back(
            record_of(world, scratch, o.source, o.target, k % places, places));
    }
}

/// All that makes the rates of an actor towards some of scratch.targets.
void prepare(const World& world, std::size_t actor, std::size_t first, std::size_t count,
             DecisionScratch& scratch) {
    const auto part = [&](std::vector<PerClass>& of) {
        return std::span(of).subspan(first, count);
    };
    const View view = world.view(actor, std::span(scratch.targets).subspan(first, count),
                                 std::span(scratch.records).subspan(first));
    const std::span<PerClass> posture = part(scratch.posture);
    world.setting.policies[world.setting.actors[actor].policy].posture(view, posture);
    weigh(view, world.doctrine(actor).terms, part(scratch.stimulus), posture);
}

/// The one way from what was prepared to rates.
void rates_of_all(unsigned live, DecisionScratch& scratch) {
    const auto all = [&](std::vector<PerClass>& of) {
        return std::span(of).first(scratch.targets.size());
    };
    rates(all(scratch.stimulus), all(scratch.posture), all(scratch.exponent), live,
          all(scratch.rate));
}

} // namespace

DecisionScratch::DecisionScratch(std::size_t n) : everybody(n) {
    std::iota(everybody.begin(), everybody.end(), 0U);
    const std::size_t most = std::max(n, RandomBatch::size);
    targets.reserve(most);
    for (auto* numbers : {&posture, &stimulus, &exponent, &rate})
        numbers->resize(most);
}

std::size_t DecisionScratch::position(std::size_t target) const {
    return static_cast<std::size_t>(std::lower_bound(targets.begin(), targets.end(), target) -
                                    targets.begin());
}

View look(const World& world, std::size_t actor, DecisionScratch& scratch) {
    const std::size_t count = scratch.targets.size();
    scratch.records.resize(count);
    for (std::size_t k = 0; k < count; ++k)
        scratch.records[k] = record_of(world, scratch, actor, scratch.targets[k], k, count);
    return world.view(actor, scratch.targets, scratch.records);
}

void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch) {
    look(world, actor, scratch);
    const RateTerms& terms = world.doctrine(actor).terms;
    std::fill_n(scratch.posture.begin(), scratch.targets.size(), terms.posture);
    std::fill_n(scratch.exponent.begin(), scratch.targets.size(), terms.exponent);
    prepare(world, actor, 0, scratch.targets.size(), scratch);
    rates_of_all(terms.live, scratch);
}

void appraise(const World& world, std::size_t actor, DecisionScratch& scratch) {
    scratch.targets = scratch.everybody;
    appraise_targets(world, actor, scratch);
    scratch.rate[actor] = {};
}

void decide(World& world, DecisionScratch& scratch) {
    const double days = world.scenario->tick_days;
    world.thinning.occasions(world, world.ask_everybody, scratch.occasions);
    const std::span<const Occasion> occasions = scratch.occasions;
    std::vector<const double*>& records = scratch.records;
    records.clear();
    for (std::size_t first = 0; first < occasions.size(); first += RandomBatch::size) {
        const auto batch =
            occasions.subspan(first, std::min(RandomBatch::size, occasions.size() - first));
        scratch.targets.resize(batch.size());
        std::array<std::size_t, RandomBatch::size + 1> row; // where those of each actor begin
        std::size_t rows = 0;
        unsigned live = 0;
        for (std::size_t k = 0; k < batch.size(); ++k) {
            const RateTerms& terms = world.doctrine(batch[k].source).terms;
            scratch.targets[k] = batch[k].target;
            scratch.exponent[k] = terms.exponent;
            scratch.posture[k] = terms.posture;
            live |= terms.live;
            row[rows] = k;
            rows += k == 0 || batch[k].source != batch[k - 1].source;
        }
        row[rows] = batch.size();
        records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             records.size(), RandomBatch::size)));
        find_records(world, occasions, first, batch.size() + View::records_ahead, scratch);
        for (std::size_t r = 0; r < rows; ++r)
            prepare(world, batch[row[r]].source, row[r], row[r + 1] - row[r], scratch);
        rates_of_all(live, scratch);
        consider(world, scratch, batch, days);
        if (scratch.impulses.size() >= RandomBatch::size)
            act(world, scratch, days);
    }
    act(world, scratch, days);
}

} // namespace demarche
