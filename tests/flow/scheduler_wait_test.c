/// Signals, in a process of their own: the first asks the steps to end, and nothing is left running.
#include "flow_fixture.h"

static const char PATIENT[] =
    "ran patient; trap 'exit 75' TERM; touch $PAWL_DIRECTORY/began; while :; do sleep 0.02; done";
static const char DEAF[] = "ran deaf; trap '' TERM; (setsid sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' &);"
                           "touch $PAWL_DIRECTORY/began; while :; do sleep 0.02; done";
static const char QUICK[] = "ran quick; trap 'echo 1 > $PAWL_OUTPUT_OUT; exit 0' TERM; touch $PAWL_DIRECTORY/began;"
                            "while :; do sleep 0.02; done";

/// A flow of `script` and of what waits for it; exits with the run's state.
static int run_interruptible(void **state, const char *script, int64_t grace_us)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    if (!interrupt_init(&fixture.interrupt, &err)) return 99;
    (void)fixture_step(&fixture, "step", script);
    fixture_read(&fixture, fixture_step(&fixture, "next", "ran next; echo 1 > $PAWL_OUTPUT_OUT"), "step");
    FlowStep *failing = fixture_step(&fixture, "failing", "exit 9");
    failing->retries = (FlowRetries){.limit = 9, .backoff_us = 3600000000, .factor = 1};
    fixture.options.interrupt = &fixture.interrupt;
    fixture.options.grace_us = grace_us;
    if (!flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err)) return 98;
    return (int)fixture.outcome.state;
}

static int run_patient(void **state)
{
    return run_interruptible(state, PATIENT, 10000000);
}

static int run_deaf(void **state)
{
    return run_interruptible(state, DEAF, 200000);
}

static int run_deaf_with_long_grace(void **state)
{
    return run_interruptible(state, DEAF, 600000000);
}

static int run_quick(void **state)
{
    return run_interruptible(state, QUICK, 10000000);
}

/// Returns once the failing step's first attempt is over and it waits for its next.
static void await_retry(void **state)
{
    Fixture fixture;
    const StepRecord *record = NULL;
    fixture_init(&fixture, state);
    for (int i = 0; i < 4000; i++) {
        record = fixture_step_record(&fixture, "failing");
        if (record->state == STEP_WAITING && record->attempt == 1) break;
        usleep(5000);
    }
    assert_true(record->state == STEP_WAITING && record->attempt == 1);
    fixture_deinit(&fixture);
}

/// Sends the signals once the step runs; the state that the run ended in.
static StepState interrupt_run(int (*run)(void **state), void **state, int signal, int count)
{
    Fixture fixture = {.state = state};
    pid_t child = fixture_fork(run, state);
    fixture_await(&fixture, "began");
    await_retry(state);
    for (int i = 0; i < count; i++) {
        assert_int_equal(kill(child, signal), 0);
        usleep(200000);
    }
    int status = fixture_wait(child);
    assert_true(WIFEXITED(status));
    fixture_init(&fixture, state);
    fixture_assert_no_orphans(&fixture);
    fixture_deinit(&fixture);
    return (StepState)WEXITSTATUS(status);
}

static void a_step_that_is_asked_to_end_may_say_run_me_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    assert_int_equal(interrupt_run(run_patient, state, SIGTERM, 1), STEP_PREEMPTED);
    fixture_init(&fixture, state);
    fixture_assert_state(&fixture, "step", STEP_PREEMPTED);
    fixture_assert_state(&fixture, "next", STEP_SKIPPED);
    fixture_assert_state(&fixture, "failing", STEP_CANCELLED);
}

static void a_step_that_does_not_end_is_killed_after_the_grace_time(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    assert_int_equal(interrupt_run(run_deaf, state, SIGINT, 1), STEP_CANCELLED);
    fixture_init(&fixture, state);
    fixture_assert_state(&fixture, "step", STEP_CANCELLED);
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_run WHERE ended_us = 0"), 0);
}

static void a_second_signal_kills_at_once(void **state)
{
    assert_int_equal(interrupt_run(run_deaf_with_long_grace, state, SIGINT, 2), STEP_CANCELLED);
}

static void a_step_that_finishes_in_the_grace_time_is_done(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    assert_int_equal(interrupt_run(run_quick, state, SIGTERM, 1), STEP_CANCELLED);
    fixture_init(&fixture, state);
    fixture_assert_state(&fixture, "step", STEP_DONE);
    fixture_assert_state(&fixture, "next", STEP_CANCELLED);
    assert_int_equal(fixture_ran(&fixture, "next"), 0);
}

