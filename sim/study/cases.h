#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace demarche {

/// Rows of covariates in blocks of 64. Within a block each column stands in one piece, so that sums
/// of products run over contiguous memory; a column that is zero in the whole block is not stored.
/// Rows that are mostly zero should therefore be added one after another.
class Cases {
public:
    static constexpr std::size_t lanes = 64;
    using Lanes = std::array<float, lanes>;

    explicit Cases(std::size_t columns = 0) : columns_(columns), filling_(columns) {}

    std::size_t size() const { return size_; }
    std::size_t columns() const { return columns_; }
    std::size_t blocks() const { return size_ / lanes; }
    /// A column of a block, or nullptr where it is zero.
    const Lanes* column(std::size_t block, std::size_t column) const {
        const std::uint32_t at = position_[block * columns_ + column];
        return at == 0 ? nullptr : &data_[at - 1];
    }
    float at(std::size_t row, std::size_t column) const {
        const Lanes* const values = this->column(row / lanes, column);
        return values ? (*values)[row % lanes] : 0.0F;
    }
    /// Adds a row of `columns()` values.
    void add(std::span<const float> values) {
        for (std::size_t c = 0; c < columns_; ++c)
            filling_[c][size_ % lanes] = values[c];
        if (++size_ % lanes == 0)
            store();
    }
    /// Fills the last block up with rows of zeros; to be called once after the last row. Returns
    /// how many rows there were.
    std::size_t finish() {
        const std::size_t rows = size_;
        const std::vector<float> zeros(columns_);
        while (size_ % lanes != 0)
            add(zeros);
        return rows;
    }

    /// Takes all rows out and keeps the memory.
    void clear() {
        size_ = 0;
        data_.clear();
        position_.clear();
    }

private:
    void store() {
        for (const Lanes& column : filling_) {
            bool zero = true;
            for (const float x : column)
                zero = zero && x == 0;
            if (!zero)
                data_.push_back(column);
            position_.push_back(zero ? 0 : static_cast<std::uint32_t>(data_.size()));
        }
    }

    std::size_t columns_;
    std::size_t size_ = 0;
    std::vector<Lanes> filling_; ///< the block that is not full yet
    std::vector<Lanes> data_;
    std::vector<std::uint32_t> position_; ///< in data_, from 1; [block][column]
};

} // namespace demarche
