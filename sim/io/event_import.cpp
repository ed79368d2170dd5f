#include "sim/io/event_import.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "sim/core/act.h"
#include "sim/core/date.h"
#include "sim/io/csv_row.h"
#include "sim/io/event_values.h"
#include "sim/io/fact_store.h"

namespace demarche {
namespace {

constexpr std::size_t most_shown = 10;
constexpr std::size_t most_unmapped = 100'000;
constexpr std::size_t most_remembered = 1U << 18U; // actors whose state is known by heart
constexpr std::uint64_t lines_between_progress = 1U << 14U;

/// Which state an actor acts for, or why none.
struct Attribution {
    std::optional<ActorTable::State> state;
    Dropped why = Dropped::nobody;
    std::string unmapped{}; ///< the name to report
};

bool is_nothing(std::string_view text) {
    return text.empty() || text == "None" || text == "NULL" || text == "---";
}

/// Whether modes of events may hold it.
bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == ' ' || c == '/';
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// "Ministry (France)" as role and country; nothing where a name has no such form.
std::optional<std::pair<std::string_view, std::string_view>> role_of(std::string_view name) {
    if (!name.ends_with(')'))
        return std::nullopt;
    int depth = 0;
    for (std::size_t k = name.size(); k-- > 0;) {
        depth += name[k] == ')' ? 1 : name[k] == '(' ? -1 : 0;
        if (depth == 0)
            return std::pair(trimmed(name.substr(0, k)), name.substr(k + 1, name.size() - k - 2));
    }
    return std::nullopt;
}

class Actors {
public:
    Actors(const ActorTable& table, ActorWriting writing) : table_(&table), writing_(writing) {}

    const Attribution& judge(std::string_view name, std::string_view country,
                             std::string_view sectors) {
        key_.assign(name).append("\t").append(country).append("\t").append(sectors);
        const auto known = attributions_.find(key_);
        if (known != attributions_.end())
            return known->second;
        Attribution found = writing_ == ActorWriting::names   ? by_name(name, country, sectors)
                            : writing_ == ActorWriting::codes ? by_code(name, country)
                                                              : by_state(name);
        return attributions_.emplace(key_, std::move(found)).first->second;
    }

    /// Keeps memory bounded; what `judge` has given out is gone afterwards.
    void forget() {
        if (attributions_.size() >= most_remembered)
            attributions_.clear();
    }

private:
    using Standing = ActorTable::Standing;

    Attribution unknown(std::string_view name) const {
        return {{}, Dropped::unknown, std::string(name)};
    }

    Attribution by_state(std::string_view name) const {
        if (is_nothing(name))
            return {};
        const auto state = table_->state(name);
        return state ? Attribution{state} : unknown(name);
    }

    Attribution by_name(std::string_view name, std::string_view country,
                        std::string_view sectors) const {
        if (is_nothing(name))
            return {};
        if (const auto state = table_->state(name))
            return {state};
        const auto role = role_of(name);
        const Standing of_role = role ? table_->role(role->first) : Standing::unknown;
        if (of_role == Standing::no)
            return {{}, Dropped::no_government};
        const auto state = table_->state(is_nothing(country) && role ? role->second : country);
        if (of_role == Standing::yes && state)
            return {state};
        if (is_nothing(country))
            return {{}, Dropped::no_country};
        if (country.find(';') != std::string_view::npos)
            return {{}, Dropped::several};
        if (!state)
            return unknown(country);
        return acts_for_state(sectors) ? Attribution{state}
                                       : Attribution{{}, Dropped::no_government, std::string(name)};
    }

    bool acts_for_state(std::string_view sectors) const {
        bool government = false;
        bool against = false;
        for (std::size_t at = 0; at <= sectors.size();) {
            const std::size_t end = std::min(sectors.find_first_of(",;", at), sectors.size());
            switch (table_->sector(trimmed(sectors.substr(at, end - at)))) {
            case Standing::yes:
                return true;
            case Standing::government:
                government = true;
                break;
            case Standing::no:
                against = true;
                break;
            case Standing::unknown:
                break;
            }
            at = end + 1;
        }
        return government && !against;
    }

