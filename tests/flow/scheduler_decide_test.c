/// Conditions, optional steps and handlers.
#include "flow_fixture.h"

static const FlowOutput ROWS[] = {{{"rows", 4}, FLOW_INT, {0}}, {{"out", 3}, FLOW_PATH, {0}}};

/// A step "count" whose value `rows` is 7, and a reader of its file.
static FlowStep *count_step(Fixture *fixture)
{
    FlowStep *step = fixture_step(
        fixture, "count", "ran count; echo 1 > $PAWL_OUTPUT_OUT; echo '{\"values\":{\"rows\":7}}' > $PAWL_RESULT");
    step->outputs = ROWS;
    step->output_count = 2;
    return step;
}

static FlowStep *handler(Fixture *fixture, const char *name, FlowOn on, const char *after)
{
    char script[200];
    (void)snprintf(script, sizeof(script),
                   ": ; ran %s; echo \"$PAWL_RUN_STATE $PAWL_FAILED_STEP $PAWL_FAILED_MESSAGE\" > $PAWL_DIRECTORY/%s",
                   name, name);
    FlowStep *step = fixture_step(fixture, name, script);
    step->on = on;
    if (after == NULL) return step;
    fixture->after[step - fixture->steps][0] = fixture_text(fixture, after);
    step->after_count = 1;
    return step;
}

static void assert_told(Fixture *fixture, const char *name, const char *text)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Error err = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(fixture->state, name), 1 << 16, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), text);
}

static void a_condition_over_values_decides_at_run_time(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)count_step(&fixture);
    FlowStep *many = fixture_step(&fixture, "many", "ran many; echo 1 > $PAWL_OUTPUT_OUT");
    FlowStep *few = fixture_step(&fixture, "few", "ran few; echo 1 > $PAWL_OUTPUT_OUT");
    FlowStep *reader = fixture_step(&fixture, "reader", "ran reader; echo 1 > $PAWL_OUTPUT_OUT");
    FlowStep *later = fixture_step(&fixture, "later", "ran later; echo 1 > $PAWL_OUTPUT_OUT");
    many->when = STR("count.rows > 5 and params.region = 'eu'");
    many->params = STR("{\"region\":\"eu\"}");
    few->when = STR("count.rows <= 5");
    fixture_read(&fixture, reader, "few");
    fixture.after[4][0] = STR("few");
    later->after_count = 1;
    for (int run = 0; run < 2; run++) {
        fixture_run(&fixture, STEP_DONE);
        fixture_assert_state(&fixture, "few", STEP_OMITTED);
        fixture_assert_state(&fixture, "reader", STEP_OMITTED);
        ASSERT_STR(fixture_step_record(&fixture, "few")->message, "not true: count.rows <= 5");
    }
    assert_int_equal(fixture_ran(&fixture, "many"), 1);
    assert_int_equal(fixture_ran(&fixture, "later"), 1);
    assert_int_equal(fixture_ran(&fixture, "few") + fixture_ran(&fixture, "reader"), 0);
}

static void a_condition_that_cannot_be_decided_fails_its_step(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)count_step(&fixture);
    FlowStep *step = fixture_step(&fixture, "step", "echo 1 > $PAWL_OUTPUT_OUT");
    step->when = STR("count.rows = 'seven'");
    fixture_run(&fixture, STEP_FAILED);
    assert_non_null(strstr(fixture.outcome.message.data, "cannot compare an integer with a text"));
}

static void wrong_conditions_are_found_before_anything_runs(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    (void)count_step(&fixture);
    FlowStep *step = fixture_step(&fixture, "step", "echo 1 > $PAWL_OUTPUT_OUT");
    step->when = STR("count.rowz > 5");
    ASSERT_FAILS(flow_check(&fixture.flow, &err), err, ERROR_CONFIG, "there is no output 'rowz'; did you mean 'rows'?");
    step->when = STR("count.out > 5");
    ASSERT_FAILS(flow_check(&fixture.flow, &err), err, ERROR_CONFIG, "output 'out' of step 'count' is no value");
    step->when = STR("coun.rows > 5");
    ASSERT_FAILS(flow_check(&fixture.flow, &err), err, ERROR_CONFIG, "there is no step 'coun'; did you mean 'count'?");
    step->when = STR("count.rows >");
    ASSERT_FAILS(flow_check(&fixture.flow, &err), err, ERROR_CONFIG, "step 'step': when:1:13: a value is missing");
}

