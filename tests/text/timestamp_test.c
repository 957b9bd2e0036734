#include "support/test.h"
#include "text/duration.h"
#include "text/timestamp.h"

typedef struct TimestampCase {
    const char *text;
    int64_t us;
} TimestampCase;

static void written_forms_are_read(void **state)
{
    UNUSED(state);
    static const TimestampCase CASES[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2016-01-22T16:01:00Z", INT64_C(1453478460000000)},
        {"2016-01-22 16:01:00", INT64_C(1453478460000000)},
        {"2016-01-22t16:01:00z", INT64_C(1453478460000000)},
        {"2016-01-22 16:01", INT64_C(1453478460000000)},
        {"2016-01-22 16:01:00 UTC", INT64_C(1453478460000000)},
        {"2016-01-22", INT64_C(1453420800000000)},
        {"2016-01-22T16:01:00.5Z", INT64_C(1453478460500000)},
        {"2016-01-22T16:01:00,123456Z", INT64_C(1453478460123456)},
        {"2016-01-22T17:01:00+01", INT64_C(1453478460000000)},
        {"2016-01-22T17:01:00+0100", INT64_C(1453478460000000)},
        {"2016-01-22 17:01:00+01:00", INT64_C(1453478460000000)},
        {"2016-01-22T11:31:00-04:30", INT64_C(1453478460000000)},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
        {"+294247-01-10T04:00:54.775807Z", INT64_MAX},
        {"-290308-12-21T19:59:05.224192Z", INT64_MIN},
        {"2016-02-29T00:00:00Z", INT64_C(1456704000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        int64_t us = 42;
        ASSERT_OK(timestamp_parse(str_from(CASES[i].text), NULL, TIMESTAMP_DOWN, &us, &err), err);
        if (us != CASES[i].us) fail_msg("%s: %lld", CASES[i].text, (long long)us);
    }
}

static void what_no_calendar_has_is_refused(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        const char *error;
    } CASES[] = {
        {"", "bad timestamp '': a year has four digits"},
        {"2016-13-01", "bad timestamp '2016-13-01': a month is 01 to 12"},
        {"2016-00-01", "bad timestamp '2016-00-01': a month is 01 to 12"},
        {"2015-02-29", "bad timestamp '2015-02-29': this month has no such day"},
        {"2016-04-31", "bad timestamp '2016-04-31': this month has no such day"},
        {"2016-04-00", "bad timestamp '2016-04-00': this month has no such day"},
        {"2016-1-1", "bad timestamp '2016-1-1': a month is 01 to 12"},
        {"16-01-01", "bad timestamp '16-01-01': a year has four digits"},
        {"2016-01-01T24:00:00Z", "bad timestamp '2016-01-01T24:00:00Z': an hour is 00 to 23"},
        {"2016-01-01T23:60:00Z", "bad timestamp '2016-01-01T23:60:00Z': a minute is 00 to 59"},
        {"2016-12-31T23:59:60Z", "bad timestamp '2016-12-31T23:59:60Z': a second is 00 to 59"},
        {"2016-01-01X00:00", "bad timestamp '2016-01-01X00:00': expected T or a space behind the date"},
        {"2016-01-01T00", "bad timestamp '2016-01-01T00': expected hour:minute"},
        {"2016-01-01T00:00:00.", "bad timestamp '2016-01-01T00:00:00.': a fraction has one to nine digits"},
        {"2016-01-01T00:00:00.1234567890Z",
         "bad timestamp '2016-01-01T00:00:00.1234567890Z': expected Z or an offset such as +01:00 at the end"},
        {"2016-01-01T00:00:00+1",
         "bad timestamp '2016-01-01T00:00:00+1': expected Z or an offset such as +01:00 at the end"},
        {"2016-01-01T00:00:00+01:00Z",
         "bad timestamp '2016-01-01T00:00:00+01:00Z': expected Z or an offset such as +01:00 at the end"},
        {"2016-01-01T00:00:00 Europe/Berlin",
         "bad timestamp '2016-01-01T00:00:00 Europe/Berlin': expected Z or an offset such as +01:00 at the end"},
        {"+294247-01-10T04:00:54.775808Z",
         "bad timestamp '+294247-01-10T04:00:54.775808Z': outside of the years -290308 to 294247"},
        {"-290308-12-21T19:59:05.224191Z",
         "bad timestamp '-290308-12-21T19:59:05.224191Z': outside of the years -290308 to 294247"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        int64_t us = 42;
        assert_false(timestamp_parse(str_from(CASES[i].text), NULL, TIMESTAMP_DOWN, &us, &err));
        assert_string_equal(err.text, CASES[i].error);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_true(us == 42);
    }
}

static int64_t parsed(const char *text, TimestampRounding rounding)
{
    Error err = {0};
    int64_t us = 0;
    ASSERT_OK(timestamp_parse(str_from(text), NULL, rounding, &us, &err), err);
    return us;
}

static void nanoseconds_round_down_or_up_but_never_to_the_nearest(void **state)
{
    UNUSED(state);
    assert_true(parsed("1970-01-01T00:00:00.000000999Z", TIMESTAMP_DOWN) == 0);
    assert_true(parsed("1970-01-01T00:00:00.000000001Z", TIMESTAMP_UP) == 1);
    assert_true(parsed("1969-12-31T23:59:59.999999001Z", TIMESTAMP_DOWN) == -1);
    assert_true(parsed("1969-12-31T23:59:59.999999001Z", TIMESTAMP_UP) == 0);
    assert_true(parsed("1970-01-01T00:00:00.999999999Z", TIMESTAMP_UP) == 1000000);
    assert_true(parsed("1970-01-01T00:00:00.000001000Z", TIMESTAMP_UP) == 1);

    assert_true(timestamp_us_from_ns(1999, TIMESTAMP_DOWN) == 1);
    assert_true(timestamp_us_from_ns(1001, TIMESTAMP_UP) == 2);
    assert_true(timestamp_us_from_ns(-1, TIMESTAMP_DOWN) == -1);
    assert_true(timestamp_us_from_ns(-1, TIMESTAMP_UP) == 0);
    assert_true(timestamp_us_from_ns(-1000, TIMESTAMP_DOWN) == -1);
    assert_true(timestamp_us_from_ns(INT64_MIN, TIMESTAMP_DOWN) == INT64_MIN / 1000 - 1);
    assert_true(timestamp_us_from_ns(INT64_MAX, TIMESTAMP_UP) == INT64_MAX / 1000 + 1);
}

static void coarser_units_overflow_is_seen(void **state)
{
    UNUSED(state);
    int64_t us = 0;
    assert_true(timestamp_us_from_ms(-7, &us) && us == -7000);
    assert_true(timestamp_us_from_s(7, &us) && us == 7000000);
    assert_false(timestamp_us_from_ms(INT64_MAX / 999, &us));
    assert_false(timestamp_us_from_s(INT64_MIN / 999999, &us));
}

static void a_text_without_offset_is_local_in_the_given_zone(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Zone *zone = NULL;
    int64_t us = 0;
    ASSERT_OK(zone_find(STR("America/New_York"), &zone, &err), err);
    ASSERT_OK(timestamp_parse(STR("2016-01-22 11:01:00"), zone, TIMESTAMP_DOWN, &us, &err), err);
    assert_string_equal(timestamp_format(us).text, "2016-01-22T16:01:00Z");
    ASSERT_OK(timestamp_parse(STR("2016-07-22"), zone, TIMESTAMP_DOWN, &us, &err), err);
    assert_string_equal(timestamp_format(us).text, "2016-07-22T04:00:00Z");
    ASSERT_OK(timestamp_parse(STR("2016-01-22 11:01:00Z"), zone, TIMESTAMP_DOWN, &us, &err), err);
    assert_string_equal(timestamp_format(us).text, "2016-01-22T11:01:00Z");
    ASSERT_FAILS(timestamp_parse(STR("-290308-12-21T00:00:00"), zone, TIMESTAMP_DOWN, &us, &err), err, ERROR_DATA,
                 "outside of the years");
    assert_string_equal(timestamp_format_local(zone, us).text, "2016-01-22 06:01:00");
}

static void formatted_timestamps_are_read_back(void **state)
{
    UNUSED(state);
    uint64_t seed = 5;
    for (int i = 0; i < 200000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t us = (int64_t)seed >> (i % 55);
        assert_true(parsed(timestamp_format(us).text, TIMESTAMP_DOWN) == us);
    }
    assert_string_equal(timestamp_format(1453478460000001).text, "2016-01-22T16:01:00.000001Z");
    assert_string_equal(timestamp_format(INT64_MIN).text, "-290308-12-21T19:59:05.224192Z");
    assert_string_equal(timestamp_format(INT64_MAX).text, "+294247-01-10T04:00:54.775807Z");
}

static void dates_are_read_and_written(void **state)
{
    UNUSED(state);
    Error err = {0};
    int32_t days = 0;
    for (int32_t expected = -800000; expected < 3000000; expected += 37) {
        ASSERT_OK(date_parse(str_from(date_format(expected).text), &days, &err), err);
        assert_int_equal(days, expected);
    }
    assert_string_equal(date_format(16822).text, "2016-01-22");
    ASSERT_FAILS(date_parse(STR("2016-01-22T00:00"), &days, &err), err, ERROR_DATA, "expected nothing behind the day");
    ASSERT_FAILS(date_parse(STR("2015-02-29"), &days, &err), err, ERROR_DATA, "bad date '2015-02-29'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_forms_are_read),
        cmocka_unit_test(what_no_calendar_has_is_refused),
        cmocka_unit_test(nanoseconds_round_down_or_up_but_never_to_the_nearest),
        cmocka_unit_test(coarser_units_overflow_is_seen),
        cmocka_unit_test(a_text_without_offset_is_local_in_the_given_zone),
        cmocka_unit_test(formatted_timestamps_are_read_back),
        cmocka_unit_test(dates_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