    /// "RUSMIL": the country, then its role.
    Attribution by_code(std::string_view code, std::string_view country) const {
        if (is_nothing(code))
            return {};
        if (is_nothing(country))
            return {{}, Dropped::no_country};
        const auto state = table_->state(country);
        if (!state)
            return unknown(country);
        std::string_view role = code.starts_with(country) ? code.substr(country.size()) : code;
        role = role.substr(0, 3);
        if (role.empty() || table_->agent(role) == Standing::yes)
            return {state};
        return {{}, Dropped::no_government, std::string(role)};
    }

    const ActorTable* table_;
    ActorWriting writing_;
    std::string key_;
    std::unordered_map<std::string, Attribution> attributions_;
};

class Importer {
public:
    Importer(const EventFormat& format, const ActorTable& table, const ImportSettings& settings)
        : format_(format), table_(table), actors_(table, format.actors),
          facts_(settings.facts_in_memory), settings_(settings) {}

    void read(TextTable&& table, const std::string& file, std::uint64_t before) {
        file_ = file;
        TableLine line;
        while (table.good() && table.next(line)) {
            ++report.lines;
            if (!line.wrong.empty())
                malformed(line.line, 1, line.wrong);
            else
                take(line);
            if (settings_.progress && report.lines % lines_between_progress == 0)
                settings_.progress(before + table.offset());
        }
    }

    void write(const std::function<void(std::string_view)>& out);

    ImportReport report;

private:
    void malformed(unsigned line, unsigned column, const std::string& what) {
        ++report.malformed;
        if (report.first_malformed.size() >= most_shown)
            return;
        Problems one; // shortens what is long
        one.add({file_, line, column}, what);
        std::string text = one.text();
        text.pop_back();
        report.first_malformed.push_back(std::move(text));
    }

    void drop(const Attribution& attribution) {
        if (attribution.why != Dropped::unknown && attribution.why != Dropped::no_government)
            return;
        const auto known = report.unmapped.find(attribution.unmapped);
        if (known != report.unmapped.end())
            ++known->second;
        else if (report.unmapped.size() < most_unmapped)
            report.unmapped.emplace(attribution.unmapped, 1);
        else
            ++report.unmapped_others;
    }

    void take(const TableLine& line);
    std::optional<QuadClass> class_of(const TableLine& line);
    std::uint32_t code_number(const TableLine& line, QuadClass of);

    struct Code {
        std::string text;
        QuadClass of = QuadClass::vcoop;
    };

