#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/act.h"
#include "sim/core/date.h"

namespace demarche {

/// A finite number that fills the whole text.
std::optional<double> number_of(std::string_view text);

/// 2018-01-31, 20180131, or what a time follows after a blank or a T.
std::optional<Day> date_of(std::string_view text);
std::optional<Day> date_of(std::string_view year, std::string_view month, std::string_view day);

/// "vconf", or "VERBAL CONFLICT" as POLECAT writes it.
std::optional<QuadClass> class_named(std::string_view text);
/// By the root of a code (01-05, 06-08, 09-13, 14-20), on which all versions of CAMEO agree.
std::optional<QuadClass> cameo_class(std::string_view code);
/// By the type of event, as in the PLOVER manual.
std::optional<QuadClass> plover_class(std::string_view type);

/// A hash of what makes two reports the same (FNV-1a).
class Identity {
public:
    Identity& add(std::string_view text) {
        for (const char c : text)
            mix(static_cast<unsigned char>(c));
        mix(0xFF); // no byte of UTF-8: parts do not run into each other
        return *this;
    }
    std::uint64_t value() const { return value_; }

private:
    void mix(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3U; }
    std::uint64_t value_ = 0xCBF29CE484222325U;
};

} // namespace demarche
