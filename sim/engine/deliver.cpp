#include <algorithm>
#include <array>
#include <span>

#include "sim/core/index_set.h"
#include "sim/engine/third_parties.h"
#include "sim/engine/tick.h"

namespace demarche {
namespace {

/// Puts what messages weigh into memories and moods. Messages of one pair and class come one after
/// the other, as they were decided on: what they weigh is added up first.
class Intake {
public:
    explicit Intake(World& world)
        : world_(world), acts_(world.scenario->acts), scale_(world.scale()) {}

    void take(const Message& m) {
        const Act& act = acts_[m.act];
        if (act.mechanism == Mechanism::intelligence)
            report(m);
        else if (act.quad != QuadClass::none && m.source < world_.n)
            take(m, act);
    }

    /// To be called after the last message.
    void finish() {
        if (now_.own > 0)
            perceive(now_.source, now_.target, Stream::own, now_.quad, now_.own);
        if (now_.received > 0)
            perceive(now_.target, now_.source, Stream::received, now_.quad, now_.received);
        if (now_.noise > 0)
            for_each_sympathiser(
                world_, now_.source, now_.target, [&](std::size_t ally, double strength) {
                    world_.remember<1>(ally, now_.source, column(Grievance::solidarity),
                                       strength * now_.noise);
                });
    }

private:
    /// A state's act: its own memory, the target's, and the third parties who see it.
    void take(const Message& m, const Act& act) {
        if (m.source != now_.source || m.target != now_.target || act.quad != now_.quad) {
            finish();
            now_ = {m.source, m.target, act.quad};
        }
        const Setting& s = world_.setting;
        const ChannelRule& sent = s.channels[index(m.channel)];
        const double loudness = acts_.intensity(m.act, scale_) * m.salience;
        const bool conflict = is_conflict(act.quad);
        const double binding =
            conflict ? sent.commitment * (1 + s.actors[m.source].knobs.audience * sent.publicity)
                     : 1;
        now_.own += loudness * binding;
        world_.note(m.source, m.target, column(Stream::own, act.quad), m.id, loudness * binding);
        if (m.hidden())
            return;

        const ChannelRule& seen = m.observed_by_all() ? s.channels[index(Channel::public_)] : sent;
        const double landing =
            act.quad == QuadClass::vconf
                ? seen.affront * (1 + s.actors[m.target].knobs.face * seen.publicity)
                : 1;
        now_.received += loudness * landing;
        world_.note(m.target, m.source, column(Stream::received, act.quad), m.id,
                    loudness * landing);

        const double noise = loudness * seen.publicity;
        if (conflict)
            now_.noise += noise;
        if (conflict && noise > 0 && world_.draws_causes)
            for_each_sympathiser(world_, m.source, m.target,
                                 [&](std::size_t ally, double strength) {
                                     world_.note(ally, m.source, column(Grievance::solidarity),
                                                 m.id, strength * noise);
                                 });
        if (act.manoeuvre && conflict && noise > 0)
            for_each_neighbour(world_, m.source, m.target, [&](std::size_t i, double strength) {
                resent(i, m.source, Grievance::manoeuvre, m.id, strength * noise);
            });
        for_each_exposed(world_, m.site, m.source, [&](std::size_t i, double strength) {
            resent(i, m.source, Grievance::site, m.id, strength * noise);
        });
    }

    /// An intelligence report moves only the state that made it.
    void report(const Message& m) {
        const std::size_t observer = m.source;
        const std::size_t suspect = m.target;
        const Act& reported = acts_[m.reported_act];
        const double weight = acts_.intensity(m.reported_act, scale_) * m.salience * m.confidence;
        const bool aimed_at_me = m.reported_target == observer;
        const Grievance source = m.reported_group ? Grievance::armed_group : Grievance::manoeuvre;
        double nearness = aimed_at_me ? 1 : 0;
        for_each_neighbour(world_, suspect, m.reported_target, [&](std::size_t i, double strength) {
            if (i == observer)
                nearness = strength;
        });
        if (aimed_at_me && !m.reported_group) {
            world_.note(observer, suspect, column(Stream::received, reported.quad), m.id, weight);
            perceive(observer, suspect, Stream::received, reported.quad, weight);
        } else
            resent(observer, suspect, source, m.id, weight * nearness);
        if (m.site >= 0) {
            const Site& site = world_.setting.sites[static_cast<std::size_t>(m.site)];
            resent(observer, suspect, Grievance::site, m.id,
                   weight * site.exposure[observer] * site.hazard);
        }
    }

