#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/view.h"
#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"

namespace demarche {

/// The records (see View) of the directed pairs that something has happened to, in the order in
/// which it did, so that those in use stand near each other and memory grows with them.
class RecordStore {
public:
    explicit RecordStore(std::size_t pairs) : place_(pairs, 0) {}

    /// The record of a pair; nullptr where it has none. Good until the next `add`.
    const double* find(std::size_t pair) const {
        return place_[pair] == 0 ? nullptr : numbers_.data() + (place_[pair] - 1) * record_width;
    }
    double* find(std::size_t pair) {
        return const_cast<double*>(static_cast<const RecordStore&>(*this).find(pair));
    }
    /// A record of zeros for a pair that has none.
    double* add(std::size_t pair) {
        pairs_.push_back(static_cast<std::uint32_t>(pair));
        place_[pair] = static_cast<std::uint32_t>(pairs_.size());
        numbers_.resize(pairs_.size() * record_width);
        return find(pair);
    }
    /// Whether there are so many that those needed next are worth asking for early.
    bool far_apart() const { return numbers_.size() * sizeof(double) > 1U << 18U; }
    /// Asks the processor for some columns of a record that will be needed soon. Returns whether
    /// there is one.
    bool fetch(std::size_t pair, RecordColumns columns) const {
        const double* const record = find(pair);
        if (record != nullptr)
            each_line(columns, [&](std::size_t c) { prefetch(record + c); });
        return record != nullptr;
    }
    /// Reads a number from every line of some columns of a record. Unlike reads that are computed
    /// with, such reads overlap, so records that are far apart come faster when first all of them
    /// are read like this.
    static void read_ahead(const double* record, RecordColumns columns) {
        each_line(columns, [&](std::size_t c) {
            static_cast<void>(*static_cast<const volatile double*>(record + c));
        });
    }
    /// Calls visit(pair, record) for all of them.
    template <class Visit>
    void for_each(Visit&& visit) {
        for (std::size_t k = 0; k < pairs_.size(); ++k)
            visit(std::size_t{pairs_[k]}, numbers_.data() + k * record_width);
    }
    std::size_t size() const { return pairs_.size(); }
    bool operator==(const RecordStore&) const = default;

private:
    template <class Visit>
    [[gnu::always_inline]] static void each_line(RecordColumns columns, Visit&& visit) {
        constexpr std::size_t line = 64 / sizeof(double);
        for (std::size_t c = 0; c < record_width; c += line)
            if ((columns >> c & ((1U << line) - 1)) != 0)
                visit(c);
    }

    HugeVector<std::uint32_t> place_;  ///< [pair]: position of its record + 1; 0 = none
    std::vector<std::uint32_t> pairs_; ///< [position]
    HugeVector<double> numbers_;       ///< [position][record_width]
};

} // namespace demarche
