#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <thread>

#include "sim/io/actor_index.h"
#include "sim/io/csv_file.h"
#include "sim/io/csv_row.h"
#include "sim/io/report_data.h"
#include "sim/study/statistics.h"

namespace demarche {
namespace {

constexpr std::uint32_t single_runs = 5;     ///< shown beside the bands
constexpr std::uint32_t runs_of_events = 20; ///< read from events.csv
constexpr std::size_t most_pairs = 60;       ///< with bands of their own
constexpr std::size_t most_crises_bytes =
    800'000; ///< of crises.csv, beyond which only pairs remain
constexpr std::size_t rung_count = static_cast<std::size_t>(top_rung) + 1;
constexpr double fine = 1e6; ///< sums in millionths do not depend on their order

/// The ends of the 50, 80 and 95 % bands around the median.
constexpr std::array<double, 7> levels{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};
constexpr const char* level_names = "mean,q025,q10,q25,median,q75,q90,q975\n";

/// Bands of every column of system.csv, and the first runs as they are.
void add_system(ReportData& data, const CsvFile& file, const PastRun& past) {
    const Scenario& s = past.loaded.scenario;
    const std::size_t ticks = static_cast<std::size_t>(s.ticks());
    const std::size_t runs = past.manifest.replications;
    const std::array names{
        "messages",       "escalation_goldstein", "escalation_plover", "escalation_rivera",
        "escalation_mid", "escalation_kahn",      "crises_open",       "max_rung",
        "balance"};
    std::array<std::size_t, names.size()> column{};
    std::transform(names.begin(), names.end(), column.begin(),
                   [&](const char* name) { return file.column(name); });
    const std::size_t replication = file.column("replication"), tick = file.column("tick");
    std::vector<double> values(names.size() * ticks * runs); // [column][tick][run]
    std::string singles(file.header());
    singles += '\n';
    file.each_row(
        file.rows(), file.width(), [&](std::string_view line, const CsvFile::Cells& cells) {
            const auto r = file.number<std::size_t>(cells[replication]);
            const auto t = file.number<std::size_t>(cells[tick]);
            if (r >= runs || t >= ticks)
                file.refuse(line, "no such replication or tick");
            for (std::size_t c = 0; c < names.size(); ++c)
                values[(c * ticks + t) * runs + r] = file.number<double>(cells[column[c]]);
            if (r < single_runs)
                singles.append(line) += '\n';
        });
    std::string bands = std::string("tick,date,quantity,") + level_names;
    for (std::size_t t = 0; t < ticks; ++t)
        for (std::size_t c = 0; c < names.size(); ++c) {
            double* const begin = &values[(c * ticks + t) * runs];
            const std::span<double> sample(begin, runs);
            const double sum = std::accumulate(sample.begin(), sample.end(), 0.0);
            std::sort(sample.begin(), sample.end());
            CsvRow row(bands);
            row << static_cast<std::uint64_t>(t) << iso(s.date(static_cast<int>(t))) << names[c];
            row.brief(sum / static_cast<double>(runs));
            for (const double level : levels)
                row.brief(sorted_quantile(sample, level));
        }
    data.tables.emplace_back("bands", std::move(bands));
    data.tables.emplace_back("system", std::move(singles));
}

/// How often a pair stood at each rung, and what it did, at every moment that is shown.
struct Moment {
    std::array<std::uint32_t, rung_count> runs{};
    std::int64_t conflict = 0, coop = 0; ///< sums over runs, in millionths
    Moment& operator+=(const Moment& other) {
        for (std::size_t r = 0; r < rung_count; ++r)
            runs[r] += other.runs[r];
        conflict += other.conflict;
        coop += other.coop;
        return *this;
    }
};

struct Ladders {
    std::size_t n, moments;
    int step;
    std::vector<Moment> at;           ///< [pair][moment]
    std::vector<signed char> singles; ///< [run][pair][moment]: rungs of the first runs

