#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "sim/core/huge_pages.h"
#include "sim/core/prefetch.h"

namespace demarche {

/// Rows of covariates in blocks of 128. Within a block each column stands in one piece, so that
/// sums of products run over contiguous memory; a column that is zero in the whole block is not
/// stored, and one whose values were stored lately, of whatever column, is not stored again. Rows
/// with zeros in the same columns should therefore be added one after another.
class Cases {
public:
    static constexpr std::size_t lanes = 128;
    using Lanes = std::array<float, lanes>;
    /// A column of a block that is not zero.
    struct Stored {
        std::uint32_t column;
        std::uint32_t at; ///< of its values
    };

    explicit Cases(std::size_t columns = 0)
        : columns_(columns), all_(columns), filling_(columns), touched_(columns) {
        std::iota(all_.begin(), all_.end(), 0U);
    }

    std::size_t size() const { return size_; }
    std::size_t columns() const { return columns_; }
    std::size_t blocks() const { return size_ / lanes; }
    /// The columns of a block, in ascending order; none beyond the last block.
    std::span<const Stored> stored(std::size_t block) const {
        if (block >= blocks())
            return {};
        return std::span(stored_).subspan(begin_[block], begin_[block + 1] - begin_[block]);
    }
    const Lanes& values(const Stored& stored) const { return data_[stored.at]; }
    /// Asks for values that will be read soon.
    void ask(const Stored& stored) const {
        constexpr std::size_t in_line = HugePages<float>::line / sizeof(float);
        for (std::size_t l = 0; l < lanes; l += in_line)
            prefetch(values(stored).data() + l);
    }
    /// Asks for the first of them, which will be read later: processors then go on by themselves.
    void ask_far(const Stored& stored) const { prefetch_far(values(stored).data()); }
    float at(std::size_t row, std::size_t column) const {
        const auto all = stored(row / lanes);
        const auto found =
            std::lower_bound(all.begin(), all.end(), column,
                             [](const Stored& stored, std::size_t c) { return stored.column < c; });
        return found != all.end() && found->column == column ? values(*found)[row % lanes] : 0.0F;
    }
    /// Adds a row of `columns()` values.
    void add(std::span<const float> values) { add(values, all_); }
    /// Adds a row of which only these columns count: the others are 0.
    void add(std::span<const float> values, std::span<const std::uint32_t> columns) {
        float* const lane = filling_.data()->data() + size_ % lanes;
        for (const std::uint32_t c : columns)
            lane[c * lanes] = values[c];
        char* const touched = touched_.data();
        for (const std::uint32_t c : columns)
            touched[c] = 1;
        if (++size_ % lanes == 0)
            store();
    }
    /// Fills the last block up with rows of zeros; to be called once after the last row. Returns
    /// how many rows there were.
    std::size_t finish() {
        const std::size_t rows = size_;
        while (size_ % lanes != 0)
            add({}, {});
        return rows;
    }

    /// Takes all rows out and keeps the memory.
    void clear() {
        size_ = 0;
        data_.clear();
        stored_.clear();
        begin_.resize(1);
        recent_.fill(0);
    }

private:
    static constexpr unsigned recent_bits = 10;

    void store() {
        for (std::uint32_t c = 0; c < columns_; ++c) {
            if (std::exchange(touched_[c], 0) == 0)
                continue;
            const Lanes column = std::exchange(filling_[c], Lanes{});
            if (std::all_of(column.begin(), column.end(), [](float x) { return x == 0; }))
                continue;
            // Constants and what two states remember of each other are kept once.
            std::uint32_t& recent = recent_[place(column)];
            if (recent == 0 || data_[recent - 1] != column) {
                data_.push_back(column);
                recent = static_cast<std::uint32_t>(data_.size());
            }
            stored_.push_back({c, recent - 1});
        }
        begin_.push_back(stored_.size());
    }
    /// Where to look for the same values.
    static std::size_t place(const Lanes& column) {
        std::array<std::uint32_t, 8> hash{};
        for (std::size_t l = 0; l < lanes; l += hash.size())
            for (std::size_t k = 0; k < hash.size(); ++k)
                hash[k] = hash[k] * 0x9e3779b1U + std::bit_cast<std::uint32_t>(column[l + k]);
        std::uint32_t all = 0;
        for (const std::uint32_t h : hash)
            all = (all ^ h) * 0x9e3779b1U;
        return all >> (32 - recent_bits);
    }

    std::size_t columns_;
    std::vector<std::uint32_t> all_; ///< 0, 1, ...
    std::size_t size_ = 0;
    std::vector<Lanes> filling_; ///< the block that is not full yet
    std::vector<char> touched_;  ///< by column: whether it may differ from 0 in this block
    std::array<std::uint32_t, 1U << recent_bits> recent_{}; ///< in data_, from 1; 0 = none
    HugeVector<Lanes> data_;
    std::vector<Stored> stored_;
    std::vector<std::size_t> begin_{0}; ///< of each block in stored_, and the end
};

} // namespace demarche
