#include "flow_fixture.h"

static void a_chain_runs_in_order_and_commits(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.done, 3);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
    fixture_assert_no_orphans(&fixture);
}

static void a_second_run_runs_nothing(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    assert_int_equal(fixture_ran(&fixture, "third"), 1);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

static void a_changed_parameter_runs_what_depends_on_it_and_says_why(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture.steps[1].params = STR("{\"depth\":6,\"rounds\":100}");
    fixture_run(&fixture, STEP_DONE);
    fixture.steps[1].params = STR("{\"depth\":6,\"rounds\":200}");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 1);
    assert_int_equal(fixture_ran(&fixture, "second"), 2);
    ASSERT_STR(fixture_step_record(&fixture, "second")->reason, "params.rounds: 100 -> 200");
}

/// flow.md 19: identical bytes upstream, so downstream is not run.
static void the_same_bytes_again_do_not_run_what_follows(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture.steps[0].params = STR("{\"changed\":true}");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    assert_int_equal(fixture_ran(&fixture, "second"), 1);
    fixture_assert_state(&fixture, "second", STEP_CACHED);
}

/// flow.md 19, for tables: other bytes with the same logical digest.
static void the_same_logical_digest_does_not_run_what_follows(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *first = fixture_step(
        &fixture, "first",
        "ran first; date +%N > $PAWL_OUTPUT_OUT; cat > result.json <<'E'\n"
        "{\"logical\": {\"out\": \"00000000000000000000000000000000000000000000000000000000000000aa\"}}\nE\n");
    FlowStep *second = fixture_step(&fixture, "second", "ran second; cat $PAWL_INPUT_FIRST > $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, second, "first");
    fixture_run(&fixture, STEP_DONE);
    first->params = STR("{\"changed\":true}");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    assert_int_equal(fixture_ran(&fixture, "second"), 1);
}

/// flow.md 17.
static void a_cached_artifact_deleted_or_altered_is_made_again(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_OK(disk_remove_tree(disk_system(), fixture_step_record(&fixture, "second")->outputs[0].path, &err), err);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "second"), 2);
    assert_int_equal(fixture_ran(&fixture, "third"), 1);
    ASSERT_OK(
        disk_write_atomic(disk_system(), fixture_step_record(&fixture, "third")->outputs[0].path, STR("forged"), &err),
        err);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "third"), 2);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

/// flow.md 16.
static void exit_0_with_an_output_missing_or_empty_is_a_failure(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "echo told");
    FlowStep *next = fixture_step(&fixture, "next", "ran next; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, next, "step");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "output 'out' was not made; its last lines:\ntold");
    fixture_assert_state(&fixture, "next", STEP_SKIPPED);
    assert_int_equal(fixture_ran(&fixture, "next"), 0);

    fixture.flow.step_count = 0;
    step = fixture_step(&fixture, "step", "mkdir $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "output 'out' is empty");
    step->argv = fixture_step(&fixture, "other", ": > $PAWL_OUTPUT_OUT")->argv;
    fixture.flow.step_count--;
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "output 'out' is empty");
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_result"), 0);
}

static void a_failed_step_tells_its_exit_and_its_last_lines(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "for i in $(seq 100); do echo line $i; done; echo it broke >&2; exit 3");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.failed_step, "step");
    assert_true(str_starts(fixture.outcome.message, STR("exited with code 3; its last lines:\nline 90\n")));
    assert_true(str_ends(fixture.outcome.message, STR("line 100\nit broke")));
}

static void a_step_killed_by_a_signal_says_which(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "kill -SEGV $$");
    fixture_run(&fixture, STEP_FAILED);
    assert_true(str_starts(fixture.outcome.message, STR("killed by signal 11")));
}

static void a_program_that_does_not_exist_is_named(void **state)
{
    static const Str ARGV[] = {{"no-such-program-anywhere", 24}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "true");
    step->argv = ARGV;
    step->argv_count = 1;
    fixture_run(&fixture, STEP_FAILED);
    assert_true(str_starts(fixture.outcome.message, STR("could not be started")));
    assert_non_null(strstr(fixture.outcome.message.data, "no-such-program-anywhere"));
}

