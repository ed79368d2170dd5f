#include "sim/study/weekly_counts.h"

#include <numeric>

namespace demarche {

WeeklyCounts::WeeklyCounts(const EventSeries& series)
    : n_(series.actor_count()), weeks_(static_cast<std::size_t>(series.weeks())),
      number_(n_ * n_, none) {
    for (std::size_t week = 0; week < weeks_; ++week)
        for (std::size_t e = series.begin_of(static_cast<int>(week));
             e < series.end_of(static_cast<int>(week)); ++e) {
            const DatedCount& event = series.events()[e];
            std::size_t& pair = number_[event.source * n_ + event.target];
            if (pair == none) {
                pair = ends_.size();
                ends_.emplace_back(event.source, event.target);
                counts_.resize(ends_.size() * weeks_);
            }
            counts_[pair * weeks_ + week][index(event.of)] += static_cast<float>(event.count);
        }
}

std::vector<double> WeeklyCounts::row(std::size_t pair, ClassSet of) const {
    std::vector<double> out(weeks_);
    if (pair != none)
        for (std::size_t t = 0; t < weeks_; ++t)
            for (std::size_t q = 0; q < class_count; ++q)
                if (of >> q & 1U)
                    out[t] += static_cast<double>(counts_[pair * weeks_ + t][q]);
    return out;
}

double WeeklyCounts::total(std::size_t pair, ClassSet of) const {
    const std::vector<double> weekly = row(pair, of);
    return std::accumulate(weekly.begin(), weekly.end(), 0.0);
}

} // namespace demarche
