#pragma once
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// A CSV file that this program wrote, mapped into memory: a header row, no quoted cells. Whatever
/// is wrong with it throws std::runtime_error with its path.
class CsvFile {
public:
    explicit CsvFile(const std::filesystem::path& file);
    ~CsvFile();
    CsvFile(const CsvFile&) = delete;
    CsvFile& operator=(const CsvFile&) = delete;

    std::string_view text() const { return {data_, size_}; }
    std::string_view header() const { return header_; } ///< without the line feed
    std::string_view rows() const { return text().substr(header_.size() + 1); }
    /// The rows in `count` parts of about equal size, some perhaps empty.
    std::vector<std::string_view> parts(std::size_t count) const;
    bool has(std::string_view column) const;
    std::size_t column(std::string_view name) const; ///< throws where there is none
    std::size_t width() const { return columns_.size(); }
    /// Where in the file a piece of its text begins.
    std::size_t position(std::string_view piece) const {
        return static_cast<std::size_t>(piece.data() - data_);
    }
    std::string_view line_at(std::size_t position) const; ///< without the line feed
    [[noreturn]] void refuse(std::string_view row, const std::string& why) const;

    static constexpr std::size_t most_columns = 32;
    using Cells = std::array<std::string_view, most_columns>;
    /// Calls each(line, cells) for every row of a part, where cells beyond `needed` are not cut.
    template <class Each>
    void each_row(std::string_view part, std::size_t needed, Each&& each) const;

    /// A cell as a number.
    template <class T>
    T number(std::string_view cell) const {
        T value{};
        const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
        if (error != std::errc() || end != cell.data() + cell.size())
            refuse_number(cell);
        return value;
    }

private:
    [[noreturn]] void refuse_number(std::string_view cell) const;
    std::filesystem::path path_;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
    std::string_view header_;
    std::vector<std::string_view> columns_;
};

template <class Each>
void CsvFile::each_row(std::string_view part, std::size_t needed, Each&& each) const {
    Cells cells;
    const char* at = part.data();
    const char* const end = at + part.size();
    while (at != end) {
        const char* const line = at;
        std::size_t n = 0;
        const char* cell = at;
        for (; n < needed && at != end && *at != '\n'; ++at)
            if (*at == ',') {
                cells[n++] = {cell, static_cast<std::size_t>(at - cell)};
                cell = at + 1;
            }
        if (n < needed && at != end && *at == '\n')
            cells[n++] = {cell, static_cast<std::size_t>(at - cell)};
        if (n < needed)
            refuse({line, 1}, "too few cells");
        const void* const feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        at = feed == nullptr ? end : static_cast<const char*>(feed);
        each(std::string_view(line, static_cast<std::size_t>(at - line)), cells);
        if (at != end)
            ++at;
    }
}

} // namespace demarche
