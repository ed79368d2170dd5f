#include "sim/study/design.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/core/random.h"
#include "sim/study/design_draw.h"
#include "sim/study/latin_hypercube.h"

namespace demarche {
namespace {

constexpr std::size_t most_points = std::numeric_limits<std::uint32_t>::max();

/// Coordinate of one of evenly spaced levels.
double coordinate(std::size_t level, std::size_t levels) {
    return levels == 1 ? 0.5 : static_cast<double>(level) / static_cast<double>(levels - 1);
}

SobolSequence sequence_of(const DesignPlan& plan) {
    if (plan.kind != DesignKind::sobol && plan.kind != DesignKind::saltelli)
        return {};
    const std::size_t sides = plan.kind == DesignKind::saltelli ? 2 : 1; // A and B
    return {sides * plan.factors,
            plan.scramble ? std::optional<std::uint64_t>(plan.seed) : std::nullopt};
}

/// The factors of a trajectory in the order in which they change.
std::vector<std::size_t> morris_order(const DesignPlan& plan, std::size_t trajectory) {
    const Random random(plan.seed, 0);
    std::vector<std::size_t> order(plan.factors);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t j = below(i + 1, random, DesignUse::order, trajectory, i);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

bool morris_rises(const RandomBlock& block) {
    return (block[2] & 1U) != 0;
}

} // namespace

std::string_view DesignPlan::problem() const {
    if (factors == 0)
        return "a design needs at least one factor";
    switch (kind) {
    case DesignKind::grid:
    case DesignKind::oat:
        if (levels.size() != factors)
            return "a grid or oat design needs a number of levels for every factor";
        if (std::find(levels.begin(), levels.end(), std::size_t{0}) != levels.end())
            return "every factor needs at least one level";
        break;
    case DesignKind::sobol:
        if (factors > SobolSequence::max_dimensions)
            return "a sobol design has at most 3667 factors";
        break;
    case DesignKind::saltelli:
        if (factors > SobolSequence::max_dimensions / 2)
            return "a saltelli design has at most 1833 factors";
        break;
    case DesignKind::morris:
        if (morris_levels < 2 || morris_levels % 2 != 0)
            return "the levels of a morris design must be an even number of at least 2";
        break;
    case DesignKind::random:
    case DesignKind::lhs:
        break;
    }
    if (kind != DesignKind::grid && kind != DesignKind::oat && points == 0)
        return "a design needs at least one point";
    if (size() > most_points)
        return "a design has at most 4294967295 points";
    return {};
}

std::size_t DesignPlan::size() const {
    constexpr std::size_t too_many = std::numeric_limits<std::size_t>::max();
    const auto times = [](std::size_t a, std::size_t b) {
        return b != 0 && a > too_many / b ? too_many : a * b;
    };
    switch (kind) {
    case DesignKind::grid:
        return std::accumulate(levels.begin(), levels.end(), std::size_t{1}, times);
    case DesignKind::oat:
        return std::accumulate(levels.begin(), levels.end(), std::size_t{1});
    case DesignKind::morris:
        return times(points, factors + 1);
    case DesignKind::saltelli:
        return times(points, SaltelliRow{factors, second_order}.size());
    case DesignKind::random:
    case DesignKind::lhs:
    case DesignKind::sobol:
        break;
    }
    return points;
}

Design::Design(DesignPlan plan) : plan_(std::move(plan)), size_(0) {
    if (const std::string_view problem = plan_.problem(); !problem.empty())
        throw std::invalid_argument(std::string(problem));
    size_ = plan_.size();
    sequence_ = sequence_of(plan_);
    if (plan_.kind == DesignKind::lhs)
        strata_ = latin_hypercube(size_, plan_.factors,
                                  plan_.maximin && size_ <= DesignPlan::maximin_limit, plan_.seed);
}

bool Design::at_levels() const {
    return plan_.kind == DesignKind::grid || plan_.kind == DesignKind::morris ||
           plan_.kind == DesignKind::oat;
}

std::vector<double> Design::point(std::size_t index) const {
    std::vector<double> out(plan_.factors);
    point(index, out);
    return out;
}

void Design::point(std::size_t index, std::span<double> out) const {
    const Random random(plan_.seed, 0);
    switch (plan_.kind) {
    case DesignKind::grid:
        for (std::size_t f = plan_.factors; f-- > 0; index /= plan_.levels[f])
            out[f] = coordinate(index % plan_.levels[f], plan_.levels[f]);
        break;
    case DesignKind::random:
        for (std::size_t f = 0; f < plan_.factors; ++f)
            out[f] = random.uniform(design_address(DesignUse::point, index, f));
        break;
    case DesignKind::lhs:
        for (std::size_t f = 0; f < plan_.factors; ++f) {
            const RandomBlock b = random.block(design_address(DesignUse::within_stratum, index, f));
            // 32 bits: added to a stratum, 53 could round to the next one.
            out[f] = (strata_[index * plan_.factors + f] + Random::unit(b[0])) /
                     static_cast<double>(size_);
        }
        break;
    case DesignKind::sobol:
        sequence_.point(static_cast<std::uint32_t>(index), out);
        break;
    case DesignKind::morris:
        morris_point(index, out);
        break;
    case DesignKind::saltelli:
        saltelli_point(index, out);
        break;
    case DesignKind::oat:
        std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
        if (index == 0)
            break;
        --index;
        for (std::size_t f = 0; f < plan_.factors; index -= plan_.levels[f++])
            if (index < plan_.levels[f]) {
                out[f] = coordinate(index, plan_.levels[f]);
                break;
            }
        break;
    }
}

void Design::morris_point(std::size_t index, std::span<double> out) const {
    const Random random(plan_.seed, 0);
    const std::size_t trajectory = index / (plan_.factors + 1);
    const std::size_t done = index % (plan_.factors + 1); // factors that have changed
    const std::vector<std::size_t> order = morris_order(plan_, trajectory);
    const std::size_t half = plan_.morris_levels / 2;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t f = order[i];
        const RandomBlock b = random.block(design_address(DesignUse::level, trajectory, f));
        const auto low =
            static_cast<std::size_t>(Random::unit(b[0], b[1]) * static_cast<double>(half));
        const bool high = morris_rises(b) == (i < done);
        out[f] = coordinate(high ? low + half : low, plan_.morris_levels);
    }
}

void Design::saltelli_point(std::size_t index, std::span<double> out) const {
    const SaltelliRow row{plan_.factors, plan_.second_order};
    const std::size_t base = index / row.size();
    const std::size_t sets = plan_.sets();
    const std::size_t set = base * sets / plan_.points;
    const std::size_t begin = (set * plan_.points + sets - 1) / sets; // first row of the set
    const auto coordinates = [&](std::span<double> to, std::size_t first) {
        sequence_.point(static_cast<std::uint32_t>(base - begin), to, first,
                        static_cast<std::uint32_t>(set));
    };
    const std::size_t place = index % row.size();
    const std::size_t k = plan_.factors;
    const bool mostly_b = place == SaltelliRow::b || (place >= row.b_with_a(0) && row.second_order);
    coordinates(out, mostly_b ? k : 0);
    if (place < 2)
        return;
    const std::size_t f = (place - 2) % k; // from the other side
    coordinates(out.subspan(f, 1), mostly_b ? f : k + f);
}

std::vector<MorrisStep> morris_steps(const DesignPlan& plan, std::size_t trajectory) {
    const Random random(plan.seed, 0);
    std::vector<MorrisStep> steps;
    for (const std::size_t f : morris_order(plan, trajectory))
        steps.push_back(
            {f, morris_rises(random.block(design_address(DesignUse::level, trajectory, f)))});
    return steps;
}

double morris_step_size(const DesignPlan& plan) {
    return static_cast<double>(plan.morris_levels) /
           (2 * static_cast<double>(plan.morris_levels - 1));
}

} // namespace demarche
