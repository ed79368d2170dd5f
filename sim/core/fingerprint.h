#pragma once
#include <bit>
#include <cstdint>
#include <string>

namespace demarche {

/// A 64-bit hash over numbers, word by word with the finalising steps of MurmurHash3 (Appleby
/// 2011): sixteen hex digits that change when any message changes.
class Fingerprint {
public:
    void add(std::uint64_t value) {
        hash_ = (hash_ ^ value) * 0xff51afd7ed558ccdULL;
        hash_ ^= hash_ >> 32U;
    }
    void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
    std::uint64_t value() const { return hash_; }
    static std::string hex(std::uint64_t value) {
        std::string text(16, '0');
        for (unsigned i = 0; i < 16; ++i)
            text[15 - i] = "0123456789abcdef"[value >> 4U * i & 0xFU];
        return text;
    }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

} // namespace demarche
