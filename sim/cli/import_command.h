#pragma once
#include <string>
#include <vector>

#include "sim/io/world_import.h"

namespace demarche {

struct ImportOptions {
    std::vector<std::string> files;
    std::string format;
    std::string out;    ///< "" = standard output
    std::string actors; ///< the user's additions to configs/actors.csv, "" = none
    std::string report; ///< file for the whole report, "" = none
    bool quiet = false;
};

int import_events_command(const ImportOptions& options);
int import_world_command(const WorldSources& sources, const std::string& out, bool quiet);

} // namespace demarche