    std::size_t pairs() const { return n * (n - 1) / 2; }
    std::size_t pair(std::size_t a, std::size_t b) const {
        return a * (2 * n - a - 1) / 2 + b - a - 1;
    }
};

/// A number of dyads.csv in millionths, rounded. Most are plain decimals, which need no exact
/// reading of a double: there are tens of millions of them.
std::int64_t millionths(const CsvFile& file, std::string_view cell) {
    std::int64_t whole = 0, part = 0;
    int places = -1; // behind the point
    for (const char c : cell) {
        if (c == '.' && places < 0) {
            places = 0;
        } else if (c < '0' || c > '9' || whole > 1'000'000) {
            return static_cast<std::int64_t>(std::llround(file.number<double>(cell) * fine));
        } else if (places < 0) {
            whole = 10 * whole + (c - '0');
        } else if (places < 7) {
            part = 10 * part + (c - '0');
            ++places;
        }
    }
    for (; places < 7; places = std::max(places, 0) + 1)
        part *= 10;
    return whole * 1'000'000 + (part + 5) / 10;
}

void read_part(const CsvFile& file, std::string_view part, const Scenario& s, Ladders& ladders) {
    const std::size_t replication = file.column("replication"), tick = file.column("tick"),
                      a = file.column("a"), b = file.column("b"), rung = file.column("rung"),
                      ab = file.column("a_to_b_conflict"), ba = file.column("b_to_a_conflict"),
                      ab_coop = file.column("a_to_b_coop"), ba_coop = file.column("b_to_a_coop");
    const std::size_t needed =
        std::max({replication, tick, a, b, rung, ab, ba, ab_coop, ba_coop}) + 1;
    ActorIndex row_a(s), row_b(s);
    std::string_view last_tick, last_run;
    std::size_t t = 0, r = 0;
    file.each_row(part, needed, [&](std::string_view line, const CsvFile::Cells& cells) {
        if (cells[tick] != last_tick)
            t = file.number<std::size_t>(last_tick = cells[tick]);
        if (cells[replication] != last_run)
            r = file.number<std::size_t>(last_run = cells[replication]);
        if (t % static_cast<std::size_t>(ladders.step) != 0)
            return;
        const std::size_t i = row_a(cells[a]), j = row_b(cells[b]),
                          m = t / static_cast<std::size_t>(ladders.step);
        const auto stands = file.number<std::size_t>(cells[rung]);
        if (m >= ladders.moments || i >= ladders.n || j >= ladders.n || i >= j ||
            stands >= rung_count)
            file.refuse(line, "no such pair, tick or rung in the scenario");
        const std::size_t p = ladders.pair(i, j);
        Moment& moment = ladders.at[p * ladders.moments + m];
        ++moment.runs[stands];
        moment.conflict += millionths(file, cells[ab]) + millionths(file, cells[ba]);
        moment.coop += millionths(file, cells[ab_coop]) + millionths(file, cells[ba_coop]);
        if (r < single_runs)
            ladders.singles[(r * ladders.pairs() + p) * ladders.moments + m] =
                static_cast<signed char>(stands);
    });
}

Ladders read_ladders(const CsvFile& file, const PastRun& past, unsigned threads) {
    const Scenario& s = past.loaded.scenario;
    Ladders empty;
    empty.n = s.actor_count();
    empty.step = frame_step(s.ticks());
    const int moments = (s.ticks() - 1) / empty.step + 1;
    empty.moments = static_cast<std::size_t>(moments);
    empty.at.resize(empty.pairs() * empty.moments);
    empty.singles.resize(single_runs * empty.pairs() * empty.moments);
    const auto texts = file.parts(threads);
    std::vector<Ladders> parts(texts.size(), empty);
    std::vector<std::exception_ptr> failures(texts.size());
    {
        std::vector<std::jthread> workers;
        for (std::size_t p = 0; p < texts.size(); ++p)
            workers.emplace_back([&, p] {
                try {
                    read_part(file, texts[p], s, parts[p]);
                } catch (...) {
                    failures[p] = std::current_exception();
                }
            });
    }
    for (std::size_t p = 0; p < texts.size(); ++p) {
        if (failures[p])
            std::rethrow_exception(failures[p]);
        if (p == 0)
            continue;
        for (std::size_t i = 0; i < empty.at.size(); ++i)
            parts[0].at[i] += parts[p].at[i];
        for (std::size_t i = 0; i < empty.singles.size(); ++i)
            parts[0].singles[i] = std::max(parts[0].singles[i], parts[p].singles[i]);
    }
    for (Moment& moment : parts[0].at) // a pair without a row stands at rung 0
        moment.runs[0] += past.manifest.replications -
                          std::accumulate(moment.runs.begin(), moment.runs.end(), 0U);
    return std::move(parts[0]);
}

/// A quantile by nearest rank, since rungs are no numbers to average.
std::uint64_t ranked(const Moment& moment, double level, std::uint32_t runs) {
    const auto rank =
        static_cast<std::uint32_t>(std::max(1.0, std::ceil(level * static_cast<double>(runs))));
    std::uint32_t below = 0;
    for (std::size_t r = 0; r < rung_count; ++r)
        if ((below += moment.runs[r]) >= rank)
            return r;
    return rung_count - 1;
}

double mean_rung(const Moment& moment, std::uint32_t runs) {
    double sum = 0;
    for (std::size_t r = 1; r < rung_count; ++r)
        sum += static_cast<double>(r) * moment.runs[r];
    return sum / runs;
}

void add_ladders(ReportData& data, const Ladders& ladders, const PastRun& past) {
    const Scenario& s = past.loaded.scenario;
    const std::uint32_t runs = past.manifest.replications;
    const auto id = [&](std::size_t row) { return s.setting.actors[row].id; };
    std::vector<std::pair<std::size_t, std::size_t>> names;
    for (std::size_t a = 0; a < ladders.n; ++a)
        for (std::size_t b = a + 1; b < ladders.n; ++b)
            names.emplace_back(a, b);
    // Those that rise most on average and stand highest.
    std::vector<double> weight(names.size());
    for (std::size_t p = 0; p < names.size(); ++p) {
        double least = top_rung, most = 0, rose = 0;
        for (std::size_t m = 0; m < ladders.moments; ++m) {
            const double mean = mean_rung(ladders.at[p * ladders.moments + m], runs);
            least = std::min(least, mean);
            most = std::max(most, mean);
            rose = std::max(rose, mean - least);
        }
        weight[p] = most + 2 * rose;
    }
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return weight[x] > weight[y]; });
    order.resize(std::min(order.size(), most_pairs));
    std::sort(order.begin(), order.end());

