#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace demarche {

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file NAME.toml of a folder, of which there are at least so many, has exactly the problems
/// that NAME.expected beside it states; without that file, none. With DEMARCHE_REMAKE set, the
/// stated ones are replaced.
inline void expect_texts(const std::filesystem::path& folder, std::size_t at_least,
                         const std::function<std::string(const std::filesystem::path&)>& problems) {
    namespace fs = std::filesystem;
    const bool remake = std::getenv("DEMARCHE_REMAKE") != nullptr;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".toml")
            files.insert(entry.path());
    ASSERT_GE(files.size(), at_least);
    for (const fs::path& file : files) {
        const fs::path kept = fs::path(file).replace_extension(".expected");
        const std::string expected = content(kept);
        const std::string found = problems(file);
        if (found == expected)
            continue;
        ADD_FAILURE() << file.string() << (remake ? ": remade; look at the diff" : "")
                      << "\n--- expected:\n"
                      << expected << "--- found:\n"
                      << found;
        if (remake)
            std::ofstream(kept, std::ios::binary) << found;
    }
}

} // namespace demarche
