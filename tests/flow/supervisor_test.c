#include "flow_fixture.h"

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

static void a_step_killed_by_a_signal_says_which(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "kill -SEGV $$");
    fixture_run(&fixture, STEP_FAILED);
    assert_true(str_starts(fixture.outcome.message, STR("killed by signal 11")));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_timeout_kills_the_whole_tree),
        TEST_IN_DIRECTORY(what_a_step_leaves_running_is_ended),
        TEST_IN_DIRECTORY(a_program_that_does_not_exist_is_named),
        TEST_IN_DIRECTORY(a_step_killed_by_a_signal_says_which),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