static void an_optional_step_fails_alone(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "extra", "ran extra; exit 9");
    step->optional = true;
    FlowStep *reader = fixture_step(&fixture, "reader", "ran reader; echo 1 > $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, reader, "extra");
    fixture_run(&fixture, STEP_DONE);
    fixture_assert_state(&fixture, "extra", STEP_FAILED);
    fixture_assert_state(&fixture, "reader", STEP_OMITTED);
    assert_int_equal(fixture.outcome.failed, 0);
}

static void handlers_run_once_by_how_the_run_ends(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "[ -f $PAWL_DIRECTORY/good ] || exit 9; echo 1 > $PAWL_OUTPUT_OUT");
    (void)handler(&fixture, "failure", ON_FAILURE, NULL);
    (void)handler(&fixture, "always", ON_ALWAYS, NULL);
    (void)handler(&fixture, "own", ON_FAILURE, "step");
    FlowStep *success = handler(&fixture, "success", ON_ALWAYS, NULL);
    success->when = STR("run.state = 'done'");
    UNUSED(step);
    fixture_run(&fixture, STEP_FAILED);
    assert_told(&fixture, "failure", "failed step exited with code 9\n");
    assert_told(&fixture, "always", "failed step exited with code 9\n");
    assert_told(&fixture, "own", "failed step exited with code 9\n");
    fixture_assert_state(&fixture, "success", STEP_OMITTED);
    fixture_touch(&fixture, "good");
    fixture_run(&fixture, STEP_DONE);
    fixture_assert_state(&fixture, "failure", STEP_OMITTED);
    fixture_assert_state(&fixture, "own", STEP_OMITTED);
    assert_told(&fixture, "always", "done  \n");
    assert_told(&fixture, "success", "done  \n");
    assert_int_equal(fixture_ran(&fixture, "failure"), 1);
    assert_int_equal(fixture_ran(&fixture, "always"), 2);
    assert_int_equal(fixture_ran(&fixture, "success"), 1);
}

static void interrupt_at_start(void *context, const FlowEvent *event)
{
    Fixture *fixture = context;
    if (event->state == STEP_RUNNING && str_equal(event->step->name, STR("slow")) && fixture->interrupt.count == 0)
        assert_int_equal(raise(SIGTERM), 0);
}

/// flow.md 24.
static void a_cancelled_run_is_handled_once(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "slow", "sleep 30; echo 1 > $PAWL_OUTPUT_OUT");
    FlowStep *next = fixture_step(&fixture, "next", "echo 1 > $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, next, "slow");
    (void)handler(&fixture, "always", ON_ALWAYS, NULL);
    (void)handler(&fixture, "own", ON_FAILURE, "next");
    ASSERT_OK(interrupt_init(&fixture.interrupt, &err), err);
    fixture.options.interrupt = &fixture.interrupt;
    fixture.options.observe = interrupt_at_start;
    fixture.options.observe_context = &fixture;
    fixture_run(&fixture, STEP_CANCELLED);
    interrupt_deinit(&fixture.interrupt);
    assert_int_equal(fixture_ran(&fixture, "always"), 1);
    assert_int_equal(fixture_ran(&fixture, "own"), 1);
    fixture_assert_no_orphans(&fixture);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_condition_over_values_decides_at_run_time),
        TEST_IN_DIRECTORY(a_condition_that_cannot_be_decided_fails_its_step),
        TEST_IN_DIRECTORY(wrong_conditions_are_found_before_anything_runs),
        TEST_IN_DIRECTORY(an_optional_step_fails_alone),
        TEST_IN_DIRECTORY(handlers_run_once_by_how_the_run_ends),
        TEST_IN_DIRECTORY(a_cancelled_run_is_handled_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
