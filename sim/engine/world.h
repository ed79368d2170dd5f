#pragma once
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/fingerprint.h"
#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"
#include "sim/core/random.h"
#include "sim/engine/choice.h"
#include "sim/engine/confrontations.h"
#include "sim/engine/legality.h"
#include "sim/engine/marks.h"
#include "sim/engine/memberships.h"
#include "sim/engine/record_store.h"
#include "sim/engine/recorder.h"
#include "sim/engine/scenario.h"
#include "sim/engine/thinning.h"

namespace demarche {

/// A covert act or hidden group that intelligence may still report.
struct HiddenOperation {
    MessageId message = 0;
    MessageId number = 0;     ///< Message::number
    std::uint32_t source = 0; ///< the state held responsible (a group's host)
    std::uint32_t target = 0;
    ActId act = 0;
    int site = -1;
    int expires = 0; ///< first tick at which it can no longer be detected
    double strength = 1;
    int sponsor = -1; ///< of a group: the state that has nothing to find out; -1 = not a group
    std::vector<std::uint32_t> observers{}; ///< who looks for it, ascending; empty = not yet known
};

/// A war: two sides that states join, and what their allies do about it.
struct War {
    std::array<std::vector<std::size_t>, 2> side;
    struct Ally {
        std::size_t actor = 0;
        std::size_t ally = 0; ///< the belligerent it is bound to
        std::size_t enemy = 0;
        double honour = 0;      ///< 1 fights, 0 stays out
        MessageId decision = 0; ///< the message that said so; 0 where it was known at the start
    };
    std::vector<Ally> allies; ///< everyone who had to decide; each does once
};

/// Acts per day of every directed pair, [actor, target][class].
using Rates = HugeVector<std::array<double, class_count>>;

/// What everybody remembers when a run begins.
struct FirstMorning {
    Rates rate;                     ///< what pairs have always done until then
    std::vector<double> solidarity; ///< [actor][other], that grievance; empty where there is none
};

/// One run: everything that changes. All matrices are row-major with n columns.
struct World {
    /// The world on the first morning, at the equilibrium of its levels. What a replication adds
    /// is chance alone, so one world can be copied for all of them.
    explicit World(const Scenario& scenario);
    /// A copy of the first morning with the random numbers of a replication.
    World(const World& first_morning, std::uint32_t replication) : World(first_morning) {
        draw_for(replication);
    }
    /// Goes on with the random numbers of a replication.
    void draw_for(std::uint32_t replication) { random = Random(scenario->seed, replication); }

    const Scenario* scenario;
    Setting setting; ///< the scenario's, as changed by shocks and acts so far
    /// The scenario's. Those who ask what would have been take out what is not to change.
    std::vector<Shock> shocks;
    Random random;
    int tick = 0;
    std::size_t n; ///< actors

    /// What actors hold about others to whom something has happened. Any other pair stands as on
    /// the first morning, less what has faded: `quiet_record`.
    RecordStore records;
    HugeVector<Dyad> dyads; ///< [actor][target]
    Confrontations confrontations;
    std::shared_ptr<const Rates> levels;         ///< what pairs do when nothing happens
    std::shared_ptr<const FirstMorning> morning; ///< common to all replications
    /// What the numbers of each memory column count now. All of a column fades with this factor
    /// instead of number by number; what is added to a column is divided by it.
    std::array<double, memory_width> fade{};  ///< 1 after the columns of memories
    std::array<double, column_count> trace{}; ///< what one average act adds to a number of a column
    std::vector<std::uint32_t> mediated;      ///< directed pairs with mediation under way
    std::array<std::vector<double>, class_count> sent_mood, received_mood; ///< [actor]
    Thinning thinning;
    bool ask_everybody = false; ///< asks every pair in every tick: same bytes, more time
    bool draws_causes = true;   ///< keeps marks and draws causes from them; nothing follows from it

    std::vector<Message> inbox;  ///< posted last tick, delivered in this one
    std::vector<Message> outbox; ///< posted in this tick
    std::vector<HiddenOperation> hidden;
    std::vector<War> wars;
    std::vector<std::optional<Crisis>> crises; ///< open ones; closed slots are empty
    /// A pair rose on the ladder.
    struct Climb {
        std::size_t a, b; ///< a < b
        int from, to;     ///< rungs
        MessageId message;
    };
    std::vector<Climb> climbs; ///< of this tick, in order
    /// Messages that are not to be, ascending: their numbers are used up, nothing is posted. Set by
    /// those who ask what would have been.
    std::vector<MessageId> suppressed;
    /// Ids of covert messages by tick, source, target and index: all that tells them apart and does
    /// not depend on how many were posted before. Two runs that are compared share these, one notes
    /// and the other looks up, so that both find out the same hidden acts by the same chance.
    using CovertIds = std::map<std::array<std::uint32_t, 4>, MessageId>;
    CovertIds* note_covert = nullptr;
    const CovertIds* known_covert = nullptr;
    MarkLog marks;
    MessageId last_message = 0;
    Fingerprint fingerprint;

