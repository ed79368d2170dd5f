#include "sim/study/free_run.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>
#include <thread>

#include "sim/core/counts.h"
#include "sim/core/elementary.h"
#include "sim/core/random.h"
#include "sim/study/score.h"

namespace demarche {
namespace {

constexpr std::size_t rows_at_once = 16 * Cases::lanes;
constexpr double most_size = 1e6; ///< beyond, a negative binomial is a Poisson
constexpr std::uint32_t not_kept = UINT32_MAX;

double normal_from(const RandomBlock& b) {
    return std::sqrt(-2 * log_bits(Random::unit(b[0]))) *
           std::cos(2 * std::numbers::pi * Random::unit(b[1]));
}

/// A gamma number with mean 1 (Marsaglia and Tsang 2000), from the draws at one address.
double gamma_with_mean_1(const Random& random, Address at, double shape) {
    const double boosted = shape < 1 ? shape + 1 : shape;
    const double d = boosted - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (std::uint32_t attempt = 0;; ++attempt) {
        Address here = at;
        here.index = at.index + class_count * attempt;
        const RandomBlock b = random.block(here);
        const double normal = normal_from(b);
        const double cube = 1 + c * normal;
        if (cube <= 0)
            continue;
        const double v = cube * cube * cube;
        if (log_bits(Random::unit(b[2])) < 0.5 * normal * normal + d * (1 - v + log_bits(v))) {
            const double shrunk = shape < 1 ? exp_bits(log_bits(Random::unit(b[3])) / shape) : 1.0;
            return d * v * shrunk / shape;
        }
    }
}

/// What every replication starts from.
struct Outset {
    const FreeRun& run;
    Features features;
    std::vector<std::uint32_t> kept; ///< number of a directed pair among those that are kept
    std::array<CountModel, class_count> models;
    Cases settled;                          ///< all pairs where they go on at their slow rates
    std::array<double, class_count> slow{}; ///< the sum of these rates
};

Outset make_outset(const FreeRun& run) {
    const std::size_t n = run.series->actor_count();
    Outset out{run, Features(n), std::vector<std::uint32_t>(n * n, not_kept), {}, Cases(), {}};
    for (int week = 0; week < run.origin; ++week)
        out.features.absorb(*run.series);
    for (std::size_t k = 0; k < run.pairs->size(); ++k)
        out.kept[(*run.pairs)[k].first * n + (*run.pairs)[k].second] =
            static_cast<std::uint32_t>(k);
    Features settled = out.features;
    settled.settle();
    out.settled = Cases(settled.columns().size());
    std::vector<float> row(settled.columns().size());
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j)
                out.settled.add(row, settled.write(i, j, row));
    out.settled.finish();
    for (std::size_t q = 0; q < class_count; ++q) {
        out.slow[q] = settled.slow_rate(static_cast<QuadClass>(q));
        out.models[q] = run.fits[q]->model;
        out.models[q].effects.clear();
    }
    return out;
}

/// Sums over replications of whole numbers, whose order does not matter: [class][horizon][pair].
struct Sums {
    std::vector<std::uint64_t> rate;   ///< of weekly means, in units of 2^-32
    std::vector<std::uint64_t> noise;  ///< of the variances around them, in such units
    std::vector<std::uint64_t> usual;  ///< of counts at the usual level
    std::vector<std::uint64_t> square; ///< of their squares

    explicit Sums(std::size_t size) : rate(size), noise(size), usual(size), square(size) {}
    void operator+=(const Sums& other) {
        const auto add = [](std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& of) {
            std::transform(to.begin(), to.end(), of.begin(), to.begin(), std::plus<>());
        };
        add(rate, other.rate);
        add(noise, other.noise);
        add(usual, other.usual);
        add(square, other.square);
    }
};
std::uint64_t fixed(double x) {
    return static_cast<std::uint64_t>(std::min(x, 1e6) * 0x1p32);
}

/// One thread's replications, one after another.
class Runner {
public:
    Runner(const Outset& outset, FreeRunTotals& totals)
        : outset_(outset), run_(outset.run), n_(run_.series->actor_count()), totals_(totals),
          sums_(class_count * run_.horizons.size() * run_.pairs->size()), state_(outset.features),
          cases_(state_.columns().size()), row_(cases_.columns()), models_(outset.models) {
        for (std::size_t q = 0; q < class_count; ++q)
            parameters_[q] = run_.fits[q]->parameters;
        stand_still();
    }

    const Sums& sums() const { return sums_; }

