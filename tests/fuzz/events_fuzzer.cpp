// Any bytes as event data: the first names the format, the rest is a file. Every line is accounted
// for, messages can be read, and what is written comes out of a second import unchanged.

#include "sim/io/event_import.h"
#include "tests/fuzz/properties.h"

namespace demarche::fuzz {
namespace {

struct Imported {
    ImportReport report;
    std::string text;
    bool refused = false;
};

Imported import(std::string_view text, const EventFormat& format) {
    static const ActorTable actors = [] {
        Problems problems;
        ActorTable table("", problems);
        require(problems.empty(), problems.text());
        return table;
    }();
    Imported out;
    Problems problems;
    out.report = import_events(text, format, actors, problems,
                               [&](std::string_view piece) { out.text += piece; });
    check_messages(problems);
    out.refused = !problems.empty();
    require(!out.refused || out.text.empty(), "something was written of a file that is refused");
    return out;
}

void check(std::string_view bytes) {
    if (bytes.empty())
        return;
    const auto& formats = event_formats();
    const EventFormat& format = formats[static_cast<unsigned char>(bytes[0]) % formats.size()];
    const Imported first = import(bytes.substr(1), format);
    if (first.refused)
        return;
    const ImportReport& r = first.report;
    std::uint64_t sum = r.malformed + r.repeats + r.facts;
    for (const std::uint64_t d : r.dropped)
        sum += d;
    require(sum == r.lines, "a line is lost");
    require(r.rows <= r.facts && r.first_malformed.size() <= 10, "more rows than facts");
    if (r.rows == 0)
        return;
    const Imported again = import(first.text, *event_format("csv"));
    require(!again.refused, "what was written is refused");
    if (again.report.malformed == 0) // counts above a million are
        require(again.text == first.text, "a second import changes what the first wrote");
}

} // namespace
} // namespace demarche::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    demarche::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
