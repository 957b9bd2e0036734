#include "sys/control_group.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/process.h"

static void text_is(void **state, const char *name, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(state, name), 100, &text, &err), err);
    ASSERT_STR(bytes_str(&text), expected);
}

/// A directory that looks like a group of the kernel's: what is written is what the kernel would be told.
static void group_make_files(void **state, const char *const *names, size_t count)
{
    Error err = {0};
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "group"), &err), err);
    for (size_t i = 0; i < count; i++)
        ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, names[i]), STR(""), &err), err);
}

static void version_2_is_told_its_limit(void **state)
{
    static const char *const FILES[] = {"group/memory.max", "group/memory.swap.max", "group/memory.events"};
    Error err = {0};
    ControlGroup group = {0};
    group_make_files(state, FILES, COUNT_OF(FILES));
    ASSERT_OK(control_group_make_in(test_path(state, "").data, "group", 1000, &group, &err), err);
    text_is(state, "group/memory.max", "1000");
    text_is(state, "group/memory.swap.max", "0");
    assert_false(control_group_ran_out(&group));
    ASSERT_OK(
        disk_write_atomic(disk_system(), test_path(state, "group/memory.events"), STR("oom 1\noom_kill 1\n"), &err),
        err);
    assert_true(control_group_ran_out(&group));
}

static void version_1_is_told_its_limit(void **state)
{
    static const char *const FILES[] = {"group/memory.limit_in_bytes", "group/memory.oom_control"};
    Error err = {0};
    ControlGroup group = {0};
    group_make_files(state, FILES, COUNT_OF(FILES));
    ASSERT_OK(control_group_make_in(test_path(state, "").data, "group", 1000, &group, &err), err);
    text_is(state, "group/memory.limit_in_bytes", "1000");
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "group/memory.oom_control"),
                                STR("under_oom 0\noom_kill 0\n"), &err),
              err);
    assert_false(control_group_ran_out(&group));
}

static void a_place_without_a_memory_controller_says_so(void **state)
{
    Error err = {0};
    ControlGroup group = {0};
    ASSERT_FAILS(control_group_make_in(test_path(state, "").data, "group", 1000, &group, &err), err, ERROR_ENVIRONMENT,
                 "cannot limit memory");
    assert_false(disk_exists(disk_system(), test_path(state, "group")));
}

/// Where this process may make groups: all that is in one ends with it.
static void all_that_joined_ends_with_the_group(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(process_deinit) Process process = {0};
    ControlGroup group = {0};
    ControlGroup found = {0};
    ProcessExit status = {0};
    const Str arguments[] = {STR("sleep"), STR("60")};
    ProcessSpec spec = {.arguments = arguments, .argument_count = COUNT_OF(arguments)};
    if (!control_group_make("pawl-control-group-test", 64 << 20, &group, &err)) {
        print_message("# SKIPPED: %s\n", err.text);
        skip();
    }
    ASSERT_OK(control_group_entrance(&group, &arena, &spec.group_path, &err), err);
    ASSERT_OK(process_spawn(&spec, &process, &err), err);
    control_group_find("pawl-control-group-test", &found);
    ASSERT_STR(str_from(found.path.text), group.path.text);
    control_group_end(&found, clock_system());
    ASSERT_OK(process_reap(&process, &status, &err), err);
    assert_true(status.by_signal);
    assert_false(disk_exists(disk_system(), str_from(group.path.text)));
    control_group_find("pawl-control-group-test", &found);
    assert_int_equal(found.path.text[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(version_2_is_told_its_limit),
        TEST_IN_DIRECTORY(version_1_is_told_its_limit),
        TEST_IN_DIRECTORY(a_place_without_a_memory_controller_says_so),
        cmocka_unit_test(all_that_joined_ends_with_the_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