    const auto crisis = static_cast<std::size_t>(std::ceil(s.setting.ladder.crisis_rung));
    std::string bands = std::string("tick,date,a,b,p_crisis,") + level_names;
    std::string singles = "replication,tick,a,b,rung\n";
    for (const std::size_t p : order)
        for (std::size_t m = 0; m < ladders.moments; ++m) {
            const Moment& moment = ladders.at[p * ladders.moments + m];
            const int tick = static_cast<int>(m) * ladders.step;
            const auto in_crisis = std::accumulate(
                moment.runs.begin() + static_cast<std::ptrdiff_t>(crisis), moment.runs.end(), 0U);
            CsvRow row(bands);
            row << tick << iso(s.date(tick)) << id(names[p].first) << id(names[p].second);
            row.brief(static_cast<double>(in_crisis) / runs).brief(mean_rung(moment, runs));
            for (const double level : levels)
                row << ranked(moment, level, runs);
        }
    for (std::uint32_t r = 0; r < std::min(single_runs, runs); ++r)
        for (const std::size_t p : order)
            for (std::size_t m = 0; m < ladders.moments; ++m)
                CsvRow(singles)
                    << r << static_cast<int>(m) * ladders.step << id(names[p].first)
                    << id(names[p].second)
                    << int{ladders.singles[(r * ladders.pairs() + p) * ladders.moments + m]};
    data.tables.emplace_back("ladders", std::move(bands));
    data.tables.emplace_back("single_ladders", std::move(singles));

