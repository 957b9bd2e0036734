#include "number/eigen.h"

#include "support/test.h"

#include "number/float_order.h"

enum { SIZE_MAX_HERE = 24 };

static double magnitude(double value)
{
    return value < 0 ? -value : value;
}

static void a_matrix_of_two_is_decomposed_by_hand(void **state)
{
    UNUSED(state);
    Error err = {0};
    double matrix[] = {2, 1, 1, 2};
    double values[2];
    double vectors[4];
    ASSERT_OK(eigen_symmetric(matrix, 2, values, vectors, &err), err);
    assert_true(magnitude(values[0] - 3) < 1e-15 && magnitude(values[1] - 1) < 1e-15);
    assert_true(magnitude(vectors[0] - vectors[1]) < 1e-15);
    assert_true(vectors[2] * vectors[3] < 0);
    assert_true(vectors[0] > 0 && (vectors[2] > 0 || magnitude(vectors[3]) > magnitude(vectors[2])));
}

static void a_diagonal_is_only_put_in_order(void **state)
{
    UNUSED(state);
    Error err = {0};
    double matrix[] = {1, 0, 0, 0, 9, 0, 0, 0, 4};
    double values[3];
    double vectors[9];
    const double expected[] = {0, 1, 0, 0, 0, 1, 1, 0, 0};
    ASSERT_OK(eigen_symmetric(matrix, 3, values, vectors, &err), err);
    assert_true(values[0] == 9 && values[1] == 4 && values[2] == 1);
    for (size_t i = 0; i < COUNT_OF(expected); i++) assert_int_equal(float_bits(vectors[i]), float_bits(expected[i]));
}

static void fill_symmetric(double *matrix, size_t size, uint64_t seed)
{
    for (size_t i = 0; i < size; i++) {
        for (size_t k = i; k < size; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            matrix[i * size + k] = matrix[k * size + i] = (double)(int64_t)(seed >> 20) / 1e13;
        }
    }
}

/// |A v - value v| for every pair, and that the vectors are orthonormal.
static void check_pairs(const double *matrix, size_t size, const double *values, const double *vectors)
{
    for (size_t i = 0; i < size; i++) {
        assert_true(i == 0 || values[i - 1] >= values[i]);
        for (size_t row = 0; row < size; row++) {
            double sum = 0;
            for (size_t k = 0; k < size; k++) sum += matrix[row * size + k] * vectors[i * size + k];
            assert_true(magnitude(sum - values[i] * vectors[i * size + row]) < 1e-11);
        }
        for (size_t other = 0; other < size; other++) {
            double sum = 0;
            for (size_t k = 0; k < size; k++) sum += vectors[i * size + k] * vectors[other * size + k];
            assert_true(magnitude(sum - (i == other)) < 1e-12);
        }
    }
}

static void random_matrices_are_taken_apart(void **state)
{
    UNUSED(state);
    Error err = {0};
    for (size_t size = 1; size <= SIZE_MAX_HERE; size++) {
        double matrix[SIZE_MAX_HERE * SIZE_MAX_HERE];
        double copy[SIZE_MAX_HERE * SIZE_MAX_HERE];
        double again[SIZE_MAX_HERE * SIZE_MAX_HERE];
        double values[SIZE_MAX_HERE];
        double vectors[SIZE_MAX_HERE * SIZE_MAX_HERE];
        fill_symmetric(matrix, size, size);
        memcpy(copy, matrix, sizeof(matrix));
        ASSERT_OK(eigen_symmetric(copy, size, values, vectors, &err), err);
        check_pairs(matrix, size, values, vectors);
        memcpy(copy, matrix, sizeof(matrix));
        ASSERT_OK(eigen_symmetric(copy, size, values, again, &err), err);
        assert_memory_equal(vectors, again, size * size * sizeof(double));
    }
}

static void a_matrix_without_full_rank_has_zeros_at_the_end(void **state)
{
    UNUSED(state);
    Error err = {0};
    double matrix[] = {1, 2, 3, 2, 4, 6, 3, 6, 9};
    double values[3];
    double vectors[9];
    ASSERT_OK(eigen_symmetric(matrix, 3, values, vectors, &err), err);
    assert_true(magnitude(values[0] - 14) < 1e-13);
    assert_true(magnitude(values[1]) < 1e-14 && magnitude(values[2]) < 1e-14);
}

static bool decompose(void *context, Error *err)
{
    UNUSED(context);
    double matrix[] = {2, 1, 1, 2};
    double values[2];
    double vectors[4];
    return eigen_symmetric(matrix, 2, values, vectors, err);
}

static void running_out_of_memory_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(decompose, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_of_two_is_decomposed_by_hand),
        cmocka_unit_test(a_diagonal_is_only_put_in_order),
        cmocka_unit_test(random_matrices_are_taken_apart),
        cmocka_unit_test(a_matrix_without_full_rank_has_zeros_at_the_end),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
