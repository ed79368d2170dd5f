// How much likelier does a pair of states climb to a rung when one number of a scenario changes?
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "sim/io/scenario_reader.h"
#include "sim/study/outcomes.h"

int main(int count, char** argument) try {
    if (count != 8)
        throw std::runtime_error("usage: compare SCENARIO STATE STATE RUNG PATH VALUE VALUE");
    constexpr int n = 200; // replications; both sides share their random numbers
    // For each replication: 1 where the pair reaches the rung, else 0.
    const auto reached = [&](const char* value) {
        demarche::Problems problems;
        const auto loaded = demarche::load_scenario(
            argument[1], {std::string(argument[5]) + "=" + value}, problems);
        if (!loaded)
            throw std::runtime_error(problems.text());
        const auto pair = demarche::pair_index(loaded->scenario, argument[2], argument[3]);
        std::vector<int> climbed;
        for (const demarche::RunOutcome& run : demarche::outcomes(loaded->scenario, n))
            climbed.push_back(run.pairs[pair].peak_rung >= std::stoi(argument[4]));
        return climbed;
    };
    const std::vector<int> before = reached(argument[6]), after = reached(argument[7]);
    double first = 0, second = 0, squares = 0;
    for (int r = 0; r < n; ++r) {
        first += before[r] / double{n};
        second += after[r] / double{n};
        squares += before[r] == after[r] ? 0 : 1;
    }
    const double change = second - first;
    const double error = std::sqrt((squares / n - change * change) / (n - 1));
    std::printf("%.3f and %.3f, change %.3f (standard error %.3f)\n", first, second, change, error);
} catch (const std::exception& problem) {
    std::fprintf(stderr, "compare: %s\n", problem.what());
    return 1;
}
