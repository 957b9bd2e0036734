#include "flow/heartbeat_internal.h"

#include "flow_fixture.h"

static void a_changed_file_is_a_sign_of_life(void **state)
{
    Error err = {0};
    Heartbeat heartbeat = {0};
    Str path = test_path(state, "progress");
    heartbeat_begin(&heartbeat, disk_system(), path, 1000, 0);
    assert_false(heartbeat_is_late(&heartbeat, 0));
    assert_int_equal(heartbeat.look_ns, 125000);
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("1\n"), &err), err);
    assert_false(heartbeat_is_late(&heartbeat, 900000));
    assert_false(heartbeat_is_late(&heartbeat, 1800000));
    assert_int_equal(heartbeat.look_ns, 1900000);
    assert_true(heartbeat_is_late(&heartbeat, 1900000));
}

static void a_silent_step_is_killed_and_tried_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step =
        fixture_step(&fixture, "step",
                     "ran step; echo 1 > $PAWL_OUTPUT_OUT; mkdir $PAWL_DIRECTORY/again 2> /dev/null || exit 0;"
                     "trap '' TERM; while :; do sleep 0.1; done");
    step->heartbeat_us = 400000;
    step->retries = (FlowRetries){.limit = 1, .failures = 1U << FAILURE_SILENT};
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "step"), 2);
    fixture_assert_no_orphans(&fixture);
}

static void a_step_that_goes_on_telling_goes_on_running(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step",
                                  "for i in 1 2 3 4 5 6 7 8; do sleep 0.2; echo '{\"done\":1}' >> $PAWL_PROGRESS; done;"
                                  "echo 1 > $PAWL_OUTPUT_OUT");
    step->heartbeat_us = 800000;
    fixture_run(&fixture, STEP_DONE);
}

static void a_step_without_a_sign_of_life_says_so(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", ": ; sleep 60");
    step->heartbeat_us = 200000;
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "gave no sign of life for longer than its heartbeat of 0.2 s");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_changed_file_is_a_sign_of_life),
        TEST_IN_DIRECTORY(a_silent_step_is_killed_and_tried_again),
        TEST_IN_DIRECTORY(a_step_that_goes_on_telling_goes_on_running),
        TEST_IN_DIRECTORY(a_step_without_a_sign_of_life_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
