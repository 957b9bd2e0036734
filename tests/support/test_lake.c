#include "support/test_lake.h"

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/environment.h"

Lake *test_lake_open(void **state)
{
    Error err = {0};
    Lake *lake = NULL;
    const LakeOptions options = {.threads = 2, .directory = test_path(state, "")};
    ASSERT_OK(lake_open(&options, &lake, &err), err);
    return lake;
}

void test_write_file(void **state, const char *name, const char *text)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, name), str_from(text), &err), err);
}

Str test_repository_path(const char *name, Arena *arena)
{
    Error err = {0};
    Str path = {0};
    Str root = environment_get("PAWL_ROOT");
    if (root.size == 0) ASSERT_OK(environment_directory(arena, &root, &err), err);
    ASSERT_OK(path_join(arena, root, str_from(name), &path, &err), err);
    return path;
}

bool test_read_file(Lake *lake, const char *file, Frame *out, Error *err)
{
    const Str files[] = {str_from(file)};
    return lake_read(lake, &(LakeQuery){.files = files, .file_count = 1}, out, err);
}

bool test_read_sql(Lake *lake, const char *sql, Frame *out, Error *err)
{
    return lake_read(lake, &(LakeQuery){.sql = str_from(sql)}, out, err);
}

void test_write_parquet(Lake *lake, void **state, const char *name, const char *sql)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, name), &err), err);
}
