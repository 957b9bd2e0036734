#include "language/window.h"

#include "support/test.h"

static void windows_that_differ_in_one_thing_are_ordered_and_not_equal(void **state)
{
    UNUSED(state);
    const Window plain = {.kind = WINDOW_TIME, .length_us = 5, .zone = STR("UTC")};
    Window others[8];
    for (size_t i = 0; i < COUNT_OF(others); i++) others[i] = plain;
    others[0].kind = WINDOW_SESSION;
    others[1].length_us = 6;
    others[2].unit = CALENDAR_YEAR;
    others[3].units = 1;
    others[4].ending_us = 1;
    others[5].step_us = 1;
    others[6].rows_max = 1;
    others[7].zone = STR("UTD");

    assert_true(window_equal(&plain, &plain));
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_false(window_equal(&plain, &others[i]));
        assert_int_equal(window_compare(&plain, &others[i]), -1);
        assert_int_equal(window_compare(&others[i], &plain), 1);
    }
}

static void assert_text(Window window, const char *expected)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    assert_true(window_is_valid(&window));
    ASSERT_OK(window_format(&window, &text, &err), err);
    ASSERT_STR(bytes_str(&text), expected);
}

static void windows_print_as_they_are_written(void **state)
{
    UNUSED(state);
    assert_text((Window){0}, "");
    assert_text((Window){.rows_max = 1}, "1 row");
    assert_text((Window){.kind = WINDOW_TIME, .length_us = 5, .ending_us = 1000, .step_us = 7, .rows_max = 2},
                "5us ending 1ms ago step 7us max 2 rows");
    assert_text((Window){.kind = WINDOW_CALENDAR, .unit = CALENDAR_YEAR, .units = 1, .zone = STR("UTC")},
                "1 calendar year");
    assert_text(
        (Window){.kind = WINDOW_CALENDAR, .unit = CALENDAR_WEEK, .units = 3, .zone = STR("Asia/Tokyo"), .rows_max = 9},
        "3 calendar weeks in 'Asia/Tokyo' max 9 rows");
    assert_text((Window){.kind = WINDOW_SESSION, .length_us = 60000000}, "session 1m");
    assert_text((Window){.kind = WINDOW_NEXT, .length_us = 60000000}, "next 1m");
}

static void windows_of_no_kind_are_not_valid(void **state)
{
    UNUSED(state);
    const Window windows[] = {
        {.kind = WINDOW_KIND_COUNT},
        {.kind = WINDOW_LIFETIME, .length_us = 1},
        {.kind = WINDOW_LIFETIME, .rows_max = WINDOW_ROWS_MAX + 1},
        {.kind = WINDOW_LIFETIME, .step_us = 1},
        {.kind = WINDOW_TIME},
        {.kind = WINDOW_TIME, .length_us = -1},
        {.kind = WINDOW_TIME, .length_us = 1, .ending_us = -1},
        {.kind = WINDOW_TIME, .length_us = 1, .step_us = -1},
        {.kind = WINDOW_TIME, .length_us = 1, .units = 1},
        {.kind = WINDOW_TIME, .length_us = 1, .zone = STR("UTC")},
        {.kind = WINDOW_CALENDAR, .units = 0, .zone = STR("UTC")},
        {.kind = WINDOW_CALENDAR, .units = WINDOW_UNITS_MAX + 1, .zone = STR("UTC")},
        {.kind = WINDOW_CALENDAR, .units = 1, .zone = STR("Mars/Olympus")},
        {.kind = WINDOW_CALENDAR, .units = 1, .unit = CALENDAR_UNIT_COUNT, .zone = STR("UTC")},
        {.kind = WINDOW_SESSION, .length_us = 1, .ending_us = 1},
        {.kind = WINDOW_NEXT, .length_us = 1, .rows_max = 1},
        {.kind = WINDOW_NEXT},
    };
    for (size_t i = 0; i < COUNT_OF(windows); i++) assert_false(window_is_valid(&windows[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_that_differ_in_one_thing_are_ordered_and_not_equal),
        cmocka_unit_test(windows_print_as_they_are_written),
        cmocka_unit_test(windows_of_no_kind_are_not_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
