/// Dying at every named place, and going on: nothing is done twice, nothing is lost, nothing is left running.
#include "flow_fixture.h"

#include "support/fault_disk.h"
#include "sys/failpoint.h"

#include <errno.h>

/// Each place at its first passing; nightly at its second and third too, and each single fsync.
static bool is_nightly(void)
{
    return getenv("PAWL_NIGHTLY") != NULL;
}

/// A child's work: the chain, dying where PAWL_FAILPOINT says.
static int run_chain(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    return flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err) ? 0 : 9;
}

static bool died(int status)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void assert_chain_is_whole(Fixture *fixture)
{
    static const char *const STEPS[] = {"first", "second", "third"};
    Error err = {0};
    assert_int_equal(
        fixture_count(fixture,
                      "SELECT count(*) FROM (SELECT 1 FROM flow_result GROUP BY run, step HAVING count(*) > 1)"),
        0);
    assert_int_equal(fixture_count(fixture, "SELECT count(*) FROM flow_run WHERE ended_us = 0"), 0);
    assert_int_equal(fixture_count(fixture, "SELECT count(*) FROM flow_cache"), 3);
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        const StepRecord *step = fixture_step_record(fixture, STEPS[i]);
        assert_true(step->state == STEP_DONE || step->state == STEP_CACHED);
        assert_int_equal(step->output_count, 1);
        ASSERT_OK(object_verify(&fixture->store, &step->outputs[0].digest, &err), err);
    }
    ASSERT_STR(fixture_output(fixture, "third"), "1\n3\n");
    fixture_assert_no_orphans(fixture);
}

/// One death, one resumption. True: the failpoint was reached.
static bool die_and_resume(const char *name, int hit)
{
    void *own_state = NULL;
    char failpoint[120];
    bool scheduler_dies = strncmp(name, "supervisor.", 11) != 0 && strncmp(name, "disk.", 5) != 0;
    assert_int_equal(test_directory_setup(&own_state), 0);
    (void)snprintf(failpoint, sizeof(failpoint), "%s:%d", name, hit);
    assert_int_equal(setenv("PAWL_FAILPOINT", failpoint, 1), 0);
    int status = fixture_wait(fixture_fork(run_chain, &own_state));
    assert_int_equal(unsetenv("PAWL_FAILPOINT"), 0);

    Fixture fixture;
    fixture_init(&fixture, &own_state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    assert_chain_is_whole(&fixture);
    bool reached = scheduler_dies ? died(status) : true;
    size_t ran = fixture_ran(&fixture, "first") + fixture_ran(&fixture, "second") + fixture_ran(&fixture, "third");
    if (scheduler_dies && ran != 3) print_error("%s: steps ran %zu times\n", failpoint, ran);
    if (scheduler_dies) assert_int_equal(ran, 3);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    fixture_deinit(&fixture);
    assert_int_equal(test_directory_teardown(&own_state), 0);
    return reached;
}

static bool name_is_repeated(const char *const *names, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (strcmp(names[before], names[i]) == 0) return true;
    }
    return false;
}

static bool name_is_ours(const char *name)
{
    return strncmp(name, "flow.", 5) == 0 || strncmp(name, "store.", 6) == 0 || strncmp(name, "supervisor.", 11) == 0 ||
           strncmp(name, "disk.", 5) == 0;
}

/// flow.md 1, 2, 3 and all between: kill -9 at each place.
static void killed_anywhere_nothing_is_done_twice_or_lost(void **state)
{
    UNUSED(state);
    size_t count = 0;
    size_t reached = 0;
    const char *const *names = failpoint_names(&count);
    for (size_t i = 0; i < count; i++) {
        if (!name_is_ours(names[i]) || name_is_repeated(names, i)) continue;
        for (int hit = 1; hit <= (is_nightly() ? 3 : 1); hit++) reached += die_and_resume(names[i], hit);
    }
    assert_true(reached >= 16);
}

