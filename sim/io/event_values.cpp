#include "sim/io/event_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace demarche {
namespace {

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

using Named = std::pair<std::string_view, QuadClass>;

constexpr std::array<Named, 8> classes{Named{"vcoop", QuadClass::vcoop},
                                       Named{"mcoop", QuadClass::mcoop},
                                       Named{"vconf", QuadClass::vconf},
                                       Named{"mconf", QuadClass::mconf},
                                       Named{"VERBAL COOPERATION", QuadClass::vcoop},
                                       Named{"MATERIAL COOPERATION", QuadClass::mcoop},
                                       Named{"VERBAL CONFLICT", QuadClass::vconf},
                                       Named{"MATERIAL CONFLICT", QuadClass::mconf}};

constexpr std::array<Named, 16> plover{
    Named{"AGREE", QuadClass::vcoop},     Named{"CONSULT", QuadClass::vcoop},
    Named{"SUPPORT", QuadClass::vcoop},   Named{"CONCEDE", QuadClass::vcoop},
    Named{"COOPERATE", QuadClass::mcoop}, Named{"AID", QuadClass::mcoop},
    Named{"RETREAT", QuadClass::mcoop},   Named{"REQUEST", QuadClass::vconf},
    Named{"ACCUSE", QuadClass::vconf},    Named{"REJECT", QuadClass::vconf},
    Named{"THREATEN", QuadClass::vconf},  Named{"PROTEST", QuadClass::mconf},
    Named{"SANCTION", QuadClass::mconf},  Named{"MOBILIZE", QuadClass::mconf},
    Named{"COERCE", QuadClass::mconf},    Named{"ASSAULT", QuadClass::mconf}};

template <std::size_t n>
std::optional<QuadClass> find(const std::array<Named, n>& names, std::string_view text) {
    const auto it =
        std::find_if(names.begin(), names.end(), [&](const Named& c) { return c.first == text; });
    if (it == names.end())
        return std::nullopt;
    return it->second;
}

} // namespace

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<Day> date_of(std::string_view year, std::string_view month, std::string_view day) {
    const auto y = digits(year);
    const auto m = digits(month);
    const auto d = digits(day);
    if (!y || !m || !d || *y < 1 || *y > 9999)
        return std::nullopt;
    return make_day(static_cast<int>(*y), *m, *d);
}

std::optional<Day> date_of(std::string_view text) {
    const std::size_t end = text.find_first_of(" T");
    if (end != std::string_view::npos)
        text = text.substr(0, end);
    if (text.size() == 8)
        return date_of(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    return date_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

std::optional<QuadClass> class_named(std::string_view text) {
    return find(classes, text);
}

std::optional<QuadClass> cameo_class(std::string_view code) {
    if (code.size() < 2 || code.size() > 4 || !digits(code))
        return std::nullopt;
    const unsigned root = *digits(code.substr(0, 2));
    if (root < 1 || root > 20)
        return std::nullopt;
    return root <= 5    ? QuadClass::vcoop
           : root <= 8  ? QuadClass::mcoop
           : root <= 13 ? QuadClass::vconf
                        : QuadClass::mconf;
}

std::optional<QuadClass> plover_class(std::string_view type) {
    return find(plover, type);
}

} // namespace demarche
