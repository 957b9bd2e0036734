/// What is exported is imported as the same table, bit for bit; what other libraries lay out otherwise is read too; what is wrong is told.
#include "frame/arrow_import.h"

#include "frame/list.h"
#include "support/test.h"

#include <errno.h>

enum { ROWS = 21 };

static const Type TYPES[] = {
    {.id = TYPE_BOOL},
    {.id = TYPE_INT8},
    {.id = TYPE_INT16},
    {.id = TYPE_INT32},
    {.id = TYPE_INT64},
    {.id = TYPE_UINT8},
    {.id = TYPE_UINT16},
    {.id = TYPE_UINT32},
    {.id = TYPE_UINT64},
    {.id = TYPE_FLOAT32},
    {.id = TYPE_FLOAT64},
    {.id = TYPE_DECIMAL, .precision = 12, .scale = 3},
    {.id = TYPE_STRING},
    {.id = TYPE_DATE},
    {.id = TYPE_TIMESTAMP_S},
    {.id = TYPE_TIMESTAMP_MS, .zoned = true},
    {.id = TYPE_TIMESTAMP_US, .zoned = true},
    {.id = TYPE_TIMESTAMP_NS},
    {.id = TYPE_LIST, .item = TYPE_INT64},
    {.id = TYPE_LIST, .item = TYPE_STRING},
    {.id = TYPE_LIST, .item = TYPE_DECIMAL, .precision = 38, .scale = 2},
    {.id = TYPE_LIST, .item = TYPE_BOOL},
    {.id = TYPE_MAP, .key = TYPE_STRING, .item = TYPE_FLOAT64},
    {.id = TYPE_MAP, .key = TYPE_TIMESTAMP_US, .item = TYPE_BOOL},
};

static void push_value(Column *column, int64_t i)
{
    static const char *const TEXTS[] = {"", "short", "longer than twelve bytes", "Zürich"};
    Error err = {0};
    bool is_unsigned = column->type.id >= TYPE_UINT8 && column->type.id <= TYPE_UINT64;
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        ASSERT_OK(column_push_bool(column, i % 3 == 0, &err), err);
        break;
    case STORAGE_INT:
        ASSERT_OK(column_push_int(column, is_unsigned ? i * 5 : i * 7 - 60, &err), err);
        break;
    case STORAGE_FLOAT:
        ASSERT_OK(column_push_float(column, (double)i / 4 - 2, &err), err);
        break;
    case STORAGE_DECIMAL:
        ASSERT_OK(column_push_decimal(column, i * 1001 - 7000, &err), err);
        break;
    case STORAGE_STRING:
        ASSERT_OK(column_push_string(column, str_from(TEXTS[i % 4]), &err), err);
        break;
    }
}

/// Up to three items, the last of them null.
static void push_nested(Column *column, int64_t i)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(column_deinit) Column keys = {.type = TYPE_OF(TYPE_STRING)};
    AUTO(column_deinit) Column items = {.type = type_item(column->type)};
    bool is_map = column->type.id == TYPE_MAP;
    Str bytes = {0};
    if (is_map) keys.type = type_key(column->type);
    for (int64_t k = 0; k < i % 4; k++) {
        if (is_map) push_value(&keys, i + k);
        if (k < 2) push_value(&items, i + k);
        if (k == 2) ASSERT_OK(column_push_null(&items, &err), err);
    }
    Vector key_vector = column_view(&keys);
    Vector item_vector = column_view(&items);
    ASSERT_OK(is_map ? map_from_vectors(&key_vector, &item_vector, &arena, &bytes, &err)
                     : list_from_vector(&item_vector, &arena, &bytes, &err),
              err);
    ASSERT_OK(column_push_string(column, bytes, &err), err);
}