    void replicate(std::uint32_t replication) {
        const Random random(run_.seed, replication);
        state_ = outset_.features;
        draw_levels(random);
        if (run_.parameter_uncertainty) {
            draw_parameters(random);
            stand_still();
        }
        const std::size_t kept = class_count * run_.pairs->size();
        rate_.assign(kept, 0);
        noise_.assign(kept, 0);
        count_.assign(kept, 0);
        usual_.assign(kept, 0);
        std::size_t horizon = 0;
        for (int week = run_.origin; horizon < run_.horizons.size(); ++week) {
            events_.clear();
            for (const bool met : {true, false}) // the others' columns are mostly zero
                for (std::uint32_t i = 0; i < n_; ++i)
                    for (std::uint32_t j = 0; j < n_; ++j)
                        if (i != j && state_.acquainted(i, j) == met)
                            add(random, week, i, j);
            draw(random, week);
            state_.absorb(run_.series->monday(week), events_);
            if (week + 1 - run_.origin == run_.horizons[horizon])
                keep(replication, horizon++);
        }
    }

private:
    /// Draws parameters around their estimates.
    void draw_parameters(const Random& random) {
        for (std::size_t q = 0; q < class_count; ++q) {
            const ClassFit& fit = *run_.fits[q];
            parameters_[q] = fit.parameters;
            for (std::size_t b = 0; b < fit.uncertain.size(); ++b) {
                const double normal =
                    normal_from(random.block({Purpose::key, 0, static_cast<std::uint32_t>(q),
                                              static_cast<std::uint32_t>(b)}));
                for (std::size_t a = b; a < fit.uncertain.size(); ++a)
                    parameters_[q][fit.uncertain[a]] += fit.spread(a, b) * normal;
            }
            for (std::size_t k = 0; k < models_[q].first_posture(); ++k)
                parameters_[q][k] = std::max(0.0, parameters_[q][k]);
        }
    }

    /// Finds what rates have to be multiplied by, so that the world stands still where all pairs go
    /// on at their slow rates.
    void stand_still() {
        const std::size_t all = n_ * (n_ - 1);
        for (std::size_t q = 0; q < class_count; ++q) {
            const Forecasts f = forecast(models_[q], outset_.settled, {}, all, parameters_[q]);
            const double rate = std::accumulate(f.mean.begin(), f.mean.end(), 0.0);
            gain_[q] = outset_.slow[q] > 0 ? outset_.slow[q] / rate : 1.0;
        }
    }

    void draw_levels(const Random& random) {
        const auto draw = [&](std::uint32_t i, std::uint32_t j, std::size_t q, double shape) {
            const Address at{Purpose::level, 0, i, j, static_cast<std::uint32_t>(q)};
            return shape < certain ? gamma_with_mean_1(random, at, shape) : 1.0;
        };
        level_.clear();
        for (std::size_t q = 0; q < class_count; ++q) {
            const double world = draw(0, 0, q, run_.levels.world);
            for (const auto& [i, j] : *run_.pairs) // Never 0, of which there is no logarithm.
                level_.push_back(std::max(1e-9, world * draw(i, j, q, run_.levels.pair[q])));
        }
    }

    void add(const Random& random, int week, std::uint32_t i, std::uint32_t j) {
        cases_.add(row_, state_.write(i, j, row_));
        ahead_.emplace_back(i, j);
        if (ahead_.size() == rows_at_once)
            draw(random, week);
    }

    /// Draws the acts of one week of the pairs ahead.
    void draw(const Random& random, int week) {
        const std::size_t rows = cases_.finish();
        std::array<Forecasts, class_count> ahead;
        for (std::size_t q = 0; q < class_count; ++q)
            ahead[q] = forecast(models_[q], cases_, {}, rows, parameters_[q]);
        RandomBatch first;
        const auto address = [&](std::size_t row, std::uint32_t index) -> Address {
            const auto [i, j] = ahead_[row];
            return {Purpose::count, static_cast<std::uint32_t>(week), i, j, index};
        };
        for (std::size_t row = 0; row < rows; ++row) {
            const std::size_t in_batch = row % RandomBatch::size;
            if (in_batch == 0) {
                const std::size_t count = std::min(RandomBatch::size, rows - row);
                for (std::size_t k = 0; k < count; ++k)
                    first.set(k, address(row + k, 0));
                random.draw(first, count);
            }
            const auto [i, j] = ahead_[row];
            const std::uint32_t kept = outset_.kept[i * n_ + j];
            for (std::size_t q = 0; q < class_count; ++q) {
                const double mean = std::min(ahead[q].mean[row] * gain_[q], run_.most[q]);
                const double size = ahead[q].size[row];
                double level = 1;
                if (kept != not_kept) {
                    level = level_[q * run_.pairs->size() + kept];
                    rate_[q * run_.pairs->size() + kept] += mean;
                    noise_[q * run_.pairs->size() + kept] += mean + mean * mean / size;
                }
                // Almost every count is 0, which 32 bits can say: P(N >= 1) <= mean.
                const std::uint32_t word = first[q][in_batch];
                if (Random::unit(word) > mean * std::max(1.0, level) + 0x1p-31)
                    continue;
                const double v = Random::unit(word, random.block(address(row, 1))[q]);
                const int usual = negative_binomial(v, mean, size);
                if (kept != not_kept) {
                    const double slope = parameters_[q][models_[q].slope()];
                    usual_[q * run_.pairs->size() + kept] += static_cast<std::uint32_t>(usual);
                    count_[q * run_.pairs->size() + kept] += static_cast<std::uint32_t>(
                        level == 1 ? usual
                                   : negative_binomial(v, mean * level,
                                                       size * exp_bits(slope * log_bits(level))));
                }
                if (usual > 0)
                    post(random, week, {i, j}, q, static_cast<std::uint32_t>(usual));
            }
        }
        cases_.clear();
        ahead_.clear();
    }

