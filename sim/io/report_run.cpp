#include <algorithm>
#include <array>
#include <numeric>
#include <thread>

#include "sim/io/actor_index.h"
#include "sim/io/csv_file.h"
#include "sim/io/csv_row.h"
#include "sim/io/report_data.h"

namespace demarche {
namespace {

constexpr std::size_t most_rows = 20'000; ///< of dyads.csv that a page holds
constexpr std::size_t most_events = 24'000;

/// What the choice of pairs looks at.
struct Course {
    int peak = 0;
    long sum = 0; ///< of rungs over ticks
};

/// A pair at a moment of the network.
struct Bond {
    std::uint32_t pair = 0;
    int rung = 0;
    double conflict = 0, coop = 0;
};

/// dyads.csv of one run: where every row is, and what it is about.
struct DyadRows {
    DyadRows(const CsvFile& file, const Scenario& scenario, unsigned threads);
    const CsvFile& file;
    std::size_t n, pairs, ticks;
    int step;
    std::vector<std::size_t> position; ///< [tick][pair], 0 = no row
    std::vector<Course> courses;
    std::vector<std::vector<Bond>> moments; ///< [tick / step]

    std::size_t pair(std::size_t a, std::size_t b) const {
        return a * (2 * n - a - 1) / 2 + b - a - 1;
    }
};

DyadRows::DyadRows(const CsvFile& dyads, const Scenario& s, unsigned threads)
    : file(dyads), n(s.actor_count()), pairs(n * (n - 1) / 2),
      ticks(static_cast<std::size_t>(s.ticks())), step(frame_step(s.ticks())),
      position(pairs * ticks), courses(pairs), moments((ticks - 1) / step + 1) {
    struct Part {
        std::vector<Course> courses;
        std::vector<std::vector<Bond>> moments;
        std::exception_ptr failure;
    };
    const auto texts = file.parts(threads);
    std::vector<Part> parts(texts.size());
    const std::size_t tick = file.column("tick"), a = file.column("a"), b = file.column("b"),
                      rung = file.column("rung"), ab = file.column("a_to_b_conflict"),
                      ba = file.column("b_to_a_conflict"), ab_coop = file.column("a_to_b_coop"),
                      ba_coop = file.column("b_to_a_coop");
    const std::size_t needed = std::max({tick, a, b, rung, ab, ba, ab_coop, ba_coop}) + 1;
    const auto read = [&](std::size_t p) {
        Part& part = parts[p];
        part.courses.resize(pairs);
        part.moments.resize(moments.size());
        ActorIndex row_a(s), row_b(s);
        file.each_row(texts[p], needed, [&](std::string_view line, const CsvFile::Cells& cells) {
            const auto t = file.number<std::size_t>(cells[tick]);
            const std::size_t i = row_a(cells[a]), j = row_b(cells[b]);
            if (t >= ticks || i >= n || j >= n || i >= j)
                file.refuse(line, "no such pair or tick in the scenario");
            const std::size_t which = pair(i, j);
            position[t * pairs + which] = file.position(line);
            const int r = file.number<int>(cells[rung]);
            Course& course = part.courses[which];
            course.peak = std::max(course.peak, r);
            course.sum += r;
            if (t % static_cast<std::size_t>(step) == 0)
                part.moments[t / static_cast<std::size_t>(step)].push_back(
                    {static_cast<std::uint32_t>(which), r,
                     file.number<double>(cells[ab]) + file.number<double>(cells[ba]),
                     file.number<double>(cells[ab_coop]) + file.number<double>(cells[ba_coop])});
        });
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t p = 0; p < parts.size(); ++p)
            workers.emplace_back([&, p] {
                try {
                    read(p);
                } catch (...) {
                    parts[p].failure = std::current_exception();
                }
            });
    }
    for (Part& part : parts) {
        if (part.failure)
            std::rethrow_exception(part.failure);
        for (std::size_t p = 0; p < pairs; ++p) {
            courses[p].peak = std::max(courses[p].peak, part.courses[p].peak);
            courses[p].sum += part.courses[p].sum;
        }
        for (std::size_t m = 0; m < moments.size(); ++m)
            moments[m].insert(moments[m].end(), part.moments[m].begin(), part.moments[m].end());
    }
}

std::vector<std::pair<std::size_t, std::size_t>> pairs_of(std::size_t n) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b)
            pairs.emplace_back(a, b);
    return pairs;
}

