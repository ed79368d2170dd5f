// How does escalation depend on one number of a scenario? A sweep from C++, without a sweep file.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

#include "sim/io/scenario_reader.h"
#include "sim/study/sweep.h"

int main(int count, char** argument) try {
    if (count != 5)
        throw std::runtime_error("usage: sweep SCENARIO PATH LOW HIGH");
    demarche::Problems problems;
    const auto loaded = demarche::load_scenario(argument[1], {}, problems);
    if (!loaded)
        throw std::runtime_error(problems.text());

    demarche::Sweep sweep;
    sweep.scenario = loaded->scenario;
    sweep.axes = {
        demarche::range_axis(argument[2], std::stod(argument[3]), std::stod(argument[4]))};
    demarche::DesignPlan plan;
    plan.kind = demarche::DesignKind::grid;
    plan.factors = 1;
    plan.levels = {5};
    sweep.design.emplace(plan);
    sweep.replications = 50;
    sweep.outcomes = demarche::escalation_outcomes();

    std::vector<demarche::Moments> rivera(sweep.points());
    for (const auto& run : demarche::run(sweep, std::thread::hardware_concurrency())) {
        if (!run.failure.empty())
            throw std::runtime_error(run.failure);
        rivera[run.job.point].add(run.values[sweep.find("escalation_rivera")]);
    }
    for (std::uint32_t p = 0; p < sweep.points(); ++p) {
        const demarche::Estimate mean = demarche::mean_interval(rivera[p]);
        std::printf("%g: %.6g [%.6g, %.6g]\n", sweep.point(p)[0], mean.value, mean.low, mean.high);
    }
} catch (const std::exception& problem) {
    std::fprintf(stderr, "sweep: %s\n", problem.what());
    return 1;
}
