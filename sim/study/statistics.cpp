#include "sim/study/statistics.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace demarche {
namespace {

/// Boost's quantiles use the C library's log and pow, whose last bits differ between machines;
/// rounded to 24 bits (6e-8 of the value) they agree.
double rounded(double x) {
    return static_cast<double>(static_cast<float>(x));
}

/// Linear interpolation that leaves infinite values (runs in which nothing happened) infinite.
double between(double low, double high, double part) {
    return part > 0 && low < high && std::isfinite(low) ? low + part * (high - low) : low;
}

} // namespace

void Moments::add(double x) {
    ++count_;
    const double deviation = x - mean_;
    mean_ += deviation / static_cast<double>(count_);
    squares_ += deviation * (x - mean_);
}

double Moments::mean() const {
    return count_ > 0 ? mean_ : nan;
}

double Moments::variance() const {
    return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : nan;
}

double Moments::sd() const {
    return std::sqrt(variance());
}

double Moments::standard_error() const {
    return std::sqrt(variance() / static_cast<double>(count_));
}

double normal_quantile(double probability) {
    return rounded(quantile(boost::math::normal_distribution<double>(), probability));
}

double normal_probability(double x) {
    return rounded(cdf(boost::math::normal_distribution<double>(), x));
}

double student_quantile(double probability, double degrees_of_freedom) {
    return rounded(
        quantile(boost::math::students_t_distribution<double>(degrees_of_freedom), probability));
}

Estimate mean_interval(const Moments& sample, double confidence) {
    if (sample.count() < 2)
        return {.value = sample.mean()};
    const double half =
        sample.standard_error() *
        student_quantile((1 + confidence) / 2, static_cast<double>(sample.count() - 1));
    return {sample.mean(), sample.mean() - half, sample.mean() + half};
}

Estimate mean_interval(std::span<const double> sample, double confidence) {
    Moments moments;
    for (const double x : sample)
        if (!std::isnan(x))
            moments.add(x);
    return mean_interval(moments, confidence);
}

Estimate proportion_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
    if (trials == 0)
        return {};
    const double n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double z = normal_quantile((1 + confidence) / 2);
    const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half =
        z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // At shares 0 and 1 the end is that share but for rounding.
    return {share, successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half};
}

Estimate paired_difference(std::span<const double> a, std::span<const double> b,
                           double confidence) {
    Moments moments;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        if (!std::isnan(a[i] - b[i]))
            moments.add(a[i] - b[i]);
    return mean_interval(moments, confidence);
}

Spread spread(std::vector<double> sample, double cover) {
    std::sort(sample.begin(), sample.end());
    return {sorted_quantile(sample, (1 - cover) / 2), sorted_quantile(sample, 0.5),
            sorted_quantile(sample, (1 + cover) / 2)};
}

Spread ranked_spread(std::vector<double> sample, double cover) {
    std::sort(sample.begin(), sample.end());
    const auto quantile = [&](double p) {
        constexpr double rounding = 1e-9; // 0.95 of 20 is the 19th, not the 20th
        const double rank = std::ceil(p * static_cast<double>(sample.size()) - rounding);
        return sample[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    };
    return {quantile((1 - cover) / 2), quantile(0.5), quantile((1 + cover) / 2)};
}

double sorted_quantile(std::span<const double> sorted, double probability) {
    if (sorted.empty())
        return nan;
    const double position = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return between(sorted[below], sorted[above], position - static_cast<double>(below));
}

void Distribution::add(double x) {
    if (std::isnan(x))
        return;
    least_ = count_ == 0 ? x : std::min(least_, x);
    greatest_ = count_ == 0 ? x : std::max(greatest_, x);
    ++count_;
    const auto place = std::lower_bound(bins_.begin(), bins_.end(), x,
                                        [](const Bin& bin, double y) { return bin.value < y; });
    if (place != bins_.end() && place->value == x) {
        ++place->count;
        return;
    }
    bins_.insert(place, {x, 1});
    if (bins_.size() <= capacity_)
        return;
    exact_ = false;
    std::size_t closest = 0;
    for (std::size_t i = 1; i + 1 < bins_.size(); ++i)
        if (bins_[i + 1].value - bins_[i].value < bins_[closest + 1].value - bins_[closest].value)
            closest = i;
    Bin& one = bins_[closest];
    const Bin& other = bins_[closest + 1];
    one.value += (other.value - one.value) * static_cast<double>(other.count) /
                 static_cast<double>(one.count + other.count);
    one.count += other.count;
    bins_.erase(bins_.begin() + static_cast<std::ptrdiff_t>(closest) + 1);
}

double Distribution::quantile(double probability) const {
    if (count_ == 0)
        return nan;
    const double position = probability * static_cast<double>(count_ - 1);
    if (exact_) {
        const auto ordered = [&](std::uint64_t rank) {
            auto bin = bins_.begin();
            for (; rank >= bin->count; ++bin)
                rank -= bin->count;
            return bin->value;
        };
        const auto below = static_cast<std::uint64_t>(position);
        const double low = ordered(below);
        const double high = ordered(std::min(below + 1, count_ - 1));
        return between(low, high, position - static_cast<double>(below));
    }
    // A bin of n values stands at the middle of their ranks.
    double last_rank = 0;
    double last_value = least_;
    std::uint64_t before = 0;
    for (const Bin& bin : bins_) {
        const double rank = static_cast<double>(before) + static_cast<double>(bin.count - 1) / 2;
        if (rank > position)
            return last_value +
                   (bin.value - last_value) * (position - last_rank) / (rank - last_rank);
        last_rank = rank;
        last_value = bin.value;
        before += bin.count;
    }
    const double end = static_cast<double>(count_ - 1);
    return end > last_rank
               ? last_value + (greatest_ - last_value) * (position - last_rank) / (end - last_rank)
               : greatest_;
}

} // namespace demarche
