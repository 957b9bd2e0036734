#include "sys/nursery.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/file_lock.h"

/// What a forked process does: says what it was told, or waits to be killed, or holds on until a file is there.
static int body(Str argument)
{
    if (str_equal(argument, STR("wait"))) {
        for (;;) (void)pause();
    }
    if (str_starts(argument, STR("until "))) {
        Str path = str_slice(argument, 6, argument.size);
        while (!disk_exists(disk_system(), path)) clock_sleep_us(clock_system(), 1000);
    }
    (void)printf("%.5s in session %d\n", argument.data, getsid(0) == getpid());
    return 3;
}

static void wait_for(const Process *process)
{
    Error err = {0};
    size_t index = 9;
    ASSERT_OK(process_wait_any(process, 1, NULL, -1, &index, &err), err);
    assert_int_equal(index, 0);
}

static void assert_file(void **state, const char *name, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(state, name), 1 << 16, &text, &err), err);
    ASSERT_STR(bytes_str(&text), expected);
}

static void what_is_forked_runs_the_body_in_its_own_session(void **state)
{
    Error err = {0};
    AUTO(nursery_deinit) Nursery nursery = {0};
    ASSERT_OK(nursery_start(body, &nursery, &err), err);
    for (int i = 0; i < 3; i++) {
        AUTO(process_deinit) Process process = {0};
        ASSERT_OK(nursery_spawn(&nursery, STR("hello"), test_path(state, "log"), &process, &err), err);
        wait_for(&process);
    }
    assert_file(state, "log", "hello in session 1\nhello in session 1\nhello in session 1\n");
}

static void a_forked_process_can_be_killed(void **state)
{
    Error err = {0};
    AUTO(nursery_deinit) Nursery nursery = {0};
    AUTO(process_deinit) Process process = {0};
    ASSERT_OK(nursery_start(body, &nursery, &err), err);
    ASSERT_OK(nursery_spawn(&nursery, STR("wait"), test_path(state, "log"), &process, &err), err);
    while (!disk_exists(disk_system(), test_path(state, "log"))) clock_sleep_us(clock_system(), 1000);
    ASSERT_OK(process_signal(&process, SIGKILL, &err), err);
    wait_for(&process);
    assert_file(state, "log", "");
}

static void what_was_forked_outlives_the_nursery(void **state)
{
    Error err = {0};
    Nursery nursery = {0};
    AUTO(process_deinit) Process process = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str go = test_path(state, "go");
    Str request = {0};
    ASSERT_OK(arena_format(&arena, &request, &err, "until %.*s", STR_ARG(go)), err);
    ASSERT_OK(nursery_start(body, &nursery, &err), err);
    ASSERT_OK(nursery_spawn(&nursery, request, test_path(state, "log"), &process, &err), err);
    nursery_deinit(&nursery);
    ASSERT_OK(disk_write_atomic(disk_system(), go, STR(""), &err), err);
    wait_for(&process);
    assert_file(state, "log", "until in session 1\n");
}

static void a_lock_of_the_caller_is_not_held_by_what_was_forked(void **state)
{
    Error err = {0};
    AUTO(nursery_deinit) Nursery nursery = {0};
    AUTO(process_deinit) Process process = {0};
    AUTO(file_lock_deinit) FileLock lock = {0};
    AUTO(file_lock_deinit) FileLock again = {0};
    ASSERT_OK(file_lock_try(&lock, test_path(state, "lock"), STR("me"), &err), err);
    ASSERT_OK(nursery_start(body, &nursery, &err), err);
    ASSERT_OK(nursery_spawn(&nursery, STR("wait"), test_path(state, "log"), &process, &err), err);
    file_lock_deinit(&lock);
    ASSERT_OK(file_lock_try(&again, test_path(state, "lock"), STR("again"), &err), err);
    ASSERT_OK(process_signal(&process, SIGKILL, &err), err);
    wait_for(&process);
}

static void a_dead_nursery_is_an_error(void **state)
{
    Error err = {0};
    AUTO(nursery_deinit) Nursery nursery = {0};
    AUTO(process_deinit) Process process = {0};
    ASSERT_OK(nursery_start(body, &nursery, &err), err);
    assert_int_equal(kill((pid_t)nursery.pid, SIGKILL), 0);
    // Until its end of the socket is gone a request may still be taken, but never answered.
    ASSERT_FAILS(nursery_spawn(&nursery, STR("hello"), test_path(state, "log"), &process, &err), err, ERROR_ENVIRONMENT,
                 "cannot fork a process: the process that does it has ended");
    assert_int_equal(process.pid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_is_forked_runs_the_body_in_its_own_session),
        TEST_IN_DIRECTORY(a_forked_process_can_be_killed),
        TEST_IN_DIRECTORY(what_was_forked_outlives_the_nursery),
        TEST_IN_DIRECTORY(a_lock_of_the_caller_is_not_held_by_what_was_forked),
        TEST_IN_DIRECTORY(a_dead_nursery_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
