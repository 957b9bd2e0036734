#include "sys/process.h"

#include <signal.h>

#include "support/test.h"

static Process start(Str script)
{
    Error err = {0};
    Process process = {0};
    const Str arguments[] = {STR("sh"), STR("-c"), script};
    const ProcessSpec spec = {.arguments = arguments, .argument_count = COUNT_OF(arguments)};
    ASSERT_OK(process_spawn(&spec, &process, &err), err);
    return process;
}

static ProcessExit reap(Process *process)
{
    Error err = {0};
    ProcessExit status = {0};
    ASSERT_OK(process_reap(process, &status, &err), err);
    return status;
}

static void assert_exit_text(ProcessExit status, const char *expected)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str text = {0};
    ASSERT_OK(process_exit_text(status, &arena, &text, &err), err);
    ASSERT_STR(text, expected);
}

static void an_exit_is_a_code_or_a_signal(void **state)
{
    UNUSED(state);
    Process process = start(STR("exit 3"));
    assert_exit_text(reap(&process), "exited with code 3");
    process = start(STR("kill -9 $$"));
    assert_exit_text(reap(&process), "killed by signal 9 (Killed)");
    process = start(STR("exit 0"));
    assert_true(process_exit_ok(reap(&process)));
    assert_int_equal(process.pid, 0);
}

static void the_first_to_end_is_told_among_many(void **state)
{
    UNUSED(state);
    Error err = {0};
    size_t index = 99;
    Process processes[3] = {start(STR("exec sleep 60")), start(STR("exit 0")), start(STR("exec sleep 60"))};
    ASSERT_OK(process_wait_any(processes, 3, NULL, -1, &index, &err), err);
    assert_int_equal(index, 1);
    (void)reap(&processes[1]);
    ASSERT_OK(process_wait_any(processes, 3, NULL, 20, &index, &err), err);
    assert_int_equal(index, 3);
    for (size_t i = 0; i < 3; i += 2) {
        ASSERT_OK(process_signal(&processes[i], SIGKILL, &err), err);
        assert_int_equal(reap(&processes[i]).code, SIGKILL);
    }
}

static void an_interrupt_ends_the_wait(void **state)
{
    UNUSED(state);
    Error err = {0};
    size_t index = 99;
    AUTO(interrupt_deinit) Interrupt interrupt = {0};
    ASSERT_OK(interrupt_init(&interrupt, &err), err);
    Process process = start(STR("exec sleep 60"));
    assert_int_equal(raise(SIGINT), 0);
    ASSERT_OK(process_wait_any(&process, 1, &interrupt, -1, &index, &err), err);
    assert_int_equal(index, 1);
    assert_int_equal(interrupt.count, 1);
    // The same interrupt ends only one wait.
    ASSERT_OK(process_wait_any(&process, 1, &interrupt, 20, &index, &err), err);
    assert_int_equal(index, 1);
    ASSERT_OK(process_signal(&process, SIGTERM, &err), err);
    assert_int_equal(reap(&process).code, SIGTERM);
}

static void a_process_is_found_only_with_its_own_start(void **state)
{
    UNUSED(state);
    Error err = {0};
    bool alive = false;
    Process process = start(STR("exec sleep 60"));
    AUTO(process_deinit) Process found = {0};
    ASSERT_OK(process_find(process.pid, process.start_ticks + 1, &found, &alive, &err), err);
    assert_false(alive);
    ASSERT_OK(process_find(process.pid, process.start_ticks, &found, &alive, &err), err);
    assert_true(alive);

    uint64_t start_ticks = process.start_ticks;
    int64_t pid = process.pid;
    size_t index = 9;
    ASSERT_OK(process_signal(&process, SIGKILL, &err), err);
    ASSERT_OK(process_wait_any(&found, 1, NULL, -1, &index, &err), err);
    assert_int_equal(index, 0);

    AUTO(process_deinit) Process again = {0};
    ASSERT_OK(process_find(pid, start_ticks, &again, &alive, &err), err);
    assert_false(alive);
    (void)reap(&process);
    ASSERT_OK(process_find(pid, start_ticks, &again, &alive, &err), err);
    assert_false(alive);
    ASSERT_OK(process_signal(&found, SIGTERM, &err), err);
}

static void this_process_knows_itself(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(process_deinit) Process self = {0};
    ASSERT_OK(process_self(&self, &err), err);
    assert_true(self.pid > 0 && self.start_ticks > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_is_a_code_or_a_signal), cmocka_unit_test(the_first_to_end_is_told_among_many),
        cmocka_unit_test(an_interrupt_ends_the_wait),    cmocka_unit_test(a_process_is_found_only_with_its_own_start),
        cmocka_unit_test(this_process_knows_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
