#pragma once
#include <string_view>

namespace demarche {

/// Which program this is: "0.1.0", and the commit it was built from, ending in "-dirty" where
/// sources were changed since, or "unknown". The build defines them (cmake/version.cmake).
extern const std::string_view program_version, program_commit;

} // namespace demarche
