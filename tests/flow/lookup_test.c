#include "flow_fixture.h"

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

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_second_run_runs_nothing),
        TEST_IN_DIRECTORY(a_changed_parameter_runs_what_depends_on_it_and_says_why),
        TEST_IN_DIRECTORY(the_same_bytes_again_do_not_run_what_follows),
        TEST_IN_DIRECTORY(a_cached_artifact_deleted_or_altered_is_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
