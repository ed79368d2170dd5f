#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// The four quad classes of event data (CAMEO roots 01-05, 06-08, 09-13, 14-20). `none` marks
/// entries that no state directs at another (intelligence reports); they have no rate.
enum class QuadClass : std::uint8_t { vcoop, mcoop, vconf, mconf, none };
inline constexpr std::size_t class_count = 4;
inline constexpr std::array<QuadClass, class_count> all_classes{QuadClass::vcoop, QuadClass::mcoop,
                                                                QuadClass::vconf, QuadClass::mconf};
inline constexpr std::array<std::string_view, 5> class_names{"vcoop", "mcoop", "vconf", "mconf",
                                                             "none"};
constexpr std::size_t index(QuadClass c) {
    return static_cast<std::size_t>(c);
}
constexpr bool is_conflict(QuadClass c) {
    return c == QuadClass::vconf || c == QuadClass::mconf;
}

/// Who can see a message: everybody, its target, or nobody until it is detected.
enum class Channel : std::uint8_t { public_, private_, covert };
inline constexpr std::size_t channel_count = 3;
inline constexpr std::array<std::string_view, 3> channel_names{"public", "private", "covert"};
constexpr std::size_t index(Channel c) {
    return static_cast<std::size_t>(c);
}

/// The severity scales every act is scored on. Goldstein and PLOVER run from -10 (hostile) to
/// 10 (friendly); the other three grow with hostility.
enum class Scale : std::uint8_t { goldstein, plover, rivera, mid, kahn };
inline constexpr std::size_t scale_count = 5;
inline constexpr std::array<std::string_view, 5> scale_names{"goldstein", "plover", "rivera", "mid",
                                                             "kahn"};
constexpr std::size_t index(Scale s) {
    return static_cast<std::size_t>(s);
}
/// +1 where the scale grows with hostility, -1 where it falls.
constexpr double hostility_sign(Scale s) {
    return s == Scale::goldstein || s == Scale::plover ? -1.0 : 1.0;
}

/// What posts an act: a state's policy, or one of the engine's own mechanisms.
enum class Mechanism : std::uint8_t { policy, pact, intelligence, mediation, group };
inline constexpr std::array<std::string_view, 5> mechanism_names{"policy", "pact", "intelligence",
                                                                 "mediation", "group"};

/// What must hold between sender and target for an act to be legal.
enum class Requirement : std::uint8_t { nuclear, border, reach, pact, relations };
inline constexpr std::array<std::string_view, 5> requirement_names{"nuclear", "border", "reach",
                                                                   "pact", "relations"};

/// Rungs of the escalation ladder.
inline constexpr int top_rung = 9;
inline constexpr int force_rung = 7; ///< use of force
inline constexpr int war_rung = 8;   ///< sustained use of force
inline constexpr std::array<std::string_view, 10> rung_names{"calm",
                                                             "verbal dispute",
                                                             "formal protest",
                                                             "reduced relations, sanctions",
                                                             "threat of force",
                                                             "show of force",
                                                             "harassment, blockade, seizure",
                                                             "use of force",
                                                             "war",
                                                             "catastrophe"};

/// What an act does to the diplomatic relations of its pair.
enum class RelationsEffect : std::uint8_t { none, broken, restored };
inline constexpr std::array<std::string_view, 3> relations_names{"none", "broken", "restored"};

using ActId = std::uint16_t;

/// One entry of the vocabulary (configs/acts.toml).
struct Act {
    // What is read for every message comes first, so that it lies side by side.
    QuadClass quad = QuadClass::vcoop;
    Mechanism mechanism = Mechanism::policy;
    RelationsEffect relations = RelationsEffect::none;
    std::uint8_t requirements = 0; ///< bit r set: Requirement r
    bool manoeuvre = false;        ///< moves forces: concerns neighbours and exposed states
    bool at_site = false;          ///< happens at a hazardous site
    int rung = 0;                  ///< 0..9
    int min_rung = 0;              ///< legal only when the pair stands at least here
    int relief = 0;                ///< rungs the pair descends when it is perceived
    double lasting_days = 0;       ///< covert acts: days during which it can be detected
    double frequency = 0;          ///< base share within the class, >= 0; 0 = never by a policy
    std::vector<Channel> channels; ///< allowed; the first is the default
    std::array<double, scale_count> score{};
    std::string id;
    std::string name;
    std::string cameo; ///< CAMEO 1.1b3 code

    bool needs(Requirement r) const { return requirements >> static_cast<unsigned>(r) & 1U; }
    void require(Requirement r) {
        requirements = static_cast<std::uint8_t>(requirements | 1U << static_cast<unsigned>(r));
    }
    bool allows(Channel c) const;
    /// Whether it can move a pair on the ladder.
    bool moves_pairs() const {
        return rung > 0 || relief > 0 || at_site || mechanism == Mechanism::intelligence;
    }
};

/// The vocabulary with what is derived from it. Every part of the program that needs an act's
/// class, legality or score asks here.
class ActTable {
public:
    ActTable() = default;
    explicit ActTable(std::vector<Act> acts);

    std::size_t size() const { return acts_.size(); }
    const Act& operator[](ActId a) const { return acts_[a]; }
    const std::vector<Act>& all() const { return acts_; }
    /// The act with this id, or nullptr.
    const Act* find(std::string_view id) const;
    ActId id_of(const Act& act) const { return static_cast<ActId>(&act - acts_.data()); }
    /// Acts a policy may post in a class, in table order.
    const std::vector<ActId>& of_class(QuadClass c) const { return by_class_[index(c)]; }
    /// The first act a mechanism posts in a class, or nullptr.
    const Act* posted_by(Mechanism m, QuadClass c) const {
        const std::size_t first = posted_by_[static_cast<std::size_t>(m)][index(c)];
        return first == acts_.size() ? nullptr : &acts_[first];
    }

    /// |score| relative to the frequency-weighted mean of the act's class, so that an average
    /// act of every class weighs 1 on every scale. A class that a scale does not grade weighs 1.
    double intensity(ActId a, Scale s) const { return intensity_[a][index(s)]; }

private:
    std::vector<Act> acts_;
    std::array<std::vector<ActId>, class_count> by_class_;
    /// [mechanism][class] the position of that act; behind the last one where there is none.
    std::array<std::array<std::size_t, class_names.size()>, mechanism_names.size()> posted_by_{};
    std::vector<std::array<double, scale_count>> intensity_;
};

} // namespace demarche
