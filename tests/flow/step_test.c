#include "flow/step.h"
#include "support/test.h"

static void a_request_comes_back_as_written(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(step_request_deinit) StepRequest read = {0};
    StepArtifact inputs[] = {
        {.name = STR("trips"), .path = STR("/a/b"), .digest = {.bytes = {1}}, .logical = {.bytes = {2}}}};
    StepArtifact outputs[] = {{.name = STR("table"), .path = STR("/c")}, {.name = STR("report"), .path = STR("/d")}};
    StepRequest written = {.run = STR("17"),
                           .step = STR("clean"),
                           .kind = STR("command"),
                           .attempt = 3,
                           .seed = -7,
                           .as_of_us = 99,
                           .threads = 4,
                           .memory_bytes = (uint64_t)1 << 40,
                           .checkpoint = STR("/e"),
                           .inputs = inputs,
                           .input_count = 1,
                           .outputs = outputs,
                           .output_count = 2};
    ASSERT_OK(step_request_encode(&written, STR("{\"depth\":6}"), &text, &err), err);
    ASSERT_OK(step_request_decode(STR("step.json"), bytes_str(&text), &read, &err), err);
    ASSERT_STR(read.run, "17");
    ASSERT_STR(read.step, "clean");
    ASSERT_STR(read.kind, "command");
    ASSERT_STR(read.checkpoint, "/e");
    assert_int_equal(read.attempt, 3);
    assert_int_equal(read.seed, -7);
    assert_int_equal(read.as_of_us, 99);
    assert_int_equal(read.threads, 4);
    assert_int_equal(read.memory_bytes, (uint64_t)1 << 40);
    assert_int_equal(node_count(read.params), 1);

    const StepArtifact *input = NULL;
    Str path = {0};
    ASSERT_OK(step_input(&read, STR("trips"), &input, &err), err);
    ASSERT_STR(input->path, "/a/b");
    assert_int_equal(input->digest.bytes[0], 1);
    assert_int_equal(input->logical.bytes[0], 2);
    ASSERT_OK(step_output(&read, STR("report"), &path, &err), err);
    ASSERT_STR(path, "/d");
    ASSERT_FAILS(step_input(&read, STR("trip"), &input, &err), err, ERROR_NOT_FOUND, "did you mean 'trips'");
    ASSERT_FAILS(step_output(&read, STR("nothing like it"), &path, &err), err, ERROR_NOT_FOUND, "no output");
}

static void a_bad_request_is_refused(void **state)
{
    UNUSED(state);
    static const char *const BAD[] = {
        "",
        "[]",
        "{}",
        "{\"params\": {}, \"run\": 1}",
        "{\"params\": {}, \"inputs\": {\"a\": {\"path\": \"x\"}}}",
        "{\"params\": {}, \"inputs\": {\"a\": {\"path\": \"x\", \"digest\": \"zz\", \"logical\": \"zz\"}}}",
        "{\"params\": {}, \"outputs\": {\"a\": 1}}",
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Error err = {0};
        StepRequest request = {0};
        assert_false(step_request_decode(STR("step.json"), str_from(BAD[i]), &request, &err));
        assert_int_not_equal(err.kind, ERROR_NONE);
        assert_null(request.params);
    }
}

static void a_result_comes_back_as_written(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(step_result_deinit) StepResult read = {0};
    StepValue values[] = {{.name = STR("rmse"), .json = STR("0.25")},
                          {.name = STR("verdict"), .json = STR("\"passed\"")}};
    StepArtifact logicals[] = {{.name = STR("table"), .logical = {.bytes = {5}}}};
    StepResult written = {
        .values = values, .value_count = 2, .logicals = logicals, .logical_count = 1, .message = STR("fine")};
    ASSERT_OK(step_result_encode(&written, &text, &err), err);
    ASSERT_OK(step_result_decode(STR("result.json"), bytes_str(&text), &read, &err), err);
    assert_int_equal(read.value_count, 2);
    ASSERT_STR(read.values[0].name, "rmse");
    ASSERT_STR(read.values[0].json, "0.25");
    ASSERT_STR(read.values[1].json, "\"passed\"");
    assert_int_equal(read.logical_count, 1);
    assert_int_equal(read.logicals[0].logical.bytes[0], 5);
    ASSERT_STR(read.message, "fine");
}

static void all_of_a_result_is_optional(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(step_result_deinit) StepResult read = {0};
    ASSERT_OK(step_result_decode(STR("result.json"), STR("{}"), &read, &err), err);
    assert_int_equal(read.value_count + read.logical_count + read.message.size, 0);
}

static void a_bad_result_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    StepResult read = {0};
    ASSERT_FAILS(step_result_decode(STR("result.json"), STR("{\"valeus\": {}}"), &read, &err), err, ERROR_DATA,
                 "values");
    ASSERT_FAILS(step_result_decode(STR("result.json"), STR("{\"values\": {\"a\": {}}}"), &read, &err), err, ERROR_DATA,
                 "scalar");
    ASSERT_FAILS(step_result_decode(STR("result.json"), STR("{\"values\": [1]}"), &read, &err), err, ERROR_DATA, "map");
    assert_false(step_result_decode(STR("result.json"), STR("{\"logical\": {\"a\": \"12\"}}"), &read, &err));
}

static bool decode_request(void *context, Error *err)
{
    UNUSED(context);
    AUTO(step_request_deinit) StepRequest read = {0};
    return step_request_decode(STR("step.json"), STR("{\"params\": {\"a\": [1, 2]}, \"outputs\": {\"x\": \"/x\"}}"),
                               &read, err);
}

static void decoding_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(decode_request, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_as_written), cmocka_unit_test(a_bad_request_is_refused),
        cmocka_unit_test(a_result_comes_back_as_written),  cmocka_unit_test(all_of_a_result_is_optional),
        cmocka_unit_test(a_bad_result_is_refused),         cmocka_unit_test(decoding_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
