#pragma once
#include <cstddef>
#include <cstdint>
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
        void* const place = is_large(bytes) ? map(rounded(bytes, page))
                                            : std::aligned_alloc(line, rounded(bytes, line));
        if (place == nullptr)
            throw std::bad_alloc();
        return static_cast<T*>(place);
    }
    void deallocate(T* place, std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (is_large(bytes))
            unmap(place, rounded(bytes, page));
        else
            std::free(place);
    }
    template <class U>
    bool operator==(const HugePages<U>&) const {
        return true;
    }

private:
    static std::size_t rounded(std::size_t bytes, std::size_t to) {
        return (bytes + to - 1) / to * to;
    }
#ifdef MADV_HUGEPAGE
    static bool is_large(std::size_t bytes) { return bytes >= page / 4; }
    /// Whole pages of their own: what a heap gives out a second time is in small pages already.
    static void* map(std::size_t bytes) {
        void* const got =
            mmap(nullptr, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (got == MAP_FAILED)
            return nullptr;
        auto* const from = static_cast<std::byte*>(got);
        const std::size_t before = (page - reinterpret_cast<std::uintptr_t>(from) % page) % page;
        if (before > 0)
            munmap(from, before);
        if (before < page)
            munmap(from + before + bytes, page - before);
        madvise(from + before, bytes, MADV_HUGEPAGE); // advice: no harm where it is not taken
        return from + before;
    }
    static void unmap(void* place, std::size_t bytes) { munmap(place, bytes); }
#else
    static bool is_large(std::size_t) { return false; }
    static void* map(std::size_t) { return nullptr; }
    static void unmap(void*, std::size_t) {}
#endif
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

} // namespace demarche
