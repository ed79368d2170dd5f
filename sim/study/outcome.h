#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/recorder.h"
#include "sim/engine/world.h"

namespace demarche {

/// What a run is reduced to: one number.
enum class OutcomeKind : std::uint8_t {
    peak,         ///< highest rung
    reaches,      ///< 1 where a rung was reached, else 0: its mean is a probability
    days_to,      ///< days to the first time at a rung; unknown (censored) where it was not reached
    crises,       ///< that began during the run
    crisis_days,  ///< their duration, those of different pairs added
    escalation,   ///< sum of the scores of acts on a scale, hostility positive
    public_share, ///< of acts sent on the public channel; unknown without acts
    parties,      ///< states that stood at a rung with somebody
    balance       ///< share of balanced triads at the end (Heider 1946)
};
inline constexpr std::array<std::string_view, 9> outcome_kind_names{
    "peak",       "reaches",      "days_to", "crises", "crisis_days",
    "escalation", "public_share", "parties", "balance"};

/// An outcome of a pair, of one state or of all. At the level of a state or of all, rungs count
/// only where a pair stands higher than at the start: wars under way are not news.
struct Outcome {
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    std::string name;
    OutcomeKind kind = OutcomeKind::peak;
    std::size_t a = nobody; ///< row of a state; nobody = all states
    std::size_t b = nobody; ///< row of the other state of a pair; nobody = any
    int rung = 0;           ///< reaches, days_to, parties
    Scale scale = Scale::goldstein;
    std::vector<std::size_t> among; ///< parties: only these count; empty = all
    int at_least = 0;               ///< parties: 1 where there are so many, else 0; 0 = how many

    bool of_pair() const { return b != nobody; }
    bool of_all() const { return a == nobody; }
    /// Whether a run can end without knowing it.
    bool censored() const { return kind == OutcomeKind::days_to; }
    bool is_share() const { return kind == OutcomeKind::reaches || at_least > 0; }
    /// Whether kind and states fit: balance is of all, parties not of a pair.
    bool is_possible() const;
};

/// The cumulative scores of all states' acts on each of the five scales.
std::vector<Outcome> escalation_outcomes();

/// Share of triads with a positive product of signs (Heider 1946), where a pair is positive if it
/// exchanges more cooperation than conflict; 1 where no triad has three non-zero signs.
double balance(const World& world);

/// Watches one run for some outcomes. NaN stands for what is unknown.
class OutcomeWatch : public Recorder {
public:
    /// `outcomes` must outlive it. For those numbered in `course` the value that a run ending now
    /// would have is kept tick by tick.
    explicit OutcomeWatch(const std::vector<Outcome>& outcomes,
                          std::span<const std::size_t> course = {});

    bool reads_causes() const override { return false; }
    void begin(const World& world) override;
    void crisis_ended(const World& world, const Crisis& crisis, std::string_view how) override;
    void tick(const World& world, std::span<const Message> messages) override;
    void end(const World& world) override;

    std::vector<double> values;  ///< one per outcome, at the end of the run
    std::vector<double> courses; ///< [tick][of `course`]

private:
    struct Tally {
        double sum = 0;   ///< peak, score, crises, days
        double count = 0; ///< acts
        std::vector<char> seen;
    };
    double value(const World& world, std::size_t outcome) const;
    void look(const World& world, std::size_t outcome);

    const std::vector<Outcome>* outcomes_;
    std::span<const std::size_t> course_;
    std::vector<Tally> tallies_;
    std::vector<int> start_;          ///< rungs
    std::vector<std::uint32_t> acts_; ///< how often each act was posted, by whomever
    std::vector<std::size_t> by_rung_, by_message_;
};

} // namespace demarche
