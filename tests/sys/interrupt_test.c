#include "sys/interrupt.h"

#include <signal.h>

#include "support/test.h"

static void a_signal_becomes_a_value(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(interrupt_deinit) Interrupt interrupt = {0};
    ASSERT_OK(interrupt_init(&interrupt, &err), err);
    assert_false(interrupt_raised(&interrupt));
    assert_int_equal(raise(SIGTERM), 0);
    assert_true(interrupt_raised(&interrupt));
    assert_int_equal(interrupt.signal, SIGTERM);
    assert_int_equal(raise(SIGINT), 0);
    assert_true(interrupt_raised(&interrupt));
    assert_int_equal(interrupt.signal, SIGINT);
    assert_int_equal(interrupt.count, 2);
}

static void a_signal_that_nobody_looked_at_does_no_harm(void **state)
{
    UNUSED(state);
    Error err = {0};
    Interrupt interrupt = {0};
    ASSERT_OK(interrupt_init(&interrupt, &err), err);
    assert_int_equal(raise(SIGTERM), 0);
    interrupt_deinit(&interrupt);
    interrupt_deinit(&interrupt);
    assert_false(interrupt_raised(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_becomes_a_value),
        cmocka_unit_test(a_signal_that_nobody_looked_at_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
