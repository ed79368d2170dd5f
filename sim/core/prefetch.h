#pragma once

namespace demarche {

/// Asks the processor for memory that will be needed soon. A function that did nothing but
/// __builtin_prefetch would be without effect in the eyes of gcc, which would drop calls of it; the
/// empty volatile statement keeps them.
[[gnu::always_inline]] inline void prefetch(const void* place) {
    __builtin_prefetch(place);
    __asm__ volatile("");
}
/// The same for later: into caches further away.
[[gnu::always_inline]] inline void prefetch_far(const void* place) {
    __builtin_prefetch(place, 0, 2);
    __asm__ volatile("");
}

} // namespace demarche
