#pragma once
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace demarche {

/// Into how many shares work is cut, however many threads take them.
inline constexpr std::size_t shares = 16;

/// Calls work(share) for every share, on several threads. What a share sums up by itself does not
/// depend on the number of threads.
template <class Work>
void share_out(unsigned threads, const Work& work, std::size_t count = shares) {
    std::atomic<std::size_t> next{0};
    const auto some = [&] {
        for (std::size_t share = next++; share < count; share = next++)
            work(share);
    };
    std::vector<std::jthread> others;
    for (unsigned t = 1; t < threads && t < count; ++t)
        others.emplace_back(some);
    some();
}

} // namespace demarche
