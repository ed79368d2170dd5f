#include "agents/policy.h"

#include "sim/core/elementary.h"

namespace demarche {

void stimulus(const View& view, const Response& response, QuadClass q, std::span<double> out) {
    const Response::OfClass& r = response[q];
    const std::size_t n = view.count;
    double* const sum = out.data();
    const double* const level = view.level[index(q)].data();
    for (std::size_t j = 0; j < n; ++j)
        sum[j] = r.base + r.level * level[j];
    for (std::size_t c = 0; c < column_count; ++c) {
        const double weight = r.weight[c];
        if (weight == 0)
            continue;
        const double* const memory = view.memory[c].data();
        for (std::size_t j = 0; j < n; ++j)
            sum[j] += weight * memory[j];
    }
}

void rates(std::span<const double> stimulus, std::span<const double> posture, double exponent,
           std::size_t self, std::span<double> out) {
    const std::size_t n = out.size();
    const double* const s = stimulus.data();
    const double* const p = posture.data();
    double* const rate = out.data();
    for (std::size_t j = 0; j < n; ++j) {
        const double value = exp_bits(p[j] + exponent * log_bits(s[j]));
        rate[j] = s[j] > 0 ? value : 0.0;
    }
    rate[self] = 0;
}

} // namespace demarche
