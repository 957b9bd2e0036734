#include "frame/list.h"
#include "lake/column_reader_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void assert_sql(void **state, const char *sql, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&frame, expected);
}

static void assert_refused(void **state, const char *sql, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_FAILS(test_read_sql(lake, sql, &frame, &err), err, ERROR_DATA, expected);
    lake_close(&lake);
}

static void integers_keep_their_width_and_extremes(void **state)
{
    assert_sql(
        state,
        "SELECT (-128)::TINYINT a, (-32768)::SMALLINT b, (-2147483648)::INTEGER c, (-9223372036854775808)::BIGINT d, "
        "255::UTINYINT e, 65535::USMALLINT f, 4294967295::UINTEGER g, 9223372036854775807::UBIGINT h",
        "a int8, b int16, c int32, d int64, e uint8, f uint16, g uint32, h uint64\n"
        "-128|-32768|-2147483648|-9223372036854775808|255|65535|4294967295|9223372036854775807\n");
}

static void every_width_of_decimals_is_read(void **state)
{
    assert_sql(state,
               "SELECT -12.34::DECIMAL(4,2) a, 1234567.89::DECIMAL(9,2) b, -123456789012345.678::DECIMAL(18,3) c, "
               "-99999999999999999999999999999999999999::DECIMAL(38,0) d, NULL::DECIMAL(38,2) e",
               "a decimal(4,2), b decimal(9,2), c decimal(18,3), d decimal(38,0), e decimal(38,2)\n"
               "-12.34|1234567.89|-123456789012345.678|-99999999999999999999999999999999999999|null\n");
}

static void times_keep_unit_and_zone(void **state)
{
    assert_sql(
        state,
        "SELECT '1969-12-31'::DATE a, '2016-01-22 16:01:00'::TIMESTAMP_S b, '1969-12-31 23:59:59.999'::TIMESTAMP_MS c, "
        "'2016-01-22 16:01:00.000001'::TIMESTAMP d, '2016-01-22 16:01:00.123456789'::TIMESTAMP_NS e, "
        "'2016-01-22 16:01:00+01'::TIMESTAMPTZ f",
        "a date, b timestamp_s, c timestamp_ms, d timestamp_us, e timestamp_ns, f timestamp_us with time zone\n"
        "1969-12-31|2016-01-22 16:01:00|1969-12-31 23:59:59.999|2016-01-22 16:01:00.000001|"
        "2016-01-22 16:01:00.123456789|2016-01-22 15:01:00Z\n");
}

static void floats_bools_texts_and_enums_are_read(void **state)
{
    assert_sql(state,
               "SELECT * FROM (VALUES (0.1::FLOAT, '-0'::DOUBLE, true, 'short', 'b'::ENUM('a', 'b')), "
               "('nan', '-inf', NULL, 'a text of more than twelve bytes, \u00e9', NULL)) t(a, b, c, d, e)",
               "a float32, b float64, c bool, d string, e string\n"
               "0.1|-0|true|short|b\n"
               "nan|-inf|null|a text of more than twelve bytes, \u00e9|null\n");
}

static void null_values_hold_zero_bits(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    const char *sql = "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS a, "
                      "CASE WHEN i % 3 = 0 THEN NULL ELSE 'text number ' || i END AS b FROM range(10000) r(i)";
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    lake_close(&lake);
    Vector ints = frame_vector(&frame, 0);
    Vector texts = frame_vector(&frame, 1);
    for (size_t i = 0; i < frame.row_count; i++) {
        assert_int_equal(vector_is_valid(&ints, i), i % 3 != 0);
        assert_int_equal(vector_is_valid(&texts, i), i % 3 != 0);
        assert_int_equal(ints.values.ints[i], i % 3 == 0 ? 0 : i);
        assert_int_equal(texts.values.strings[i].size == 0, i % 3 == 0);
    }
}

static void an_unsigned_integer_over_int64_names_its_row(void **state)
{
    assert_refused(state,
                   "SELECT CASE WHEN i = 5000 THEN 18446744073709551615 ELSE i END::UBIGINT AS u FROM range(9000) r(i)",
                   "column 'u': row 5001: 18446744073709551615 is over int64");
}

