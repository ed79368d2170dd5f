#include "sim/study/linear.h"

#include <cmath>

namespace demarche {

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
    Matrix lower(n_);
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = (*this)(i, j);
            for (std::size_t k = 0; k < j; ++k)
                sum -= lower(i, k) * lower(j, k);
            if (i != j)
                lower(i, j) = sum / lower(j, j);
            else if (sum > 0)
                lower(i, i) = std::sqrt(sum);
            else
                return std::nullopt;
        }
    return lower;
}

std::optional<Matrix> Matrix::inverse() const {
    const std::optional<Matrix> triangle = cholesky();
    if (!triangle)
        return std::nullopt;
    const Matrix& lower = *triangle;
    Matrix out(n_);
    std::vector<double> x(n_);
    for (std::size_t column = 0; column < n_; ++column) {
        for (std::size_t i = 0; i < n_; ++i) {
            double sum = i == column ? 1 : 0;
            for (std::size_t k = 0; k < i; ++k)
                sum -= lower(i, k) * x[k];
            x[i] = sum / lower(i, i);
        }
        for (std::size_t i = n_; i-- > 0;) {
            double sum = x[i];
            for (std::size_t k = i + 1; k < n_; ++k)
                sum -= lower(k, i) * x[k];
            x[i] = sum / lower(i, i);
            out(i, column) = x[i];
        }
    }
    return out;
}

} // namespace demarche
