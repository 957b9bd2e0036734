#include <math.h>

#include "frame/profile.h"
#include "number/float_order.h"
#include "support/test.h"

static void counts_range_and_quantiles_are_exact(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_INT32)};
    AUTO(profile_deinit) Profile profile = {0};
    for (int64_t i = 100; i >= 1; i--) ASSERT_OK(column_push_int(&column, i, &err), err);
    ASSERT_OK(column_push_null(&column, &err), err);
    Vector vector = column_view(&column);
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    assert_int_equal(profile.row_count, 101);
    assert_int_equal(profile.null_count, 1);
    assert_int_equal(profile.distinct_count, 100);
    assert_true(profile.has_numbers);
    assert_true(profile.minimum == 1 && profile.maximum == 100 && profile.mean == 50.5);
    assert_true(profile.quantiles[0] == 1 && profile.quantiles[10] == 50 && profile.quantiles[20] == 100);
    assert_true(profile.quantiles[1] == 5);
    assert_true(fabs(profile.stddev - 29.011491975882016) < 1e-12);
    for (size_t i = 0; i < PROFILE_BINS; i++) assert_int_equal(profile.bins[i], 5);
}

static void row_order_does_not_show(void **state)
{
    UNUSED(state);
    Error err = {0};
    enum { ROWS = 1000 };
    AUTO(column_deinit) Column up = {.type = TYPE_OF(TYPE_FLOAT64)};
    AUTO(column_deinit) Column down = {.type = TYPE_OF(TYPE_FLOAT64)};
    AUTO(profile_deinit) Profile left = {0};
    AUTO(profile_deinit) Profile right = {0};
    for (int i = 0; i < ROWS; i++) {
        ASSERT_OK(column_push_float(&up, sqrt(i) * 1e15, &err), err);
        ASSERT_OK(column_push_float(&down, sqrt(ROWS - 1 - i) * 1e15, &err), err);
    }
    Vector views[] = {column_view(&up), column_view(&down)};
    ASSERT_OK(profile_compute(&views[0], &left, &err), err);
    ASSERT_OK(profile_compute(&views[1], &right, &err), err);
    assert_memory_equal(&left.mean, &right.mean, sizeof(double));
    assert_memory_equal(&left.stddev, &right.stddev, sizeof(double));
    assert_memory_equal(left.quantiles, right.quantiles, sizeof(left.quantiles));
    assert_memory_equal(left.bins, right.bins, sizeof(left.bins));
}

static void infinities_and_nan_stay_out_of_the_range(void **state)
{
    UNUSED(state);
    Error err = {0};
    const double values[] = {float_nan(), float_infinity(), -float_infinity(), 2, -0.0, 0.0, -float_nan()};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
    AUTO(profile_deinit) Profile profile = {0};
    for (size_t i = 0; i < COUNT_OF(values); i++) ASSERT_OK(column_push_float(&column, values[i], &err), err);
    Vector vector = column_view(&column);
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    assert_int_equal(profile.nan_count, 2);
    assert_int_equal(profile.distinct_count, 5);
    assert_true(profile.minimum == 0 && profile.maximum == 2);
    ASSERT_STR(profile.top[0].text, "0");
    assert_int_equal(profile.top[0].count, 2);
}

static void top_values_come_by_count_then_value(void **state)
{
    UNUSED(state);
    Error err = {0};
    static const char *const letters = "cbaabczzzyxwvutsrqp";
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    AUTO(profile_deinit) Profile profile = {0};
    for (size_t i = 0; letters[i] != 0; i++) ASSERT_OK(column_push_string(&column, (Str){letters + i, 1}, &err), err);
    ASSERT_OK(column_push_null(&column, &err), err);
    Vector vector = column_view(&column);
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    assert_false(profile.has_numbers);
    assert_int_equal(profile.distinct_count, 14);
    assert_int_equal(profile.top_count, PROFILE_TOP_MAX);
    static const char expected[] = "zabcpqrstu";
    for (size_t i = 0; i < PROFILE_TOP_MAX; i++) assert_int_equal(profile.top[i].text.data[0], expected[i]);
    assert_int_equal(profile.top[0].count, 3);
}

static void every_storage_can_be_profiled(void **state)
{
    UNUSED(state);
    Error err = {0};
    for (size_t id = 0; id < TYPE_LIST; id++) {
        AUTO(column_deinit) Column column = {.type = {.id = (TypeId)id, .precision = 38, .scale = 2}};
        AUTO(profile_deinit) Profile profile = {0};
        ASSERT_OK(column_resize(&column, 3, &err), err);
        ASSERT_OK(column_set_null(&column, 1, &err), err);
        Vector vector = column_view(&column);
        ASSERT_OK(profile_compute(&vector, &profile, &err), err);
        assert_int_equal(profile.distinct_count, 1);
        assert_int_equal(profile.top_count, 1);
        assert_int_equal(profile.top[0].count, 2);
    }
}

