/// `retries`, `timeout`, `timeout_total`, `heartbeat` of a step.
#include "config_fixture.h"

static void a_policy_can_say_all(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              STEP("run: x, timeout: 1h, timeout_total: 3h, heartbeat: 5m, retries: {limit: 3, backoff: 10s, cap: 1m, "
                   "on: [exit, timeout, memory], exit_codes: [3, 4]}"),
              CONFIG_STEPS);
    const ConfigStep *step = &config.steps[0];
    assert_int_equal(step->timeout_total_us, INT64_C(10800000000));
    assert_int_equal(step->heartbeat_us, 300000000);
    assert_int_equal(step->retries.cap_us, 60000000);
    assert_int_equal(step->retries.failures, 1U << FAILURE_EXIT | 1U << FAILURE_TIMEOUT | 1U << FAILURE_MEMORY);
    assert_int_equal(step->retries.exit_code_count, 2);
    assert_int_equal(step->retries.exit_codes[1], 4);
}

static void one_kind_and_one_code_need_no_list(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP("run: x, retries: {limit: 1, on: exit, exit_codes: 9}"), CONFIG_STEPS);
    assert_int_equal(config.steps[0].retries.failures, 1U << FAILURE_EXIT);
    assert_int_equal(config.steps[0].retries.exit_codes[0], 9);
}

static void mistakes_in_a_policy_are_named(void **state)
{
    UNUSED(state);
    expect_step_error(STEP("run: x, retries: {on: [memroy]}"), "did you mean 'memory'?");
    expect_step_error(STEP("run: x, retries: {on: []}"), "'on' names no kind of failure");
    expect_step_error(STEP("run: x, retries: {exit_codes: [75]}"), "exit 75 is no failure");
    expect_step_error(STEP("run: x, retries: {exit_codes: [256]}"), "256 is not between 0 and 255");
    expect_step_error(STEP("run: x, retries: {on: timeout, exit_codes: [3]}"), "'on' has no 'exit'");
    expect_step_error(STEP("run: x, retries: {backoff: 1m, cap: 1s}"), "'cap' is less than 'backoff'");
    expect_step_error(STEP("run: x, heartbeat: 5"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_can_say_all),
        cmocka_unit_test(one_kind_and_one_code_need_no_list),
        cmocka_unit_test(mistakes_in_a_policy_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
