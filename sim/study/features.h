#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "agents/view.h"
#include "sim/engine/setting.h"
#include "sim/study/events.h"

namespace demarche {

/// What a covariate may do in the rate and in the dispersion of counts; a set of bits.
using Roles = unsigned;
inline constexpr Roles stimulates = 1; ///< adds to the stimulus
inline constexpr Roles multiplies = 2; ///< belongs to the doctrine in front
inline constexpr Roles disperses = 4;  ///< moves the size of the negative binomial
inline constexpr Roles compares = 8;   ///< for the models that Demarche is compared with

struct FeatureColumn {
    std::string name;
    Roles roles;
};

/// Teacher-forced covariates: what a pair, its two actors and third parties remember of the
/// observed events of earlier weeks. Memories fade from day to day as those of the engine do
/// (docs/model.md, "Memory"). They start empty, not at an equilibrium, and are divided by the share
/// of their weight that lies in the observed past, so that they mean the same in week 8 and in
/// week 40. All rates are in acts per week.
class Features {
public:
    /// By default memories fade as those of a scenario do.
    explicit Features(std::size_t actors, const MemoryRule& rule = {});

    const std::vector<FeatureColumn>& columns() const { return columns_; }
    /// The week whose beginning the state describes.
    int week() const { return week_; }
    /// Takes in the events of `week()`, which begins on this day, and moves on to the next. Events
    /// of one day, pair and class must stand together.
    void absorb(Day monday, std::span<const DatedCount> events);
    /// The same for a week of a series.
    void absorb(const EventSeries& series);
    /// All covariates of a directed pair, in the order of `columns()`; from week 1 on.
    void write(std::size_t source, std::size_t target, std::span<float> out) const;
    /// Acts of all classes since week 0, both directions together.
    double contacts(std::size_t i, std::size_t j) const;

private:
    using ByPair = std::vector<double>; ///< [source * n + target]
    using ByActor = std::vector<double>;
    struct ClassMemory {
        std::array<ByPair, horizon_count> acts; ///< memory of acts
        std::array<ByPair, horizon_count> days; ///< memory of days with at least one act
        ByPair total;                           ///< acts since week 0
        ByActor sent, received;                 ///< acts since week 0
        double all = 0;                         ///< acts since week 0
    };

    void declare();
    void relate();

    std::size_t n_;
    std::array<double, horizon_count> keep_{};  ///< share of a memory left after a day
    std::array<double, horizon_count> whole_{}; ///< 1 / share of its weight since week 0
    int week_ = 0;
    std::vector<FeatureColumn> columns_;
    std::array<ClassMemory, class_count> of_;
    ByPair affinity_; ///< 0..1, symmetric
    ByPair solidarity_, coalition_, spillover_;
};

} // namespace demarche
