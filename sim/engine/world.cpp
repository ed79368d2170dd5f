#include "sim/engine/world.h"

#include <algorithm>

#include "sim/core/elementary.h"
#include "sim/engine/equilibrium.h"

namespace demarche {
namespace {

constexpr double ln2 = 0.69314718055994530942;

double kept(double half_life, int tick_days) {
    return exp_bits(-ln2 * tick_days / half_life);
}

} // namespace

World::World(const Scenario& s)
    : scenario(&s), setting(s.setting), random(s.seed, 0), n(s.actor_count()), thinning(n),
      marks(n * n) {
    records.assign(n * n * record_width, 0.0);
    fade.fill(1.0);
    rung.assign(n * n, 0.0);
    rung_renewed.assign(n * n, 0);
    force.assign(n * n, 0.0);
    attacker.assign(n * n, -1);
    crisis.assign(n * n, -1);
    for (auto* moods : {&sent_mood, &received_mood})
        for (auto& mood : *moods)
            mood.assign(n, 0.0);
    for (const Tie& t : setting.ties) {
        rung[pair(t.a, t.b)] = rung[pair(t.b, t.a)] = static_cast<int>(t.rung);
        force[pair(t.a, t.b)] = t.force;
        if (t.rung > 0 || t.force > 0)
            strain(t.a, t.b);
    }
    derive();
    set_levels(*this);
    start_at_equilibrium(*this);
}

View World::view(std::size_t actor, std::span<const std::uint32_t> targets) const {
    View v;
    v.self = actor;
    v.targets = targets;
    v.knobs = &setting.actors[actor].knobs;
    v.records = record(actor, 0);
    v.rungs = rung.data() + pair(actor, 0);
    v.fade = fade.data();
    for (std::size_t q = 0; q < class_count; ++q) {
        v.sent[q] = sent_mood[q].data();
        v.received[q] = received_mood[q].data();
    }
    return v;
}

void World::fade_memories() {
    constexpr double least = 0x1p-256; // below it numbers are put back into acts per day
    for (std::size_t c = 0; c < column_count; ++c) {
        const bool stream = c < column(Grievance::solidarity);
        fade[c] *= stream ? keep[c % horizon_count] : keep_grievance;
        if (fade[c] < least) {
            for (std::size_t at = c; at < records.size(); at += record_width)
                records[at] *= fade[c];
            fade[c] = 1;
        }
        trace[c] = (stream ? grain[c % horizon_count] : grain_grievance) / fade[c];
    }
}

void World::derive() {
    options.clear();
    const int days = scenario->tick_days;
    const auto set_fading = [&](double half_life, double& keep_of, double& grain_of) {
        keep_of = kept(half_life, days);
        grain_of = (1 - keep_of) / days;
    };
    for (std::size_t h = 0; h < horizon_count; ++h)
        set_fading(setting.memory.half_life[h], keep[h], grain[h]);
    set_fading(setting.memory.grievance_half_life, keep_grievance, grain_grievance);
    set_fading(setting.memory.mood_half_life, keep_mood, grain_mood);
    set_fading(setting.ladder.force_half_life, keep_force, grain_force);
    for (std::size_t f = 0; f < kept_after_.size(); ++f) {
        std::vector<double>& powers = kept_after_[f];
        if (!powers.empty())
            break; // half-lives do not change during a run
        powers.assign(static_cast<std::size_t>(scenario->ticks()) + 1, 1.0);
        for (std::size_t age = 1; age < powers.size(); ++age)
            powers[age] = powers[age - 1] * (f < horizon_count ? keep[f] : keep_grievance);
    }
    keep_mediation = kept(setting.mediation.half_life, days);
    for (std::size_t r = 0; r < climb.size(); ++r)
        climb[r] = exp_bits(-setting.ladder.steepness * static_cast<double>(r));

    deterred = exp_bits(-setting.ladder.deterrence);

    allies.assign(n, {});
    neighbours.assign(n, {});
    suspects.assign(n, {});
    std::vector<double> partners_power(n, 0.0);
    for (const Tie& t : setting.ties) {
        if (t.alignment() > 0) {
            allies[t.a].push_back({t.b, t.alignment()});
            allies[t.b].push_back({t.a, t.alignment()});
        }
        if (t.border != 0) {
            neighbours[t.a].push_back(t.b);
            neighbours[t.b].push_back(t.a);
        }
        if (t.border != 0 || t.rivalry > 0) {
            suspects[t.a].push_back(t.b);
            suspects[t.b].push_back(t.a);
        }
        partners_power[t.a] += t.defence * setting.actors[t.b].power;
        partners_power[t.b] += t.defence * setting.actors[t.a].power;
    }

    for (auto& of_actor : suspects)
        std::sort(of_actor.begin(), of_actor.end());

    std::vector<double> log_power(n), log_backed_power(n);
    for (std::size_t i = 0; i < n; ++i) {
        log_power[i] = log_bits(setting.actors[i].power);
        log_backed_power[i] = log_bits(setting.actors[i].power + partners_power[i]);
    }
    const double default_distance = log_bits(1 + Tie{}.distance_km / 1000);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            tie(TieColumn::defence, i, j) = 0;
            tie(TieColumn::nonaggression, i, j) = 0;
            tie(TieColumn::security, i, j) = 0;
            tie(TieColumn::economic, i, j) = 0;
            tie(TieColumn::border, i, j) = 0;
            tie(TieColumn::rivalry, i, j) = 0;
            tie(TieColumn::log_distance, i, j) = default_distance;
            tie(TieColumn::log_power_ratio, i, j) = log_power[i] - log_backed_power[j];
        }
    for (const Tie& t : setting.ties) {
        const double distance = log_bits(1 + t.distance_km / 1000);
        for (const auto& [i, j] : {std::pair(t.a, t.b), std::pair(t.b, t.a)}) {
            tie(TieColumn::defence, i, j) = t.defence;
            tie(TieColumn::nonaggression, i, j) = std::max(t.nonaggression, t.neutrality);
            tie(TieColumn::border, i, j) = t.border;
            tie(TieColumn::rivalry, i, j) = t.rivalry;
            tie(TieColumn::log_distance, i, j) = distance;
        }
    }
    for (const Organisation& o : setting.organisations) {
        if (o.mandate == Mandate::universal)
            continue;
        const TieColumn c =
            o.mandate == Mandate::security ? TieColumn::security : TieColumn::economic;
        for (std::size_t i : o.members)
            for (std::size_t j : o.members)
                if (i != j)
                    tie(c, i, j) = 1;
    }
    standings.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j)
                standings[pair(i, j)] = standing_in(*this, i, j);
}

