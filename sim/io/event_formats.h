#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/table_reader.h"

namespace demarche {

/// What a format of event data says who acts.
enum class ActorWriting {
    names,  ///< a name, its country and its sectors in words: ICEWS, POLECAT
    codes,  ///< a CAMEO actor code that begins with its country: GDELT, Phoenix
    states, ///< the code or name of a state: tidy files
};

/// In which vocabulary acts are coded.
enum class ActWriting { cameo, plover };

/// A public format of event data. The columns of each of its forms stand in the order of
/// EventColumn.
struct EventFormat {
    std::string name;
    ActorWriting actors = ActorWriting::names;
    ActWriting acts = ActWriting::cameo;
    std::vector<TableForm> forms;
};

enum EventColumn : std::size_t {
    event_date,
    event_code,
    event_mode,  ///< PLOVER's finer distinction within a code
    event_score, ///< Goldstein's scale, or PLOVER's
    event_class,
    event_n,
    source_name,
    source_country,
    source_sectors,
    target_name,
    target_country,
    target_sectors,
    event_year, ///< where the date stands in three columns
    event_month,
    event_day,
};

/// All formats; docs/importing.md says where each is documented.
const std::vector<EventFormat>& event_formats();
/// The format of this name, or nullptr.
const EventFormat* event_format(std::string_view name);

} // namespace demarche
