#include <algorithm>

#include "sim/engine/third_parties.h"
#include "sim/engine/tick.h"

namespace demarche {
namespace {

/// What an actor takes in of a message weighs something in its memory of another, and in its mood.
void perceive(World& world, std::size_t actor, std::size_t other, Stream stream, QuadClass quad,
              MessageId message, double weight) {
    if (!(weight > 0))
        return;
    world.mark<horizon_count>(actor, other, column(stream, quad), message, weight);
    auto& moods = stream == Stream::own ? world.sent_mood : world.received_mood;
    moods[index(quad)][actor] += world.grain_mood * weight;
}

void perceive(World& world, std::size_t actor, std::size_t other, Grievance grievance,
              MessageId message, double weight) {
    if (weight > 0)
        world.mark<1>(actor, other, column(grievance), message, weight);
}

/// Everybody whom a move of forces or an act at a site concerns holds it against `culprit`.
void concern_bystanders(World& world, const Message& m, std::size_t culprit, std::size_t target,
                        Grievance moved, double weight) {
    for_each_neighbour(world, culprit, target, [&](std::size_t i, double strength) {
        perceive(world, i, culprit, moved, m.id, strength * weight);
    });
}

void concern_exposed(World& world, const Message& m, std::size_t culprit, double weight) {
    for_each_exposed(world, m.site, culprit, [&](std::size_t i, double strength) {
        perceive(world, i, culprit, Grievance::site, m.id, strength * weight);
    });
}

/// A state's act: its own memory, the target's, and the third parties who see it.
void take_in_act(World& world, const Message& m) {
    const Act& act = world.scenario->acts[m.act];
    if (act.quad == QuadClass::none || m.source >= world.n)
        return;
    const Setting& s = world.setting;
    const ChannelRule& sent = s.channels[index(m.channel)];
    const ChannelRule& seen = s.channels[index(m.observed_by_all() ? Channel::public_ : m.channel)];
    const double loudness = world.scenario->acts.intensity(m.act, world.scale()) * m.salience;

    const bool conflict = is_conflict(act.quad);
    const double binding =
        conflict ? sent.commitment * (1 + s.actors[m.source].knobs.audience * sent.publicity) : 1;
    perceive(world, m.source, m.target, Stream::own, act.quad, m.id, loudness * binding);
    if (m.hidden())
        return;

    const double landing = act.quad == QuadClass::vconf
                               ? seen.affront * (1 + s.actors[m.target].knobs.face * seen.publicity)
                               : 1;
    perceive(world, m.target, m.source, Stream::received, act.quad, m.id, loudness * landing);

    if (seen.publicity > 0 && conflict)
        for_each_sympathiser(world, m.source, m.target, [&](std::size_t ally, double strength) {
            perceive(world, ally, m.source, Grievance::solidarity, m.id,
                     strength * loudness * seen.publicity);
        });
    if (act.manoeuvre && conflict && seen.publicity > 0)
        concern_bystanders(world, m, m.source, m.target, Grievance::manoeuvre,
                           loudness * seen.publicity);
    concern_exposed(world, m, m.source, loudness * seen.publicity);
}

/// An intelligence report moves only the state that made it.
void take_in_report(World& world, const Message& m) {
    const std::size_t observer = m.source;
    const std::size_t suspect = m.target;
    const Act& reported = world.scenario->acts[m.reported_act];
    const double weight =
        world.scenario->acts.intensity(m.reported_act, world.scale()) * m.salience * m.confidence;
    const bool aimed_at_me = m.reported_target == observer;
    const Grievance source = m.reported_group ? Grievance::armed_group : Grievance::manoeuvre;
    double nearness = aimed_at_me ? 1 : 0;
    for_each_neighbour(world, suspect, m.reported_target, [&](std::size_t i, double strength) {
        if (i == observer)
            nearness = strength;
    });
    if (aimed_at_me && !m.reported_group)
        perceive(world, observer, suspect, Stream::received, reported.quad, m.id, weight);
    else
        perceive(world, observer, suspect, source, m.id, weight * nearness);
    if (m.site >= 0) {
        const Site& site = world.setting.sites[static_cast<std::size_t>(m.site)];
        perceive(world, observer, suspect, Grievance::site, m.id,
                 weight * site.exposure[observer] * site.hazard);
    }
}

/// Asks the processor for the memories that a message will change.
void fetch_for(const World& world, const Message& m) {
    const Act& act = world.scenario->acts[m.act];
    if (act.quad == QuadClass::none || m.source >= world.n)
        return;
    const auto fetch = [&](std::size_t actor, std::size_t other, std::size_t column) {
        if (const double* const record = world.records.find(world.pair(actor, other)))
            prefetch(record + column);
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

/// Whether a hidden operation concerns a bystander enough to look for it.
bool looks(const World& world, std::size_t i, const HiddenOperation& op) {
    const auto borders = [&](std::size_t other) {
        const auto& near = world.neighbours[i];
        return std::find(near.begin(), near.end(), other) != near.end();
    };
    const bool exposed =
        op.site >= 0 && world.setting.sites[static_cast<std::size_t>(op.site)].exposure[i] > 0;
    return exposed || borders(op.source) || borders(op.target);
}

/// Observers find hidden operations with a rate that grows with their vigilance.
void gather_intelligence(World& world) {
    if (world.scenario->acts.posted_by(Mechanism::intelligence, QuadClass::none) == nullptr)
        return;
    const auto t = static_cast<std::uint32_t>(world.tick);
    std::erase_if(world.hidden,
                  [&](const HiddenOperation& op) { return op.expires <= world.tick; });
    for (const HiddenOperation& op : world.hidden)
        for (std::size_t i = 0; i < world.n; ++i) {
            if (i == op.source || static_cast<int>(i) == op.sponsor)
                continue;
            const bool target = i == op.target;
            if (!target && !looks(world, i, op))
                continue;
            const Address address{Purpose::detection, t, static_cast<std::uint32_t>(i), op.source,
                                  op.number & 0xFFFFFFU};
            if (world.random.uniform(address) >= world.detection[std::size_t{target}][i])
                continue;
            Message m = report(world, i, op.source, op.act);
            m.reported_target = op.target;
            m.reported_group = op.sponsor >= 0;
            m.salience = op.strength;
            m.site = op.site;
            Address confidence = address;
            confidence.purpose = Purpose::confidence;
            const double vigilance = world.setting.actors[i].knobs.vigilance;
            m.confidence = vigilance + (1 - vigilance) * world.random.uniform(confidence);
            m.cause.message = op.message;
            m.cause.share = 1;
            world.post(m, op.number & 0xFFFFFFU);
        }
}

/// A tense neighbour or rival of an actor is reported for what it does not do.
void raise_false_alarm(World& world, std::uint32_t i, ActId feared) {
    const auto t = static_cast<std::uint32_t>(world.tick);
    const auto tension = [&](std::size_t j) {
        return world.tie(TieColumn::rivalry, i, j) +
               world.tie(TieColumn::border, i, j) * world.rung[world.pair(i, j)] / top_rung;
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
    const std::vector<Message>& inbox = world.inbox;
    const bool far_apart = world.records.far_apart();
    for (std::size_t k = 0; k < inbox.size(); ++k) {
        if (far_apart && k + ahead < inbox.size())
            fetch_for(world, inbox[k + ahead]);
        const Message& m = inbox[k];
        if (world.scenario->acts[m.act].mechanism == Mechanism::intelligence)
            take_in_report(world, m);
        else
            take_in_act(world, m);
    }
}

} // namespace demarche