/// The run asked for goes on: what was done stays done, what was cancelled is tried again.
static void a_cancelled_run_can_be_resumed_by_its_name(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    assert_int_equal(interrupt_run(run_quick, state, SIGTERM, 1), STEP_CANCELLED);
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", QUICK);
    fixture_read(&fixture, fixture_step(&fixture, "next", "ran next; echo 1 > $PAWL_OUTPUT_OUT"), "step");
    (void)fixture_step(&fixture, "failing", "echo 1 > $PAWL_OUTPUT_OUT");
    fixture.options.resume = STR("1");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture.outcome.run, "1");
    assert_int_equal(fixture_ran(&fixture, "quick"), 1);
    assert_int_equal(fixture_ran(&fixture, "next"), 1);
}

/// A run that cannot end in its time: one runs, one waits for a slot, one for its next attempt; and who is told of the end.
static void endless(Fixture *fixture, const char *script)
{
    fixture->flow.timeout_us = 600000;
    FlowStep *failing = fixture_step(fixture, "failing", "exit 9");
    failing->retries = (FlowRetries){.limit = 9, .backoff_us = 3600000000, .factor = 1};
    (void)fixture_step(fixture, "quick", "ran fast; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_step(fixture, "slow", script)->pool = STR("one");
    fixture_step(fixture, "waiting", "ran waiting; echo 2 > $PAWL_OUTPUT_OUT")->pool = STR("one");
    FlowStep *always = fixture_step(
        fixture, "always",
        "ran always; echo \"$PAWL_RUN_STATE <$PAWL_FAILED_STEP> $PAWL_FAILED_MESSAGE\" > $PAWL_OUTPUT_OUT");
    always->on = ON_ALWAYS;
    fixture_step(fixture, "failure", "ran failure; echo 1 > $PAWL_OUTPUT_OUT")->on = ON_FAILURE;
}

static const FlowPool ONE[] = {{{"one", 3}, 1}};

static void a_run_longer_than_its_timeout_fails_and_its_handlers_run(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.flow.pools = ONE;
    fixture.flow.pool_count = 1;
    endless(&fixture, "ran slow; sleep 30; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "the run took longer than its timeout of 0.6 s");
    ASSERT_STR(fixture.outcome.failed_step, "");
    fixture_assert_state(&fixture, "quick", STEP_DONE);
    fixture_assert_state(&fixture, "slow", STEP_CANCELLED);
    fixture_assert_state(&fixture, "waiting", STEP_CANCELLED);
    fixture_assert_state(&fixture, "failing", STEP_CANCELLED);
    ASSERT_STR(fixture_output(&fixture, "always"), "failed <> the run took longer than its timeout of 0.6 s\n");
    assert_int_equal(fixture_ran(&fixture, "failure"), 1);
    assert_int_equal(fixture_ran(&fixture, "waiting"), 0);
    assert_true(fixture_record(&fixture).state == STEP_FAILED);
    fixture_assert_no_orphans(&fixture);
}

/// What it asks for is not another attempt of the run.
static void a_step_that_would_go_on_does_not_hide_the_timeout(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.flow.pools = ONE;
    fixture.flow.pool_count = 1;
    endless(&fixture, PATIENT);
    fixture_run(&fixture, STEP_FAILED);
    fixture_assert_state(&fixture, "slow", STEP_PREEMPTED);
    assert_int_equal(fixture_ran(&fixture, "always"), 1);
    assert_int_equal(fixture_ran(&fixture, "failure"), 1);
}

static void a_run_within_its_timeout_knows_nothing_of_it(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.flow.timeout_us = INT64_C(3600000000);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture.outcome.message, "");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_step_that_is_asked_to_end_may_say_run_me_again),
        TEST_IN_DIRECTORY(a_step_that_does_not_end_is_killed_after_the_grace_time),
        TEST_IN_DIRECTORY(a_second_signal_kills_at_once),
        TEST_IN_DIRECTORY(a_step_that_finishes_in_the_grace_time_is_done),
        TEST_IN_DIRECTORY(a_run_longer_than_its_timeout_fails_and_its_handlers_run),
        TEST_IN_DIRECTORY(a_step_that_would_go_on_does_not_hide_the_timeout),
        TEST_IN_DIRECTORY(a_run_within_its_timeout_knows_nothing_of_it),
        TEST_IN_DIRECTORY(a_cancelled_run_can_be_resumed_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
