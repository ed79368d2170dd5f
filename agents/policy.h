#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/view.h"
#include "sim/core/counts.h"

namespace demarche {

/// A number of each class of acts.
using PerClass = std::array<double, class_count>;

/// How an actor responds to what it remembers, in the form every policy shares:
///
///     rate_q(j) = exp(posture_q(j)) * (base_q + level_q * b_q(j) + sum_c weight_q[c] * m_c(j)) ^
///     exponent_q
///
/// in acts of class q per day towards actor j. The bracket is a sum, so every remembered message
/// owns an exact share of the rate; the posture (Policy::posture) multiplies it.
struct Response {
    struct OfClass {
        double base = 0;                           ///< stimulus without any cause, per day, >= 0
        double level = 1;                          ///< weight of the pair's level, >= 0
        std::array<double, column_count> weight{}; ///< >= 0
        double exponent = 1;                       ///< in (0, 1.5]
        Dispersion dispersion;
        double posture = 0;                         ///< whatever the situation
        std::array<double, tie_column_count> tie{}; ///< added to the posture per unit of a tie
        double severity_aversion = 0; ///< act a is chosen with weight exp(-aversion * rung(a))

        bool operator==(const OfClass&) const = default;
    };
    std::array<OfClass, class_count> of_class{};

    OfClass& operator[](QuadClass q) { return of_class[index(q)]; }
    const OfClass& operator[](QuadClass q) const { return of_class[index(q)]; }
    bool operator==(const Response&) const = default;
};

/// Numbers that processors treat at once, at best.
inline constexpr std::size_t lanes = 4;

/// The numbers of a response that make rates, as sums over records need them.
struct RateTerms {
    static constexpr std::size_t first_tie = tie_column / lanes * lanes;
    static constexpr std::size_t tie_width = record_width - first_tie;

    explicit RateTerms(const Response& response);
    PerClass base{}, level{}, exponent{}, posture{};
    unsigned live = 0; ///< classes, as bits, whose stimuli are not 0 whatever happens

    double memory[class_count][memory_width] = {}; ///< weights of memories
    double tie[class_count][tie_width] = {};       ///< of columns from first_tie on
    bool varies = false;                           ///< any weight of a memory is not 0
    bool has_ties = false;                         ///< any weight of a tie is not 0
};

/// One term of a posture: exp(ln) is a factor of the rate.
struct PosturePart {
    std::string name;
    double ln = 0;
};

/// A policy is a pure function from who an actor is and what it perceives to rates of acts.
class Policy {
public:
    virtual ~Policy() = default;
    virtual std::string_view name() const = 0;
    virtual std::string_view summary() const = 0; ///< one line for `demarche policies`
    /// Who the actor is: fills `response`, which arrives zero-initialised (base 0, level 1,
    /// exponent 1). The engine asks at the start and after shocks.
    virtual void respond(const Knobs& knobs, Response& response) const = 0;
    /// What situation it is in: adds to the postures, [target of the view][class], ln of factors of
    /// the rates, what neither stays the same nor comes of ties.
    virtual void posture(const View&, std::span<PerClass>) const {}
    /// Whether rates towards a target can only fall while nothing new is perceived of it, as they
    /// do where they come from fading memories alone. The engine then asks again only when
    /// something happens or a random number below the last rate comes up.
    virtual bool settles() const { return false; }
    /// The numbers of a record (View) that `posture` looks at, as bits by column: what changes
    /// there, or has a weight, is a reason to ask again. 0 says more: that `posture` adds nothing,
    /// or the policy does not settle; then the engine knows by itself how far rates can grow.
    virtual RecordColumns reads() const { return all_columns; }
    /// Names the parts whose sum is the posture of class q towards target k of the view, where the
    /// policy can tell them apart. For explanations: what is not named is told as a rest.
    virtual void parts(const View&, std::size_t /*k*/, QuadClass /*q*/,
                       std::vector<PosturePart>&) const {}
    /// Declares every parameter.
    virtual void describe(const ParameterVisitor&) {}
    virtual std::unique_ptr<Policy> clone() const = 0;
};

/// Sums over the record of every target of a view: the stimuli towards it, in acts per day (the
/// brackets of Response), and what ties add to the postures.
void weigh(const View& view, const RateTerms& terms, std::span<PerClass> stimulus,
           std::span<PerClass> posture);

/// The rate function: acts per day of the classes in `live` towards some targets; 0 in the others.
/// The only place where a stimulus, a posture and an exponent become a rate.
void rates(std::span<const PerClass> stimulus, std::span<const PerClass> posture,
           std::span<const PerClass> exponent, unsigned live, std::span<PerClass> out);

/// One of every policy, with default parameters, in alphabetical order.
std::vector<std::unique_ptr<Policy>> all_policies();

} // namespace demarche
