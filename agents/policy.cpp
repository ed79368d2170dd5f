#include "agents/policy.h"

#include <algorithm>
#include <cstring>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"

namespace demarche {
namespace {

using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

/// Adds the sums of products of one record with the weights of every class. The order of additions
/// is written out (four partial sums, then across), so every processor gets the same bits.
template <std::size_t width>
[[gnu::always_inline]] inline void
add_products(const double* record, const double (&weight)[class_count][width], PerClass& to) {
    static_assert(class_count == lanes && width % lanes == 0);
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
    Lanes all;
    std::memcpy(&all, to.data(), sizeof all);
    all += __builtin_shufflevector(low, high, 0, 1, 4, 5) +
           __builtin_shufflevector(low, high, 2, 3, 6, 7);
    std::memcpy(to.data(), &all, sizeof all);
}

} // namespace

RateTerms::RateTerms(const Response& response) {
    const auto weighs = [](double w) { return w != 0; };
    for (std::size_t q = 0; q < class_count; ++q) {
        const Response::OfClass& r = response.of_class[q];
        base[q] = r.base;
        exponent[q] = r.exponent;
        level[q] = r.level;
        posture[q] = r.posture;
        std::copy(r.weight.begin(), r.weight.end(), memory[q]);
        std::copy(r.tie.begin(), r.tie.end(), tie[q] + (tie_column - first_tie));
        const bool any = std::any_of(r.weight.begin(), r.weight.end(), weighs);
        live |= unsigned{any || r.level != 0 || r.base != 0} << q;
        varies |= any;
        has_ties |= std::any_of(r.tie.begin(), r.tie.end(), weighs);
    }
}

DEMARCHE_VECTORISE
void weigh(const View& view, const RateTerms& terms, std::span<PerClass> stimulus,
           std::span<PerClass> posture) {
    std::fill(stimulus.begin(), stimulus.end(), terms.base);
    if (terms.level != PerClass{})
        for (std::size_t k = 0; k < view.count(); ++k)
            for (std::size_t q = 0; q < class_count; ++q)
                stimulus[k][q] += terms.level[q] * view.levels[view.targets[k]][q];
    if (!terms.varies && !terms.has_ties)
        return;
    double weight[class_count][memory_width];
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t c = 0; c < memory_width; ++c)
            weight[q][c] = terms.memory[q][c] * view.fade[c];
    for (std::size_t k = 0; k < view.count(); ++k) {
        view.fetch_ahead(k, 0, record_width);
        const double* const record = view.record(k);
        add_products(record, weight, stimulus[k]);
        if (terms.has_ties)
            add_products(record + RateTerms::first_tie, terms.tie, posture[k]);
    }
}

DEMARCHE_VECTORISE
void rates(std::span<const PerClass> stimulus, std::span<const PerClass> posture,
           std::span<const PerClass> exponent, unsigned live, std::span<PerClass> out) {
    std::size_t classes[class_count];
    std::size_t live_count = 0;
    for (std::size_t q = 0; q < class_count; ++q)
        if ((live >> q & 1U) != 0)
            classes[live_count++] = q;
    const bool all = live_count == class_count;
    if (!all)
        std::fill(out.begin(), out.end(), PerClass{});
    if (live_count == 0)
        return;
    // Numbers of live classes side by side, half a function at a time, so that many are on the way
    // at once.
    constexpr std::size_t most = 128;
    double s_live[most], p_live[most], e_live[most], a[most], b[most], c[most];
    const std::size_t targets = most / live_count;
    for (std::size_t first = 0; first < out.size(); first += targets) {
        const std::size_t size = std::min(targets, out.size() - first);
        const std::size_t numbers = size * live_count;
        const double* s = stimulus[first].data();
        const double* p = posture[first].data();
        const double* e = exponent[first].data();
        if (!all) {
            for (std::size_t k = 0, x = 0; k < size; ++k)
                for (std::size_t l = 0; l < live_count; ++l, ++x) {
                    s_live[x] = stimulus[first + k][classes[l]];
                    p_live[x] = posture[first + k][classes[l]];
                    e_live[x] = exponent[first + k][classes[l]];
                }
            s = s_live;
            p = p_live;
            e = e_live;
        }
        // exp(p) s, or exp(p + e ln s) where e is not 1, which it mostly is.
        double bent = 0;
        for (std::size_t x = 0; x < numbers; ++x)
            bent = e[x] == 1 ? bent : 1.0;
        const double* ln = p;
        if (bent != 0) {
            for (std::size_t x = 0; x < numbers; ++x) {
                const LogHalf half = log_begin(s[x]);
                a[x] = half.exponent;
                b[x] = half.fraction;
                c[x] = half.ratio;
            }
            for (std::size_t x = 0; x < numbers; ++x)
                a[x] = log_end({a[x], b[x], c[x]});
            for (std::size_t x = 0; x < numbers; ++x)
                a[x] = p[x] + (e[x] == 1 ? 0.0 : e[x] * a[x]);
            ln = a;
        }
        for (std::size_t x = 0; x < numbers; ++x) {
            const ExpHalf half = exp_begin(ln[x]);
            b[x] = half.remainder;
            c[x] = half.power;
        }
        for (std::size_t x = 0; x < numbers; ++x)
            a[x] = exp_end({b[x], c[x]});
        double* const rate = all ? out[first].data() : a;
        for (std::size_t x = 0; x < numbers; ++x) {
            const double power = a[x] * (e[x] == 1 ? s[x] : 1.0);
            rate[x] = s[x] > 0 ? power : 0.0;
        }
        if (!all)
            for (std::size_t k = 0, x = 0; k < size; ++k)
                for (std::size_t l = 0; l < live_count; ++l, ++x)
                    out[first + k][classes[l]] = a[x];
    }
}

} // namespace demarche