/// The pairs a page shows in full: all, or those that rose most and stood highest.
std::vector<char> choose_pairs(const DyadRows& dyads, const Scenario& s) {
    std::vector<char> chosen(dyads.pairs, 1);
    const std::size_t most = std::max<std::size_t>(20, most_rows / dyads.ticks);
    if (most >= dyads.pairs)
        return chosen;
    std::vector<int> weight(dyads.pairs);
    for (std::size_t p = 0; p < dyads.pairs; ++p)
        weight[p] = 3 * dyads.courses[p].peak;
    for (const Tie& t : s.setting.ties)
        weight[dyads.pair(t.a, t.b)] -= 2 * static_cast<int>(t.rung);
    std::vector<std::size_t> order(dyads.pairs);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
        if (weight[x] != weight[y])
            return weight[x] > weight[y];
        const long of_x = dyads.courses[x].sum, of_y = dyads.courses[y].sum;
        return of_x != of_y ? of_x > of_y : x < y;
    });
    for (std::size_t i = most; i < order.size(); ++i)
        chosen[order[i]] = 0;
    return chosen;
}

std::string dyad_table(const DyadRows& dyads, const std::vector<char>& chosen) {
    std::string out(dyads.file.header());
    out += '\n';
    for (std::size_t t = 0; t < dyads.ticks; ++t)
        for (std::size_t p = 0; p < dyads.pairs; ++p)
            if (chosen[p] && dyads.position[t * dyads.pairs + p] != 0)
                out.append(dyads.file.line_at(dyads.position[t * dyads.pairs + p])) += '\n';
    return out;
}

/// Of every moment the ties that stand out: by rung and conflict, and a third by cooperation.
std::string network_table(DyadRows& dyads, const Scenario& s) {
    const auto names = pairs_of(dyads.n);
    std::string out = "tick,date,a,b,rung,conflict,coop\n";
    for (std::size_t m = 0; m < dyads.moments.size(); ++m) {
        std::vector<Bond>& bonds = dyads.moments[m];
        if (bonds.size() > most_ties) {
            const auto cut = bonds.begin() + 2 * most_ties / 3;
            std::partial_sort(bonds.begin(), cut, bonds.end(), [](const Bond& x, const Bond& y) {
                if (x.rung != y.rung)
                    return x.rung > y.rung;
                return x.conflict != y.conflict ? x.conflict > y.conflict : x.pair < y.pair;
            });
            const auto end = bonds.begin() + most_ties;
            std::partial_sort(cut, end, bonds.end(), [](const Bond& x, const Bond& y) {
                return x.coop != y.coop ? x.coop > y.coop : x.pair < y.pair;
            });
            bonds.erase(end, bonds.end());
            std::sort(bonds.begin(), bonds.end(),
                      [](const Bond& x, const Bond& y) { return x.pair < y.pair; });
        }
        const int tick = static_cast<int>(m) * dyads.step;
        const std::string date = iso(s.date(tick));
        for (const Bond& bond : bonds) {
            const auto [a, b] = names[bond.pair];
            CsvRow row(out);
            row << tick << date << s.setting.actors[a].id << s.setting.actors[b].id << bond.rung;
            row.brief(bond.conflict).brief(bond.coop);
        }
    }
    return out;
}

