#include "sim/io/output_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "sim/io/result_file.h"

namespace demarche {

namespace fs = std::filesystem;

/// SHA-256 of bytes that come in pieces.
class Digest {
public:
    Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    std::string sha256() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), hash.data(), &size);
        std::string text;
        for (unsigned i = 0; i < size; ++i) {
            text += "0123456789abcdef"[hash[i] >> 4U];
            text += "0123456789abcdef"[hash[i] & 0xFU];
        }
        return text;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

namespace {

constexpr std::size_t buffer_size = 1U << 18U; // bytes
constexpr const char* mark_of_output = "manifest.json";
constexpr const char* report_name = "report.html";
constexpr const char* set_aside = "-old"; // ends the name of an output about to be replaced

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
    throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(error));
}

/// Whether a file is still what the program wrote. The manifest is written last, so that only a
/// file that is not older has to be read.
bool is_untouched(const fs::directory_entry& file, const nlohmann::json& listed,
                  fs::file_time_type finished) {
    if (file.symlink_status().type() != fs::file_type::regular ||
        file.file_size() != listed.value("bytes", std::uint64_t{0}))
        return false;
    return file.last_write_time() < finished ||
           sha256_of(file.path()) == listed.value("sha256", std::string());
}

/// Refuses (throws) to replace a folder that holds anything but an unchanged output of a command.
void require_replaceable(const fs::path& folder, const std::string& command) {
    const fs::path mark = folder / mark_of_output;
    std::ifstream in(mark, std::ios::binary);
    const auto manifest = nlohmann::json::parse(in, nullptr, false);
    if (!manifest.is_object() || manifest.value("program", nlohmann::json()) != "demarche")
        throw std::runtime_error(folder.string() +
                                 ": exists and is not an output of this program (no " +
                                 mark_of_output + " of its own); choose another --out");
    if (const std::string other = manifest.value("command", command); other != command)
        throw std::runtime_error(
            folder.string() + ": not replaced, because it is the output of 'demarche " + other +
            "', not of 'demarche " + command + "'; choose another --out, or move or remove it");
    std::map<std::string, nlohmann::json> listed;
    if (const auto files = manifest.find("files"); files != manifest.end() && files->is_array())
        for (const auto& file : *files)
            if (file.is_object() && file.contains("name") && file["name"].is_string())
                listed[file["name"].get<std::string>()] = file;
    std::vector<std::string> foreign, changed;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name == mark_of_output ||
            (name == report_name && !entry.is_symlink() && is_of(report_page, entry.path())))
            continue;
        const auto file = listed.find(name);
        if (file == listed.end())
            foreign.push_back("'" + name + (entry.is_directory() ? "/'" : "'"));
        else if (!is_untouched(entry, file->second, fs::last_write_time(mark)))
            changed.push_back("'" + name + "'");
    }
    const auto names = [](std::vector<std::string>& all) {
        constexpr std::size_t few = 5;
        std::sort(all.begin(), all.end());
        std::string text;
        for (std::size_t i = 0; i < std::min(few, all.size()); ++i)
            text += (i > 0 ? ", " : "") + all[i];
        return all.size() > few ? text + " and " + std::to_string(all.size() - few) + " more"
                                : text;
    };
    if (foreign.empty() && changed.empty())
        return;
    throw std::runtime_error(folder.string() +
                             ": not replaced, because it holds what this program did not write: " +
                             names(foreign) + (foreign.empty() || changed.empty() ? "" : "; ") +
                             (changed.empty() ? "" : names(changed) + " (changed since)") +
                             "; choose another --out, or move or remove that");
}

/// Whether an earlier output of the command is there. Refuses (throws) whatever else is there.
bool is_replaceable(const fs::path& path, const std::string& command) {
    std::error_code error;
    if (!fs::exists(path, error))
        return false;
    if (!fs::is_directory(path, error))
        throw std::runtime_error(path.string() + ": exists and is not a folder");
    if (fs::is_empty(path, error))
        return false;
    require_replaceable(path, command);
    return true;
}

/// Locks a folder and returns its descriptor, or -1 where another process holds the lock. The
/// lock ends with the process that holds it, however it ends.
int lock(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

std::string partial_prefix(const fs::path& path) {
    return std::string(".").append(path.filename().string()).append(".partial-");
}

void remove_leftovers(const fs::path& path) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(partial_prefix(path)))
            continue;
        const int descriptor = lock(entry.path());
        if (descriptor < 0)
            continue;
        if (name.ends_with(set_aside) && !fs::exists(path, ignored))
            fs::rename(entry.path(), path, ignored);
        else
            fs::remove_all(entry.path(), ignored);
        ::close(descriptor);
    }
}

} // namespace

