#include "sim/engine/world.h"

#include <algorithm>
#include <atomic>

#include "sim/core/elementary.h"
#include "sim/engine/equilibrium.h"

namespace demarche {
namespace {

constexpr double ln2 = 0.69314718055994530942;

double kept(double half_life, int tick_days) {
    return exp_bits(-ln2 * tick_days / half_life);
}

/// Writes the columns of a tie that it states itself, in the order of TieColumn.
void write_stated(const Tie& t, double* ties) {
    const auto write = [&](TieColumn c, double value) {
        ties[static_cast<std::size_t>(c)] = value;
    };
    write(TieColumn::defence, t.defence);
    write(TieColumn::nonaggression, std::max(t.nonaggression, t.neutrality));
    write(TieColumn::border, t.border);
    write(TieColumn::log_distance, log_bits(1 + t.distance_km / 1000));
    write(TieColumn::rivalry, t.rivalry);
}

/// The columns of a record whose change is a reason to ask again; how far a change of others makes
/// rates grow is known, which it is of rates that grow in proportion to stimuli.
RecordColumns stirring(const Policy& policy, const Response& response) {
    const RecordColumns reads = policy.reads();
    RecordColumns stirring = reads;
    for (const Response::OfClass& r : response.of_class)
        if (reads != 0 || r.exponent != 1)
            for (std::size_t c = 0; c < r.weight.size(); ++c)
                if (r.weight[c] != 0)
                    stirring |= columns(c, 1);
    return stirring;
}

} // namespace

World::World(const Scenario& s)
    : scenario(&s), setting(s.setting), shocks(s.shocks), random(s.seed, 0), n(s.actor_count()),
      dyads(n * n), thinning(n) {
    fade.fill(1.0);
    for (auto* moods : {&sent_mood, &received_mood})
        for (auto& mood : *moods)
            mood.assign(n, 0.0);
    for (const Tie& t : setting.ties) {
        for (const std::size_t at : {pair(t.a, t.b), pair(t.b, t.a)})
            dyads[at].standing.rung = static_cast<std::int8_t>(t.rung);
        if (t.rung > 0 || t.force > 0) {
            Confrontation& confrontation = confront(t.a, t.b);
            confrontation.rung = static_cast<std::int32_t>(t.rung);
            confrontation.force = t.force;
        }
    }
    derive();
    set_levels(*this);
    start_at_equilibrium(*this);
}

double* World::make_record(std::size_t actor, std::size_t other) {
    double* const made = records.add(pair(actor, other), dyads[pair(actor, other)]);
    quiet_record(actor, other, made);
    return made;
}

void World::quiet_record(std::size_t actor, std::size_t other, double* record) const {
    std::fill_n(record, record_width, 0.0);
    quiet_memories(actor, other, record);
    write_ties(actor, other, record + tie_column);
}

void World::quiet_memories(std::size_t actor, std::size_t other, double* record) const {
    const auto& there = morning->rate[pair(actor, other)];
    const auto& back = morning->rate[pair(other, actor)];
    for (std::size_t q = 0; q < class_count; ++q) {
        const auto quad = static_cast<QuadClass>(q);
        std::fill_n(record + column(Stream::own, quad), horizon_count, there[q]);
        std::fill_n(record + column(Stream::received, quad), horizon_count, back[q]);
    }
    std::fill_n(record + column(Grievance::solidarity), grievance_count, 0.0);
    if (!morning->solidarity.empty())
        record[column(Grievance::solidarity)] = morning->solidarity[pair(actor, other)];
    for (const auto& [column, factor] : renewed_)
        record[column] *= factor;
}

double World::tie(TieColumn c, std::size_t actor, std::size_t other) const {
    if (const double* const found = records.find(dyads[pair(actor, other)]))
        return found[tie_column + static_cast<std::size_t>(c)];
    std::array<double, tie_column_count> ties{};
    write_ties(actor, other, ties.data());
    return ties[static_cast<std::size_t>(c)];
}

void World::write_ties(std::size_t actor, std::size_t other, double* ties) const {
    write_stated(setting.tie(actor, other), ties);
    const auto write = [&](TieColumn c, double value) {
        ties[static_cast<std::size_t>(c)] = value;
    };
    const bool two = actor != other;
    write(TieColumn::security, two && memberships.share(actor, other, Mandate::security) ? 1 : 0);
    write(TieColumn::economic, two && memberships.share(actor, other, Mandate::economic) ? 1 : 0);
    write(TieColumn::log_power_ratio, log_power[actor] - log_backed_power[other]);
}

View World::view(std::size_t actor, std::span<const std::uint32_t> targets,
                 std::span<const double* const> records_of_targets) const {
    View v;
    v.self = actor;
    v.targets = targets;
    v.knobs = &setting.actors[actor].knobs;
    v.records = records_of_targets;
    v.rungs = &dyads[pair(actor, 0)].standing.rung;
    v.rung_stride = sizeof(Dyad);
    v.fade = fade.data();
    v.levels = &(*levels)[pair(actor, 0)];
    for (std::size_t q = 0; q < class_count; ++q) {
        v.sent[q] = sent_mood[q].data();
        v.received[q] = received_mood[q].data();
    }
    return v;
}

void World::fade_memories() {
    constexpr double least = 0x1p-800; // below it numbers are put back into acts per day
    for (std::size_t c = 0; c < column_count; ++c) {
        const bool stream = c < column(Grievance::solidarity);
        if (!first_morning())
            fade[c] *= stream ? keep[c % horizon_count] : keep_grievance;
        if (fade[c] < least) {
            records.for_each([&](std::size_t, double* record) { record[c] *= fade[c]; });
            renewed_.push_back({c, fade[c]});
            fade[c] = 1;
        }
        trace[c] = (stream ? grain[c % horizon_count] : grain_grievance) / fade[c];
    }
    if (first_morning())
        return;
    const double left = keep_mood;
    for (auto* moods : {&sent_mood, &received_mood})
        for (auto& mood : *moods)
            for (double& m : mood)
                m *= left;
}

void World::derive() {
    static std::atomic<std::uint64_t> derived_so_far = 0;
    derived = ++derived_so_far;
    for (HiddenOperation& op : hidden)
        op.observers.clear();
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

    const auto set_chances = [&](std::vector<double>& chance, auto&& per_day) {
        chance.resize(n);
        for (std::size_t i = 0; i < n; ++i)
            chance[i] = 1 - exp_bits(-per_day(setting.actors[i].knobs.vigilance) * days);
    };
    const IntelligenceRule& rule = setting.intelligence;
    set_chances(false_alarm, [&](double vigilance) { return rule.false_alarm * (1 - vigilance); });
    set_chances(detection[0],
                [&](double vigilance) { return rule.detection * vigilance * rule.third_party; });
    set_chances(detection[1], [&](double vigilance) { return rule.detection * vigilance; });

    doctrines.clear();
    doctrine_of.resize(n);
    stirs.resize(n);
    unsettled.clear();
    for (std::size_t i = 0; i < n; ++i) {
        const Actor& actor = setting.actors[i];
        const Policy& policy = setting.policies[actor.policy];
        if (!policy.settles())
            unsettled.push_back(i);
        Response response;
        policy.respond(actor.knobs, response);
        const auto same = std::find_if(doctrines.begin(), doctrines.end(), [&](const Doctrine& d) {
            return d.audience == actor.knobs.audience && d.discretion == actor.knobs.discretion &&
                   d.response == response;
        });
        doctrine_of[i] = static_cast<std::uint32_t>(same - doctrines.begin());
        if (same == doctrines.end())
            doctrines.push_back(
                {response, RateTerms(response), actor.knobs.audience, actor.knobs.discretion, {}});
    }

    allies.assign(n, {});
    neighbours.assign(n, {});
    suspects.assign(n, {});
    std::vector<double> partners_power(n, 0.0);
    for (const Tie& t : setting.ties) {
        if (const double alignment = t.alignment(); alignment > 0) {
            allies[t.a].push_back({t.b, alignment, setting.actors[t.b].knobs.loyalty * alignment});
            allies[t.b].push_back({t.a, alignment, setting.actors[t.a].knobs.loyalty * alignment});
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

    log_power.resize(n);
    log_backed_power.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        log_power[i] = log_bits(setting.actors[i].power);
        log_backed_power[i] = log_bits(setting.actors[i].power + partners_power[i]);
    }
    find_growth();
    for (std::size_t i = 0; i < n; ++i)
        stirs[i] = stirring(setting.policies[setting.actors[i].policy], response(i));
    memberships = Memberships(setting);
    records.for_each(
        [&](std::size_t at, double* record) { write_ties(at / n, at % n, record + tie_column); });
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j)
                dyads[pair(i, j)].standing = standing_in(*this, i, j);
}

void World::find_growth() {
    using Ties = std::array<double, tie_column_count>;
    const auto at = [](Ties& ties, TieColumn c) -> double& {
        return ties[static_cast<std::size_t>(c)];
    };
    Ties least{};
    write_stated(Tie{}, least.data());
    Ties most = least, ties{};
    for (const Tie& t : setting.ties) {
        write_stated(t, ties.data());
        for (std::size_t c = 0; c < ties.size(); ++c) {
            least[c] = std::min(least[c], ties[c]);
            most[c] = std::max(most[c], ties[c]);
        }
    }
    for (const TieColumn c : {TieColumn::security, TieColumn::economic, TieColumn::mediation})
        at(most, c) = 1;
    const auto [weakest, strongest] = std::minmax_element(log_power.begin(), log_power.end());
    const auto [lone, backed] =
        std::minmax_element(log_backed_power.begin(), log_backed_power.end());
    at(least, TieColumn::log_power_ratio) = *weakest - *backed;
    at(most, TieColumn::log_power_ratio) = *strongest - *lone;

    constexpr double slack = 1 + 1e-6; // for rounding to float
    for (Doctrine& d : doctrines)
        for (std::size_t q = 0; q < class_count; ++q) {
            const Response::OfClass& r = d.response.of_class[q];
            double posture = r.posture;
            for (std::size_t c = 0; c < tie_column_count; ++c)
                posture += std::max(r.tie[c] * least[c], r.tie[c] * most[c]);
            const double each = slack * scenario->tick_days * exp_bits(posture);
            for (std::size_t g = 0; g < mark_group_count; ++g) {
                const std::size_t first = first_column(g);
                double stimulus = 0;
                for (std::size_t c = first; c < first + group_width(first); ++c)
                    stimulus +=
                        r.weight[c] * (g < stream_count ? grain[c - first] : grain_grievance);
                d.growth[g][q] = static_cast<float>(each * stimulus);
            }
        }
}

MessageId World::post(Message message, std::uint32_t index) {
    if (message.channel != Channel::public_) {
        const double u = random.uniform({Purpose::leak, static_cast<std::uint32_t>(tick),
                                         message.source, message.target, index});
        message.leaked = u < setting.channels[demarche::index(message.channel)].leak;
    }
    outbox.push_back(message);
    return post_drawn(index);
}

MessageId World::post_drawn(std::uint32_t index) {
    Message& message = outbox.back();
    message.id = ++last_message;
    if (!suppressed.empty() &&
        std::binary_search(suppressed.begin(), suppressed.end(), message.id)) {
        outbox.pop_back();
        return 0;
    }
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
    Fingerprint print; // by itself, so that several messages are on the way at once
    const auto add = [&](std::uint32_t low, std::uint32_t high) {
        print.add(low | std::uint64_t{high} << 32U);
    };
    add(message.id, static_cast<std::uint32_t>(tick));
    add(message.source, message.target);
    add(message.act | static_cast<std::uint32_t>(message.channel) << 16U |
            std::uint32_t{message.leaked} << 24U,
        static_cast<std::uint32_t>(message.site));
    print.add(message.salience);
    print.add(message.confidence);
    fingerprint.add(print.value());
    return message.id;
}

} // namespace demarche
