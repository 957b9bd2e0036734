#include "sys/clock.h"

#include "support/test.h"
#include "support/test_clock.h"

static void the_system_clock_goes_forward(void **state)
{
    UNUSED(state);
    const Clock *clock = clock_system();
    assert_true(clock_now_us(clock) > INT64_C(1700000000000000));
    uint64_t before_ns = clock_monotonic_ns(clock);
    clock_sleep_us(clock, 2000);
    assert_true(clock_monotonic_ns(clock) - before_ns >= 2000000);
}

static void a_test_clock_moves_only_when_told(void **state)
{
    UNUSED(state);
    TestClock test;
    test_clock_init(&test, 1000);
    assert_int_equal(clock_now_us(&test.clock), 1000);
    clock_sleep_us(&test.clock, 500);
    test_clock_advance(&test, 1);
    assert_int_equal(clock_now_us(&test.clock), 1501);
    assert_int_equal(clock_monotonic_ns(&test.clock), 501000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_clock_goes_forward),
        cmocka_unit_test(a_test_clock_moves_only_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
