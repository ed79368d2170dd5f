#include "sim/study/resampling.h"

#include <algorithm>
#include <cmath>

#include "sim/core/random.h"

namespace demarche {

Sums::Sums(std::size_t observations, std::size_t width, std::size_t most)
    : observations_(observations), width_(width), units_(std::min(observations, most)),
      sums_(units_ * width) {}

std::span<double> Sums::of(std::size_t observation) {
    const std::size_t unit = observation * units_ / observations_;
    return std::span(sums_).subspan(unit * width_, width_);
}

std::vector<double> Sums::total() const {
    std::vector<double> out(width_);
    for (std::size_t unit = 0; unit < units_; ++unit)
        for (std::size_t i = 0; i < width_; ++i)
            out[i] += sums_[unit * width_ + i];
    return out;
}

void Sums::draw(const Bootstrap& bootstrap, std::uint32_t sample, std::span<double> out) const {
    const Random random(bootstrap.seed, 0);
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t drawn = 0; drawn < units_; drawn += 4) {
        const RandomBlock block = random.block({.purpose = Purpose::resample,
                                                .tick = sample,
                                                .source = static_cast<std::uint32_t>(drawn / 4)});
        for (std::size_t word = 0; word < std::min<std::size_t>(4, units_ - drawn); ++word) {
            const auto unit =
                static_cast<std::size_t>(Random::unit(block[word]) * static_cast<double>(units_));
            const double* from = &sums_[unit * width_];
            for (std::size_t i = 0; i < width_; ++i)
                out[i] += from[i];
        }
    }
}

double lower_percentile(double confidence, std::size_t units) {
    if (units < 2)
        return (1 - confidence) / 2;
    const double n = static_cast<double>(units);
    const double t = student_quantile((1 - confidence) / 2, n - 1);
    return normal_probability(t * std::sqrt(n / (n - 1)));
}

Estimate percentile_interval(double value, std::vector<double>& drawn, double lower) {
    std::erase_if(drawn, [](double x) { return std::isnan(x); });
    std::sort(drawn.begin(), drawn.end());
    return {value, sorted_quantile(drawn, lower), sorted_quantile(drawn, 1 - lower)};
}

} // namespace demarche
