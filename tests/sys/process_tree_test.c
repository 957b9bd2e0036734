#include "sys/process_tree.h"

#include <signal.h>
#include <stdlib.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/process.h"

/// Runs the script, whose own end is waited for; what it left running is not.
static void run_script(Str script, Str output)
{
    Error err = {0};
    Process process = {0};
    ProcessExit status = {0};
    const Str arguments[] = {STR("sh"), STR("-c"), script};
    const ProcessSpec spec = {.arguments = arguments, .argument_count = 3, .output_path = output};
    ASSERT_OK(process_spawn(&spec, &process, &err), err);
    ASSERT_OK(process_reap(&process, &status, &err), err);
}

/// The script may still be busy when it is waited for: until its first output is there.
static void wait_for_output(Str path)
{
    Error err = {0};
    DiskStat stat = {0};
    for (int i = 0; i < 20000; i++) {
        ASSERT_OK(disk_stat(disk_system(), path, &stat, &err), err);
        if (stat.size > 0) return;
        clock_sleep_us(clock_system(), 1000);
    }
    fail();
}

static bool pid_in_file_is_alive(Str path)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(disk_read(disk_system(), path, 100, &bytes, &err), err);
    ASSERT_OK(bytes_append_byte(&bytes, 0, &err), err);
    long pid = strtol((const char *)bytes.data, NULL, 10);
    assert_true(pid > 1);
    return kill((pid_t)pid, 0) == 0;
}

static void orphans_in_their_own_session_do_not_get_away(void **state)
{
    Error err = {0};
    Str output = test_path(state, "pid");
    ASSERT_OK(process_tree_adopt_orphans(&err), err);
    run_script(STR("setsid sh -c 'trap \"\" TERM; (sleep 60; echo) & echo $!; sleep 60'&"), output);
    wait_for_output(output);
    assert_true(pid_in_file_is_alive(output));

    size_t count = 0;
    ASSERT_OK(process_tree_signal(SIGCONT, &count, &err), err);
    assert_true(count >= 2);
    ASSERT_OK(process_tree_end(clock_system(), 50, &err), err);
    assert_false(pid_in_file_is_alive(output));
    ASSERT_OK(process_tree_signal(SIGCONT, &count, &err), err);
    assert_int_equal(count, 0);
}

static void a_process_may_end_itself_in_its_grace(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str output = test_path(state, "out");
    ASSERT_OK(process_tree_adopt_orphans(&err), err);
    run_script(STR("sh -c 'trap \"echo bye; exit\" TERM; echo; while :; do sleep 0.01; done'&"), output);
    wait_for_output(output);
    ASSERT_OK(process_tree_end(clock_system(), 5000, &err), err);
    ASSERT_OK(disk_read(disk_system(), output, 100, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), "\nbye\n");
}

static void nothing_to_end_is_fine(void **state)
{
    UNUSED(state);
    Error err = {0};
    ASSERT_OK(process_tree_end(clock_system(), 0, &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(orphans_in_their_own_session_do_not_get_away),
        TEST_IN_DIRECTORY(a_process_may_end_itself_in_its_grace),
        cmocka_unit_test(nothing_to_end_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
