#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace demarche {

using RandomBlock = std::array<std::uint32_t, 4>;

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers, SC'11): a bijection of
/// 128-bit counters under a 64-bit key, statistically as good as independent uniform numbers.
constexpr RandomBlock philox(RandomBlock counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = 0xD2511F53ULL * counter[0];
        const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

/// What a random number is for. Part of its address: adding a purpose at the end changes no
/// other draw.
enum class Purpose : std::uint8_t {
    key,
    level,
    count,
    refine,
    act, ///< which act, its channel, salience and cause: one word each
    leak,
    site,
    detection,
    confidence,
    false_alarm,
    suspect,
    honour,
    mediation,
    rare,
    design,  ///< points of an experiment
    resample ///< bootstrap
};

/// Where in a run a random number belongs. `source` and `target` are rows, `index` tells draws
/// of the same purpose apart (class and ordinal of a message, say; below 2^24).
struct Address {
    Purpose purpose;
    std::uint32_t tick = 0;
    std::uint32_t source = 0;
    std::uint32_t target = 0;
    std::uint32_t index = 0;

    std::uint32_t last_word() const { return static_cast<std::uint32_t>(purpose) | index << 8U; }
};

/// The blocks of many addresses at once, word by word.
struct RandomBatch {
    static constexpr std::size_t size = 64;
    std::array<std::array<std::uint32_t, size>, 4> word{};
    const std::array<std::uint32_t, size>& operator[](std::size_t w) const { return word[w]; }
    /// Says where the k-th block is to come from.
    void set(std::size_t k, const Address& a) {
        word[0][k] = a.tick;
        word[1][k] = a.source;
        word[2][k] = a.target;
        word[3][k] = a.last_word();
    }
};

/// The random numbers of one replication: a pure function of their address, so that no draw
/// depends on who asked before and runs that differ in one parameter share all others.
class Random {
public:
    Random(std::uint64_t seed, std::uint32_t replication) {
        const RandomBlock b =
            philox({replication, 0, 0, static_cast<std::uint32_t>(Purpose::key)},
                   {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
        key_ = {b[0], b[1]};
    }

    RandomBlock block(const Address& a) const {
        return philox({a.tick, a.source, a.target, a.last_word()}, key_);
    }

    /// Puts the blocks at the first `count` addresses in their place.
    void draw(RandomBatch& batch, std::size_t count = RandomBatch::size) const;

    /// Uniform in the open interval (0, 1), 53 bits.
    double uniform(const Address& a) const {
        const RandomBlock b = block(a);
        return unit(b[0], b[1]);
    }

    /// Uniform in (0, 1) with 32 bits: for choices, not for tails.
    static double unit(std::uint32_t word) { return (word + 0.5) * 0x1p-32; }
    static double unit(std::uint32_t high, std::uint32_t low) {
        // Word by word, because processors turn 32 bits at once into doubles, but not 64.
        const double value = (high * 0x1p21 + (low >> 11U) + 0.5) * 0x1p-53;
        return value < 1 ? value : 0x1.fffffffffffffp-1; // the last one would round to 1
    }

private:
    std::array<std::uint32_t, 2> key_{};
};

} // namespace demarche
