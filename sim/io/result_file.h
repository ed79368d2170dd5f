#pragma once
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace demarche {

/// What a file holds that the program wrote, told by how it begins.
struct ResultKind {
    std::string_view name;
    std::string_view beginning; ///< of the text, unpacked
};
inline constexpr ResultKind report_page{
    "report", "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta name=\"generator\" content=\"demarche report\">\n"};
inline constexpr ResultKind explain_answer{"answer", "{\n  \"question\": "};

/// Whether a plain file, packed by gzip or not, begins like results of a kind.
bool is_of(const ResultKind& kind, const std::filesystem::path& file);

/// Why results may not be written to a file; "" where they may: nothing is there, or an empty file,
/// or earlier results of the kind (nullptr: none are replaced), and it is none of those to be read.
std::string why_taken(const std::filesystem::path& file, const ResultKind* kind,
                      std::span<const std::string> read = {});

/// A file of results that appears whole or not at all: it is written beside its place and renamed.
/// Gzipped if its name says so. "" is standard output; what is no plain file, such as a pipe or a
/// device, is written as it stands. Throws std::runtime_error where it cannot be written.
class ResultFile {
public:
    explicit ResultFile(const std::filesystem::path& file);
    ~ResultFile();
    ResultFile(const ResultFile&) = delete;
    ResultFile& operator=(const ResultFile&) = delete;

    void write(std::string_view text);
    /// Without it nothing is left behind.
    void commit();

private:
    [[noreturn]] void fail() const;

    std::filesystem::path file_, written_; ///< the same where it is written as it stands
    std::FILE* stream_;
};

/// Writes a text whole or not at all.
void write_result(const std::filesystem::path& file, std::string_view text);

} // namespace demarche
