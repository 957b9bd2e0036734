/// What a request may say, and how it is told what is wrong with it: text, line, column, and the line itself.
#include "serve/request.h"

#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_frame.h"

#include <math.h>

static const char PLAN[] =
    "sources:\n"
    "  trips: {columns: {id: int64, seen: timestamp_us, zone: string}, time: seen, known: seen, key: [id]}\n"
    "views:\n"
    "  trip:\n"
    "    inputs: {km: float64, fare: \"decimal(10,2)\", shared: bool, booked: timestamp_us, day: date}\n"
    "    columns: {far: km > 3, paid: fare, both: shared, lead: booked, on: day}\n"
    "  zone: {from: trips, by: [zone, id], columns: {n: count() over 1d}}\n";

enum { NOW_US = 1000000 };

/// The plan's inputs in order: km, fare, shared, booked, day, zone, id.
static Plan plan;

static int plan_make(void **state)
{
    UNUSED(state);
    plan_text_compile(PLAN, &plan);
    return 0;
}

static int plan_drop(void **state)
{
    UNUSED(state);
    plan_deinit(&plan);
    return 0;
}

#define ROW                                                                                                            \
    "\"km\": 1.5, \"fare\": 12.3, \"shared\": true, \"booked\": \"1970-01-01T00:00:02Z\", \"day\": \"1970-01-02\", "   \
    "\"zone\": \"north\""

static void parse(const char *body, Request *out)
{
    Error err = {0};
    ASSERT_OK(request_parse(&plan, str_from(body), NOW_US, out, &err), err);
}

