#pragma once
#include <bit>
#include <cstdint>

/// exp and log made of IEEE additions, multiplications and divisions only, without branches:
/// the same bits on every compiler, machine and vector width, and loops over them vectorise.
/// (The standard library's versions differ between machines.)
namespace demarche {

/// e^x within 1 ulp of the correctly rounded value for |x| <= 708; the argument is clamped there.
/// Cody-Waite reduction and a Taylor polynomial of degree 13 (truncation below 5e-18).
inline double exp_bits(double x) {
    x = x < -708.0 ? -708.0 : x;
    x = x > 708.0 ? 708.0 : x;
    constexpr double shifter = 6755399441055744.0; // 1.5 * 2^52: adding it rounds to an integer
    const double shifted = x * 1.4426950408889634074 + shifter;
    const double n = shifted - shifter;
    const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
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
    const auto exponent = std::bit_cast<std::uint64_t>(shifted) + 1023U; // low bits of shifted = n
    return p * std::bit_cast<double>(exponent << 52U);
}

/// ln x within 1 ulp for normal x > 0; smaller arguments are clamped to the least normal number.
/// Argument split at sqrt(1/2) and the minimax polynomial of FreeBSD's msun e_log.c (Sun 1993).
inline double log_bits(double x) {
    x = x < 2.2250738585072014e-308 ? 2.2250738585072014e-308 : x;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    constexpr std::uint64_t split = 0x3fe6a09e667f3bcdULL; // sqrt(1/2)
    // Bias by 2048 so that the logical shift equals the arithmetic one.
    const std::uint64_t biased = (bits - split + (2048ULL << 52U)) >> 52U;
    const double k =
        std::bit_cast<double>(biased + 0x4338000000000000ULL) - (6755399441055744.0 + 2048.0);
    const double f = std::bit_cast<double>(bits - ((biased - 2048ULL) << 52U)) - 1.0;
    const double s = f / (2.0 + f);
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

/// ln(1 + x) within 2 ulp for x > -1, also for small x (Kahan's correction of the rounded sum).
inline double log1p_bits(double x) {
    const double u = 1.0 + x;
    return log_bits(u) - ((u - 1.0) - x) / u;
}

/// x^y for x > 0.
inline double pow_bits(double x, double y) {
    return exp_bits(y * log_bits(x));
}

} // namespace demarche
