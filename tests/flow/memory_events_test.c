#include "flow/memory_events_internal.h"
#include "support/test.h"

static void kills_are_counted_in_both_versions(void **state)
{
    UNUSED(state);
    assert_int_equal(memory_kill_count_parse(STR("low 0\nhigh 0\nmax 4\noom 3\noom_kill 2\noom_group_kill 0\n")), 2);
    assert_int_equal(memory_kill_count_parse(STR("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n")), 7);
}

static void what_is_not_there_counts_as_none(void **state)
{
    UNUSED(state);
    assert_int_equal(memory_kill_count_parse(STR("")), 0);
    assert_int_equal(memory_kill_count_parse(STR("oom_kill\n")), 0);
    assert_int_equal(memory_kill_count_parse(STR("oom_kill many\n")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_are_counted_in_both_versions),
        cmocka_unit_test(what_is_not_there_counts_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
