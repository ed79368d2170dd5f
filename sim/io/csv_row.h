#pragma once
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace demarche {

/// One row of a CSV file, written to the end of a text.
class CsvRow {
public:
    explicit CsvRow(std::string& out) : out_(&out) {}
    CsvRow& operator<<(std::string_view text) {
        comma();
        out_->append(text);
        return *this;
    }
    CsvRow& operator<<(double value) { return number(value); }
    /// Six digits: for what is derived, where more would be noise.
    CsvRow& brief(double value) { return number(value, std::chars_format::general, 6); }
    CsvRow& operator<<(std::uint64_t value) { return number(value); }
    CsvRow& operator<<(std::uint32_t value) { return number(value); }
    CsvRow& operator<<(int value) { return number(value); }
    /// Six digits; empty where the value is not known.
    CsvRow& known(double value) { return std::isnan(value) ? *this << "" : brief(value); }
    /// Any text, in quotes where it needs them.
    CsvRow& quoted(std::string_view text) {
        if (text.find_first_of(",\"\r\n") == std::string_view::npos)
            return *this << text;
        comma();
        out_->push_back('"');
        for (const char c : text) {
            if (c == '"')
                out_->push_back('"');
            out_->push_back(c == '\n' || c == '\r' ? ' ' : c);
        }
        out_->push_back('"');
        return *this;
    }
    ~CsvRow() { out_->push_back('\n'); }
    CsvRow(const CsvRow&) = delete;
    CsvRow& operator=(const CsvRow&) = delete;

private:
    template <class... Number>
    CsvRow& number(Number... value) {
        comma();
        char buffer[32];
        out_->append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value...).ptr);
        return *this;
    }
    void comma() {
        if (!first_)
            out_->push_back(',');
        first_ = false;
    }
    std::string* out_;
    bool first_ = true;
};

} // namespace demarche
