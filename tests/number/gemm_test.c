#include "number/gemm.h"

#include "mpfr_reference.h"

enum { ROWS = 2 * GRAM_LEAF_ROWS + 333, COLUMNS = 7 };

static double rows[ROWS * COLUMNS];
static double targets[ROWS];
static double weights[ROWS];

static void draw_rows(void)
{
    uint64_t random = 1;
    for (size_t i = 0; i < COUNT_OF(rows); i++) rows[i] = test_between(&random, -1, 1);
    for (size_t i = 0; i < ROWS; i++) targets[i] = test_between(&random, -1, 1);
    for (size_t i = 0; i < ROWS; i++) weights[i] = test_between(&random, 0, 2);
}

/// The definition: eight lanes, written with nothing but scalars.
static double naive_dot(const double *x, const double *y, size_t count)
{
    double s[8] = {0};
    for (size_t i = 0; i < count; i++) s[i % 8] += x[i] * y[i];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void dot_products_follow_the_order_of_their_definition(void **state)
{
    UNUSED(state);
    draw_rows();
    for (size_t count = 0; count < 200; count++) {
        assert_same_bits(dot_fixed(rows + count, targets, count), naive_dot(rows + count, targets, count));
    }
}

static void a_matrix_times_a_vector_is_one_dot_product_a_row(void **state)
{
    UNUSED(state);
    double out[5];
    draw_rows();
    matrix_vector(rows, 5, COLUMNS, targets, out);
    for (size_t i = 0; i < 5; i++) assert_same_bits(out[i], naive_dot(rows + i * COLUMNS, targets, COLUMNS));
}

static void a_leaf_adds_its_rows_in_order(void **state)
{
    UNUSED(state);
    double gram[COLUMNS * COLUMNS];
    double moments[COLUMNS];
    draw_rows();
    for (size_t count = 0; count <= 9; count++) {
        gram_leaf(rows, count, COLUMNS, weights, targets, gram, moments);
        for (size_t i = 0; i < COLUMNS; i++) {
            double moment = 0;
            for (size_t k = 0; k < count; k++) moment += weights[k] * targets[k] * rows[k * COLUMNS + i];
            assert_same_bits(moments[i], moment);
            for (size_t j = 0; j <= i; j++) {
                double sum = 0;
                for (size_t k = 0; k < count; k++) sum += weights[k] * rows[k * COLUMNS + i] * rows[k * COLUMNS + j];
                assert_same_bits(gram[i * COLUMNS + j], sum);
            }
        }
    }
}

/// Leaves computed last to first, as another thread might, then folded.
static void all_rows_equal_the_fold_of_leaves_computed_in_any_order(void **state)
{
    UNUSED(state);
    enum { LEAVES = 3, WIDTH = COLUMNS * COLUMNS + COLUMNS };
    Error err = {0};
    double gram[COLUMNS * COLUMNS];
    double moments[COLUMNS];
    static double slots[LEAVES * WIDTH];
    draw_rows();
    ASSERT_OK(gram_rows(rows, ROWS, COLUMNS, NULL, targets, gram, moments, &err), err);
    for (size_t i = LEAVES; i-- > 0;) {
        size_t begin = i * GRAM_LEAF_ROWS;
        size_t count = ROWS - begin < GRAM_LEAF_ROWS ? ROWS - begin : GRAM_LEAF_ROWS;
        double *slot = slots + i * WIDTH;
        gram_leaf(rows + begin * COLUMNS, count, COLUMNS, NULL, targets + begin, slot, slot + COLUMNS * COLUMNS);
    }
    tree_fold(slots, LEAVES, WIDTH);
    assert_memory_equal(gram, slots, sizeof(gram));
    assert_memory_equal(moments, slots + COLUMNS * COLUMNS, sizeof(moments));
}

static void least_squares_find_the_coefficients_that_made_the_data(void **state)
{
    UNUSED(state);
    const double truth[COLUMNS] = {1, -2, 3, 0.5, 0, 10, -0.25};
    Error err = {0};
    double gram[COLUMNS * COLUMNS];
    double found[COLUMNS];
    draw_rows();
    for (size_t i = 0; i < ROWS; i++) targets[i] = dot_fixed(rows + i * COLUMNS, truth, COLUMNS);
    ASSERT_OK(gram_rows(rows, ROWS, COLUMNS, weights, targets, gram, found, &err), err);
    ASSERT_OK(cholesky_factor(gram, COLUMNS, &err), err);
    cholesky_solve(gram, COLUMNS, found);
    for (size_t i = 0; i < COLUMNS; i++) assert_true(found[i] - truth[i] < 1e-12 && truth[i] - found[i] < 1e-12);
}

static bool gram_all(void *context, Error *err)
{
    double gram[COLUMNS * COLUMNS];
    UNUSED(context);
    return gram_rows(rows, ROWS, COLUMNS, NULL, NULL, gram, NULL, err);
}

static void normal_equations_survive_every_failed_allocation(void **state)
{
    UNUSED(state);
    draw_rows();
    for_each_allocation_failure(gram_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dot_products_follow_the_order_of_their_definition),
        cmocka_unit_test(a_matrix_times_a_vector_is_one_dot_product_a_row),
        cmocka_unit_test(a_leaf_adds_its_rows_in_order),
        cmocka_unit_test(all_rows_equal_the_fold_of_leaves_computed_in_any_order),
        cmocka_unit_test(least_squares_find_the_coefficients_that_made_the_data),
        cmocka_unit_test(normal_equations_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
