#include "support/test.h"
#include "text/civil.h"
#include "text/duration.h"

/// Walks the calendar day by day by the rules alone and compares.
static void every_day_of_a_thousand_years_is_right(void **state)
{
    UNUSED(state);
    Civil expected = {.year = 1600, .month = 1, .day = 1, .weekday = 5}; // a Saturday
    int64_t days = civil_days(1600, 1, 1);
    assert_int_equal(days, -135140);
    for (; expected.year < 2600; days++) {
        Civil civil = civil_from_days(days);
        assert_int_equal(civil.year, expected.year);
        assert_int_equal(civil.month, expected.month);
        assert_int_equal(civil.day, expected.day);
        assert_int_equal(civil.weekday, expected.weekday);
        assert_int_equal(civil_days(civil.year, civil.month, civil.day), days);
        expected.weekday = (uint8_t)((expected.weekday + 1) % 7);
        if (++expected.day <= civil_month_days(expected.year, expected.month)) continue;
        expected.day = 1;
        if (++expected.month <= 12) continue;
        expected.month = 1;
        expected.year++;
    }
}

static void leap_years_follow_the_gregorian_rule(void **state)
{
    UNUSED(state);
    assert_true(civil_is_leap(2000) && civil_is_leap(2016) && civil_is_leap(0) && civil_is_leap(-4));
    assert_false(civil_is_leap(1900) || civil_is_leap(2015) || civil_is_leap(-1) || civil_is_leap(2100));
    assert_int_equal(civil_month_days(2015, 2), 28);
    assert_int_equal(civil_month_days(2016, 2), 29);
    assert_int_equal(civil_month_days(2016, 0), 0);
    assert_int_equal(civil_month_days(2016, 13), 0);
}

static void instants_are_read_back_at_every_scale(void **state)
{
    UNUSED(state);
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t us = (int64_t)seed >> (i % 50);
        Civil civil = civil_from_us(us);
        int64_t back = 0;
        assert_true(civil_to_us(&civil, &back));
        assert_true(back == us);
    }
}

static void both_ends_of_time_are_exact(void **state)
{
    UNUSED(state);
    int64_t back = 0;
    Civil first = civil_from_us(INT64_MIN);
    Civil last = civil_from_us(INT64_MAX);
    assert_int_equal(first.year, -290308);
    assert_int_equal(last.year, 294247);
    assert_true(civil_to_us(&first, &back) && back == INT64_MIN);
    assert_true(civil_to_us(&last, &back) && back == INT64_MAX);
    last.microsecond++;
    assert_false(civil_to_us(&last, &back));
    first.day--;
    assert_false(civil_to_us(&first, &back));
}

static void times_before_1970_count_from_midnight(void **state)
{
    UNUSED(state);
    Civil civil = civil_from_us(-1);
    assert_int_equal(civil.year, 1969);
    assert_int_equal(civil.day, 31);
    assert_int_equal(civil.hour, 23);
    assert_int_equal(civil.minute, 59);
    assert_int_equal(civil.second, 59);
    assert_int_equal(civil.microsecond, 999999);
    assert_int_equal(civil.weekday, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_a_thousand_years_is_right),
        cmocka_unit_test(leap_years_follow_the_gregorian_rule),
        cmocka_unit_test(instants_are_read_back_at_every_scale),
        cmocka_unit_test(both_ends_of_time_are_exact),
        cmocka_unit_test(times_before_1970_count_from_midnight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
