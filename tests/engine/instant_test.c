#include "engine/instant.h"

#include "support/test.h"

static bool convert(TypeId type, bool zoned, int64_t value, const char *zone, bool round_up, int64_t *out, Error *err)
{
    int64_t held = value;
    Vector vector = {.type = {.id = type, .zoned = zoned}, .count = 1, .values = {.ints = &held}};
    return instant_from(&vector, 0, str_from(zone), round_up, out, err);
}

static void check(TypeId type, const char *zone, int64_t value, bool round_up, int64_t expected)
{
    int64_t instant = 0;
    Error err = {0};
    ASSERT_OK(convert(type, false, value, zone, round_up, &instant, &err), err);
    assert_int_equal(instant, expected);
}

static void units_become_microseconds(void **state)
{
    UNUSED(state);
    check(TYPE_TIMESTAMP_S, "", -2, false, -2000000);
    check(TYPE_TIMESTAMP_MS, "", 3, false, 3000);
    check(TYPE_TIMESTAMP_US, "", 3, false, 3);
    check(TYPE_DATE, "", -1, false, INT64_C(-86400000000));
}

static void nanoseconds_round_to_the_side_asked_for(void **state)
{
    UNUSED(state);
    check(TYPE_TIMESTAMP_NS, "", 1001, false, 1);
    check(TYPE_TIMESTAMP_NS, "", 1001, true, 2);
    check(TYPE_TIMESTAMP_NS, "", -1, false, -1);
    check(TYPE_TIMESTAMP_NS, "", -1, true, 0);
    check(TYPE_TIMESTAMP_NS, "", 2000, true, 2);
}

static void local_times_are_read_in_the_zone_and_instants_are_not(void **state)
{
    UNUSED(state);
    int64_t instant = 0;
    Error err = {0};
    check(TYPE_TIMESTAMP_S, "Asia/Tokyo", 0, false, INT64_C(-9) * 3600 * 1000000);
    check(TYPE_DATE, "Asia/Tokyo", 0, false, INT64_C(-9) * 3600 * 1000000);
    ASSERT_OK(convert(TYPE_TIMESTAMP_S, true, 0, "Asia/Tokyo", false, &instant, &err), err);
    assert_int_equal(instant, 0);
}

static void what_does_not_fit_or_is_no_time_is_refused(void **state)
{
    UNUSED(state);
    int64_t instant = 0;
    Error err = {0};
    ASSERT_FAILS(convert(TYPE_TIMESTAMP_S, false, INT64_MAX, "", false, &instant, &err), err, ERROR_DATA, "64 bits");
    ASSERT_FAILS(convert(TYPE_DATE, false, INT64_MAX, "", false, &instant, &err), err, ERROR_DATA, "64 bits");
    ASSERT_FAILS(convert(TYPE_INT64, false, 1, "", false, &instant, &err), err, ERROR_DATA, "neither a timestamp");
}

static void whole_columns_name_the_row_that_fails(void **state)
{
    UNUSED(state);
    int64_t values[3] = {1, INT64_MAX, INT64_MAX};
    uint8_t valid[3] = {1, 0, 1};
    int64_t out[3];
    Error err = {0};
    Vector vector = {.type = TYPE_OF(TYPE_TIMESTAMP_S), .count = 2, .valid = valid, .values = {.ints = values}};
    ASSERT_OK(instants_convert(&vector, (Str){0}, false, out, &err), err);
    assert_int_equal(out[0], 1000000);
    assert_int_equal(out[1], 0);
    vector.count = 3;
    ASSERT_FAILS(instants_convert(&vector, (Str){0}, false, out, &err), err, ERROR_DATA, "row 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_become_microseconds),
        cmocka_unit_test(nanoseconds_round_to_the_side_asked_for),
        cmocka_unit_test(local_times_are_read_in_the_zone_and_instants_are_not),
        cmocka_unit_test(what_does_not_fit_or_is_no_time_is_refused),
        cmocka_unit_test(whole_columns_name_the_row_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
