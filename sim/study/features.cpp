#include "sim/study/features.h"

#include <algorithm>
#include <cmath>

#include "agents/view.h"
#include "sim/core/elementary.h"

namespace demarche {
namespace {

constexpr std::array<std::string_view, 2> directions{"own", "received"};
constexpr auto recent_week = static_cast<std::size_t>(1);  // the medium horizon
constexpr auto recent_month = static_cast<std::size_t>(2); // the long horizon
constexpr auto slow = static_cast<std::size_t>(3);
constexpr double material_weight = 2;    // of material against verbal conflict, for third parties
constexpr double least_hostility = 0.02; // acts per week; less does not move third parties

/// ln(1 + x / e): linear for x well below e, logarithmic above.
double log1(double x, double e) {
    return x == 0 ? 0.0 : log1p_bits(x / e);
}

/// ln of now against usual, both in acts per week, near 0 where both are well below e.
double trend(double now, double usual, double e) {
    return now == usual ? 0.0 : log_bits((now + e) / (usual + e));
}

} // namespace

MemoryRule forecasting_memory() {
    MemoryRule rule;
    rule.half_life = {2, 7, 28, 182};
    return rule;
}

Features::Features(std::size_t actors, const MemoryRule& rule) : n_(actors) {
    for (std::size_t h = 0; h < horizon_count; ++h)
        keep_[h] = std::exp2(-1 / rule.half_life[h]);
    of_pair_.resize(n_ * n_);
    acquainted_.resize(n_ * n_);
    for (ClassTotals& s : of_) {
        s.sent.resize(n_);
        s.received.resize(n_);
        s.log_sent.resize(n_);
        s.log_received.resize(n_);
    }
    for (ByPair* p : {&affinity_, &solidarity_, &coalition_, &spillover_})
        p->resize(n_ * n_);
    declare();
}

/// In the order in which `write` puts them.
void Features::declare() {
    const auto add = [&](std::string name, Roles roles) {
        all_.push_back(static_cast<std::uint32_t>(columns_.size()));
        columns_.push_back({std::move(name), roles});
    };
    const auto add_of_strangers = [&](std::string name, Roles roles) {
        of_strangers_.push_back(static_cast<std::uint32_t>(columns_.size()));
        add(std::move(name), roles);
    };
    add_of_strangers("constant", stimulates | disperses);
    for (const char* kind : {"", "_days"})
        for (std::string_view direction : directions)
            for (std::string_view of : std::span(class_names).first(class_count))
                for (std::string_view horizon : horizon_names)
                    add(std::string(direction) + "_" + std::string(of) + kind + "." +
                            std::string(horizon),
                        stimulates);
    for (std::string_view of : std::span(class_names).first(class_count))
        add_of_strangers("gravity_" + std::string(of), stimulates);
    for (const char* name : {"solidarity", "coalition", "spillover"})
        add_of_strangers(name, stimulates);
    add("pair_volume", multiplies | disperses);
    add("sent_volume", multiplies);
    add("pair_conflict", multiplies | disperses);
    add("volume_trend", disperses);
    add("conflict_trend", disperses);
    for (const char* name : {"source_vconf", "source_mconf", "target_vconf", "target_mconf"})
        add_of_strangers(name, multiplies);
    add("affinity", multiplies | disperses);
    for (std::string_view direction : directions)
        for (const char* of : {"vconf", "mconf"})
            for (const std::size_t h : {recent_week, recent_month})
                add("log_" + std::string(direction) + "_" + of + "." +
                        std::string(horizon_names[h]),
                    compares);
}

void Features::absorb(const EventSeries& series) {
    absorb(series.monday(week_),
           std::span(series.events())
               .subspan(series.begin_of(week_), series.end_of(week_) - series.begin_of(week_)));
}

void Features::absorb(Day monday, std::span<const DatedCount> events) {
    ByHorizon left{};
    for (std::size_t h = 0; h < horizon_count; ++h)
        left[h] = std::pow(keep_[h], week_days);
    for (const std::uint32_t pair : met_)
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t h = 0; h < horizon_count; ++h) {
                of_pair_[pair].acts[q][h] *= left[h];
                of_pair_[pair].days[q][h] *= left[h];
            }
    // An act of a day has faded for the days of the week after it.
    std::array<std::array<double, horizon_count>, week_days> weight{};
    for (int age = 0; age < week_days; ++age)
        for (std::size_t h = 0; h < horizon_count; ++h)
            weight[static_cast<std::size_t>(age)][h] =
                week_days * (1 - keep_[h]) * std::pow(keep_[h], age);
    const int sunday = monday.number + week_days - 1;
    const DatedCount* before = nullptr;
    const auto known = static_cast<std::ptrdiff_t>(met_.size());
    for (const DatedCount& event : events) {
        if (event.count == 0)
            continue;
        const std::size_t q = index(event.of);
        const std::size_t pair = event.source * n_ + event.target;
        PairMemory& memory = of_pair_[pair];
        if (std::all_of(memory.total.begin(), memory.total.end(),
                        [](double x) { return x == 0; })) {
            met_.push_back(static_cast<std::uint32_t>(pair));
            acquainted_[pair] = acquainted_[event.target * n_ + event.source] = 1;
        }
        const auto& w = weight[static_cast<std::size_t>(sunday - event.day.number)];
        const bool new_day = !before || before->day != event.day || before->of != event.of ||
                             before->source != event.source || before->target != event.target;
        before = &event;
        for (std::size_t h = 0; h < horizon_count; ++h) {
            memory.acts[q][h] += w[h] * event.count;
            if (new_day)
                memory.days[q][h] += w[h];
        }
        memory.total[q] += event.count;
        of_[q].sent[event.source] += event.count;
        of_[q].received[event.target] += event.count;
        of_[q].all += event.count;
    }
    std::sort(met_.begin() + known, met_.end());
    std::inplace_merge(met_.begin(), met_.begin() + known, met_.end());
    ++week_;
    for (std::size_t h = 0; h < horizon_count; ++h)
        whole_[h] = 1 / (1 - std::pow(keep_[h], week_days * week_));
    for (QuadClass q : {QuadClass::vconf, QuadClass::mconf}) {
        ClassTotals& s = of_[index(q)];
        for (std::size_t a = 0; a < n_; ++a) {
            s.log_sent[a] = log1(s.sent[a] / week_, 0.5);
            s.log_received[a] = log1(s.received[a] / week_, 0.5);
        }
    }
    relate();
}

