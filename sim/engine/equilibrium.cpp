#include "sim/engine/equilibrium.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>

#include "sim/core/elementary.h"
#include "sim/core/vectorise.h"
#include "sim/engine/decide.h"
#include "sim/engine/third_parties.h"
#include "sim/engine/wars.h"
#include "sim/engine/world.h"

namespace demarche {
namespace {

constexpr double tolerance = 1e-9; // relative, of rates

/// A double-exponential variate of scale 1.
double laplace(double u) {
    return u < 0.5 ? log_bits(2 * u) : -log_bits(2 * (1 - u));
}

/// Calls visit(i, j) for all of n x n, tile by tile, so that what stands at (j, i) is near, too.
template <class Visit>
void in_tiles(std::size_t n, Visit&& visit) {
    constexpr std::size_t side = 32;
    for (std::size_t row = 0; row < n; row += side)
        for (std::size_t column = 0; column < n; column += side)
            for (std::size_t i = row; i < std::min(row + side, n); ++i)
                for (std::size_t j = column; j < std::min(column + side, n); ++j)
                    visit(i, j);
}

constexpr double greatest_effect = 3; // exp(scale * effect) has no mean without an end

/// ln of the mean of exp(scale * min(e, greatest_effect)), e double exponential.
double log_mean_effect(double scale) {
    const double below = 0.5 / (1 + scale);
    const double excess = scale - 1;
    const double at_end = exp_bits(greatest_effect * excess);
    const bool no_excess = excess < 1e-8 && excess > -1e-8;
    const double between = no_excess ? greatest_effect : (at_end - 1) / excess;
    return log_bits(below + 0.5 * between + 0.5 * at_end);
}

/// Draws of the pair effects of the gravity prior and the means that are taken out of them.
class PairEffects {
public:
    // Pair effects belong to the scenario, not to a replication: levels are facts about a world.
    PairEffects(const Setting& setting, std::uint64_t seed)
        : prior_(&setting.gravity), random_(seed, 0xFFFFFFFFU) {
        for (const Actor& a : setting.actors)
            who_.push_back(who(a.id));
        for (std::size_t q = 0; q < class_count; ++q)
            usual_mean_[q] = log_mean(q, 1);
    }

    /// ln of a factor of the ordinary rates of both directions, with mean 1.
    PerClass of(std::size_t i, std::size_t j, const Tie& tie) const {
        const double spread =
            (1 + (prior_->rivals - 1) * tie.rivalry) * (1 + (prior_->allies - 1) * tie.defence);
        PerClass out;
        for (std::size_t q = 0; q < class_count; ++q) {
            const GravityPrior::OfClass& g = prior_->of_class[q];
            out[q] = spread * (draw(i, j, class_count, g.common) + draw(i, j, q, g.scale)) -
                     (spread == 1 ? usual_mean_[q] : log_mean(q, spread));
        }
        return out;
    }

private:
    double draw(std::size_t i, std::size_t j, std::size_t which, double scale) const {
        if (scale == 0)
            return 0;
        const double effect = laplace(
            random_.uniform({Purpose::level, 0, std::min(who_[i], who_[j]),
                             std::max(who_[i], who_[j]), static_cast<std::uint32_t>(which)}));
        return scale * std::min(effect, greatest_effect);
    }
    /// A number for an id, its own where that has three letters: so a pair keeps its effects
    /// whoever else is in the world.
    static std::uint32_t who(std::string_view id) {
        std::uint32_t number = 0;
        for (const char letter : id)
            number = 257 * number + static_cast<unsigned char>(letter);
        return number;
    }
    double log_mean(std::size_t q, double spread) const {
        const GravityPrior::OfClass& g = prior_->of_class[q];
        return log_mean_effect(spread * g.common) + log_mean_effect(spread * g.scale);
    }

