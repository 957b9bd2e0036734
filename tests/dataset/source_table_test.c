/// A table kept as a folder comes back as it was, or not at all.
#include "dataset/source_table.h"

#include "support/fault_disk.h"
#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

#include <errno.h>

static const char TABLE[] = "id int64, at timestamp_ns, fare decimal(10,2), flag bool, name string\n"
                            "1|2016-01-01 09:00:00.000001000|5.25|true|first\n"
                            "2|2016-01-01 10:00:00|null|null|null\n";

typedef struct Table {
    Frame frame;
    SourceManifest manifest;
} Table;

static void table_free(Table *table)
{
    frame_deinit(&table->frame);
    source_manifest_deinit(&table->manifest);
}

static void table_fill(Table *out)
{
    Error err = {0};
    frame_text_read(TABLE, &out->frame);
    SourceManifest *manifest = &out->manifest;
    manifest->name = STR("trips");
    manifest->row_count = out->frame.row_count;
    manifest->fields = out->frame.fields;
    manifest->field_count = out->frame.column_count;
    ASSERT_OK(frame_digest(&out->frame, &manifest->logical, &err), err);
}

static void a_table_comes_back_with_exact_types(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(table_free) Table table = {0};
    AUTO(table_free) Table back = {0};
    table_fill(&table);
    ASSERT_OK(source_table_write(lake, disk_system(), &table.frame, &table.manifest, test_path(state, ""), &err), err);
    ASSERT_OK(source_table_read(lake, disk_system(), test_path(state, ""), &back.frame, &back.manifest, &err), err);
    ASSERT_FRAME(&back.frame, TABLE);
    assert_true(digest_equal(&back.manifest.logical, &table.manifest.logical));
    ASSERT_STR(back.manifest.name, "trips");
}

static void a_table_of_other_content_is_refused(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(table_free) Table table = {0};
    AUTO(table_free) Table back = {0};
    table_fill(&table);
    ASSERT_OK(source_table_write(lake, disk_system(), &table.frame, &table.manifest, test_path(state, ""), &err), err);
    table.frame.columns[0].values.ints[1] = 3;
    ASSERT_OK(lake_write_parquet(lake, &table.frame, test_path(state, "table.parquet"), &err), err);
    ASSERT_FAILS(source_table_read(lake, disk_system(), test_path(state, ""), &back.frame, &back.manifest, &err), err,
                 ERROR_DATA, "the content is not what was ingested");
}

static void a_table_of_other_types_is_refused(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(table_free) Table table = {0};
    AUTO(table_free) Table back = {0};
    table_fill(&table);
    ASSERT_OK(source_table_write(lake, disk_system(), &table.frame, &table.manifest, test_path(state, ""), &err), err);
    test_write_parquet(lake, state, "table.parquet", "SELECT 1 AS id");
    ASSERT_FAILS(source_table_read(lake, disk_system(), test_path(state, ""), &back.frame, &back.manifest, &err), err,
                 ERROR_DATA, "column 'at' is missing");
}

static void a_folder_without_its_manifest_is_no_table(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(table_free) Table back = {0};
    ASSERT_FAILS(source_table_read(lake, disk_system(), test_path(state, ""), &back.frame, &back.manifest, &err), err,
                 ERROR_NOT_FOUND, "source.json");
}

static void a_full_disk_is_told(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(table_free) Table table = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    table_fill(&table);
    fault_disk_fail(&faults, FAULT_WRITE, 1, ENOSPC);
    ASSERT_FAILS(source_table_write(lake, &faults.disk, &table.frame, &table.manifest, test_path(state, ""), &err), err,
                 ERROR_STORAGE, "disk full");
    fault_disk_deinit(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_table_comes_back_with_exact_types),
        TEST_IN_DIRECTORY(a_table_of_other_content_is_refused),
        TEST_IN_DIRECTORY(a_table_of_other_types_is_refused),
        TEST_IN_DIRECTORY(a_folder_without_its_manifest_is_no_table),
        TEST_IN_DIRECTORY(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