    /// Something was felt about another in a stream, which colours the mood, too.
    void perceive(std::size_t actor, std::size_t other, Stream stream, QuadClass quad,
                  double weight) {
        world_.remember<horizon_count>(actor, other, column(stream, quad), weight);
        auto& moods = stream == Stream::own ? world_.sent_mood : world_.received_mood;
        moods[index(quad)][actor] += world_.grain_mood * weight;
    }

    void resent(std::size_t actor, std::size_t other, Grievance grievance, MessageId message,
                double weight) {
        world_.note(actor, other, column(grievance), message, weight);
        world_.remember<1>(actor, other, column(grievance), weight);
    }

    World& world_;
    const ActTable& acts_;
    Scale scale_;
    /// What messages of a pair and class that follow each other weigh so far.
    struct {
        std::uint32_t source = 0, target = 0;
        QuadClass quad = QuadClass::none;
        double own = 0, received = 0; ///< in the two memories
        double noise = 0;             ///< heard by third parties
    } now_;
};

/// Asks the processor for the memories that a message will change.
void fetch_for(const World& world, const Message& m) {
    const Act& act = world.scenario->acts[m.act];
    if (act.quad == QuadClass::none || m.source >= world.n)
        return;
    const auto fetch = [&](std::size_t actor, std::size_t other, std::size_t column) {
        world.fetch_record(actor, other, column);
        if (world.draws_causes)
            world.marks.fetch(world.dyads[world.pair(actor, other)], mark_group(column));
    };
    fetch(m.source, m.target, column(Stream::own, act.quad));
    fetch(m.target, m.source, column(Stream::received, act.quad));
    if (is_conflict(act.quad))
        for_each_sympathiser(world, m.source, m.target, [&](std::size_t ally, double) {
            fetch(ally, m.source, column(Grievance::solidarity));
        });
}

Message report(const World& world, std::size_t observer, std::size_t suspect, ActId reported) {
    Message m;
    m.source = static_cast<std::uint32_t>(observer);
    m.target = static_cast<std::uint32_t>(suspect);
    const Act& act = *world.scenario->acts.posted_by(Mechanism::intelligence, QuadClass::none);
    m.act = world.scenario->acts.id_of(act);
    m.channel = act.channels.front();
    m.reported_act = reported;
    m.cause.kind = CauseKind::mechanism;
    return m;
}

/// Finds whom a hidden operation concerns enough to look for it.
void find_observers(const World& world, HiddenOperation& op) {
    IndexSet found(world.n);
    const auto add = [&](std::size_t i) {
        if (i != op.source && static_cast<int>(i) != op.sponsor)
            found.insert(i);
    };
    add(op.target);
    for (std::size_t party : {std::size_t{op.source}, std::size_t{op.target}})
        for (std::size_t i : world.neighbours[party])
            add(i);
    if (op.site >= 0) {
        const auto& exposure = world.setting.sites[static_cast<std::size_t>(op.site)].exposure;
        for (std::size_t i = 0; i < world.n; ++i)
            if (exposure[i] > 0)
                add(i);
    }
    found.each([&](std::uint32_t i) { op.observers.push_back(i); });
}

/// Where the random numbers are about an observer and a hidden operation.
Address address_of(const World& world, Purpose purpose, std::size_t observer,
                   const HiddenOperation& op) {
    return {purpose, static_cast<std::uint32_t>(world.tick), static_cast<std::uint32_t>(observer),
            op.source, op.number & 0xFFFFFFU};
}

void find_out(World& world, std::size_t i, const HiddenOperation& op) {
    Message m = report(world, i, op.source, op.act);
    m.reported_target = op.target;
    m.reported_group = op.sponsor >= 0;
    m.salience = op.strength;
    m.site = op.site;
    const double vigilance = world.setting.actors[i].knobs.vigilance;
    m.confidence = vigilance + (1 - vigilance) * world.random.uniform(
                                                     address_of(world, Purpose::confidence, i, op));
    m.cause.message = op.message;
    m.cause.share = 1;
    world.post(m, op.number & 0xFFFFFFU);
}

/// Observers find hidden operations with a rate that grows with their vigilance.
void gather_intelligence(World& world) {
    if (world.scenario->acts.posted_by(Mechanism::intelligence, QuadClass::none) == nullptr)
        return;
    std::erase_if(world.hidden,
                  [&](const HiddenOperation& op) { return op.expires <= world.tick; });
    struct Look {
        const HiddenOperation* op;
        std::size_t observer;
    };
    std::array<Look, RandomBatch::size> looks;
    RandomBatch words;
    std::size_t count = 0;
    const auto draw = [&] {
        world.random.draw(words, count);
        for (std::size_t k = 0; k < count; ++k) {
            const auto& [op, i] = looks[k];
            if (Random::unit(words[0][k], words[1][k]) <
                world.detection[std::size_t{i == op->target}][i])
                find_out(world, i, *op);
        }
        count = 0;
    };
    for (HiddenOperation& op : world.hidden) {
        if (op.observers.empty())
            find_observers(world, op);
        for (std::uint32_t i : op.observers) {
            words.set(count, address_of(world, Purpose::detection, i, op));
            looks[count] = {&op, i};
            if (++count == RandomBatch::size)
                draw();
        }
    }
    draw();
}

/// A tense neighbour or rival of an actor is reported for what it does not do.
void raise_false_alarm(World& world, std::uint32_t i, ActId feared) {
    const auto t = static_cast<std::uint32_t>(world.tick);
    const auto tension = [&](std::size_t j) {
        return world.tie(TieColumn::rivalry, i, j) +
               world.tie(TieColumn::border, i, j) * world.rung(i, j) / top_rung;
    };
    double total = 0;
    for (std::size_t j : world.suspects[i])
        total += tension(j);
    if (total <= 0)
        return;
    double left = total * world.random.uniform({Purpose::suspect, t, i});
    std::size_t suspect = i;
    for (std::size_t j : world.suspects[i]) {
        if (tension(j) <= 0)
            continue;
        suspect = j;
        if ((left -= tension(j)) < 0)
            break;
    }
    Message m = report(world, i, suspect, feared);
    m.reported_target = i;
    m.confidence =
        world.setting.actors[i].knobs.vigilance * world.random.uniform({Purpose::confidence, t, i});
    world.post(m, 0);
}

void raise_false_alarms(World& world) {
    const ActTable& acts = world.scenario->acts;
    if (acts.posted_by(Mechanism::intelligence, QuadClass::none) == nullptr)
        return;
    const auto feared = std::find_if(acts.all().begin(), acts.all().end(), [](const Act& a) {
        return a.manoeuvre && a.allows(Channel::covert) && a.mechanism == Mechanism::policy;
    });
    if (feared == acts.all().end())
        return;
    RandomBatch words;
    std::array<std::uint32_t, RandomBatch::size> of;
    std::size_t count = 0;
    const auto draw = [&] {
        world.random.draw(words, count);
        for (std::size_t k = 0; k < count; ++k)
            if (Random::unit(words[0][k], words[1][k]) < world.false_alarm[of[k]])
                raise_false_alarm(world, of[k], acts.id_of(*feared));
        count = 0;
    };
    for (std::uint32_t i = 0; i < world.n; ++i) {
        if (world.suspects[i].empty())
            continue;
        words.set(count, {Purpose::false_alarm, static_cast<std::uint32_t>(world.tick), i});
        of[count] = i;
        if (++count == RandomBatch::size)
            draw();
    }
    draw();
}

} // namespace

void deliver(World& world) {
    for (const Message& m : world.inbox) {
        const Act& act = world.scenario->acts[m.act];
        if (m.hidden() && m.source < world.n && act.lasting_days > 0 &&
            act.mechanism != Mechanism::intelligence)
            world.hidden.push_back({m.id, m.number, m.source, m.target, m.act, m.site,
                                    world.tick + std::max(1, static_cast<int>(act.lasting_days) /
                                                                 world.scenario->tick_days),
                                    m.salience, -1});
    }
    gather_intelligence(world);
    raise_false_alarms(world);
}

void remember(World& world) {
    world.fade_memories();

    constexpr std::size_t ahead = 16; // records are far apart: fetched while others are written
    const std::span<const Message> inbox = world.inbox;
    Intake intake(world);
    const bool far_apart = world.records.far_apart();
    for (std::size_t k = 0; k < inbox.size(); ++k) {
        if (far_apart && k + 2 * ahead < inbox.size())
            if (const Message& later = inbox[k + 2 * ahead]; later.source < world.n)
                world.fetch_dyads(later.source, later.target);
        if (far_apart && k + ahead < inbox.size())
            fetch_for(world, inbox[k + ahead]);
        intake.take(inbox[k]);
    }
    intake.finish();
}

} // namespace demarche
