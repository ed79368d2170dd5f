#include "sim/io/study_reader.h"
#include "tests/unit/expected_texts.h"

namespace demarche {
namespace {

// Configurations of `demarche fit` and, where their names say so, of `demarche score`.
TEST(StudyErrors, EveryWrongConfigurationGetsExactlyTheExpectedText) {
    expect_texts("tests/errors/studies", 8, [](const std::filesystem::path& study) {
        Problems problems;
        const bool scores = study.filename().string().starts_with("score_");
        const auto plan = read_study(study, scores, {}, problems);
        EXPECT_EQ(plan.has_value(), problems.empty()) << study;
        return problems.text();
    });
}

} // namespace
} // namespace demarche
