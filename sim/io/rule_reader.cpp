#include "sim/io/reading.h"

namespace demarche {

// Rules are declared whether the scenario changes them or not: they all have defaults.

void read_rules(Reading& reading) {
    Setting& s = reading.scenario.setting;
    const toml::table unchanged;
    const auto rule = [&](const char* name, auto& object) {
        const toml::table* const table = reading.root[name].as_table();
        Section section(reading.problems);
        section.parameters(object);
        reading.read(section, name, table != nullptr ? *table : unchanged,
                     std::string("[") + name + "]");
    };
    rule("memory", s.memory);
    rule("ladder", s.ladder);
    rule("intelligence", s.intelligence);
    rule("alliance", s.alliance);
    rule("mediation", s.mediation);
    rule("perception", s.perception);
    rule("gravity", s.gravity);

    const auto named = [&](const std::string& kind, const std::vector<std::string>& names,
                           auto&& object_of) {
        reading.each(kind.c_str(), [&](const Entry& entry) {
            reading.find(kind, names, entry.id, place_of(entry.key));
        });
        for (std::size_t i = 0; i < names.size(); ++i) {
            const toml::table* const table = reading.root[kind][names[i]].as_table();
            Section section(reading.problems);
            section.parameters(object_of(i));
            reading.read(section, kind + "." + names[i], table != nullptr ? *table : unchanged,
                         kind + " '" + names[i] + "'");
        }
    };
    named("channel", words(channel_names),
          [&](std::size_t i) -> ChannelRule& { return s.channels[i]; });
    named("policy", policy_names(s.policies),
          [&](std::size_t i) -> Policy& { return s.policies[i]; });
}

} // namespace demarche
