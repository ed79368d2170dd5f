#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/actor_table.h"
#include "sim/io/event_formats.h"
#include "sim/io/problems.h"

namespace demarche {

/// Why a line of an event file is no event between two states.
enum class Dropped : std::uint8_t {
    nobody,         ///< source or target is missing
    no_country,     ///< an actor belongs to no country: organisations, companies, the unidentified
    unknown,        ///< a name or country that no table knows
    several,        ///< an actor of several countries
    no_government,  ///< an actor that does not act for its state
    within_a_state, ///< both act for the same state
};
inline constexpr std::size_t dropped_count = 6;
inline constexpr std::array<std::string_view, dropped_count> dropped_names{
    "source or target missing",       "an actor without country",
    "an actor or country not known",  "an actor of several countries",
    "an actor that is no government", "within one state"};

/// What became of the lines of event files: lines = malformed + dropped + repeats + facts.
struct ImportReport {
    std::uint64_t lines = 0; ///< without headers and empty lines
    std::uint64_t malformed = 0;
    std::array<std::uint64_t, dropped_count> dropped{};
    std::uint64_t repeats = 0; ///< of a fact already reported for that day
    std::uint64_t facts = 0;
    std::uint64_t rows = 0;                   ///< written
    std::uint64_t acts = 0;                   ///< sum of n
    std::string first, last;                  ///< dates, "" where there is no fact
    std::vector<std::string> first_malformed; ///< at most 10, "file:line:column: error: ..."
    /// Names that no table knows, and how often; at most 100 000 are told apart.
    std::map<std::string, std::uint64_t, std::less<>> unmapped;
    std::uint64_t unmapped_others = 0;

    /// The most frequent unmapped names, at most `most`.
    std::vector<std::pair<std::string, std::uint64_t>> top_unmapped(std::size_t most) const;
};

/// First line of `report_csv`.
inline constexpr std::string_view report_header = "what,name,count\n";

/// Everything there is to say as CSV.
std::string report_csv(const ImportReport& report);

/// First line of what `import_events` writes.
inline constexpr std::string_view event_header = "date,source,target,cameo,goldstein,class,n\n";

struct ImportSettings {
    std::size_t facts_in_memory = std::size_t{1} << 21U; ///< beyond that, temporary files are used
    /// Told how many bytes of the files have been read, now and then.
    std::function<void(std::uint64_t)> progress;
};

/// Reads event files in any order and writes one tidy table, ordered by date, source, target and
/// code, piece by piece through `write`. A row is a code of act between two states on a day, n its
/// distinct facts: reports that agree in day, code and both actors' names count once. Malformed
/// lines are counted and left out; a file that cannot be read to its end is a problem, and nothing
/// is written; nor is it where no fact is left.
ImportReport import_events(const std::vector<std::filesystem::path>& files,
                           const EventFormat& format, const ActorTable& actors,
                           const ImportSettings& settings, Problems& problems,
                           const std::function<void(std::string_view)>& write);

/// The same for one text, for tests and fuzzers.
ImportReport import_events(std::string_view text, const EventFormat& format,
                           const ActorTable& actors, Problems& problems,
                           const std::function<void(std::string_view)>& write);

} // namespace demarche
