#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/view.h"
#include "sim/core/huge_pages.h"
#include "sim/engine/dyad.h"

namespace demarche {

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