    std::string network = "tick,date,a,b,rung,conflict,coop\n";
    for (std::size_t m = 0; m < ladders.moments; ++m) {
        const int tick = static_cast<int>(m) * ladders.step;
        std::vector<std::pair<double, std::size_t>> ties; // those that stand out
        for (std::size_t p = 0; p < names.size(); ++p) {
            const Moment& moment = ladders.at[p * ladders.moments + m];
            const double seen = mean_rung(moment, runs) +
                                static_cast<double>(moment.conflict + moment.coop) / fine / runs;
            if (seen > 0.001)
                ties.emplace_back(-seen, p);
        }
        std::sort(ties.begin(), ties.end());
        ties.resize(std::min(ties.size(), most_ties));
        for (const auto& [seen, p] : ties) {
            const Moment& moment = ladders.at[p * ladders.moments + m];
            CsvRow row(network);
            row << tick << iso(s.date(tick)) << id(names[p].first) << id(names[p].second);
            row.brief(mean_rung(moment, runs));
            row.brief(static_cast<double>(moment.conflict) / fine / runs);
            row.brief(static_cast<double>(moment.coop) / fine / runs);
        }
    }
    data.tables.emplace_back("network", std::move(network));
    data.facts.emplace_back("pairs_shown", std::to_string(order.size()));
    data.facts.emplace_back("pairs", std::to_string(names.size()));
}

/// Crises by pair: in how many runs, when, how long.
void add_crises(ReportData& data, const CsvFile& file, const PastRun& past) {
    const std::uint32_t runs = past.manifest.replications;
    if (file.text().size() <= most_crises_bytes)
        data.tables.emplace_back("crises", file.text());
    struct OfPair {
        std::uint32_t crises = 0, in_runs = 0;
        std::size_t last = ActorIndex::none;
        std::vector<double> peaks, days;
        std::uint32_t triggered = 0;
    };
    std::map<std::pair<std::string, std::string>, OfPair> pairs;
    const std::size_t replication = file.column("replication"), a = file.column("a"),
                      b = file.column("b"), peak = file.column("peak_rung"),
                      days = file.column("duration_days"), trigger = file.column("trigger_event");
    file.each_row(file.rows(), file.width(), [&](std::string_view, const CsvFile::Cells& cells) {
        OfPair& pair = pairs[{std::string(cells[a]), std::string(cells[b])}];
        const auto r = file.number<std::size_t>(cells[replication]);
        ++pair.crises;
        if (pair.last != r)
            ++pair.in_runs;
        pair.last = r;
        pair.triggered += cells[trigger].empty() ? 0 : 1;
        pair.peaks.push_back(file.number<double>(cells[peak]));
        pair.days.push_back(file.number<double>(cells[days]));
    });
    std::string out =
        "a,b,share_of_runs,low,high,crises,begun_in_the_run,median_peak,median_days\n";
    for (const auto& [name, pair] : pairs) {
        const Estimate share = proportion_interval(pair.in_runs, runs);
        CsvRow row(out);
        row << name.first << name.second;
        row.brief(share.value).brief(share.low).brief(share.high);
        row << pair.crises << pair.triggered;
        row.brief(ranked_spread(pair.peaks, 0.5).median).brief(spread(pair.days, 0.5).median);
    }
    data.tables.emplace_back("crisis_pairs", std::move(out));
}

} // namespace

void add_ensemble(ReportData& data, const PastRun& past, unsigned threads) {
    const auto table = [&](const char* name) { return past.folder / (std::string(name) + ".csv"); };
    const auto exists = [&](const char* name) {
        return std::filesystem::is_regular_file(table(name));
    };
    if (exists("system"))
        add_system(data, CsvFile(table("system")), past);
    if (exists("crises"))
        add_crises(data, CsvFile(table("crises")), past);
    if (exists("dyads"))
        add_ladders(data, read_ladders(CsvFile(table("dyads")), past, threads), past);
    if (exists("actors"))
        add_actors(data, CsvFile(table("actors")), past);
    if (exists("events")) {
        const std::uint32_t read =
            add_directed_pairs(data, CsvFile(table("events")), past,
                               std::min(runs_of_events, past.manifest.replications));
        data.facts.emplace_back("runs_of_events", std::to_string(read));
    }
}

} // namespace demarche
