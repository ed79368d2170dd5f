#include "sim/core/act.h"

#include <algorithm>
#include <cmath>

namespace demarche {

bool Act::allows(Channel c) const {
    return std::find(channels.begin(), channels.end(), c) != channels.end();
}

ActTable::ActTable(std::vector<Act> acts) : acts_(std::move(acts)), intensity_(acts_.size()) {
    for (const Act& act : acts_)
        if (act.quad != QuadClass::none && act.frequency > 0)
            by_class_[index(act.quad)].push_back(id_of(act));

    for (auto& by_class : posted_by_)
        by_class.fill(acts_.size());
    for (std::size_t a = acts_.size(); a-- > 0;)
        posted_by_[static_cast<std::size_t>(acts_[a].mechanism)][index(acts_[a].quad)] = a;

    for (std::size_t s = 0; s < scale_count; ++s) {
        std::array<double, class_count> weighted{};
        std::array<double, class_count> weight{};
        for (const Act& act : acts_) {
            if (act.quad == QuadClass::none)
                continue;
            weighted[index(act.quad)] += act.frequency * std::abs(act.score[s]);
            weight[index(act.quad)] += act.frequency;
        }
        for (std::size_t a = 0; a < acts_.size(); ++a) {
            if (acts_[a].quad == QuadClass::none)
                continue;
            const std::size_t q = index(acts_[a].quad);
            const double mean = weight[q] > 0 ? weighted[q] / weight[q] : 0;
            intensity_[a][s] = mean > 0 ? std::abs(acts_[a].score[s]) / mean : 1.0;
        }
    }
}

const Act* ActTable::find(std::string_view id) const {
    const auto it =
        std::find_if(acts_.begin(), acts_.end(), [&](const Act& a) { return a.id == id; });
    return it == acts_.end() ? nullptr : &*it;
}

} // namespace demarche