static const char SLOW[] =
    "ran slow; touch $PAWL_DIRECTORY/began; while [ ! -f $PAWL_DIRECTORY/go ]; do sleep 0.02; done; "
    "echo 1 > $PAWL_OUTPUT_OUT; touch $PAWL_DIRECTORY/ended";

static int run_slow(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "slow", SLOW);
    return flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err) ? 0 : 9;
}

static void fixture_init_slow(Fixture *fixture, void **state)
{
    fixture_init(fixture, state);
    (void)fixture_step(fixture, "slow", SLOW);
}

/// A scheduler that is killed while its only step runs.
static void kill_mid_step(void **state)
{
    Fixture fixture = {.state = state};
    pid_t child = fixture_fork(run_slow, state);
    fixture_await(&fixture, "began");
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(died(fixture_wait(child)));
}

static void adopt_tells_go(void *context, const FlowEvent *event)
{
    Fixture *fixture = context;
    if (event->state == STEP_RUNNING) fixture_touch(fixture, "go");
}

/// flow.md 4.
static void a_step_that_outlives_its_scheduler_is_adopted_and_not_run_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    kill_mid_step(state);
    fixture_init_slow(&fixture, state);
    fixture.options.observe = adopt_tells_go;
    fixture.options.observe_context = &fixture;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "slow"), 1);
    assert_int_equal(fixture_step_record(&fixture, "slow")->attempt, 1);
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_run"), 1);
    fixture_assert_no_orphans(&fixture);
}

/// flow.md 5.
static void a_step_that_ends_while_no_scheduler_runs_is_collected(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    kill_mid_step(state);
    fixture_init_slow(&fixture, state);
    fixture_touch(&fixture, "go");
    fixture_await(&fixture, "ended");
    fixture_assert_no_orphans(&fixture);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "slow"), 1);
    assert_int_equal(fixture_step_record(&fixture, "slow")->attempt, 1);
}

/// Which model is in production, say: whatever the file "choice" holds when it is asked.
static bool resolve_choice(void *context, const FlowStep *step, const StepValue *values, size_t count, Bytes *params,
                           Error *err)
{
    void **state = context;
    AUTO(bytes_deinit) Bytes choice = {0};
    UNUSED(values);
    UNUSED(count);
    if (!str_equal(step->name, STR("first"))) return true;
    TRY(disk_read(disk_system(), test_path(state, "choice"), 10, &choice, err));
    bytes_clear(params);
    return bytes_append_format(params, err, "{\"choice\":\"%.*s\"}", STR_ARG(bytes_str(&choice)));
}

static void fixture_init_choosing(Fixture *fixture, void **state)
{
    fixture_init(fixture, state);
    fixture->options.resolve = resolve_choice;
    fixture->options.resolve_context = state;
    (void)fixture_step(fixture, "first", "ran first; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_read(fixture, fixture_step(fixture, "slow", SLOW), "first");
}

static int run_choosing(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init_choosing(&fixture, state);
    return flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err) ? 0 : 9;
}

static void choose(void **state, const char *choice)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "choice"), str_from(choice), &err), err);
}

/// The run itself may have moved what its earlier steps were decided by, as a promotion does just before the power fails.
static void what_a_run_has_decided_it_does_not_decide_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {.state = state};
    choose(state, "old");
    pid_t child = fixture_fork(run_choosing, state);
    fixture_await(&fixture, "began");
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(died(fixture_wait(child)));

    choose(state, "new");
    fixture_touch(&fixture, "go");
    fixture_init_choosing(&fixture, state);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 1);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    ASSERT_STR(fixture_step_record(&fixture, "first")->reason, "params.choice: old -> new");
}

static int64_t supervisor_pid(Fixture *fixture)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(fixture->state, ".pawl/attempts/1/slow/1/lock"), 200, &text, &err),
              err);
    return strtoll((const char *)text.data + strlen("pid "), NULL, 10);
}

