#pragma once
#include <filesystem>
#include <optional>

#include "sim/io/problems.h"
#include "sim/study/fit.h"

namespace demarche {

/// Reads another model's forecasts for the cases of a sample: columns source, target, period (or
/// week; the first day of the week), class (or quad), mean and size (empty or inf = Poisson). Cases
/// it has beyond those of the sample are ignored; one it lacks is a problem.
std::optional<Forecasts> read_predictions(const std::filesystem::path& file, const Sample& sample,
                                          const EventSeries& series, QuadClass of,
                                          Problems& problems);

} // namespace demarche
