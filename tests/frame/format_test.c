#include "frame/format.h"
#include "support/test.h"

static void assert_text(const Vector *vector, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(vector_format(vector, 0, STR("null"), &text, &err), err);
    ASSERT_STR(bytes_str(&text), expected);
}

static void assert_int_text(Type type, int64_t value, const char *expected)
{
    Vector vector = {.type = type, .count = 1, .values.ints = &value};
    assert_text(&vector, expected);
}

static void assert_float_text(TypeId id, double value, const char *expected)
{
    Vector vector = {.type = TYPE_OF(id), .count = 1, .values.floats = &value};
    assert_text(&vector, expected);
}

static void floats_show_no_more_digits_than_their_width_needs(void **state)
{
    UNUSED(state);
    assert_float_text(TYPE_FLOAT64, 0.1, "0.1");
    assert_float_text(TYPE_FLOAT32, (double)0.1F, "0.1");
    assert_float_text(TYPE_FLOAT64, (double)0.1F, "0.10000000149011612");
    assert_float_text(TYPE_FLOAT64, -0.0, "-0");
    assert_float_text(TYPE_FLOAT32, (double)16777216.0F, "16777216");
}

static void times_show_their_unit_and_zone(void **state)
{
    UNUSED(state);
    assert_int_text(TYPE_OF(TYPE_TIMESTAMP_US), 1453478460000000, "2016-01-22 16:01:00");
    assert_int_text(TYPE_INSTANT, 1453478460000001, "2016-01-22 16:01:00.000001Z");
    assert_int_text(TYPE_OF(TYPE_TIMESTAMP_MS), -1, "1969-12-31 23:59:59.999");
    assert_int_text(TYPE_OF(TYPE_TIMESTAMP_NS), 1, "1970-01-01 00:00:00.000000001");
    assert_int_text(TYPE_OF(TYPE_TIMESTAMP_S), -62135596800, "0001-01-01 00:00:00");
    assert_int_text(TYPE_OF(TYPE_DATE), -1, "1969-12-31");
}

static void times_beyond_the_calendar_are_still_shown(void **state)
{
    UNUSED(state);
    assert_int_text(TYPE_OF(TYPE_TIMESTAMP_S), INT64_MAX, "9223372036854775807 s");
    assert_int_text(TYPE_OF(TYPE_DATE), INT64_MIN, "-9223372036854775808 days");
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    int64_t extremes[] = {INT64_MIN, INT64_MAX};
    for (size_t id = TYPE_TIMESTAMP_MS; id <= TYPE_TIMESTAMP_NS; id++) {
        Vector vector = {.type = TYPE_OF((TypeId)id), .count = 2, .values.ints = extremes};
        ASSERT_OK(vector_format(&vector, 0, STR(""), &text, &err), err);
        ASSERT_OK(vector_format(&vector, 1, STR(""), &text, &err), err);
    }
}

static void decimals_nulls_and_bools_read_as_written(void **state)
{
    UNUSED(state);
    Int128 decimal = -5;
    uint8_t no = 0;
    Vector cents = {.type = {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}, .count = 1, .values.decimals = &decimal};
    assert_text(&cents, "-0.05");
    cents.valid = &no;
    assert_text(&cents, "null");
    Vector boolean = {.type = TYPE_OF(TYPE_BOOL), .count = 1, .values.bools = &no};
    assert_text(&boolean, "false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_show_no_more_digits_than_their_width_needs),
        cmocka_unit_test(times_show_their_unit_and_zone),
        cmocka_unit_test(times_beyond_the_calendar_are_still_shown),
        cmocka_unit_test(decimals_nulls_and_bools_read_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