/// Scheduler and supervisor are both killed: what the step left behind is gone before its next attempt begins.
static void orphans_are_gone_before_the_next_attempt(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    kill_mid_step(state);
    fixture_init_slow(&fixture, state);
    assert_int_equal(kill((pid_t)supervisor_pid(&fixture), SIGKILL), 0);
    fixture_touch(&fixture, "go");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_step_record(&fixture, "slow")->attempt, 2);
    fixture_assert_no_orphans(&fixture);
}

/// The scheduler lives, the supervisor is killed: another attempt, which does not count as a failure.
static void a_killed_supervisor_costs_no_retry(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(
        &fixture, "step",
        "ran step; [ $(grep -c step $PAWL_DIRECTORY/ran) -ge 2 ] || { (setsid sleep 50 &); kill -9 $PPID; sleep 50; };"
        "echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "step"), 2);
    fixture_assert_no_orphans(&fixture);
}

static void a_step_whose_supervisor_always_dies_fails_in_the_end(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "ran step; kill -9 $PPID; sleep 50");
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 4);
    assert_non_null(strstr(fixture.outcome.message.data, "killed by signal 9"));
}

/// flow.md 10.
static void a_second_scheduler_is_refused_and_told_who_is_first(void **state)
{
    Error err = {0};
    char pid[40];
    AUTO(fixture_deinit) Fixture fixture;
    pid_t child = fixture_fork(run_slow, state);
    fixture_init_slow(&fixture, state);
    fixture_await(&fixture, "began");
    (void)snprintf(pid, sizeof(pid), "pid %d", (int)child);
    ASSERT_FAILS(flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err), err, ERROR_CONFLICT,
                 pid);
    fixture_touch(&fixture, "go");
    assert_int_equal(fixture_wait(child), 0);
    assert_int_equal(fixture_ran(&fixture, "slow"), 1);
}

static void take_the_store_over(void *context, const FlowEvent *event)
{
    Fixture *fixture = context;
    Error err = {0};
    Database *database = NULL;
    if (event->state != STEP_RUNNING) return;
    ASSERT_OK(database_open(test_path(fixture->state, ".pawl/pawl.db"), &database, &err), err);
    ASSERT_OK(database_run(database, "UPDATE flow_scheduler SET epoch = epoch + 1", &err), err);
    database_close(&database);
}

/// flow.md 11: somebody else has become the scheduler; what this one brings is refused, and nothing of it is visible.
static void a_replaced_scheduler_cannot_commit(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "sleep 0.2; echo 1 > $PAWL_OUTPUT_OUT");
    fixture.options.observe = take_the_store_over;
    fixture.options.observe_context = &fixture;
    ASSERT_FAILS(flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err), err, ERROR_CONFLICT,
                 "taken over");
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_result"), 0);
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_cache"), 0);
    fixture_assert_state(&fixture, "step", STEP_RUNNING);

    fixture.options.observe = NULL;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_step_record(&fixture, "step")->attempt, 1);
}

/// flow.md 8: a full disk ends the run with a clear word; with room again it goes on, and what was done stays done.
static void a_full_disk_ends_the_run_which_goes_on_later(void **state)
{
    Error err = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_on(&fixture, state, &faults.disk);
    fixture_chain(&fixture);
    faults.capacity_left = 2500;
    ASSERT_FAILS(flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err), err, ERROR_STORAGE,
                 "disk full");
    faults.capacity_left = UINT64_MAX;
    fixture_run(&fixture, STEP_DONE);
    assert_chain_is_whole(&fixture);
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_run"), 1);
}

static void a_store_that_fails_once_is_tried_again_where_that_is_asked_for(void **state)
{
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_on(&fixture, state, &faults.disk);
    FlowStep *step = fixture_step(&fixture, "step", "ran step; echo 1 > $PAWL_OUTPUT_OUT");
    step->retries = (FlowRetries){.limit = 1, .failures = 1U << FAILURE_STORAGE};
    fault_disk_fail(&faults, FAULT_RENAME, 1, EIO);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "step"), 2);
    assert_int_equal(fixture_step_record(&fixture, "step")->attempt, 2);
    ASSERT_STR(fixture_output(&fixture, "step"), "1\n");
}

