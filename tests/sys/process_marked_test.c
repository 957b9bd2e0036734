#include "sys/process_marked.h"

#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"
#include "sys/process.h"

static void start_sleeper(Str mark, Process *out)
{
    Error err = {0};
    const Str arguments[] = {STR("/bin/sh"), STR("-c"), STR("trap '' TERM; while :; do sleep 0.1; done")};
    const Str environment[] = {STR("PATH=/usr/bin:/bin"), mark};
    ProcessSpec spec = {.arguments = arguments,
                        .argument_count = COUNT_OF(arguments),
                        .environment = environment,
                        .environment_count = COUNT_OF(environment),
                        .new_session = true};
    ASSERT_OK(process_spawn(&spec, out, &err), err);
}

static size_t count_marked(Str mark)
{
    Error err = {0};
    size_t count = 0;
    ASSERT_OK(process_count_marked(mark, &count, &err), err);
    return count;
}

static void only_processes_with_the_whole_line_are_ended(void **state)
{
    UNUSED(state);
    Error err = {0};
    ProcessExit status = {0};
    AUTO(process_deinit) Process marked = {0};
    AUTO(process_deinit) Process other = {0};
    start_sleeper(STR("PAWL_TEST_MARK=process_marked"), &marked);
    start_sleeper(STR("PAWL_TEST_MARK=process_marked_not"), &other);
    assert_true(count_marked(STR("PAWL_TEST_MARK=process_marked")) >= 1);

    ASSERT_OK(process_end_marked(STR("PAWL_TEST_MARK=process_marked"), clock_system(), &err), err);
    ASSERT_OK(process_reap(&marked, &status, &err), err);
    assert_true(status.by_signal && status.code == 9);
    assert_int_equal(count_marked(STR("PAWL_TEST_MARK=process_marked")), 0);
    assert_true(count_marked(STR("PAWL_TEST_MARK=process_marked_not")) >= 1);

    ASSERT_OK(process_end_marked(STR("PAWL_TEST_MARK=process_marked_not"), clock_system(), &err), err);
    ASSERT_OK(process_reap(&other, &status, &err), err);
}

static void no_such_process_is_fine(void **state)
{
    UNUSED(state);
    Error err = {0};
    ASSERT_OK(process_end_marked(STR("PAWL_TEST_MARK=nobody has this"), clock_system(), &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_processes_with_the_whole_line_are_ended),
        cmocka_unit_test(no_such_process_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
