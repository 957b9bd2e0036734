/// Answers without HTTP: features equal those of the engine in memory, bit for bit and for every type.
#include "support/test.h"

#include "number/float_order.h"
#include "serve_fixture.h"
#include "text/json.h"
#include "text/timestamp.h"

static const char PLAN[] =
    "sources:\n"
    "  trips:\n"
    "    columns: {id: int64, t: timestamp_us, zone: string, x: float64, fare: \"decimal(10,2)\", n: int64, b: bool}\n"
    "    time: t\n"
    "    known: t\n"
    "    key: [id]\n"
    "views:\n"
    "  trip: {inputs: {km: float64}, columns: {half: km / 2, third: km / 3, hour: hour(at)}}\n"
    "  zone:\n"
    "    from: trips\n"
    "    by: [zone]\n"
    "    columns: {n: count() over 1d, mean: mean(x), sum: sum(fare), last: last(zone), any: last(b), when: last(t),\n"
    "      most: max(n), ratio: mean(x) / sum(n)}\n";

static const char ROWS[] = "id int64, t timestamp_us, zone string, x float64, fare decimal(10,2), n int64, b bool\n"
                           "1|2016-01-01 00:00:00|north|0.1|1.10|1|true\n"
                           "2|2016-01-01 01:00:00|north|0.2|2.20|9223372036854775807|false\n"
                           "3|2016-01-01 01:30:00|north|0.7|-3.30|null|null\n"
                           "4|2016-01-01 02:00:00|south|NaN|null|0|true\n"
                           "5|2016-01-01 03:00:00|say \"hé\"|Infinity|99999999.99|-1|true\n";

static const char REQUESTS[] = "km float64, zone string\n"
                               "1|north\n"
                               "0.1|south\n"
                               "null|say \"hé\"\n"
                               "-0|nowhere\n"
                               "1e300|null\n";

static const char BODY[] = "{\"at\": \"%s\", \"inputs\": ["
                           "{\"km\": 1, \"zone\": \"north\"}, {\"km\": 0.1, \"zone\": \"south\"}, "
                           "{\"km\": null, \"zone\": \"say \\\"h\\u00e9\\\"\"}, {\"km\": -0.0, \"zone\": \"nowhere\"}, "
                           "{\"km\": 1e300, \"zone\": null}]}%c";

enum { REQUEST_COUNT = 5 };

/// What the test answers, without a model behind it.
static bool answer(ServeCase *test, Str body, bool predict, Bytes *out, Error *err)
{
    const ServedModel served = {.name = STR("trips@1"), .version = 1, .model = {.plan = test->plan}};
    const AnswerSource source = {
        .served = &served, .kind = serve_kind(), .online = test->online, .now_us = 1451613600000000};
    bytes_clear(out);
    return answer_rows(&source, body, predict, out, err);
}

static double double_of(const Node *node)
{
    if (node->kind == NODE_INT) return (double)node->integer;
    if (node->kind == NODE_FLOAT) return node->number;
    bool negative = str_equal(node->text, STR("-Infinity"));
    bool infinite = negative || str_equal(node->text, STR("Infinity"));
    assert_true(infinite || str_equal(node->text, STR("NaN")));
    if (!infinite) return float_nan();
    return negative ? -float_infinity() : float_infinity();
}

static bool decimal_same(const Node *node, const Vector *vector, size_t row)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    ASSERT_OK(vector_format(vector, row, (Str){0}, &text, &err), err);
    return node->kind == NODE_STRING && str_equal(node->text, bytes_str(&text));
}

static bool value_same(const Node *node, const Vector *vector, size_t row)
{
    int64_t us = 0;
    Error err = {0};
    if (!vector_is_valid(vector, row)) return node->kind == NODE_NULL;
    if (type_is_timestamp(vector->type))
        return timestamp_parse(node->text, NULL, TIMESTAMP_DOWN, &us, &err) && us == vector->values.ints[row];
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return node->kind == NODE_BOOL && node->boolean == (vector->values.bools[row] != 0);
    case STORAGE_INT:
        return node->kind == NODE_INT && node->integer == vector->values.ints[row];
    case STORAGE_FLOAT:
        return float_bits(double_of(node)) == float_bits(vector->values.floats[row]);
    case STORAGE_DECIMAL:
        return decimal_same(node, vector, row);
    case STORAGE_STRING:
        return node->kind == NODE_STRING && str_equal(node->text, vector->values.strings[row]);
    }
    return false;
}

static void check_row(const ServeCase *test, const Node *result, const Frame *features, size_t row)
{
    const Node *values = node_get(result, STR("features"));
    assert_int_equal(node_count(values), test->plan.feature_count);
    for (uint32_t i = 0; i < test->plan.feature_count; i++) {
        Vector expected = frame_vector(features, i);
        const Node *actual = node_get(values, test->plan.features[i].name);
        if (!value_same(actual, &expected, row))
            print_error("row %zu: %.*s is '%.*s'\n", row, STR_ARG(test->plan.features[i].name), STR_ARG(actual->text));
        assert_true(value_same(actual, &expected, row));
    }
}

