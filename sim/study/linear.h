#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace demarche {

/// Adds weight times the terms of a column to sums.
void add_multiple(const float* column, double weight, double* sums, std::size_t count);
void add_multiple(const double* column, double weight, double* sums, std::size_t count);

/// A small square matrix of doubles.
class Matrix {
public:
    explicit Matrix(std::size_t n) : n_(n), data_(n * n) {}

    std::size_t size() const { return n_; }
    double& operator()(std::size_t i, std::size_t j) { return data_[i * n_ + j]; }
    double operator()(std::size_t i, std::size_t j) const { return data_[i * n_ + j]; }
    Matrix operator*(const Matrix& other) const;
    /// Replaces it by the mean of itself and its transpose.
    void symmetrise();
    /// The lower triangle L with L L' = this; nothing where it is not positive definite.
    std::optional<Matrix> cholesky() const;
    /// The inverse by Cholesky's decomposition; nothing where it is not positive definite.
    std::optional<Matrix> inverse() const;

private:
    std::size_t n_;
    std::vector<double> data_;
};

} // namespace demarche