void Features::settle() {
    for (const std::uint32_t pair : met_)
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t h = 0; h < slow; ++h) {
                PairMemory& m = of_pair_[pair];
                m.acts[q][h] = m.acts[q][slow] * whole_[slow] / whole_[h];
                m.days[q][h] = m.days[q][slow] * whole_[slow] / whole_[h];
            }
    relate();
}

double Features::slow_rate(QuadClass of) const {
    double sum = 0;
    for (const std::uint32_t pair : met_)
        sum += of_pair_[pair].acts[index(of)][slow] * whole_[slow];
    return sum;
}

unsigned Features::pattern(std::size_t i, std::size_t j) const {
    unsigned bits = 0;
    const auto add = [&](double x) { bits = 2 * bits + (x > 0); };
    for (std::size_t q = class_count; q-- > 0;)
        for (const std::size_t pair : {i * n_ + j, j * n_ + i})
            add(of_pair_[pair].total[q]);
    for (const ByPair* p : {&solidarity_, &coalition_, &spillover_})
        add((*p)[i * n_ + j]);
    for (const ClassTotals& s : of_)
        add(s.sent[i]);
    for (const ClassTotals& s : of_)
        add(s.received[j]);
    return bits;
}

double Features::contacts(std::size_t i, std::size_t j) const {
    double sum = 0;
    for (std::size_t q = 0; q < class_count; ++q)
        sum += of_pair_[i * n_ + j].total[q] + of_pair_[j * n_ + i].total[q];
    return sum;
}