    const GravityPrior* prior_;
    Random random_;
    std::vector<std::uint32_t> who_; ///< by row
    PerClass usual_mean_{};
};

/// Acts per day in ordinary times by the gravity prior.
PerClass gravity(const World& world, const PairEffects& effects, std::size_t i, std::size_t j) {
    const Setting& s = world.setting;
    const Tie& tie = s.tie(i, j);
    const double log_power = log_bits(s.actors[i].power * s.actors[j].power);
    const double log_distance = log_bits(1 + tie.distance_km / 1000);
    const int shared = world.memberships.shared(i, j);
    PerClass rate = effects.of(i, j, tie);
    for (std::size_t q = 0; q < class_count; ++q) {
        const GravityPrior::OfClass& g = s.gravity.of_class[q];
        rate[q] = exp_bits(g.intercept + g.power * log_power + g.distance * log_distance +
                           g.border * tie.border + g.rivalry * tie.rivalry +
                           g.defence * tie.defence + g.organisations * shared + rate[q]);
    }
    return rate;
}

/// Acts per day in ordinary times: stated by the scenario, or the prior.
Rates ordinary_rates(const World& world) {
    const PairEffects effects(world.setting, world.scenario->seed);
    Rates rates(world.n * world.n);
    for (std::size_t i = 0; i < world.n; ++i)
        for (std::size_t j = i + 1; j < world.n; ++j) // both directions alike
            rates[world.pair(i, j)] = rates[world.pair(j, i)] = gravity(world, effects, i, j);
    for (const Relation& r : world.setting.relations)
        rates[world.pair(r.source, r.target)] = r.level;
    for (PerClass& of_pair : rates)
        for (double& rate : of_pair)
            rate = std::max(rate, least_ordinary_rate);
    return rates;
}

void remember_shortfalls(World& world) {
    for_each_shortfall(world,
                       [&](std::size_t actor, std::size_t other, double rate_per_day, MessageId) {
                           world.record(actor, other)[column(Grievance::alignment)] += rate_per_day;
                       });
}

/// Moods and grievances of everybody when every message is an average act and rates have always
/// been those of the first morning. (Pairs without a record remember those anyway.)
void remember_for_ever(World& world, FirstMorning& morning) {
    const std::size_t n = world.n;
    for (std::size_t q = 0; q < class_count; ++q) {
        std::vector<double>& sent = world.sent_mood[q];
        std::vector<double>& received = world.received_mood[q];
        std::fill(sent.begin(), sent.end(), 0.0);
        std::fill(received.begin(), received.end(), 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                sent[i] += morning.rate[world.pair(i, j)][q];
                received[j] += morning.rate[world.pair(i, j)][q];
            }
    }
    if (std::any_of(world.allies.begin(), world.allies.end(),
                    [](const auto& of_actor) { return !of_actor.empty(); })) {
        std::vector<double> suffered(n * n); // [victim][actor], conflict acts of both classes
        in_tiles(n, [&](std::size_t i, std::size_t j) {
            const PerClass& rate = morning.rate[world.pair(i, j)];
            suffered[world.pair(j, i)] =
                rate[index(QuadClass::vconf)] + rate[index(QuadClass::mconf)];
        });
        const std::size_t nobody = n; // as source: each ally's own acts are taken out at the end
        std::vector<double>& solidarity = morning.solidarity;
        solidarity.assign(n * n, 0.0);
        for (std::size_t j = 0; j < n; ++j)
            for_each_sympathiser(world, nobody, j, [&](std::size_t ally, double strength) {
                for (std::size_t i = 0; i < n; ++i)
                    solidarity[world.pair(ally, i)] += strength * suffered[world.pair(j, i)];
            });
        for (std::size_t i = 0; i < n; ++i)
            solidarity[world.pair(i, i)] = 0;
    }
    world.records.for_each([&](std::size_t pair, double* record) {
        world.quiet_memories(pair / n, pair % n, record);
    });
    remember_shortfalls(world);
}

/// What one actor's rates owe to the rates of a pair: [class answered with][class remembered].
struct Echoes {
    std::array<std::array<double, class_count>, class_count> own{}, received{};
};

/// Everybody's answer to the memories of some rates.
struct Answers {
    Rates rate;                 ///< what they would do
    Rates slope;                ///< d rate / d stimulus
    std::vector<Echoes> echoes; ///< [actor], d stimulus / d rate
};

Echoes echoes_of(const Response& response) {
    Echoes echoes;
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t of = 0; of < class_count; ++of) {
            const auto sum = [&](Stream stream) {
                const double* first =
                    &response.of_class[q].weight[column(stream, static_cast<QuadClass>(of))];
                return std::accumulate(first, first + horizon_count, 0.0);
            };
            echoes.own[q][of] = sum(Stream::own);
            echoes.received[q][of] = sum(Stream::received);
        }
    return echoes;
}

void ask_all(const World& world, DecisionScratch& scratch, Answers& answers) {
    constexpr double explosion = 1e4; // acts per day of one directed pair and class
    for (std::size_t i = 0; i < world.n; ++i) {
        appraise(world, i, scratch);
        answers.echoes[i] = echoes_of(world.response(i));
        for (std::size_t q = 0; q < class_count; ++q) {
            const double exponent = world.response(i).of_class[q].exponent;
            for (std::size_t j = 0; j < world.n; ++j) {
                const double rate = scratch.rate[j][q];
                const double stimulus = scratch.stimulus[j][q];
                if (!(rate < explosion))
                    throw RatesExplode("rates explode: those of " + world.setting.actors[i].id +
                                       " to " + world.setting.actors[j].id + ", class " +
                                       std::string(class_names[q]) + ", have no equilibrium" +
                                       std::string(what_bounds_rates));
                answers.rate[world.pair(i, j)][q] = rate;
                answers.slope[world.pair(i, j)][q] = stimulus > 0 ? exponent * rate / stimulus : 0;
            }
        }
    }
}

constexpr std::size_t of_pair = 2 * class_count; // rates of i to j, then of j to i
using PerPair = double[lanes];

/// Solves (1 - jacobian) step = answer - old by elimination. Where an equilibrium is near, that
/// matrix has positive pivots in any order (an M-matrix). Leaves in `step` where the pairs go;
/// returns how far they were from there.
DEMARCHE_VECTORISE
double solve(PerPair (&matrix)[of_pair][of_pair], const PerPair (&old)[of_pair],
             const PerPair (&answer)[of_pair], PerPair (&step)[of_pair]) {
    double least_pivot[lanes], far[lanes] = {};
    std::fill_n(least_pivot, lanes, 1.0);
    for (std::size_t row = 0; row < of_pair; ++row)
        for (std::size_t l = 0; l < lanes; ++l) {
            step[row][l] = answer[row][l] - old[row][l];
            const double size = step[row][l] < 0 ? -step[row][l] : step[row][l];
            far[l] = std::max(far[l], size / (1e-6 + old[row][l]));
        }
    for (std::size_t k = 0; k < of_pair; ++k) {
        for (std::size_t l = 0; l < lanes; ++l)
            least_pivot[l] = std::min(least_pivot[l], matrix[k][k][l]);
        for (std::size_t row = k + 1; row < of_pair; ++row) {
            double factor[lanes];
            for (std::size_t l = 0; l < lanes; ++l) {
                factor[l] = matrix[row][k][l] / matrix[k][k][l];
                step[row][l] -= factor[l] * step[k][l];
            }
            for (std::size_t c = k + 1; c < of_pair; ++c)
                for (std::size_t l = 0; l < lanes; ++l)
                    matrix[row][c][l] -= factor[l] * matrix[k][c][l];
        }
    }
    for (std::size_t k = of_pair; k-- > 0;)
        for (std::size_t l = 0; l < lanes; ++l) {
            for (std::size_t c = k + 1; c < of_pair; ++c)
                step[k][l] -= matrix[k][c][l] * step[c][l];
            step[k][l] /= matrix[k][k][l];
        }
    double farthest = 0;
    for (std::size_t l = 0; l < lanes; ++l) {
        bool leads = least_pivot[l] > 1e-6;
        for (std::size_t row = 0; row < of_pair; ++row) {
            const double now = old[row][l] + step[row][l];
            leads = leads && now >= answer[row][l] / 4 && now <= 100 * answer[row][l];
        }
        for (std::size_t row = 0; row < of_pair; ++row)
            step[row][l] = leads ? old[row][l] + step[row][l] : answer[row][l];
        farthest = std::max(farthest, far[l]);
    }
    return farthest;
}

/// Newton's step for the rates of two actors to each other, which answer one another most; what
/// third parties add is taken as it was. The answer itself where the step leads nowhere. Treats
/// some pairs at once, because that is what processors are good at: last index.
class PairSteps {
public:
    PairSteps(const Answers& answers, Rates& rate) : answers_(&answers), rate_(&rate) {}
    void add(const World& world, std::size_t i, std::size_t j) {
        constexpr std::size_t ahead = 8; // what stands in one column is far apart
        if (j + ahead < world.n)
            fetch(world.pair(j + ahead, i));
        at_[count_] = {world.pair(i, j), world.pair(j, i)};
        load({i, j}, count_);
        if (++count_ == lanes)
            take();
    }
    /// The largest relative distance between rates and answers so far.
    double distance() {
        for (std::size_t k = count_; count_ > 0 && k < lanes; ++k) { // the last one again
            at_[k] = at_[count_ - 1];
            for (std::size_t row = 0; row < of_pair; ++row) {
                old_[row][k] = old_[row][count_ - 1];
                answer_[row][k] = answer_[row][count_ - 1];
                for (std::size_t c = 0; c < of_pair; ++c)
                    matrix_[row][c][k] = matrix_[row][c][count_ - 1];
            }
        }
        if (count_ > 0)
            take();
        return distance_;
    }

private:
    void fetch(std::size_t at) const {
        prefetch(&(*rate_)[at]);
        prefetch(&answers_->rate[at]);
        prefetch(&answers_->slope[at]);
    }
    void load(const std::array<std::size_t, 2>& actor, std::size_t k) {
        for (std::size_t row = 0; row < of_pair; ++row) {
            const std::size_t side = row / class_count;
            const std::size_t q = row % class_count;
            const std::size_t at = at_[k][side];
            old_[row][k] = (*rate_)[at][q];
            answer_[row][k] = answers_->rate[at][q];
            const double slope = answers_->slope[at][q];
            const Echoes& echoes = answers_->echoes[actor[side]];
            for (std::size_t of = 0; of < class_count; ++of) {
                matrix_[row][side * class_count + of][k] = -slope * echoes.own[q][of];
                matrix_[row][(1 - side) * class_count + of][k] = -slope * echoes.received[q][of];
            }
            matrix_[row][row][k] += 1;
        }
    }
    void take() {
        distance_ = std::max(distance_, solve(matrix_, old_, answer_, result_));
        for (std::size_t k = 0; k < count_; ++k)
            for (std::size_t row = 0; row < of_pair; ++row)
                (*rate_)[at_[k][row / class_count]][row % class_count] = result_[row][k];
        count_ = 0;
    }
    const Answers* answers_;
    Rates* rate_;
    std::size_t count_ = 0;
    double distance_ = 0;
    std::array<std::array<std::size_t, 2>, lanes> at_{};
    PerPair matrix_[of_pair][of_pair] = {}, old_[of_pair] = {}, answer_[of_pair] = {},
            result_[of_pair] = {};
};

/// What pairs can be expected to do at most until something happens to them.
void bound(World& world, const Rates& rate, const Answers& answers) {
    std::vector<Occasion> pairs(world.n);
    std::vector<PerClass> mean;
    for (std::uint32_t i = 0; i < world.n; ++i) {
        const unsigned live = world.doctrine(i).terms.live;
        mean.assign(world.n, {});
        for (std::uint32_t j = 0; j < world.n; ++j) {
            pairs[j] = {i, j};
            const std::size_t pair = world.pair(i, j);
            for (std::size_t q = 0; q < class_count; ++q)
                if (i != j && (live >> q & 1U) != 0) // else 0: never drawn for
                    mean[j][q] = world.scenario->tick_days *
                                 (std::max(rate[pair][q], answers.rate[pair][q]) +
                                  tolerance * (1e-6 + rate[pair][q]));
        }
        world.thinning.bound(world.dyads, pairs, mean);
    }
}

} // namespace

