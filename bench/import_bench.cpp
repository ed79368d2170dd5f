// How fast event files become one table, per byte of the file, beside only finding its lines. The
// files are invented: full width, every pair of states, a third of the lines between governments.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "sim/core/date.h"
#include "sim/io/event_import.h"
#include "sim/io/lines.h"
#include "sim/io/states.h"

namespace demarche {
namespace {

constexpr std::size_t file_bytes = 20'000'000;

/// The k-th of some things, scattered.
template <class Things>
const auto& pick(const Things& things, std::size_t k) {
    return things[k * 2654435761U % 1000003U % things.size()];
}

std::string gdelt_line(std::size_t k) {
    static const std::vector<std::string> roles{"", "GOV", "MIL", "BUS", "MED", "CVL"};
    static const std::vector<std::string> acts{"010", "042", "057", "112", "173", "190"};
    std::vector<std::string> cells(61, "Moscow, Russia"); // what is not read is about as long
    const std::string &a = pick(known_states(), k).code, &b = pick(known_states(), k + 7).code;
    cells[0] = std::to_string(k);
    cells[1] = "201801" + std::to_string(10 + k * 20 / 200'000 % 20);
    cells[5] = a + pick(roles, k + 1);
    cells[7] = a;
    cells[15] = b + pick(roles, k + 2);
    cells[17] = b;
    cells[26] = pick(acts, k + 3);
    cells[30] = "-2.0";
    std::string line;
    for (const std::string& cell : cells)
        line += (line.empty() ? "" : "\t") + cell;
    return line + "\n";
}

std::string icews_line(std::size_t k) {
    static const std::vector<std::string> roles{"Foreign Affairs", "Citizen", "Police", "Lawmaker"};
    static const std::vector<std::string> acts{"010", "042", "057", "112", "173", "190"};
    const auto actor = [](std::size_t n) {
        const std::string& country = pick(known_states(), n).name;
        return pick(roles, n + 1) + " (" + country + ")\tGovernment,Executive\t" + country;
    };
    return std::to_string(k) + "\t2018-01-" + std::to_string(10 + k / 10'000 % 20) + "\t" +
           actor(k) + "\tExpress intent to meet or negotiate\t" + pick(acts, k + 3) + "\t4.0\t" +
           actor(k + 5) + "\t1\t1\tA newspaper\tMoscow\t\tMoskva\tRussian Federation\t55.7\t37.6\n";
}

struct EventFile {
    EventFile(const std::string& header, std::string (*line)(std::size_t)) {
        std::ofstream out(path, std::ios::binary);
        out << header;
        for (std::size_t k = 0; bytes < file_bytes; ++k) {
            const std::string text = line(k);
            bytes += text.size();
            out << text;
        }
    }
    ~EventFile() { std::filesystem::remove(path); }
    std::filesystem::path path = std::filesystem::temp_directory_path() / "demarche_bench_events";
    std::size_t bytes = 0;
};

void import(benchmark::State& state, const char* format, const EventFile& file) {
    Problems problems;
    const ActorTable actors("", problems);
    for (auto _ : state) {
        std::size_t written = 0;
        import_events({file.path}, *event_format(format), actors, {}, problems,
                      [&](std::string_view text) { written += text.size(); });
        if (!problems.empty() || written < 1000)
            throw std::runtime_error("nothing was imported");
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(file.bytes) * state.iterations());
}

void import_gdelt(benchmark::State& state) {
    import(state, "gdelt", EventFile("", gdelt_line));
}

void import_icews(benchmark::State& state) {
    import(state, "icews",
           EventFile("Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent "
                     "Text\tCAMEO Code\tIntensity\tTarget Name\tTarget Sectors\tTarget "
                     "Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\tProvince\t"
                     "Country\tLatitude\tLongitude\n",
                     icews_line));
}

void event_lines(benchmark::State& state) {
    const EventFile file("", gdelt_line);
    for (auto _ : state) {
        Problems problems;
        Lines lines(file.path, problems);
        std::size_t n = 0;
        while (const auto line = lines.next())
            n += line->size();
        benchmark::DoNotOptimize(n);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(file.bytes) * state.iterations());
}

BENCHMARK(import_gdelt)->Unit(benchmark::kMillisecond);
BENCHMARK(import_icews)->Unit(benchmark::kMillisecond);
BENCHMARK(event_lines)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace demarche