std::string sha256_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    Digest digest;
    std::vector<char> block(buffer_size);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        digest.add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    return digest.sha256();
}

struct OutputFolder::Stream {
    File file;
    fs::path path;
    int descriptor = -1;
    std::string buffer;
    Digest digest;

    Stream(const fs::path& folder, const std::string& name) : path(folder / name) {
        file.name = name;
        descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0)
            fail(path, "cannot be created", errno);
    }
    ~Stream() {
        if (descriptor >= 0)
            ::close(descriptor);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void flush() {
        digest.add(buffer);
        file.bytes += buffer.size();
        for (char c : buffer)
            file.lines += c == '\n';
        std::string_view left = buffer;
        while (!left.empty()) {
            const ssize_t written = ::write(descriptor, left.data(), left.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                fail(path, "cannot be written", errno);
            left.remove_prefix(static_cast<std::size_t>(written));
        }
        buffer.clear();
    }
    void finish() {
        if (descriptor < 0)
            return;
        flush();
        const int descriptor_was = descriptor;
        descriptor = -1;
        if (::close(descriptor_was) != 0)
            fail(path, "cannot be written", errno);
        file.sha256 = digest.sha256();
    }
};

OutputFolder::OutputFolder(const fs::path& path, std::string command)
    : path_(fs::absolute(path).lexically_normal()), command_(std::move(command)) {
    if (path_.filename().empty())
        path_ = path_.parent_path();
    std::error_code error;
    is_replaceable(path_, command_);
    fs::create_directories(path_.parent_path(), error);
    if (error)
        fail(path_.parent_path(), "cannot be created", error.value());
    remove_leftovers(path_);
    const fs::path prefix = path_.parent_path() / partial_prefix(path_);
    for (int number = 0; partial_.empty(); ++number) {
        const fs::path candidate =
            prefix.string() + std::to_string(getpid()) + "-" + std::to_string(number);
        if (fs::create_directory(candidate, error))
            partial_ = candidate;
        else if (error)
            fail(path_, "cannot be created", error.value());
    }
    lock_ = lock(partial_);
}

OutputFolder::~OutputFolder() {
    streams_.clear();
    std::error_code ignored;
    if (!committed_)
        fs::remove_all(partial_, ignored);
    if (lock_ >= 0)
        ::close(lock_);
}

std::size_t OutputFolder::open(const std::string& name) {
    streams_.push_back(std::make_unique<Stream>(partial_, name));
    return streams_.size() - 1;
}

void OutputFolder::write(std::size_t file, std::string_view bytes) {
    Stream& s = *streams_[file];
    s.buffer.append(bytes);
    if (s.buffer.size() >= buffer_size)
        s.flush();
}

void OutputFolder::add(const std::string& name, std::string_view bytes) {
    const std::size_t file = open(name);
    write(file, bytes);
    streams_[file]->finish();
}

void OutputFolder::add_file(const fs::path& source) {
    std::ifstream in(source, std::ios::binary);
    const std::size_t file = open(source.filename().string());
    std::vector<char> block(buffer_size);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        write(file, {block.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof())
        fail(source, "cannot be read", errno);
    streams_[file]->finish();
}

std::vector<OutputFolder::File> OutputFolder::close() {
    std::vector<File> files;
    for (auto& s : streams_) {
        s->finish();
        files.push_back(s->file);
    }
    return files;
}

void OutputFolder::commit() {
    close();
    std::error_code error;
    // Somebody may have put something there in the meantime.
    replaces_ = is_replaceable(path_, command_);
    // Exchanging the names leaves no moment without a whole output.
    if (renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0) {
        committed_ = true;
        fs::remove_all(partial_, error);
        return;
    }
    // There is nothing to replace, or a file system that cannot exchange names.
    const fs::path old = partial_.string() + set_aside;
    fs::rename(path_, old, error);
    fs::rename(partial_, path_, error);
    if (error) {
        std::error_code ignored;
        fs::rename(old, path_, ignored);
        fail(path_, "cannot be created", error.value());
    }
    committed_ = true;
    fs::remove_all(old, error);
}

} // namespace demarche
