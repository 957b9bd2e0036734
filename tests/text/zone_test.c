#include "text/zone.h"

#include <stdlib.h>
#include <time.h>

#include "support/test.h"
#include "text/duration.h"

static const Zone *zone_named(const char *name)
{
    Error err = {0};
    const Zone *zone = NULL;
    ASSERT_OK(zone_find(str_from(name), &zone, &err), err);
    return zone;
}

static int64_t instant(int32_t year, int month, int day, int hour, int minute)
{
    Civil civil = {
        .year = year, .month = (uint8_t)month, .day = (uint8_t)day, .hour = (uint8_t)hour, .minute = (uint8_t)minute};
    int64_t us = 0;
    assert_true(civil_to_us(&civil, &us));
    return us;
}

/// The C library's own reading of the same data, so that two implementations meet: all fields, over two centuries.
static void compare_with_system(const char *name, int64_t begin_s, int64_t end_s, int64_t step_s)
{
    const Zone *zone = zone_named(name);
    setenv("TZ", name, 1);
    tzset();
    for (int64_t utc_s = begin_s; utc_s < end_s; utc_s += step_s) {
        time_t system_s = (time_t)utc_s;
        struct tm expected;
        assert_non_null(localtime_r(&system_s, &expected));
        Civil civil = zone_civil(zone, utc_s * MICROSECONDS_PER_SECOND);
        bool same = civil.year == expected.tm_year + 1900 && civil.month == expected.tm_mon + 1 &&
                    civil.day == expected.tm_mday && civil.hour == expected.tm_hour &&
                    civil.minute == expected.tm_min && civil.second == expected.tm_sec &&
                    (civil.weekday + 1) % 7 == expected.tm_wday;
        if (!same)
            fail_msg("%s at %lld: %d-%d-%d %d:%d", name, (long long)utc_s, civil.year, civil.month, civil.day,
                     civil.hour, civil.minute);
    }
}

static void clocks_agree_with_the_system_from_1900_to_2100(void **state)
{
    UNUSED(state);
    // Every hour at night, otherwise at all hours of the day in turn.
    int64_t step_s = getenv("PAWL_NIGHTLY") ? 3600 : 11 * 3600 + 1;
    static const char *const NAMES[] = {
        "America/New_York", "Europe/Berlin", "Europe/Dublin",     "Asia/Kolkata",     "Australia/Lord_Howe",
        "Asia/Jerusalem",   "Africa/Cairo",  "Africa/Casablanca", "America/St_Johns", "America/Nuuk",
    };
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) compare_with_system(NAMES[i], -2208988800, 4102444800, step_s);
}

static void every_zone_agrees_with_the_system(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < zone_count(); i++) {
        Str name = zone_name(zone_at(i));
        compare_with_system(name.data, -2524521600, 4102444800, 13 * 86400 + 3601);
    }
}

static void local_times_lead_back_to_their_instant(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < zone_count(); i += 7) {
        const Zone *zone = zone_at(i);
        for (int64_t us = instant(1880, 1, 1, 0, 0); us < instant(2060, 1, 1, 0, 0); us += 41 * MICROSECONDS_PER_HOUR) {
            int64_t local = zone_local_us(zone, us);
            int64_t back = zone_utc_us(zone, local);
            // In a fold the earlier instant with the same local time is meant.
            assert_true(back <= us);
            assert_true(zone_local_us(zone, back) == local);
        }
    }
}

static void a_local_time_in_the_gap_is_shifted_forward(void **state)
{
    UNUSED(state);
    const Zone *zone = zone_named("America/New_York");
    int64_t utc = zone_utc_us(zone, instant(2016, 3, 13, 2, 30));
    assert_true(utc == instant(2016, 3, 13, 7, 30));
    assert_true(zone_local_us(zone, utc) == instant(2016, 3, 13, 3, 30));
    assert_true(zone_utc_us(zone, instant(2016, 3, 13, 1, 59)) == instant(2016, 3, 13, 6, 59));
    assert_true(zone_utc_us(zone, instant(2016, 3, 13, 3, 0)) == instant(2016, 3, 13, 7, 0));
}

