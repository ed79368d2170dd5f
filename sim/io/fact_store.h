#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

namespace demarche {

/// One report of an act: what was said to be done, and a hash of by whom to whom.
struct Fact {
    std::int32_t day = 0;     ///< since 1970-01-01
    std::uint16_t source = 0; ///< states
    std::uint16_t target = 0;
    std::uint32_t code = 0;     ///< number of the code of the act
    float score = 0;            ///< on the file's scale of conflict and cooperation
    std::uint64_t identity = 0; ///< equal for reports of the same fact
    std::uint32_t n = 1;        ///< acts it stands for
    bool scored = false;
};

/// Collects facts in any order, drops repeats and gives the rest back in the order of day, source,
/// target and code. Holds `capacity` facts in memory; what is more goes to temporary files.
class FactStore {
public:
    explicit FactStore(std::size_t capacity = std::size_t{1} << 21U);
    void add(const Fact& fact);
    /// Gives out every fact once and returns how many were repeats. Nothing can be added after.
    std::uint64_t drain(const std::function<void(const Fact&)>& each);

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using Run = std::unique_ptr<std::FILE, CloseFile>;

    void tidy();
    void spill();

    std::size_t capacity_;
    std::uint64_t repeats_ = 0;
    std::vector<Fact> facts_;
    std::vector<Run> runs_; ///< sorted, on the disk
};

} // namespace demarche
