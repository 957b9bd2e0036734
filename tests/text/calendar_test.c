#include "text/calendar.h"

#include "support/test.h"
#include "text/timestamp.h"

static const Zone *zone_named(const char *name)
{
    Error err = {0};
    const Zone *zone = NULL;
    ASSERT_OK(zone_find(str_from(name), &zone, &err), err);
    return zone;
}

static int64_t instant(const char *text)
{
    Error err = {0};
    int64_t us = 0;
    ASSERT_OK(timestamp_parse(str_from(text), NULL, TIMESTAMP_DOWN, &us, &err), err);
    return us;
}

static void assert_instant(int64_t actual, const char *expected)
{
    assert_string_equal(timestamp_format(actual).text, expected);
}

static void check_truncated(const char *zone, DateUnit unit, const char *from, const char *expected)
{
    int64_t us = 0;
    assert_true(calendar_truncate(zone_named(zone), unit, instant(from), &us));
    assert_instant(us, expected);
}

static void check_added(const char *zone, DateUnit unit, const char *from, int64_t count, const char *expected)
{
    int64_t us = 0;
    assert_true(calendar_add(zone_named(zone), unit, instant(from), count, &us));
    assert_instant(us, expected);
}

static void check_difference(const char *zone, DateUnit unit, const char *from, const char *to, int64_t expected)
{
    int64_t count = 0;
    assert_true(calendar_difference(zone_named(zone), unit, instant(from), instant(to), &count));
    assert_int_equal(count, expected);
    assert_true(calendar_difference(zone_named(zone), unit, instant(to), instant(from), &count));
    assert_int_equal(count, -expected);
}

static void units_begin_on_the_zones_clock(void **state)
{
    UNUSED(state);
    check_truncated("UTC", DATE_SECOND, "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z");
    check_truncated("UTC", DATE_WEEK, "2016-03-13T12:00:00Z", "2016-03-07T00:00:00Z");
    check_truncated("UTC", DATE_WEEK, "2016-03-07T00:00:00Z", "2016-03-07T00:00:00Z");
    check_truncated("UTC", DATE_WEEK, "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z");
    check_truncated("UTC", DATE_MONTH, "2016-02-29T12:00:00Z", "2016-02-01T00:00:00Z");
    check_truncated("UTC", DATE_QUARTER, "2016-06-30T12:00:00Z", "2016-04-01T00:00:00Z");
    check_truncated("UTC", DATE_YEAR, "1969-06-30T12:00:00Z", "1969-01-01T00:00:00Z");
    check_truncated("America/New_York", DATE_DAY, "2016-03-14T03:00:00Z", "2016-03-13T05:00:00Z");
    check_truncated("Asia/Kathmandu", DATE_HOUR, "2016-03-14T03:20:00Z", "2016-03-14T03:15:00Z");
}

static void an_hour_of_the_fold_begins_at_its_own_time(void **state)
{
    UNUSED(state);
    // 01:30 comes twice on 2016-11-06 in New York: 05:30 and 06:30 UTC.
    check_truncated("America/New_York", DATE_HOUR, "2016-11-06T05:30:00Z", "2016-11-06T05:00:00Z");
    check_truncated("America/New_York", DATE_HOUR, "2016-11-06T06:30:00Z", "2016-11-06T06:00:00Z");
}

static void a_midnight_that_is_skipped_is_the_first_moment_after_it(void **state)
{
    UNUSED(state);
    // Sao Paulo's clocks went from 00:00 to 01:00 on 2016-10-16.
    check_truncated("America/Sao_Paulo", DATE_DAY, "2016-10-16T12:00:00Z", "2016-10-16T03:00:00Z");
    check_truncated("America/Sao_Paulo", DATE_DAY, "2016-10-16T03:00:00Z", "2016-10-16T03:00:00Z");
}

static void a_day_past_the_months_end_becomes_its_last(void **state)
{
    UNUSED(state);
    check_added("UTC", DATE_MONTH, "2016-01-31T12:00:00Z", 1, "2016-02-29T12:00:00Z");
    check_added("UTC", DATE_MONTH, "2016-03-31T12:00:00Z", -13, "2015-02-28T12:00:00Z");
    check_added("UTC", DATE_YEAR, "2016-02-29T12:00:00Z", 1, "2017-02-28T12:00:00Z");
    check_added("UTC", DATE_YEAR, "2016-02-29T12:00:00Z", 4, "2020-02-29T12:00:00Z");
    check_added("UTC", DATE_QUARTER, "2016-11-30T12:00:00Z", 1, "2017-02-28T12:00:00Z");
    check_added("UTC", DATE_WEEK, "2016-02-29T12:00:00Z", -1, "2016-02-22T12:00:00Z");
}

static void days_keep_the_clock_time_and_hours_do_not(void **state)
{
    UNUSED(state);
    check_added("America/New_York", DATE_DAY, "2016-03-12T17:00:00Z", 1, "2016-03-13T16:00:00Z");
    check_added("America/New_York", DATE_HOUR, "2016-03-12T17:00:00Z", 24, "2016-03-13T17:00:00Z");
    // 02:30 does not exist on the 13th: 03:30 daylight time.
    check_added("America/New_York", DATE_DAY, "2016-03-12T07:30:00Z", 1, "2016-03-13T07:30:00Z");
    // 01:30 comes twice on November 6: with the offset that was there before.
    check_added("America/New_York", DATE_DAY, "2016-11-05T05:30:00Z", 1, "2016-11-06T05:30:00Z");
    check_added("America/New_York", DATE_DAY, "2016-11-07T06:30:00Z", -1, "2016-11-06T06:30:00Z");
    check_added("America/New_York", DATE_MONTH, "2016-11-06T06:30:00Z", 0, "2016-11-06T06:30:00Z");
}

