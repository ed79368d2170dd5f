#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

/// exp and log made of IEEE additions, multiplications and divisions only, without branches:
/// the same bits on every compiler, machine and vector width, and loops over them vectorise.
/// (The standard library's versions differ between machines.)
namespace demarche {

/// The two halves of exp_bits. Loops over many numbers run fastest when each does one of them: then
/// processors have more numbers on the way at once.
struct ExpHalf {
    double remainder, power; ///< x = remainder + ln(power)
};
inline ExpHalf exp_begin(double x) {
    x = x < -708.0 ? -708.0 : x;
    x = x > 708.0 ? 708.0 : x;
    constexpr double shifter = 6755399441055744.0; // 1.5 * 2^52: adding it rounds to an integer
    const double shifted = x * 1.4426950408889634074 + shifter;
    const double n = shifted - shifter;
    const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    const auto exponent = std::bit_cast<std::uint64_t>(shifted) + 1023U; // low bits of shifted = n
    return {r, std::bit_cast<double>(exponent << 52U)};
}
inline double exp_end(ExpHalf half) {
    const double r = half.remainder;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r * r + r + 1.0;
    return p * half.power;
}
/// e^x within 1 ulp of the correctly rounded value for |x| <= 708; the argument is clamped there.
/// Cody-Waite reduction and a Taylor polynomial of degree 13 (truncation below 5e-18).
inline double exp_bits(double x) {
    return exp_end(exp_begin(x));
}

/// The two halves of log_bits.
struct LogHalf {
    double exponent, fraction, ratio;
};
inline LogHalf log_begin(double x) {
    x = x < 2.2250738585072014e-308 ? 2.2250738585072014e-308 : x;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    constexpr std::uint64_t split = 0x3fe6a09e667f3bcdULL; // sqrt(1/2)
    // Bias by 2048 so that the logical shift equals the arithmetic one.
    const std::uint64_t biased = (bits - split + (2048ULL << 52U)) >> 52U;
    const double k =
        std::bit_cast<double>(biased + 0x4338000000000000ULL) - (6755399441055744.0 + 2048.0);
    const double f = std::bit_cast<double>(bits - ((biased - 2048ULL) << 52U)) - 1.0;
    return {k, f, f / (2.0 + f)};
}
inline double log_end(LogHalf of) {
    const double k = of.exponent;
    const double f = of.fraction;
    const double s = of.ratio;
    const double z = s * s;
    const double w = z * z;
    const double odd = w * (3.999999999940941908e-01 +
                            w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double even = z * (6.666666666666735130e-01 +
                             w * (2.857142874366239149e-01 +
                                  w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const double half = 0.5 * f * f;
    return k * 6.93147180369123816490e-01 -
           ((half - (s * (half + odd + even) + k * 1.90821492927058770002e-10)) - f);
}
/// ln x within 1 ulp for normal x > 0; smaller arguments are clamped to the least normal number.
/// Argument split at sqrt(1/2) and the minimax polynomial of FreeBSD's msun e_log.c (Sun 1993).
inline double log_bits(double x) {
    return log_end(log_begin(x));
}

/// ln(1 + x) within 2 ulp for x > -1, also for small x (Kahan's correction of the rounded sum).
inline double log1p_bits(double x) {
    const double u = 1.0 + x;
    return log_bits(u) - ((u - 1.0) - x) / u;
}

// Shorter ones in single precision, for sums over so many cases that each need not be exact.
// std::fma rounds once, everywhere.

/// e^x within 2.5 ulp for |x| <= 86. Minimax polynomial of degree 5.
[[gnu::always_inline]] inline float exp_bits(float x) {
    constexpr float shifter = 12582912.0F; // 1.5 * 2^23
    const float shifted = std::fma(x, 1.44269504F, shifter);
    const float n = shifted - shifter;
    const float r = std::fma(n, 2.12194440e-4F, std::fma(n, -0.693359375F, x));
    float p = 8.290314642e-03F;
    p = std::fma(p, r, 4.189793026e-02F);
    p = std::fma(p, r, 1.666763620e-01F);
    p = std::fma(p, r, 4.999914952e-01F);
    p = std::fma(p, r, 9.999997072e-01F);
    p = std::fma(p, r, 1.0F);
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(p) +
                                (std::bit_cast<std::uint32_t>(shifted) << 23U));
}

/// ln x within 2 ulp for normal x > 0. Minimax polynomial of degree 9.
[[gnu::always_inline]] inline float log_bits(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    constexpr std::uint32_t split = 0x3f3504f3U; // sqrt(1/2)
    const std::uint32_t exponent = (bits - split) & 0xff800000U;
    const auto k = static_cast<float>(std::bit_cast<std::int32_t>(exponent)); // times 2^23
    const float f = std::bit_cast<float>(bits - exponent) - 1.0F;
    float p = 8.734841050e-2F;
    p = std::fma(p, f, -1.430752639e-1F);
    p = std::fma(p, f, 1.491797635e-1F);
    p = std::fma(p, f, -1.657050775e-1F);
    p = std::fma(p, f, 1.996207185e-1F);
    p = std::fma(p, f, -2.500175526e-1F);
    p = std::fma(p, f, 3.333395023e-1F);
    p = std::fma(p, f, -4.999999161e-1F);
    return std::fma(k, 8.26295829e-8F, std::fma(p, f * f, f));
}

/// x^y for x > 0.
inline double pow_bits(double x, double y) {
    return exp_bits(y * log_bits(x));
}

} // namespace demarche
