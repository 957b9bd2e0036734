/// Whose turn it is, pools, and how many instances of a step run at once.
#include "flow_fixture.h"

/// Tells its start and its end, in between is long enough for others to start; `most` counts how many were at once.
static const char SLOW[] = "echo + >> $PAWL_DIRECTORY/turns; sleep 0.15; echo - >> $PAWL_DIRECTORY/turns; ran slow; "
                           "echo $PAWL_ITEM > $PAWL_OUTPUT_OUT";

static const FlowOutput MADE = {{"out", 3}, FLOW_FILE, {"part.txt", 8}};

static Str told(Fixture *fixture, const char *name)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Error err = {0};
    Str text = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(fixture->state, name), 1 << 20, &bytes, &err), err);
    ASSERT_OK(arena_copy(&fixture->arena, bytes_str(&bytes), &text, &err), err);
    return text;
}

/// How many that tell of themselves in `turns` were there at once.
static size_t most_at_once(Fixture *fixture)
{
    Str text = told(fixture, "turns");
    size_t now = 0;
    size_t most = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '+') now++;
        if (text.data[i] == '-') now--;
        if (now > most) most = now;
    }
    assert_int_equal(now, 0);
    return most;
}

/// Keys differ by the name that is part of the command.
static FlowStep *slow(Fixture *fixture, const char *name)
{
    char script[400];
    (void)snprintf(script, sizeof(script), "ran %s; %s", name, SLOW);
    FlowStep *step = fixture_step(fixture, name, script);
    step->code_digest = step->name;
    return step;
}

static FlowStep *plain(Fixture *fixture, const char *name, int32_t priority)
{
    char script[100];
    (void)snprintf(script, sizeof(script), "ran %s; echo 1 > $PAWL_OUTPUT_OUT", name);
    FlowStep *step = fixture_step(fixture, name, script);
    step->code_digest = step->name;
    step->priority = priority;
    return step;
}

static void the_highest_priority_starts_first_and_ties_in_order(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 1;
    (void)plain(&fixture, "low", -5);
    (void)plain(&fixture, "one", 0);
    (void)plain(&fixture, "high", 10);
    (void)plain(&fixture, "two", 0);
    (void)plain(&fixture, "other_high", 10);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(told(&fixture, "ran"), "high\nother_high\none\ntwo\nlow\n");
}

static void without_priorities_steps_start_in_their_order(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 1;
    (void)plain(&fixture, "c", 0);
    (void)plain(&fixture, "a", 0);
    (void)plain(&fixture, "b", 0);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(told(&fixture, "ran"), "c\na\nb\n");
}

