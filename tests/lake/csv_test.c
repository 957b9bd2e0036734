#include "lake/csv_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void assert_csv(void **state, const char *text, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.csv", text);
    ASSERT_OK(test_read_file(lake, "a.csv", &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, expected);
}

/// Fails with ERROR_DATA and exactly this text; `types` lock columns.
static void assert_bad_csv(void **state, const char *text, Schema types, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("a.csv");
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.csv", text);
    assert_false(lake_read(lake, &(LakeQuery){.files = &file, .file_count = 1, .types = types}, &frame, &err));
    lake_close(&lake);
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERROR_DATA);
}

static void integers_with_nulls_stay_integers(void **state)
{
    assert_csv(state, "id,n\na,1\nb,\nc,3\n", "id string, n int64\na|1\nb|null\nc|3\n");
}

/// The least that a pipeline may ask for with 'memory:'; lines are counted in it too.
static void little_memory_is_enough(void **state)
{
    const LakeOptions options = {.threads = 2, .memory_bytes = 64 << 20, .directory = test_path(state, "")};
    const Str times[] = {STR("t")};
    const Str file = STR("a.csv");
    const LakeQuery query = {.files = &file, .file_count = 1, .times = times, .time_count = 1};
    Lake *lake = NULL;
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame none = {0};
    ASSERT_OK(lake_open(&options, &lake, &err), err);
    test_write_file(state, "a.csv", "n,t\n1,2016-01-01\n2,2016-01-02\n");
    ASSERT_OK(lake_read(lake, &query, &frame, &err), err);
    assert_int_equal(frame.row_count, 2);
    test_write_file(state, "a.csv", "n,t\n1,2016-01-01\n2,2016-01-32\n");
    ASSERT_FAILS(lake_read(lake, &query, &none, &err), err, ERROR_DATA, "line 3");
    lake_close(&lake);
}

static void types_are_found_over_all_rows(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_OK(bytes_append_str(&text, STR("x\n"), &err), err);
    for (int i = 0; i < 50000; i++) ASSERT_OK(bytes_append_format(&text, &err, "%d\n", i), err);
    ASSERT_OK(bytes_append_str(&text, STR("0.5\n"), &err), err);
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    test_write_file(state, "a.csv", (const char *)text.data);
    ASSERT_OK(test_read_file(lake, "a.csv", &frame, &err), err);
    lake_close(&lake);
    assert_int_equal(frame.row_count, 50001);
    assert_int_equal(frame.fields[0].type.id, TYPE_FLOAT64);
}

static void null_and_empty_text_are_told_apart(void **state)
{
    assert_csv(state, "s,n\n\"\",1\n,2\n", "s string, n int64\n|1\nnull|2\n");
}

static void a_column_without_values_is_text(void **state)
{
    assert_csv(state, "a,b\n1,\n2,\n", "a int64, b string\n1|null\n2|null\n");
}

static void quotes_line_ends_and_marks_are_read_as_the_standard_says(void **state)
{
    assert_csv(state, "\xef\xbb\xbf\"a,1\",\"b\"\"q\"\r\n1,\"x, y\"\r\n2,\"say \"\"hi\"\"\"\r\n",
               "a,1 int64, b\"q string\n1|x, y\n2|say \"hi\"\n");
    assert_csv(state, "a,b\n1,\"two\nlines\"\n", "a int64, b string\n1|two\nlines\n");
    assert_csv(state, ",b\n0,x", "column0 int64, b string\n0|x\n");
    assert_csv(state, "a;b\n1;2\n", "a;b string\n1;2\n");
}

static void headers_alone_make_an_empty_table(void **state)
{
    assert_csv(state, "a,b\n", "a string, b string\n");
}

static void names_that_differ_by_case_are_two_columns(void **state)
{
    assert_csv(state, "a,A\n1,x\n", "a int64, A string\n1|x\n");
}

static void a_bad_timestamp_names_file_and_line(void **state)
{
    const Field fields[] = {{STR("t"), TYPE_OF(TYPE_TIMESTAMP_US)}};
    const Schema types = {fields, 1};
    assert_bad_csv(state, "id,t\na,2016-01-22 16:01:00\nb,2016-13-01 00:00:00\n", types,
                   "a.csv: line 3: column 't': bad timestamp '2016-13-01 00:00:00': a month is 01 to 12");
    assert_bad_csv(state, "id,t\n\"two\nlines\",2016-01-22 16:01:00\n\nb,x\n", types,
                   "a.csv: line 5: column 't': bad timestamp 'x': a year has four digits");
}

static void a_column_that_must_be_a_time_does_not_become_text(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"t,x\n2016-01-22 16:01:00,a\n,b\n2016-13-01 00:00:00,c\n",
         "a.csv: line 4: column 't': bad timestamp '2016-13-01 00:00:00': a month is 01 to 12"},
        {"t,x\n2016-01-22 16:01:00,a\n2016-01-22 16:01:00Z,b\n",
         "a.csv: line 3: column 't': bad timestamp '2016-01-22 16:01:00Z': it has an offset, values before it have "
         "none"},
        {"t,x\n1453478460,a\n", "a.csv: line 2: column 't': bad timestamp '1453478460': expected year-month-day"},
    };
    const Str names[] = {STR("t"), STR("gone")};
    const Str file = STR("a.csv");
    Lake *lake = test_lake_open(state);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        Schema schema = {0};
        const LakeQuery query = {.files = &file, .file_count = 1, .times = names, .time_count = 2};
        test_write_file(state, "a.csv", cases[i].text);
        assert_false(lake_schema(lake, &query, &arena, &schema, &err));
        assert_string_equal(err.text, cases[i].expected);
    }
    lake_close(&lake);
}

