#include "flow_fixture.h"

static FlowForecast *forecast(Fixture *fixture)
{
    Error err = {0};
    FlowForecast *steps = NULL;
    ASSERT_OK(flow_forecast(&fixture->store, &fixture->flow, &fixture->options, &fixture->arena, &steps, &err), err);
    return steps;
}

static void nothing_is_cached_before_the_first_run(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    FlowForecast *steps = forecast(&fixture);
    ASSERT_STR(steps[0].step, "first");
    ASSERT_STR(steps[0].reason, "never run before");
    ASSERT_STR(steps[2].reason, "waits for 'second', which will run");
    assert_int_equal(steps[2].state, STEP_WAITING);
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_run"), 0);
}

static void after_a_run_all_is_cached_and_a_change_is_told(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    FlowForecast *steps = forecast(&fixture);
    for (int i = 0; i < 3; i++) assert_int_equal(steps[i].state, STEP_CACHED);

    fixture.steps[1].seed = 9;
    steps = forecast(&fixture);
    assert_int_equal(steps[0].state, STEP_CACHED);
    assert_int_equal(steps[1].state, STEP_WAITING);
    ASSERT_STR(steps[1].reason, "seed: 0 -> 9");
    assert_int_equal(steps[2].state, STEP_WAITING);
}

static void a_lost_output_is_forecast_to_be_made_again(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_OK(disk_remove_tree(disk_system(), fixture_step_record(&fixture, "third")->outputs[0].path, &err), err);
    FlowForecast *steps = forecast(&fixture);
    assert_int_equal(steps[2].state, STEP_WAITING);
    ASSERT_STR(steps[2].reason, "its cached outputs are gone or were altered");
}

static void what_is_decided_in_the_run_is_not_foretold(void **state)
{
    static const FlowForeach OVER = {.item = STR_INIT("x"), .values = STR_INIT("[1,2]")};
    Error err = {0};
    FlowForecast *forecast = NULL;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *fit = fixture_step(&fixture, "fit", "echo 1 > $PAWL_OUTPUT_OUT");
    fit->foreach = &OVER;
    FlowStep *join = fixture_step(&fixture, "join", "cp -r $PAWL_INPUT_FIT $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, join, "fit");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_OK(flow_forecast(&fixture.store, &fixture.flow, &fixture.options, &fixture.arena, &forecast, &err), err);
    assert_int_equal(forecast[0].state, STEP_WAITING);
    ASSERT_STR(forecast[0].reason, "repeats over a list: its instances are known when the run gets there");
    ASSERT_STR(forecast[1].reason, "waits for 'fit', which will run");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(nothing_is_cached_before_the_first_run),
        TEST_IN_DIRECTORY(after_a_run_all_is_cached_and_a_change_is_told),
        TEST_IN_DIRECTORY(a_lost_output_is_forecast_to_be_made_again),
        TEST_IN_DIRECTORY(what_is_decided_in_the_run_is_not_foretold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
