#include "base/base.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

static bool give(bool value, Error *err)
{
    return value || error_set(err, ERROR_DATA, "bad");
}

static bool try_both(bool first, bool second, Error *err)
{
    TRY(give(first, err));
    TRY_OR(give(second, err), err, "row %d", 3);
    return true;
}

static void try_returns_early_and_prefixes(void **state)
{
    UNUSED(state);
    Error err = {0};
    ASSERT_OK(try_both(true, true, &err), err);
    ASSERT_FAILS(try_both(true, false, &err), err, ERROR_DATA, "row 3: bad");
    assert_false(try_both(false, true, &err));
    assert_string_equal(err.text, "bad");
}

static void check_aborts_on_a_programmers_mistake(void **state)
{
    UNUSED(state);
    CHECK(1 + 1 == 2);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        CHECK(1 + 1 == 3);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(try_returns_early_and_prefixes),
        cmocka_unit_test(check_aborts_on_a_programmers_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