static void a_range_over_all_doubles_and_a_constant_have_bins(void **state)
{
    UNUSED(state);
    Error err = {0};
    double wide[] = {-1.7976931348623157e308, 0, 1.7976931348623157e308};
    double same[] = {0.1, 0.1, 0.1};
    const double *both[] = {wide, same};
    for (size_t i = 0; i < 2; i++) {
        AUTO(profile_deinit) Profile profile = {0};
        AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
        for (size_t j = 0; j < 3; j++) ASSERT_OK(column_push_float(&column, both[i][j], &err), err);
        Vector vector = column_view(&column);
        ASSERT_OK(profile_compute(&vector, &profile, &err), err);
        uint64_t total = 0;
        for (size_t j = 0; j < PROFILE_BINS; j++) total += profile.bins[j];
        assert_int_equal(total, 3);
        assert_true(isfinite(profile.mean));
    }
}

static void times_are_in_microseconds(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t one = 1;
    const struct {
        TypeId id;
        double us;
    } cases[] = {{TYPE_DATE, 86400e6}, {TYPE_TIMESTAMP_S, 1e6}, {TYPE_TIMESTAMP_MS, 1e3}, {TYPE_TIMESTAMP_NS, 1e-3}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO(profile_deinit) Profile profile = {0};
        Vector vector = {.type = TYPE_OF(cases[i].id), .count = 1, .values.ints = &one};
        ASSERT_OK(profile_compute(&vector, &profile, &err), err);
        assert_true(profile.maximum == cases[i].us);
    }
}

static void lists_are_counted_and_their_sizes_are_the_numbers(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(profile_deinit) Profile profile = {0};
    AUTO(column_deinit) Column column = {.type = type_list(TYPE_OF(TYPE_BOOL))};
    static const Str LISTS[] = {STR_INIT("\2\0\0\0\1\1\0"), STR_INIT("\0\0\0\0"), STR_INIT("\2\0\0\0\1\1\0")};
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) ASSERT_OK(column_push_string(&column, LISTS[i], &err), err);
    ASSERT_OK(column_push_null(&column, &err), err);
    Vector vector = column_view(&column);
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    assert_int_equal(profile.null_count, 1);
    assert_int_equal(profile.distinct_count, 2);
    assert_true(profile.has_numbers);
    assert_true(profile.minimum == 0 && profile.maximum == 2 && profile.quantiles[10] == 2);
    ASSERT_STR(profile.top[0].text, "[true,null]");
    assert_int_equal(profile.top[0].count, 2);
    ASSERT_STR(profile.top[1].text, "[]");
}

static void an_empty_column_has_an_empty_profile(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(profile_deinit) Profile profile = {0};
    Vector vector = {.type = TYPE_OF(TYPE_FLOAT64)};
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    assert_false(profile.has_numbers);
    assert_int_equal(profile.distinct_count, 0);
}

static bool compute_profiles(void *context, Error *err)
{
    UNUSED(context);
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    AUTO(column_deinit) Column numbers = {.type = TYPE_OF(TYPE_FLOAT32)};
    AUTO(profile_deinit) Profile profile = {0};
    AUTO(profile_deinit) Profile number_profile = {0};
    TRY(column_push_string(&column, STR("a"), err));
    TRY(column_push_float(&numbers, 1, err));
    TRY(column_push_float(&numbers, 0, err));
    Vector vector = column_view(&column);
    Vector number_vector = column_view(&numbers);
    TRY(profile_compute(&vector, &profile, err));
    return profile_compute(&number_vector, &number_profile, err);
}

static void a_profile_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(compute_profiles, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_range_and_quantiles_are_exact),
        cmocka_unit_test(row_order_does_not_show),
        cmocka_unit_test(infinities_and_nan_stay_out_of_the_range),
        cmocka_unit_test(top_values_come_by_count_then_value),
        cmocka_unit_test(every_storage_can_be_profiled),
        cmocka_unit_test(a_range_over_all_doubles_and_a_constant_have_bins),
        cmocka_unit_test(times_are_in_microseconds),
        cmocka_unit_test(lists_are_counted_and_their_sizes_are_the_numbers),
        cmocka_unit_test(an_empty_column_has_an_empty_profile),
        cmocka_unit_test(a_profile_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