    const EventFormat& format_;
    const ActorTable& table_;
    Actors actors_;
    FactStore facts_;
    const ImportSettings& settings_;
    std::string file_;
    std::string code_;
    std::vector<Code> codes_;
    std::unordered_map<std::string, std::uint32_t> numbers_; ///< of codes
};

/// Class of the act; a malformed line and nothing where the file does not say.
std::optional<QuadClass> Importer::class_of(const TableLine& line) {
    const std::string_view code = trimmed(line[event_code]);
    const std::string_view given = trimmed(line[event_class]);
    const auto wrong = [&](EventColumn column, const std::string& what) {
        malformed(line.line, line.cells[column].column, what);
        return std::nullopt;
    };
    const auto of_file = class_named(given);
    if (!is_nothing(given) && !of_file)
        return wrong(event_class,
                     "'" + std::string(given) +
                         "' is no class; allowed: 'vcoop', 'mcoop', 'vconf' or 'mconf'");
    if (code.empty() && of_file)
        return of_file;
    const auto of_cameo = format_.acts == ActWriting::cameo ? cameo_class(code) : std::nullopt;
    const bool may_be_plover =
        format_.acts == ActWriting::plover || format_.actors == ActorWriting::states;
    const auto of_code = of_cameo        ? of_cameo
                         : may_be_plover ? plover_class(code.substr(0, code.find(':')))
                                         : std::nullopt;
    if (!of_code)
        return wrong(event_code, "'" + std::string(code) +
                                     (format_.acts == ActWriting::cameo
                                          ? "' is no CAMEO code: two to four digits that begin "
                                            "with 01 to 20 (have leading zeros been lost?)"
                                          : "' is no type of event of PLOVER"));
    const std::string_view mode = trimmed(line[event_mode]);
    if (!std::all_of(mode.begin(), mode.end(), is_of_word))
        return wrong(event_mode, "'" + std::string(mode) + "' is no mode of an event");
    if (of_cameo && of_file && of_file != of_code)
        return wrong(event_class, "the class '" + std::string(given) + "' does not fit the code '" +
                                      std::string(code) + "', which is '" +
                                      std::string(class_names[index(*of_code)]) + "'");
    return of_file ? of_file : of_code;
}

std::uint32_t Importer::code_number(const TableLine& line, QuadClass of) {
    code_.assign(trimmed(line[event_code]));
    if (const auto mode = trimmed(line[event_mode]); !is_nothing(mode))
        code_.append(":").append(mode);
    const std::size_t length = code_.size();
    code_.push_back(static_cast<char>('0' + index(of)));
    const auto [it, is_new] = numbers_.emplace(code_, static_cast<std::uint32_t>(codes_.size()));
    if (is_new)
        codes_.push_back({code_.substr(0, length), of});
    return it->second;
}

void Importer::take(const TableLine& line) {
    const auto wrong = [&](EventColumn column, const std::string& what) {
        malformed(line.line, line.cells[column].column, what);
    };
    const bool three = !line[event_year].empty();
    const auto day = three ? date_of(line[event_year], line[event_month], line[event_day])
                           : date_of(line[event_date]);
    if (!day) {
        wrong(event_date, "'" + std::string(line[event_date]) +
                              "' is no date; dates are like 2018-01-31 or 20180131");
        return;
    }
    const auto of = class_of(line);
    if (!of)
        return;
    Fact fact;
    if (const std::string_view score = trimmed(line[event_score]); !is_nothing(score)) {
        const auto value = number_of(score);
        if (!value || !(*value >= -10 && *value <= 10)) {
            wrong(event_score, "'" + std::string(score) + "' is no score from -10 to 10");
            return;
        }
        fact.score = static_cast<float>(*value);
        fact.scored = true;
    }
    if (const std::string_view n = line[event_n]; !n.empty()) {
        const auto value = number_of(n);
        if (!value || !(*value >= 0 && *value <= 1e6 && *value == std::floor(*value))) {
            wrong(event_n,
                  "'" + std::string(n) + "' is no count; allowed: whole numbers from 0 to 1000000");
            return;
        }
        fact.n = static_cast<std::uint32_t>(*value);
    }
    actors_.forget();
    const Attribution& source = actors_.judge(
        trimmed(line[source_name]), trimmed(line[source_country]), trimmed(line[source_sectors]));
    const Attribution& target = actors_.judge(
        trimmed(line[target_name]), trimmed(line[target_country]), trimmed(line[target_sectors]));
    if (!source.state || !target.state) {
        ++report.dropped[static_cast<std::size_t>((source.state ? target : source).why)];
        for (const Attribution* v : {&source, &target})
            if (!v->state)
                drop(*v);
        return;
    }
    if (source.state == target.state) {
        ++report.dropped[static_cast<std::size_t>(Dropped::within_a_state)];
        return;
    }
    fact.day = day->number;
    fact.source = *source.state;
    fact.target = *target.state;
    fact.code = code_number(line, *of);
    Identity identity;
    if (format_.actors == ActorWriting::states)
        identity.add(line.text); // a tidy row is repeated only by itself
    else
        identity.add(trimmed(line[source_name])).add(trimmed(line[target_name]));
    fact.identity = identity.value();
    facts_.add(fact);
}

void Importer::write(const std::function<void(std::string_view)>& out) {
    struct Row {
        std::uint32_t code = 0;
        std::uint64_t n = 0;
        double score = 0, scored = 0;
    };
    constexpr std::size_t piece = 1U << 22U; // bytes
    std::string text(event_header);
    std::vector<Row> rows; // of one pair on one day
    Fact pair;
    const auto finish = [&] {
        std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
            return std::pair(std::string_view(codes_[a.code].text), codes_[a.code].of) <
                   std::pair(std::string_view(codes_[b.code].text), codes_[b.code].of);
        });
        for (const Row& row : rows) {
            const Code& code = codes_[row.code];
            CsvRow csv(text);
            csv << iso({pair.day}) << table_.states()[pair.source] << table_.states()[pair.target];
            csv.quoted(code.text);
            csv.known(row.scored > 0 ? row.score / row.scored : std::nan(""));
            csv << class_names[index(code.of)] << row.n;
            ++report.rows;
            report.acts += row.n;
        }
        rows.clear();
        if (text.size() >= piece) {
            out(text);
            text.clear();
        }
    };
    report.repeats = facts_.drain([&](const Fact& f) {
        if (std::tuple(f.day, f.source, f.target) !=
            std::tuple(pair.day, pair.source, pair.target)) {
            finish();
            pair = f;
        }
        if (rows.empty() || rows.back().code != f.code)
            rows.push_back({f.code});
        Row& row = rows.back();
        row.n += f.n;
        if (f.scored) {
            row.score += static_cast<double>(f.score) * f.n;
            row.scored += f.n;
        }
        ++report.facts;
        if (report.first.empty())
            report.first = iso({f.day});
        report.last = iso({f.day});
    });
    finish();
    if (report.rows > 0)
        out(text);
}

} // namespace

