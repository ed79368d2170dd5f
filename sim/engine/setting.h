#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agents/policy.h"
#include "sim/core/act.h"
#include "sim/core/parameter.h"

/// What a scenario describes and a dated shock may change: actors, ties, institutions and the
/// numbers of the engine's mechanisms. Each struct declares its tunable numbers beside them.
namespace demarche {

/// A state. Its index in Setting::actors is its row everywhere.
struct Actor {
    std::string id; ///< three capital letters, ISO 3166 alpha-3 for real states
    std::string name;
    std::size_t policy = 0; ///< index into Setting::policies
    double power = 0.001;
    double nuclear = 0;
    Knobs knobs;

    void describe(const ParameterVisitor& visit) {
        visit({"power", "share", 1e-9, 1, "share of the world's capabilities (CINC)"}, power);
        visit({"nuclear", "yes/no", 0, 1, "has nuclear weapons"}, nuclear);
        knobs.describe(visit);
    }
};

/// What binds an unordered pair of states; a < b are rows.
struct Tie {
    std::size_t a = 0;
    std::size_t b = 0;
    double defence = 0;
    double neutrality = 0;
    double nonaggression = 0;
    double consultation = 0;
    double affinity = 0;
    double border = 0;
    double distance_km = 5000;
    double rivalry = 0;
    double rung = 0;
    double force = 0;
    double relations = 1;
    double private_open = 1;

    /// How far one sides with the other in a quarrel: a defence pact, or sympathy without one.
    double alignment() const { return defence > affinity ? defence : affinity; }

    void describe(const ParameterVisitor& visit) {
        visit({"defence", "", 0, 1, "strength of a defence pact"}, defence);
        visit({"neutrality", "", 0, 1,
               "strength of a neutrality pact; the greater of this and `nonaggression` counts"},
              neutrality);
        visit({"nonaggression", "", 0, 1, "strength of a non-aggression pact"}, nonaggression);
        visit({"consultation", "", 0, 1, "above 0: a consultation pact; its strength is not used"},
              consultation);
        visit({"affinity", "", 0, 1, "how far they side with each other without a defence pact"},
              affinity);
        visit({"border", "yes/no", 0, 1, "share a land or river border"}, border);
        visit({"distance_km", "km", 0, 21000, "least distance between the two"}, distance_km);
        visit({"rivalry", "", 0, 1, "strategic rivalry"}, rivalry);
        visit({"rung", "", 0, top_rung, "rung of the ladder at the start"}, rung);
        visit({"force", "acts/day", 0, 1000, "pace of acts of force at the start"}, force);
        visit({"relations", "yes/no", 0, 1, "diplomatic relations exist"}, relations);
        visit({"private_open", "yes/no", 0, 1, "a private channel is open"}, private_open);
    }
};

/// What a directed pair does in ordinary times, in acts per day.
struct Relation {
    std::size_t source = 0;
    std::size_t target = 0;
    std::array<double, class_count> level{};

    void describe(const ParameterVisitor& visit) {
        for (std::size_t q = 0; q < class_count; ++q)
            visit({std::string(class_names[q]), "acts/day", 0, 1000,
                   "ordinary rate of " + std::string(class_names[q])},
                  level[q]);
    }
};

enum class Mandate : unsigned char { security, economic, universal };
inline constexpr std::array<std::string_view, 3> mandate_names{"security", "economic", "universal"};

struct Organisation {
    std::string id;
    std::string name;
    Mandate mandate = Mandate::universal;
    std::vector<std::size_t> members; ///< rows, ascending
    double mediation = 0;

    bool has(std::size_t actor) const;
    void describe(const ParameterVisitor& visit) {
        visit({"mediation", "", 0, 1,
               "capacity to mediate in a crisis, between its own members only"},
              mediation);
    }
};

/// An armed group (mercenaries, militia): hidden until an observer's intelligence reports it.
struct ArmedGroup {
    std::string id;
    std::string name;
    std::size_t sponsor = 0;
    std::size_t host = 0;
    std::size_t against = 0;
    int since_day = 0; ///< days after the start of the run
    double strength = 1;

    void describe(const ParameterVisitor& visit) {
        visit({"strength", "", 0, 10,
               "weight of one report of the group, in average mconf acts; with 0 it never appears"},
              strength);
    }
};

/// A place whose damage would concern many states (a nuclear plant).
struct Site {
    std::string id;
    std::string name;
    std::size_t host = 0;
    std::vector<std::pair<std::size_t, std::size_t>> near; ///< unordered pairs a < b
    std::vector<double> exposure;                          ///< per actor, 0..1
    double hazard = 0;
    double proximity = 0;

