#include "flow/cores_internal.h"

#include "flow_fixture.h"

static void a_step_that_asks_for_more_than_there_is_runs_alone(void **state)
{
    UNUSED(state);
    FlowPlace one = {0};
    FlowPlace eight = {.cpu_milli = 8000};
    Cores cores = cores_make(2, 2);
    assert_true(cores_are_free(&cores, &eight));
    cores_take(&cores, &one);
    assert_true(cores_are_free(&cores, &one));
    assert_false(cores_are_free(&cores, &eight));
    cores_give(&cores, &one);
    cores_take(&cores, &eight);
    assert_false(cores_are_free(&cores, &one));
    cores_give(&cores, &eight);
    assert_true(cores_are_free(&cores, &one));
}

static void parts_of_cores_add_up(void **state)
{
    UNUSED(state);
    FlowPlace half = {.cpu_milli = 500};
    FlowPlace most = {.cpu_milli = 1600};
    Cores cores = cores_make(2, 1);
    for (int i = 0; i < 3; i++) cores_take(&cores, &half);
    assert_true(cores_are_free(&cores, &half));
    assert_false(cores_are_free(&cores, &most));
}

/// Two steps of two cores each on a machine made out to have as many as run at once: never both.
static void steps_share_the_cores_at_hand(void **state)
{
    static const char SCRIPT[] =
        "mkdir $PAWL_DIRECTORY/alone; sleep 0.1; rmdir $PAWL_DIRECTORY/alone; echo 1 > $PAWL_OUTPUT_OUT";
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    for (int i = 0; i < 3; i++) {
        static const char *const NAMES[] = {"a", "b", "c"};
        fixture_step(&fixture, NAMES[i], SCRIPT)->place.cpu_milli = 1000000;
    }
    fixture_run(&fixture, STEP_DONE);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_that_asks_for_more_than_there_is_runs_alone),
        cmocka_unit_test(parts_of_cores_add_up),
        TEST_IN_DIRECTORY(steps_share_the_cores_at_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
