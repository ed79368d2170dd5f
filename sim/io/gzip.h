#pragma once
#include <string>
#include <string_view>

namespace demarche {

/// The text as one member of a gzip file (RFC 1952), without name and time, so that equal texts
/// give equal bytes. Members written one after the other are a file again.
std::string gzip(std::string_view text);

} // namespace demarche