    void describe(const ParameterVisitor& visit) {
        visit({"hazard", "", 0, 1, "how dangerous damage to it would be"}, hazard);
        visit({"proximity", "", 0, 1,
               "chance that an act moving forces between a pair of `near` happens near it"},
              proximity);
    }
};

/// Consequences of a channel, the one table for all of them.
struct ChannelRule {
    double affront = 1;
    double publicity = 0;
    double commitment = 1;
    double leak = 0;

    void describe(const ParameterVisitor& visit) {
        visit({"affront", "", 0, 10, "weight of a verbal conflict act on its target, before face"},
              affront);
        visit({"publicity", "", 0, 1, "share of what third parties, face and audiences take in"},
              publicity);
        visit(
            {"commitment", "", 0, 10, "weight of an own act in one's own memory, before audience"},
            commitment);
        visit({"leak", "", 0, 1, "chance that a message not meant for the public becomes public"},
              leak);
    }
};

/// How memories fade.
struct MemoryRule {
    std::array<double, horizon_count> half_life{0.5, 7, 28, 182};
    double grievance_half_life = 28;
    double mood_half_life = 28;

    void describe(const ParameterVisitor& visit) {
        for (std::size_t h = 0; h < horizon_count; ++h)
            visit({"half_life." + std::string(horizon_names[h]), "days", 0.1, 36500,
                   "half-life of the " + std::string(horizon_names[h]) + " horizon"},
                  half_life[h]);
        visit({"grievance_half_life", "days", 0.1, 36500, "half-life of grievances"},
              grievance_half_life);
        visit({"mood_half_life", "days", 0.1, 36500, "half-life of moods"}, mood_half_life);
    }
};

/// The escalation ladder and crises.
struct LadderRule {
    double cooling_days = 28;
    double steepness = 2.5;
    double deterrence = 3;
    double yielding = 3;
    double crisis_rung = 4;
    double war_force = 0.5;
    double force_half_life = 28;
    double reach_km = 1500;
    double great_power = 0.03;

    void describe(const ParameterVisitor& visit) {
        visit({"cooling_days", "days", 0.1, 36500,
               "time without an act at the pair's rung after which it descends one rung"},
              cooling_days);
        visit({"steepness", "", 0, 20,
               "eta: an act r rungs above the pair's is exp(-eta r) times as likely"},
              steepness);
        visit({"deterrence", "", 0, 50,
               "ln odds against first using force on a state with nuclear weapons"},
              deterrence);
        visit({"yielding", "", 0, 50,
               "ln odds against yielding in public at the top rung, for a state of audience 1"},
              yielding);
        visit({"crisis_rung", "", 1, war_rung, "rung at which a crisis begins"}, crisis_rung);
        visit({"war_force", "acts/day", 0, 1000,
               "pace of acts of force above which use of force counts as war"},
              war_force);
        visit({"force_half_life", "days", 0.1, 36500, "half-life of that pace"}, force_half_life);
        visit({"reach_km", "km", 0, 21000, "distance within which a state can strike"}, reach_km);
        visit({"great_power", "share", 0, 1, "power from which a state can strike anywhere"},
              great_power);
    }
};

/// Covert acts, armed groups and who learns of them.
struct IntelligenceRule {
    double detection = 0.12;
    double third_party = 0.25;
    double false_alarm = 0.002;

    void describe(const ParameterVisitor& visit) {
        visit({"detection", "1/day", 0, 100,
               "rate at which a state of vigilance 1 reports a covert act aimed at it"},
              detection);
        visit(
            {"third_party", "", 0, 1, "the same for concerned bystanders, relative to the target"},
            third_party);
        visit({"false_alarm", "1/day", 0, 100,
               "rate at which a state of vigilance 0 reports what does not exist"},
              false_alarm);
    }
};

/// Pacts: honouring them and resenting those who do not.
struct AllianceRule {
    double honour_rate = 0.41;
    double shortfall_rate = 1;
    double informal = 0;
    double casus_foederis = 1;

    void describe(const ParameterVisitor& visit) {
        visit({"honour_rate", "", 0, 1,
               "chance that an ally of loyalty 0.5 fights (Berkemeier and Fuhrmann 2018: 0.41 for "
               "defence pacts)"},
              honour_rate);
        visit({"shortfall_rate", "acts/day", 0, 100,
               "grievance against an ally that stays out of one's war, per day"},
              shortfall_rate);
        visit({"informal", "", 0, 1,
               "weight of affinity without a pact, relative to a defence pact, in the decision to "
               "fight"},
              informal);
        visit({"casus_foederis", "yes/no", 0, 1,
               "a defence pact binds only when the ally did not use force first"},
              casus_foederis);
    }
};

struct MediationRule {
    double rate = 0.05;
    double half_life = 30;

