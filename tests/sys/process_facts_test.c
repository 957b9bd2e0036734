#include <unistd.h>

#include "support/test.h"
#include "sys/process_internal.h"

static void facts_are_those_of_the_kernel(void **state)
{
    UNUSED(state);
    ProcessFacts facts = {0};
    assert_true(process_facts(getpid(), &facts));
    assert_int_equal(facts.parent_pid, getppid());
    assert_true(facts.start_ticks > 0);
    assert_false(facts.ended);
    assert_false(process_facts(INT64_C(1) << 40, &facts));
}

static void a_child_that_was_not_reaped_has_ended(void **state)
{
    UNUSED(state);
    ProcessFacts facts = {0};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(0);
    while (process_facts(child, &facts) && !facts.ended) {
        (void)usleep(1000);
    }
    assert_true(facts.ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_those_of_the_kernel),
        cmocka_unit_test(a_child_that_was_not_reaped_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
