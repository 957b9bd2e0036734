#include "flow_fixture.h"

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

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(exit_0_with_an_output_missing_or_empty_is_a_failure),
        TEST_IN_DIRECTORY(a_link_as_output_fails_the_step),
        TEST_IN_DIRECTORY(a_bad_result_fails_the_step),
        TEST_IN_DIRECTORY(the_same_logical_digest_does_not_run_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
