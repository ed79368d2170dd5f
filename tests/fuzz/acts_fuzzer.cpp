// Any bytes as a table of acts, in the form of configs/acts.toml, read over the built-in ones:
// they are read, or refused with messages; a table that is read serves a world.

#include "sim/io/act_reader.h"
#include "sim/io/scenario_reader.h"
#include "tests/fuzz/properties.h"

namespace demarche::fuzz {
namespace {

/// Three states, one of them at war, with every number as it comes.
Scenario world_for(ActTable acts) {
    static const Scenario made = [] {
        Problems problems;
        auto loaded = load_scenario(SOURCE_DIR "/tests/fuzz/seeds/three_states.toml", {}, problems);
        require(loaded.has_value(), problems.text());
        return loaded->scenario;
    }();
    Scenario scenario = made;
    scenario.acts = std::move(acts);
    return scenario;
}

void check_acts(const ActTable& acts) {
    for (const Act& act : acts.all()) {
        require(acts.find(act.id) == &act && acts[acts.id_of(act)].id == act.id,
                "an act that cannot be found");
        require(!act.channels.empty() && act.allows(act.channels.front()), "an act of no channel");
        require(act.rung >= 0 && act.rung <= top_rung, "an act off the ladder");
        for (std::size_t s = 0; s < scale_count; ++s)
            require(within(acts.intensity(acts.id_of(act), static_cast<Scale>(s)), 0, 1e300),
                    "an act of no finite intensity");
    }
    for (QuadClass q : all_classes)
        for (ActId a : acts.of_class(q))
            require(acts[a].quad == q && acts[a].mechanism == Mechanism::policy,
                    "an act in the wrong class");
}

void check(const std::string& bytes) {
    if (known_to_break_the_parser(bytes))
        return;
    Problems problems;
    const auto table = parse_toml(bytes, "acts.toml", problems);
    require(table.has_value() == problems.empty(), "parsed and problems disagree");
    std::vector<Act> acts = default_acts().all();
    if (table)
        read_acts(*table, acts, problems);
    check_messages(problems);
    if (!problems.empty())
        return;
    ActTable read(std::move(acts));
    check_acts(read);
    check_ticks(world_for(std::move(read)));
}

} // namespace
} // namespace demarche::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    demarche::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