static void check_instant(ServeCase *test, const char *at)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes body = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    int64_t instants[REQUEST_COUNT];
    Document document = {0};
    Error err = {0};
    for (size_t i = 0; i < REQUEST_COUNT; i++) instants[i] = test_instant(at);
    frame_text_read(REQUESTS, &inputs);
    ASSERT_OK(engine_evaluate(test->engine, &inputs, instants, &features, NULL, &err), err);
    ASSERT_OK(bytes_append_format(&body, &err, BODY, at, 0), err);
    ASSERT_OK(answer(test, str_slice(bytes_str(&body), 0, body.size - 1), false, &out, &err), err);
    ASSERT_OK(json_parse(STR("answer"), bytes_str(&out), &arena, &document, &err), err);
    const Node *results = node_get(document.root, STR("results"));
    assert_int_equal(node_count(results), REQUEST_COUNT);
    for (size_t i = 0; i < REQUEST_COUNT; i++) check_row(test, node_at(results, i), &features, i);
}

static void features_are_the_bits_of_the_engine(void **state)
{
    AUTO(serve_case_deinit) ServeCase test = {0};
    serve_case_init(&test, state, PLAN, ROWS);
    check_instant(&test, "2015-12-31T00:00:00Z");
    check_instant(&test, "2016-01-01T00:00:00.000001Z");
    check_instant(&test, "2016-01-01T01:10:00Z");
    check_instant(&test, "2016-01-01T12:00:00Z");
    check_instant(&test, "2017-01-01T00:00:00Z");
}

static void an_answer_says_model_instant_and_which_entities_are_known(void **state)
{
    AUTO(serve_case_deinit) ServeCase test = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Error err = {0};
    serve_case_init(
        &test, state,
        "sources:\n  trips: {columns: {id: int64, t: timestamp_us, x: float64}, time: t, known: t, key: [id]}\n"
        "views:\n  v: {from: trips, by: [id], columns: {n: count() over 1h, x: last(x)}}\n",
        "id int64, t timestamp_us, x float64\n1|2016-01-01 00:00:00|0.5\n");
    ASSERT_OK(answer(&test, STR("{\"inputs\": [{\"id\": 1}, {\"id\": 2}]}"), false, &out, &err), err);
    ASSERT_STR(
        bytes_str(&out),
        "{\"model\":\"trips@1\",\"results\":["
        "{\"at\":\"2016-01-01T02:00:00Z\",\"features\":{\"v.n\":0,\"v.x\":0.5},\"entities\":{\"v\":\"known\"}},"
        "{\"at\":\"2016-01-01T02:00:00Z\",\"features\":{\"v.n\":0,\"v.x\":null},\"entities\":{\"v\":\"unknown\"}}]}");
}

static void a_wrong_request_is_the_callers_error(void **state)
{
    AUTO(serve_case_deinit) ServeCase test = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Error err = {0};
    serve_case_init(&test, state, PLAN, ROWS);
    ASSERT_FAILS(answer(&test, STR("{\"inputs\": {}}"), false, &out, &err), err, ERROR_USAGE, "input 'km' is missing");
}

static void errors_have_kind_and_text(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes out = {0};
    Error shown = {0};
    Error err = {0};
    error_set(&shown, ERROR_USAGE, "request:1:1: \"x\"\n  ^");
    ASSERT_OK(answer_error(&shown, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "{\"error\":{\"kind\":\"usage\",\"text\":\"request:1:1: \\\"x\\\"\\n  ^\"}}");
}

static void the_model_is_described_by_inputs_and_features(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    AUTO(bytes_deinit) Bytes health = {0};
    Error err = {0};
    plan_text_compile("views:\n  v: {inputs: {a: int32, d: \"decimal(5,2)\"}, columns: {x: a, y: d > 1}}\n", &plan);
    const ServedModel served = {.name = STR("trips@1"), .model = {.plan = plan}};
    ASSERT_OK(answer_model(&served, &out, &err), err);
    Str text = bytes_str(&out);
    assert_true(str_starts(text, STR("{\"model\":\"trips@1\",\"digest\":\"0000")));
    assert_true(str_ends(text, STR("\"inputs\":[{\"name\":\"a\",\"type\":\"int64\"},{\"name\":\"d\",\"type\":"
                                   "\"decimal(38,2)\"}],\"features\":[{\"name\":\"v.x\",\"type\":\"int64\"},{\"name\":"
                                   "\"v.y\",\"type\":\"bool\"}]}")));
    ASSERT_OK(answer_health(&served, &health, &err), err);
    ASSERT_STR(bytes_str(&health), "{\"status\":\"ok\",\"model\":\"trips@1\"}");
}

static bool answer_once(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes out = {0};
    return answer(context, STR("{\"inputs\": [{\"km\": 1, \"zone\": \"north\"}]}"), false, &out, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    AUTO(serve_case_deinit) ServeCase test = {0};
    serve_case_init(&test, state, PLAN, ROWS);
    for_each_allocation_failure(answer_once, &test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(features_are_the_bits_of_the_engine),
        TEST_IN_DIRECTORY(an_answer_says_model_instant_and_which_entities_are_known),
        TEST_IN_DIRECTORY(a_wrong_request_is_the_callers_error),
        cmocka_unit_test(errors_have_kind_and_text),
        cmocka_unit_test(the_model_is_described_by_inputs_and_features),
        TEST_IN_DIRECTORY(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
