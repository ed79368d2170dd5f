#include "sim/study/appraisal_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/engine/scenario.h"

namespace demarche {
namespace {

constexpr std::array<std::string_view, 3> proxies{"rate", "gravity", "constant"};
constexpr double average_loyalty = Knobs{}.loyalty;

/// What everybody remembers of everybody, as the engine would.
class Memories {
public:
    Memories(std::size_t actors, const AppraisalRule& rule, std::vector<double> alignment)
        : n_(actors), rule_(rule), alignment_(std::move(alignment)) {
        const MemoryRule& memory = rule.memory;
        for (std::size_t h = 0; h < horizon_count; ++h)
            keep_[h] = std::exp2(-rule.tick_days / memory.half_life[h]);
        keep_grievance_ = std::exp2(-rule.tick_days / memory.grievance_half_life);
        for (std::size_t q = 0; q < class_count; ++q) {
            for (auto& m : acts_[q])
                m.resize(n_ * n_);
            total_[q].resize(n_ * n_);
            sent_[q].resize(n_);
            received_[q].resize(n_);
        }
        grievance_.resize(n_ * n_);
    }

    std::vector<FeatureColumn> columns() const {
        std::vector<FeatureColumn> out{{"constant", stimulates | disperses}};
        for (const std::string_view stream : stream_names)
            for (std::size_t q = 0; q < class_count; ++q)
                for (std::size_t h = 0; h < horizons(); ++h)
                    out.push_back({std::string(stream) + "_" + std::string(class_names[q]) + "." +
                                       std::string(horizon_names[h]),
                                   stimulates});
        for (const char* proxy : {"rate_", "gravity_"})
            for (std::size_t q = 0; q < class_count; ++q)
                out.push_back({proxy + std::string(class_names[q]), stimulates});
        if (!alignment_.empty())
            out.push_back({"grievance_solidarity", stimulates});
        if (rule_.tick_days == 1)
            out.push_back({"weekend", multiplies});
        return out;
    }

    double contacts(std::size_t i, std::size_t j) const {
        double sum = 0;
        for (const auto& t : total_)
            sum += t[i * n_ + j] + t[j * n_ + i];
        return sum;
    }
    double ticks() const { return ticks_; }

    /// Takes in the events of the next tick.
    void absorb(std::span<const DatedCount> events) {
        ++ticks_;
        for (std::size_t h = 0; h < horizon_count; ++h) {
            for (auto& of_class : acts_)
                for (double& m : of_class[h])
                    m *= keep_[h];
            whole_[h] = 1 / (1 - std::pow(keep_[h], ticks_));
        }
        for (double& g : grievance_)
            g *= keep_grievance_;
        whole_grievance_ = 1 / (1 - std::pow(keep_grievance_, ticks_));
        for (const DatedCount& e : events) {
            const std::size_t q = index(e.of), pair = e.source * n_ + e.target;
            for (std::size_t h = 0; h < horizon_count; ++h)
                acts_[q][h][pair] += (1 - keep_[h]) * e.count;
            total_[q][pair] += e.count;
            sent_[q][e.source] += e.count;
            received_[q][e.target] += e.count;
            all_[q] += e.count;
            if (is_conflict(e.of) && !alignment_.empty())
                for (std::size_t i = 0; i < n_; ++i)
                    if (i != e.source && i != e.target)
                        grievance_[i * n_ + e.source] += (1 - keep_grievance_) * average_loyalty *
                                                         alignment_[i * n_ + e.target] * e.count;
        }
    }

    void write(std::size_t i, std::size_t j, bool weekend, std::span<float> out) const {
        std::size_t next = 0;
        const auto put = [&](double value) { out[next++] = static_cast<float>(value); };
        put(1);
        for (const std::size_t pair : {i * n_ + j, j * n_ + i})
            for (const auto& of_class : acts_)
                for (std::size_t h = 0; h < horizons(); ++h)
                    put(of_class[h][pair] * whole_[h]);
        for (std::size_t q = 0; q < class_count; ++q)
            put(total_[q][i * n_ + j] * of_source(q, i) / ticks_);
        for (std::size_t q = 0; q < class_count; ++q)
            put(all_[q] > 0 ? sent_[q][i] * received_[q][j] * of_source(q, i) / all_[q] / ticks_
                            : 0.0);
        if (!alignment_.empty())
            put(grievance_[i * n_ + j] * whole_grievance_);
        if (rule_.tick_days == 1)
            put(weekend);
    }

private:
    /// What turns its acts into those of an average source, if doctrines are estimated.
    double of_source(std::size_t q, std::size_t i) const {
        return rule_.doctrine && sent_[q][i] > 0 ? all_[q] / static_cast<double>(n_) / sent_[q][i]
                                                 : 1.0;
    }
    std::size_t horizons() const { return rule_.slow ? horizon_count : horizon_count - 1; }