MessageId World::post(Message message, std::uint32_t index) {
    message.id = ++last_message;
    if (!suppressed.empty() && std::binary_search(suppressed.begin(), suppressed.end(), message.id))
        return 0;
    message.tick = tick;
    message.number = message.id;
    if (message.channel == Channel::covert && (note_covert != nullptr || known_covert != nullptr)) {
        const CovertIds::key_type key{static_cast<std::uint32_t>(tick), message.source,
                                      message.target, index};
        if (note_covert != nullptr)
            note_covert->emplace(key, message.id);
        else if (const auto same = known_covert->find(key); same != known_covert->end())
            message.number = same->second;
        else
            message.number |= 1U << 23U; // of its own: the other run had no such act
    }
    if (message.channel != Channel::public_) {
        const double u = random.uniform({Purpose::leak, static_cast<std::uint32_t>(tick),
                                         message.source, message.target, index});
        message.leaked = u < setting.channels[demarche::index(message.channel)].leak;
    }
    for (std::uint64_t field :
         {std::uint64_t{message.id}, static_cast<std::uint64_t>(tick),
          std::uint64_t{message.source}, std::uint64_t{message.target}, std::uint64_t{message.act},
          static_cast<std::uint64_t>(message.channel), std::uint64_t{message.leaked},
          static_cast<std::uint64_t>(message.site)})
        fingerprint.add(field);
    fingerprint.add(message.salience);
    fingerprint.add(message.confidence);
    outbox.push_back(message);
    return message.id;
}

void World::strain(std::size_t a, std::size_t b) {
    const auto key = static_cast<std::uint32_t>(unordered(a, b));
    const auto at = std::lower_bound(tense.begin(), tense.end(), key);
    if (at == tense.end() || *at != key)
        tense.insert(at, key);
}

void World::mark(std::size_t actor, std::size_t other, std::size_t first_column, MessageId message,
                 double weight) {
    if (weight == 0)
        return;
    double* const to = record(actor, other);
    if (first_column < column(Grievance::solidarity))
        for (std::size_t h = 0; h < horizon_count; ++h)
            to[first_column + h] += trace[first_column + h] * weight;
    else
        to[first_column] += trace[first_column] * weight;
    thinning.stir(pair(actor, other));
    if (draws_causes)
        marks.add(pair(actor, other), mark_group(first_column), message, tick, weight);
}

} // namespace demarche