/// flow.md 8, in the database.
static void a_full_database_ends_the_run_which_goes_on_later(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(
        &fixture, "large",
        "ran large; printf '{\"message\": \"' > result.json; head -c 300000 /dev/zero | tr '\\0' x >> result.json;"
        "printf '\"}' >> result.json; echo 1 > $PAWL_OUTPUT_OUT");
    ASSERT_OK(database_run(fixture.store.database, "PRAGMA max_page_count = 60", &err), err);
    ASSERT_FAILS(flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err), err, ERROR_STORAGE,
                 "disk full");
    ASSERT_OK(database_run(fixture.store.database, "PRAGMA max_page_count = 100000", &err), err);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "large"), 1);
}

/// flow.md 9: whichever fsync fails, the run does not say that it is done, and goes on when fsync works again.
static void a_failed_sync_is_not_a_success(void **state)
{
    UNUSED(state);
    bool failed = true;
    int tried = 0;
    for (uint64_t nth = 1; failed; nth += is_nightly() ? 1 : 2) {
        void *own_state = NULL;
        Error err = {0};
        FaultDisk faults;
        Fixture fixture;
        fault_disk_init(&faults);
        assert_int_equal(test_directory_setup(&own_state), 0);
        fixture_init_on(&fixture, &own_state, &faults.disk);
        fixture_chain(&fixture);
        fault_disk_fail(&faults, FAULT_SYNC, nth, EIO);
        failed = !flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err);
        fault_disk_fail(&faults, FAULT_SYNC, 0, 0);
        if (failed) {
            test_error_matches(&err, ERROR_STORAGE, "sync");
            fixture_run(&fixture, STEP_DONE);
        }
        assert_chain_is_whole(&fixture);
        fixture_deinit(&fixture);
        assert_int_equal(test_directory_teardown(&own_state), 0);
        tried++;
    }
    assert_true(tried > 4);
}

static void a_pipeline_with_other_steps_begins_a_new_run(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    kill_mid_step(state);
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "other", "echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture.outcome.run, "2");
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_run WHERE state = 'cancelled'"), 1);
    fixture_assert_no_orphans(&fixture);
}

static void a_changed_step_is_not_adopted_but_ended(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    kill_mid_step(state);
    fixture_init_slow(&fixture, state);
    fixture.steps[0].params = STR("{\"changed\":1}");
    fixture_touch(&fixture, "go");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture.outcome.run, "1");
    assert_int_equal(fixture_step_record(&fixture, "slow")->attempt, 2);
    fixture_assert_no_orphans(&fixture);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(killed_anywhere_nothing_is_done_twice_or_lost),
        TEST_IN_DIRECTORY(a_step_that_outlives_its_scheduler_is_adopted_and_not_run_again),
        TEST_IN_DIRECTORY(a_step_that_ends_while_no_scheduler_runs_is_collected),
        TEST_IN_DIRECTORY(what_a_run_has_decided_it_does_not_decide_again),
        TEST_IN_DIRECTORY(orphans_are_gone_before_the_next_attempt),
        TEST_IN_DIRECTORY(a_killed_supervisor_costs_no_retry),
        TEST_IN_DIRECTORY(a_step_whose_supervisor_always_dies_fails_in_the_end),
        TEST_IN_DIRECTORY(a_second_scheduler_is_refused_and_told_who_is_first),
        TEST_IN_DIRECTORY(a_replaced_scheduler_cannot_commit),
        TEST_IN_DIRECTORY(a_full_disk_ends_the_run_which_goes_on_later),
        TEST_IN_DIRECTORY(a_store_that_fails_once_is_tried_again_where_that_is_asked_for),
        TEST_IN_DIRECTORY(a_full_database_ends_the_run_which_goes_on_later),
        TEST_IN_DIRECTORY(a_failed_sync_is_not_a_success),
        TEST_IN_DIRECTORY(a_pipeline_with_other_steps_begins_a_new_run),
        TEST_IN_DIRECTORY(a_changed_step_is_not_adopted_but_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
