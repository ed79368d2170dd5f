#include "sim/core/random.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace demarche {
namespace {

#ifdef __x86_64__
constexpr std::size_t four = 4; // numbers of 64 bits in a vector

/// `philox` on some fours of blocks at once, in lanes of 64 bits whose upper halves hold nothing
/// that counts. The products are asked for by name, because gcc makes sums of shifts of them.
template <std::size_t fours>
[[gnu::target("avx2"), gnu::always_inline]] inline void
philox_fours(RandomBatch& batch, std::size_t first, std::array<std::uint32_t, 2> key) {
    const __m256i factor_a = _mm256_set1_epi64x(0xD2511F53LL);
    const __m256i factor_b = _mm256_set1_epi64x(0xCD9E8D57LL);
    const __m256i lower_halves = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    const auto at = [&](std::size_t w, std::size_t f) {
        return reinterpret_cast<__m128i*>(batch.word[w].data() + first + four * f);
    };
    __m256i c[4][fours];
    for (std::size_t w = 0; w < 4; ++w)
        for (std::size_t f = 0; f < fours; ++f)
            c[w][f] = _mm256_cvtepu32_epi64(_mm_loadu_si128(at(w, f)));
    for (int round = 0; round < 10; ++round) {
        const __m256i key_a = _mm256_set1_epi64x(key[0]);
        const __m256i key_b = _mm256_set1_epi64x(key[1]);
        for (std::size_t f = 0; f < fours; ++f) {
            const __m256i a = _mm256_mul_epu32(c[0][f], factor_a);
            const __m256i b = _mm256_mul_epu32(c[2][f], factor_b);
            c[0][f] = _mm256_srli_epi64(b, 32) ^ c[1][f] ^ key_a;
            c[1][f] = b;
            c[2][f] = _mm256_srli_epi64(a, 32) ^ c[3][f] ^ key_b;
            c[3][f] = a;
        }
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    for (std::size_t w = 0; w < 4; ++w)
        for (std::size_t f = 0; f < fours; ++f)
            _mm_storeu_si128(at(w, f), _mm256_castsi256_si128(
                                           _mm256_permutevar8x32_epi32(c[w][f], lower_halves)));
}

[[gnu::target("avx2")]] void philox_avx2(RandomBatch& batch, std::size_t count,
                                         std::array<std::uint32_t, 2> key) {
    for (std::size_t first = 0; first < count; first += 2 * four)
        philox_fours<2>(batch, first, key);
}

/// The same where there are twice as many registers, and two XORs are one.
[[gnu::target("avx2,avx512f,avx512vl")]] void philox_avx512vl(RandomBatch& batch, std::size_t count,
                                                              std::array<std::uint32_t, 2> key) {
    std::size_t first = 0;
    for (; first + 2 * four < count; first += 4 * four)
        philox_fours<4>(batch, first, key);
    if (first < count)
        philox_fours<2>(batch, first, key);
}
#endif

} // namespace

void Random::draw(RandomBatch& batch, std::size_t count) const {
#ifdef __x86_64__
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    static const bool has_avx512vl = __builtin_cpu_supports("avx512vl") != 0;
    if (has_avx512vl)
        return philox_avx512vl(batch, count, key_);
    if (has_avx2)
        return philox_avx2(batch, count, key_);
#endif
    auto& word = batch.word;
    for (std::size_t k = 0; k < count; ++k) {
        const RandomBlock b = philox({word[0][k], word[1][k], word[2][k], word[3][k]}, key_);
        for (std::size_t w = 0; w < b.size(); ++w)
            word[w][k] = b[w];
    }
}

} // namespace demarche
