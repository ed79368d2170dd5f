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
    for (std::size_t k = 0; k < drafts.size(); ++k) {
        Draft& draft = drafts[k];
        draft.option = draft.options->draw(Random::unit(words[0][k]));
        if (draft.option != nullptr)
            draft.channel = draft.option->draw_channel(Random::unit(words[1][k]));
    }
}

/// Draws which drafts become public though they were not meant to be.
void draw_leaks(const World& world, std::span<Draft> drafts, RandomBatch& words) {
    std::array<Draft*, RandomBatch::size> of;
    std::size_t count = 0;
    const auto leak = [&](const Draft& d) { return world.setting.channels[index(d.channel)].leak; };
    for (Draft& d : drafts)
        if (d.channel != Channel::public_ && leak(d) > 0) {
            words.set(count, {Purpose::leak, static_cast<std::uint32_t>(world.tick),
                              d.impulse->source, d.impulse->target, d.index});
            of[count++] = &d;
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

DEMARCHE_VECTORISE
void expect(std::span<const Occasion> occasions, std::span<const PerClass> rate, double days,
            double rare, Expected& of) {
    using Doubles = double __attribute__((vector_size(sizeof(PerClass))));
    using Bits = std::int64_t __attribute__((vector_size(sizeof(PerClass))));
    constexpr Bits if_rare{1, 4, 16, 64};
    constexpr Bits if_common{2, 8, 32, 128};
    Bits ordinary = ~Bits{};
    for (std::size_t k = 0; k < occasions.size(); ++k) {
        Doubles u, per_day;
        std::memcpy(&u, occasions[k].u.data(), sizeof u);
        std::memcpy(&per_day, rate[k].data(), sizeof per_day);
        const Doubles mean = per_day * days;
        std::memcpy(of.mean[k].data(), &mean, sizeof mean);
        const Bits not_rare = u == 1;
        Bits bits = (~not_rare & (u < mean) & if_rare) | (not_rare & (mean > rare) & if_common);
        bits |= __builtin_shufflevector(bits, bits, 2, 3, 0, 1);
        of.may_act[k] = static_cast<std::uint8_t>(bits[0] | bits[1]);
        ordinary &= mean <= most_per_tick;
    }
    of.explodes = (ordinary[0] & ordinary[1] & ordinary[2] & ordinary[3]) == 0;
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
    RandomBatch& words = scratch.of_counts;
    std::array<std::uint8_t, RandomBatch::size> place; // of numbers that are not rare, in `words`
    std::uint8_t count = 0;
    const auto common = list(any_common);
    for (const std::uint8_t k : common) {
        words.set(count, {Purpose::count, static_cast<std::uint32_t>(world.tick),
                          occasions[k].source, occasions[k].target});
        place[k] = count++;
    }
    world.random.draw(words, count);
    for (const std::uint8_t k : common)
        for (std::size_t q = 0; q < class_count; ++q) {
            const bool above = !(thinning.common(words[q][place[k]], 0) < now.mean[k][q]);
            now.may_act[k] &= static_cast<std::uint8_t>(~(unsigned{above} << (2 * q + 1)));
        }
    for (const std::uint8_t k : list(0xFF))
        for (unsigned bits = now.may_act[k]; bits != 0; bits &= bits - 1) {
            const auto bit = static_cast<unsigned>(std::countr_zero(bits));
            const std::size_t q = bit / 2;
            const std::uint32_t word = bit % 2 != 0 ? words[q][place[k]] : 0;
            const Occasion& o = occasions[k];
            scratch.impulses.push_back({o.source, o.target, static_cast<QuadClass>(q), word, o.u[q],
                                        now.mean[k][q], rate[k][q], scratch.stimulus[k][q],
                                        &world.response(o.source).of_class[q]});
        }
    world.thinning.bound(world.dyads, occasions, now.mean);
}

/// Draws the last digits of numbers that are not rare.
void refine(const World& world, RandomBatch& words, std::span<Impulse> impulses) {
    std::array<Impulse*, RandomBatch::size> of;
    std::size_t count = 0;
    for (Impulse& x : impulses)
        if (x.u == 1) {
            words.set(count, {Purpose::refine, static_cast<std::uint32_t>(world.tick), x.source,
                              x.target, static_cast<std::uint32_t>(index(x.quad))});
            of[count++] = &x;
        }
    world.random.draw(words, count);
    for (std::size_t k = 0; k < count; ++k)
        of[k]->u = world.thinning.common(of[k]->word, words[0][k]);
}

using Numbers = std::array<double, RandomBatch::size>;

/// Negative binomial counts, side by side; see Dispersion.
struct Counts {
    Numbers mean, rate, intercept, slope;
    Numbers size, log_nothing, nothing; ///< what follows from them
};

DEMARCHE_VECTORISE
void sizes(std::size_t count, double days, Counts& of) {
    // Step by step, so that many numbers are on the way at once.
    for (std::size_t k = 0; k < count; ++k)
        of.size[k] = of.intercept[k] + of.slope[k] * log_bits(7 * of.rate[k]);
    for (std::size_t k = 0; k < count; ++k)
        of.size[k] = days / 7 * exp_bits(of.size[k]);
    for (std::size_t k = 0; k < count; ++k)
        of.log_nothing[k] = -of.size[k] * log1p_bits(of.mean[k] / of.size[k]);
    for (std::size_t k = 0; k < count; ++k)
        of.nothing[k] = exp_bits(of.log_nothing[k]);
}

/// How many acts there are of each; at most RandomBatch::size impulses.
void draw_counts(std::span<const Impulse> impulses, double days, std::span<int> out) {
    Counts of;
    for (std::size_t k = 0; k < impulses.size(); ++k) {
        of.mean[k] = impulses[k].mean;
        of.rate[k] = impulses[k].rate;
        of.intercept[k] = impulses[k].response->dispersion.intercept;
        of.slope[k] = impulses[k].response->dispersion.slope;
    }
    sizes(impulses.size(), days, of);
    for (std::size_t k = 0; k < impulses.size(); ++k)
        out[k] = negative_binomial(impulses[k].u, of.mean[k], of.size[k], of.log_nothing[k],
                                   of.nothing[k]);
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
    refine(world, scratch.of_digits, impulses);
    std::array<int, RandomBatch::size> counts;
    draw_counts(impulses, days, counts);
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
    for (std::size_t x = 0; x < impulses.size(); ++x) {
        const Impulse& i = impulses[x];
        const Options& among = options.of(world, world.doctrine_of[i.source],
                                          standing(world, i.source, i.target), i.quad);
        for (int ordinal = 0; ordinal < counts[x]; ++ordinal) {
            const std::uint32_t index = static_cast<std::uint32_t>(demarche::index(i.quad)) << 22U |
                                        static_cast<std::uint32_t>(ordinal);
            words.set(count, {Purpose::act, static_cast<std::uint32_t>(world.tick), i.source,
                              i.target, index});
            drafts[count++] = {&i, &among, index, nullptr, Channel::public_, false};
            if (count == RandomBatch::size)
                post();
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
    stimuli(view, world.doctrine(actor).terms, part(scratch.stimulus));
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
    std::fill_n(scratch.posture.begin(), scratch.targets.size(), PerClass{});
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
        std::fill_n(scratch.posture.begin(), batch.size(), PerClass{});
        std::array<std::size_t, RandomBatch::size + 1> row; // where those of each actor begin
        std::size_t rows = 0;
        unsigned live = 0;
        for (std::size_t k = 0; k < batch.size(); ++k) {
            const RateTerms& terms = world.doctrine(batch[k].source).terms;
            scratch.targets[k] = batch[k].target;
            scratch.exponent[k] = terms.exponent;
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
