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

static size_t count_names(Str directory)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    ASSERT_OK(disk_list(disk_system(), directory, &arena, &names, &err), err);
    return names.count;
}

static void a_preempted_step_finds_its_checkpoint_again_until_it_is_done(void **state)
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
    assert_int_equal(count_names(test_path(state, ".pawl/checkpoints")), 0);
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

/// What is told as done waited for the disk: SQLite's synchronous is FULL (2) when the observer hears of it.
static void synchronous_note(void *context, const FlowEvent *event)
{
    Fixture *fixture = context;
    if (event->state == STEP_DONE) assert_int_equal(fixture_count(fixture, "PRAGMA synchronous"), 2);
}

static void a_step_is_told_as_done_when_that_is_on_the_disk(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture.options.observe = synchronous_note;
    fixture.options.observe_context = &fixture;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "third"), 1);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_chain_runs_in_order_and_commits),
        TEST_IN_DIRECTORY(a_step_is_retried_until_it_succeeds),
        TEST_IN_DIRECTORY(retries_end_at_their_limit),
        TEST_IN_DIRECTORY(a_refusal_skips_what_follows_and_keeps_the_evidence),
        TEST_IN_DIRECTORY(exit_75_is_preempted_and_not_a_failure),
        TEST_IN_DIRECTORY(a_preempted_step_finds_its_checkpoint_again_until_it_is_done),
        TEST_IN_DIRECTORY(independent_steps_run_side_by_side),
        TEST_IN_DIRECTORY(steps_with_the_same_key_run_once),
        TEST_IN_DIRECTORY(values_of_a_step_reach_the_params_of_a_later_one),
        TEST_IN_DIRECTORY(a_step_is_told_as_done_when_that_is_on_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
