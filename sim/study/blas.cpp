// The routines of BLAS and LAPACK that L-BFGS-B calls, under the names and with the arguments of
// those (netlib.org/blas, netlib.org/lapack). Libraries of them choose by the processor in which
// order they add, so that a fit had other last digits on another machine; here every sum is taken
// in one order. Lengths of strings, which Fortran passes at the end, are not read.
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "sim/core/vectorise.h"

namespace {

constexpr std::ptrdiff_t partial_sums = 8;

DEMARCHE_VECTORISE
double dot(std::ptrdiff_t n, const double* x, const double* y) {
    double sum[partial_sums] = {};
    std::ptrdiff_t k = 0;
    for (; k + partial_sums <= n; k += partial_sums)
        for (std::ptrdiff_t p = 0; p < partial_sums; ++p)
            sum[p] += x[k + p] * y[k + p];
    double all = ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
    for (; k < n; ++k)
        all += x[k] * y[k];
    return all;
}

DEMARCHE_VECTORISE
void add_multiple(std::ptrdiff_t n, double by, const double* __restrict x, double* __restrict y) {
    for (std::ptrdiff_t k = 0; k < n; ++k)
        y[k] += by * x[k];
}

/// The first number of a vector whose numbers stand `step` apart; backwards where that is negative.
template <class Number>
Number* first(Number* x, int n, int step) {
    return step < 0 ? x - std::ptrdiff_t{n - 1} * step : x;
}

} // namespace

extern "C" {

double ddot_(const int* n, const double* x, const int* step_x, const double* y, const int* step_y) {
    if (*step_x == 1 && *step_y == 1)
        return dot(*n, x, y);
    double sum = 0;
    x = first(x, *n, *step_x);
    y = first(y, *n, *step_y);
    for (std::ptrdiff_t k = 0; k < *n; ++k)
        sum += x[k * *step_x] * y[k * *step_y];
    return sum;
}

void daxpy_(const int* n, const double* by, const double* x, const int* step_x, double* y,
            const int* step_y) {
    if (*step_x == 1 && *step_y == 1)
        return add_multiple(*n, *by, x, y);
    x = first(x, *n, *step_x);
    y = first(y, *n, *step_y);
    for (std::ptrdiff_t k = 0; k < *n; ++k)
        y[k * *step_y] += *by * x[k * *step_x];
}

void dcopy_(const int* n, const double* x, const int* step_x, double* y, const int* step_y) {
    x = first(x, *n, *step_x);
    y = first(y, *n, *step_y);
    for (std::ptrdiff_t k = 0; k < *n; ++k)
        y[k * *step_y] = x[k * *step_x];
}

void dscal_(const int* n, const double* by, double* x, const int* step_x) {
    for (std::ptrdiff_t k = 0; k < *n; ++k)
        x[k * *step_x] *= *by;
}

/// Upper triangle R of a symmetric matrix A = R'R (Cholesky), in its place, by columns. `info`: the
/// first column, from 1, that shows A not to be positive definite; 0 where it is.
void dpotrf_(const char* triangle, const int* n, double* a, const int* stride, int* info) {
    if (*triangle != 'U')
        std::abort(); // L-BFGS-B never asks for the lower one
    const std::ptrdiff_t lda = *stride;
    for (std::ptrdiff_t j = 0; j < *n; ++j) {
        double* const column = a + j * lda;
        for (std::ptrdiff_t i = 0; i < j; ++i)
            column[i] = (column[i] - dot(i, a + i * lda, column)) / a[i * lda + i];
        const double left = column[j] - dot(j, column, column);
        if (!(left > 0)) {
            *info = static_cast<int>(j + 1);
            return;
        }
        column[j] = std::sqrt(left);
    }
    *info = 0;
}

/// Solves Rx = b ('N') or R'x = b ('T') with an upper triangle R for some columns b, in their
/// place. `info`: the first number on the diagonal, from 1, that is 0; 0 where none is.
void dtrtrs_(const char* triangle, const char* transposed, const char* unit, const int* n,
             const int* columns, const double* r, const int* stride, double* b, const int* stride_b,
             int* info) {
    if (*triangle != 'U' || *unit != 'N')
        std::abort(); // L-BFGS-B never asks for others
    const std::ptrdiff_t ldr = *stride;
    for (std::ptrdiff_t i = 0; i < *n; ++i)
        if (r[i * ldr + i] == 0) {
            *info = static_cast<int>(i + 1);
            return;
        }
    *info = 0;
    for (std::ptrdiff_t c = 0; c < *columns; ++c) {
        double* const x = b + c * *stride_b;
        if (*transposed == 'N')
            for (std::ptrdiff_t i = *n; i-- > 0;) {
                x[i] /= r[i * ldr + i];
                add_multiple(i, -x[i], r + i * ldr, x);
            }
        else
            for (std::ptrdiff_t i = 0; i < *n; ++i)
                x[i] = (x[i] - dot(i, r + i * ldr, x)) / r[i * ldr + i];
    }
}

} // extern "C"
