# Writes OUTPUT, a C++ file with VERSION and the commit of SOURCE_DIR, when either has changed.
set(commit "unknown")
if(EXISTS "${SOURCE_DIR}/.git")
    execute_process(
        COMMAND git --no-optional-locks describe --always --dirty --exclude * --abbrev=10
        WORKING_DIRECTORY "${SOURCE_DIR}"
        OUTPUT_VARIABLE described
        OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET)
    if(described)
        set(commit "${described}")
    endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#include "sim/cli/version.h"

namespace demarche {
const std::string_view program_version = "@VERSION@";
const std::string_view program_commit = "@commit@";
} // namespace demarche
]] @ONLY)
