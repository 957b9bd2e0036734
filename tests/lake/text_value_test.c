#include "frame/format.h"
#include "lake/text_value_internal.h"
#include "support/test.h"

static Type type_of(const char *name)
{
    Error err = {0};
    Type type = {0};
    ASSERT_OK(type_parse(str_from(name), &type, &err), err);
    return type;
}

static void assert_value(const char *type, const char *text, const char *expected)
{
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = type_of(type)};
    AUTO(bytes_deinit) Bytes shown = {0};
    ASSERT_OK(text_push(&column, str_from(text), &err), err);
    Vector vector = column_view(&column);
    ASSERT_OK(vector_format(&vector, 0, STR("null"), &shown, &err), err);
    ASSERT_STR(bytes_str(&shown), expected);
}

static void assert_bad(const char *type, const char *text, const char *expected)
{
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = type_of(type)};
    assert_false(text_push(&column, str_from(text), &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERROR_DATA);
    assert_int_equal(column.count, 0);
}

static void every_type_reads_its_texts(void **state)
{
    UNUSED(state);
    assert_value("bool", "TRUE", "true");
    assert_value("list(float64)", " [1, null]", "[1.0,null]");
    assert_value("map(string,int64)", "{\"a\": 1}", "{\"a\":1}");
    assert_value("list(int64)", " ", "null");
    assert_value("int8", "-128", "-128");
    assert_value("uint64", "9223372036854775807", "9223372036854775807");
    assert_value("float32", "0.1", "0.1");
    assert_value("float64", " 1e300", "1e+300");
    assert_value("decimal(38,2)", "999999999999999999999999999999999999.99", "999999999999999999999999999999999999.99");
    assert_value("string", " x ", " x ");
    assert_value("string", "", "");
    assert_value("date", "1969-12-31", "1969-12-31");
    assert_value("timestamp_s", "2016-01-22 16:01:00", "2016-01-22 16:01:00");
    assert_value("timestamp_ms", "2016-01-22 16:01:00.123", "2016-01-22 16:01:00.123");
    assert_value("timestamp_ns", "1969-12-31 23:59:59.999999999", "1969-12-31 23:59:59.999999999");
    assert_value("timestamp_us with time zone", "2016-01-22 16:01:00+01", "2016-01-22 15:01:00Z");
}

static void an_empty_text_is_null(void **state)
{
    UNUSED(state);
    assert_value("int64", "", "null");
    assert_value("timestamp_us", "  ", "null");
}

static void nothing_is_rounded_or_cut(void **state)
{
    UNUSED(state);
    assert_bad("int64", "1.5", "bad int64 '1.5'");
    assert_bad("int8", "128", "bad int8 '128': out of range");
    assert_bad("uint8", "-1", "bad uint8 '-1': out of range");
    assert_bad("uint64", "18446744073709551615", "bad uint64 '18446744073709551615'");
    assert_bad("decimal(4,2)", "1.005", "bad decimal(4,2) '1.005'");
    assert_bad("decimal(4,2)", "100", "bad decimal(4,2) '100': out of range");
    assert_bad("timestamp_s", "2016-01-22 16:01:00.5",
               "bad timestamp_s '2016-01-22 16:01:00.5': it does not fit into the type's unit");
    assert_bad("timestamp_us", "2016-01-22 16:01:00.1234567",
               "bad timestamp_us '2016-01-22 16:01:00.1234567': it does not fit into the type's unit");
}

static void zones_are_neither_dropped_nor_invented(void **state)
{
    UNUSED(state);
    assert_bad("timestamp_us", "2016-01-22 16:01:00+01",
               "bad timestamp_us '2016-01-22 16:01:00+01': it has an offset; the type is 'with time zone' then");
    assert_bad("timestamp_us with time zone", "2016-01-22 16:01:00",
               "bad timestamp_us with time zone '2016-01-22 16:01:00': it has no offset");
}

static void bad_texts_are_quoted_and_cut(void **state)
{
    UNUSED(state);
    assert_bad("bool", "maybe", "bad bool 'maybe'");
    assert_bad("date", "2016-02-30", "bad date '2016-02-30': this month has no such day");
    assert_bad("timestamp_us", "2016-13-01 00:00:00", "bad timestamp '2016-13-01 00:00:00': a month is 01 to 12");
    assert_bad("int64", "0123456789012345678901234567890123456789012345678901234567890123456789",
               "bad int64 '0123456789012345678901234567890123456789012345678901234567890123...'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_reads_its_texts),   cmocka_unit_test(an_empty_text_is_null),
        cmocka_unit_test(nothing_is_rounded_or_cut),    cmocka_unit_test(zones_are_neither_dropped_nor_invented),
        cmocka_unit_test(bad_texts_are_quoted_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
