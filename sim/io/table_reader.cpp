#include "sim/io/table_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <zlib.h>

namespace demarche {
namespace {

constexpr std::size_t longest_line = 1U << 16U; // bytes

struct CloseGz {
    void operator()(gzFile file) const { gzclose(file); }
};
using Archive = std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGz>;

/// Lines of a file, gzipped or not.
class Lines {
public:
    Lines(const std::filesystem::path& file, Problems& problems)
        : name_(file.string()), problems_(&problems) {
        std::error_code error;
        if (std::filesystem::is_directory(file, error)) {
            problems.add({name_}, "is a folder, not a file");
            return;
        }
        archive_.reset(gzopen(name_.c_str(), "rb"));
        if (!archive_)
            problems.add({name_}, std::string("cannot be read: ") + std::strerror(errno));
        else
            gzbuffer(archive_.get(), 1U << 18U);
    }

    bool good() const { return archive_ != nullptr && !failed_; }

    /// The next line without its end, or nothing at the end of the file.
    const std::string* next() {
        line_.clear();
        if (!good())
            return nullptr;
        ++number;
        bool any = false;
        bool too_long = false;
        for (;;) {
            if (at_ == filled_ && !refill())
                break;
            any = true;
            const auto* const end =
                static_cast<const char*>(std::memchr(buffer_.data() + at_, '\n', filled_ - at_));
            const std::size_t stop = end ? static_cast<std::size_t>(end - buffer_.data()) : filled_;
            if (line_.size() + (stop - at_) > longest_line)
                too_long = true;
            else
                line_.append(buffer_.data() + at_, stop - at_);
            at_ = end ? stop + 1 : stop;
            if (end)
                break;
        }
        if (!any)
            return nullptr;
        if (too_long) {
            problems_->add({name_, number, 1}, "the line is longer than " +
                                                   std::to_string(longest_line) + " characters");
            line_.clear();
        }
        if (!line_.empty() && line_.back() == '\r')
            line_.pop_back();
        return &line_;
    }

    unsigned number = 0;

private:
    bool refill() {
        const int got =
            gzread(archive_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
        int code = Z_OK;
        const char* const message = gzerror(archive_.get(), &code);
        if (got < 0 || code == Z_BUF_ERROR) {
            problems_->add({name_, number, 1}, code == Z_BUF_ERROR
                                                   ? "the archive is truncated"
                                                   : std::string("cannot be read: ") + message);
            failed_ = true;
        }
        at_ = 0;
        filled_ = got > 0 ? static_cast<std::size_t>(got) : 0;
        return filled_ > 0;
    }

    std::string name_;
    Problems* problems_;
    Archive archive_;
    std::array<char, 1U << 16U> buffer_{};
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
    std::string line_;
    bool failed_ = false;
};

/// Splits a line at its commas; quotes around a cell are taken off (doubled quotes inside stay as
/// they are: no number, name or date that is read has any). False where a quote is not closed.
bool split(const std::string& line, std::vector<Cell>& cells) {
    cells.clear();
    for (std::size_t at = 0;;) {
        const auto column = static_cast<unsigned>(at + 1);
        std::size_t end = 0;
        if (at < line.size() && line[at] == '"') {
            end = at + 1;
            while ((end = line.find('"', end)) != std::string::npos && end + 1 < line.size() &&
                   line[end + 1] == '"')
                end += 2;
            if (end == std::string::npos)
                return false;
            cells.push_back({std::string_view(line).substr(at + 1, end - at - 1), column});
            end = std::min(line.find(',', end), line.size());
        } else {
            end = std::min(line.find(',', at), line.size());
            cells.push_back({std::string_view(line).substr(at, end - at), column});
        }
        if (end >= line.size())
            return true;
        at = end + 1;
    }
}

} // namespace

bool read_table(const std::filesystem::path& file, const std::vector<TableColumn>& columns,
                Problems& problems, const std::function<void(const TableLine&)>& each) {
    Lines lines(file, problems);
    if (!lines.good())
        return false;
    const std::string* line = lines.next();
    if (!line || line->empty()) {
        if (lines.good())
            problems.add({file.string(), 1, 1},
                         "the file is empty; its first line must name the columns");
        return false;
    }
    std::vector<Cell> cells;
    std::string header = *line;
    if (header.starts_with("\xEF\xBB\xBF"))
        header.erase(0, 3);
    split(header, cells);
    const std::size_t width = cells.size();
    std::vector<std::string> known;
    for (const Cell& cell : cells)
        known.emplace_back(cell.text);
    std::vector<std::size_t> position;
    bool complete = true;
    for (const TableColumn& column : columns) {
        const auto it = std::find_first_of(known.begin(), known.end(), column.names.begin(),
                                           column.names.end());
        position.push_back(static_cast<std::size_t>(it - known.begin()));
        if (it == known.end() && column.required) {
            problems.add({file.string(), 1, 1}, "no column is called '" + column.names[0] +
                                                    "'; the columns are " + listing(known, "and"));
            complete = false;
        }
    }
    if (!complete)
        return false;
    TableLine out;
    while ((line = lines.next())) {
        if (line->empty())
            continue;
        if (!split(*line, cells) || cells.size() != width) {
            problems.add({file.string(), lines.number, 1}, "has " + std::to_string(cells.size()) +
                                                               " cells; the header names " +
                                                               std::to_string(width));
            continue;
        }
        out.line = lines.number;
        out.cells.clear();
        for (const std::size_t p : position)
            out.cells.push_back(p < width ? cells[p] : Cell{});
        each(out);
    }
    return lines.good();
}

} // namespace demarche
