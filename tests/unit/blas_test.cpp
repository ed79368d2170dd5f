// The routines behind L-BFGS-B, against what they are defined to do.
#include <gtest/gtest.h>

#include <vector>

extern "C" {
double ddot_(const int*, const double*, const int*, const double*, const int*);
void daxpy_(const int*, const double*, const double*, const int*, double*, const int*);
void dcopy_(const int*, const double*, const int*, double*, const int*);
void dscal_(const int*, const double*, double*, const int*);
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dtrtrs_(const char*, const char*, const char*, const int*, const int*, const double*,
             const int*, double*, const int*, int*);
}

namespace {

constexpr int one = 1, two = 2, back = -1;

// 1 + 2 + ... + 19 twos: whole numbers, exact in any order.
TEST(Blas, SumsProductsWithAnyStep) {
    std::vector<double> x(40), y(40, 2);
    for (std::size_t k = 0; k < x.size(); ++k)
        x[k] = static_cast<double>(k);
    const int n = 20;
    EXPECT_EQ(ddot_(&n, x.data(), &one, y.data(), &one), 380);
    EXPECT_EQ(ddot_(&n, x.data(), &two, y.data(), &one), 760);
    EXPECT_EQ(ddot_(&n, x.data(), &one, x.data(), &back), 1140); // sum of k (19 - k)
    const int none = 0;
    EXPECT_EQ(ddot_(&none, x.data(), &one, y.data(), &one), 0);
}

// The order of additions is part of the result: eight sums, put together in a fixed order.
TEST(Blas, SumsInOneOrder) {
    const std::vector<double> x{1e16, 1, 1, 1, -1e16, 1, 1, 1, 1, 1};
    const std::vector<double> y(10, 1);
    const int n = 10;
    EXPECT_EQ(ddot_(&n, x.data(), &one, y.data(), &one), 8); // 1e16 meets -1e16 first
}

TEST(Blas, AddsCopiesAndScalesWithAnyStep) {
    const std::vector<double> x{1, 2, 3, 4};
    std::vector<double> y{10, 20, 30, 40};
    const double by = 2;
    const int n = 4, half = 2;
    daxpy_(&n, &by, x.data(), &one, y.data(), &one);
    EXPECT_EQ(y, (std::vector<double>{12, 24, 36, 48}));
    daxpy_(&half, &by, x.data(), &two, y.data(), &back); // x[0] to y[1], x[2] to y[0]
    EXPECT_EQ(y, (std::vector<double>{18, 26, 36, 48}));
    dcopy_(&half, x.data(), &two, y.data(), &one);
    EXPECT_EQ(y, (std::vector<double>{1, 3, 36, 48}));
    dscal_(&half, &by, y.data(), &two);
    EXPECT_EQ(y, (std::vector<double>{2, 3, 72, 48}));
}

// A = R'R with R = (2 1 3; 0 4 5; 0 0 6), stored by columns of four numbers.
TEST(Blas, FactorsAndSolves) {
    std::vector<double> a{4, 0, 0, -1, 2, 17, 0, -1, 6, 23, 70, -1};
    const int n = 3, stride = 4;
    int info = -1;
    dpotrf_("U", &n, a.data(), &stride, &info);
    EXPECT_EQ(info, 0);
    EXPECT_EQ(a, (std::vector<double>{2, 0, 0, -1, 1, 4, 0, -1, 3, 5, 6, -1}));
    // R (1, 2, 3)' = (13, 23, 18)'; R' (1, 2, 3)' = (2, 9, 31)'.
    std::vector<double> b{13, 23, 18, 26, 46, 36};
    dtrtrs_("U", "N", "N", &n, &two, a.data(), &stride, b.data(), &n, &info);
    EXPECT_EQ(info, 0);
    EXPECT_EQ(b, (std::vector<double>{1, 2, 3, 2, 4, 6}));
    b = {2, 9, 31};
    dtrtrs_("U", "T", "N", &n, &one, a.data(), &stride, b.data(), &n, &info);
    EXPECT_EQ(b, (std::vector<double>{1, 2, 3}));
}

TEST(Blas, SaysWhatCannotBeSolved) {
    std::vector<double> a{1, 0, 2, 4}; // (1 2; 2 4) is singular
    const int n = 2;
    int info = -1;
    dpotrf_("U", &n, a.data(), &n, &info);
    EXPECT_EQ(info, 2);
    std::vector<double> b{1, 1};
    a = {1, 0, 2, 0};
    dtrtrs_("U", "N", "N", &n, &one, a.data(), &n, b.data(), &n, &info);
    EXPECT_EQ(info, 2);
}

} // namespace
