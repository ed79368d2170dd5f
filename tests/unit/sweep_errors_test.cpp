#include "sim/io/sweep_reader.h"
#include "tests/unit/expected_texts.h"

namespace demarche {
namespace {

TEST(SweepErrors, EveryWrongSweepGetsExactlyTheExpectedText) {
    expect_texts("tests/errors/sweeps", 15, [](const std::filesystem::path& sweep) {
        Problems problems;
        const auto loaded = load_sweep(sweep, problems);
        EXPECT_EQ(loaded.has_value(), problems.empty()) << sweep;
        return problems.text();
    });
}

} // namespace
} // namespace demarche
