#include "lake/stored_internal.h"
#include "support/test.h"
#include "support/test_frame.h"

static void build(Frame *frame, Type type, int64_t value)
{
    Error err = {0};
    Column *column = NULL;
    ASSERT_OK(frame_add_column(frame, STR("t"), type, &column, &err), err);
    ASSERT_OK(column_push_int(column, value, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    frame_finish(frame);
}

static void seconds_are_stored_as_microseconds(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(stored_frame_deinit) StoredFrame stored = {0};
    build(&frame, (Type){.id = TYPE_TIMESTAMP_S, .zoned = true}, -1);
    ASSERT_OK(stored_frame_init(&stored, &frame, &err), err);
    ASSERT_FRAME(&stored.frame, "t timestamp_us with time zone\n1969-12-31 23:59:59Z\nnull\n");
    ASSERT_FRAME(&frame, "t timestamp_s with time zone\n1969-12-31 23:59:59Z\nnull\n");
}

static void times_too_far_away_name_their_row(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(stored_frame_deinit) StoredFrame stored = {0};
    build(&frame, TYPE_OF(TYPE_TIMESTAMP_MS), INT64_MAX);
    ASSERT_FAILS(stored_frame_init(&stored, &frame, &err), err, ERROR_DATA,
                 "column 't': row 1: 9223372036854775807 is too far from 1970 for a file");
}

static void a_schema_gives_names_and_types_back(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    AUTO(frame_deinit) Frame restored = {0};
    AUTO(bytes_deinit) Bytes schema = {0};
    build(&frame, (Type){.id = TYPE_TIMESTAMP_NS, .zoned = true}, 5);
    build(&read, TYPE_OF(TYPE_TIMESTAMP_NS), 5);
    ASSERT_OK(stored_schema_write(frame_schema(&frame), &schema, &err), err);
    ASSERT_STR(bytes_str(&schema), "[{\"name\":\"t\",\"type\":\"timestamp_ns with time zone\"}]");
    ASSERT_OK(stored_frame_restore(&read, bytes_str(&schema), &restored, &err), err);
    assert_true(test_frame_same(&frame, &restored));
}

static void a_schema_that_does_not_fit_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame read = {0};
    AUTO(frame_deinit) Frame out = {0};
    build(&read, TYPE_OF(TYPE_INT64), 5);
    static const struct {
        const char *schema;
        const char *text;
    } cases[] = {
        {"[]", "the file's metadata has 0 columns, the file 1"},
        {"[{\"name\":\"t\"}]", "metadata is damaged"},
        {"[{\"name\":\"t\",\"type\":\"int32\"}]", "does not match its metadata: a column is int64"},
        {"[{\"name\":", "pawl.schema"},
        {"[{\"name\":\"t\",\"type\":\"int46\"}]", "the unknown type 'int46'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ASSERT_FAILS(stored_frame_restore(&read, str_from(cases[i].schema), &out, &err), err, ERROR_DATA,
                     cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_are_stored_as_microseconds),
        cmocka_unit_test(times_too_far_away_name_their_row),
        cmocka_unit_test(a_schema_gives_names_and_types_back),
        cmocka_unit_test(a_schema_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
