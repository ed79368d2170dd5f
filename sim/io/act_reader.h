#pragma once
#include <vector>

#include <toml++/toml.h>

#include "sim/core/act.h"
#include "sim/io/problems.h"
#include "sim/io/section.h"

namespace demarche {

/// The vocabulary every scenario starts from: configs/acts.toml as built into the program.
const ActTable& default_acts();

/// Reads a table of acts ([id] name = ..., cameo = ...). Acts already in `acts` are changed where
/// a key is given; new ones must be complete.
void read_acts(const toml::table& table, std::vector<Act>& acts, Problems& problems,
               const SectionVisitor& visit = {});

} // namespace demarche
