#include "sim/study/latin_hypercube.h"

#include <algorithm>
#include <utility>

#include "sim/core/random.h"
#include "sim/study/design_draw.h"

namespace demarche {
namespace {

class Spreading {
public:
    Spreading(std::vector<std::uint32_t>& strata, std::size_t points, std::size_t factors)
        : strata_(strata), points_(points), factors_(factors) {}

    /// Exchanges the strata of two points in one factor, if that lowers the criterion.
    void exchange(std::size_t factor, std::size_t a, std::size_t b) {
        const double before = crowding(a, b) + crowding(b, a);
        std::swap(strata_[a * factors_ + factor], strata_[b * factors_ + factor]);
        if (crowding(a, b) + crowding(b, a) >= before)
            std::swap(strata_[a * factors_ + factor], strata_[b * factors_ + factor]);
    }

private:
    /// Sum over the other points, but one whose distance does not change, of distance^-16.
    double crowding(std::size_t a, std::size_t except) const {
        double sum = 0;
        for (std::size_t r = 0; r < points_; ++r) {
            if (r == a || r == except)
                continue;
            double square = 0;
            for (std::size_t f = 0; f < factors_; ++f) {
                const double d = static_cast<double>(strata_[a * factors_ + f]) -
                                 static_cast<double>(strata_[r * factors_ + f]);
                square += d * d;
            }
            const double d4 = square * square;
            const double d8 = d4 * d4;
            sum += 1 / (d8 * d8);
        }
        return sum;
    }

    std::vector<std::uint32_t>& strata_;
    std::size_t points_;
    std::size_t factors_;
};

} // namespace

std::vector<std::uint32_t> latin_hypercube(std::size_t points, std::size_t factors, bool maximin,
                                           std::uint64_t seed) {
    const Random random(seed, 0);
    std::vector<std::uint32_t> strata(points * factors);
    for (std::size_t f = 0; f < factors; ++f)
        for (std::size_t i = 0; i < points; ++i) { // Fisher and Yates, inside out
            const std::size_t j = below(i + 1, random, DesignUse::stratum, i, f);
            strata[i * factors + f] = strata[j * factors + f];
            strata[j * factors + f] = static_cast<std::uint32_t>(i);
        }
    if (!maximin || factors < 2 || points < 3)
        return strata;
    constexpr std::size_t distances = 1'000'000'000; // terms of the criterion, times factors
    const std::size_t trials = std::min<std::size_t>(20'000, distances / (4 * points * factors));
    Spreading spreading(strata, points, factors);
    for (std::size_t trial = 0; trial < trials; ++trial) {
        const std::size_t f = below(factors, random, DesignUse::exchange, trial, 0);
        const std::size_t a = below(points, random, DesignUse::exchange, trial, 1);
        const std::size_t b = below(points - 1, random, DesignUse::exchange, trial, 2);
        spreading.exchange(f, a, b < a ? b : b + 1);
    }
    return strata;
}

} // namespace demarche