static void other_types_are_refused_with_advice(void **state)
{
    assert_refused(state, "SELECT sum(1) AS s",
                   "column 's' has the type HUGEINT, which cannot be held: in `sql:`, cast it to "
                   "BIGINT or DECIMAL(38,0)");
    assert_refused(state, "SELECT [[1]] AS l",
                   "items: column 'l' has the type LIST, which cannot be held: in `sql:`, cast it to one list with "
                   "flatten(), or VARCHAR");
    assert_refused(state, "SELECT [{'a': 1}] AS l", "items: column 'l' has the type STRUCT");
    assert_refused(state, "SELECT [DATE '2016-01-22'] AS l", "column 'l' has times without a zone as items");
    assert_refused(state, "SELECT MAP {1.5: 1} AS m", "column 'm' is a map whose keys are floats or decimals");
    assert_refused(state, "SELECT MAP {'a': [1]} AS m", "items: column 'm' has the type LIST");
    assert_refused(state, "SELECT [1, 18446744073709551615]::UBIGINT[] AS l", "18446744073709551615 is over int64");
    assert_refused(state, "SELECT {'a': 1} AS s", "type STRUCT");
    assert_refused(state, "SELECT TIME '12:00:00' AS t", "type TIME");
    assert_refused(state, "SELECT INTERVAL 1 DAY AS i", "type INTERVAL");
    assert_refused(state, "SELECT 'x'::BLOB AS b", "type BLOB");
    assert_refused(state, "SELECT uuid() AS u", "type UUID");
}

static void lists_and_arrays_are_read_with_their_items_widened(void **state)
{
    assert_sql(state,
               "SELECT * FROM (VALUES ([1::TINYINT, NULL, -3], [0.5::FLOAT]::FLOAT[1], ['a', ''], [true]), "
               "(NULL, NULL, ['a longer text than fits inline'], NULL), ([], [2.5], [NULL], [])) t(a, b, c, d)",
               "a list(int64), b list(float64), c list(string), d list(bool)\n"
               "[1,null,-3]|[0.5]|[\"a\",\"\"]|[true]\n"
               "null|null|[\"a longer text than fits inline\"]|null\n"
               "[]|[2.5]|[null]|[]\n");
    assert_sql(state,
               "SELECT [1.50::DECIMAL(4,2)] a, ['2016-01-22 16:01:00+01'::TIMESTAMPTZ] b, ['b'::ENUM('a', 'b')] c, "
               "['nan', '-0']::DOUBLE[] d",
               "a list(decimal(38,2)), b list(timestamp_us with time zone), c list(string), d list(float64)\n"
               "[\"1.50\"]|[\"2016-01-22T15:01:00Z\"]|[\"b\"]|[\"NaN\",-0.0]\n");
}

static void maps_are_read_with_their_keys_ascending(void **state)
{
    assert_sql(
        state,
        "SELECT * FROM (VALUES (MAP {'b': 2, 'a': NULL}, MAP {7::UTINYINT: 'x', 3: 'y'}), (MAP {}, NULL)) t(a, b)",
        "a map(string,int64), b map(int64,string)\n"
        "{\"a\":null,\"b\":2}|{\"3\":\"y\",\"7\":\"x\"}\n"
        "{}|null\n");
}

static void lists_of_many_chunks_keep_their_rows(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    const char *sql = "SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE range(i % 5) END AS l FROM range(10000) r(i)";
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    lake_close(&lake);
    Vector lists = frame_vector(&frame, 0);
    for (size_t i = 0; i < frame.row_count; i++) {
        assert_int_equal(vector_is_valid(&lists, i), i % 7 != 0);
        if (i % 7 != 0) assert_int_equal(list_count(lists.values.strings[i]), i % 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(lists_and_arrays_are_read_with_their_items_widened),
        TEST_IN_DIRECTORY(maps_are_read_with_their_keys_ascending),
        TEST_IN_DIRECTORY(lists_of_many_chunks_keep_their_rows),
        TEST_IN_DIRECTORY(integers_keep_their_width_and_extremes),
        TEST_IN_DIRECTORY(every_width_of_decimals_is_read),
        TEST_IN_DIRECTORY(times_keep_unit_and_zone),
        TEST_IN_DIRECTORY(floats_bools_texts_and_enums_are_read),
        TEST_IN_DIRECTORY(null_values_hold_zero_bits),
        TEST_IN_DIRECTORY(an_unsigned_integer_over_int64_names_its_row),
        TEST_IN_DIRECTORY(other_types_are_refused_with_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
