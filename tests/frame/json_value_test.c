#include "frame/json_value.h"

#include "support/test.h"
#include "text/json.h"

/// Reads a JSON text into one value of a type.
static bool value_read(const char *type, Str text, Column *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    const JsonContext context = {.what = "input 'x'", .kind = ERROR_USAGE};
    TRY(type_parse(str_from(type), &out->type, err));
    TRY(json_parse(STR("request"), text, &arena, &document, err));
    return column_push_json(out, document.root, &context, err);
}

static void assert_reads_as(const char *type, const char *text, const char *expected)
{
    Error err = {0};
    AUTO(column_deinit) Column column = {0};
    AUTO(column_deinit) Column again = {0};
    AUTO(bytes_deinit) Bytes written = {0};
    ASSERT_OK(value_read(type, str_from(text), &column, &err), err);
    Vector vector = column_view(&column);
    JsonWriter json = json_writer(&written, JSON_COMPACT);
    ASSERT_OK(vector_write_json(&vector, 0, &json, &err), err);
    ASSERT_STR(bytes_str(&written), expected);

    ASSERT_OK(value_read(type, bytes_str(&written), &again, &err), err);
    Vector reread = column_view(&again);
    assert_true(vector_same(&vector, 0, &reread, 0));
}

static void values_read_back_from_their_json(void **state)
{
    UNUSED(state);
    assert_reads_as("bool", "true", "true");
    assert_reads_as("int64", "-9223372036854775808", "-9223372036854775808");
    assert_reads_as("float64", "1", "1.0");
    assert_reads_as("float64", "-0.0", "-0.0");
    assert_reads_as("float64", "\"NaN\"", "\"NaN\"");
    assert_reads_as("decimal(38,2)", "1.5", "\"1.50\"");
    assert_reads_as("string", "\"a\\u0000b\"", "\"a\\u0000b\"");
    assert_reads_as("timestamp_us with time zone", "\"2016-01-22 16:01:00.5\"", "\"2016-01-22T16:01:00.500000Z\"");
    assert_reads_as("string", "null", "null");
}

static void lists_are_arrays(void **state)
{
    UNUSED(state);
    assert_reads_as("list(float64)", " [ 1, null, \"-Infinity\", 0.1 ] ", "[1.0,null,\"-Infinity\",0.1]");
    assert_reads_as("list(int64)", "[]", "[]");
    assert_reads_as("list(bool)", "[true,false]", "[true,false]");
    assert_reads_as("list(string)", "[\"\",\"[\"]", "[\"\",\"[\"]");
    assert_reads_as("list(decimal(38,1))", "[1,\"2.5\"]", "[\"1.0\",\"2.5\"]");
    assert_reads_as("list(timestamp_us with time zone)", "[\"1970-01-01\"]", "[\"1970-01-01T00:00:00Z\"]");
    assert_reads_as("list(int64)", "null", "null");
}

static void maps_are_objects_with_their_keys_ascending(void **state)
{
    UNUSED(state);
    assert_reads_as("map(string,float64)", "{\"b\":1,\"a\":null}", "{\"a\":null,\"b\":1.0}");
    assert_reads_as("map(int64,string)", "{\"10\":\"x\",\"9\":\"y\",\"-1\":\"\"}",
                    "{\"-1\":\"\",\"9\":\"y\",\"10\":\"x\"}");
    assert_reads_as("map(bool,int64)", "{\"true\":1,\"false\":0}", "{\"false\":0,\"true\":1}");
    assert_reads_as("map(timestamp_us with time zone,bool)", "{\"2016-01-22\":true}",
                    "{\"2016-01-22T00:00:00Z\":true}");
    assert_reads_as("map(string,int64)", "{}", "{}");
}

static void wrong_values_are_refused_where_they_stand(void **state)
{
    UNUSED(state);
    static const struct {
        const char *type;
        const char *text;
        const char *error;
    } CASES[] = {
        {"list(int64)", "{}", "request:1:1: input 'x' is a list, this is a map"},
        {"list(int64)", "[1, 2.5]", "request:1:5: input 'x' is an integer, this is a number"},
        {"list(int64)", "[[1]]", "request:1:2: input 'x' is an integer, this is a list"},
        {"map(string,bool)", "[]", "input 'x' is a map, this is a list"},
        {"map(string,bool)", "{\"a\": 1}", "request:1:7: input 'x' is true or false, this is an integer"},
        {"map(int64,bool)", "{\"a\": true}", "request:1:2: input 'x': "},
        {"map(int64,bool)", "{\"1\": true, \"01\": true}", "a map's key is not over the one before"},
        {"map(bool,bool)", "{\"yes\": true}", "input 'x' is of keys \"true\" and \"false\""},
        {"timestamp_us with time zone", "\"soon\"", "input 'x': "},
        {"float64", "\"one\"", "input 'x' is a number, or \"NaN\", \"Infinity\", \"-Infinity\", this is a text"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(column_deinit) Column column = {0};
        ASSERT_FAILS(value_read(CASES[i].type, str_from(CASES[i].text), &column, &err), err, ERROR_USAGE,
                     CASES[i].error);
    }
}

static bool map_round_trip(void *context, Error *err)
{
    UNUSED(context);
    AUTO(column_deinit) Column column = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(value_read("map(string,string)", STR("{\"b\":\"c\",\"a\":null}"), &column, err));
    Vector vector = column_view(&column);
    return vector_format(&vector, 0, (Str){0}, &text, err);
}

static void json_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(map_round_trip, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_read_back_from_their_json),
        cmocka_unit_test(lists_are_arrays),
        cmocka_unit_test(maps_are_objects_with_their_keys_ascending),
        cmocka_unit_test(wrong_values_are_refused_where_they_stand),
        cmocka_unit_test(json_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