/// A column of every type, with nulls in every other one.
static void table_make(Frame *frame)
{
    Error err = {0};
    for (size_t k = 0; k < COUNT_OF(TYPES); k++) {
        char name[TYPE_NAME_BYTES_MAX];
        Column *column = NULL;
        type_name(TYPES[k], name);
        ASSERT_OK(frame_add_column(frame, str_from(name), TYPES[k], &column, &err), err);
        for (int64_t i = 0; i < ROWS; i++) {
            if (k % 2 == 1 && i % 5 == 2) {
                ASSERT_OK(column_push_null(column, &err), err);
            } else if (type_is_nested(TYPES[k])) {
                push_nested(column, i);
            } else {
                push_value(column, i);
            }
        }
    }
    frame_finish(frame);
}

static void assert_same_tables(const Frame *left, const Frame *right)
{
    Error err = {0};
    Digest digests[2] = {0};
    ASSERT_OK(frame_digest(left, &digests[0], &err), err);
    ASSERT_OK(frame_digest(right, &digests[1], &err), err);
    assert_int_equal(left->row_count, right->row_count);
    for (size_t k = 0; k < left->column_count; k++) {
        Vector a = frame_vector(left, k);
        Vector b = frame_vector(right, k);
        assert_true(type_equal(a.type, b.type));
        for (size_t i = 0; i < a.count; i++) assert_true(vector_same(&a, i, &b, i));
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof(Digest));
}

static void what_is_exported_is_imported_bit_for_bit(void **state)
{
    UNUSED(state);
    for (size_t batch = 1; batch <= ROWS; batch += 4) {
        Error err = {0};
        AUTO(frame_deinit) Frame table = {0};
        AUTO(frame_deinit) Frame imported = {0};
        struct ArrowArrayStream stream;
        table_make(&table);
        ASSERT_OK(arrow_export_stream(&table, batch, &stream, &err), err);
        ASSERT_OK(arrow_import_stream(&stream, &imported, &err), err);
        assert_null(stream.release);
        assert_same_tables(&table, &imported);
    }
}

static void an_offset_of_the_table_and_one_of_a_column_add_up(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(frame_deinit) Frame imported = {0};
    AUTO(frame_deinit) Frame expected = {0};
    struct ArrowSchema schema;
    struct ArrowArray array;
    Schema fields = {0};
    uint64_t rows[ROWS - 5];
    table_make(&table);
    ASSERT_OK(arrow_export_schema(frame_schema(&table), &schema, &err), err);
    ASSERT_OK(arrow_export_rows(&table, 0, ROWS, &array, &err), err);
    array.offset = 2;
    array.length = ROWS - 5;
    for (int64_t i = 0; i < array.n_children; i++) {
        array.children[i]->offset = 3;
        array.children[i]->length = ROWS - 3;
    }
    ASSERT_OK(arrow_import_schema(&schema, &arena, &fields, &err), err);
    ASSERT_OK(frame_add_schema(&imported, fields, &err), err);
    ASSERT_OK(arrow_import_rows(&schema, &array, &imported, &err), err);
    for (size_t i = 0; i < COUNT_OF(rows); i++) rows[i] = i + 5;
    ASSERT_OK(frame_gather(&table, rows, COUNT_OF(rows), &expected, &err), err);
    assert_same_tables(&expected, &imported);
    array.release(&array);
    schema.release(&schema);
}

/// One column of two rows, as another library would lay it out.
typedef struct Foreign {
    struct ArrowSchema field, schema;
    struct ArrowArray values, rows;
    struct ArrowSchema *fields[1];
    struct ArrowArray *children[1];
    const void *no_buffers[1];
} Foreign;

static void foreign_make(Foreign *foreign, const char *format, const void **buffers, int64_t buffer_count)
{
    *foreign = (Foreign){.field = {.format = format, .name = "x"},
                         .values = {.length = 2, .n_buffers = buffer_count, .buffers = buffers}};
    foreign->fields[0] = &foreign->field;
    foreign->children[0] = &foreign->values;
    foreign->schema = (struct ArrowSchema){.format = "+s", .n_children = 1, .children = foreign->fields};
    foreign->rows = (struct ArrowArray){
        .length = 2, .n_buffers = 1, .buffers = foreign->no_buffers, .n_children = 1, .children = foreign->children};
}

