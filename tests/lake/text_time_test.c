#include "lake/text_time_internal.h"
#include "support/test.h"

static TimeText parse(const char *text)
{
    Error err = {0};
    TimeText time = {0};
    ASSERT_OK(time_text_parse(str_from(text), &time, &err), err);
    return time;
}

static void offsets_are_seen(void **state)
{
    UNUSED(state);
    static const char *const with[] = {"2016-01-22T16:01:00Z", "2016-01-22 16:01:00+01", "2016-01-22 16:01-01:30",
                                       "2016-01-22 16:01:00.5 UTC"};
    static const char *const without[] = {"2016-01-22T16:01:00", "2016-01-22", "-0044-03-15 12:00:00.25"};
    for (size_t i = 0; i < COUNT_OF(with); i++) assert_true(parse(with[i]).has_offset);
    for (size_t i = 0; i < COUNT_OF(without); i++) assert_false(parse(without[i]).has_offset);
}

static void nanoseconds_are_kept(void **state)
{
    UNUSED(state);
    int64_t ns = 0;
    TimeText time = parse("1970-01-01 00:00:01.123456789");
    assert_int_equal(time.us, 1123456);
    assert_int_equal(time.ns_rest, 789);
    assert_true(time_text_ns(&time, &ns));
    assert_int_equal(ns, 1123456789);
    assert_int_equal(parse("1970-01-01 00:00:01.1234567").ns_rest, 700);
    assert_int_equal(parse("1970-01-01 00:00:01.12Z").ns_rest, 0);
    time = parse("1969-12-31 23:59:59.999999999");
    assert_true(time_text_ns(&time, &ns));
    assert_int_equal(ns, -1);
}

static void nanoseconds_that_do_not_fit_are_told(void **state)
{
    UNUSED(state);
    int64_t ns = 0;
    TimeText time = parse("2300-01-01");
    assert_false(time_text_ns(&time, &ns));
}

static void a_bad_text_is_quoted(void **state)
{
    UNUSED(state);
    Error err = {0};
    TimeText time = {0};
    ASSERT_FAILS(time_text_parse(STR("2016-13-01"), &time, &err), err, ERROR_DATA, "bad timestamp '2016-13-01'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_are_seen),
        cmocka_unit_test(nanoseconds_are_kept),
        cmocka_unit_test(nanoseconds_that_do_not_fit_are_told),
        cmocka_unit_test(a_bad_text_is_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
