#include "flow_fixture.h"

static void a_failed_step_tells_its_exit_and_its_last_lines(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "for i in $(seq 100); do echo line $i; done; echo it broke >&2; exit 3");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.failed_step, "step");
    assert_true(str_starts(fixture.outcome.message, STR("exited with code 3; its last lines:\nline 90\n")));
    assert_true(str_ends(fixture.outcome.message, STR("line 100\nit broke")));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_failed_step_tells_its_exit_and_its_last_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
