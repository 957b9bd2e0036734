#include "flow_fixture.h"

static void a_run_is_recorded_with_outputs_values_and_times(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(
        &fixture, "step",
        "echo told; echo 1 > $PAWL_OUTPUT_OUT; echo '{\"values\": {\"rows\": 3, \"name\": \"x\"}}' > result.json");
    fixture_run(&fixture, STEP_DONE);
    RunRecord run = fixture_record(&fixture);
    ASSERT_STR(run.run, "1");
    ASSERT_STR(run.flow, "test");
    assert_int_equal(run.as_of_us, 7);
    assert_true(run.started_us > 0 && run.ended_us >= run.started_us);
    assert_int_equal(run.step_count, 1);
    const StepRecord *step = &run.steps[0];
    assert_true(step->started_us >= run.started_us && step->ended_us >= step->started_us);
    assert_int_equal(step->value_count, 2);
    ASSERT_STR(step->values[1].json, "3");
    assert_int_equal(step->key.size, DIGEST_HEX_CHARS);
    assert_true(disk_exists(disk_system(), step->outputs[0].path));
    assert_true(disk_exists(disk_system(), step->log_path));
    ASSERT_STR(step->reason, "never run before");
}

static void runs_are_listed_newest_first(void **state)
{
    Error err = {0};
    RunRecord *runs = NULL;
    size_t count = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    for (int i = 0; i < 3; i++) fixture_run(&fixture, STEP_DONE);
    ASSERT_OK(flow_runs(&fixture.store, 2, &fixture.arena, &runs, &count, &err), err);
    assert_int_equal(count, 2);
    ASSERT_STR(runs[0].run, "3");
    ASSERT_STR(runs[1].run, "2");
    assert_int_equal(runs[0].step_count, 3);
    assert_int_equal(runs[0].steps[2].state, STEP_CACHED);
}

static void a_run_that_is_not_there_is_not_found(void **state)
{
    Error err = {0};
    RunRecord run = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    ASSERT_FAILS(flow_run_find(&fixture.store, (Str){0}, &fixture.arena, &run, &err), err, ERROR_NOT_FOUND,
                 "no run yet");
    ASSERT_FAILS(flow_run_find(&fixture.store, STR("7"), &fixture.arena, &run, &err), err, ERROR_NOT_FOUND, "no run 7");
    ASSERT_FAILS(flow_run_find(&fixture.store, STR("x"), &fixture.arena, &run, &err), err, ERROR_NOT_FOUND,
                 "no run 'x'");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_run_is_recorded_with_outputs_values_and_times),
        TEST_IN_DIRECTORY(runs_are_listed_newest_first),
        TEST_IN_DIRECTORY(a_run_that_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
