#include <signal.h>
#include <unistd.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/process.h"

static ProcessSpec shell_spec(const Str *arguments)
{
    return (ProcessSpec){.arguments = arguments, .argument_count = 3};
}

static ProcessExit run(const ProcessSpec *spec)
{
    Error err = {0};
    Process process = {0};
    ProcessExit status = {0};
    ASSERT_OK(process_spawn(spec, &process, &err), err);
    ASSERT_OK(process_reap(&process, &status, &err), err);
    return status;
}

static void assert_content(Str path, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(disk_read(disk_system(), path, 10000, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), expected);
}

static void a_child_gets_what_was_stated_and_nothing_else(void **state)
{
    Error err = {0};
    const Str arguments[] = {STR("sh"), STR("-c"), STR("pwd; echo \"$A\"; cat; echo oops >&2; env | grep -c ^HOME=")};
    const Str environment[] = {STR("A=b c"), STR("PATH=/usr/bin:/bin")};
    ProcessSpec spec = shell_spec(arguments);
    spec.environment = environment;
    spec.environment_count = COUNT_OF(environment);
    spec.directory = STR("/");
    spec.input_path = test_path(state, "in");
    spec.output_path = test_path(state, "out");
    spec.error_path = test_path(state, "err");
    spec.new_session = true;
    ASSERT_OK(disk_write_atomic(disk_system(), spec.input_path, STR("input\n"), &err), err);
    assert_true(run(&spec).code == 1);
    assert_content(spec.output_path, "/\nb c\ninput\n0\n");
    assert_content(spec.error_path, "oops\n");
}

static void output_is_appended_and_may_be_shared(void **state)
{
    const Str arguments[] = {STR("sh"), STR("-c"), STR("echo out; echo err >&2; ls /proc/self/fd | wc -l")};
    ProcessSpec spec = shell_spec(arguments);
    spec.output_path = test_path(state, "log");
    spec.error_path = test_path(state, "log");
    int extra = dup(STDERR_FILENO);
    assert_true(extra > STDERR_FILENO);
    assert_true(process_exit_ok(run(&spec)));
    assert_true(process_exit_ok(run(&spec)));
    assert_int_equal(close(extra), 0);
    // ls holds the directory open, and nothing that was not handed to it.
    assert_content(spec.output_path, "out\nerr\n4\nout\nerr\n4\n");
}

static void a_program_that_cannot_start_is_named(void **state)
{
    UNUSED(state);
    Error err = {0};
    Process process = {0};
    const Str missing[] = {STR("no-such-program")};
    ProcessSpec spec = {.arguments = missing, .argument_count = 1};
    ASSERT_FAILS(process_spawn(&spec, &process, &err), err, ERROR_ENVIRONMENT,
                 "cannot start 'no-such-program': No such file");
    const Str arguments[] = {STR("sh"), STR("-c"), STR("true")};
    spec = shell_spec(arguments);
    spec.directory = STR("/no/such");
    ASSERT_FAILS(process_spawn(&spec, &process, &err), err, ERROR_ENVIRONMENT, "'sh' in /no/such: No such file");
    spec.directory = (Str){0};
    spec.output_path = STR("/no/such/file");
    ASSERT_FAILS(process_spawn(&spec, &process, &err), err, ERROR_STORAGE, "cannot open '/no/such/file'");
    const Str zero[] = {STR("sh"), STR("a\0b")};
    spec = (ProcessSpec){.arguments = zero, .argument_count = 2};
    ASSERT_FAILS(process_spawn(&spec, &process, &err), err, ERROR_USAGE, "zero byte");
}

static void a_child_has_default_signals_even_if_they_are_blocked_here(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(interrupt_deinit) Interrupt interrupt = {0};
    ASSERT_OK(interrupt_init(&interrupt, &err), err);
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    const Str terminate[] = {STR("sh"), STR("-c"), STR("kill -TERM $$; exit 7")};
    const Str pipe[] = {STR("sh"), STR("-c"), STR("kill -PIPE $$; exit 7")};
    ProcessSpec spec = shell_spec(terminate);
    ProcessExit status = run(&spec);
    assert_true(status.by_signal && status.code == SIGTERM);
    spec = shell_spec(pipe);
    status = run(&spec);
    assert_true(status.by_signal && status.code == SIGPIPE);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
}

static bool spawn_true(void *context, Error *err)
{
    UNUSED(context);
    const Str arguments[] = {STR("true")};
    const ProcessSpec spec = {.arguments = arguments, .argument_count = 1};
    Process process = {0};
    ProcessExit status = {0};
    TRY(process_spawn(&spec, &process, err));
    return process_reap(&process, &status, err);
}

static void spawning_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(spawn_true, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_child_gets_what_was_stated_and_nothing_else),
        TEST_IN_DIRECTORY(output_is_appended_and_may_be_shared),
        cmocka_unit_test(a_program_that_cannot_start_is_named),
        cmocka_unit_test(a_child_has_default_signals_even_if_they_are_blocked_here),
        cmocka_unit_test(spawning_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
