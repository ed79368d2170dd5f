// How fast a tick becomes CSV in a file, beside writing the same bytes when they are ready. The
// tick is one in the midst of the founding case: run from the project's folder.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

#include "sim/engine/decide.h"
#include "sim/engine/tick.h"
#include "sim/engine/world.h"
#include "sim/io/csv_recorder.h"
#include "sim/io/scenario_reader.h"

namespace demarche {
namespace {

constexpr int middle = 60; // ticks

struct Midst {
    LoadedScenario loaded;
    std::unique_ptr<World> world;
    Midst() {
        Problems problems;
        auto read = load_scenario("configs/tug_of_war.toml", {}, problems);
        if (!read)
            throw std::runtime_error(problems.text());
        loaded = std::move(*read);
        world = std::make_unique<World>(loaded.scenario);
        DecisionScratch scratch(world->n);
        Recorder nobody;
        while (world->tick < middle)
            step(*world, scratch, nobody);
        --world->tick; // recorders see a tick before it is counted
    }
};

void write(std::FILE* file, const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
        throw std::runtime_error("cannot write");
    std::rewind(file);
}

void recorder(benchmark::State& state) {
    const Midst midst;
    CsvRecorder csv(all_tables, {});
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
    std::size_t bytes = 0;
    for (auto _ : state) {
        csv.tick(*midst.world, midst.world->outbox);
        for (std::string& rows : csv.rows) {
            bytes += rows.size();
            write(file.get(), rows);
            rows.clear();
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void raw_write(benchmark::State& state) {
    const Midst midst;
    CsvRecorder csv(all_tables, {});
    csv.tick(*midst.world, midst.world->outbox);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
    std::size_t bytes = 0;
    for (auto _ : state)
        for (const std::string& rows : csv.rows) {
            bytes += rows.size();
            write(file.get(), rows);
        }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK(recorder);
BENCHMARK(raw_write);

} // namespace
} // namespace demarche
