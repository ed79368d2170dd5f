#include "sim/study/centring.h"

#include <algorithm>
#include <cmath>

#include "sim/core/vectorise.h"
#include "sim/study/shares.h"

namespace demarche {
namespace {

template <class Real>
[[gnu::always_inline]] inline double sum_of_products(const Real* column, const double* with,
                                                     std::size_t count) {
    std::array<double, 8> part{};
    std::size_t k = 0;
    for (; k + part.size() <= count; k += part.size())
        for (std::size_t l = 0; l < part.size(); ++l)
            part[l] += with[k + l] * static_cast<double>(column[k + l]);
    for (; k < count; ++k)
        part[0] += with[k] * static_cast<double>(column[k]);
    double sum = 0;
    for (const double p : part)
        sum += p;
    return sum;
}
DEMARCHE_VECTORISE double product(const float* column, const double* with, std::size_t count) {
    return sum_of_products(column, with, count);
}
DEMARCHE_VECTORISE double product(const double* column, const double* with, std::size_t count) {
    return sum_of_products(column, with, count);
}

} // namespace

Centring::Centring(const CountModel& model, const Cases& cases, const Observations& observed,
                   std::span<const double> parameters, const std::vector<double>& precision,
                   unsigned threads)
    : threads_(threads),
      at_(parameters.begin(),
          parameters.begin() + static_cast<std::ptrdiff_t>(model.first_effect())),
      variance_(model.parameters() - model.first_effect()), share_(model.first_effect(), 1.0) {
    const std::size_t own = at_.size(), groupings = model.effects.size();
    const bool of_actors = groupings >= 2, of_pairs = groupings != 2;
    const std::size_t sources = of_actors ? model.effects[0].levels : 0;
    actors_ = of_actors ? sources + model.effects[1].levels : 0;
    const std::size_t cells = observed.groupings.cells();
    CellInformation found = cell_information(model, cases, observed, parameters, threads);
    std::vector<double> said(own); // by effects
    if (of_pairs) {
        information_ = found.of_cell;
        total_ = information_;
        for (std::size_t p = 0; p < cells; ++p) {
            total_[p] += precision.back();
            variance_[actors_ + p] = 1 / total_[p];
        }
        for (std::size_t k = 0; k < own; ++k)
            for (std::size_t p = 0; p < cells; ++p) {
                const double both = found.cross[k * cells + p];
                said[k] += both * both / total_[p];
            }
    }
    if (of_actors) {
        std::vector<std::array<std::uint32_t, 2>> ends(cells);
        for (std::size_t c = 0; c < cells; ++c)
            ends[c] = {observed.groupings.levels[0][c],
                       static_cast<std::uint32_t>(sources) + observed.groupings.levels[1][c]};
        // What pairs leave for actors to say.
        Matrix told(actors_);
        std::vector<double> left(cells, 1.0);
        for (std::size_t c = 0; c < cells; ++c) {
            if (of_pairs)
                left[c] = precision.back() / total_[c];
            const double weight = left[c] * found.of_cell[c];
            const std::size_t i = ends[c][0], j = ends[c][1];
            told(i, i) += weight;
            told(j, j) += weight;
            told(i, j) += weight;
            told(j, i) += weight;
        }
        for (std::size_t a = 0; a < actors_; ++a)
            told(a, a) += precision[a < sources ? 0 : 1];
        const Matrix covariance = *told.inverse();
        by_parameter_.resize(own * actors_);
        std::vector<double> cross(actors_);
        for (std::size_t k = 0; k < own; ++k) {
            std::fill(cross.begin(), cross.end(), 0.0);
            for (std::size_t c = 0; c < cells; ++c) {
                const double both = left[c] * found.cross[k * cells + c];
                cross[ends[c][0]] += both;
                cross[ends[c][1]] += both;
            }
            double* const shift = by_parameter_.data() + k * actors_;
            for (std::size_t a = 0; a < actors_; ++a) {
                for (std::size_t b = 0; b < actors_; ++b)
                    shift[a] += covariance(a, b) * cross[b];
                said[k] += cross[a] * shift[a];
            }
        }
        factor_ = *covariance.cholesky();
        for (std::size_t a = 0; a < actors_; ++a) {
            variance_[a] = covariance(a, a);
            for (std::size_t b = a; b < actors_; ++b)
                factor_(b, a) /= std::sqrt(covariance(a, a));
        }
        if (of_pairs)
            ends_ = std::move(ends);
    }
    if (of_pairs)
        cross_ = std::move(found.cross);
    constexpr double least = 1e-6; // where effects can say all of it
    for (std::size_t k = 0; k < own; ++k)
        if (found.of_parameter[k] > 0)
            share_[k] = std::max(least, 1 - said[k] / found.of_parameter[k]);
}

std::vector<double> Centring::shifts_of_actors(std::span<const double> all) const {
    std::vector<double> shift(actors_);
    for (std::size_t k = 0; k < at_.size(); ++k)
        if (all[k] != at_[k])
            add_multiple(by_parameter_.data() + k * actors_, all[k] - at_[k], shift.data(),
                         actors_);
    return shift;
}

std::vector<double> Centring::shifts_of_pairs(std::span<const double> all) const {
    const std::size_t pairs = total_.size();
    std::vector<double> shift(pairs);
    const double* const effects = all.data() + at_.size();
    share_out(threads_, [&](std::size_t share) {
        const std::size_t begin = share * pairs / shares, end = (share + 1) * pairs / shares;
        for (std::size_t k = 0; k < at_.size(); ++k)
            if (all[k] != at_[k])
                add_multiple(cross_.data() + k * pairs + begin, all[k] - at_[k],
                             shift.data() + begin, end - begin);
        for (std::size_t p = begin; p < end; ++p) {
            if (!ends_.empty())
                shift[p] += information_[p] * (effects[ends_[p][0]] + effects[ends_[p][1]]);
            shift[p] /= total_[p];
        }
    });
    return shift;
}

void Centring::to_effects(std::span<double> all) const {
    if (actors_ > 0) {
        const std::vector<double> shift = shifts_of_actors(all);
        const auto effects = all.subspan(at_.size(), actors_);
        for (std::size_t a = actors_; a-- > 0;) { // the last first: each needs those before it
            double sum = 0;
            for (std::size_t b = 0; b <= a; ++b)
                sum += factor_(a, b) * effects[b];
            effects[a] = sum - shift[a];
        }
    }
    const std::vector<double> shift = shifts_of_pairs(all);
    for (std::size_t p = 0; p < shift.size(); ++p)
        all[at_.size() + actors_ + p] -= shift[p];
}

void Centring::from_effects(std::span<double> all) const {
    const std::vector<double> of_pairs = shifts_of_pairs(all);
    for (std::size_t p = 0; p < of_pairs.size(); ++p)
        all[at_.size() + actors_ + p] += of_pairs[p];
    const std::vector<double> shift = shifts_of_actors(all);
    for (std::size_t a = 0; a < actors_; ++a) {
        double& effect = all[at_.size() + a];
        effect += shift[a];
        for (std::size_t b = 0; b < a; ++b)
            effect -= factor_(a, b) * all[at_.size() + b];
        effect /= factor_(a, a);
    }
}

void Centring::chain(std::span<double> gradient) const {
    const auto own = gradient.first(at_.size());
    if (const std::size_t pairs = total_.size(); pairs > 0) {
        std::vector<double> by_shift(pairs);
        for (std::size_t p = 0; p < pairs; ++p)
            by_shift[p] = -gradient[at_.size() + actors_ + p] / total_[p];
        if (!ends_.empty()) {
            double* const effects = gradient.data() + at_.size();
            for (std::size_t p = 0; p < pairs; ++p) {
                effects[ends_[p][0]] += by_shift[p] * information_[p];
                effects[ends_[p][1]] += by_shift[p] * information_[p];
            }
        }
        std::vector<double> sums(own.size());
        share_out(threads_, [&](std::size_t share) {
            for (std::size_t k = share; k < own.size(); k += shares)
                sums[k] = product(cross_.data() + k * pairs, by_shift.data(), pairs);
        });
        for (std::size_t k = 0; k < own.size(); ++k)
            own[k] += sums[k];
    }
    if (actors_ > 0) {
        const auto effects = gradient.subspan(at_.size(), actors_);
        for (std::size_t k = 0; k < own.size(); ++k)
            own[k] -= product(by_parameter_.data() + k * actors_, effects.data(), actors_);
        std::vector<double> sums(actors_);
        for (std::size_t a = 0; a < actors_; ++a)
            for (std::size_t b = 0; b <= a; ++b)
                sums[b] += factor_(a, b) * effects[a];
        std::ranges::copy(sums, effects.begin());
    }
}

} // namespace demarche