static bool foreign_read(const Foreign *foreign, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema fields = {0};
    TRY(arrow_import_schema(&foreign->schema, &arena, &fields, err));
    TRY(frame_add_schema(out, fields, err));
    return arrow_import_rows(&foreign->schema, &foreign->rows, out, err);
}

static void assert_texts(const Foreign *foreign, const char *first, const char *second)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(foreign_read(foreign, &frame, &err), err);
    ASSERT_STR(frame.columns[0].values.strings[0], first);
    ASSERT_STR(frame.columns[0].values.strings[1], second);
}

static void texts_with_short_offsets_are_read(void **state)
{
    UNUSED(state);
    static const int32_t OFFSETS[] = {1, 3, 6};
    const void *buffers[] = {NULL, OFFSETS, "?abcde"};
    Foreign foreign;
    foreign_make(&foreign, "u", buffers, 3);
    assert_texts(&foreign, "ab", "cde");
}

static void views_of_texts_are_read_in_place_and_from_their_buffer(void **state)
{
    UNUSED(state);
    static const struct {
        int32_t size;
        char bytes[12];
    } VIEWS[] = {{2, "ab"}, {13, {'0', '1', '2', '3', 0, 0, 0, 0, 1, 0, 0, 0}}};
    static const int64_t SIZES[] = {14};
    const void *buffers[] = {NULL, VIEWS, "?0123456789abc", SIZES};
    Foreign foreign;
    foreign_make(&foreign, "vu", buffers, 4);
    assert_texts(&foreign, "ab", "0123456789abc");
}

/// A column of lists, as another library would lay it out.
static void foreign_list_make(Foreign *foreign, const char *format, const void **buffers, struct ArrowSchema **item,
                              struct ArrowArray **items)
{
    foreign_make(foreign, format, buffers, 2);
    foreign->field.n_children = 1;
    foreign->field.children = item;
    foreign->values.n_children = 1;
    foreign->values.children = items;
}

static void lists_of_other_layouts_are_read_and_their_items_widened(void **state)
{
    UNUSED(state);
    Error err = {0};
    static const int16_t NUMBERS[] = {9, 1, -2, 3};
    static const int64_t LONG_OFFSETS[] = {1, 3, 4};
    const void *item_buffers[] = {NULL, NUMBERS};
    struct ArrowSchema item = {.format = "s", .name = "item"};
    struct ArrowArray items = {.length = 4, .n_buffers = 2, .buffers = item_buffers};
    struct ArrowSchema *fields[] = {&item};
    struct ArrowArray *arrays[] = {&items};
    const void *buffers[] = {NULL, LONG_OFFSETS};
    static const char *const FORMATS[] = {"+L", "+w:2"};
    static const uint32_t COUNTS[2][2] = {{2, 1}, {2, 2}};
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        AUTO(frame_deinit) Frame frame = {0};
        Foreign foreign;
        foreign_list_make(&foreign, FORMATS[i], buffers, fields, arrays);
        ASSERT_OK(foreign_read(&foreign, &frame, &err), err);
        assert_true(type_equal(frame.columns[0].type, type_list(TYPE_OF(TYPE_INT64))));
        for (size_t k = 0; k < 2; k++) assert_int_equal(list_count(frame.columns[0].values.strings[k]), COUNTS[i][k]);
    }
}

static void lists_that_reach_outside_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    static const int64_t NUMBERS[] = {1, 2};
    static const int32_t OFFSETS[][3] = {{0, 1, 3}, {0, 2, 1}, {-1, 0, 1}};
    const void *item_buffers[] = {NULL, NUMBERS};
    struct ArrowSchema item = {.format = "l", .name = "item"};
    struct ArrowArray items = {.length = 2, .n_buffers = 2, .buffers = item_buffers};
    struct ArrowSchema *fields[] = {&item};
    struct ArrowArray *arrays[] = {&items};
    for (size_t i = 0; i < COUNT_OF(OFFSETS); i++) {
        AUTO(frame_deinit) Frame frame = {0};
        Foreign foreign;
        const void *buffers[] = {NULL, OFFSETS[i]};
        foreign_list_make(&foreign, "+l", buffers, fields, arrays);
        ASSERT_FAILS(foreign_read(&foreign, &frame, &err), err, ERROR_DATA,
                     i == 0 ? "column 'x' is shorter than its table" : "the offsets of the items do not ascend");
    }
    item.format = "tdD";
    AUTO(frame_deinit) Frame frame = {0};
    Foreign foreign;
    const void *buffers[] = {NULL, OFFSETS[0]};
    foreign_list_make(&foreign, "+l", buffers, fields, arrays);
    ASSERT_FAILS(foreign_read(&foreign, &frame, &err), err, ERROR_DATA, "times in lists need a zone");
}