    std::size_t pair(std::size_t i, std::size_t j) const { return i * n + j; }
    std::size_t unordered(std::size_t i, std::size_t j) const {
        return i < j ? pair(i, j) : pair(j, i);
    }
    /// The record of a pair, to be changed; made where there was none.
    double* record(std::size_t actor, std::size_t other) {
        double* const found = records.find(dyads[pair(actor, other)]);
        return found != nullptr ? found : make_record(actor, other);
    }
    /// Writes what the record of a pair would be that nothing has happened to; its memories alone.
    void quiet_record(std::size_t actor, std::size_t other, double* record) const;
    void quiet_memories(std::size_t actor, std::size_t other, double* record) const;
    /// Asks the processor for a column of a record, or for what it would be made of.
    void fetch_record(std::size_t actor, std::size_t other, std::size_t column) const {
        if (const double* const found = records.find(dyads[pair(actor, other)]))
            prefetch(found + column);
        else
            fetch_quiet(actor, other);
    }
    /// Asks the processor for what `quiet_record` is made of.
    void fetch_quiet(std::size_t actor, std::size_t other) const {
        prefetch(&morning->rate[pair(actor, other)]);
        prefetch(&morning->rate[pair(other, actor)]);
    }
    int rung(std::size_t a, std::size_t b) const { return dyads[pair(a, b)].rung(); }
    /// What messages left in a group of an actor's memories of another, oldest first.
    std::span<const Mark> marks_of(std::size_t actor, std::size_t other, std::size_t group) const {
        return marks.of(dyads[pair(actor, other)], group);
    }
    /// The confrontation of a pair; nullptr where there is none.
    const Confrontation* confrontation(std::size_t a, std::size_t b) const {
        return confrontations.find(dyads[unordered(a, b)]);
    }
    /// That of a pair, begun where there was none.
    Confrontation& confront(std::size_t a, std::size_t b) {
        const std::size_t key = unordered(a, b);
        Confrontation* const found = confrontations.find(dyads[key]);
        return found != nullptr ? *found
                                : confrontations.begin(static_cast<std::uint32_t>(key), dyads[key]);
    }
    /// Asks the processor for where a pair stands, both ways.
    void fetch_dyads(std::size_t a, std::size_t b) const {
        prefetch(&dyads[pair(a, b)]);
        prefetch(&dyads[pair(b, a)]);
    }
    /// What an actor remembers of another, by column, to be multiplied by `fade`: of its record, or
    /// of the numbers given, which are filled where it has none.
    const double* memories(std::size_t actor, std::size_t other,
                           std::array<double, column_count>& quiet) const {
        if (const double* const found = records.find(dyads[pair(actor, other)]))
            return found;
        quiet_memories(actor, other, quiet.data());
        return quiet.data();
    }
    /// What an actor remembers of another in one column, average acts per day.
    double memory(std::size_t actor, std::size_t c, std::size_t other) const {
        std::array<double, column_count> quiet;
        return memories(actor, other, quiet)[c] * fade[c];
    }
    void set_memory(std::size_t actor, std::size_t c, std::size_t other, double per_day) {
        record(actor, other)[c] = per_day / fade[c];
    }
    const Doctrine& doctrine(std::size_t actor) const { return doctrines[doctrine_of[actor]]; }
    const Response& response(std::size_t actor) const { return doctrine(actor).response; }
    /// Tie::alignment of two actors.
    double alignment(std::size_t i, std::size_t j) const {
        for (const Partner& p : allies[j])
            if (p.actor == i)
                return p.alignment;
        return 0;
    }
    double level(QuadClass q, std::size_t actor, std::size_t other) const {
        return (*levels)[pair(actor, other)][index(q)];
    }
    double tie(TieColumn c, std::size_t actor, std::size_t other) const;
    /// The view an actor has of some others; `records` is what View has of them. Both must outlive
    /// it.
    View view(std::size_t actor, std::span<const std::uint32_t> targets,
              std::span<const double* const> records_of_targets) const;
    Scale scale() const { return static_cast<Scale>(static_cast<int>(setting.severity_scale)); }

