#include "sim/io/toml_text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <regex>
#include <sstream>
#include <string_view>
#include <vector>

namespace demarche {
namespace {

Place place_in(const std::string& text, std::size_t at, const std::string& name) {
    const std::string_view before(text.data(), at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return {name, static_cast<unsigned>(line),
            static_cast<unsigned>(at - before.rfind('\n'))}; // npos + 1 is 0
}

/// Bytes of the UTF-8 character at `at`; 0 where there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const std::size_t length = byte(0) < 0x80                       ? 1
                               : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                               : byte(0) >= 0xE0 && byte(0) <= 0xEF ? 3
                               : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                                    : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    const bool overlong =
        (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
    const bool surrogate = byte(0) == 0xED && byte(1) > 0x9F;
    const bool too_large = byte(0) == 0xF4 && byte(1) > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

/// The end of the string or comment that begins at `at`.
std::size_t skip(std::string_view text, std::size_t at) {
    const char quote = text[at];
    if (quote == '#')
        return std::min(text.find('\n', at), text.size());
    const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
    const bool multiline = text.substr(at).starts_with(three);
    for (std::size_t i = at + (multiline ? 3 : 1); i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\')
            ++i;
        else if (!multiline && (text[i] == quote || text[i] == '\n'))
            return i + 1;
        else if (multiline && text.substr(i).starts_with(three)) {
            i += 3; // up to two quotes may stand before the closing three
            for (int more = 0; more < 2 && i < text.size() && text[i] == quote; ++more)
                ++i;
            return i;
        }
    }
    return text.size();
}

struct Finding {
    std::size_t at;
    std::string what;
};

/// Text that is no text.
std::optional<Finding> find_foreign_bytes(std::string_view text) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return Finding{0, "this text is UTF-16; save it as UTF-8"};
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '\0')
            return Finding{i, "a NUL byte; a scenario is a text file"};
        const std::size_t length = character_length(text, i);
        if (length == 0)
            return Finding{i, "this is not UTF-8; save the file as UTF-8"};
        i += length;
    }
    return std::nullopt;
}

/// Follows a text from bracket to bracket, for what the parser must not see. Exact up to the
/// first syntax error, where the parser stops as well.
class Outline {
public:
    explicit Outline(std::string_view text) : text_(text) {}

    std::optional<Finding> find_misplaced() {
        const std::size_t first = text_.starts_with("\xef\xbb\xbf") ? 3 : 0; // byte order mark
        for (std::size_t i = first; i < text_.size();) {
            const char c = text_[i];
            // In toml++ 3.3 undefined behaviour.
            if (static_cast<unsigned char>(c) >= 0x80)
                return Finding{i, "'" + std::string(text_.substr(i, character_length(text_, i))) +
                                      "' outside quotes; a text stands in straight quotes (\")"};
            // Tables of tables are merged and destroyed by recursion; a key of n parts makes n.
            follow(c);
            if (dots_ >= deepest_nesting || open_.size() > deepest_nesting)
                return Finding{i, "nested more than " + std::to_string(deepest_nesting) +
                                      " levels deep; no scenario needs that"};
            if (c == '#' || c == '"' || c == '\'')
                i = skip(text_, i);
            else if (in_value_ &&
                     std::string_view(" \t\r\n=,[]{}").find(c) == std::string_view::npos)
                i = end_of_word(i);
            else
                ++i;
        }
        return std::nullopt;
    }

private:
    /// A value that is no string, list or table. Whatever stands in it, the parser reads it to
    /// its end before it says what is wrong; letters of other alphabets are left to the caller.
    std::size_t end_of_word(std::size_t at) const {
        while (at < text_.size() && static_cast<unsigned char>(text_[at]) < 0x80 &&
               std::string_view(" \t\r\n,]}#").find(text_[at]) == std::string_view::npos)
            ++at;
        return at;
    }

