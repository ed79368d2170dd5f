#include "agents/policy.h"

#include <algorithm>
#include <cstring>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

/// Sums of products of one record with the weights of every class, a lane each. The order of
/// additions is written out (four partial sums, then across), so every processor gets the same
/// bits.
template <std::size_t width>
[[gnu::always_inline]] inline void products(const double* record,
                                            const double (&weight)[class_count][width],
                                            double (&out)[class_count]) {
    static_assert(class_count == lanes);
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
    // (0 + 1) + (2 + 3) of each class
    const Lanes low = __builtin_shufflevector(sum[0], sum[1], 0, 4, 2, 6) +
                      __builtin_shufflevector(sum[0], sum[1], 1, 5, 3, 7);
    const Lanes high = __builtin_shufflevector(sum[2], sum[3], 0, 4, 2, 6) +
                       __builtin_shufflevector(sum[2], sum[3], 1, 5, 3, 7);
    const Lanes across = __builtin_shufflevector(low, high, 0, 1, 4, 5) +
                         __builtin_shufflevector(low, high, 2, 3, 6, 7);
    std::memcpy(out, &across, sizeof across);
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
    double weight[class_count][stimulus_width];
    for (std::size_t q = 0; q < class_count; ++q) {
        const Response::OfClass& r = response.of_class[q];
        for (std::size_t c = 0; c < column_count; ++c)
            weight[q][c] = r.weight[c] * view.fade[c];
        for (std::size_t c = column_count; c < stimulus_width; ++c)
            weight[q][c] = 0;
        weight[q][level_column + q] = r.level;
    }
    add_products(view, 0, weight, out);
    return live;
}

DEMARCHE_VECTORISE
void rates(const std::array<std::span<double>, class_count>& stimulus,
           const std::array<std::span<double>, class_count>& posture, const Response& response,
           unsigned live, const std::array<std::span<double>, class_count>& out) {
    std::size_t classes[class_count];
    std::size_t live_count = 0;
    for (std::size_t q = 0; q < class_count; ++q)
        if ((live >> q & 1U) != 0)
            classes[live_count++] = q;
        else
            std::fill(out[q].begin(), out[q].end(), 0.0);
    if (live_count == 0)
        return;
    // Half by half over all classes, so that many numbers are on the way at once.
    constexpr std::size_t most = 64; // numbers
    double a[most], b[most], c[most];
    const std::size_t targets = most / live_count / lanes * lanes;
    for (std::size_t first = 0; first < out[0].size(); first += targets) {
        const std::size_t size = std::min(targets, out[0].size() - first);
        const std::size_t numbers = size * live_count;
        for (std::size_t l = 0; l < live_count; ++l) {
            const double* const s = stimulus[classes[l]].data() + first;
            for (std::size_t k = 0; k < size; ++k) {
                const LogHalf half = log_begin(s[k]);
                a[l * size + k] = half.exponent;
                b[l * size + k] = half.fraction;
                c[l * size + k] = half.ratio;
            }
        }
        for (std::size_t x = 0; x < numbers; ++x)
            a[x] = log_end({a[x], b[x], c[x]});
        for (std::size_t l = 0; l < live_count; ++l) {
            const double* const p = posture[classes[l]].data() + first;
            const double exponent = response.of_class[classes[l]].exponent;
            for (std::size_t k = 0; k < size; ++k) {
                const ExpHalf half = exp_begin(p[k] + exponent * a[l * size + k]);
                b[l * size + k] = half.remainder;
                c[l * size + k] = half.power;
            }
        }
        for (std::size_t x = 0; x < numbers; ++x)
            a[x] = exp_end({b[x], c[x]});
        for (std::size_t l = 0; l < live_count; ++l) {
            const double* const s = stimulus[classes[l]].data() + first;
            double* const rate = out[classes[l]].data() + first;
            for (std::size_t k = 0; k < size; ++k)
                rate[k] = s[k] > 0 ? a[l * size + k] : 0.0;
        }
    }
}

DEMARCHE_VECTORISE
void add_ties(const View& view,
              const std::array<std::array<double, tie_column_count>, class_count>& coefficients,
              const std::array<std::span<double>, class_count>& posture) {
    double weight[class_count][tie_width];
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t t = 0; t < tie_width; ++t)
            weight[q][t] = t < tie_column_count ? coefficients[q][t] : 0;
    add_products(view, stimulus_width, weight, posture);
}

} // namespace demarche
