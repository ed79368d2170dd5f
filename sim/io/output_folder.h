#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace demarche {

/// SHA-256 of a file's bytes, in hex.
std::string sha256_of(const std::filesystem::path& file);

/// A folder that appears whole or not at all: everything is written into a hidden folder beside
/// it, which takes its name when `commit` is called and is removed otherwise. Every failure to
/// write throws std::runtime_error with the path.
class OutputFolder {
public:
    /// Refuses (throws) when `path` exists and holds anything but an earlier output of the same
    /// command ("run", "sweep", "fit", "score"), as it was written. Removes what killed runs have
    /// left beside it.
    OutputFolder(const std::filesystem::path& path, std::string command);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    /// Adds a file and returns its number.
    std::size_t open(const std::string& name);
    void write(std::size_t file, std::string_view bytes);
    /// Writes a small file at once.
    void add(const std::string& name, std::string_view bytes);

    /// Adds a copy of a file, under its name.
    void add_file(const std::filesystem::path& source);

    struct File {
        std::string name;
        std::uint64_t bytes = 0;
        std::uint64_t lines = 0;
        std::string sha256;
    };
    /// Finishes all files; nothing can be written to them afterwards.
    std::vector<File> close();
    /// Gives the folder its name, replacing an earlier output; refuses as the constructor does.
    void commit();
    /// Whether `commit` has replaced an earlier output.
    bool replaces() const { return replaces_; }

    const std::filesystem::path& path() const { return path_; }
    const std::string& command() const { return command_; }

private:
    struct Stream;
    std::filesystem::path path_;
    std::string command_;
    std::filesystem::path partial_;
    std::vector<std::unique_ptr<Stream>> streams_;
    int lock_ = -1; ///< on the hidden folder, so that no other process takes it for a leftover
    bool replaces_ = false;
    bool committed_ = false;
};

} // namespace demarche