static void differences_count_whole_hours_and_turned_days(void **state)
{
    UNUSED(state);
    check_difference("UTC", DATE_HOUR, "2016-01-01T00:30:00Z", "2016-01-01T02:29:59Z", 1);
    check_difference("UTC", DATE_DAY, "2016-01-01T23:59:59Z", "2016-01-02T00:00:00Z", 1);
    check_difference("America/New_York", DATE_DAY, "2016-01-02T04:59:59Z", "2016-01-02T05:00:00Z", 1);
    check_difference("UTC", DATE_WEEK, "2016-03-13T23:59:59Z", "2016-03-14T00:00:00Z", 1);
    check_difference("UTC", DATE_WEEK, "1969-12-28T00:00:00Z", "1970-01-05T00:00:00Z", 2);
    check_difference("UTC", DATE_MONTH, "2015-12-31T00:00:00Z", "2016-02-01T00:00:00Z", 2);
    check_difference("UTC", DATE_QUARTER, "2015-12-31T00:00:00Z", "2016-01-01T00:00:00Z", 1);
    check_difference("UTC", DATE_YEAR, "1969-12-31T00:00:00Z", "2016-01-01T00:00:00Z", 47);
}

static void what_does_not_fit_is_refused(void **state)
{
    UNUSED(state);
    int64_t out = 0;
    for (int unit = 0; unit < DATE_UNIT_COUNT; unit++) {
        if (unit > 0) assert_false(calendar_add(zone_utc(), (DateUnit)unit, 0, INT64_MAX, &out));
        assert_false(calendar_add(zone_utc(), (DateUnit)unit, INT64_MAX, 1, &out));
        assert_false(calendar_add(zone_utc(), (DateUnit)unit, INT64_MIN, -1, &out));
        assert_true(calendar_truncate(zone_utc(), (DateUnit)unit, INT64_MAX, &out));
        assert_int_equal(calendar_truncate(zone_utc(), (DateUnit)unit, INT64_MIN, &out), unit == 0);
    }
    assert_false(calendar_difference(zone_utc(), DATE_MICROSECOND, INT64_MIN, INT64_MAX, &out));
    assert_true(calendar_difference(zone_utc(), DATE_YEAR, INT64_MIN, INT64_MAX, &out));
    assert_int_equal(out, 584555);
}

static void only_what_the_clock_can_show_is_an_instant(void **state)
{
    UNUSED(state);
    int64_t us = 0;
    const Zone *zone = zone_named("America/New_York");
    const Civil gap = {.year = 2016, .month = 3, .day = 13, .hour = 2, .minute = 30};
    const Civil fold = {.year = 2016, .month = 11, .day = 6, .hour = 1, .minute = 30};
    const Civil no_day = {.year = 2015, .month = 2, .day = 29};
    const Civil no_hour = {.year = 2015, .month = 2, .day = 1, .hour = 24};
    assert_true(calendar_instant(zone, &gap, &us));
    assert_instant(us, "2016-03-13T07:30:00Z");
    assert_true(calendar_instant(zone, &fold, &us));
    assert_instant(us, "2016-11-06T05:30:00Z");
    assert_false(calendar_instant(zone, &no_day, &us));
    assert_false(calendar_instant(zone, &no_hour, &us));
    assert_false(calendar_instant(zone, &(Civil){.year = 2015, .month = 13, .day = 1}, &us));
    assert_false(calendar_instant(zone, &(Civil){.year = 299999, .month = 1, .day = 1}, &us));
}

static void iso_weeks_belong_to_the_year_of_their_thursday(void **state)
{
    UNUSED(state);
    const struct {
        int32_t year;
        uint8_t month, day;
        int64_t iso_year, week;
    } cases[] = {{2016, 1, 3, 2015, 53},   {2016, 1, 4, 2016, 1},   {2018, 12, 31, 2019, 1},
                 {2020, 12, 31, 2020, 53}, {2021, 1, 1, 2020, 53},  {2021, 1, 4, 2021, 1},
                 {1977, 1, 1, 1976, 53},   {2008, 12, 30, 2009, 1}, {2010, 1, 3, 2009, 53}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t year = 0;
        Civil civil = civil_from_days(civil_days(cases[i].year, cases[i].month, cases[i].day));
        assert_int_equal(calendar_iso_week(&civil, &year), cases[i].week);
        assert_int_equal(year, cases[i].iso_year);
    }
    Civil last = civil_from_days(civil_days(2016, 12, 31));
    assert_int_equal(calendar_day_of_year(&last), 366);
}

static void an_unknown_unit_suggests_one(void **state)
{
    UNUSED(state);
    DateUnit unit = DATE_YEAR;
    Error err = {0};
    assert_true(date_unit_find(STR("quarter"), &unit, NULL));
    assert_int_equal(unit, DATE_QUARTER);
    assert_false(date_unit_find(STR("weeks"), &unit, &err));
    assert_string_equal(err.text, "unknown calendar unit 'weeks'; did you mean 'week'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_begin_on_the_zones_clock),
        cmocka_unit_test(an_hour_of_the_fold_begins_at_its_own_time),
        cmocka_unit_test(a_midnight_that_is_skipped_is_the_first_moment_after_it),
        cmocka_unit_test(a_day_past_the_months_end_becomes_its_last),
        cmocka_unit_test(days_keep_the_clock_time_and_hours_do_not),
        cmocka_unit_test(differences_count_whole_hours_and_turned_days),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(only_what_the_clock_can_show_is_an_instant),
        cmocka_unit_test(iso_weeks_belong_to_the_year_of_their_thursday),
        cmocka_unit_test(an_unknown_unit_suggests_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
