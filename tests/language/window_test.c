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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_that_differ_in_one_thing_are_ordered_and_not_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
