#pragma once
#include <string_view>

/// Files that travel inside the program; the build makes them (cmake/embed.cmake).
namespace demarche {

extern const std::string_view embedded_acts_toml;    ///< configs/acts.toml
extern const std::string_view embedded_actors_csv;   ///< configs/actors.csv
extern const std::string_view embedded_facts_toml;   ///< configs/facts.toml
extern const std::string_view embedded_states_csv;   ///< configs/states.csv
extern const std::string_view embedded_world_toml;   ///< configs/world.toml
extern const std::string_view embedded_reference_md; ///< sim/io/reference.md
extern const std::string_view embedded_report_html;  ///< the page that report/ is bundled into

} // namespace demarche
