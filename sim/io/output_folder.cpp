#include "sim/io/output_folder.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include <openssl/evp.h>

namespace demarche {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t buffer_size = 1U << 18U;
constexpr const char* mark_of_output = "manifest.json";

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
    throw std::runtime_error(path.string() + ": " + what + ": " + std::strerror(error));
}

/// "outputs/.x.partial-123": the process that writes it is part of the name, so that a later run
/// can tell a running one from one that was killed.
std::string partial_prefix(const fs::path& path) { return "." + path.filename().string() + ".partial-"; }

void remove_leftovers(const fs::path& path) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(partial_prefix(path))) continue;
        const int process = std::atoi(name.c_str() + partial_prefix(path).size());
        if (process > 0 && kill(process, 0) != 0 && errno == ESRCH)
            fs::remove_all(entry.path(), ignored);
    }
}

} // namespace

struct OutputFolder::Stream {
    File file;
    fs::path path;
    int descriptor = -1;
    std::string buffer;
    EVP_MD_CTX* digest = EVP_MD_CTX_new();

    Stream(const fs::path& folder, const std::string& name) : path(folder / name) {
        file.name = name;
        descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor < 0) fail(path, "cannot be created", errno);
        EVP_DigestInit_ex(digest, EVP_sha256(), nullptr);
    }
    ~Stream() {
        if (descriptor >= 0) ::close(descriptor);
        EVP_MD_CTX_free(digest);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void flush() {
        EVP_DigestUpdate(digest, buffer.data(), buffer.size());
        file.bytes += buffer.size();
        for (char c : buffer) file.lines += c == '\n';
        std::string_view left = buffer;
        while (!left.empty()) {
            const ssize_t written = ::write(descriptor, left.data(), left.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail(path, "cannot be written", errno);
            left.remove_prefix(static_cast<std::size_t>(written));
        }
        buffer.clear();
    }
    void finish() {
        if (descriptor < 0) return;
        flush();
        const int descriptor_was = descriptor;
        descriptor = -1;
        if (::close(descriptor_was) != 0) fail(path, "cannot be written", errno);
        unsigned char hash[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        EVP_DigestFinal_ex(digest, hash, &size);
        for (unsigned i = 0; i < size; ++i) {
            file.sha256 += "0123456789abcdef"[hash[i] >> 4U];
            file.sha256 += "0123456789abcdef"[hash[i] & 0xFU];
        }
    }
};

OutputFolder::OutputFolder(fs::path path) : path_(fs::absolute(std::move(path)).lexically_normal()) {
    if (path_.filename().empty()) path_ = path_.parent_path();
    std::error_code error;
    if (fs::exists(path_, error)) {
        if (!fs::is_directory(path_, error))
            throw std::runtime_error(path_.string() + ": exists and is not a folder");
        if (!fs::is_empty(path_, error) && !fs::exists(path_ / mark_of_output, error))
            throw std::runtime_error(path_.string() +
                                     ": exists and is not an output of this program (no " +
                                     mark_of_output + "); choose another --out");
    }
    fs::create_directories(path_.parent_path(), error);
    if (error) fail(path_.parent_path(), "cannot be created", error.value());
    remove_leftovers(path_);
    partial_ = path_.parent_path() / (partial_prefix(path_) + std::to_string(getpid()));
    if (!fs::create_directory(partial_, error)) fail(partial_, "cannot be created", error.value());
}

OutputFolder::~OutputFolder() {
    streams_.clear();
    std::error_code ignored;
    if (!committed_) fs::remove_all(partial_, ignored);
}

std::size_t OutputFolder::open(const std::string& name) {
    streams_.push_back(std::make_unique<Stream>(partial_, name));
    return streams_.size() - 1;
}

void OutputFolder::write(std::size_t file, std::string_view bytes) {
    Stream& s = *streams_[file];
    s.buffer.append(bytes);
    if (s.buffer.size() >= buffer_size) s.flush();
}

void OutputFolder::add(const std::string& name, std::string_view bytes) {
    const std::size_t file = open(name);
    write(file, bytes);
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
    const fs::path old = partial_.string() + "-old";
    const bool replaces = fs::exists(path_, error);
    if (replaces) {
        fs::rename(path_, old, error);
        if (error) fail(path_, "cannot be replaced", error.value());
    }
    fs::rename(partial_, path_, error);
    if (error) {
        std::error_code ignored;
        if (replaces) fs::rename(old, path_, ignored);
        fail(path_, "cannot be created", error.value());
    }
    committed_ = true;
    if (replaces) fs::remove_all(old, error);
}

} // namespace demarche
