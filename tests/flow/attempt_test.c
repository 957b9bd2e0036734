#include "flow_fixture.h"

#include "flow/attempt_internal.h"

static void a_step_sees_only_the_environment_it_declared(void **state)
{
    static const Str NAMES[] = {{"DECLARED", 8}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "echo \"${DECLARED-unset} ${HIDDEN-unset}\" > $PAWL_OUTPUT_OUT");
    step->place.environment = NAMES;
    step->place.environment_count = 1;
    assert_int_equal(setenv("DECLARED", "1", 1), 0);
    assert_int_equal(setenv("HIDDEN", "1", 1), 0);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "step"), "1 unset\n");
    assert_int_equal(setenv("DECLARED", "2", 1), 0);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "step"), "2 unset\n");
    ASSERT_STR(fixture_step_record(&fixture, "step")->reason, "environment.DECLARED: 1 -> 2");
    assert_int_equal(unsetenv("DECLARED"), 0);
    assert_int_equal(unsetenv("HIDDEN"), 0);
}

/// A prepared attempt of `script`.
static Str prepare(Fixture *fixture, const char *script)
{
    Error err = {0};
    Str directory = {0};
    AttemptPlan plan = {.store = &fixture->store,
                        .flow = &fixture->flow,
                        .step = fixture_step(fixture, "step", script),
                        .options = &fixture->options,
                        .run = 1,
                        .attempt = 1,
                        .params = STR("{}")};
    ASSERT_OK(attempt_directory(&fixture->store, 1, STR("step"), 1, &fixture->arena, &directory, &err), err);
    ASSERT_OK(attempt_prepare(&plan, directory, &err), err);
    return directory;
}

static AttemptFate fate_of(Fixture *fixture, Str directory)
{
    Error err = {0};
    AttemptFate fate = ATTEMPT_LOST;
    AUTO(process_deinit) Process process = {0};
    ASSERT_OK(attempt_find(&fixture->store, directory, &fate, &process, &err), err);
    assert_true((process.pid != 0) == (fate == ATTEMPT_ALIVE));
    return fate;
}

static void reap(Process *process)
{
    Error err = {0};
    ProcessExit status = {0};
    ASSERT_OK(process_reap(process, &status, &err), err);
}

static void an_attempt_without_a_trace_is_lost_and_fenced(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    Str directory = prepare(&fixture, "echo 1 > $PAWL_OUTPUT_OUT");
    assert_int_equal(fate_of(&fixture, STR("/nowhere")), ATTEMPT_LOST);
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_LOST);
    assert_true(disk_exists(disk_system(), test_path(state, ".pawl/attempts/1/step/1/fenced")));
}

/// The scheduler was killed just after it had started a supervisor, and the next one has given the attempt up already.
static void a_supervisor_that_comes_late_does_not_start(void **state)
{
    Error err = {0};
    Process process = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    Str directory = prepare(&fixture, "ran step; echo 1 > $PAWL_OUTPUT_OUT");
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_LOST);
    ASSERT_OK(attempt_spawn(&fixture.options, directory, &process, &err), err);
    reap(&process);
    assert_int_equal(fixture_ran(&fixture, "step"), 0);
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_LOST);
}

static void an_attempt_that_lives_is_found_and_can_be_ended(void **state)
{
    Error err = {0};
    Process process = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    Str directory = prepare(&fixture, "touch $PAWL_DIRECTORY/began; (setsid sleep 60 &); sleep 60");
    ASSERT_OK(attempt_spawn(&fixture.options, directory, &process, &err), err);
    fixture_await(&fixture, "began");
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_ALIVE);
    ASSERT_OK(attempt_abandon(attempt_world(&fixture.options), &fixture.store, directory, &err), err);
    reap(&process);
    fixture_assert_no_orphans(&fixture);
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_LOST);
}

static void an_exit_comes_back_as_written(void **state)
{
    Error err = {0};
    AttemptExit read = {0};
    bool found = true;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    Str directory = prepare(&fixture, "true");
    const AttemptExit written = {
        .reason = ATTEMPT_TIMEOUT, .status = {.by_signal = true, .code = 9}, .message = STR("\"x\"")};
    ASSERT_OK(attempt_exit_read(disk_system(), directory, &fixture.arena, &read, &found, &err), err);
    assert_false(found);
    ASSERT_OK(attempt_exit_write(disk_system(), directory, &written, &err), err);
    ASSERT_OK(attempt_exit_read(disk_system(), directory, &fixture.arena, &read, &found, &err), err);
    assert_true(found && read.reason == ATTEMPT_TIMEOUT && read.status.by_signal && read.status.code == 9);
    ASSERT_STR(read.message, "\"x\"");
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_ENDED);
}

static void an_exit_from_before_the_machines_start_does_not_count(void **state)
{
    Error err = {0};
    AttemptExit read = {0};
    bool found = true;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    Str directory = prepare(&fixture, "true");
    Str path = {0};
    ASSERT_OK(attempt_path(directory, "exit.json", &fixture.arena, &path, &err), err);
    Str earlier = STR("{\"boot\":\"another\",\"reason\":\"exited\",\"by_signal\":false,\"code\":0,\"message\":\"\"}");
    ASSERT_OK(disk_write_atomic(disk_system(), path, earlier, &err), err);
    ASSERT_OK(attempt_exit_read(disk_system(), directory, &fixture.arena, &read, &found, &err), err);
    assert_false(found);
    assert_int_equal(fate_of(&fixture, directory), ATTEMPT_LOST);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_step_sees_only_the_environment_it_declared),
        TEST_IN_DIRECTORY(an_exit_from_before_the_machines_start_does_not_count),
        TEST_IN_DIRECTORY(a_supervisor_that_comes_late_does_not_start),
        TEST_IN_DIRECTORY(an_attempt_without_a_trace_is_lost_and_fenced),
        TEST_IN_DIRECTORY(an_exit_comes_back_as_written),
        TEST_IN_DIRECTORY(an_attempt_that_lives_is_found_and_can_be_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