static void assert_refused(const char *format, const void **buffers, int64_t buffer_count, const char *part)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Foreign foreign;
    foreign_make(&foreign, format, buffers, buffer_count);
    ASSERT_FAILS(foreign_read(&foreign, &frame, &err), err, ERROR_DATA, part);
}

static void what_cannot_be_read_is_told_with_its_column(void **state)
{
    UNUSED(state);
    static const uint64_t GREAT[] = {1, UINT64_C(1) << 63};
    static const int32_t FALLING[] = {0, 3, 1};
    static const int32_t OFFSETS[] = {0, 1, 2};
    static const struct {
        int32_t size;
        int32_t prefix, buffer, offset;
    } OUTSIDE[] = {{13, 0, 0, 2}, {13, 0, 7, 0}};
    static const int64_t SIZES[] = {14};
    assert_refused("L", (const void *[]){NULL, GREAT}, 2, "column 'x': row 2: a number over 9223372036854775807");
    assert_refused("u", (const void *[]){NULL, FALLING, "abc"}, 3, "column 'x': row 2: the offsets");
    assert_refused("u", (const void *[]){NULL, OFFSETS, "a\xff"}, 3, "column 'x': row 2: the text is not UTF-8");
    assert_refused("vu", (const void *[]){NULL, OUTSIDE, "?0123456789abc", SIZES}, 4, "row 1: a text lies outside");
    assert_refused("z", (const void *[]){NULL, OFFSETS, "ab"}, 3, "column 'x' has the Arrow type 'z'");
    assert_refused("tin", (const void *[]){NULL, OFFSETS}, 2, "cast it to a number");
    assert_refused("d:99,2", (const void *[]){NULL, GREAT}, 2, "column 'x' has the Arrow type 'd:99,2'");
    assert_refused("g", (const void *[]){NULL}, 1, "column 'x' is shorter than its table");
}

static int failing_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    UNUSED(stream);
    UNUSED(out);
    return EIO;
}

static const char *failing_text(struct ArrowArrayStream *stream)
{
    return stream->private_data;
}

static void failing_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static void a_streams_own_error_keeps_its_text(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    char text[] = "the lake is dry";
    struct ArrowArrayStream stream = {
        .get_schema = failing_schema, .get_last_error = failing_text, .release = failing_release, .private_data = text};
    ASSERT_FAILS(arrow_import_stream(&stream, &frame, &err), err, ERROR_DATA, "the lake is dry");
    assert_null(stream.release);
}

static bool import_all(void *context, Error *err)
{
    struct ArrowArrayStream stream;
    AUTO(frame_deinit) Frame imported = {0};
    TRY(arrow_export_stream(context, 7, &stream, err));
    return arrow_import_stream(&stream, &imported, err);
}

static void an_import_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame table = {0};
    table_make(&table);
    for_each_allocation_failure(import_all, &table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_exported_is_imported_bit_for_bit),
        cmocka_unit_test(an_offset_of_the_table_and_one_of_a_column_add_up),
        cmocka_unit_test(texts_with_short_offsets_are_read),
        cmocka_unit_test(views_of_texts_are_read_in_place_and_from_their_buffer),
        cmocka_unit_test(lists_of_other_layouts_are_read_and_their_items_widened),
        cmocka_unit_test(lists_that_reach_outside_are_refused),
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_column),
        cmocka_unit_test(a_streams_own_error_keeps_its_text),
        cmocka_unit_test(an_import_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
