#include "frame/frame.h"
#include "support/test.h"

/// Columns id (int64) and name (string) with the given number of rows; every third name is null.
static bool frame_build(size_t rows, Frame *frame, Error *err)
{
    Column *column = NULL;
    TRY(frame_add_column(frame, STR("id"), TYPE_OF(TYPE_INT64), &column, err));
    for (size_t i = 0; i < rows; i++) TRY(column_push_int(column, (int64_t)i, err));
    TRY(frame_add_column(frame, STR("name"), TYPE_OF(TYPE_STRING), &column, err));
    for (size_t i = 0; i < rows; i++) {
        if (i % 3 == 0) {
            TRY(column_push_null(column, err));
        } else {
            TRY(column_push_string(column, i % 2 == 0 ? STR("even") : STR("odd"), err));
        }
    }
    frame_finish(frame);
    return true;
}

static void columns_are_found_by_name(void **state)
{
    UNUSED(state);
    Error err = {0};
    Vector vector = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(frame_build(10, &frame, &err), err);
    assert_int_equal(frame.row_count, 10);
    ASSERT_OK(frame_find(&frame, STR("name"), &vector, &err), err);
    ASSERT_STR(vector.values.strings[1], "odd");
    ASSERT_FAILS(frame_find(&frame, STR("nmae"), &vector, &err), err, ERROR_NOT_FOUND, "did you mean 'name'?");
    ASSERT_FAILS(frame_find(&frame, STR("zzzzzz"), &vector, &err), err, ERROR_NOT_FOUND, "no column 'zzzzzz'");
}

static void one_name_names_one_column(void **state)
{
    UNUSED(state);
    Error err = {0};
    Column *column = NULL;
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(frame_build(1, &frame, &err), err);
    ASSERT_FAILS(frame_add_column(&frame, STR("id"), TYPE_OF(TYPE_BOOL), &column, &err), err, ERROR_DATA,
                 "column 'id' appears twice");
    char name[FRAME_NAME_BYTES_MAX + 1];
    memset(name, 'x', sizeof(name));
    ASSERT_FAILS(frame_add_column(&frame, (Str){name, sizeof(name)}, TYPE_OF(TYPE_BOOL), &column, &err), err,
                 ERROR_DATA, "more than 1024 bytes");
}

static void a_schema_gives_all_its_columns_at_once(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame same = {0};
    ASSERT_OK(frame_build(0, &frame, &err), err);
    ASSERT_OK(frame_add_schema(&same, frame_schema(&frame), &err), err);
    ASSERT_OK(schema_check_equal(frame_schema(&frame), frame_schema(&same), &err), err);
    ASSERT_OK(column_push_int(&same.columns[0], 1, &err), err);
    ASSERT_OK(column_push_null(&same.columns[1], &err), err);
    frame_finish(&same);
    assert_int_equal(same.row_count, 1);
}

static void schema_differences_are_named(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Field was[] = {{STR("fare"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}},
                         {STR("id"), TYPE_OF(TYPE_INT32)}};
    const Field is[] = {{STR("fare"), TYPE_OF(TYPE_FLOAT64)}, {STR("id"), TYPE_OF(TYPE_INT32)}};
    const Field swapped[] = {was[1], was[0]};
    const Field renamed[] = {was[0], {STR("key"), TYPE_OF(TYPE_INT32)}};
    const Schema expected = {was, 2};
    ASSERT_OK(schema_check_equal(expected, expected, &err), err);
    ASSERT_FAILS(schema_check_equal(expected, (Schema){is, 2}, &err), err, ERROR_DATA,
                 "column 'fare' was decimal(10,2), is float64");
    ASSERT_FAILS(schema_check_equal(expected, (Schema){swapped, 2}, &err), err, ERROR_DATA,
                 "column 1 was 'fare', is 'id'");
    ASSERT_FAILS(schema_check_equal(expected, (Schema){renamed, 2}, &err), err, ERROR_DATA, "column 'id' is missing");
    ASSERT_FAILS(schema_check_equal((Schema){was, 1}, expected, &err), err, ERROR_DATA, "column 'id' is new");
}

static void gathering_all_rows_gives_the_same_digest(void **state)
{
    UNUSED(state);
    Error err = {0};
    enum { ROWS = 50 };
    uint64_t rows[ROWS];
    for (uint64_t i = 0; i < ROWS; i++) rows[i] = i;
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame same = {0};
    AUTO(frame_deinit) Frame other = {0};
    Digest digests[3];
    ASSERT_OK(frame_build(ROWS, &frame, &err), err);
    ASSERT_OK(frame_gather(&frame, rows, ROWS, &same, &err), err);
    rows[0] = 1;
    rows[1] = 0;
    ASSERT_OK(frame_gather(&frame, rows, ROWS, &other, &err), err);
    ASSERT_OK(frame_digest(&frame, &digests[0], &err), err);
    ASSERT_OK(frame_digest(&same, &digests[1], &err), err);
    ASSERT_OK(frame_digest(&other, &digests[2], &err), err);
    assert_true(digest_equal(&digests[0], &digests[1]));
    assert_false(digest_equal(&digests[0], &digests[2]));
}

static void parts_appended_equal_the_whole(void **state)
{
    UNUSED(state);
    Error err = {0};
    const uint64_t rows[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame head = {0};
    AUTO(frame_deinit) Frame tail = {0};
    AUTO(frame_deinit) Frame joined = {0};
    Digest whole = {0};
    Digest parts = {0};
    ASSERT_OK(frame_build(10, &frame, &err), err);
    ASSERT_OK(frame_gather(&frame, rows, 4, &head, &err), err);
    ASSERT_OK(frame_gather(&frame, rows + 4, 6, &tail, &err), err);
    ASSERT_OK(frame_append(&joined, &head, &err), err);
    ASSERT_OK(frame_append(&joined, &tail, &err), err);
    ASSERT_OK(frame_digest(&frame, &whole, &err), err);
    ASSERT_OK(frame_digest(&joined, &parts, &err), err);
    assert_true(digest_equal(&whole, &parts));
    assert_int_equal(joined.row_count, 10);
}

static void empty_frames_can_be_appended_gathered_and_digested(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame out = {0};
    AUTO(frame_deinit) Frame none = {0};
    Digest digest = {0};
    ASSERT_OK(frame_build(0, &frame, &err), err);
    ASSERT_OK(frame_gather(&frame, NULL, 0, &out, &err), err);
    ASSERT_OK(frame_append(&out, &frame, &err), err);
    ASSERT_OK(frame_digest(&out, &digest, &err), err);
    ASSERT_OK(frame_digest(&none, &digest, &err), err);
    assert_int_equal(out.row_count, 0);
}

static bool copy_frame(void *context, Error *err)
{
    UNUSED(context);
    const uint64_t rows[] = {3, 1};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame out = {0};
    Hash128 hashes[5];
    Vector vector = {0};
    TRY(frame_build(5, &frame, err));
    TRY(frame_gather(&frame, rows, 2, &out, err));
    TRY(frame_append(&out, &frame, err));
    TRY(frame_row_hashes(&frame, hashes, err));
    return frame_find(&out, STR("name"), &vector, err);
}

static void a_frame_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(copy_frame, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(one_name_names_one_column),
        cmocka_unit_test(a_schema_gives_all_its_columns_at_once),
        cmocka_unit_test(schema_differences_are_named),
        cmocka_unit_test(gathering_all_rows_gives_the_same_digest),
        cmocka_unit_test(parts_appended_equal_the_whole),
        cmocka_unit_test(empty_frames_can_be_appended_gathered_and_digested),
        cmocka_unit_test(a_frame_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
