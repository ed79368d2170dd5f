#include "sim/io/file_kind.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace demarche {
namespace {

struct KindText {
    const char* name;
    const char* command; ///< that reads it
};
constexpr std::array<KindText, 5> texts{{{"a scenario", "run"},
                                         {"a sweep", "sweep"},
                                         {"the plan of a fit", "fit"},
                                         {"the plan of a score", "score"},
                                         {"a vocabulary of acts", ""}}};

const KindText& text_of(FileKind kind) {
    return texts[static_cast<std::size_t>(kind)];
}

/// Whether a file holds acts alone, as configs/acts.toml or under [act.X].
bool is_vocabulary(const toml::table& root) {
    return !root.empty() && std::all_of(root.begin(), root.end(), [](const auto& entry) {
        const toml::table* const table = entry.second.as_table();
        return table != nullptr && (entry.first == "act" || table->contains("cameo"));
    });
}

/// By the tables that no other kind has.
std::optional<FileKind> kind_of(const toml::table& root) {
    if (is_vocabulary(root))
        return FileKind::vocabulary;
    if (root.contains("axis") && root.contains("design"))
        return FileKind::sweep;
    if (root.contains("window"))
        return root.contains("test") ? FileKind::score : FileKind::fit;
    if (root.contains("run") && root.contains("state"))
        return FileKind::scenario;
    return std::nullopt;
}

} // namespace

bool is_file_of(FileKind asked, const toml::table& root, const std::filesystem::path& file,
                Problems& problems) {
    const std::optional<FileKind> kind = kind_of(root);
    const auto is_study = [](FileKind k) { return k == FileKind::fit || k == FileKind::score; };
    // Plans of fits and scores differ by one table, whose lack is told like that of others.
    if (!kind || *kind == asked || (is_study(*kind) && is_study(asked)))
        return true;
    std::string what = text_of(*kind).name + std::string(", not ") + text_of(asked).name;
    if (*kind != FileKind::vocabulary)
        what += "; it is for 'demarche " + std::string(text_of(*kind).command) + " " +
                file.string() + "'";
    else if (asked == FileKind::scenario)
        what += ": no [run], no [state.X]; a scenario has its own acts as [act.X]";
    problems.add({file.string()}, what);
    return false;
}

} // namespace demarche