    std::size_t n_;
    AppraisalRule rule_;
    std::vector<double> alignment_; ///< [i * n + j], empty = not known
    std::array<double, horizon_count> keep_{}, whole_{};
    double keep_grievance_ = 0, whole_grievance_ = 0;
    double ticks_ = 0;
    std::array<std::array<std::vector<double>, horizon_count>, class_count> acts_;
    std::array<std::vector<double>, class_count> total_, sent_, received_;
    std::array<double, class_count> all_{};
    std::vector<double> grievance_;
};

} // namespace

Sample appraisal_sample(const std::vector<Window>& windows, const AppraisalRule& rule) {
    Sample out;
    std::map<std::string, std::uint32_t> numbers;
    std::vector<float> row;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const Window& window = windows[w];
        const EventSeries& series = *window.series;
        const std::size_t n = series.actor_count();
        Memories memories(n, rule,
                          rule.ties ? bonds(*rule.ties, series.actors()).alignment
                                    : std::vector<double>());
        if (w == 0) {
            out.columns = memories.columns();
            out.cases = Cases(out.columns.size());
            row.resize(out.columns.size());
        }
        std::vector<std::uint32_t> actor;
        for (const std::string& name : series.actors()) {
            const auto next = static_cast<std::uint32_t>(numbers.size());
            const auto [it, added] = numbers.emplace(name, next);
            actor.push_back(it->second);
            if (added)
                out.actors.push_back(name);
        }
        std::array<std::vector<std::uint32_t>, class_count> counts;
        for (auto& c : counts)
            c.resize(n * n);
        std::vector<std::pair<std::size_t, std::size_t>> pairs;
        std::size_t e = series.begin_of(0);
        for (int week = 0; week <= window.last; ++week) {
            if (week >= window.first) {
                pairs.clear();
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t j = 0; j < n; ++j)
                        if (i != j && memories.contacts(i, j) >= window.activity * week)
                            pairs.emplace_back(i, j);
            }
            for (int tick = 0; tick < week_days / rule.tick_days; ++tick) {
                const Day end{series.monday(week).number + (tick + 1) * rule.tick_days};
                const std::size_t first = e;
                while (e < series.end_of(week) && series.events()[e].day < end)
                    ++e;
                const auto events = std::span(series.events()).subspan(first, e - first);
                if (week >= window.first) {
                    for (auto& c : counts)
                        std::fill(c.begin(), c.end(), 0U);
                    for (const DatedCount& event : events)
                        counts[index(event.of)][event.source * n + event.target] +=
                            static_cast<std::uint32_t>(event.count);
                    for (const auto& [i, j] : pairs) {
                        memories.write(i, j, tick >= 5, row);
                        out.cases.add(row);
                        for (std::size_t q = 0; q < class_count; ++q)
                            out.counts[q].push_back(counts[q][i * n + j]);
                        out.source.push_back(actor[i]);
                        out.target.push_back(actor[j]);
                        out.week.push_back(static_cast<std::uint32_t>(week));
                        out.window.push_back(static_cast<std::uint32_t>(w));
                    }
                }
                memories.absorb(events);
            }
        }
    }
    out.cases.finish();
    return out;
}

std::function<Roles(const FeatureColumn&, QuadClass)> appraisal_roles(const AppraisalRule& rule) {
    if (rule.cooperation)
        return {};
    return [](const FeatureColumn& c, QuadClass of) {
        const bool remembered = c.name.starts_with("own_") || c.name.starts_with("received_");
        return is_conflict(of) && remembered && c.name.find("coop") != std::string::npos ? Roles{0}
                                                                                         : c.roles;
    };
}

std::vector<DoctrineTerm> appraisal_doctrine(const AppraisalRule& rule) {
    DoctrineTerm activity, pacifism, reciprocity, loyalty;
    activity.loading.fill(1);
    activity.logarithm = true;
    activity.lack = "it did next to nothing";
    Setting setting = rule.ties ? rule.ties->setting : Setting{};
    setting.policies[setting.policies.find("appraisal")].describe(
        [&](const Parameter& p, double& value) {
            for (std::size_t q = 0; q < class_count; ++q)
                if (p.name == std::string(class_names[q]) + ".pacifism")
                    pacifism.loading[q] = value;
        });
    pacifism.usual = 0.25; // half of the greatest
    pacifism.lack = "it did next to nothing";
    reciprocity.part = "received_";
    reciprocity.logarithm = true;
    reciprocity.lack = "it answers nothing that it received";
    loyalty.part = "grievance_solidarity";
    loyalty.logarithm = true;
    loyalty.lack = "it answers no harm to anybody it sides with";
    std::vector<DoctrineTerm> out;
    const auto add = [&](const std::string& name, DoctrineTerm term) {
        term.name = name;
        Knobs{}.describe([&](const Parameter& p, double& value) {
            if (p.name == name) {
                term.average = value;
                term.least = p.low;
                term.most = p.high;
            }
        });
        out.push_back(std::move(term));
    };
    add("activity", activity);
    add("pacifism", pacifism);
    add("reciprocity", reciprocity);
    if (rule.ties)
        add("loyalty", loyalty);
    return out;
}

std::vector<std::pair<std::string, double>> policy_coefficients(const ClassFit& fit,
                                                                int tick_days) {
    std::vector<std::pair<std::string, double>> out;
    if (fit.estimates.empty())
        return out;
    const double rho = std::exp(fit.parameters[fit.model.log_exponent()]);
    const double slope = fit.parameters[fit.model.slope()];
    const double days = tick_days;
    double dispersion = 0;
    out.emplace_back("exponent", rho);
    out.emplace_back("intercept", (rho - 1) * std::log(days));
    const std::string stimulus = "stimulus.";
    for (const CoefficientEstimate& e : fit.estimates) {
        if (e.name == "dispersion.constant")
            dispersion = e.value;
        if (!e.name.starts_with(stimulus))
            continue;
        const std::string name = e.name.substr(stimulus.size());
        const bool proxy = std::any_of(proxies.begin(), proxies.end(),
                                       [&](std::string_view p) { return name.starts_with(p); });
        if (!proxy)
            out.emplace_back(name, e.value);
    }
    // What answers received conflict is estimated as such; none of it is told apart as pacifism's.
    out.emplace_back("conciliation", 0);
    // A tick's size is a share of the week's, at the weekly mean (docs/model.md, "Counts").
    out.emplace_back("dispersion_intercept",
                     dispersion - std::log(days / week_days) - slope * std::log(week_days / days));
    out.emplace_back("dispersion_slope", slope);
    return out;
}

} // namespace demarche