std::vector<DrawnPair> drawn_above_mean(const Scenario& s, double factor) {
    const PairEffects effects(s.setting, s.seed);
    const std::size_t n = s.actor_count();
    std::vector<bool> stated(n * n);
    for (const Relation& r : s.setting.relations)
        stated[r.source * n + r.target] = true;
    std::vector<DrawnPair> out;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) {
            const PerClass ln = effects.of(i, j, s.setting.tie(i, j));
            const double drawn = exp_bits(ln[index(QuadClass::mconf)]);
            const bool there = !stated[i * n + j], back = !stated[j * n + i];
            if (drawn >= factor && (there || back))
                out.push_back(there ? DrawnPair{i, j, drawn} : DrawnPair{j, i, drawn});
        }
    std::stable_sort(out.begin(), out.end(),
                     [](const DrawnPair& x, const DrawnPair& y) { return x.factor > y.factor; });
    return out;
}

void set_levels(World& world) {
    const Rates ordinary = ordinary_rates(world);
    const Knobs average;
    Rates levels(world.n * world.n);
    for (std::size_t i = 0; i < world.n; ++i) {
        Response usual;
        world.setting.policies[world.setting.actors[i].policy].respond(average, usual);
        for (std::size_t q = 0; q < class_count; ++q) {
            const Response::OfClass& response = usual.of_class[q];
            for (std::size_t j = 0; j < world.n; ++j) {
                if (i == j)
                    continue;
                const PerClass& there = ordinary[world.pair(i, j)];
                const PerClass& back = ordinary[world.pair(j, i)];
                double echoes = 0;
                for (std::size_t of = 0; of < class_count; ++of)
                    for (std::size_t h = 0; h < horizon_count; ++h) {
                        const auto quad = static_cast<QuadClass>(of);
                        echoes += response.weight[column(Stream::own, quad, h)] * there[of] +
                                  response.weight[column(Stream::received, quad, h)] * back[of];
                    }
                levels[world.pair(i, j)][q] =
                    std::max(there[q] / 20, pow_bits(there[q], 1 / response.exponent) - echoes);
            }
        }
    }
    world.levels = std::make_shared<const Rates>(std::move(levels));
}