    // Derived from the setting.
    std::uint64_t derived = 0;                ///< tells one setting from all others of this process
    std::array<double, horizon_count> keep{}; ///< what a tick leaves of a memory, per horizon
    std::array<double, horizon_count> grain{}; ///< what one act adds to it: (1 - keep) / tick
    double keep_grievance = 0, grain_grievance = 0;
    double keep_mood = 0, grain_mood = 0;
    double keep_force = 0, grain_force = 0;
    double keep_mediation = 0;
    std::array<double, top_rung + 1> climb{};     ///< chance factor of an act so many rungs up
    std::vector<double> false_alarm;              ///< [actor] chance of one in a tick
    std::array<std::vector<double>, 2> detection; ///< [as its target][actor] of a hidden act
    double deterred = 0; ///< chance factor of a first use of force on nuclear weapons
    struct Partner {
        std::size_t actor;
        double alignment; ///< how far it sides with the other
        double strength;  ///< the same times its loyalty
    };
    std::vector<Doctrine> doctrines;        ///< those that there are
    std::vector<std::uint32_t> doctrine_of; ///< [actor]
    std::vector<RecordColumns> stirs;   ///< [actor] where changes of its records are reasons to ask
    std::vector<std::size_t> unsettled; ///< actors to be asked in every tick
    std::vector<double> log_power, log_backed_power; ///< [actor], without and with its partners'
    Memberships memberships;
    std::vector<std::vector<Partner>> allies;         ///< [actor] sides with it: alignment > 0
    std::vector<std::vector<std::size_t>> neighbours; ///< [actor] by border
    std::vector<std::vector<std::size_t>> suspects;   ///< [actor] neighbours and rivals, ascending

    /// What is left of a memory in a column after some ticks, 0 to all of the run.
    double kept_after(std::size_t c, int ticks) const {
        const std::size_t f = c < column(Grievance::solidarity) ? c % horizon_count : horizon_count;
        return kept_after_[f][static_cast<std::size_t>(ticks)];
    }
    /// Whether nothing has happened yet: what is remembered and the pace of force are of this
    /// morning. They fade between two ticks only, when the messages of the first one come in.
    bool first_morning() const { return tick == 0; }
    /// Lets every memory and mood fade by a tick, if one has passed.
    void fade_memories();
    /// Recomputes what follows from the setting. Called at the start and after shocks.
    void derive();
    /// Posts a message dated now: assigns its id and whether it leaks. `index` tells messages of
    /// one sender, target and tick apart (part of the address of its random numbers). Returns 0
    /// where the message is suppressed.
    MessageId post(Message message, std::uint32_t index);
    /// The same for the last message in `outbox`, of which it is known whether it leaks.
    MessageId post_drawn(std::uint32_t index);
    /// Adds the trace of acts to an actor's memory of another, in the columns of a group. `weight`
    /// >= 0, in average acts.
    template <std::size_t width>
    void remember(std::size_t actor, std::size_t other, std::size_t first_column, double weight);
    /// Notes for causes to be drawn what a message weighs in the columns of a group.
    void note(std::size_t actor, std::size_t other, std::size_t first_column, MessageId message,
              double weight) {
        if (draws_causes && weight > 0)
            marks.add(dyads[pair(actor, other)], mark_group(first_column), message, tick, weight);
    }

    /// The change of the record alone.
    template <std::size_t width>
    void add_trace(double* record, std::size_t first_column, double weight) const {
        if constexpr (width == horizon_count) {
            using Horizons = double __attribute__((vector_size(horizon_count * sizeof(double))));
            Horizons number, added;
            std::memcpy(&number, record + first_column, sizeof number);
            std::memcpy(&added, trace.data() + first_column, sizeof added);
            number += added * weight;
            std::memcpy(record + first_column, &number, sizeof number);
        } else {
            for (std::size_t c = first_column; c < first_column + width; ++c)
                record[c] += trace[c] * weight;
        }
    }

private:
    /// What doctrines do more of when they remember more, at most.
    void find_growth();
    double* make_record(std::size_t actor, std::size_t other);
    /// Ties of a pair in the order of TieColumn, mediation apart.
    void write_ties(std::size_t actor, std::size_t other, double* ties) const;

    std::array<std::vector<double>, horizon_count + 1> kept_after_; ///< [horizon][ticks]
    /// A column whose numbers were put back into acts per day.
    struct Renewal {
        std::size_t column;
        double factor; ///< of all its numbers then
    };
    std::vector<Renewal> renewed_; ///< so far, in order
};

template <std::size_t width>
void World::remember(std::size_t actor, std::size_t other, std::size_t first_column,
                     double weight) {
    if (!(weight > 0))
        return;
    add_trace<width>(record(actor, other), first_column, weight);
    if ((stirs[actor] & columns(first_column, width)) != 0)
        thinning.stir(pair(actor, other));
    else
        thinning.raise(pair(actor, other), dyads[pair(actor, other)],
                       doctrine(actor).growth[mark_group(first_column)], weight);
}

} // namespace demarche
