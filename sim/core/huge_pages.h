#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace demarche {

/// Puts arrays at the beginning of a line of cache, and large ones, which are read here and there,
/// into large pages where the system has them: otherwise looking up where a page is costs more than
/// reading from it.
template <class T>
struct HugePages {
    using value_type = T;
    static constexpr std::size_t page = std::size_t{1} << 21U; // bytes
    static constexpr std::size_t line = 64;                    ///< of cache, bytes

    HugePages() = default;
    template <class U>
    HugePages(const HugePages<U>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        const std::size_t aligned = bytes < page ? line : page;
        void* const place = std::aligned_alloc(aligned, (bytes + aligned - 1) / aligned * aligned);
        if (place == nullptr)
            throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
        if (bytes >= page)
            madvise(place, bytes, MADV_HUGEPAGE); // advice: no harm where it is not taken
#endif
        return static_cast<T*>(place);
    }
    void deallocate(T* place, std::size_t) { std::free(place); }
    template <class U>
    bool operator==(const HugePages<U>&) const {
        return true;
    }
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

} // namespace demarche
