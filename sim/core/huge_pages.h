#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace demarche {

/// Puts large arrays that are read here and there into large pages, where the system has them:
/// otherwise looking up where a page is costs more than reading from it.
template <class T>
struct HugePages {
    using value_type = T;
    static constexpr std::size_t page = std::size_t{1} << 21U; // bytes

    HugePages() = default;
    template <class U>
    HugePages(const HugePages<U>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < page)
            return static_cast<T*>(::operator new(bytes));
        void* const place = std::aligned_alloc(page, (bytes + page - 1) / page * page);
        if (place == nullptr)
            throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
        madvise(place, bytes, MADV_HUGEPAGE); // advice: no harm where it is not taken
#endif
        return static_cast<T*>(place);
    }
    void deallocate(T* place, std::size_t count) {
        if (count * sizeof(T) < page)
            ::operator delete(place);
        else
            std::free(place);
    }
    template <class U>
    bool operator==(const HugePages<U>&) const {
        return true;
    }
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

} // namespace demarche
