#include "sys/failpoint.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"

static void pass_points(void)
{
    for (int i = 0; i < 3; i++) {
        FAILPOINT("test.first");
        FAILPOINT("test.second");
    }
}

/// The signal that ended a child which passes three times through; 0 when none did.
static int signal_of_child(const char *wish)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (setenv("PAWL_FAILPOINT", wish, 1) != 0) _exit(1);
        pass_points();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void the_process_dies_at_the_chosen_hit(void **state)
{
    UNUSED(state);
    assert_int_equal(signal_of_child("test.first"), SIGKILL);
    assert_int_equal(signal_of_child("test.second:3"), SIGKILL);
    assert_int_equal(signal_of_child("test.second:4"), 0);
    assert_int_equal(signal_of_child("test.fir"), 0);
    assert_int_equal(signal_of_child("test.firsts"), 0);
    assert_int_equal(signal_of_child(""), 0);
}

static bool name_is_listed(const char *name)
{
    size_t count = 0;
    const char *const *names = failpoint_names(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    return false;
}

static void every_failpoint_is_listed(void **state)
{
    UNUSED(state);
    assert_true(name_is_listed("test.first"));
    assert_true(name_is_listed("test.second"));
    assert_true(name_is_listed("disk.before_rename"));
    assert_true(name_is_listed("disk.after_rename"));
    assert_false(name_is_listed("test.third"));
}

static void what_was_passed_is_traced(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str path = test_path(state, "trace");
    assert_int_equal(setenv("PAWL_FAILPOINT_TRACE", path.data, 1), 0);
    pass_points();
    assert_int_equal(unsetenv("PAWL_FAILPOINT_TRACE"), 0);
    ASSERT_OK(disk_read(disk_system(), path, 1000, &bytes, &err), err);
    assert_true(str_starts(bytes_str(&bytes), STR("test.first\ntest.second\ntest.first\n")));
}

/// A crash at any moment of an atomic write leaves old or new.
static void a_crash_within_an_atomic_write_leaves_old_or_new(void **state)
{
    static const char *const WISHES[] = {"disk.before_rename", "disk.after_rename"};
    static const char *const EXPECTED[] = {"old", "new"};
    Str path = test_path(state, "file");
    for (size_t i = 0; i < COUNT_OF(WISHES); i++) {
        Error err = {0};
        AUTO(bytes_deinit) Bytes bytes = {0};
        ASSERT_OK(disk_write_atomic(disk_system(), path, STR("old"), &err), err);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (setenv("PAWL_FAILPOINT", WISHES[i], 1) != 0) _exit(1);
            _exit(disk_write_atomic(disk_system(), path, STR("new"), NULL) ? 0 : 1);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        ASSERT_OK(disk_read(disk_system(), path, 10, &bytes, &err), err);
        ASSERT_STR(bytes_str(&bytes), EXPECTED[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_process_dies_at_the_chosen_hit),
        cmocka_unit_test(every_failpoint_is_listed),
        TEST_IN_DIRECTORY(what_was_passed_is_traced),
        TEST_IN_DIRECTORY(a_crash_within_an_atomic_write_leaves_old_or_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
