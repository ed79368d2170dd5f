#include <array>
#include <vector>

#include "sim/io/actor_index.h"
#include "sim/io/csv_file.h"
#include "sim/io/csv_row.h"
#include "sim/io/report_data.h"

/// The tables of a report that count acts.
namespace demarche {
namespace {

/// A mean over runs, exact where it is a whole number.
void put_mean(CsvRow& row, std::uint64_t sum, std::uint32_t runs) {
    if (sum % runs == 0)
        row << sum / runs;
    else
        row.brief(static_cast<double>(sum) / runs);
}

using Classes = std::array<std::uint64_t, class_count>;

} // namespace

void add_actors(ReportData& data, const CsvFile& file, const PastRun& past) {
    const Scenario& s = past.loaded.scenario;
    const std::uint32_t runs = past.manifest.replications;
    std::array<std::size_t, class_count> sent{}, received{};
    for (std::size_t q = 0; q < class_count; ++q) {
        sent[q] = file.column("sent_" + std::string(class_names[q]));
        received[q] = file.column("recv_" + std::string(class_names[q]));
    }
    const std::size_t tick = file.column("tick"), actor = file.column("actor");
    std::vector<Classes> of_tick(static_cast<std::size_t>(s.ticks())), by(s.actor_count()),
        on(s.actor_count());
    ActorIndex row_of(s);
    file.each_row(file.rows(), received.back() + 1,
                  [&](std::string_view line, const CsvFile::Cells& cells) {
                      const auto t = file.number<std::size_t>(cells[tick]);
                      const std::size_t i = row_of(cells[actor]);
                      if (t >= of_tick.size() || i >= by.size())
                          file.refuse(line, "no such state or tick in the scenario");
                      for (std::size_t q = 0; q < class_count; ++q) {
                          const auto acts = file.number<std::uint64_t>(cells[sent[q]]);
                          of_tick[t][q] += acts;
                          by[i][q] += acts;
                          on[i][q] += file.number<std::uint64_t>(cells[received[q]]);
                      }
                  });
    std::string classes = "tick,date,vcoop,mcoop,vconf,mconf\n";
    for (std::size_t t = 0; t < of_tick.size(); ++t) {
        CsvRow row(classes);
        row << static_cast<std::uint64_t>(t) << iso(s.date(static_cast<int>(t)));
        for (const std::uint64_t sum : of_tick[t])
            put_mean(row, sum, runs);
    }
    std::string actors = "actor,sent_vcoop,sent_mcoop,sent_vconf,sent_mconf,recv_vcoop,recv_mcoop,"
                         "recv_vconf,recv_mconf\n";
    for (std::size_t i = 0; i < by.size(); ++i) {
        CsvRow row(actors);
        row << s.setting.actors[i].id;
        for (const Classes& side : {by[i], on[i]})
            for (const std::uint64_t sum : side)
                put_mean(row, sum, runs);
    }
    data.tables.emplace_back("classes", std::move(classes));
    data.tables.emplace_back("actors", std::move(actors));
}

std::uint32_t add_directed_pairs(ReportData& data, const CsvFile& file, const PastRun& past,
                                 std::uint32_t replications) {
    const Scenario& s = past.loaded.scenario;
    const std::size_t n = s.actor_count();
    std::string_view rows = file.rows();
    if (replications < past.manifest.replications) {
        const std::string next = std::to_string(replications) + ",";
        const std::size_t end = rows.find(std::string("\n").append(next));
        rows = rows.substr(0, end == std::string_view::npos ? rows.size() : end + 1);
    }
    const std::size_t source = file.column("source"), target = file.column("target"),
                      quad = file.column("class");
    std::vector<Classes> counts(n * n);
    ActorIndex row_s(s), row_t(s);
    file.each_row(rows, quad + 1, [&](std::string_view, const CsvFile::Cells& cells) {
        const std::size_t i = row_s(cells[source]), j = row_t(cells[target]);
        if (i >= n || j >= n)
            return;
        for (std::size_t q = 0; q < class_count; ++q)
            if (cells[quad] == class_names[q])
                ++counts[i * n + j][q];
    });
    std::string out = "source,target,vcoop,mcoop,vconf,mconf\n";
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const Classes& acts = counts[i * n + j];
            if (acts == Classes{})
                continue;
            CsvRow row(out);
            row << s.setting.actors[i].id << s.setting.actors[j].id;
            for (const std::uint64_t sum : acts)
                put_mean(row, sum, replications);
        }
    data.tables.emplace_back("directed", std::move(out));
    return replications;
}

} // namespace demarche
