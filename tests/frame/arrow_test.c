#include "frame/arrow.h"
#include "frame/list.h"
#include "support/test.h"

/// Lists [1, null], of which row 3 has none, and maps {1: true}.
static void build_nested(Frame *frame)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Column *column = NULL;
    Str list = {0};
    Str map = {0};
    int64_t ints[] = {1, 0};
    uint8_t yes[] = {1};
    const uint8_t valid[] = {1, 0};
    Vector items = {.type = TYPE_OF(TYPE_INT64), .count = 2, .valid = valid, .values.ints = ints};
    Vector keys = {.type = TYPE_OF(TYPE_INT64), .count = 1, .values.ints = ints};
    Vector flags = {.type = TYPE_OF(TYPE_BOOL), .count = 1, .values.bools = yes};
    ASSERT_OK(list_from_vector(&items, &arena, &list, &err), err);
    ASSERT_OK(map_from_vectors(&keys, &flags, &arena, &map, &err), err);
    ASSERT_OK(frame_add_column(frame, STR("list"), type_list(items.type), &column, &err), err);
    for (int64_t i = 0; i < 10; i++) {
        ASSERT_OK(i == 3 ? column_push_null(column, &err) : column_push_string(column, list, &err), err);
    }
    ASSERT_OK(frame_add_column(frame, STR("map"), type_map(keys.type, flags.type), &column, &err), err);
    for (int64_t i = 0; i < 10; i++) ASSERT_OK(column_push_string(column, map, &err), err);
}

static void build(Frame *frame)
{
    Error err = {0};
    Column *column = NULL;
    ASSERT_OK(frame_add_column(frame, STR("small"), TYPE_OF(TYPE_INT16), &column, &err), err);
    for (int64_t i = 0; i < 10; i++) ASSERT_OK(column_push_int(column, i - 5, &err), err);
    ASSERT_OK(frame_add_column(frame, STR("text"), TYPE_OF(TYPE_STRING), &column, &err), err);
    for (int64_t i = 0; i < 10; i++) {
        ASSERT_OK(i == 3 ? column_push_null(column, &err) : column_push_string(column, STR("abcdefghij"), &err), err);
    }
    ASSERT_OK(frame_add_column(frame, STR("flag"), TYPE_OF(TYPE_BOOL), &column, &err), err);
    for (int64_t i = 0; i < 10; i++) ASSERT_OK(column_push_bool(column, i % 3 == 0, &err), err);
    ASSERT_OK(frame_add_column(frame, STR("time"), TYPE_INSTANT, &column, &err), err);
    for (int64_t i = 0; i < 10; i++) ASSERT_OK(column_push_int(column, i, &err), err);
    build_nested(frame);
    frame_finish(frame);
}

static void types_have_the_formats_of_the_standard(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowSchema schema;
    const Field fields[] = {
        {STR("a"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}},
        {STR("b"), TYPE_INSTANT},
        {STR("c"), TYPE_OF(TYPE_TIMESTAMP_NS)},
        {STR("d"), TYPE_OF(TYPE_STRING)},
    };
    static const char *const formats[] = {"d:10,2", "tsu:UTC", "tsn:", "U"};
    ASSERT_OK(arrow_export_schema((Schema){fields, 4}, &schema, &err), err);
    assert_string_equal(schema.format, "+s");
    assert_int_equal(schema.n_children, 4);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        assert_string_equal(schema.children[i]->format, formats[i]);
        assert_int_equal(schema.children[i]->flags, ARROW_FLAG_NULLABLE);
    }
    assert_string_equal(schema.children[1]->name, "b");
    schema.release(&schema);
    assert_null(schema.release);
}

static void rows_lie_as_the_standard_says(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowArray array;
    AUTO(frame_deinit) Frame frame = {0};
    build(&frame);
    ASSERT_OK(arrow_export_rows(&frame, 2, 5, &array, &err), err);
    assert_int_equal(array.length, 3);
    const int16_t *small = array.children[0]->buffers[1];
    assert_int_equal(small[0], -3);
    assert_int_equal(array.children[0]->null_count, 0);
    const int64_t *offsets = array.children[1]->buffers[1];
    assert_int_equal(offsets[1], 10);
    assert_int_equal(offsets[2], 10);
    assert_int_equal(offsets[3], 20);
    assert_int_equal(array.children[1]->null_count, 1);
    assert_int_equal(((const uint8_t *)array.children[1]->buffers[0])[0], 5);
    assert_int_equal(((const uint8_t *)array.children[2]->buffers[1])[0], 2);
    assert_ptr_equal(array.children[3]->buffers[1], frame.columns[3].values.ints + 2);
    array.release(&array);
}

