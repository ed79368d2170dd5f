#include "sim/io/csv_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demarche {

CsvFile::CsvFile(const std::filesystem::path& file) : path_(file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about{};
    if (descriptor < 0 || ::fstat(descriptor, &about) != 0) {
        const int why = errno;
        if (descriptor >= 0)
            ::close(descriptor);
        throw std::runtime_error(file.string() + ": " + std::strerror(why));
    }
    size_ = static_cast<std::size_t>(about.st_size);
    void* const mapped =
        size_ > 0 ? ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
    ::close(descriptor);
    if (mapped == MAP_FAILED)
        throw std::runtime_error(file.string() + ": " +
                                 (size_ > 0 ? "cannot be read" : "is empty"));
    ::madvise(mapped, size_, MADV_WILLNEED);
    data_ = static_cast<const char*>(mapped);
    const std::size_t end = text().find('\n');
    if (data_[size_ - 1] != '\n') {
        ::munmap(mapped, size_);
        throw std::runtime_error(file.string() + ": does not end with a whole line");
    }
    header_ = text().substr(0, end);
    for (std::size_t from = 0; from <= header_.size();) {
        const std::size_t comma = std::min(header_.find(',', from), header_.size());
        columns_.push_back(header_.substr(from, comma - from));
        from = comma + 1;
    }
    if (columns_.size() > most_columns) {
        ::munmap(mapped, size_);
        throw std::runtime_error(file.string() + ": has too many columns");
    }
}

CsvFile::~CsvFile() {
    ::munmap(const_cast<char*>(data_), size_);
}

std::vector<std::string_view> CsvFile::parts(std::size_t count) const {
    std::vector<std::string_view> parts;
    std::string_view rest = rows();
    for (; count > 1; --count) {
        const std::size_t end = rest.find('\n', rest.size() / count);
        const std::size_t size = end == std::string_view::npos ? rest.size() : end + 1;
        parts.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    parts.push_back(rest);
    return parts;
}

bool CsvFile::has(std::string_view column) const {
    return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t CsvFile::column(std::string_view name) const {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end())
        throw std::runtime_error(path_.string() + ": has no column '" + std::string(name) + "'");
    return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CsvFile::line_at(std::size_t position) const {
    const std::string_view rest = text().substr(position);
    return rest.substr(0, rest.find('\n'));
}

void CsvFile::refuse(std::string_view row, const std::string& why) const {
    const auto line = 1 + std::count(data_, data_ + position(row), '\n');
    throw std::runtime_error(path_.string() + ":" + std::to_string(line) + ": " + why);
}

void CsvFile::refuse_number(std::string_view cell) const {
    refuse(cell, std::string(cell) + ": not such a number as belongs there");
}

} // namespace demarche
