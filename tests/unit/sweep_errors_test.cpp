#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sim/io/sweep_reader.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A sweep without a file NAME.expected beside it has nothing wrong.
TEST(SweepErrors, EveryWrongSweepGetsExactlyTheExpectedText) {
    const bool remake = std::getenv("DEMARCHE_REMAKE") != nullptr;
    std::set<fs::path> sweeps;
    for (const auto& entry : fs::directory_iterator("tests/errors/sweeps"))
        if (entry.path().extension() == ".toml")
            sweeps.insert(entry.path());
    ASSERT_GE(sweeps.size(), 15U);
    for (const fs::path& sweep : sweeps) {
        const fs::path kept = fs::path(sweep).replace_extension(".expected");
        Problems problems;
        const auto loaded = load_sweep(sweep, problems);
        EXPECT_EQ(loaded.has_value(), problems.empty()) << sweep;
        if (problems.text() == content(kept))
            continue;
        ADD_FAILURE() << sweep.string() << (remake ? ": remade; look at the diff" : "")
                      << "\n--- expected:\n"
                      << content(kept) << "--- found:\n"
                      << problems.text();
        if (remake)
            std::ofstream(kept, std::ios::binary) << problems.text();
    }
}

} // namespace
} // namespace demarche