static void a_local_time_in_the_fold_is_the_earlier_instant(void **state)
{
    UNUSED(state);
    const Zone *zone = zone_named("America/New_York");
    assert_true(zone_utc_us(zone, instant(2016, 11, 6, 1, 30)) == instant(2016, 11, 6, 5, 30));
    assert_true(zone_utc_us(zone, instant(2016, 11, 6, 2, 0)) == instant(2016, 11, 6, 7, 0));
}

static void a_day_that_a_zone_skipped_does_not_stop_it(void **state)
{
    UNUSED(state);
    const Zone *zone = zone_named("Pacific/Apia"); // went from 2011-12-29 straight to 2011-12-31
    int64_t utc = zone_utc_us(zone, instant(2011, 12, 30, 12, 0));
    assert_true(zone_local_us(zone, utc) == instant(2011, 12, 31, 12, 0));
}

static void spans_hold_their_offset_and_join(void **state)
{
    UNUSED(state);
    const Zone *zone = zone_named("Europe/London");
    ZoneSpan span = zone_span_at(zone, INT64_MIN);
    size_t spans = 0;
    while (span.end_us < instant(2200, 1, 1, 0, 0)) {
        assert_int_equal(zone_offset_at(zone, span.end_us - 1), span.offset_s);
        ZoneSpan next = zone_span_at(zone, span.end_us);
        assert_true(next.begin_us == span.end_us);
        assert_true(next.offset_s != span.offset_s);
        span = next;
        spans++;
    }
    assert_true(spans > 500);
}

static void the_ends_of_time_do_not_overflow(void **state)
{
    UNUSED(state);
    static const char *const NAMES[] = {"America/New_York", "Australia/Sydney", "UTC", "Asia/Tokyo"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        const Zone *zone = zone_named(NAMES[i]);
        assert_true(zone_local_us(zone, INT64_MAX) >= INT64_MAX - MICROSECONDS_PER_DAY);
        assert_true(zone_local_us(zone, INT64_MIN) <= INT64_MIN + MICROSECONDS_PER_DAY);
        assert_true(zone_utc_us(zone, INT64_MAX) >= INT64_MAX - MICROSECONDS_PER_DAY);
        assert_true(zone_utc_us(zone, INT64_MIN) <= INT64_MIN + MICROSECONDS_PER_DAY);
        assert_true(zone_span_at(zone, INT64_MAX).offset_s >= -18000);
    }
}

static void names_are_found_and_unknown_ones_get_a_suggestion(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Zone *zone = NULL;
    ASSERT_STR(zone_name(zone_named("US/Eastern")), "US/Eastern");
    assert_int_equal(zone_offset_at(zone_utc(), 0), 0);
    ASSERT_FAILS(zone_find(STR("America/New_Yrok"), &zone, &err), err, ERROR_NOT_FOUND,
                 "unknown time zone 'America/New_Yrok'; did you mean 'America/New_York'?");
    ASSERT_FAILS(zone_find(STR("Berlin"), &zone, &err), err, ERROR_NOT_FOUND, "did you mean 'Europe/Berlin'?");
    ASSERT_FAILS(zone_find(STR("Middle-earth"), &zone, &err), err, ERROR_NOT_FOUND, "names are IANA's");
    ASSERT_FAILS(zone_find(STR(""), &zone, &err), err, ERROR_NOT_FOUND, "names are IANA's");
}

static void the_table_is_sorted_and_versioned(void **state)
{
    UNUSED(state);
    assert_true(zone_count() > 500);
    for (size_t i = 1; i < zone_count(); i++) {
        assert_true(str_compare(zone_name(zone_at(i - 1)), zone_name(zone_at(i))) < 0);
    }
    Str version = zone_data_version();
    assert_true(version.size >= 5 && str_starts(version, STR("20")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_agree_with_the_system_from_1900_to_2100),
        cmocka_unit_test(every_zone_agrees_with_the_system),
        cmocka_unit_test(local_times_lead_back_to_their_instant),
        cmocka_unit_test(a_local_time_in_the_gap_is_shifted_forward),
        cmocka_unit_test(a_local_time_in_the_fold_is_the_earlier_instant),
        cmocka_unit_test(a_day_that_a_zone_skipped_does_not_stop_it),
        cmocka_unit_test(spans_hold_their_offset_and_join),
        cmocka_unit_test(the_ends_of_time_do_not_overflow),
        cmocka_unit_test(names_are_found_and_unknown_ones_get_a_suggestion),
        cmocka_unit_test(the_table_is_sorted_and_versioned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
