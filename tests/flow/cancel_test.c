#include "flow/cancel.h"

#include "flow_fixture.h"

static const char SLOW[] = "touch $PAWL_DIRECTORY/began; sleep 60; echo 1 > $PAWL_OUTPUT_OUT";

/// A child's work: a run that takes signals as a flag, as `pawl run` does.
static int run_slow(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    if (!interrupt_init(&fixture.interrupt, &err)) return 8;
    fixture.options.interrupt = &fixture.interrupt;
    (void)fixture_step(&fixture, "slow", SLOW);
    if (!flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err)) return 9;
    return fixture.outcome.state == STEP_CANCELLED ? 0 : 7;
}

static void cancel_a_run(void **state, bool now)
{
    Error err = {0};
    Str owner = {0};
    size_t index = 1;
    AUTO(process_deinit) Process process = {0};
    AUTO(fixture_deinit) Fixture fixture = {.state = state};
    pid_t child = fixture_fork(run_slow, state);
    fixture_await(&fixture, "began");
    fixture_init(&fixture, state);
    ASSERT_OK(flow_cancel(&fixture.store, now, &fixture.arena, &process, &owner, &err), err);
    assert_int_equal(process.pid, child);
    assert_true(str_ends(owner, STR("running 'test'")));
    ASSERT_OK(process_wait_any(&process, 1, NULL, 20000, &index, &err), err);
    assert_int_equal(index, 0);
    int status = fixture_wait(child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)fixture_step(&fixture, "slow", SLOW);
    fixture_assert_state(&fixture, "slow", STEP_CANCELLED);
    fixture_assert_no_orphans(&fixture);
}

static void a_run_of_another_process_ends_when_asked(void **state)
{
    cancel_a_run(state, false);
}

static void a_run_of_another_process_is_ended_at_once(void **state)
{
    cancel_a_run(state, true);
}

static void without_a_run_there_is_nothing_to_cancel(void **state)
{
    Error err = {0};
    Str owner = {0};
    AUTO(process_deinit) Process process = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    ASSERT_FAILS(flow_cancel(&fixture.store, false, &fixture.arena, &process, &owner, &err), err, ERROR_NOT_FOUND,
                 "no run is under way");
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_FAILS(flow_cancel(&fixture.store, false, &fixture.arena, &process, &owner, &err), err, ERROR_NOT_FOUND,
                 "no run is under way");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_run_of_another_process_ends_when_asked),
        TEST_IN_DIRECTORY(a_run_of_another_process_is_ended_at_once),
        TEST_IN_DIRECTORY(without_a_run_there_is_nothing_to_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
