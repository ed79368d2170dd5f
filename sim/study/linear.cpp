#include "sim/study/linear.h"

#include <cmath>

#include "sim/core/vectorise.h"

namespace demarche {
namespace {

template <class Real>
[[gnu::always_inline]] inline void add_terms(const Real* column, double weight, double* sums,
                                             std::size_t count) {
    for (std::size_t k = 0; k < count; ++k)
        sums[k] += weight * static_cast<double>(column[k]);
}

} // namespace

DEMARCHE_VECTORISE void add_multiple(const float* column, double weight, double* sums,
                                     std::size_t count) {
    add_terms(column, weight, sums, count);
}
DEMARCHE_VECTORISE void add_multiple(const double* column, double weight, double* sums,
                                     std::size_t count) {
    add_terms(column, weight, sums, count);
}

Matrix Matrix::operator*(const Matrix& other) const {
    Matrix out(n_);
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t k = 0; k < n_; ++k)
            for (std::size_t j = 0; j < n_; ++j)
                out(i, j) += (*this)(i, k) * other(k, j);
    return out;
}

void Matrix::symmetrise() {
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j < i; ++j)
            (*this)(i, j) = (*this)(j, i) = ((*this)(i, j) + (*this)(j, i)) / 2;
}

std::optional<Matrix> Matrix::cholesky() const {
    Matrix upper(n_); // its transpose, whose rows are contiguous
    for (std::size_t j = 0; j < n_; ++j) {
        for (std::size_t i = j; i < n_; ++i)
            upper(j, i) = (*this)(i, j);
        for (std::size_t k = 0; k < j; ++k)
            add_multiple(&upper(k, j), -upper(k, j), &upper(j, j), n_ - j);
        if (!(upper(j, j) > 0))
            return std::nullopt;
        upper(j, j) = std::sqrt(upper(j, j));
        for (std::size_t i = j + 1; i < n_; ++i)
            upper(j, i) /= upper(j, j);
    }
    Matrix lower(n_);
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            lower(i, j) = upper(j, i);
    return lower;
}

std::optional<Matrix> Matrix::inverse() const {
    const std::optional<Matrix> triangle = cholesky();
    if (!triangle)
        return std::nullopt;
    const Matrix& lower = *triangle;
    Matrix out(n_); // all columns at once
    const auto divide = [&](std::size_t i) {
        for (std::size_t column = 0; column < n_; ++column)
            out(i, column) /= lower(i, i);
    };
    for (std::size_t i = 0; i < n_; ++i) {
        out(i, i) = 1;
        for (std::size_t k = 0; k < i; ++k)
            add_multiple(&out(k, 0), -lower(i, k), &out(i, 0), n_);
        divide(i);
    }
    for (std::size_t i = n_; i-- > 0;) {
        for (std::size_t k = i + 1; k < n_; ++k)
            add_multiple(&out(k, 0), -lower(k, i), &out(i, 0), n_);
        divide(i);
    }
    return out;
}

} // namespace demarche
