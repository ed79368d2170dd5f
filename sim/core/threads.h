#pragma once
#include <algorithm>
#include <thread>

namespace demarche {

/// The number of threads asked for, or one per core where none is.
inline unsigned thread_count(unsigned asked_for = 0) {
    return asked_for > 0 ? asked_for : std::max(1U, std::thread::hardware_concurrency());
}

} // namespace demarche
