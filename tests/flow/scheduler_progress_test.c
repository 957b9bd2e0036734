#include "flow_fixture.h"

typedef struct Seen {
    Fixture *fixture;
    double done;
    double total;
    int64_t left_us;
    char text[40];
    int states[STEP_PREEMPTED + 1];
    int ticks;
} Seen;

static void see(void *context, const FlowEvent *event)
{
    Seen *seen = context;
    seen->ticks += event->tick;
    if (event->tick) return;
    seen->states[event->state]++;
    if (event->total == 0) return;
    seen->done = event->done;
    seen->total = event->total;
    seen->left_us = event->left_us;
    (void)snprintf(seen->text, sizeof(seen->text), "%.*s", STR_ARG(event->text));
    fixture_touch(seen->fixture, "seen");
}

static void progress_reaches_the_observer(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(
        &fixture, "step",
        "echo not json >> progress; echo '{\"done\": 1, \"total\": 200}' >> progress;"
        "echo '{\"done\": 120, \"total\": 200, \"text\": \"rmse 0.41\", \"left_us\": 1200000}' >> progress;"
        "printf '{\"done\": 1' >> progress;"
        "while [ ! -f $PAWL_DIRECTORY/seen ]; do sleep 0.02; done; echo 1 > $PAWL_OUTPUT_OUT");
    Seen seen = {.fixture = &fixture};
    fixture.options.observe = see;
    fixture.options.observe_context = &seen;
    fixture_run(&fixture, STEP_DONE);
    assert_true(seen.done == 120 && seen.total == 200);
    assert_int_equal(seen.left_us, 1200000);
    assert_string_equal(seen.text, "rmse 0.41");
}

static void every_change_is_told_once(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    Seen seen = {.fixture = &fixture};
    fixture.options.observe = see;
    fixture.options.observe_context = &seen;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(seen.states[STEP_RUNNING], 3);
    assert_int_equal(seen.states[STEP_DONE], 3);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(seen.states[STEP_CACHED], 3);
    assert_int_equal(seen.states[STEP_DONE], 3);
}

static void a_silent_step_is_told_of_by_its_time_alone(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "sleep 0.7; echo 1 > $PAWL_OUTPUT_OUT");
    Seen seen = {.fixture = &fixture};
    fixture.options.observe = see;
    fixture.options.observe_context = &seen;
    fixture_run(&fixture, STEP_DONE);
    assert_true(seen.ticks >= 1);
    assert_int_equal(seen.states[STEP_RUNNING], 1);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(progress_reaches_the_observer),
        TEST_IN_DIRECTORY(every_change_is_told_once),
        TEST_IN_DIRECTORY(a_silent_step_is_told_of_by_its_time_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