static void a_step_is_retried_until_it_succeeds(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step =
        fixture_step(&fixture, "step",
                     "ran step; [ $(grep -c step $PAWL_DIRECTORY/ran) -ge 3 ] || exit 9; echo 1 > $PAWL_OUTPUT_OUT");
    step->retries = (FlowRetries){.limit = 3, .backoff_us = 20000, .factor = 2, .jitter = 0.2};
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "step"), 3);
    assert_int_equal(fixture_step_record(&fixture, "step")->attempt, 3);
}

static void retries_end_at_their_limit(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "ran step; exit 9");
    step->retries = (FlowRetries){.limit = 2, .backoff_us = 1000, .factor = 2};
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 3);
}

/// Exit 1: the pipeline said no. What it made is kept as evidence, and never taken from the cache.
static void a_refusal_skips_what_follows_and_keeps_the_evidence(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(
        &fixture, "gate",
        "ran gate; echo worse > $PAWL_OUTPUT_OUT; echo '{\"message\": \"rmse 2 > 1\"}' > result.json; exit 1");
    FlowStep *next = fixture_step(&fixture, "promote", "ran promote; echo 1 > $PAWL_OUTPUT_OUT");
    next->retries.limit = 3;
    fixture_read(&fixture, next, "gate");
    (void)fixture_step(&fixture, "independent", "ran independent; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_REFUSED);
    ASSERT_STR(fixture.outcome.message, "rmse 2 > 1");
    ASSERT_STR(fixture_output(&fixture, "gate"), "worse\n");
    fixture_assert_state(&fixture, "promote", STEP_SKIPPED);
    fixture_assert_state(&fixture, "independent", STEP_DONE);
    fixture_run(&fixture, STEP_REFUSED);
    assert_int_equal(fixture_ran(&fixture, "gate"), 2);
    assert_int_equal(fixture_ran(&fixture, "promote"), 0);
}

static void exit_75_is_preempted_and_not_a_failure(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "ran step; exit 75");
    step->retries.limit = 3;
    fixture_run(&fixture, STEP_PREEMPTED);
    assert_int_equal(fixture_ran(&fixture, "step"), 1);
}

static void a_preempted_step_finds_its_checkpoint_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step",
                       "c=$(sed 's/.*\"checkpoint\":\"\\([^\"]*\\)\".*/\\1/' $PAWL_STEP); [ -f $c/half ] || { echo "
                       "half > $c/half; exit 75; };"
                       "cat $c/half > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_PREEMPTED);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "step"), "half\n");
}

/// flow.md 14: a timeout, and a double-forked grandchild in a session of its own that ignores SIGTERM.
static void a_timeout_kills_the_whole_tree(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step =
        fixture_step(&fixture, "step",
                     "(setsid sh -c 'trap \"\" TERM; echo x > $PAWL_DIRECTORY/deep; while :; do sleep 0.1; done' &) &"
                     "while [ ! -f $PAWL_DIRECTORY/deep ]; do sleep 0.02; done; sleep 60");
    step->timeout_us = 1500000;
    fixture_run(&fixture, STEP_FAILED);
    assert_true(disk_exists(disk_system(), test_path(state, "deep")));
    ASSERT_STR(fixture.outcome.message, "took longer than its timeout of 1.5 s");
    fixture_assert_no_orphans(&fixture);
}

static void what_a_step_leaves_running_is_ended(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "(setsid sleep 60 &) ; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    fixture_assert_no_orphans(&fixture);
}

static void independent_steps_run_side_by_side(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "left",
                       "touch $PAWL_DIRECTORY/left; while [ ! -f $PAWL_DIRECTORY/right ]; do sleep 0.02; done; echo 1 "
                       "> $PAWL_OUTPUT_OUT");
    (void)fixture_step(&fixture, "right",
                       "touch $PAWL_DIRECTORY/right; while [ ! -f $PAWL_DIRECTORY/left ]; do sleep 0.02; done; echo 2 "
                       "> $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
}

static void steps_with_the_same_key_run_once(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "one", "ran it; sleep 0.1; echo 1 > $PAWL_OUTPUT_OUT");
    (void)fixture_step(&fixture, "two", "ran it; sleep 0.1; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "it"), 1);
    assert_int_equal(fixture.outcome.cached, 1);
}

