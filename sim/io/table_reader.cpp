#include "sim/io/table_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace demarche {
namespace {

/// Splits a line; quotes around a cell are taken off (doubled quotes inside stay as they are: no
/// number, name or date that is read has any). False where a quote is not closed.
bool split(std::string_view line, const TableForm& form, std::vector<Cell>& cells) {
    cells.clear();
    for (std::size_t at = 0;;) {
        const auto column = static_cast<unsigned>(at + 1);
        std::size_t end = 0;
        if (form.quotes && at < line.size() && line[at] == '"') {
            end = at + 1;
            while ((end = line.find('"', end)) != std::string_view::npos && end + 1 < line.size() &&
                   line[end + 1] == '"')
                end += 2;
            if (end == std::string_view::npos)
                return false;
            cells.push_back({line.substr(at + 1, end - at - 1), column});
            end = std::min(line.find(form.delimiter, end), line.size());
        } else {
            const void* const found =
                std::memchr(line.data() + at, form.delimiter, line.size() - at);
            end = found ? static_cast<std::size_t>(static_cast<const char*>(found) - line.data())
                        : line.size();
            cells.push_back({line.substr(at, end - at), column});
        }
        if (end >= line.size())
            return true;
        at = end + 1;
    }
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// Place of a column in a header, or its length.
std::size_t find(const TableColumn& column, const std::vector<std::string>& header) {
    for (const std::string& name : column.names)
        for (std::size_t k = 0; k < header.size(); ++k)
            if (same_name(header[k], name))
                return k;
    return header.size();
}

const char* separator(char c) {
    return c == '\t' ? "tabs" : c == ';' ? "semicolons" : "commas";
}

std::string numbers(const std::vector<std::size_t>& values) {
    std::string out;
    for (std::size_t k = 0; k < values.size(); ++k)
        out += (k == 0 ? "" : k + 1 < values.size() ? ", " : " or ") + std::to_string(values[k]);
    return out;
}

} // namespace

bool TextTable::fits(const TableForm& form, std::string_view first) {
    if (!split(first, form, cells_))
        return false;
    header_.clear();
    position_.clear();
    if (!form.widths.empty()) {
        for (const TableColumn& column : form.columns)
            position_.push_back(column.position);
        return std::find(form.widths.begin(), form.widths.end(), cells_.size()) !=
               form.widths.end();
    }
    for (const Cell& cell : cells_)
        header_.emplace_back(cell.text);
    bool complete = true;
    for (const TableColumn& column : form.columns) {
        position_.push_back(find(column, header_));
        complete = complete && (!column.required || position_.back() < header_.size());
    }
    return complete;
}

TextTable::TextTable(const std::filesystem::path& file, const std::vector<TableForm>& forms,
                     Problems& problems)
    : lines_(file, problems) {
    open(file.string(), forms, problems);
}

TextTable::TextTable(const std::string& name, std::string_view text,
                     const std::vector<TableForm>& forms, Problems& problems)
    : lines_(name, text, problems) {
    open(name, forms, problems);
}

void TextTable::open(const std::string& name, const std::vector<TableForm>& forms,
                     Problems& problems) {
    const auto first = lines_.next();
    if (!lines_.good())
        return;
    if (!first || (first->empty() && !lines_.too_long())) {
        problems.add({name, 1, 1}, forms[0].widths.empty()
                                       ? "the file is empty; its first line must name the columns"
                                       : "the file is empty");
        return;
    }
    if (lines_.too_long()) {
        problems.add({name, 1, 1}, "the first line is longer than " + std::to_string(longest_line) +
                                       " characters");
        return;
    }
    first_ = first->starts_with("\xEF\xBB\xBF") ? first->substr(3) : *first;
    for (const TableForm& form : forms)
        if (fits(form, first_)) {
            form_ = form;
            pending_ = !form.widths.empty();
            return;
        }
    if (!forms[0].widths.empty()) {
        split(first_, forms[0], cells_);
        problems.add({name, 1, 1}, "has " + std::to_string(cells_.size()) + " cells; " +
                                       numbers(forms[0].widths) + " were expected" +
                                       (forms[0].delimiter == '\t' ? ", separated by tabs" : ""));
        return;
    }
    fits(forms[0], first_);
    std::vector<std::string> missing;
    for (const TableColumn& column : forms[0].columns)
        if (column.required && find(column, header_) == header_.size())
            missing.push_back(column.names[0]);
    std::sort(missing.begin(), missing.end());
    std::string there = "; the columns are " + listing(header_, "and"); // said once
    const std::size_t other =
        header_.size() == 1 ? header_[0].find_first_of(";,\t") : std::string::npos;
    if (other != std::string::npos)
        there = std::string("; the cells must be separated by ") + separator(forms[0].delimiter) +
                ", not by " + separator(header_[0][other]);
    for (const std::string& column : missing)
        problems.add({name, 1, 1},
                     "no column is called '" + column + "'" + std::exchange(there, ""));
}

bool TextTable::next(TableLine& line) {
    for (;;) {
        if (pending_) {
            line.text = first_;
            pending_ = false;
        } else {
            const auto text = lines_.next();
            if (!text)
                return false;
            line.text = *text;
        }
        if (!line.text.empty() || lines_.too_long())
            break;
    }
    line.line = lines_.number();
    line.cells.clear();
    line.wrong.clear();
    if (lines_.too_long()) {
        line.wrong = "the line is longer than " + std::to_string(longest_line) + " characters";
        return true;
    }
    if (!split(line.text, *form_, cells_)) {
        line.wrong = "a quote is not closed";
        return true;
    }
    const auto& widths = form_->widths;
    bool fitting = widths.empty()
                       ? cells_.size() == header_.size()
                       : std::find(widths.begin(), widths.end(), cells_.size()) != widths.end();
    if (!fitting && widths.empty() && form_->delimiter == '\t' && cells_.size() > header_.size())
        // Some files end lines with tabs that separate nothing.
        fitting = std::all_of(cells_.begin() + static_cast<std::ptrdiff_t>(header_.size()),
                              cells_.end(), [](const Cell& c) { return c.text.empty(); });
    if (!fitting) {
        line.wrong = "has " + std::to_string(cells_.size()) + " cells; " +
                     (widths.empty() ? "the header names " + std::to_string(header_.size())
                                     : numbers(widths) + " were expected");
        return true;
    }
    for (const std::size_t p : position_)
        line.cells.push_back(p < cells_.size() ? cells_[p] : Cell{});
    return true;
}

bool read_table(const std::filesystem::path& file, const std::vector<TableColumn>& columns,
                Problems& problems, const std::function<void(const TableLine&)>& each) {
    TextTable table(file, {{columns, ',', true, {}}}, problems);
    if (!table.good())
        return false;
    TableLine line;
    while (table.next(line))
        if (line.wrong.empty())
            each(line);
        else
            problems.add({file.string(), line.line, 1}, line.wrong);
    return table.good();
}

} // namespace demarche
