#include "sim/engine/tick.h"

#include <memory>

#include "sim/engine/decide.h"
#include "sim/engine/equilibrium.h"
#include "sim/engine/wars.h"
#include "sim/engine/world.h"

namespace demarche {

void schedule(World& world) {
    const Scenario& s = *world.scenario;
    bool changed = false;
    for (const Shock& shock : world.shocks) {
        if (s.tick_of(shock.day) != world.tick)
            continue;
        set_numbers(world.setting, shock.set);
        changed = changed || !shock.set.empty();
    }
    if (changed) {
        world.derive();
        set_levels(world);
        world.thinning.stir_everybody();
    }

    for (std::size_t e = 0; e < s.events.size(); ++e) {
        const ScriptedEvent& event = s.events[e];
        if (s.tick_of(event.day) != world.tick)
            continue;
        Message m;
        m.source = static_cast<std::uint32_t>(event.source);
        m.target = static_cast<std::uint32_t>(event.target);
        m.act = event.act;
        m.channel = event.channel;
        m.salience = event.salience;
        m.site = event.site;
        m.scripted = true;
        m.cause.kind = CauseKind::script;
        world.post(m, static_cast<std::uint32_t>(e));
    }
    for (std::size_t g = 0; g < world.setting.groups.size(); ++g) {
        const ArmedGroup& group = world.setting.groups[g];
        if (s.tick_of(group.since_day) != world.tick || group.strength <= 0)
            continue;
        const Act* act = s.acts.posted_by(Mechanism::group, QuadClass::mconf);
        if (act == nullptr)
            continue;
        Message m;
        m.source = static_cast<std::uint32_t>(s.group_entity(g));
        m.target = static_cast<std::uint32_t>(group.against);
        m.act = s.acts.id_of(*act);
        m.channel = Channel::covert;
        m.salience = group.strength;
        m.site = site_near(world, group.host, group.against);
        m.cause.kind = CauseKind::mechanism;
        const MessageId id = world.post(m, 0);
        if (id == 0)
            continue;
        world.hidden.push_back({id, world.outbox.back().number,
                                static_cast<std::uint32_t>(group.host), m.target, m.act, m.site,
                                s.ticks(), group.strength, static_cast<int>(group.sponsor)});
    }
}

void step(World& world, DecisionScratch& scratch, Recorder& recorder) {
    world.inbox.swap(world.outbox);
    world.outbox.clear();
    schedule(world);
    deliver(world);
    remember(world);
    assess(world, recorder);
    decide(world, scratch);
    recorder.tick(world, world.outbox);
    ++world.tick;
}

std::uint64_t run(const World& first_morning, std::uint32_t replication, Recorder& recorder) {
    // The memory of a small world serves the next one; that of a large one is not worth holding.
    constexpr std::size_t small = 64; // actors
    static thread_local std::unique_ptr<World> kept;
    std::unique_ptr<World> own = std::move(kept);
    if (own)
        *own = first_morning;
    else
        own = std::make_unique<World>(first_morning);
    World& world = *own;
    world.draw_for(replication);
    world.draws_causes = recorder.reads_causes();
    DecisionScratch scratch(world.n);
    recorder.begin(world);
    while (world.tick < world.scenario->ticks())
        step(world, scratch, recorder);
    for (const auto& crisis : world.crises)
        if (crisis)
            recorder.crisis_ended(world, *crisis, "ongoing");
    recorder.end(world);
    const std::uint64_t print = world.fingerprint.value();
    if (world.n <= small)
        kept = std::move(own);
    return print;
}

} // namespace demarche
