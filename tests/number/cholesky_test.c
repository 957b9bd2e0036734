#include "number/cholesky.h"

#include "mpfr_reference.h"

enum { SIZE_MAX_TESTED = 40 };

static double matrix[SIZE_MAX_TESTED * SIZE_MAX_TESTED];
static double original[SIZE_MAX_TESTED * SIZE_MAX_TESTED];

/// B B^T + 1 for a random B: positive definite.
static void draw_matrix(uint64_t *random, size_t size)
{
    static double factor[SIZE_MAX_TESTED * SIZE_MAX_TESTED];
    for (size_t i = 0; i < size * size; i++) factor[i] = test_between(random, -1, 1);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double sum = i == j ? 1 : 0;
            for (size_t k = 0; k < size; k++) sum += factor[i * size + k] * factor[j * size + k];
            matrix[i * size + j] = sum;
        }
    }
    memcpy(original, matrix, sizeof(original));
}

static double residual(size_t size, const double *x, double right, size_t row)
{
    double sum = -right;
    for (size_t j = 0; j < size; j++) sum += original[row * size + j] * x[j];
    return sum < 0 ? -sum : sum;
}

static void solutions_satisfy_their_equations(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t random = 1;
    for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
        double right[SIZE_MAX_TESTED];
        double x[SIZE_MAX_TESTED];
        draw_matrix(&random, size);
        for (size_t i = 0; i < size; i++) right[i] = x[i] = test_between(&random, -10, 10);
        ASSERT_OK(cholesky_factor(matrix, size, &err), err);
        cholesky_solve(matrix, size, x);
        for (size_t i = 0; i < size; i++) assert_true(residual(size, x, right[i], i) < 1e-11);
    }
}

static void a_small_system_is_solved_by_hand(void **state)
{
    UNUSED(state);
    Error err = {0};
    double small[] = {4, 0, 2, 5};
    double x[] = {8, 14};
    ASSERT_OK(cholesky_factor(small, 2, &err), err);
    assert_same_bits(small[0], 2);
    assert_same_bits(small[2], 1);
    assert_same_bits(small[3], 2);
    cholesky_solve(small, 2, x);
    assert_same_bits(x[0], 0.75);
    assert_same_bits(x[1], 2.5);
}

static void dependent_columns_are_named(void **state)
{
    UNUSED(state);
    Error err = {0};
    double dependent[] = {1, 0, 0, 2, 4, 0, 3, 6, 20};
    double zero[] = {0};
    double undefined[] = {1, 0, float_nan(), 1};
    double infinite[] = {float_infinity()};
    ASSERT_FAILS(cholesky_factor(dependent, 3, &err), err, ERROR_DATA, "column 1 depends");
    ASSERT_FAILS(cholesky_factor(zero, 1, &err), err, ERROR_DATA, "column 0 depends");
    ASSERT_FAILS(cholesky_factor(undefined, 2, &err), err, ERROR_DATA, "column 1");
    ASSERT_FAILS(cholesky_factor(infinite, 1, &err), err, ERROR_DATA, "column 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_satisfy_their_equations),
        cmocka_unit_test(a_small_system_is_solved_by_hand),
        cmocka_unit_test(dependent_columns_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
