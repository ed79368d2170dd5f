#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/engine/recorder.h"

namespace demarche {

/// The tables of a run.
enum class Table : std::uint8_t { events, dyads, actors, system, crises };
inline constexpr std::size_t table_count = 5;
inline constexpr std::array<std::string_view, table_count> table_names{"events", "dyads", "actors",
                                                                       "system", "crises"};
/// Which tables are written; bit t = Table t.
using TableSet = unsigned;
inline constexpr TableSet all_tables = (1U << table_count) - 1;

/// Header row of a table, with the newline.
std::string csv_header(Table table, bool with_replication);

/// Writes the rows of one run as CSV text. The columns are described in docs/outputs.md.
class CsvRecorder : public Recorder {
public:
    /// `replication` is written as a first column where it is given.
    CsvRecorder(TableSet tables, std::optional<std::uint32_t> replication)
        : tables_(tables), beginning_(replication ? std::to_string(*replication) + "," : "") {}
    /// Every row begins with this text instead.
    void begin_rows_with(std::string text) { beginning_ = std::move(text); }

    /// Called after every tick where it is set, so that a long run needs no memory for its rows.
    std::function<void(CsvRecorder&)> drain;

    bool reads_causes() const override { return writes(Table::events); }
    void crisis_ended(const World& world, const Crisis& crisis, std::string_view outcome) override;
    void tick(const World& world, std::span<const Message> messages) override;

    std::array<std::string, table_count> rows;

private:
    bool writes(Table t) const { return tables_ >> static_cast<unsigned>(t) & 1U; }
    std::string& begin_row(Table t);
    void write_events(const World& world, std::span<const Message> messages);
    void write_dyads(const World& world);
    void write_actors(const World& world, std::span<const Message> messages);
    void write_system(const World& world, std::span<const Message> messages);

    TableSet tables_;
    std::string beginning_;
    std::uint32_t crises_ = 0;
};

} // namespace demarche
