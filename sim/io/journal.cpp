#include "sim/io/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include "sim/core/fingerprint.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds until_sync{1};
// Numbers stand as the processor has them: a journal stays on machines of one kind.
using Length = std::uint32_t;
using Check = std::uint64_t;
constexpr Length longest = 1U << 30U;

[[noreturn]] void fail(const fs::path& path, const char* what) {
    throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(errno));
}

template <class T>
void put(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put(std::string& bytes, const std::vector<double>& values) {
    put(bytes, static_cast<Length>(values.size()));
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
}
void put(std::string& bytes, const std::string& text) {
    put(bytes, static_cast<Length>(text.size()));
    bytes += text;
}

/// Takes values from the beginning of bytes; false where there are too few.
class Taking {
public:
    explicit Taking(std::string_view bytes) : bytes_(bytes) {}
    template <class T>
    bool take(T& value) {
        if (bytes_.size() < sizeof value)
            return false;
        bytes_.copy(reinterpret_cast<char*>(&value), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return true;
    }
    bool take(std::vector<double>& values) {
        Length count = 0;
        if (!take(count) || bytes_.size() / sizeof(double) < count)
            return false;
        values.resize(count);
        bytes_.copy(reinterpret_cast<char*>(values.data()), count * sizeof(double));
        bytes_.remove_prefix(count * sizeof(double));
        return true;
    }
    bool take(std::string& text) {
        Length count = 0;
        if (!take(count) || bytes_.size() < count)
            return false;
        text = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return true;
    }

private:
    std::string_view bytes_;
};

Check check_of(std::string_view bytes) {
    Fingerprint sum;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
        sum.add(word);
    }
    sum.add(std::uint64_t{bytes.size()});
    return sum.value();
}

constexpr auto later = [](const auto& a, const auto& b) { return b->result.job < a->result.job; };

} // namespace

void append_result(const RunResult& r, std::string& bytes) {
    const std::size_t begin = bytes.size();
    put(bytes, Length{0});
    const std::size_t content = bytes.size();
    put(bytes, r.job);
    put(bytes, r.fingerprint);
    put(bytes, r.values);
    put(bytes, r.courses);
    put(bytes, r.notes);
    put(bytes, r.failure);
    const auto length = static_cast<Length>(bytes.size() - content);
    std::memcpy(bytes.data() + begin, &length, sizeof length);
    put(bytes, check_of(std::string_view(bytes).substr(content)));
}

std::size_t read_result(std::string_view bytes, RunResult& r) {
    Length length = 0;
    Check check = 0;
    if (Taking head(bytes); !head.take(length) || length > longest ||
                            bytes.size() < sizeof length + length + sizeof check)
        return 0;
    const std::string_view content = bytes.substr(sizeof length, length);
    std::memcpy(&check, bytes.data() + sizeof length + length, sizeof check);
    Taking rest(content);
    if (check != check_of(content) || !rest.take(r.job) || !rest.take(r.fingerprint) ||
        !rest.take(r.values) || !rest.take(r.courses) || !rest.take(r.notes) ||
        !rest.take(r.failure))
        return 0;
    return sizeof length + length + sizeof check;
}

JournalReader::JournalReader(const fs::path& file) : in_(file, std::ios::binary) {
    if (!in_)
        fail(file, "cannot be read");
}

bool JournalReader::next(RunResult& result) {
    Length length = 0;
    bytes_.resize(sizeof length);
    if (!in_.read(bytes_.data(), sizeof length))
        return false;
    std::memcpy(&length, bytes_.data(), sizeof length);
    if (length > longest)
        return false;
    bytes_.resize(sizeof length + length + sizeof(Check));
    if (!in_.read(bytes_.data() + sizeof length,
                  static_cast<std::streamsize>(length + sizeof(Check))) ||
        read_result(bytes_, result) == 0)
        return false;
    position_ += bytes_.size();
    return true;
}

Journal::Journal(fs::path file, const std::function<void(const RunResult&)>& seen)
    : file_(std::move(file)) {
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
        fail(file_, "cannot be created");
    JournalReader reader(file_);
    for (RunResult result; reader.next(result); ++size_)
        seen(result);
    if (::ftruncate(descriptor_, static_cast<off_t>(reader.position())) != 0 ||
        ::lseek(descriptor_, 0, SEEK_END) < 0)
        fail(file_, "cannot be written");
}

Journal::~Journal() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void Journal::add(const RunResult& result) {
    append_result(result, buffer_);
    ++size_;
    flush();
    if (std::chrono::steady_clock::now() - synced_ > until_sync)
        sync();
}

void Journal::flush() {
    while (!buffer_.empty()) {
        const ssize_t n = ::write(descriptor_, buffer_.data(), buffer_.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fail(file_, "cannot be written");
        buffer_.erase(0, static_cast<std::size_t>(n));
    }
}

void Journal::sync() {
    flush();
    if (::fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        fail(file_, "cannot be written");
    synced_ = std::chrono::steady_clock::now();
}

MergedJournals::MergedJournals(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
        auto head = std::make_unique<Head>(Head{JournalReader(file), {}});
        if (head->reader.next(head->result))
            heads_.push_back(std::move(head));
    }
    std::make_heap(heads_.begin(), heads_.end(), later);
}

bool MergedJournals::next(RunResult& result) {
    if (heads_.empty())
        return false;
    std::pop_heap(heads_.begin(), heads_.end(), later);
    std::swap(result, heads_.back()->result);
    if (heads_.back()->reader.next(heads_.back()->result))
        std::push_heap(heads_.begin(), heads_.end(), later);
    else
        heads_.pop_back();
    return true;
}

} // namespace demarche
