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
    : scenario(&s), setting(s.setting), random(s.seed, 0), n(s.actor_count()),
      stride((n + 7) / 8 * 8), marks(n * stride) {
    memory.assign(n * column_count * stride, 0.0);
    for (auto& l : level)
        l.assign(n * stride, 0.0);
    for (auto& t : tie)
        t.assign(n * stride, 0.0);
    rung.assign(n * stride, 0.0);
    rung_renewed.assign(n * stride, 0);
    force.assign(n * stride, 0.0);
    crisis.assign(n * stride, -1);
    attacker.assign(n * stride, -1);
    for (auto& mood : sent_mood)
        mood.assign(stride, 0.0);
    for (auto& mood : received_mood)
        mood.assign(stride, 0.0);
    for (const Tie& t : setting.ties) {
        rung[pair(t.a, t.b)] = rung[pair(t.b, t.a)] = static_cast<int>(t.rung);
        force[pair(t.a, t.b)] = t.force;
    }
    derive();
    set_levels(*this);
    start_at_equilibrium(*this);
}

View World::view(std::size_t actor) const {
    View v;
    v.self = actor;
    v.count = n;
    v.knobs = &setting.actors[actor].knobs;
    const auto at_row = [&](const std::vector<double>& matrix) {
        return std::span<const double>(matrix.data() + actor * stride, n);
    };
    for (std::size_t c = 0; c < column_count; ++c)
        v.memory[c] = std::span<const double>(row(actor, c), n);
    for (std::size_t q = 0; q < class_count; ++q) {
        v.level[q] = at_row(level[q]);
        v.sent_mood[q] = std::span<const double>(sent_mood[q].data(), n);
        v.received_mood[q] = std::span<const double>(received_mood[q].data(), n);
    }
    for (std::size_t t = 0; t < tie_column_count; ++t)
        v.tie[t] = at_row(tie[t]);
    v.rung = at_row(rung);
    return v;
}

void World::derive() {
    const int days = scenario->tick_days;
    const auto fade = [&](double half_life, double& keep_of, double& grain_of) {
        keep_of = kept(half_life, days);
        grain_of = (1 - keep_of) / days;
    };
    for (std::size_t h = 0; h < horizon_count; ++h)
        fade(setting.memory.half_life[h], keep[h], grain[h]);
    fade(setting.memory.grievance_half_life, keep_grievance, grain_grievance);
    fade(setting.memory.mood_half_life, keep_mood, grain_mood);
    fade(setting.ladder.force_half_life, keep_force, grain_force);
    keep_mediation = kept(setting.mediation.half_life, days);
    for (std::size_t r = 0; r < climb.size(); ++r)
        climb[r] = exp_bits(-setting.ladder.steepness * static_cast<double>(r));

    allies.assign(n, {});
    neighbours.assign(n, {});
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
        partners_power[t.a] += t.defence * setting.actors[t.b].power;
        partners_power[t.b] += t.defence * setting.actors[t.a].power;
    }

    std::vector<double> log_power(n), log_backed_power(n);
    for (std::size_t i = 0; i < n; ++i) {
        log_power[i] = log_bits(setting.actors[i].power);
        log_backed_power[i] = log_bits(setting.actors[i].power + partners_power[i]);
    }
    const double default_distance = log_bits(1 + Tie{}.distance_km / 1000);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            tie_value(TieColumn::defence, i, j) = 0;
            tie_value(TieColumn::nonaggression, i, j) = 0;
            tie_value(TieColumn::security, i, j) = 0;
            tie_value(TieColumn::economic, i, j) = 0;
            tie_value(TieColumn::border, i, j) = 0;
            tie_value(TieColumn::rivalry, i, j) = 0;
            tie_value(TieColumn::log_distance, i, j) = default_distance;
            tie_value(TieColumn::log_power_ratio, i, j) = log_power[i] - log_backed_power[j];
        }
    for (const Tie& t : setting.ties) {
        const double distance = log_bits(1 + t.distance_km / 1000);
        for (const auto& [i, j] : {std::pair(t.a, t.b), std::pair(t.b, t.a)}) {
            tie_value(TieColumn::defence, i, j) = t.defence;
            tie_value(TieColumn::nonaggression, i, j) = std::max(t.nonaggression, t.neutrality);
            tie_value(TieColumn::border, i, j) = t.border;
            tie_value(TieColumn::rivalry, i, j) = t.rivalry;
            tie_value(TieColumn::log_distance, i, j) = distance;
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
                    tie_value(c, i, j) = 1;
    }
}

MessageId World::post(Message message, std::uint32_t index) {
    message.id = ++last_message;
    message.tick = tick;
    if (message.channel != Channel::public_) {
        const double u = random.uniform({Purpose::leak, static_cast<std::uint32_t>(tick),
                                         message.source, message.target, index});
        message.leaked = u < setting.channels[demarche::index(message.channel)].leak;
    }
    for (std::uint64_t field :
         {std::uint64_t{message.id}, static_cast<std::uint64_t>(tick),
          std::uint64_t{message.source}, std::uint64_t{message.target}, std::uint64_t{message.act},
          static_cast<std::uint64_t>(message.channel), std::uint64_t{message.leaked},
          std::uint64_t{message.cause.message}, static_cast<std::uint64_t>(message.cause.kind),
          static_cast<std::uint64_t>(message.site)})
        fingerprint.add(field);
    fingerprint.add(message.salience);
    fingerprint.add(message.confidence);
    outbox.push_back(message);
    return message.id;
}

void World::mark(std::size_t actor, std::size_t other, std::size_t first_column, MessageId message,
                 double weight) {
    if (weight == 0)
        return;
    if (first_column < column(Grievance::solidarity)) {
        for (std::size_t h = 0; h < horizon_count; ++h)
            row(actor, first_column + h)[other] += grain[h] * weight;
    } else {
        row(actor, first_column)[other] += grain_grievance * weight;
    }
    marks.add(pair(actor, other),
              {message, tick, static_cast<std::uint32_t>(first_column), 0, weight});
}

} // namespace demarche
