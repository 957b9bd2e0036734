#include "sys/file_lock.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"
#include "support/test_clock.h"
#include "support/test_directory.h"

static void a_held_lock_names_its_owner(void **state)
{
    Error err = {0};
    AUTO(file_lock_deinit) FileLock held = {0};
    AUTO(file_lock_deinit) FileLock second = {0};
    Str path = test_path(state, "lock");
    char expected[64];
    (void)snprintf(expected, sizeof(expected), "is locked by pid %ld pawl run", (long)getpid());
    ASSERT_OK(file_lock_try(&held, path, STR("pawl run"), &err), err);
    ASSERT_FAILS(file_lock_try(&second, path, STR("other"), &err), err, ERROR_CONFLICT, expected);
}

static void a_released_lock_can_be_taken(void **state)
{
    Error err = {0};
    Str path = test_path(state, "lock");
    FileLock lock = {0};
    for (int i = 0; i < 3; i++) {
        ASSERT_OK(file_lock_try(&lock, path, STR("x"), &err), err);
        file_lock_deinit(&lock);
    }
}

static void waiting_ends_with_the_timeout(void **state)
{
    Error err = {0};
    AUTO(file_lock_deinit) FileLock held = {0};
    AUTO(file_lock_deinit) FileLock second = {0};
    TestClock clock;
    test_clock_init(&clock, 0);
    Str path = test_path(state, "lock");
    ASSERT_OK(file_lock_try(&held, path, STR("x"), &err), err);
    ASSERT_FAILS(file_lock_wait(&second, path, STR("y"), &clock.clock, 1000000, &err), err, ERROR_CONFLICT, "locked");
    assert_in_range(clock.now_us, 1000000, 1100000);
    file_lock_deinit(&held);
    ASSERT_OK(file_lock_wait(&second, path, STR("y"), &clock.clock, 0, &err), err);
}

static void a_lock_dies_with_its_holder(void **state)
{
    Error err = {0};
    AUTO(file_lock_deinit) FileLock lock = {0};
    Str path = test_path(state, "lock");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        FileLock held = {0};
        _exit(file_lock_try(&held, path, STR("child"), NULL) ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ASSERT_OK(file_lock_try(&lock, path, STR("x"), &err), err);
}

static void a_lock_in_a_missing_directory_is_refused(void **state)
{
    Error err = {0};
    AUTO(file_lock_deinit) FileLock lock = {0};
    ASSERT_FAILS(file_lock_try(&lock, test_path(state, "no/lock"), STR("x"), &err), err, ERROR_STORAGE, "cannot lock");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_held_lock_names_its_owner),
        TEST_IN_DIRECTORY(a_released_lock_can_be_taken),
        TEST_IN_DIRECTORY(waiting_ends_with_the_timeout),
        TEST_IN_DIRECTORY(a_lock_dies_with_its_holder),
        TEST_IN_DIRECTORY(a_lock_in_a_missing_directory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