void start_at_equilibrium(World& world) {
    constexpr int iterations = 2000;
    DecisionScratch scratch(world.n);
    const auto morning = std::make_shared<FirstMorning>();
    morning->rate.assign(world.n * world.n, {});
    world.morning = morning;
    Answers answers{morning->rate, morning->rate, std::vector<Echoes>(world.n)};

    begin_wars_at_start(world);
    // As long as all records take some 100 MB at most, to have them is faster than to make them.
    constexpr std::size_t most_records = 250'000;
    const bool all_have_records = world.n * world.n <= most_records;
    if (all_have_records)
        for (std::size_t i = 0; i < world.n; ++i)
            for (std::size_t j = 0; j < world.n; ++j)
                world.record(i, j);
    for (int iteration = 1; iteration <= iterations; ++iteration) {
        ask_all(world, scratch, answers);
        PairSteps steps(answers, morning->rate);
        in_tiles(world.n, [&](std::size_t i, std::size_t j) {
            if (i < j)
                steps.add(world, i, j);
        });
        const bool settled = steps.distance() < tolerance;
        remember_for_ever(world, *morning);
        if (settled) {
            bound(world, morning->rate, answers);
            return;
        }
    }
    throw RatesExplode("rates explode: they do not settle" + std::string(what_bounds_rates));
}

} // namespace demarche
