/// Rows handed out inside DuckDB's threads: each once, with the values that a frame of the same rows has.
#include "lake/scan_internal.h"

#include <stdlib.h>

#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"
#include "sys/lock.h"

enum { ROWS = 300000 };

#define SQL                                                                                                            \
    "SELECT i::INTEGER AS i, CASE WHEN i % 7 = 0 THEN NULL ELSE i / 3.0 END AS x, 'row ' || (i % 1000) AS s, "         \
    "make_timestamp(i * 1000) AS t, (i % 2 = 0) AS even, (i / 100)::DECIMAL(12,2) AS d, 'unused' AS \"un\"\"used\" "   \
    "FROM range(300000) r(i) -- all"

/// Rows as they come, and the first column to put them in order by.
typedef struct Gathered {
    Lock lock;
    Frame frame;
    size_t chunk_count;
    size_t fail_at; ///< this chunk fails; 0: none
} Gathered;

static bool gather(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Gathered *gathered = context;
    bool done = true;
    lock_enter(&gathered->lock);
    if (++gathered->chunk_count == gathered->fail_at) done = error_set(err, ERROR_STORAGE, "the sink is full");
    for (size_t i = 0; done && i < gathered->frame.column_count; i++) {
        Vector part = vector_slice(&vectors[i], 0, row_count);
        done = column_append(&gathered->frame.columns[i], &part, err);
    }
    lock_leave(&gathered->lock);
    return done;
}

static void gathered_init(Gathered *gathered, Schema schema, const uint32_t *fields, size_t count)
{
    Error err = {0};
    Column *column = NULL;
    *gathered = (Gathered){.lock = LOCK_INIT};
    for (size_t i = 0; i < count; i++) {
        const Field *field = &schema.fields[fields[i]];
        ASSERT_OK(frame_add_column(&gathered->frame, field->name, field->type, &column, &err), err);
    }
}

/// By the column of row numbers.
static void gathered_sort(Gathered *gathered, size_t number_column)
{
    AUTO(frame_deinit) Frame sorted = {0};
    Error err = {0};
    frame_finish(&gathered->frame);
    assert_int_equal(gathered->frame.row_count, ROWS);
    uint64_t *rows = calloc(ROWS, sizeof(*rows));
    const int64_t *numbers = gathered->frame.columns[number_column].values.ints;
    for (size_t i = 0; i < ROWS; i++) {
        assert_in_range(numbers[i], 0, ROWS - 1);
        rows[numbers[i]] = i;
    }
    ASSERT_OK(frame_gather(&gathered->frame, rows, ROWS, &sorted, &err), err);
    frame_deinit(&gathered->frame);
    gathered->frame = frame_take(&sorted);
    free(rows);
}

static void check_scan(Lake *lake, const LakeQuery *query)
{
    static const uint32_t fields[] = {3, 0, 5, 1, 2, 4};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame whole = {0};
    AUTO(frame_deinit) Frame expected = {0};
    Gathered gathered;
    RowReader reader = {0};
    Error err = {0};
    ASSERT_OK(lake_reader(lake, query, &arena, &reader, &err), err);
    gathered_init(&gathered, reader.schema, fields, COUNT_OF(fields));
    ChunkSink sink = {gather, &gathered};
    ASSERT_OK(reader.scan(reader.context, fields, COUNT_OF(fields), &sink, &err), err);
    gathered_sort(&gathered, 1);

    ASSERT_OK(reader.read(reader.context, &whole, &err), err);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        Column *column = NULL;
        Vector values = frame_vector(&whole, fields[i]);
        ASSERT_OK(frame_add_column(&expected, whole.fields[fields[i]].name, values.type, &column, &err), err);
        ASSERT_OK(column_append(column, &values, &err), err);
    }
    frame_finish(&expected);
    assert_true(test_frame_same(&expected, &gathered.frame));
    frame_deinit(&gathered.frame);
}

static void sql_and_parquet_give_every_row_once(void **state)
{
    Lake *lake = test_lake_open(state);
    Str path = STR("rows.parquet");
    check_scan(lake, &(LakeQuery){.sql = STR(SQL)});
    test_write_parquet(lake, state, "rows.parquet", SQL);
    check_scan(lake, &(LakeQuery){.files = &path, .file_count = 1});
    lake_close(&lake);
}

static void rows_of_whole_files_are_counted_before(void **state)
{
    Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    Str path = STR("rows.parquet");
    RowReader reader = {0};
    Error err = {0};
    test_write_parquet(lake, state, "rows.parquet", SQL);
    ASSERT_OK(lake_reader(lake, &(LakeQuery){.files = &path, .file_count = 1}, &arena, &reader, &err), err);
    assert_int_equal(reader.row_count, ROWS);
    assert_int_equal(scan_count_rows(lake, STR("SELECT x FROM nothing")), 0);
    lake_close(&lake);
}

static void text_files_are_read_whole_and_handed_out(void **state)
{
    Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    Str path = STR("rows.csv");
    uint32_t field = 1;
    Gathered gathered;
    RowReader reader = {0};
    Error err = {0};
    test_write_file(state, "rows.csv", "a,b\n1,x\n2,\n3,z\n");
    ASSERT_OK(lake_reader(lake, &(LakeQuery){.files = &path, .file_count = 1}, &arena, &reader, &err), err);
    gathered_init(&gathered, reader.schema, &field, 1);
    ChunkSink sink = {gather, &gathered};
    ASSERT_OK(reader.scan(reader.context, &field, 1, &sink, &err), err);
    frame_finish(&gathered.frame);
    ASSERT_FRAME(&gathered.frame, "b string\nx\nnull\nz\n");
    frame_deinit(&gathered.frame);
    lake_close(&lake);
}

static void failure_of_the_sink_ends_the_scan_and_comes_through(void **state)
{
    Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    uint32_t field = 0;
    RowReader reader = {0};
    Error err = {0};
    ASSERT_OK(lake_reader(lake, &(LakeQuery){.sql = STR(SQL)}, &arena, &reader, &err), err);
    for (int again = 0; again < 2; again++) {
        Gathered gathered;
        gathered_init(&gathered, reader.schema, &field, 1);
        gathered.fail_at = 5;
        ChunkSink sink = {gather, &gathered};
        ASSERT_FAILS(reader.scan(reader.context, &field, 1, &sink, &err), err, ERROR_STORAGE, "the sink is full");
        frame_deinit(&gathered.frame);
    }
    lake_close(&lake);
}

static void failure_of_the_query_comes_through(void **state)
{
    Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    uint32_t field = 0;
    Gathered gathered;
    RowReader reader = {0};
    Error err = {0};
    LakeQuery query = {
        .sql = STR("SELECT CASE WHEN i = 250000 THEN error('bad row') ELSE i END AS i FROM range(300000) r(i)")};
    ASSERT_OK(lake_reader(lake, &query, &arena, &reader, &err), err);
    gathered_init(&gathered, reader.schema, &field, 1);
    ChunkSink sink = {gather, &gathered};
    ASSERT_FAILS(reader.scan(reader.context, &field, 1, &sink, &err), err, ERROR_DATA, "bad row");
    frame_deinit(&gathered.frame);
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(sql_and_parquet_give_every_row_once),
        TEST_IN_DIRECTORY(rows_of_whole_files_are_counted_before),
        TEST_IN_DIRECTORY(text_files_are_read_whole_and_handed_out),
        TEST_IN_DIRECTORY(failure_of_the_sink_ends_the_scan_and_comes_through),
        TEST_IN_DIRECTORY(failure_of_the_query_comes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
