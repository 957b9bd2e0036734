#include "lake/json_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void assert_json(void **state, const char *name, const char *text, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, name, text);
    ASSERT_OK(test_read_file(lake, name, &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, expected);
}

static void assert_bad_json(void **state, const char *text, Schema types, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("a.jsonl");
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.jsonl", text);
    assert_false(lake_read(lake, &(LakeQuery){.files = &file, .file_count = 1, .types = types}, &frame, &err));
    lake_close(&lake);
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERROR_DATA);
}

static void members_become_typed_columns(void **state)
{
    assert_json(state, "a.jsonl",
                "{\"n\":1,\"f\":1.5,\"b\":true,\"s\":\"x\",\"t\":\"2016-01-22 16:01:00\"}\n"
                "{\"n\":null,\"f\":2,\"b\":false,\"s\":\"\",\"t\":\"2016-01-22T16:01:00.5\"}\n",
                "n int64, f float64, b bool, s string, t timestamp_us\n"
                "1|1.5|true|x|2016-01-22 16:01:00\n"
                "null|2|false||2016-01-22 16:01:00.500000\n");
}

static void an_array_and_lines_are_the_same_table(void **state)
{
    assert_json(state, "a.json", "[{\"a\": 1},\n {\"a\": 2}]", "a int64\n1\n2\n");
    assert_json(state, "b.ndjson", "{\"a\": 1}\n\n{\"a\": 2}\n", "a int64\n1\n2\n");
}

static void a_missing_member_is_null(void **state)
{
    assert_json(state, "a.jsonl", "{\"a\":1}\n{\"b\":\"x\"}\n", "a int64, b string\n1|null\nnull|x\n");
}

static void a_number_in_quotes_stays_a_text(void **state)
{
    assert_json(state, "a.jsonl", "{\"zip\":\"02139\"}\n{\"zip\":\"1\"}\n", "zip string\n02139\n1\n");
}

static void large_integers_do_not_become_floats(void **state)
{
    assert_json(state, "a.jsonl", "{\"a\":18446744073709551615}\n{\"a\":-1}\n",
                "a decimal(38,0)\n18446744073709551615\n-1\n");
}

static void mixed_members_are_text(void **state)
{
    assert_json(state, "a.jsonl", "{\"a\":1,\"n\":null}\n{\"a\":\"x\",\"n\":null}\n",
                "a string, n string\n1|null\nx|null\n");
}

static void nested_members_may_be_locked_as_text(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("a.jsonl");
    const Field fields[] = {{STR("l"), TYPE_OF(TYPE_STRING)}, {STR("gone"), TYPE_OF(TYPE_INT32)}};
    test_write_file(state, "a.jsonl", "{\"l\":[1,2]}\n");
    Lake *lake = test_lake_open(state);
    const LakeQuery query = {.files = &file, .file_count = 1, .types = {fields, 2}};
    ASSERT_OK(lake_read(lake, &query, &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, "l string, gone int32\n[1,2]|null\n");
}

static void arrays_are_lists(void **state)
{
    assert_json(state, "a.jsonl",
                "{\"i\":[1,null,-3],\"f\":[1,2.5],\"s\":[\"a\",\"2016-01-22\"],\"b\":[true]}\n"
                "{\"i\":[],\"f\":null,\"b\":[null]}\n",
                "i list(int64), f list(float64), s list(string), b list(bool)\n"
                "[1,null,-3]|[1.0,2.5]|[\"a\",\"2016-01-22\"]|[true]\n"
                "[]|null|null|[null]\n");
}

static void objects_are_maps_where_they_are_locked(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("a.jsonl");
    const Field fields[] = {{STR("m"), type_map(TYPE_OF(TYPE_STRING), TYPE_OF(TYPE_FLOAT64))},
                            {STR("l"), type_list(TYPE_OF(TYPE_INT64))}};
    test_write_file(state, "a.jsonl", "{\"m\":{\"b\":1,\"a\":null},\"l\":[]}\n{\"m\":{},\"l\":[7]}\n");
    Lake *lake = test_lake_open(state);
    const LakeQuery query = {.files = &file, .file_count = 1, .types = {fields, 2}};
    ASSERT_OK(lake_read(lake, &query, &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, "m map(string,float64), l list(int64)\n"
                         "{\"a\":null,\"b\":1.0}|[]\n"
                         "{}|[7]\n");
}

static void arrays_without_one_type_of_items_are_refused(void **state)
{
    static const char *const TEXTS[] = {"{\"l\":[1,\"a\"]}\n", "{\"l\":[[1]]}\n", "{\"l\":[{\"a\":1}]}\n",
                                        "{\"l\":[]}\n"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        assert_bad_json(
            state, TEXTS[i], (Schema){0},
            "a.jsonl: column 'l' has lists whose items are not all numbers, all texts or all booleans: under "
            "`types:`, give it a type such as list(string), or string for its JSON");
    }
    const Field field = {STR("l"), type_list(TYPE_OF(TYPE_INT64))};
    assert_bad_json(state, "{\"l\":[1,2.5]}\n", (Schema){&field, 1},
                    "a.jsonl: record 1: column 'l': bad list(int64) '[1,2.5]'");
}

static void damage_names_the_place(void **state)
{
    const Field fields[] = {{STR("a"), TYPE_OF(TYPE_INT64)}};
    assert_bad_json(state, "{\"a\":1}\n{\"a\":1.5}\n", (Schema){fields, 1},
                    "a.jsonl: record 2: column 'a': bad int64 '1.5'");
    assert_bad_json(state, "{\"a\":1}\n{\"a\":\n", (Schema){0},
                    "a.jsonl: line 2: malformed JSON at byte 7: unexpected end of data");
}

static void damage_names_the_file_among_many(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a1.jsonl", "{\"a\":1}\n\n");
    test_write_file(state, "a2.jsonl", "{\"a\":1}\n\n{bad}\n");
    ASSERT_FAILS(test_read_file(lake, "a*.jsonl", &frame, &err), err, ERROR_DATA, "a2.jsonl: line 3: malformed JSON");
    lake_close(&lake);
}

static void files_may_differ_in_members(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a1.jsonl", "{\"a\":1}\n");
    test_write_file(state, "a2.jsonl", "{\"b\":2.5}\n");
    ASSERT_OK(test_read_file(lake, "a*.jsonl", &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, "a int64, b float64\n1|null\nnull|2.5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(members_become_typed_columns),
        TEST_IN_DIRECTORY(an_array_and_lines_are_the_same_table),
        TEST_IN_DIRECTORY(a_missing_member_is_null),
        TEST_IN_DIRECTORY(a_number_in_quotes_stays_a_text),
        TEST_IN_DIRECTORY(large_integers_do_not_become_floats),
        TEST_IN_DIRECTORY(mixed_members_are_text),
        TEST_IN_DIRECTORY(nested_members_may_be_locked_as_text),
        TEST_IN_DIRECTORY(arrays_are_lists),
        TEST_IN_DIRECTORY(objects_are_maps_where_they_are_locked),
        TEST_IN_DIRECTORY(arrays_without_one_type_of_items_are_refused),
        TEST_IN_DIRECTORY(damage_names_the_place),
        TEST_IN_DIRECTORY(damage_names_the_file_among_many),
        TEST_IN_DIRECTORY(files_may_differ_in_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