static void a_pool_holds_its_steps_and_is_in_no_others_way(void **state)
{
    static const FlowPool POOLS[] = {{{"gpu", 3}, 1}, {{"wide", 4}, 2}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 4;
    fixture.flow.pools = POOLS;
    fixture.flow.pool_count = 2;
    slow(&fixture, "a")->pool = STR("gpu");
    slow(&fixture, "b")->pool = STR("gpu");
    slow(&fixture, "c")->pool = STR("gpu");
    (void)plain(&fixture, "free", 0);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(most_at_once(&fixture), 1);
    assert_int_equal(fixture_ran(&fixture, "slow"), 3);
    // It was behind all three, and did not wait for the second.
    size_t third = 0;
    Str ran = told(&fixture, "ran");
    Str line = {0};
    while (str_split(&ran, '\n', &line) && !str_equal(line, STR("free"))) third++;
    assert_true(third <= 3);
}

static void a_pool_of_two_runs_two(void **state)
{
    static const FlowPool POOLS[] = {{{"wide", 4}, 2}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 5;
    fixture.flow.pools = POOLS;
    fixture.flow.pool_count = 1;
    for (size_t i = 0; i < 5; i++) slow(&fixture, (const char *[]){"a", "b", "c", "d", "e"}[i])->pool = STR("wide");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(most_at_once(&fixture), 2);
    assert_int_equal(fixture_ran(&fixture, "slow"), 5);
}

static void a_failed_attempt_gives_its_slot_back(void **state)
{
    static const FlowPool POOLS[] = {{{"gpu", 3}, 1}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.flow.pools = POOLS;
    fixture.flow.pool_count = 1;
    FlowStep *failing = fixture_step(&fixture, "failing", "ran failing; exit 9");
    failing->pool = STR("gpu");
    failing->retries = (FlowRetries){.limit = 2, .backoff_us = 1000, .factor = 1};
    plain(&fixture, "next", 0)->pool = STR("gpu");
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "failing"), 3);
    assert_int_equal(fixture_ran(&fixture, "next"), 1);
}

static void an_unknown_pool_and_one_without_slots_are_refused(void **state)
{
    static const FlowPool POOLS[] = {{{"gpu", 3}, 0}};
    AUTO(fixture_deinit) Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    plain(&fixture, "step", 0)->pool = STR("gpu");
    assert_false(flow_check(&fixture.flow, &err));
    assert_string_equal(err.text, "step 'step': there is no pool 'gpu'");
    fixture.flow.pools = POOLS;
    fixture.flow.pool_count = 1;
    assert_false(flow_check(&fixture.flow, &err));
    assert_string_equal(err.text, "step 'step': pool 'gpu' has no slots");
}

static void instances(Fixture *fixture, const FlowForeach *each)
{
    FlowStep *work = fixture_step(fixture, "work", SLOW);
    work->outputs = &MADE;
    work->foreach = each;
}

static void as_many_instances_run_at_once_as_their_step_says(void **state)
{
    static const FlowForeach EACH = {.item = {"part", 4}, .values = {"[1,2,3,3,4,5]", 13}, .parallel_max = 2};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 4;
    instances(&fixture, &EACH);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(most_at_once(&fixture), 2);
    assert_int_equal(fixture_ran(&fixture, "slow"), 5);
}

/// Instances that their step's limit holds back do not keep the pool's slots from others, nor the other way round.
static void a_pool_and_a_limit_of_instances_hold_together(void **state)
{
    static const FlowForeach EACH = {.item = {"part", 4}, .values = {"[1,2,2,3]", 9}, .parallel_max = 1};
    static const FlowPool POOLS[] = {{{"gpu", 3}, 2}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture.options.parallel_max = 6;
    fixture.flow.pools = POOLS;
    fixture.flow.pool_count = 1;
    instances(&fixture, &EACH);
    for (size_t i = 0; i < 3; i++) (void)slow(&fixture, (const char *[]){"a", "b", "c"}[i]);
    for (size_t i = 0; i < fixture.flow.step_count; i++) fixture.steps[i].pool = STR("gpu");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(most_at_once(&fixture), 2);
    assert_int_equal(fixture_ran(&fixture, "slow"), 6);
}

/// Three steps of a pool of one, killed once the first of them runs.
static void pooled(Fixture *fixture)
{
    static const FlowPool POOLS[] = {{{"gpu", 3}, 1}};
    fixture->options.parallel_max = 3;
    fixture->flow.pools = POOLS;
    fixture->flow.pool_count = 1;
    FlowStep *first = fixture_step(fixture, "first",
                                   "echo + >> $PAWL_DIRECTORY/turns; touch $PAWL_DIRECTORY/began; until [ -e "
                                   "$PAWL_DIRECTORY/go ]; do sleep 0.02; done; sleep 0.2; "
                                   "echo - >> $PAWL_DIRECTORY/turns; ran slow; echo 1 > $PAWL_OUTPUT_OUT");
    first->pool = STR("gpu");
    slow(fixture, "b")->pool = STR("gpu");
    slow(fixture, "c")->pool = STR("gpu");
}

static int run_pooled(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    pooled(&fixture);
    return flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err) ? 0 : 9;
}

static void an_attempt_that_outlived_its_scheduler_still_has_its_slot(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {.state = state};
    pid_t child = fixture_fork(run_pooled, state);
    fixture_await(&fixture, "began");
    assert_int_equal(kill(child, SIGKILL), 0);
    (void)fixture_wait(child);
    fixture_init(&fixture, state);
    pooled(&fixture);
    fixture_touch(&fixture, "go");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(most_at_once(&fixture), 1);
    assert_int_equal(fixture_ran(&fixture, "slow"), 3);
    fixture_assert_no_orphans(&fixture);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(the_highest_priority_starts_first_and_ties_in_order),
        TEST_IN_DIRECTORY(without_priorities_steps_start_in_their_order),
        TEST_IN_DIRECTORY(a_pool_holds_its_steps_and_is_in_no_others_way),
        TEST_IN_DIRECTORY(a_pool_of_two_runs_two),
        TEST_IN_DIRECTORY(a_failed_attempt_gives_its_slot_back),
        TEST_IN_DIRECTORY(an_unknown_pool_and_one_without_slots_are_refused),
        TEST_IN_DIRECTORY(as_many_instances_run_at_once_as_their_step_says),
        TEST_IN_DIRECTORY(a_pool_and_a_limit_of_instances_hold_together),
        TEST_IN_DIRECTORY(an_attempt_that_outlived_its_scheduler_still_has_its_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