    /// Puts acts on days of the week.
    void post(const Random& random, int week, std::pair<std::uint32_t, std::uint32_t> pair,
              std::size_t q, std::uint32_t acts) {
        const auto [i, j] = pair;
        const RandomBlock third =
            random.block({Purpose::count, static_cast<std::uint32_t>(week), i, j, 2});
        const auto of = static_cast<QuadClass>(q);
        const auto days = run_.days->draw(of, acts, Random::unit(third[q]));
        for (int d = 0; d < week_days; ++d)
            if (const std::uint32_t here = days[static_cast<std::size_t>(d)]; here > 0)
                events_.push_back({Day{run_.series->monday(week).number + d}, i, j, of,
                                   static_cast<double>(here)});
    }

    void keep(std::uint32_t replication, std::size_t horizon) {
        const std::size_t pairs = run_.pairs->size();
        for (std::size_t q = 0; q < class_count; ++q)
            for (std::size_t k = 0; k < pairs; ++k) {
                totals_[q][horizon].counts[k * run_.replications + replication] =
                    count_[q * pairs + k];
                const std::size_t at = (q * run_.horizons.size() + horizon) * pairs + k;
                sums_.rate[at] += fixed(rate_[q * pairs + k]);
                sums_.noise[at] += fixed(noise_[q * pairs + k]);
                const std::uint64_t usual = usual_[q * pairs + k];
                sums_.usual[at] += usual;
                sums_.square[at] += usual * usual;
            }
    }

    const Outset& outset_;
    const FreeRun& run_;
    std::size_t n_;
    FreeRunTotals& totals_;
    Sums sums_;
    Features state_;
    Cases cases_;
    std::vector<float> row_;
    const std::array<CountModel, class_count>& models_;
    std::array<std::vector<double>, class_count> parameters_;
    std::array<double, class_count> gain_{}; ///< what lets the world stand still
    std::vector<double> level_;              ///< [class][pair]
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ahead_;
    std::vector<double> rate_, noise_;         ///< since the outset; [class][pair]
    std::vector<std::uint32_t> count_, usual_; ///< with and without levels; [class][pair]
    std::vector<DatedCount> events_;
};

/// The shape of uncertain levels under which these counts are likeliest.
double likeliest_shape(const SimulatedTotals& totals, const std::vector<std::uint32_t>& counts) {
    constexpr double least = 0.1, most = 1000;
    const auto likelihood = [&](double log_shape) {
        SimulatedTotals at = totals;
        for (std::size_t k = 0; k < at.mean.size(); ++k)
            at.variance[k] += at.mean[k] * at.mean[k] / std::exp(log_shape);
        const std::vector<double> scores = log_scores(at.forecasts(), counts);
        return std::accumulate(scores.begin(), scores.end(), 0.0);
    };
    double low = std::log(least), high = std::log(most);
    while (high - low > 0.01) { // golden section
        const double step = 0.382 * (high - low);
        if (likelihood(low + step) < likelihood(high - step))
            low += step;
        else
            high -= step;
    }
    return std::exp((low + high) / 2);
}

/// Over replications, of all pairs together.
double variance_of_sum(const SimulatedTotals& totals) {
    const std::size_t n = totals.replications;
    double first = 0, second = 0;
    for (std::size_t r = 0; r < n; ++r) {
        double sum = 0;
        for (std::size_t k = r; k < totals.counts.size(); k += n)
            sum += totals.counts[k];
        first += sum / static_cast<double>(n);
        second += sum * sum / static_cast<double>(n);
    }
    return second - first * first;
}

} // namespace