static void a_step_sees_only_the_environment_it_declared(void **state)
{
    static const Str NAMES[] = {{"DECLARED", 8}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "echo \"${DECLARED-unset} ${HIDDEN-unset}\" > $PAWL_OUTPUT_OUT");
    step->environment = NAMES;
    step->environment_count = 1;
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

static bool resolve_threshold(void *context, const FlowStep *step, const StepValue *values, size_t count, Bytes *params,
                              Error *err)
{
    UNUSED(context);
    if (!str_equal(step->name, STR("second"))) return true;
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(values[i].name, STR("first.rmse"))) continue;
        bytes_clear(params);
        return bytes_append_format(params, err, "{\"rmse\":%.*s}", STR_ARG(values[i].json));
    }
    return error_set(err, ERROR_CONFIG, "no rmse");
}

static void values_of_a_step_reach_the_params_of_a_later_one(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "first",
                       "echo 1 > $PAWL_OUTPUT_OUT; echo '{\"values\": {\"rmse\": 0.25}}' > result.json");
    FlowStep *second = fixture_step(&fixture, "second", "cp $PAWL_STEP $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, second, "first");
    fixture.options.resolve = resolve_threshold;
    for (int run = 0; run < 2; run++) {
        fixture_run(&fixture, STEP_DONE);
        assert_non_null(strstr(fixture_output(&fixture, "second").data, "\"params\":{\"rmse\":0.25}"));
        const StepRecord *record = fixture_step_record(&fixture, "first");
        assert_int_equal(record->value_count, 1);
        ASSERT_STR(record->values[0].json, "0.25");
    }
    assert_int_equal(fixture.outcome.cached, 2);
}

static void a_link_as_output_fails_the_step(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "echo 1 > real; ln -s $PWD/real $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_FAILED);
    assert_non_null(strstr(fixture.outcome.message.data, "link"));
}

static void a_bad_result_fails_the_step(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "echo 1 > $PAWL_OUTPUT_OUT; echo '{oops' > result.json");
    fixture_run(&fixture, STEP_FAILED);
    assert_true(str_starts(fixture.outcome.message, STR("result.json")));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_chain_runs_in_order_and_commits),
        TEST_IN_DIRECTORY(a_second_run_runs_nothing),
        TEST_IN_DIRECTORY(a_changed_parameter_runs_what_depends_on_it_and_says_why),
        TEST_IN_DIRECTORY(the_same_bytes_again_do_not_run_what_follows),
        TEST_IN_DIRECTORY(the_same_logical_digest_does_not_run_what_follows),
        TEST_IN_DIRECTORY(a_cached_artifact_deleted_or_altered_is_made_again),
        TEST_IN_DIRECTORY(exit_0_with_an_output_missing_or_empty_is_a_failure),
        TEST_IN_DIRECTORY(a_failed_step_tells_its_exit_and_its_last_lines),
        TEST_IN_DIRECTORY(a_step_killed_by_a_signal_says_which),
        TEST_IN_DIRECTORY(a_program_that_does_not_exist_is_named),
        TEST_IN_DIRECTORY(a_step_is_retried_until_it_succeeds),
        TEST_IN_DIRECTORY(retries_end_at_their_limit),
        TEST_IN_DIRECTORY(a_refusal_skips_what_follows_and_keeps_the_evidence),
        TEST_IN_DIRECTORY(exit_75_is_preempted_and_not_a_failure),
        TEST_IN_DIRECTORY(a_preempted_step_finds_its_checkpoint_again),
        TEST_IN_DIRECTORY(a_timeout_kills_the_whole_tree),
        TEST_IN_DIRECTORY(what_a_step_leaves_running_is_ended),
        TEST_IN_DIRECTORY(independent_steps_run_side_by_side),
        TEST_IN_DIRECTORY(steps_with_the_same_key_run_once),
        TEST_IN_DIRECTORY(a_step_sees_only_the_environment_it_declared),
        TEST_IN_DIRECTORY(values_of_a_step_reach_the_params_of_a_later_one),
        TEST_IN_DIRECTORY(a_link_as_output_fails_the_step),
        TEST_IN_DIRECTORY(a_bad_result_fails_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
