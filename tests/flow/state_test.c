#include "flow/state_internal.h"

#include "support/test.h"

static void every_state_has_a_name_that_reads_back(void **state)
{
    UNUSED(state);
    for (int i = STEP_WAITING; i <= STEP_PREEMPTED; i++) {
        Error err = {0};
        StepState read = STEP_WAITING;
        ASSERT_OK(step_state_parse(str_from(step_state_name((StepState)i)), &read, &err), err);
        assert_int_equal(read, i);
    }
}

static void an_unknown_state_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    StepState read = STEP_WAITING;
    ASSERT_FAILS(step_state_parse(STR("sleeping"), &read, &err), err, ERROR_DATA, "sleeping");
}

static void only_waiting_and_running_steps_go_on(void **state)
{
    UNUSED(state);
    assert_false(step_state_is_end(STEP_WAITING) || step_state_is_end(STEP_RUNNING));
    assert_true(step_state_is_end(STEP_DONE) && step_state_is_end(STEP_SKIPPED) && step_state_is_end(STEP_PREEMPTED));
    assert_true(step_state_is_done(STEP_DONE) && step_state_is_done(STEP_CACHED) && !step_state_is_done(STEP_REFUSED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_a_name_that_reads_back),
        cmocka_unit_test(an_unknown_state_is_refused),
        cmocka_unit_test(only_waiting_and_running_steps_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
