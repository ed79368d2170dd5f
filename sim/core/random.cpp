#include "sim/core/random.h"

#include "sim/core/vectorise.h"

namespace demarche {
namespace {

/// `philox` on every lane; 64-bit lanes, because that is what processors multiply.
DEMARCHE_VECTORISE
void philox_lanes(RandomBatch& counter, std::size_t count, std::array<std::uint32_t, 2> key) {
    constexpr std::size_t lanes = 8;
    static_assert(RandomBatch::size % lanes == 0);
    for (std::size_t first = 0; first < count; first += lanes) {
        std::uint64_t c[4][lanes];
        for (std::size_t w = 0; w < 4; ++w)
            for (std::size_t k = 0; k < lanes; ++k)
                c[w][k] = counter.word[w][first + k];
        std::uint64_t k0 = key[0];
        std::uint64_t k1 = key[1];
        for (int round = 0; round < 10; ++round) {
            for (std::size_t k = 0; k < lanes; ++k) {
                const std::uint64_t a = 0xD2511F53ULL * (c[0][k] & 0xFFFFFFFFU);
                const std::uint64_t b = 0xCD9E8D57ULL * (c[2][k] & 0xFFFFFFFFU);
                c[0][k] = (b >> 32U) ^ c[1][k] ^ k0;
                c[1][k] = b & 0xFFFFFFFFU;
                c[2][k] = (a >> 32U) ^ c[3][k] ^ k1;
                c[3][k] = a & 0xFFFFFFFFU;
            }
            k0 = (k0 + 0x9E3779B9U) & 0xFFFFFFFFU;
            k1 = (k1 + 0xBB67AE85U) & 0xFFFFFFFFU;
        }
        for (std::size_t w = 0; w < 4; ++w)
            for (std::size_t k = 0; k < lanes; ++k)
                counter.word[w][first + k] = static_cast<std::uint32_t>(c[w][k]);
    }
}

} // namespace

void Random::draw(RandomBatch& batch, std::size_t count) const {
    philox_lanes(batch, count, key_);
}

} // namespace demarche