/// The messages between the chosen pairs, each with what caused it. Where there are too many,
/// verbal cooperation goes first, and what is left out is counted.
struct Events {
    std::string table;
    std::size_t left_out = 0;
};
Events event_table(const CsvFile& file, const PastRun& past, const std::vector<char>& chosen) {
    const Scenario& s = past.loaded.scenario;
    const std::size_t n = s.actor_count();
    const std::array wanted{"id",         "tick",    "date",        "source",   "target",
                            "act",        "channel", "site",        "salience", "observed_by",
                            "confidence", "cause",   "cause_share", "scripted", "cause_kind"};
    std::array<std::size_t, wanted.size()> column{};
    std::transform(wanted.begin(), wanted.end(), column.begin(),
                   [&](const char* name) { return file.column(name); });
    const std::size_t quad = file.column("class"), id = column[0], date = column[2],
                      source = column[3], target = column[4], act = column[5], cause = column[11];
    const std::size_t needed = *std::max_element(column.begin(), column.end()) + 1;

    std::vector<std::size_t> position{0}; // by id
    std::vector<std::size_t> kept;
    std::array<std::size_t, 5> of_class{};
    std::vector<std::uint8_t> kept_class;
    ActorIndex row_s(s), row_t(s);
    const auto class_of = [](std::string_view name) {
        const auto found = std::find(class_names.begin(), class_names.end(), name);
        return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(found - class_names.begin(), 4));
    };
    file.each_row(file.rows(), needed, [&](std::string_view line, const CsvFile::Cells& cells) {
        if (file.number<std::size_t>(cells[id]) != position.size())
            file.refuse(line, "ids do not ascend one by one");
        position.push_back(file.position(line));
        const std::size_t i = row_s(cells[source]), j = row_t(cells[target]);
        if (i >= n || j >= n || i == j)
            return;
        const std::size_t a = std::min(i, j), b = std::max(i, j);
        if (!chosen[a * (2 * n - a - 1) / 2 + b - a - 1])
            return;
        kept.push_back(position.size() - 1);
        kept_class.push_back(class_of(cells[quad]));
        ++of_class[kept_class.back()];
    });

    std::array<bool, 5> drop{};
    std::size_t left = kept.size();
    for (const std::size_t q : {0U, 4U, 1U, 2U})
        if (left > most_events) {
            drop[q] = true;
            left -= of_class[q];
        }
    Events events;
    for (const char* name : wanted)
        events.table.append(name) += ',';
    events.table += "cause_date,cause_source,cause_act,cause_target\n";
    CsvFile::Cells cells;
    for (std::size_t k = 0; k < kept.size(); ++k) {
        if (drop[kept_class[k]]) {
            ++events.left_out;
            continue;
        }
        const std::string_view line = file.line_at(position[kept[k]]);
        const auto cut = [&](std::string_view text) {
            file.each_row(std::string_view(text.data(), text.size() + 1), needed,
                          [&](std::string_view, const CsvFile::Cells& c) { cells = c; });
        };
        cut(line);
        CsvRow row(events.table);
        for (const std::size_t c : column)
            row << cells[c];
        if (cells[cause].empty()) {
            row << "" << "" << "" << "";
            continue;
        }
        const auto of = file.number<std::size_t>(cells[cause]);
        if (of >= position.size())
            file.refuse(line, "its cause is no message of the table");
        cut(file.line_at(position[of]));
        row << cells[date] << cells[source] << cells[act] << cells[target];
    }
    return events;
}

} // namespace

int frame_step(int ticks) {
    return (ticks + 103) / 104;
}

void add_run(ReportData& data, const PastRun& past, unsigned threads) {
    const Scenario& s = past.loaded.scenario;
    const auto exists = [&](const char* name) {
        return std::filesystem::is_regular_file(past.folder / name);
    };
    for (const char* name : {"system", "crises"})
        if (exists((std::string(name) + ".csv").c_str()))
            data.tables.emplace_back(name,
                                     CsvFile(past.folder / (std::string(name) + ".csv")).text());
    if (exists("actors.csv"))
        add_actors(data, CsvFile(past.folder / "actors.csv"), past);
    std::vector<char> chosen(s.actor_count() * (s.actor_count() - 1) / 2, 1);
    if (exists("dyads.csv")) {
        const CsvFile file(past.folder / "dyads.csv");
        DyadRows dyads(file, s, threads);
        chosen = choose_pairs(dyads, s);
        data.tables.emplace_back("dyads", dyad_table(dyads, chosen));
        data.tables.emplace_back("network", network_table(dyads, s));
        data.facts.emplace_back("pairs_shown",
                                std::to_string(std::count(chosen.begin(), chosen.end(), 1)));
        data.facts.emplace_back("pairs", std::to_string(chosen.size()));
    }
    if (exists("events.csv")) {
        const CsvFile file(past.folder / "events.csv");
        add_directed_pairs(data, file, past, 1);
        Events events = event_table(file, past, chosen);
        data.tables.emplace_back("events", std::move(events.table));
        data.facts.emplace_back("events_left_out", std::to_string(events.left_out));
    }
}

} // namespace demarche
