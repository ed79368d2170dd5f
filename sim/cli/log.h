#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "sim/io/problems.h"
#include "sim/io/result_file.h"

namespace demarche {

/// What the user must know, on standard error: "demarche: error: ...". Colours on a terminal only.
void log_error(const std::string& text);
void log_warning(const std::string& text);
/// Prints lines that already say where and what ("file:1:2: error: ...").
void log_problems(const std::string& text);
/// Whether there are problems; prints them and, where there are several, how many.
bool refuse(const Problems& problems);
/// Whether results cannot go to a file ("" = standard output); says why (see why_taken) and which
/// option names another.
bool is_taken(const std::filesystem::path& file, const ResultKind* kind = nullptr,
              const std::string& option = "--out", std::span<const std::string> read = {});

} // namespace demarche
