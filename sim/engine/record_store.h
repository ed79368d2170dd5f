#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/view.h"
#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"
#include "sim/engine/dyad.h"

namespace demarche {

/// The lines of cache that some columns of a record stand in.
class RecordLines {
public:
    explicit constexpr RecordLines(RecordColumns columns = 0) {
        for (std::size_t k = 0; k * numbers < record_width; ++k)
            if ((columns >> k * numbers & ((1U << numbers) - 1)) != 0)
                lines_ |= 1U << k;
    }
    /// Calls visit(column) with the first column of each.
    template <class Visit>
    [[gnu::always_inline]] void each(Visit&& visit) const {
        for (unsigned left = lines_; left != 0; left &= left - 1)
            visit(static_cast<std::size_t>(std::countr_zero(left)) * numbers);
    }

private:
    static constexpr std::size_t numbers = 64 / sizeof(double); ///< of a line
    unsigned lines_ = 0;                                        ///< as bits
};

/// The records (see View) of the directed pairs that something has happened to, in the order in
/// which it did, so that those in use stand near each other and memory grows with them.
class RecordStore {
public:
    /// The record of a pair; nullptr where it has none. Good until the next `add`.
    const double* find(const Dyad& dyad) const {
        return dyad.record == 0 ? nullptr : numbers_.data() + (dyad.record - 1) * record_width;
    }
    double* find(const Dyad& dyad) {
        return const_cast<double*>(static_cast<const RecordStore&>(*this).find(dyad));
    }
    /// A record of zeros for a pair that has none.
    double* add(std::size_t pair, Dyad& dyad) {
        pairs_.push_back(static_cast<std::uint32_t>(pair));
        dyad.record = static_cast<std::uint32_t>(pairs_.size());
        numbers_.resize(pairs_.size() * record_width);
        return find(dyad);
    }
    /// Whether there are so many that those needed next are worth asking for early.
    bool far_apart() const { return numbers_.size() * sizeof(double) > 1U << 18U; }
    /// Asks the processor for some lines of a record that will be needed soon. Returns whether
    /// there is one.
    bool fetch(const Dyad& dyad, RecordLines lines) const {
        const double* const record = find(dyad);
        if (record != nullptr)
            lines.each([&](std::size_t c) { prefetch(record + c); });
        return record != nullptr;
    }
    bool fetch(const Dyad& dyad, std::size_t column) const {
        const double* const record = find(dyad);
        if (record != nullptr)
            prefetch(record + column);
        return record != nullptr;
    }
    /// Reads a number from some lines of a record. Unlike reads that are computed with, such reads
    /// overlap, so records that are far apart come faster when first all of them are read like
    /// this.
    static void read_ahead(const double* record, RecordLines lines) {
        lines.each([&](std::size_t c) {
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
    std::vector<std::uint32_t> pairs_; ///< [position]
    HugeVector<double> numbers_;       ///< [position][record_width]
};

} // namespace demarche