static void lists_and_maps_lie_as_the_standard_says(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowArray array;
    struct ArrowSchema schema;
    AUTO(frame_deinit) Frame frame = {0};
    build(&frame);
    ASSERT_OK(arrow_export_schema(frame_schema(&frame), &schema, &err), err);
    assert_string_equal(schema.children[4]->format, "+l");
    assert_string_equal(schema.children[4]->children[0]->format, "l");
    assert_string_equal(schema.children[5]->format, "+m");
    assert_string_equal(schema.children[5]->children[0]->format, "+s");
    assert_string_equal(schema.children[5]->children[0]->children[0]->format, "l");
    assert_int_equal(schema.children[5]->children[0]->children[0]->flags, 0);
    assert_string_equal(schema.children[5]->children[0]->children[1]->format, "b");
    schema.release(&schema);

    ASSERT_OK(arrow_export_rows(&frame, 2, 5, &array, &err), err);
    const int32_t *offsets = array.children[4]->buffers[1];
    const struct ArrowArray *items = array.children[4]->children[0];
    assert_true(offsets[0] == 0 && offsets[1] == 2 && offsets[2] == 2 && offsets[3] == 4);
    assert_int_equal(array.children[4]->null_count, 1);
    assert_int_equal(items->length, 4);
    assert_int_equal(items->null_count, 2);
    assert_int_equal(((const int64_t *)items->buffers[1])[2], 1);
    const struct ArrowArray *entries = array.children[5]->children[0];
    assert_int_equal(entries->length, 3);
    assert_int_equal(((const int64_t *)entries->children[0]->buffers[1])[2], 1);
    assert_int_equal(((const uint8_t *)entries->children[1]->buffers[1])[0], 7);
    struct ArrowArray moved = *entries->children[0];
    entries->children[0]->release = NULL;
    array.release(&array);
    assert_int_equal(((const int64_t *)moved.buffers[1])[0], 1);
    moved.release(&moved);
}

static void a_child_may_be_moved_out(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowArray array;
    AUTO(frame_deinit) Frame frame = {0};
    build(&frame);
    ASSERT_OK(arrow_export_rows(&frame, 0, 10, &array, &err), err);
    array.children[0]->release(array.children[0]);
    assert_null(array.children[0]->release);
    array.release(&array);
    assert_null(array.release);
}

static void what_comes_from_a_taken_frame_outlives_the_stream(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    Frame frame = {0};
    build(&frame);
    ASSERT_OK(arrow_export_stream_take(&frame, 6, &stream, &err), err);
    assert_int_equal(frame.column_count, 0);
    assert_int_equal(stream.get_next(&stream, &array), 0);
    stream.release(&stream);

    struct ArrowArray moved = *array.children[3];
    array.children[3]->release = NULL;
    array.release(&array);
    const int64_t *times = moved.buffers[1];
    for (int64_t i = 0; i < moved.length; i++) assert_int_equal(times[i], i);
    moved.release(&moved);
    assert_null(moved.release);
}

static void a_stream_gives_all_rows_in_pieces(void **state)
{
    UNUSED(state);
    Error err = {0};
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    AUTO(frame_deinit) Frame frame = {0};
    static const int64_t lengths[] = {4, 4, 2};
    build(&frame);
    ASSERT_OK(arrow_export_stream(&frame, 4, &stream, &err), err);
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    schema.release(&schema);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct ArrowArray array;
        assert_int_equal(stream.get_next(&stream, &array), 0);
        assert_int_equal(array.length, lengths[i]);
        array.release(&array);
    }
    struct ArrowArray end;
    assert_int_equal(stream.get_next(&stream, &end), 0);
    assert_null(end.release);
    assert_null(stream.get_last_error(&stream));
    stream.release(&stream);
}

static bool export_all(void *context, Error *err)
{
    struct ArrowArray array;
    struct ArrowSchema schema;
    TRY(arrow_export_rows(context, 0, 10, &array, err));
    array.release(&array);
    TRY(arrow_export_schema(frame_schema(context), &schema, err));
    schema.release(&schema);
    return true;
}

static void an_export_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame frame = {0};
    build(&frame);
    for_each_allocation_failure(export_all, &frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_the_formats_of_the_standard),
        cmocka_unit_test(rows_lie_as_the_standard_says),
        cmocka_unit_test(lists_and_maps_lie_as_the_standard_says),
        cmocka_unit_test(a_child_may_be_moved_out),
        cmocka_unit_test(what_comes_from_a_taken_frame_outlives_the_stream),
        cmocka_unit_test(a_stream_gives_all_rows_in_pieces),
        cmocka_unit_test(an_export_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
