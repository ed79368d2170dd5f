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

/// Memories of the forecasting model. Its half-lives, 2, 7, 28 and 182 days, were chosen with the
/// rest of its specification (docs/calibration.md), whatever those of scenarios are.
MemoryRule forecasting_memory();

/// Teacher-forced covariates: what a pair, its two actors and third parties remember of the
/// observed events of earlier weeks. Memories fade from day to day as those of the engine do
/// (docs/model.md, "Memory"). They start empty, not at an equilibrium, and are divided by the share
/// of their weight that lies in the observed past, so that they mean the same in week 8 and in
/// week 40. All rates are in acts per week.
class Features {
public:
    explicit Features(std::size_t actors, const MemoryRule& rule = forecasting_memory());

    const std::vector<FeatureColumn>& columns() const { return columns_; }
    /// The week whose beginning the state describes.
    int week() const { return week_; }
    /// Takes in the events of `week()`, which begins on this day, and moves on to the next. Events
    /// of one day, pair and class must stand together.
    void absorb(Day monday, std::span<const DatedCount> events);
    /// The same for a week of a series.
    void absorb(const EventSeries& series);
    /// Lets every memory stand where it comes to rest if all pairs go on at their slow rates.
    void settle();
    /// Covariates of a directed pair, in the order of `columns()`; from week 1 on. Returns which
    /// were written; the others are 0, and left as they were in `out`.
    std::span<const std::uint32_t> write(std::size_t source, std::size_t target,
                                         std::span<float> out) const;
    /// Directed pairs with an act since week 0, as source * actors + target, in ascending order.
    const std::vector<std::uint32_t>& met() const { return met_; }
    /// Whether there was an act in either direction since week 0.
    bool acquainted(std::size_t i, std::size_t j) const { return acquainted_[i * n_ + j] != 0; }
    /// Which groups of a pair's covariates are not 0, a bit each: those of what both did to each
    /// other stand first, by class, and next to each other.
    unsigned pattern(std::size_t source, std::size_t target) const;
    /// Acts of one class per week that all pairs together did lately (the slow memory).
    double slow_rate(QuadClass of) const;
    /// Acts of all classes since week 0, both directions together.
    double contacts(std::size_t i, std::size_t j) const;

private:
    using ByPair = std::vector<double>; ///< [source * n + target]
    using ByActor = std::vector<double>;
    using ByHorizon = std::array<double, horizon_count>;
    /// What a source did to a target; one piece of memory, since it is read as a whole.
    struct PairMemory {
        std::array<ByHorizon, class_count> acts{}; ///< memory of acts
        std::array<ByHorizon, class_count> days{}; ///< memory of days with at least one act
        std::array<double, class_count> total{};   ///< acts since week 0
    };
    struct ClassTotals { ///< acts since week 0
        ByActor sent, received;
        ByActor log_sent, log_received; ///< of acts a week, as covariates
        double all = 0;
    };

    void declare();
    void relate();
    double gravity(std::size_t of, std::size_t source, std::size_t target) const;

    std::size_t n_;
    ByHorizon keep_{};  ///< share of a memory left after a day
    ByHorizon whole_{}; ///< 1 / share of its weight since week 0
    int week_ = 0;
    std::vector<FeatureColumn> columns_;
    std::vector<std::uint32_t> all_, of_strangers_; ///< columns that may differ from 0
    std::vector<PairMemory> of_pair_;               ///< [source * n + target]
    std::vector<std::uint32_t> met_;                ///< pairs with an act since week 0, in order
    std::vector<char> acquainted_;                  ///< [source * n + target], symmetric
    std::array<ClassTotals, class_count> of_;
    ByPair affinity_; ///< 0..1, symmetric
    ByPair solidarity_, coalition_, spillover_;
};

} // namespace demarche
