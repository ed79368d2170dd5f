#include "sim/study/features.h"

#include <algorithm>
#include <cmath>

namespace demarche {
namespace {

constexpr std::array<QuadClass, class_count> classes{QuadClass::vcoop, QuadClass::mcoop,
                                                     QuadClass::vconf, QuadClass::mconf};
constexpr std::array<std::string_view, 2> directions{"own", "received"};
constexpr auto recent_week = static_cast<std::size_t>(1);  // the medium horizon
constexpr auto recent_month = static_cast<std::size_t>(2); // the long horizon
constexpr double material_weight = 2;    // of material against verbal conflict, for third parties
constexpr double least_hostility = 0.02; // acts per week; less does not move third parties

/// ln(1 + x / e): linear for x well below e, logarithmic above.
double log1(double x, double e) {
    return std::log1p(x / e);
}

/// ln of now against usual, both in acts per week, near 0 where both are well below e.
double trend(double now, double usual, double e) {
    return std::log((now + e) / (usual + e));
}

} // namespace

Features::Features(std::size_t actors, const MemoryRule& rule) : n_(actors) {
    for (std::size_t h = 0; h < horizon_count; ++h)
        keep_[h] = std::exp2(-1 / rule.half_life[h]);
    for (ClassMemory& s : of_) {
        for (std::size_t h = 0; h < horizon_count; ++h) {
            s.acts[h].resize(n_ * n_);
            s.days[h].resize(n_ * n_);
        }
        s.total.resize(n_ * n_);
        s.sent.resize(n_);
        s.received.resize(n_);
    }
    for (ByPair* p : {&affinity_, &solidarity_, &coalition_, &spillover_})
        p->resize(n_ * n_);
    declare();
}

/// In the order in which `write` puts them.
void Features::declare() {
    const auto add = [&](std::string name, Roles roles) {
        columns_.push_back({std::move(name), roles});
    };
    add("constant", stimulates | disperses);
    for (const char* kind : {"", "_days"})
        for (std::string_view direction : directions)
            for (std::string_view of : std::span(class_names).first(class_count))
                for (std::string_view horizon : horizon_names)
                    add(std::string(direction) + "_" + std::string(of) + kind + "." +
                            std::string(horizon),
                        stimulates);
    for (std::string_view of : std::span(class_names).first(class_count))
        add("gravity_" + std::string(of), stimulates);
    for (const char* name : {"solidarity", "coalition", "spillover"})
        add(name, stimulates);
    add("pair_volume", multiplies | disperses);
    add("sent_volume", multiplies);
    add("pair_conflict", multiplies | disperses);
    add("volume_trend", disperses);
    add("conflict_trend", disperses);
    for (const char* name : {"source_vconf", "source_mconf", "target_vconf", "target_mconf"})
        add(name, multiplies);
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
    for (ClassMemory& s : of_)
        for (std::size_t h = 0; h < horizon_count; ++h) {
            const double left = std::pow(keep_[h], week_days);
            for (double& m : s.acts[h])
                m *= left;
            for (double& m : s.days[h])
                m *= left;
        }
    // An act of a day has faded for the days of the week after it.
    std::array<std::array<double, horizon_count>, week_days> weight{};
    for (int age = 0; age < week_days; ++age)
        for (std::size_t h = 0; h < horizon_count; ++h)
            weight[static_cast<std::size_t>(age)][h] =
                week_days * (1 - keep_[h]) * std::pow(keep_[h], age);
    const int sunday = monday.number + week_days - 1;
    const DatedCount* before = nullptr;
    for (const DatedCount& event : events) {
        if (event.count == 0)
            continue;
        ClassMemory& s = of_[index(event.of)];
        const std::size_t pair = event.source * n_ + event.target;
        const auto& w = weight[static_cast<std::size_t>(sunday - event.day.number)];
        const bool new_day = !before || before->day != event.day || before->of != event.of ||
                             before->source != event.source || before->target != event.target;
        before = &event;
        for (std::size_t h = 0; h < horizon_count; ++h) {
            s.acts[h][pair] += w[h] * event.count;
            if (new_day)
                s.days[h][pair] += w[h];
        }
        s.total[pair] += event.count;
        s.sent[event.source] += event.count;
        s.received[event.target] += event.count;
        s.all += event.count;
    }
    ++week_;
    for (std::size_t h = 0; h < horizon_count; ++h)
        whole_[h] = 1 / (1 - std::pow(keep_[h], week_days * week_));
    relate();
}

double Features::contacts(std::size_t i, std::size_t j) const {
    double sum = 0;
    for (const ClassMemory& s : of_)
        sum += s.total[i * n_ + j] + s.total[j * n_ + i];
    return sum;
}

/// Who is close to whom, and what hostility of the last weeks means to third parties.
void Features::relate() {
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j < n_; ++j) {
            if (i == j)
                continue;
            double friendly = 0, hostile = 0;
            for (QuadClass q : classes) {
                const ByPair& total = of_[index(q)].total;
                (is_conflict(q) ? hostile : friendly) +=
                    (total[i * n_ + j] + total[j * n_ + i]) / week_;
            }
            affinity_[i * n_ + j] = friendly / (friendly + 4 * hostile + 1);
        }
    for (ByPair* p : {&solidarity_, &coalition_, &spillover_})
        std::fill(p->begin(), p->end(), 0.0);
    const ByPair& verbal = of_[index(QuadClass::vconf)].acts[recent_week];
    const ByPair& material = of_[index(QuadClass::mconf)].acts[recent_week];
    for (std::size_t a = 0; a < n_; ++a)
        for (std::size_t b = 0; b < n_; ++b) {
            const double hostility =
                (verbal[a * n_ + b] + material_weight * material[a * n_ + b]) * whole_[recent_week];
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

void Features::write(std::size_t i, std::size_t j, std::span<float> out) const {
    std::size_t next = 0;
    const auto put = [&](double value) { out[next++] = static_cast<float>(value); };
    const std::size_t pair = i * n_ + j, reverse = j * n_ + i;
    const double weeks = week_;
    put(1);
    for (const std::size_t p : {pair, reverse})
        for (const ClassMemory& s : of_)
            for (std::size_t h = 0; h < horizon_count; ++h)
                put(s.acts[h][p] * whole_[h]);
    for (const std::size_t p : {pair, reverse})
        for (const ClassMemory& s : of_)
            for (std::size_t h = 0; h < horizon_count; ++h)
                put(s.days[h][p] * whole_[h]);
    for (const ClassMemory& s : of_)
        put(s.all > 0 ? s.sent[i] * s.received[j] / s.all / weeks : 0.0);
    put(solidarity_[pair]);
    put(coalition_[pair]);
    put(spillover_[pair]);

    double sent = 0, conflict = 0, volume_now = 0, conflict_now = 0;
    for (QuadClass q : classes) {
        const ClassMemory& s = of_[index(q)];
        const double now =
            (s.acts[recent_month][pair] + s.acts[recent_month][reverse]) * whole_[recent_month];
        sent += s.total[pair] / weeks;
        volume_now += now;
        if (is_conflict(q)) {
            conflict += (s.total[pair] + s.total[reverse]) / weeks;
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
        put(log1(of_[index(q)].sent[i] / weeks, 0.5));
    for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
        put(log1(of_[index(q)].received[j] / weeks, 0.5));
    put(affinity_[pair]);
    for (const std::size_t p : {pair, reverse})
        for (QuadClass q : {QuadClass::vconf, QuadClass::mconf})
            for (const std::size_t h : {recent_week, recent_month})
                put(log1(of_[index(q)].acts[h][p] * whole_[h], 0.1));
}

} // namespace demarche
