#include "sim/io/result_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <zlib.h>

#include "sim/io/files.h"
#include "sim/io/gzip.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

bool is_plain(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

fs::path place_to_write(const fs::path& file) {
    std::error_code ignored;
    return file.empty() || (fs::exists(file, ignored) && !is_plain(file))
               ? file
               : fs::path(file) += ".partial";
}

} // namespace

bool is_of(const ResultKind& kind, const fs::path& file) {
    if (!is_plain(file))
        return false;
    const gzFile in = gzopen(file.c_str(), "rb"); // what is not packed comes as it is
    if (in == nullptr)
        return false;
    std::string beginning(kind.beginning.size(), '\0');
    const int read = gzread(in, beginning.data(), static_cast<unsigned>(beginning.size()));
    gzclose(in);
    return read == static_cast<int>(beginning.size()) && beginning == kind.beginning;
}

std::string why_taken(const fs::path& file, const ResultKind* kind,
                      std::span<const std::string> read) {
    std::error_code error;
    if (fs::is_directory(file, error))
        return "is a folder";
    for (const std::string& other : read)
        if (fs::equivalent(file, other, error))
            return "is to be read";
    if (!is_plain(file) || fs::file_size(file, error) == 0 ||
        (kind != nullptr && is_of(*kind, file)))
        return "";
    return "exists already" + (kind != nullptr ? " and is no " + std::string(kind->name) : "");
}

ResultFile::ResultFile(const fs::path& file)
    : file_(file), written_(place_to_write(file)),
      stream_(file.empty() ? stdout : std::fopen(written_.c_str(), "wb")) {
    if (stream_ == nullptr)
        fail();
}

ResultFile::~ResultFile() {
    if (file_.empty() || stream_ == nullptr)
        return;
    std::fclose(stream_);
    if (written_ != file_)
        std::remove(written_.c_str());
}

void ResultFile::write(std::string_view text) {
    const bool pack = file_.extension() == ".gz";
    const std::string packed = pack ? gzip(text) : "";
    const std::string_view bytes = pack ? std::string_view(packed) : text;
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size())
        fail();
}

void ResultFile::commit() {
    if (file_.empty()
            ? std::fflush(stream_) != 0
            : std::fclose(std::exchange(stream_, nullptr)) != 0 ||
                  (written_ != file_ && std::rename(written_.c_str(), file_.c_str()) != 0))
        fail();
}

void ResultFile::fail() const {
    const std::string why = std::generic_category().message(errno);
    if (written_ != file_)
        std::remove(written_.c_str());
    refuse(file_.empty() ? fs::path("standard output") : file_, "cannot be written: " + why);
}

void write_result(const fs::path& file, std::string_view text) {
    ResultFile out(file);
    out.write(text);
    out.commit();
}

} // namespace demarche