    void describe(const ParameterVisitor& visit) {
        visit({"rate", "1/day", 0, 100,
               "rate at which an organisation of capacity 1 offers mediation in a crisis"},
              rate);
        visit({"half_life", "days", 0.1, 36500, "half-life of its calming effect"}, half_life);
    }
};

/// How third parties are moved, and how loud acts are.
struct PerceptionRule {
    double salience_tail = 2.5;
    double neighbourhood = 0.3;
    double default_bias = 1.2;
    double discretion_weight = 4;

    void describe(const ParameterVisitor& visit) {
        visit({"salience_tail", "", 1.05, 1000,
               "Pareto exponent of the salience of generated acts, whose mean is 1"},
              salience_tail);
        visit({"neighbourhood", "", 0, 1,
               "weight of a manoeuvre on a neighbour of its target, relative to the target"},
              neighbourhood);
        visit({"default_bias", "", 0, 20, "logit in favour of an act's default channel"},
              default_bias);
        visit({"discretion_weight", "", 0, 20,
               "logit in favour of privacy per unit of discretion above 0.5"},
              discretion_weight);
    }
};

/// What a pair without a stated relation does in ordinary times: ln acts per day = intercept + sum
/// of terms + what is drawn for the pair, the same in both directions: two double-exponential
/// effects, cut off three scales above the median, one that all classes of the pair have in common
/// and one of the class alone. Their mean is taken out, so that they add nothing to totals.
struct GravityPrior {
    struct OfClass {
        double intercept = 0;
        double power = 0;
        double distance = 0;
        double border = 0;
        double rivalry = 0;
        double defence = 0;
        double organisations = 0;
        double common = 0; ///< scale of the effect that all classes have in common
        double scale = 0;  ///< scale of the effect of the class alone
    };
    std::array<OfClass, class_count> of_class;
    double rivals = 1; ///< both scales between rivals, over those of others
    double allies = 1; ///< the same between states with a defence pact
    GravityPrior();
    void describe(const ParameterVisitor& visit);
};

/// Policies with their parameters; copied with the setting so that shocks can change them.
class PolicySet {
public:
    PolicySet() : policies_(all_policies()) {}
    PolicySet(const PolicySet& other) { *this = other; }
    PolicySet& operator=(const PolicySet& other);
    PolicySet(PolicySet&&) = default;
    PolicySet& operator=(PolicySet&&) = default;
    ~PolicySet() = default;

    std::size_t size() const { return policies_.size(); }
    Policy& operator[](std::size_t i) { return *policies_[i]; }
    const Policy& operator[](std::size_t i) const { return *policies_[i]; }
    /// Adds a policy that is not in the program's list; its index.
    std::size_t add(std::unique_ptr<Policy> policy) {
        policies_.push_back(std::move(policy));
        return policies_.size() - 1;
    }
    /// Index of the policy with this name, or size().
    std::size_t find(std::string_view name) const;

private:
    std::vector<std::unique_ptr<Policy>> policies_;
};

struct Setting {
    std::vector<Actor> actors;
    std::vector<Tie> ties; ///< at most one per pair, sorted by (a, b); absent = Tie{}
    std::vector<Relation> relations;
    std::vector<Organisation> organisations;
    std::vector<ArmedGroup> groups;
    std::vector<Site> sites;
    std::array<ChannelRule, channel_count> channels{
        ChannelRule{0.5, 1, 2.0 / 3.0, 0}, // public: an affront grows with face to 1 on average
        ChannelRule{0.6, 0, 0.8, 0.05},    // private
        ChannelRule{1, 0, 1, 0}};          // covert
    MemoryRule memory;
    LadderRule ladder;
    IntelligenceRule intelligence;
    AllianceRule alliance;
    MediationRule mediation;
    PerceptionRule perception;
    GravityPrior gravity;
    PolicySet policies;
    double severity_scale = 0; ///< index of the Scale that weighs acts in memories

    /// The tie of two rows in either order; the default tie where none is stated.
    const Tie& tie(std::size_t i, std::size_t j) const;
    /// Calls `visit` with the full path ("state.KAZ.pacifism") of every number there is.
    void describe(const ParameterVisitor& visit);
};

/// The number at a path, with its declaration; `value` is nullptr where there is none.
struct ParameterReference {
    Parameter parameter;
    double* value = nullptr;
};
ParameterReference find_parameter(Setting& setting, std::string_view path);
/// Sets numbers by their paths, which must exist, as the shocks of a scenario that was read do.
void set_numbers(Setting& setting, const std::vector<std::pair<std::string, double>>& numbers);

} // namespace demarche
