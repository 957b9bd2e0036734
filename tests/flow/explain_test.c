#include "flow/explain.h"

#include "flow_fixture.h"

static FlowExplanation explain(Fixture *fixture, const char *step)
{
    Error err = {0};
    FlowExplanation out = {0};
    ASSERT_OK(
        flow_explain(&fixture->store, &fixture->flow, &fixture->options, str_from(step), &fixture->arena, &out, &err),
        err);
    return out;
}

static void a_step_that_never_ran_says_so(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    FlowExplanation first = explain(&fixture, "first");
    assert_int_equal(first.state, STEP_WAITING);
    ASSERT_STR(first.reason, "never run before");
    assert_int_equal(first.key.size, DIGEST_HEX_CHARS);
    assert_int_equal(first.run.size, 0);

    FlowExplanation third = explain(&fixture, "third");
    ASSERT_STR(third.reason, "waits for 'second', which will run");
    assert_int_equal(third.key.size, 0);
    assert_int_equal(third.cause_count, 2);
    ASSERT_STR(third.causes[0].step, "second");
    ASSERT_STR(third.causes[0].reason, "waits for 'first', which will run");
    ASSERT_STR(third.causes[1].step, "first");
    ASSERT_STR(third.causes[1].reason, "never run before");
}

static void a_cached_step_names_the_result_that_answers_it(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture_run(&fixture, STEP_DONE);
    FlowExplanation second = explain(&fixture, "second");
    assert_int_equal(second.state, STEP_CACHED);
    ASSERT_STR(second.run, "1");
    assert_int_equal(second.attempt, 1);
    assert_true(second.created_us > 0);
    assert_int_equal(second.output_count, 1);
    assert_int_equal(second.difference_count, 0);
}

static void a_changed_field_is_named_with_old_and_new(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture.steps[1].params = STR("{\"rounds\":200}");
    fixture.steps[1].seed = 4;
    FlowExplanation second = explain(&fixture, "second");
    assert_int_equal(second.difference_count, 2);
    ASSERT_STR(second.differences[0].path, "seed");
    ASSERT_STR(second.differences[0].before, "0");
    ASSERT_STR(second.differences[0].after, "4");
    ASSERT_STR(second.differences[1].path, "params.rounds");
    ASSERT_STR(second.differences[1].before, "(nothing)");
    ASSERT_STR(second.differences[1].after, "200");
    ASSERT_STR(second.run, "1");
    FlowExplanation third = explain(&fixture, "third");
    assert_int_equal(third.cause_count, 1);
    ASSERT_STR(third.causes[0].step, "second");
}

/// The first step was made anew by a run that did not get further: the second sees another input, and its cause lies upstream.
static void a_changed_input_leads_to_the_change_upstream(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture.flow.step_count = 0;
    (void)fixture_step(&fixture, "first", "ran first; echo 2 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    fixture.flow.step_count = 3;
    FlowExplanation second = explain(&fixture, "second");
    assert_int_equal(second.difference_count, 1);
    ASSERT_STR(second.differences[0].path, "inputs.first");
    ASSERT_STR(second.differences[0].step, "first");
    assert_int_equal(second.cause_count, 1);
    ASSERT_STR(second.causes[0].step, "first");
    assert_true(str_starts(second.causes[0].reason, STR("command.2: ")));
}

static void an_unknown_step_is_not_found(void **state)
{
    Error err = {0};
    FlowExplanation out = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    ASSERT_FAILS(
        flow_explain(&fixture.store, &fixture.flow, &fixture.options, STR("frist"), &fixture.arena, &out, &err), err,
        ERROR_NOT_FOUND, "did you mean 'first'?");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_step_that_never_ran_says_so),
        TEST_IN_DIRECTORY(a_cached_step_names_the_result_that_answers_it),
        TEST_IN_DIRECTORY(a_changed_field_is_named_with_old_and_new),
        TEST_IN_DIRECTORY(a_changed_input_leads_to_the_change_upstream),
        TEST_IN_DIRECTORY(an_unknown_step_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