std::vector<std::pair<std::string, std::uint64_t>>
ImportReport::top_unmapped(std::size_t most) const {
    std::vector<std::pair<std::string, std::uint64_t>> names(unmapped.begin(), unmapped.end());
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size()));
    std::partial_sort(names.begin(), end, names.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    names.erase(end, names.end());
    return names;
}

std::string report_csv(const ImportReport& report) {
    std::string text(report_header);
    const auto row = [&](std::string_view what, std::string_view name, std::uint64_t count) {
        CsvRow csv(text);
        csv << what;
        csv.quoted(name);
        csv << count;
    };
    row("lines", "read", report.lines);
    row("lines", "malformed", report.malformed);
    for (std::size_t d = 0; d < dropped_count; ++d)
        row("dropped", dropped_names[d], report.dropped[d]);
    row("lines", "repeats", report.repeats);
    row("lines", "facts", report.facts);
    row("written", "rows", report.rows);
    for (const std::string& problem : report.first_malformed)
        row("malformed", problem, 1);
    for (const auto& [name, count] : report.top_unmapped(report.unmapped.size()))
        row("unmapped", name, count);
    if (report.unmapped_others > 0)
        row("unmapped", "others", report.unmapped_others);
    return text;
}

ImportReport import_events(const std::vector<std::filesystem::path>& files,
                           const EventFormat& format, const ActorTable& actors,
                           const ImportSettings& settings, Problems& problems,
                           const std::function<void(std::string_view)>& write) {
    Importer importer(format, actors, settings);
    std::uint64_t before = 0;
    for (const std::filesystem::path& file : files) {
        importer.read(TextTable(file, format.forms, problems), file.string(), before);
        std::error_code unknown;
        const auto size = std::filesystem::file_size(file, unknown);
        before += unknown ? 0 : size;
    }
    if (problems.empty())
        importer.write(write);
    return std::move(importer.report);
}

ImportReport import_events(std::string_view text, const EventFormat& format,
                           const ActorTable& actors, Problems& problems,
                           const std::function<void(std::string_view)>& write) {
    const ImportSettings settings{1U << 10U, {}};
    Importer importer(format, actors, settings);
    importer.read(TextTable("events", text, format.forms, problems), "events", 0);
    if (problems.empty())
        importer.write(write);
    return std::move(importer.report);
}

} // namespace demarche
