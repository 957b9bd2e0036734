#include "text/json_writer.h"

#include <math.h>

#include "support/test.h"
#include "text/json.h"

static bool write_example(JsonWriter *json, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("name"), STR("tr\"ip\n\x01é"), err));
    TRY(json_field_int(json, STR("least"), INT64_MIN, err));
    TRY(json_field_uint(json, STR("most"), UINT64_MAX, err));
    TRY(json_field_double(json, STR("share"), 0.1, err));
    TRY(json_field_bool(json, STR("done"), true, err));
    TRY(json_field_null(json, STR("none"), err));
    TRY(json_field_array(json, STR("list"), err));
    TRY(json_double(json, 1, err));
    TRY(json_raw(json, STR("[7]"), err));
    TRY(json_array_begin(json, err));
    TRY(json_array_end(json, err));
    TRY(json_array_end(json, err));
    TRY(json_field_object(json, STR("empty"), err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

static void compact_has_no_white_space(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    ASSERT_OK(write_example(&json, &err), err);
    ASSERT_STR(bytes_str(&out), "{\"name\":\"tr\\\"ip\\n\\u0001é\",\"least\":-9223372036854775808,"
                                "\"most\":18446744073709551615,\"share\":0.1,\"done\":true,\"none\":null,"
                                "\"list\":[1.0,[7],[]],\"empty\":{}}");
}

static void pretty_has_one_entry_a_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_PRETTY);
    ASSERT_OK(json_object_begin(&json, &err), err);
    ASSERT_OK(json_field_int(&json, STR("a"), 1, &err), err);
    ASSERT_OK(json_field_array(&json, STR("b"), &err), err);
    ASSERT_OK(json_str(&json, STR("x"), &err), err);
    ASSERT_OK(json_array_end(&json, &err), err);
    ASSERT_OK(json_field_object(&json, STR("c"), &err), err);
    ASSERT_OK(json_object_end(&json, &err), err);
    ASSERT_OK(json_object_end(&json, &err), err);
    ASSERT_STR(bytes_str(&out), "{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ],\n  \"c\": {}\n}");
}

static Str double_text(double value, Bytes *out)
{
    Error err = {0};
    bytes_clear(out);
    JsonWriter json = json_writer(out, JSON_COMPACT);
    ASSERT_OK(json_double(&json, value, &err), err);
    return bytes_str(out);
}

static void doubles_read_back_to_the_same_bits(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes out = {0};
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        Document document = {0};
        double value;
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&value, &seed, sizeof(value));
        if (!isfinite(value)) continue;
        ASSERT_OK(json_parse(STR("t"), double_text(value, &out), &arena, &document, &err), err);
        assert_int_equal(document.root->kind, NODE_FLOAT);
        assert_memory_equal(&document.root->number, &value, sizeof(value));
    }
    ASSERT_STR(double_text(1, &out), "1.0");
    ASSERT_STR(double_text(-0.0, &out), "-0.0");
    ASSERT_STR(double_text(0.1, &out), "0.1");
}

static void nonfinite_doubles_are_texts_or_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    ASSERT_STR(double_text((double)NAN, &out), "\"NaN\"");
    ASSERT_STR(double_text((double)INFINITY, &out), "\"Infinity\"");
    ASSERT_STR(double_text(-(double)INFINITY, &out), "\"-Infinity\"");
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    json.nonfinite_refused = true;
    ASSERT_FAILS(json_double(&json, (double)NAN, &err), err, ERROR_DATA, "NaN cannot be written as a JSON number");
}

static void a_text_that_is_not_utf8_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    ASSERT_FAILS(json_str(&json, STR("\xFF"), &err), err, ERROR_DATA, "not UTF-8");
}

static void depth_has_a_limit(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    for (int i = 0; i < NODE_DEPTH_MAX; i++) ASSERT_OK(json_array_begin(&json, &err), err);
    ASSERT_FAILS(json_array_begin(&json, &err), err, ERROR_DATA, "NODE_DEPTH_MAX");
}

static bool writer_work(void *context, Error *err)
{
    UNUSED(context);
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_PRETTY);
    return write_example(&json, err);
}

static void every_failed_allocation_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(writer_work, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_has_no_white_space),          cmocka_unit_test(pretty_has_one_entry_a_line),
        cmocka_unit_test(doubles_read_back_to_the_same_bits),  cmocka_unit_test(nonfinite_doubles_are_texts_or_refused),
        cmocka_unit_test(a_text_that_is_not_utf8_is_refused),  cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