/// Who is close to whom, and what hostility of the last weeks means to third parties.
void Features::relate() {
    for (const std::uint32_t pair : met_) {
        const std::size_t i = pair / n_, j = pair % n_;
        double friendly = 0, hostile = 0;
        for (QuadClass q : all_classes)
            (is_conflict(q) ? hostile : friendly) +=
                (of_pair_[pair].total[index(q)] + of_pair_[j * n_ + i].total[index(q)]) / week_;
        affinity_[i * n_ + j] = affinity_[j * n_ + i] = friendly / (friendly + 4 * hostile + 1);
    }
    for (ByPair* p : {&solidarity_, &coalition_, &spillover_})
        std::fill(p->begin(), p->end(), 0.0);
    for (const std::uint32_t pair : met_) {
        const std::size_t a = pair / n_, b = pair % n_;
        const PairMemory& m = of_pair_[pair];
        const double hostility = (m.acts[index(QuadClass::vconf)][recent_week] +
                                  material_weight * m.acts[index(QuadClass::mconf)][recent_week]) *
                                 whole_[recent_week];
        if (hostility < least_hostility)
            continue;
        const double mark = std::sqrt(hostility);
        for (std::size_t i = 0; i < n_; ++i) {
            solidarity_[i * n_ + a] += affinity_[i * n_ + b] * mark; // a harms my friend b
            coalition_[i * n_ + b] += affinity_[i * n_ + a] * mark;  // my friend a harms b
            spillover_[a * n_ + i] += affinity_[i * n_ + b] * mark;  // a harms i's friend b
        }
    }
}

double Features::gravity(std::size_t q, std::size_t i, std::size_t j) const {
    const ClassTotals& s = of_[q];
    return s.all > 0 ? s.sent[i] * s.received[j] / s.all / week_ : 0.0;
}

std::span<const std::uint32_t> Features::write(std::size_t i, std::size_t j,
                                               std::span<float> out) const {
    std::size_t next = 0;
    const auto put = [&](double value) { out[next++] = static_cast<float>(value); };
    const std::size_t pair = i * n_ + j, reverse = j * n_ + i;
    const double weeks = week_;
    if (!acquainted(i, j)) { // nothing but what both do elsewhere
        const auto* column = of_strangers_.data();
        const auto put_next = [&](double value) { out[*column++] = static_cast<float>(value); };
        put_next(1);
        for (std::size_t q = 0; q < class_count; ++q)
            put_next(gravity(q, i, j));
        for (const ByPair* p : {&solidarity_, &coalition_, &spillover_})
            put_next((*p)[pair]);
        for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
            put_next(of_[index(q)].log_sent[i]);
        for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
            put_next(of_[index(q)].log_received[j]);
        return of_strangers_;
    }
    put(1);
    const PairMemory& own = of_pair_[pair];
    const PairMemory& received = of_pair_[reverse];
    for (const PairMemory* m : {&own, &received})
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t h = 0; h < horizon_count; ++h)
                put(m->acts[q][h] * whole_[h]);
    for (const PairMemory* m : {&own, &received})
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t h = 0; h < horizon_count; ++h)
                put(m->days[q][h] * whole_[h]);
    for (std::size_t q = 0; q < class_count; ++q)
        put(gravity(q, i, j));
    put(solidarity_[pair]);
    put(coalition_[pair]);
    put(spillover_[pair]);

    double sent = 0, conflict = 0, volume_now = 0, conflict_now = 0;
    for (QuadClass q : all_classes) {
        const std::size_t k = index(q);
        const double now =
            (own.acts[k][recent_month] + received.acts[k][recent_month]) * whole_[recent_month];
        sent += own.total[k] / weeks;
        volume_now += now;
        if (is_conflict(q)) {
            conflict += (own.total[k] + received.total[k]) / weeks;
            conflict_now += now;
        }
    }
    const double volume = contacts(i, j) / weeks;
    put(log1(volume, 0.25));
    put(log1(sent, 0.1));
    put(log1(conflict, 0.05));
    put(trend(volume_now, volume, 0.25));
    put(trend(conflict_now, conflict, 0.1));
    for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
        put(of_[index(q)].log_sent[i]);
    for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
        put(of_[index(q)].log_received[j]);
    put(affinity_[pair]);
    for (const PairMemory* m : {&own, &received})
        for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
            for (const std::size_t h : {recent_week, recent_month})
                put(log1(m->acts[index(q)][h] * whole_[h], 0.1));
    return all_;
}

} // namespace demarche
