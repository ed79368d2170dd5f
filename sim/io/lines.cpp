#include "sim/io/lines.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unzip.h>
#include <zlib.h>

namespace demarche {
namespace {

constexpr std::size_t block_size = 1U << 18U; // bytes
constexpr std::string_view truncated = "the archive is truncated";

struct CloseGz {
    void operator()(gzFile file) const { gzclose(file); }
};
struct CloseZip {
    void operator()(unzFile file) const { unzClose(file); }
};

} // namespace

struct Lines::Source {
    virtual ~Source() = default;
    /// Fills what it can; 0 at the end. What is wrong goes into `problem`.
    virtual std::size_t read(char* to, std::size_t size) = 0;
    virtual std::uint64_t offset() const = 0;
    std::string problem;
};

namespace {

class GzipSource final : public Lines::Source {
public:
    explicit GzipSource(const std::string& name) : file_(gzopen(name.c_str(), "rb")) {
        if (!file_)
            problem = std::string("cannot be read: ") + std::strerror(errno);
        else
            gzbuffer(file_.get(), 1U << 17U);
    }
    std::size_t read(char* to, std::size_t size) override {
        const int got = gzread(file_.get(), to, static_cast<unsigned>(size));
        int code = Z_OK;
        const char* const message = gzerror(file_.get(), &code);
        if (got < 0 || code == Z_BUF_ERROR)
            problem = code == Z_BUF_ERROR ? std::string(truncated)
                                          : std::string("cannot be read: ") + message;
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    std::uint64_t offset() const override {
        return static_cast<std::uint64_t>(std::max<z_off_t>(0, gzoffset(file_.get())));
    }

private:
    std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGz> file_;
};

class ZipSource final : public Lines::Source {
public:
    explicit ZipSource(const std::string& name) : file_(unzOpen64(name.c_str())) {
        unz_global_info64 info{};
        if (!file_ || unzGetGlobalInfo64(file_.get(), &info) != UNZ_OK)
            problem = truncated;
        else if (info.number_entry != 1)
            problem = "the archive holds " + std::to_string(info.number_entry) +
                      " files; unpack it and name the one to read";
        else if (unzOpenCurrentFile(file_.get()) != UNZ_OK)
            problem = "the archive cannot be unpacked";
    }
    std::size_t read(char* to, std::size_t size) override {
        if (ended_)
            return 0;
        const int got = unzReadCurrentFile(file_.get(), to, static_cast<unsigned>(size));
        offset_ = unzGetCurrentFileZStreamPos64(file_.get());
        ended_ = got <= 0;
        // The check sum is compared when the file in the archive is closed.
        if (got < 0 || (ended_ && unzCloseCurrentFile(file_.get()) == UNZ_CRCERROR))
            problem = "the archive is damaged";
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    std::uint64_t offset() const override { return offset_; }

private:
    bool ended_ = false;
    std::uint64_t offset_ = 0;
    std::unique_ptr<void, CloseZip> file_;
};

class TextSource final : public Lines::Source {
public:
    explicit TextSource(std::string_view text) : text_(text) {}
    std::size_t read(char* to, std::size_t size) override {
        const std::size_t got = text_.copy(to, size, at_);
        at_ += got;
        return got;
    }
    std::uint64_t offset() const override { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// Whether the file begins as a zip archive does.
bool is_zip(const std::string& name) {
    std::string begin(4, '\0');
    std::FILE* const file = std::fopen(name.c_str(), "rb");
    if (file == nullptr)
        return false;
    begin.resize(std::fread(begin.data(), 1, begin.size(), file));
    std::fclose(file);
    return begin == "PK\x03\x04";
}

} // namespace

Lines::Lines(const std::filesystem::path& file, Problems& problems)
    : name_(file.string()), problems_(&problems) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        problems.add({name_}, "is a folder, not a file");
        return;
    }
    if (is_zip(name_))
        source_ = std::make_unique<ZipSource>(name_);
    else
        source_ = std::make_unique<GzipSource>(name_);
    if (!source_->problem.empty()) {
        problems.add({name_}, source_->problem);
        source_.reset();
    }
    buffer_.resize(block_size);
}

Lines::Lines(std::string name, std::string_view text, Problems& problems)
    : name_(std::move(name)), problems_(&problems), source_(std::make_unique<TextSource>(text)),
      buffer_(block_size) {}

Lines::~Lines() = default;

std::uint64_t Lines::offset() const {
    return source_ ? source_->offset() : 0;
}

bool Lines::refill() {
    if (failed_)
        return false;
    std::memmove(buffer_.data(), buffer_.data() + at_, filled_ - at_);
    filled_ -= at_;
    at_ = 0;
    const std::size_t got = source_->read(buffer_.data() + filled_, buffer_.size() - filled_);
    if (!source_->problem.empty()) {
        problems_->add({name_, number_, 1}, source_->problem);
        failed_ = true;
    }
    const bool begins = number_ <= 1 && filled_ == 0;
    filled_ += got;
    if (begins && std::memchr(buffer_.data(), 0, filled_) != nullptr) {
        problems_->add({name_}, "is no text: it holds zero bytes");
        failed_ = true;
    }
    return got > 0 && !failed_;
}

std::string_view Lines::take(std::size_t end) {
    std::string_view line(buffer_.data() + at_, end - at_);
    at_ = std::min(end + 1, filled_);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    too_long_ = too_long_ || line.size() > longest_line;
    return too_long_ ? std::string_view() : line;
}

std::optional<std::string_view> Lines::next() {
    if (!good())
        return std::nullopt;
    ++number_;
    too_long_ = false;
    std::size_t searched = at_;
    for (;;) {
        const auto* const end = static_cast<const char*>(
            std::memchr(buffer_.data() + searched, '\n', filled_ - searched));
        if (end)
            return take(static_cast<std::size_t>(end - buffer_.data()));
        if (filled_ - at_ > longest_line) { // only its end matters
            too_long_ = true;
            at_ = filled_;
        }
        const std::size_t rest = filled_ - at_;
        if (!refill()) {
            if (failed_ || (rest == 0 && !too_long_))
                return std::nullopt;
            return take(filled_);
        }
        searched = rest;
    }
}

} // namespace demarche
