#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/cause.h"
#include "sim/engine/decide.h"
#include "sim/engine/world.h"

namespace demarche {

/// What a policy had made of its memories when it posted a message.
struct Decision {
    double stimulus = 0;       ///< acts per day
    double base = 0;           ///< of it, the policy's own rate
    double level = 0;          ///< of it, the pair's level
    std::uint32_t weights = 0; ///< position in Story::weights
};

/// A run told again, so that everything in it can be traced to what came before. The first morning
/// must outlive it.
struct Story {
    const World* first_morning = nullptr;
    std::unique_ptr<World> end;                     ///< after the last tick told
    std::vector<Message> messages;                  ///< by id, from 1
    std::vector<std::optional<Decision>> decisions; ///< of the same messages; policies' alone
    std::vector<std::array<double, column_count>> weights;
    struct Climb : World::Climb {
        int tick = 0;
    };
    std::vector<Climb> climbs;

    const Message& message(MessageId id) const { return messages[id - 1]; }
    const Scenario& scenario() const { return *end->scenario; }
    bool by_policy(MessageId id) const { return decisions[id - 1].has_value(); }
    /// What the stimulus of a policy's message was made of, the level apart. Its amounts, the base
    /// and the level add up to the stimulus.
    std::vector<StimulusPart> remembered(MessageId id) const;
    /// The scripted event that a message is, or nullptr.
    const ScriptedEvent* script_of(const Message& message) const;
    /// The armed group whose arrival a message is or reports, or nullptr.
    const ArmedGroup* group_of(const Message& message) const;
};

/// Which message is meant: a number, or the first that fits.
using Wanted = std::function<bool(const Message&)>;

/// One of the acts among which a policy's act was drawn.
struct Alternative {
    ActId act = 0;
    double chance = 0; ///< 0..1
};

/// What an alignment grievance is about: a state keeps out of an ally's war.
struct Shortfall {
    std::size_t ally = 0;   ///< whom it does not help
    std::size_t enemy = 0;  ///< against whom
    MessageId decision = 0; ///< 0: a stance held at the start
};

/// The rate of one policy's act, taken apart by the function that simulates.
struct Account {
    MessageId message = 0;
    QuadClass quad = QuadClass::vcoop;
    double stimulus = 0; ///< acts per day; what follows adds up to it:
    double base = 0, level = 0;
    std::vector<StimulusPart> remembered; ///< greatest first
    double exponent = 1;
    double bend = 1;                             ///< stimulus^(exponent - 1)
    std::vector<PosturePart> doctrine;           ///< rate = stimulus * bend * product of exp(ln)
    double rate = 0;                             ///< acts per day of the class
    double expected = 0;                         ///< acts of the class in this tick
    double at_least_one = 0;                     ///< chance of it
    int rung = 0;                                ///< where the pair stood
    std::vector<Alternative> acts;               ///< legal acts of the class, greatest chance first
    std::array<double, channel_count> channel{}; ///< chances, given the act
    std::vector<Shortfall> shortfalls; ///< wars the target keeps out of, behind `alignment`
};

/// A run told again by its messages; what is asked about one of them, accounted for.
struct Retold {
    Story story;
    std::optional<MessageId> found; ///< the wanted message
    std::optional<Account> account; ///< of it, where a policy posted it
    std::uint64_t fingerprint = 0;  ///< of the run
};

/// The wars of its allies that a state keeps out of.
std::vector<Shortfall> stays_out(const World& world, std::size_t state);

/// Runs a replication again. `also` sees the run as it goes.
Retold tell_again(const World& first_morning, std::uint32_t replication, const Wanted& wanted = {},
                  Recorder* also = nullptr);

/// What the appraisal of `source` in `scratch` says of its acts of a class on `target` in this
/// tick, but for the acts and channels of a particular message.
Account account_of(const World& world, const World& first_morning, const DecisionScratch& scratch,
                   std::size_t source, std::size_t target, QuadClass q);

} // namespace demarche
