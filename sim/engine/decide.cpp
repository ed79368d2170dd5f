#include "sim/engine/decide.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <stdexcept>
#include <utility>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/engine/cause.h"
#include "sim/engine/choice.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double most_per_tick = 1e4; // messages of one pair and class: beyond it rates explode

constexpr std::size_t whole_lanes(std::size_t count) {
    return (count + lanes - 1) / lanes * lanes;
}

/// What an impulse chooses among. Good until the next call.
const Options& choose_among(World& world, const Impulse& impulse) {
    const Knobs& knobs = world.setting.actors[impulse.source].knobs;
    return world.options.of(world, {standing(world, impulse.source, impulse.target), impulse.quad,
                                    impulse.aversion, knobs.audience, knobs.discretion});
}

/// An act that is to be posted: of which impulse, and the index of its message.
struct Draft {
    const Impulse* impulse;
    std::uint32_t index;
    const Options::Option* option; ///< nullptr: there is no legal one
    Channel channel;
    bool leaked;
};

/// Chooses an act and a channel for each draft.
void choose(World& world, std::span<Draft> drafts, const RandomBatch& words) {
    const Impulse* last = nullptr;
    const Options* options = nullptr;
    for (std::size_t k = 0; k < drafts.size(); ++k) {
        Draft& draft = drafts[k];
        if (std::exchange(last, draft.impulse) != draft.impulse)
            options = &choose_among(world, *draft.impulse);
        draft.option = options->draw(Random::unit(words[0][k]));
        draft.channel = Channel::public_;
        draft.leaked = false;
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

/// `m` is to be filled in: gcc copies a message faster than it clears one.
void post_act(World& world, const DecisionScratch& scratch, const Draft& draft, double salience,
              std::uint32_t word_of_cause, Message m) {
    const Impulse& impulse = *draft.impulse;
    const Act& act = world.scenario->acts[draft.option->act];
    m.source = impulse.source;
    m.target = impulse.target;
    m.act = draft.option->act;
    m.channel = draft.channel;
    m.leaked = draft.leaked;
    m.salience = salience;
    if (act.manoeuvre || act.at_site) {
        const int site = world.standings[world.pair(m.source, m.target)].site;
        const auto near = [&] {
            return world.random.uniform({Purpose::site, static_cast<std::uint32_t>(world.tick),
                                         m.source, m.target, draft.index}) <
                   world.setting.sites[static_cast<std::size_t>(site)].proximity;
        };
        if (site >= 0 && (act.at_site || near()))
            m.site = site;
    }
    if (world.draws_causes)
        m.cause = draw_cause(world, scratch, m.source, m.target, impulse.quad,
                             Random::unit(word_of_cause));
    world.post_drawn(m, draft.index);
}

[[noreturn, gnu::cold]] void explode(const World& world, std::size_t i, std::size_t j,
                                     std::size_t q) {
    throw std::runtime_error("rates explode on " + iso(world.scenario->date(world.tick)) + ": " +
                             world.setting.actors[i].id + " to " + world.setting.actors[j].id +
                             ", class " + std::string(class_names[q]) +
                             "; check the branching of the policy's coefficients");
}

/// Notes the classes in which a pair may act in this tick, and keeps what it is expected to do.
void consider(World& world, DecisionScratch& scratch, const Occasion& occasion,
              const RandomBatch& words, std::size_t in_batch, std::size_t k, double days) {
    const Thinning& thinning = world.thinning;
    std::array<double, class_count> mean;
    // Counted without branches, which nobody could foresee.
    unsigned may_act = 0;
    bool explodes = false;
    for (std::size_t q = 0; q < class_count; ++q) {
        mean[q] = scratch.rate[q][k] * days;
        explodes |= !(mean[q] <= most_per_tick); // also where a policy's rate is not a number
        const double u = occasion.u[q];
        may_act |=
            (unsigned{u < mean[q]} | (unsigned{u == 1} & unsigned{mean[q] > thinning.rare()})) << q;
    }
    if (explodes)
        for (std::size_t q = 0; q < class_count; ++q)
            if (!(mean[q] <= most_per_tick))
                explode(world, occasion.source, occasion.target, q);
    for (; may_act != 0; may_act &= may_act - 1) {
        const auto q = static_cast<std::size_t>(std::countr_zero(may_act));
        const std::uint32_t word = words[q][in_batch]; // of numbers that are not rare
        if (occasion.u[q] == 1 &&
            !(mean[q] > thinning.rare() && thinning.common(word, 0) < mean[q]))
            continue;
        const Response::OfClass& r = scratch.response.of_class[q];
        scratch.impulses.push_back({occasion.source, occasion.target, static_cast<QuadClass>(q),
                                    word, occasion.u[q], mean[q], scratch.rate[q][k], r.dispersion,
                                    r.severity_aversion});
    }
    world.thinning.bound(world.pair(occasion.source, occasion.target), mean);
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
        of.intercept[k] = impulses[k].dispersion.intercept;
        of.slope[k] = impulses[k].dispersion.slope;
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
        choose(world, all, words);
        draw_leaks(world, all, scratch.of_leaks);
        for (std::size_t k = 0; k < count; ++k)
            if (drafts[k].option != nullptr)
                post_act(world, scratch, drafts[k], salience[k], words[3][k], blank);
        count = 0;
    };
    for (std::size_t x = 0; x < impulses.size(); ++x)
        for (int ordinal = 0; ordinal < counts[x]; ++ordinal) {
            const Impulse& i = impulses[x];
            const std::uint32_t index = static_cast<std::uint32_t>(demarche::index(i.quad)) << 22U |
                                        static_cast<std::uint32_t>(ordinal);
            words.set(count, {Purpose::act, static_cast<std::uint32_t>(world.tick), i.source,
                              i.target, index});
            drafts[count++] = {&i, index, nullptr, Channel::public_, false};
            if (count == RandomBatch::size)
                post();
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

} // namespace

DecisionScratch::DecisionScratch(std::size_t n) : everybody(n) {
    std::iota(everybody.begin(), everybody.end(), 0U);
    targets.reserve(n);
    records.reserve(n);
    numbers.assign(3 * class_count * whole_lanes(n), 0.0);
}

std::size_t DecisionScratch::position(std::size_t target) const {
    return static_cast<std::size_t>(std::lower_bound(targets.begin(), targets.end(), target) -
                                    targets.begin());
}

View look(const World& world, std::size_t actor, DecisionScratch& scratch) {
    scratch.records.clear();
    const bool far_apart = world.records.far_apart();
    std::size_t quiet = 0;
    for (std::uint32_t target : scratch.targets) {
        const double* record = world.records.find(world.pair(actor, target));
        if (record == nullptr) {
            // Room for all of them at once, so that none moves.
            scratch.quiet.resize(world.n * record_width);
            double* const made = scratch.quiet.data() + quiet++ * record_width;
            world.quiet_record(actor, target, made);
            record = made;
        }
        if (far_apart)
            RecordStore::read_ahead(record, world.reads[actor]);
        scratch.records.push_back(record);
    }
    return world.view(actor, scratch.targets, scratch.records.data());
}

void ask(const World& world, const View& view, DecisionScratch& scratch) {
    // A vector, because gcc copies what it knows the size of more slowly than the library does.
    static const std::vector<Response::OfClass> plain(class_count);
    std::copy(plain.begin(), plain.end(), scratch.response.of_class.begin());
    const std::size_t room = whole_lanes(view.count());
    double* at = scratch.numbers.data();
    for (auto* columns : {&scratch.posture, &scratch.stimulus, &scratch.rate})
        for (std::span<double>& column : *columns) {
            column = {at, view.count()};
            at += room;
        }
    std::fill_n(scratch.numbers.data(), class_count * room, 0.0);
    scratch.response.posture = scratch.posture;
    world.setting.policies[world.setting.actors[view.self].policy].respond(view, scratch.response);
}

void appraise_targets(const World& world, std::size_t actor, DecisionScratch& scratch) {
    const View view = look(world, actor, scratch);
    ask(world, view, scratch);
    scratch.live = stimuli(view, scratch.response, scratch.stimulus);
    // Some numbers of earlier rows come along at the end, and nobody reads what they give.
    const std::size_t count = whole_lanes(view.count());
    const auto whole = [&](const std::array<std::span<double>, class_count>& columns) {
        std::array<std::span<double>, class_count> longer;
        for (std::size_t q = 0; q < class_count; ++q)
            longer[q] = {columns[q].data(), count};
        return longer;
    };
    rates(whole(scratch.stimulus), whole(scratch.posture), scratch.response, scratch.live,
          whole(scratch.rate));
}

void appraise(const World& world, std::size_t actor, DecisionScratch& scratch) {
    scratch.targets = scratch.everybody;
    appraise_targets(world, actor, scratch);
    for (auto& rate : scratch.rate)
        rate[actor] = 0;
}

void decide(World& world, DecisionScratch& scratch) {
    const double days = world.scenario->tick_days;
    world.thinning.occasions(world, world.ask_everybody, scratch.occasions);
    const std::span<const Occasion> occasions = scratch.occasions;
    RandomBatch& words = scratch.of_counts;
    const auto draw_words = [&](std::size_t first) {
        const std::size_t count = std::min(RandomBatch::size, occasions.size() - first);
        for (std::size_t k = 0; k < count; ++k)
            words.set(k, {Purpose::count, static_cast<std::uint32_t>(world.tick),
                          occasions[first + k].source, occasions[first + k].target});
        world.random.draw(words, count);
    };
    const bool far_apart = world.records.far_apart();
    // Records are far apart: fetched while others are read, so many that the nearest cache holds
    // them.
    constexpr std::size_t ahead = 20;
    std::size_t fetched = 0;
    std::size_t next = 0;
    for (std::size_t first = 0; first < occasions.size(); first = next) {
        const std::size_t i = occasions[first].source;
        scratch.targets.clear();
        for (next = first; next < occasions.size() && occasions[next].source == i; ++next)
            scratch.targets.push_back(occasions[next].target);
        for (; far_apart && fetched < std::min(occasions.size(), next + ahead); ++fetched)
            world.fetch(occasions[fetched].source, occasions[fetched].target);
        appraise_targets(world, i, scratch);
        for (std::size_t x = first; x < next; ++x) {
            const std::size_t in_batch = x % RandomBatch::size;
            if (in_batch == 0)
                draw_words(x);
            consider(world, scratch, occasions[x], words, in_batch, x - first, days);
        }
        // Causes are read from what the actor was just asked; otherwise impulses can wait.
        if (world.draws_causes || scratch.impulses.size() >= RandomBatch::size)
            act(world, scratch, days);
    }
    act(world, scratch, days);
}

} // namespace demarche
