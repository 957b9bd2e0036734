#include "sys/path.h"

#include "support/test.h"

static void assert_joined(Str directory, Str name, const char *expected)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str joined = {0};
    PathText text;
    ASSERT_OK(path_join(&arena, directory, name, &joined, &err), err);
    ASSERT_STR(joined, expected);
    ASSERT_OK(path_join_text(directory, name, &text, &err), err);
    assert_string_equal(text.text, expected);
}

static void paths_are_joined_by_one_slash(void **state)
{
    UNUSED(state);
    assert_joined(STR("a"), STR("b"), "a/b");
    assert_joined(STR("a/"), STR("b"), "a/b");
    assert_joined(STR("/"), STR("b"), "/b");
    assert_joined((Str){0}, STR("b"), "b");
    assert_joined(STR("a"), (Str){0}, "a");
}

static void paths_are_taken_apart_at_the_last_slash(void **state)
{
    UNUSED(state);
    ASSERT_STR(path_directory(STR("a/b/c")), "a/b");
    ASSERT_STR(path_directory(STR("c")), ".");
    ASSERT_STR(path_directory(STR("/c")), "/");
    ASSERT_STR(path_name(STR("a/b/c")), "c");
    ASSERT_STR(path_name(STR("c")), "c");
    ASSERT_STR(path_name(STR("a/")), "");
}

static void a_path_that_the_kernel_cannot_take_is_refused(void **state)
{
    UNUSED(state);
    static char large[DISK_PATH_BYTES_MAX];
    memset(large, 'a', sizeof(large));
    Error err = {0};
    PathText text;
    ASSERT_OK(path_text((Str){large, sizeof(large) - 1}, &text, &err), err);
    ASSERT_FAILS(path_text((Str){large, sizeof(large)}, &text, &err), err, ERROR_USAGE, "longer than 4095 bytes");
    ASSERT_FAILS(path_text((Str){0}, &text, &err), err, ERROR_USAGE, "empty path");
    ASSERT_FAILS(path_text(STR("a\0b"), &text, &err), err, ERROR_USAGE, "zero byte");
    ASSERT_FAILS(path_join_text(STR("x"), (Str){large, sizeof(large) - 2}, &text, &err), err, ERROR_USAGE, "longer");
    ASSERT_FAILS(path_join_text((Str){0}, (Str){0}, &text, &err), err, ERROR_USAGE, "empty path");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_joined_by_one_slash),
        cmocka_unit_test(paths_are_taken_apart_at_the_last_slash),
        cmocka_unit_test(a_path_that_the_kernel_cannot_take_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