    void follow(char c) {
        switch (c) {
        case '.':
            ++dots_;
            return;
        case '=':
            in_value_ = true;
            break;
        case '\n':
            in_value_ = in_value_ && !open_.empty();
            break;
        case ',':
            in_value_ = !open_.empty() && open_.back() == '[';
            break;
        case '[': // of a list, or of a table's name
        case '{':
            in_value_ = in_value_ && c == '[';
            open_.push_back(c);
            break;
        case ']':
        case '}':
            in_value_ = true;
            if (!open_.empty())
                open_.pop_back();
            break;
        default:
            return;
        }
        dots_ = 0;
    }

    std::string_view text_;
    std::string open_;     ///< brackets
    std::size_t dots_ = 0; ///< of the key so far
    bool in_value_ = false;
};

std::string line_of(const std::string& text, unsigned number) {
    std::istringstream lines(text);
    std::string line;
    for (unsigned k = 0; k < number; ++k)
        std::getline(lines, line);
    return line;
}

/// What people do to a value that a parser can only call no number; "" where it is something else.
std::string what_is_wrong(const std::string& line) {
    static const std::regex bare_word(
        "[^\"'#]*=\\s*([A-Za-z_][A-Za-z_0-9 -]*[A-Za-z_0-9]|[A-Za-z_])\\s*(#.*)?");
    static const std::regex date(
        "[^\"'#]*=\\s*([0-9]{1,4})([./-])([0-9]{1,2})\\2([0-9]{1,4})\\s*(#.*)?");
    std::smatch found;
    if (line.size() > 200) // expressions take stack
        return "";
    if (std::regex_match(line, found, bare_word) && found.str(1) != "true" &&
        found.str(1) != "false")
        return "text needs quotes: \"" + found.str(1) + "\"";
    if (std::regex_match(line, found, date) && !(found.length(1) == 4 && found.str(2) == "-" &&
                                                 found.length(3) == 2 && found.length(4) == 2))
        return "a date is year-month-day, all digits: 2024-08-05";
    return "";
}

} // namespace

FileText read_text(const std::filesystem::path& file) {
    if (file.string().find('\0') != std::string::npos)
        return {"", "no such file"};
    const auto failed = [] {
        if (errno == ENOENT)
            return FileText{"", "no such file"};
        if (errno == EISDIR)
            return FileText{"", "this is a directory, not a scenario file"};
        return FileText{"", std::string("cannot be read: ") + std::strerror(errno)};
    };
    const auto close = [](std::FILE* f) { std::fclose(f); };
    const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rb"), close);
    if (in == nullptr)
        return failed();
    FileText read;
    std::vector<char> block(1U << 16U);
    while (read.text.size() <= largest_file) {
        const std::size_t size = std::fread(block.data(), 1, block.size(), in.get());
        read.text.append(block.data(), size);
        if (std::ferror(in.get()) != 0)
            return failed();
        if (size < block.size())
            break;
    }
    if (read.text.size() > largest_file)
        return {"", "larger than 16 MiB; is this a scenario?"};
    return read;
}

std::optional<toml::table> parse_toml(const std::string& text, const std::string& name,
                                      Problems& problems) {
    auto finding = find_foreign_bytes(text);
    if (!finding)
        finding = Outline(text).find_misplaced();
    if (finding) {
        problems.add(place_in(text, finding->at, name), finding->what);
        return std::nullopt;
    }
    try {
        return toml::parse(text, std::string_view(name));
    } catch (const toml::parse_error& e) {
        const auto at = e.source().begin;
        std::string what = what_is_wrong(line_of(text, at.line));
        if (what.empty())
            what = e.description();
        if (what.ends_with("could not determine value type"))
            what += "; text needs quotes";
        if (what.ends_with("expected a comment or whitespace, saw ','"))
            what += "; one key a line, and decimals have a point";
        problems.add({name, at.line, at.column}, what);
        return std::nullopt;
    }
}

} // namespace demarche
