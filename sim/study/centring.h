#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/study/likelihood.h"
#include "sim/study/linear.h"

namespace demarche {

/// Effects measured from where the parameters before them leave them.
///
/// A pair's effect makes up for whatever the coefficients and its actors' effects say of the pair,
/// as far as data know it better; searched as they are, they crawl along together. So the effect u
/// of a pair is searched as
///
///     v = u + (cross information of u with what stands before it) * (what stands before it)
///         / (information on u + prior precision)
///
/// the more centred the more the data know of it (Papaspiliopoulos, Roberts, Skoeld 2007: A general
/// framework for the parametrization of hierarchical models). To second order v is independent of
/// all that. The same way effects of sources and targets, jointly, are measured from the
/// coefficients, and by a factor of their covariance, so that each is independent of the others.
class Centring {
public:
    Centring() = default; ///< leaves all as it is
    /// At `parameters`; `precision` of the prior by grouping. Groupings are sources and targets,
    /// pairs, or all three. No bit depends on how many `threads` it works on, now and later.
    Centring(const CountModel& model, const Cases& cases, const Observations& observed,
             std::span<const double> parameters, const std::vector<double>& precision,
             unsigned threads);

    /// From centred effects to effects and back; `all` are own parameters, then effects.
    void to_effects(std::span<double> all) const;
    void from_effects(std::span<double> all) const;
    /// From derivatives by parameters and effects to those by parameters and centred effects.
    void chain(std::span<double> gradient) const;

    /// Posterior variances of effects, in their order: of actors when all effects are free, of
    /// pairs given these.
    const std::vector<double>& variance() const { return variance_; }
    /// The part of what data tell of a parameter before the effects that effects cannot say as
    /// well; 1 where there are none.
    double share(std::size_t parameter) const { return share_.empty() ? 1.0 : share_[parameter]; }

private:
    std::vector<double> shifts_of_actors(std::span<const double> all) const;
    std::vector<double> shifts_of_pairs(std::span<const double> all) const;

    unsigned threads_ = 1;
    std::vector<double> at_; ///< parameters before the effects
    std::size_t actors_ = 0; ///< effects of sources and targets
    Matrix factor_{0};       ///< lower triangle: from centred effects of actors to effects
    std::vector<double> by_parameter_;               ///< [parameter][actor]: shift of an effect
    std::vector<double> information_;                ///< [pair]
    std::vector<double> total_;                      ///< [pair], with the prior
    std::vector<float> cross_;                       ///< [parameter][pair]
    std::vector<std::array<std::uint32_t, 2>> ends_; ///< [pair]: its actors, by effect
    std::vector<double> variance_, share_;
};

} // namespace demarche
