/// Files that we wrote come back in blocks, chunks and single rows as they come back whole.
#include "lake/lake.h"

#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"
#include "sys/lock.h"

static const char TABLE[] =
    "id int64, ID string, s timestamp_s, ms timestamp_ms, ns timestamp_ns with time zone, price decimal(10,2)\n"
    "1|first|2016-01-01 09:00:00|2016-01-01 09:00:00.001|2016-01-01 09:00:00.000001001|5.25\n"
    "2|null|null|null|null|null\n"
    "3|third|1950-01-01 00:00:01|1950-01-01 00:00:00.999|1950-01-01 00:00:00|-1.00\n"
    "4||1970-01-01 00:00:00|1970-01-01 00:00:00|1970-01-01 00:00:00|0.00\n";

/// A frame given away in blocks of two rows; fails at a given one.
typedef struct Blocks {
    const Frame *frame;
    uint64_t next;
    uint64_t fails_at;
} Blocks;

static bool block_next(void *context, Frame *out, Error *err)
{
    Blocks *blocks = context;
    const uint64_t rows[] = {blocks->next, blocks->next + 1};
    uint64_t left = blocks->frame->row_count - blocks->next;
    size_t count = left < COUNT_OF(rows) ? (size_t)left : COUNT_OF(rows);
    if (blocks->fails_at > 0 && blocks->next >= blocks->fails_at)
        return error_set(err, ERROR_CONFLICT, "row %d is not given away", (int)blocks->next);
    blocks->next += count;
    return frame_gather(blocks->frame, rows, count, out, err);
}

static void write_blocks(Lake *lake, void **state, Frame *frame)
{
    Error err = {0};
    frame_text_read(TABLE, frame);
    Blocks blocks = {.frame = frame};
    const BlockSource source = {block_next, &blocks};
    ASSERT_OK(lake_write_blocks(lake, frame_schema(frame), &source, 100, test_path(state, "t.parquet"), &err), err);
}

/// Takes rows up again.
typedef struct Taken {
    Frame frame;
    Lock lock;
    const Frame *like;
    const uint32_t *fields;
} Taken;

static bool taken_begin(void *context, Schema schema, Error *err)
{
    Taken *taken = context;
    return frame_add_schema(&taken->frame, schema, err);
}

static bool taken_rows(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Taken *taken = context;
    for (size_t i = 0; i < taken->frame.column_count; i++) {
        assert_int_equal(vectors[i].count, row_count);
        TRY(column_append(&taken->frame.columns[i], &vectors[i], err));
    }
    frame_finish(&taken->frame);
    return true;
}

static void blocks_come_back_as_one_table(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame back = {0};
    write_blocks(lake, state, &frame);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "t.parquet"), &back, &err), err);
    assert_true(test_frame_same(&frame, &back));
}

static void rows_are_visited_in_order_with_exact_types(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    Taken all = {0};
    Taken some = {0};
    const uint32_t fields[] = {3, 1};
    write_blocks(lake, state, &frame);
    const RowVisitor visitor = {taken_begin, taken_rows, &all};
    ASSERT_OK(lake_visit_stored(lake, test_path(state, "t.parquet"), NULL, 0, &visitor, &err), err);
    assert_true(test_frame_same(&frame, &all.frame));
    const RowVisitor few = {taken_begin, taken_rows, &some};
    ASSERT_OK(lake_visit_stored(lake, test_path(state, "t.parquet"), fields, 2, &few, &err), err);
    ASSERT_FRAME(&some.frame, "ms timestamp_ms, ID string\n"
                              "2016-01-01 09:00:00.001|first\nnull|null\n1950-01-01 00:00:00.999|third\n"
                              "1970-01-01 00:00:00|\n");
    frame_deinit(&all.frame);
    frame_deinit(&some.frame);
}

static bool taken_put(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Taken *taken = context;
    lock_enter(&taken->lock);
    bool done = taken_rows(context, vectors, row_count, err);
    lock_leave(&taken->lock);
    return done;
}

static void a_reader_scans_and_reads_what_was_written(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame back = {0};
    RowReader reader = {0};
    Taken taken = {.lock = LOCK_INIT};
    const uint32_t fields[] = {4, 0};
    const ChunkSink sink = {taken_put, &taken};
    write_blocks(lake, state, &frame);
    ASSERT_OK(lake_stored_reader(lake, test_path(state, "t.parquet"), &arena, &reader, &err), err);
    ASSERT_OK(schema_check_equal(frame_schema(&frame), reader.schema, &err), err);
    ASSERT_OK(reader.read(reader.context, &back, &err), err);
    assert_true(test_frame_same(&frame, &back));
    const Field chosen[] = {reader.schema.fields[4], reader.schema.fields[0]};
    ASSERT_OK(frame_add_schema(&taken.frame, (Schema){chosen, 2}, &err), err);
    ASSERT_OK(reader.scan(reader.context, fields, 2, &sink, &err), err);
    ASSERT_FRAME(&taken.frame, "ns timestamp_ns with time zone, id int64\n"
                               "2016-01-01 09:00:00.000001000Z|1\nnull|2\n1950-01-01 00:00:00Z|3\n"
                               "1970-01-01 00:00:00Z|4\n");
    frame_deinit(&taken.frame);
}

static void single_rows_are_found_by_their_numbers(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame expected = {0};
    AUTO(frame_deinit) Frame found = {0};
    AUTO(frame_deinit) Frame none = {0};
    const uint64_t rows[] = {0, 2};
    write_blocks(lake, state, &frame);
    ASSERT_OK(lake_stored_rows(lake, test_path(state, "t.parquet"), rows, 0, &none, &err), err);
    assert_int_equal(none.row_count, 0);
    ASSERT_OK(lake_stored_rows(lake, test_path(state, "t.parquet"), rows, 2, &found, &err), err);
    ASSERT_OK(frame_gather(&frame, rows, 2, &expected, &err), err);
    assert_true(test_frame_same(&expected, &found));
}

static void an_error_of_the_blocks_comes_through(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    frame_text_read(TABLE, &frame);
    Blocks blocks = {.frame = &frame, .fails_at = 2};
    const BlockSource source = {block_next, &blocks};
    ASSERT_FAILS(lake_write_blocks(lake, frame_schema(&frame), &source, 100, test_path(state, "t.parquet"), &err), err,
                 ERROR_CONFLICT, "row 2 is not given away");
}

static void a_file_that_is_not_there_is_told(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    RowReader reader = {0};
    ASSERT_FAILS(lake_stored_reader(lake, test_path(state, "none.parquet"), &arena, &reader, &err), err,
                 ERROR_NOT_FOUND, "none.parquet: no such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(blocks_come_back_as_one_table),
        TEST_IN_DIRECTORY(rows_are_visited_in_order_with_exact_types),
        TEST_IN_DIRECTORY(a_reader_scans_and_reads_what_was_written),
        TEST_IN_DIRECTORY(single_rows_are_found_by_their_numbers),
        TEST_IN_DIRECTORY(an_error_of_the_blocks_comes_through),
        TEST_IN_DIRECTORY(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