static void lines_are_counted_beyond_the_first_chunk(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    const Field fields[] = {{STR("n"), TYPE_OF(TYPE_INT64)}};
    ASSERT_OK(bytes_append_str(&text, STR("n,m\n"), &err), err);
    for (int i = 2; i < 7000; i++) ASSERT_OK(bytes_append_format(&text, &err, "%d,x\n", i), err);
    ASSERT_OK(bytes_append_str(&text, STR("1.5,x\n\0"), &err), err);
    assert_bad_csv(state, (const char *)text.data, (Schema){fields, 1},
                   "a.csv: line 7000: column 'n': bad int64 '1.5'");
}

static void rows_of_another_length_are_errors(void **state)
{
    assert_bad_csv(state, "a,b,c\n1,2,3\n1,2\n", (Schema){0}, "a.csv: line 3: 2 columns instead of 3: '1,2'");
    assert_bad_csv(state, "a,b\n1,2,3\n", (Schema){0}, "a.csv: line 2: 3 columns instead of 2: '1,2,3'");
}

static void damaged_files_are_errors(void **state)
{
    const Field fields[] = {{STR("b"), TYPE_OF(TYPE_INT64)}};
    assert_bad_csv(state, "", (Schema){0}, "a.csv: the file is empty: not even a header");
    assert_bad_csv(state, "a,a\n1,2\n", (Schema){0}, "a.csv: column 'a' appears twice in the header");
    assert_bad_csv(state, "a,\"b\n1,2\n", (Schema){0}, "a.csv: line 1: a quote is not closed");
    assert_bad_csv(state, "a\n1\n", (Schema){fields, 1}, "a.csv: column 'b' is missing");
    assert_bad_csv(state, "a,b\n1,\xff\n", (Schema){0}, "a.csv: line 2: the text is not UTF-8");
}

static void columns_are_matched_by_name_across_files(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "m1.csv", "a,b\n1,x\n");
    test_write_file(state, "m2.csv", "b,a\ny,2.5\n");
    ASSERT_OK(test_read_file(lake, "m*.csv", &frame, &err), err);
    ASSERT_FRAME(&frame, "a float64, b string\n1|x\n2.5|y\n");

    test_write_file(state, "m3.csv", "a,b,c\n3,z,0\n");
    ASSERT_FAILS(test_read_file(lake, "m*.csv", &frame, &err), err, ERROR_DATA,
                 "m3.csv: column 'c' is not in 'm1.csv'");
    test_write_file(state, "m3.csv", "a\n3\n");
    ASSERT_FAILS(test_read_file(lake, "m*.csv", &frame, &err), err, ERROR_DATA,
                 "m3.csv: column 'b' of 'm1.csv' is missing");
    lake_close(&lake);
}

static void tabs_separate_tsv(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.tsv", "a\tb\n1\tx,y\n");
    ASSERT_OK(test_read_file(lake, "a.tsv", &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, "a int64, b string\n1|x,y\n");
}

static void locked_types_win_over_found_ones(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("a.csv");
    const Field fields[] = {{STR("zip"), TYPE_OF(TYPE_STRING)},
                            {STR("price"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}}};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.csv", "zip,price,n\n02139,1.5,7\n");
    const LakeQuery query = {.files = &file, .file_count = 1, .types = {fields, 2}};
    ASSERT_OK(lake_read(lake, &query, &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, "zip string, price decimal(10,2), n int64\n02139|1.50|7\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(integers_with_nulls_stay_integers),
        TEST_IN_DIRECTORY(little_memory_is_enough),
        TEST_IN_DIRECTORY(types_are_found_over_all_rows),
        TEST_IN_DIRECTORY(null_and_empty_text_are_told_apart),
        TEST_IN_DIRECTORY(a_column_without_values_is_text),
        TEST_IN_DIRECTORY(quotes_line_ends_and_marks_are_read_as_the_standard_says),
        TEST_IN_DIRECTORY(headers_alone_make_an_empty_table),
        TEST_IN_DIRECTORY(names_that_differ_by_case_are_two_columns),
        TEST_IN_DIRECTORY(a_bad_timestamp_names_file_and_line),
        TEST_IN_DIRECTORY(a_column_that_must_be_a_time_does_not_become_text),
        TEST_IN_DIRECTORY(lines_are_counted_beyond_the_first_chunk),
        TEST_IN_DIRECTORY(rows_of_another_length_are_errors),
        TEST_IN_DIRECTORY(damaged_files_are_errors),
        TEST_IN_DIRECTORY(columns_are_matched_by_name_across_files),
        TEST_IN_DIRECTORY(tabs_separate_tsv),
        TEST_IN_DIRECTORY(locked_types_win_over_found_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
