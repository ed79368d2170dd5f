#pragma once
#include <string>

#include "sim/io/problems.h"

namespace demarche {

/// What the user must know, on standard error: "demarche: error: ...". Colours on a terminal only.
void log_error(const std::string& text);
void log_warning(const std::string& text);
/// Prints lines that already say where and what ("file:1:2: error: ...").
void log_problems(const std::string& text);
/// Whether there are problems; prints them and, where there are several, how many.
bool refuse(const Problems& problems);

} // namespace demarche
