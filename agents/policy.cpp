#include "agents/policy.h"

#include <algorithm>
#include <cstring>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

/// Sums of products of one record with the weights of every class. The order of additions is
/// written out (four partial sums, then across), so every processor gets the same bits.
template <std::size_t width>
[[gnu::always_inline]] inline void products(const double* record,
                                            const double (&weight)[class_count][width],
                                            double (&out)[class_count]) {
    Lanes sum[class_count] = {};
    for (std::size_t c = 0; c < width; c += lanes) {
        Lanes x;
        std::memcpy(&x, record + c, sizeof x);
        for (std::size_t q = 0; q < class_count; ++q) {
            Lanes w;
            std::memcpy(&w, weight[q] + c, sizeof w);
            sum[q] += w * x;
        }
    }
    for (std::size_t q = 0; q < class_count; ++q)
        out[q] = (sum[q][0] + sum[q][1]) + (sum[q][2] + sum[q][3]);
}

template <std::size_t width>
[[gnu::always_inline]] inline void
add_products(const View& view, std::size_t first, const double (&weight)[class_count][width],
             const std::array<std::span<double>, class_count>& out) {
    double* const to[class_count] = {out[0].data(), out[1].data(), out[2].data(), out[3].data()};
    for (std::size_t k = 0; k < view.count(); ++k) {
        double sum[class_count];
        products(view.record(k) + first, weight, sum);
        for (std::size_t q = 0; q < class_count; ++q)
            to[q][k] += sum[q];
    }
}

} // namespace

DEMARCHE_VECTORISE
unsigned stimuli(const View& view, const Response& response,
                 const std::array<std::span<double>, class_count>& out) {
    unsigned live = 0;
    bool varies = false;
    for (std::size_t q = 0; q < class_count; ++q) {
        const Response::OfClass& r = response.of_class[q];
        std::fill(out[q].begin(), out[q].end(), r.base);
        auto bits = std::bit_cast<std::uint64_t>(r.level); // any weight other than 0 sets some
        for (double w : r.weight)
            bits |= std::bit_cast<std::uint64_t>(w);
        varies |= bits != 0;
        live |= unsigned{bits != 0 || r.base != 0} << q;
    }
    if (!varies)
        return live;
    double weight[class_count][stimulus_width] = {};
    for (std::size_t q = 0; q < class_count; ++q) {
        const Response::OfClass& r = response.of_class[q];
        for (std::size_t c = 0; c < column_count; ++c)
            weight[q][c] = r.weight[c] * view.fade[c];
        weight[q][level_column + q] = r.level;
    }
    add_products(view, 0, weight, out);
    return live;
}

DEMARCHE_VECTORISE
void rates(std::span<const double> stimulus, std::span<const double> posture, double exponent,
           std::span<double> out) {
    const double* const s = stimulus.data();
    const double* const p = posture.data();
    double* const rate = out.data();
    const auto to = [=](std::size_t k) {
        const double value = exp_bits(p[k] + exponent * log_bits(s[k]));
        rate[k] = s[k] > 0 ? value : 0.0;
    };
    const std::size_t whole = out.size() / lanes * lanes;
    for (std::size_t k = 0; k < whole; ++k)
        to(k);
    for (std::size_t k = whole; k < out.size(); ++k)
        to(k);
}

DEMARCHE_VECTORISE
void add_ties(const View& view,
              const std::array<std::array<double, tie_column_count>, class_count>& coefficients,
              const std::array<std::span<double>, class_count>& posture) {
    double weight[class_count][tie_width] = {};
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t t = 0; t < tie_column_count; ++t)
            weight[q][t] = coefficients[q][t];
    add_products(view, stimulus_width, weight, posture);
}

} // namespace demarche
