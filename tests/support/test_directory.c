#include "support/test_directory.h"

#include "base/arena.h"
#include "base/memory.h"
#include "support/test.h"
#include "sys/disk.h"
#include "sys/temporary.h"

typedef struct TestDirectory {
    TemporaryDirectory directory;
    Arena arena;
} TestDirectory;

int test_directory_setup(void **state)
{
    Error err = {0};
    TestDirectory *test = memory_alloc(sizeof(*test), &err);
    assert_non_null(test);
    ASSERT_OK(temporary_directory_init(&test->directory, disk_system(), (Str){0}, &err), err);
    *state = test;
    return 0;
}

int test_directory_teardown(void **state)
{
    TestDirectory *test = *state;
    temporary_directory_deinit(&test->directory);
    arena_deinit(&test->arena);
    memory_free(test);
    return 0;
}

Str test_path(void **state, const char *name)
{
    TestDirectory *test = *state;
    Error err = {0};
    Str path = {0};
    Str directory = temporary_directory_path(&test->directory);
    if (name[0] == '\0') return directory;
    ASSERT_OK(path_join(&test->arena, directory, str_from(name), &path, &err), err);
    return path;
}
