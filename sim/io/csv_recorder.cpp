#include "sim/io/csv_recorder.h"

#include <algorithm>

#include "sim/engine/world.h"
#include "sim/io/csv_row.h"
#include "sim/study/outcome.h"

namespace demarche {
namespace {

constexpr std::size_t horizon = 1;  // the medium horizon stands for "how it is going"
constexpr double noticeable = 1e-3; // acts per day below which a pair is not worth a row

/// Sum over a pair of the conflict or cooperation stream of one horizon.
double intensity(const World& w, std::size_t actor, Stream s, std::size_t other, bool conflict) {
    const QuadClass verbal = conflict ? QuadClass::vconf : QuadClass::vcoop;
    const QuadClass material = conflict ? QuadClass::mconf : QuadClass::mcoop;
    return w.memory(actor, column(s, verbal, horizon), other) +
           w.memory(actor, column(s, material, horizon), other);
}

double grievance(const World& w, std::size_t actor, std::size_t other) {
    double sum = 0;
    for (std::size_t g = 0; g < grievance_count; ++g)
        sum += w.memory(actor, column(static_cast<Grievance>(g)), other);
    return sum;
}

std::string_view observers(const World& w, const Message& m) {
    if (m.observed_by_all())
        return "all";
    const Act& act = w.scenario->acts[m.act];
    if (act.mechanism == Mechanism::intelligence)
        return w.scenario->entity_id(m.source);
    return m.channel == Channel::private_ ? std::string_view(w.scenario->entity_id(m.target))
                                          : std::string_view();
}

constexpr std::array<std::string_view, table_count> headers{
    "id,tick,date,source,target,act,cameo,class,channel,rung,goldstein,plover,rivera,mid,kahn,"
    "site,salience,observed_by,confidence,cause,cause_share,scripted,cause_kind",
    "tick,date,a,b,rung,a_to_b_conflict,b_to_a_conflict,a_to_b_coop,b_to_a_coop,a_grievance,"
    "b_grievance",
    "tick,date,actor,sent_vcoop,sent_mcoop,sent_vconf,sent_mconf,recv_vcoop,recv_mcoop,recv_vconf,"
    "recv_mconf,mean_hostility,max_rung",
    "tick,date,messages,escalation_goldstein,escalation_plover,escalation_rivera,escalation_mid,"
    "escalation_kahn,crises_open,max_rung,balance",
    "id,a,b,onset,peak_tick,end,peak_rung,duration_days,trigger_event,outcome"};

} // namespace

std::string csv_header(Table table, bool with_replication) {
    return std::string(with_replication ? "replication," : "") +
           std::string(headers[static_cast<std::size_t>(table)]) + "\n";
}

std::string& CsvRecorder::begin_row(Table t) {
    std::string& out = rows[static_cast<std::size_t>(t)];
    out += beginning_;
    return out;
}

void CsvRecorder::tick(const World& world, std::span<const Message> messages) {
    if (writes(Table::events))
        write_events(world, messages);
    if (writes(Table::dyads))
        write_dyads(world);
    if (writes(Table::actors))
        write_actors(world, messages);
    if (writes(Table::system))
        write_system(world, messages);
    if (drain)
        drain(*this);
}

void CsvRecorder::write_events(const World& w, std::span<const Message> messages) {
    const std::string date = iso(w.scenario->date(w.tick));
    for (const Message& m : messages) {
        const Act& act = w.scenario->acts[m.act];
        CsvRow row(begin_row(Table::events));
        row << m.id << w.tick << date << w.scenario->entity_id(m.source)
            << w.scenario->entity_id(m.target) << act.id << act.cameo
            << class_names[index(act.quad)] << channel_names[index(m.channel)] << act.rung;
        for (double score : act.score)
            row << score;
        if (m.site >= 0)
            row << w.setting.sites[static_cast<std::size_t>(m.site)].id;
        else
            row << "";
        row << m.salience << observers(w, m) << m.confidence;
        if (m.cause.message != 0)
            row << m.cause.message;
        else
            row << "";
        row << m.cause.share << (m.scripted ? "true" : "false")
            << cause_names[static_cast<std::size_t>(m.cause.kind)];
    }
}

void CsvRecorder::write_dyads(const World& w) {
    const std::string date = iso(w.scenario->date(w.tick));
    for (std::size_t a = 0; a < w.n; ++a)
        for (std::size_t b = a + 1; b < w.n; ++b) {
            const double ab = intensity(w, a, Stream::own, b, true);
            const double ba = intensity(w, b, Stream::own, a, true);
            const double ab_coop = intensity(w, a, Stream::own, b, false);
            const double ba_coop = intensity(w, b, Stream::own, a, false);
            const double ga = grievance(w, a, b);
            const double gb = grievance(w, b, a);
            const int rung = w.rung(a, b);
            if (rung == 0 && ab + ba + ab_coop + ba_coop + ga + gb < noticeable)
                continue;
            CsvRow row(begin_row(Table::dyads));
            row << w.tick << date << w.setting.actors[a].id << w.setting.actors[b].id << rung;
            for (double value : {ab, ba, ab_coop, ba_coop, ga, gb})
                row.brief(value);
        }
}

void CsvRecorder::write_actors(const World& w, std::span<const Message> messages) {
    std::vector<std::array<int, class_count>> sent(w.n), received(w.n);
    for (const Message& m : messages) {
        const QuadClass q = w.scenario->acts[m.act].quad;
        if (q == QuadClass::none || m.source >= w.n)
            continue;
        ++sent[m.source][index(q)];
        ++received[m.target][index(q)];
    }
    const std::string date = iso(w.scenario->date(w.tick));
    for (std::size_t i = 0; i < w.n; ++i) {
        double hostility = 0;
        int top = 0;
        for (std::size_t j = 0; j < w.n; ++j)
            if (j != i) {
                hostility += intensity(w, i, Stream::own, j, true);
                top = std::max(top, w.rung(i, j));
            }
        CsvRow row(begin_row(Table::actors));
        row << w.tick << date << w.setting.actors[i].id;
        for (int count : sent[i])
            row << count;
        for (int count : received[i])
            row << count;
        row.brief(hostility / static_cast<double>(w.n - 1)) << top;
    }
}

void CsvRecorder::write_system(const World& w, std::span<const Message> messages) {
    std::array<double, scale_count> escalation{};
    int count = 0;
    for (const Message& m : messages) {
        const Act& act = w.scenario->acts[m.act];
        if (act.quad == QuadClass::none)
            continue;
        ++count;
        for (std::size_t s = 0; s < scale_count; ++s)
            escalation[s] += hostility_sign(static_cast<Scale>(s)) * act.score[s];
    }
    const auto open = std::count_if(w.crises.begin(), w.crises.end(),
                                    [](const auto& c) { return c.has_value(); });
    CsvRow row(begin_row(Table::system));
    row << w.tick << iso(w.scenario->date(w.tick)) << count;
    for (double e : escalation)
        row.brief(e == 0 ? 0.0 : e); // no negative zero
    row << static_cast<int>(open)
        << std::max_element(w.dyads.begin(), w.dyads.end(), [](const Dyad& x, const Dyad& y) {
               return x.rung() < y.rung();
           })->rung();
    row.brief(balance(w));
}

void CsvRecorder::crisis_ended(const World& w, const Crisis& c, std::string_view outcome) {
    if (!writes(Table::crises))
        return;
    CsvRow row(begin_row(Table::crises));
    const int end = std::min(w.tick, w.scenario->ticks());
    row << ++crises_ << w.setting.actors[c.a].id << w.setting.actors[c.b].id
        << iso(w.scenario->date(c.onset)) << c.peak_tick;
    if (outcome == "ongoing")
        row << "";
    else
        row << iso(w.scenario->date(end));
    row << c.peak_rung << (end - c.onset) * w.scenario->tick_days;
    if (c.trigger != 0)
        row << c.trigger;
    else
        row << "";
    row << outcome;
}

} // namespace demarche
