#include "sim/io/event_formats.h"

#include <algorithm>

namespace demarche {
namespace {

constexpr auto absent = std::size_t(-1);

TableColumn required(std::string name, std::string other = {}) {
    TableColumn column{{std::move(name)}};
    if (!other.empty())
        column.names.push_back(std::move(other));
    return column;
}

TableColumn optional(std::string name, std::string other = {}) {
    TableColumn column = required(std::move(name), std::move(other));
    column.required = false;
    return column;
}

/// A column of a file without header.
TableColumn at(std::size_t position) {
    return {{}, position != absent, position};
}

const TableColumn none{{}, false, absent};

/// What stands in the place of a date in three columns.
std::vector<TableColumn> with_date(std::vector<TableColumn> columns) {
    columns.insert(columns.end(), 3, none);
    return columns;
}

EventFormat icews() {
    const std::vector<TableColumn> columns{required("Event Date"),
                                           required("CAMEO Code"),
                                           none,
                                           optional("Intensity"),
                                           none,
                                           none,
                                           required("Source Name"),
                                           required("Source Country"),
                                           required("Source Sectors"),
                                           required("Target Name"),
                                           required("Target Country"),
                                           required("Target Sectors")};
    return {
        "icews", ActorWriting::names, ActWriting::cameo, {{with_date(columns), '\t', false, {}}}};
}

/// Without header: 57 columns (1.0 up to March 2013), 58 (1.0 with SOURCEURL) or 61 (2.0). They
/// differ behind what is read here.
EventFormat gdelt() {
    const std::vector<TableColumn> columns{at(1), at(26), none, at(30), none,   none,
                                           at(5), at(7),  none, at(15), at(17), none};
    return {"gdelt",
            ActorWriting::codes,
            ActWriting::cameo,
            {{with_date(columns), '\t', false, {57, 58, 61}}}};
}

EventFormat polecat() {
    const std::vector<TableColumn> columns{required("Event Date"),
                                           required("Event Type"),
                                           required("Event Mode"),
                                           optional("Intensity", "Event Intensity"),
                                           optional("Quad Code"),
                                           none,
                                           required("Actor Name"),
                                           required("Actor Country"),
                                           required("Primary Actor Sector"),
                                           required("Recipient Name"),
                                           required("Recipient Country"),
                                           required("Primary Recipient Sector")};
    return {"polecat",
            ActorWriting::names,
            ActWriting::plover,
            {{with_date(columns), '\t', false, {}}}};
}

/// Two writings: the Cline Center's (CSV with header) and the Open Event Data Alliance's daily
/// files (tabs, no header, 26 columns).
EventFormat phoenix() {
    const std::vector<TableColumn> cline{required("story_date"),
                                         required("code"),
                                         none,
                                         optional("goldstein"),
                                         none,
                                         none,
                                         required("source"),
                                         required("source_root"),
                                         none,
                                         required("target"),
                                         required("target_root"),
                                         none,
                                         required("year"),
                                         required("month"),
                                         required("day")};
    const std::vector<TableColumn> daily{at(1), at(13), none, at(16), none,   none,
                                         at(5), at(6),  none, at(9),  at(10), none};
    return {"phoenix",
            ActorWriting::codes,
            ActWriting::cameo,
            {{cline, ',', true, {}}, {with_date(daily), '\t', false, {26}}}};
}

EventFormat csv() {
    std::vector<TableColumn> columns{required("date"),
                                     required("cameo"),
                                     none,
                                     optional("goldstein"),
                                     optional("class", "quad"),
                                     optional("n"),
                                     required("source"),
                                     none,
                                     none,
                                     required("target"),
                                     none,
                                     none};
    EventFormat format{"csv", ActorWriting::states, ActWriting::cameo, {}};
    format.forms.push_back({with_date(columns), ',', true, {}});
    columns[event_code].required = false; // where the class is given
    columns[event_class].required = true;
    format.forms.push_back({with_date(columns), ',', true, {}});
    return format;
}

} // namespace

const std::vector<EventFormat>& event_formats() {
    static const std::vector<EventFormat> formats{icews(), gdelt(), polecat(), phoenix(), csv()};
    return formats;
}

const EventFormat* event_format(std::string_view name) {
    const auto& formats = event_formats();
    const auto it = std::find_if(formats.begin(), formats.end(),
                                 [&](const EventFormat& f) { return f.name == name; });
    return it == formats.end() ? nullptr : &*it;
}

} // namespace demarche
