#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/lines.h"
#include "sim/io/problems.h"

namespace demarche {

/// One cell of a table with its place.
struct Cell {
    std::string_view text;
    unsigned column = 0;
};

/// A column that is looked for by one of its names, in any case.
struct TableColumn {
    std::vector<std::string> names; ///< the first is the one messages use
    bool required = true;
    std::size_t position = std::size_t(-1); ///< from 0, where the file has no header
};

/// How a file writes a table.
struct TableForm {
    std::vector<TableColumn> columns;
    char delimiter = ',';
    bool quotes = true;              ///< cells may stand in quotes
    std::vector<std::size_t> widths; ///< cells of a line in files without a header; empty = header
};

/// One line of a table; cells in the order in which the columns were asked for.
class TableLine {
public:
    unsigned line = 0;
    std::string_view text;   ///< all of it
    std::vector<Cell> cells; ///< of the columns asked for; empty text where an optional one lacks
    std::string wrong;       ///< what is wrong with the line as a whole; then there are no cells

    std::string_view operator[](std::size_t column) const { return cells[column].text; }
};

/// A table that is read line by line.
class TextTable {
public:
    /// Opens the file in the first of the forms that fits its first line. Reports a file that
    /// cannot be read or fits none.
    TextTable(const std::filesystem::path& file, const std::vector<TableForm>& forms,
              Problems& problems);
    /// The same for a text, which must outlive this.
    TextTable(const std::string& name, std::string_view text, const std::vector<TableForm>& forms,
              Problems& problems);
    bool good() const { return form_.has_value() && lines_.good(); }
    /// Moves on to the next line that is not empty; false at the end.
    bool next(TableLine& line);
    std::uint64_t offset() const { return lines_.offset(); }
    /// Names of all columns, empty where there is no header.
    const std::vector<std::string>& header() const { return header_; }

private:
    void open(const std::string& name, const std::vector<TableForm>& forms, Problems& problems);
    bool fits(const TableForm& form, std::string_view first);

    Lines lines_;
    std::string first_; ///< line of a file without header, not yet given out
    bool pending_ = false;
    std::optional<TableForm> form_;
    std::vector<std::string> header_;
    std::vector<std::size_t> position_; ///< of each column asked for
    std::vector<Cell> cells_;
};

/// Reads a CSV file with a header, plain or packed. Reports what is wrong with the file itself and
/// with lines as a whole. Returns false where the file cannot be read or lacks columns.
bool read_table(const std::filesystem::path& file, const std::vector<TableColumn>& columns,
                Problems& problems, const std::function<void(const TableLine&)>& each);

} // namespace demarche
