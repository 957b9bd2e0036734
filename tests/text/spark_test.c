#include "text/spark.h"

#include <math.h>

#include "support/test.h"

static void counts_become_blocks(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    static const uint64_t COUNTS[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 1000};
    ASSERT_OK(spark_write_counts(COUNTS, 9, &out, &err), err);
    ASSERT_STR(bytes_str(&out), " ▁▂▃▄▅▆▇█");
    bytes_clear(&out);
    ASSERT_OK(spark_write_counts(COUNTS, COUNT_OF(COUNTS), &out, &err), err);
    ASSERT_STR(bytes_str(&out), " ▁▁▁▁▁▁▁▁█"); // what is there shows, however small
}

static void odd_values_are_spaces(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    const double values[] = {(double)NAN, -1, 0, 0.5, 1};
    ASSERT_OK(spark_write(values, COUNT_OF(values), &out, &err), err);
    ASSERT_STR(bytes_str(&out), "   ▄█");
}

static void curves_run_from_least_to_greatest(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    const double values[] = {-3, -2, -1, 0, (double)INFINITY, 4};
    ASSERT_OK(spark_write_curve(values, COUNT_OF(values), &out, &err), err);
    ASSERT_STR(bytes_str(&out), "▁▂▃▄ █");
    bytes_clear(&out);
    const double flat[] = {2, 2};
    ASSERT_OK(spark_write_curve(flat, COUNT_OF(flat), &out, &err), err);
    ASSERT_STR(bytes_str(&out), "▁▁");
    bytes_clear(&out);
    const double widest[] = {-1.7976931348623157e308, 1.7976931348623157e308};
    ASSERT_OK(spark_write_curve(widest, COUNT_OF(widest), &out, &err), err);
    ASSERT_STR(bytes_str(&out), "▁█");
}

static void bars_fill_their_width(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    ASSERT_OK(bar_write(0.4375, 8, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "███▌    ");
    bytes_clear(&out);
    ASSERT_OK(bar_write(7, 2, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "██");
    bytes_clear(&out);
    ASSERT_OK(bar_write((double)NAN, 2, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "  ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_become_blocks),
        cmocka_unit_test(odd_values_are_spaces),
        cmocka_unit_test(curves_run_from_least_to_greatest),
        cmocka_unit_test(bars_fill_their_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