static void expect_error(const char *body, const char *text)
{
    Error err = {0};
    Request request = {0};
    assert_false(request_parse(&plan, str_from(body), NOW_US, &request, &err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_int_equal(request.count, 0);
}

static void a_row_has_every_type(void **state)
{
    UNUSED(state);
    AUTO(request_deinit) Request request = {0};
    parse("{\"inputs\": {" ROW ", \"id\": 7}}", &request);
    ASSERT_FRAME(&request.inputs, "km float64, fare decimal(38,2), shared bool, booked timestamp_us with time zone, "
                                  "day timestamp_us with time zone, zone string, id int64\n"
                                  "1.5|12.30|true|1970-01-01 00:00:02Z|1970-01-02 00:00:00Z|north|7\n");
    assert_int_equal(request.count, 1);
    assert_int_equal(request.at[0], NOW_US);
}

static void null_is_a_value_of_every_type(void **state)
{
    UNUSED(state);
    AUTO(request_deinit) Request request = {0};
    parse("{\"inputs\": {\"km\": null, \"fare\": null, \"shared\": null, \"booked\": null, \"day\": null, "
          "\"zone\": null, \"id\": null}, \"at\": null}",
          &request);
    for (size_t i = 0; i < plan.input_count; i++) {
        Vector vector = frame_vector(&request.inputs, i);
        assert_false(vector_is_valid(&vector, 0));
    }
    assert_int_equal(request.at[0], NOW_US);
}

static double parsed_km(const char *value)
{
    AUTO(request_deinit) Request request = {0};
    AUTO(bytes_deinit) Bytes body = {0};
    Error err = {0};
    ASSERT_OK(bytes_append_format(&body, &err,
                                  "{\"inputs\": {\"km\": %s, \"fare\": null, \"shared\": null, \"booked\": null, "
                                  "\"day\": null, \"zone\": null, \"id\": null}}%c",
                                  value, 0),
              err);
    parse((const char *)body.data, &request);
    Vector vector = frame_vector(&request.inputs, 0);
    return vector.values.floats[0];
}

static void numbers_that_json_cannot_write_are_texts(void **state)
{
    UNUSED(state);
    assert_true(isnan(parsed_km("\"NaN\"")));
    assert_true(parsed_km("\"Infinity\"") == INFINITY);
    assert_true(parsed_km("\"-Infinity\"") == -INFINITY);
    assert_true(parsed_km("9007199254740993") == 9007199254740992.0);
    assert_true(parsed_km("0.1") == 0.1);
    assert_true(signbit(parsed_km("-0.0")) != 0);
}

static void several_rows_are_a_list(void **state)
{
    UNUSED(state);
    AUTO(request_deinit) Request request = {0};
    parse("{\"at\": \"1970-01-01T00:00:05Z\", \"inputs\": [{" ROW ", \"id\": 1}, {" ROW ", \"id\": 2}]}", &request);
    assert_int_equal(request.count, 2);
    assert_int_equal(request.inputs.row_count, 2);
    assert_int_equal(request.at[0], 5000000);
    assert_int_equal(request.at[1], 5000000);
}

static void each_row_may_have_its_own_instant(void **state)
{
    UNUSED(state);
    AUTO(request_deinit) Request request = {0};
    parse("{\"at\": [\"1970-01-01T00:00:05Z\", \"1970-01-01T01:00:00.0000015+01:00\"],"
          " \"inputs\": [{" ROW ", \"id\": 1}, {" ROW ", \"id\": 2}]}",
          &request);
    assert_int_equal(request.at[0], 5000000);
    assert_int_equal(request.at[1], 1); // rounds down
}

static void a_body_must_be_an_object_with_inputs(void **state)
{
    UNUSED(state);
    expect_error("", "request:1:1: expected a value, found the end\n  \n  ^");
    expect_error("[1]", "request:1:1: a request is {\"inputs\": {...}, \"at\": ...}\n  [1]\n  ^");
    expect_error("{}", "request:1:1: 'inputs' is missing\n  {}\n  ^");
    expect_error("{\"input\": {}}", "request:1:2: unknown key 'input'; did you mean 'inputs'?\n"
                                    "  {\"input\": {}}\n   ^");
    expect_error("{\"inputs\": 3}", "request:1:12: inputs are an object of names and values, this is an integer\n"
                                    "  {\"inputs\": 3}\n             ^");
    expect_error("{\"inputs\": {}\n", "request:2:1: expected ',' or '}', found the end\n  \n  ^");
}

static void every_input_must_be_there_and_nothing_else(void **state)
{
    UNUSED(state);
    expect_error("{\"inputs\": {\n" ROW "}}", "request:1:12: input 'id' is missing (null states that it is not known)\n"
                                              "  {\"inputs\": {\n             ^");
    expect_error("{\"inputs\": {\n \"kn\": 1}}",
                 "request:2:2: unknown key 'kn'; did you mean 'km'?\n   \"kn\": 1}}\n   ^");
    expect_error("{\"inputs\": {\"id\": 1,\n \"id\": 2}}",
                 "request:2:2: key 'id' stands here twice\n   \"id\": 2}}\n   ^");
    expect_error("{\"inputs\": [{" ROW ", \"id\": 1},\n7]}",
                 "request:2:1: inputs are an object of names and values, this is an integer\n  7]}\n  ^");
}

/// `field` stands on a line of its own.
static void expect_value_error(const char *field, const char *text)
{
    AUTO(bytes_deinit) Bytes body = {0};
    AUTO(bytes_deinit) Bytes expected = {0};
    Error err = {0};
    static const char *const names[] = {"km", "fare", "shared", "booked", "day", "zone", "id"};
    ASSERT_OK(bytes_append_format(&body, &err, "{\"inputs\": {%s", "\n"), err);
    ASSERT_OK(bytes_append_str(&body, str_from(field), &err), err);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strncmp(field + 1, names[i], strlen(names[i])) != 0)
            ASSERT_OK(bytes_append_format(&body, &err, ",\n\"%s\": null", names[i]), err);
    ASSERT_OK(bytes_append_format(&body, &err, "}}%c", 0), err);
    size_t column = strlen(field) - strlen(strchr(field, ':')) + 3;
    ASSERT_OK(bytes_append_format(&expected, &err, "request:2:%zu: %s\n  %s,\n  %*s^%c", column, text, field,
                                  (int)column - 1, "", 0),
              err);
    expect_error((const char *)body.data, (const char *)expected.data);
}

static void values_have_the_types_of_the_plan(void **state)
{
    UNUSED(state);
    expect_value_error("\"km\": \"far\"",
                       "input 'km' is a number, or \"NaN\", \"Infinity\", \"-Infinity\", this is a text");
    expect_value_error("\"km\": true", "input 'km' is a number, this is a boolean");
    expect_value_error("\"shared\": 1", "input 'shared' is true or false, this is an integer");
    expect_value_error("\"zone\": 1", "input 'zone' is a text, this is an integer");
    expect_value_error("\"zone\": []", "input 'zone' is a text, this is a list");
    expect_value_error("\"id\": 1.0", "input 'id' is an integer, this is a number");
    expect_value_error("\"id\": \"1\"", "input 'id' is an integer, this is a text");
    expect_value_error("\"booked\": 5",
                       "input 'booked' is an instant such as \"2024-03-01T10:00:00Z\", this is an integer");
    expect_value_error("\"fare\": true", "input 'fare' is a decimal, this is a boolean");
}

static void values_that_do_not_fit_are_said_to(void **state)
{
    UNUSED(state);
    Error err = {0};
    Request request = {0};
    const char *instant = "{\"inputs\": {" ROW ", \"id\": 1}, \"at\": \"2016-13-01\"}";
    ASSERT_FAILS(request_parse(&plan, str_from(instant), 0, &request, &err), err, ERROR_USAGE,
                 "'at' is an instant such as \"2024-03-01T10:00:00Z\", or a list of one per row: ");
    const char *large = "{\"inputs\": {" ROW ", \"id\": 9223372036854775808}}";
    ASSERT_FAILS(request_parse(&plan, str_from(large), 0, &request, &err), err, ERROR_USAGE, "9223372036854775808");
    const char *decimal = "{\"inputs\": {\"km\": 1, \"fare\": \"12.345\"}}";
    ASSERT_FAILS(request_parse(&plan, str_from(decimal), 0, &request, &err), err, ERROR_USAGE, "input 'fare': ");
    const char *number = "{\"inputs\": {\"km\": 1e999}}";
    ASSERT_FAILS(request_parse(&plan, str_from(number), 0, &request, &err), err, ERROR_USAGE, "1e999");
    const char *day = "{\"inputs\": {\"km\": 1, \"fare\": 1, \"shared\": null, \"booked\": \"soon\"}}";
    ASSERT_FAILS(request_parse(&plan, str_from(day), 0, &request, &err), err, ERROR_USAGE, "input 'booked': ");
}

static void instants_are_one_or_one_per_row(void **state)
{
    UNUSED(state);
    expect_error("{\"inputs\": {" ROW ", \"id\": 1},\n\"at\": []}",
                 "request:2:7: 'at' has 0 instants for 1 rows\n  \"at\": []}\n        ^");
    expect_error("{\"inputs\": {" ROW ", \"id\": 1},\n\"at\": 12}",
                 "request:2:7: 'at' is an instant such as \"2024-03-01T10:00:00Z\", or a list of one per row\n"
                 "  \"at\": 12}\n        ^");
    expect_error("{\"inputs\": {" ROW ", \"id\": 1},\n\"at\": [null]}",
                 "request:2:8: 'at' is an instant such as \"2024-03-01T10:00:00Z\", or a list of one per row\n"
                 "  \"at\": [null]}\n         ^");
}

static void rows_have_a_limit(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes body = {0};
    Error err = {0};
    Request request = {0};
    ASSERT_OK(bytes_append_str(&body, STR("{\"inputs\": [0"), &err), err);
    for (int i = 0; i < REQUEST_ROWS_MAX; i++) ASSERT_OK(bytes_append_str(&body, STR(",0"), &err), err);
    ASSERT_OK(bytes_append_str(&body, STR("]}"), &err), err);
    ASSERT_FAILS(request_parse(&plan, bytes_str(&body), 0, &request, &err), err, ERROR_USAGE,
                 "request:1:12: 10001 rows of inputs; 1 to 10000 can be asked for at once");
    expect_error("{\"inputs\": []}", "request:1:12: 0 rows of inputs; 1 to 10000 can be asked for at once\n"
                                     "  {\"inputs\": []}\n             ^");
}

static bool parse_once(void *context, Error *err)
{
    AUTO(request_deinit) Request request = {0};
    return request_parse(&plan, str_from(context), NOW_US, &request, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    char body[] =
        "{\"at\": [\"1970-01-01\", \"1970-01-02\"], \"inputs\": [{" ROW ", \"id\": 1}, {" ROW ", \"id\": null}]}";
    for_each_allocation_failure(parse_once, body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_every_type),
        cmocka_unit_test(null_is_a_value_of_every_type),
        cmocka_unit_test(numbers_that_json_cannot_write_are_texts),
        cmocka_unit_test(several_rows_are_a_list),
        cmocka_unit_test(each_row_may_have_its_own_instant),
        cmocka_unit_test(a_body_must_be_an_object_with_inputs),
        cmocka_unit_test(every_input_must_be_there_and_nothing_else),
        cmocka_unit_test(values_have_the_types_of_the_plan),
        cmocka_unit_test(values_that_do_not_fit_are_said_to),
        cmocka_unit_test(instants_are_one_or_one_per_row),
        cmocka_unit_test(rows_have_a_limit),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, plan_make, plan_drop);
}
