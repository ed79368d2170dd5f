#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/problems.h"

namespace demarche {

/// One cell of a CSV file with its place.
struct Cell {
    std::string_view text;
    unsigned column = 0;
};

/// A column that is looked for by one of its names.
struct TableColumn {
    std::vector<std::string> names; ///< the first is the one messages use
    bool required = true;
};

/// One line of a CSV file; cells in the order in which the columns were asked for.
class TableLine {
public:
    unsigned line = 0;
    std::vector<Cell> cells; ///< of the columns asked for; empty text where an optional one lacks

    std::string_view operator[](std::size_t column) const { return cells[column].text; }
};

/// Reads a CSV file with a header row line by line, gzipped or not, quoted cells allowed. Reports
/// what is wrong with the file itself: missing columns, lines with too few or too many cells, a
/// truncated archive. Returns false where the file cannot be read or lacks columns.
bool read_table(const std::filesystem::path& file, const std::vector<TableColumn>& columns,
                Problems& problems, const std::function<void(const TableLine&)>& each);

} // namespace demarche