Forecasts SimulatedTotals::forecasts() const {
    Forecasts out;
    for (std::size_t k = 0; k < mean.size(); ++k) {
        const double m = std::max(mean[k], 1e-6);
        out.mean.push_back(m);
        out.size.push_back(std::min(most_size, m * m / std::max(variance[k] - m, 1e-9)));
    }
    return out;
}

FreeRunTotals simulate(const FreeRun& run, unsigned threads) {
    const Outset outset = make_outset(run);
    const std::size_t pairs = run.pairs->size();
    FreeRunTotals totals;
    for (auto& of_class : totals)
        for (std::size_t h = 0; h < run.horizons.size(); ++h)
            of_class.push_back({run.replications,
                                std::vector<std::uint32_t>(pairs * run.replications),
                                std::vector<double>(pairs), std::vector<double>(pairs)});
    std::vector<std::unique_ptr<Runner>> runners;
    for (unsigned t = 0; t < std::max(1U, std::min(threads, run.replications)); ++t)
        runners.push_back(std::make_unique<Runner>(outset, totals));
    std::atomic<std::uint32_t> next{0}, done{0};
    const auto work = [&](Runner& runner) {
        for (std::uint32_t r = next++; r < run.replications; r = next++) {
            runner.replicate(r);
            ++done;
            if (run.progress && &runner == runners.front().get())
                run.progress(done);
        }
    };
    if (run.progress)
        run.progress(0);
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < runners.size(); ++t)
            others.emplace_back(work, std::ref(*runners[t]));
        work(*runners[0]);
    }
    Sums sums(class_count * run.horizons.size() * pairs);
    for (const auto& runner : runners)
        sums += runner->sums();
    const double unit = 0x1p-32 / run.replications;
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t h = 0; h < run.horizons.size(); ++h)
            for (std::size_t k = 0; k < pairs; ++k) {
                SimulatedTotals& t = totals[q][h];
                const std::size_t at = (q * run.horizons.size() + h) * pairs + k;
                const double first = static_cast<double>(sums.usual[at]) / run.replications;
                const double second = static_cast<double>(sums.square[at]) / run.replications;
                t.mean[k] = unit * static_cast<double>(sums.rate[at]);
                // A count that was never simulated still varies as its weeks do.
                t.variance[k] =
                    std::max(second - first * first, unit * static_cast<double>(sums.noise[at])) +
                    t.mean[k] * t.mean[k] * run.levels.variance(q);
            }
    return totals;
}

std::array<std::vector<std::uint32_t>, class_count>
observed_totals(const EventSeries& series,
                const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs, int first,
                int last) {
    const std::size_t n = series.actor_count();
    std::vector<std::uint32_t> number(n * n, not_kept);
    for (std::size_t k = 0; k < pairs.size(); ++k)
        number[pairs[k].first * n + pairs[k].second] = static_cast<std::uint32_t>(k);
    std::array<std::vector<std::uint32_t>, class_count> out;
    for (auto& of_class : out)
        of_class.resize(pairs.size());
    for (std::size_t e = series.begin_of(first); e < series.end_of(last); ++e) {
        const DatedCount& event = series.events()[e];
        if (const std::uint32_t k = number[event.source * n + event.target]; k != not_kept)
            out[index(event.of)][k] += static_cast<std::uint32_t>(event.count);
    }
    return out;
}

LevelCertainty estimate_levels(FreeRun run, unsigned threads) {
    run.horizons = {run.horizons.back()};
    run.levels = {};
    const auto happened =
        observed_totals(*run.series, *run.pairs, run.origin, run.origin + run.horizons.back() - 1);
    const FreeRunTotals totals = simulate(run, threads);
    LevelCertainty out;
    SimulatedTotals world; // one total for each class
    std::vector<std::uint32_t> world_happened;
    for (std::size_t q = 0; q < class_count; ++q) {
        SimulatedTotals pairs = totals[q].front();
        const double mean = std::accumulate(pairs.mean.begin(), pairs.mean.end(), 0.0);
        const auto counted = std::accumulate(happened[q].begin(), happened[q].end(), 0U);
        const double growth = counted > 0 && mean > 0 ? counted / mean : 1.0;
        double squares = 0; // of means
        for (std::size_t k = 0; k < pairs.mean.size(); ++k) {
            const double m = pairs.mean[k];
            squares += m * m;
            pairs.variance[k] = growth * (m + growth * (pairs.variance[k] - m));
            pairs.mean[k] *= growth;
        }
        out.pair[q] = likeliest_shape(pairs, happened[q]);
        world.mean.push_back(mean);
        world.variance.push_back(variance_of_sum(pairs) + squares / out.pair[q]);
        world_happened.push_back(counted);
    }
    out.world = likeliest_shape(world, world_happened);
    return out;
}

} // namespace demarche
