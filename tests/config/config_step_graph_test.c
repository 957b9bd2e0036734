/// What of a step shapes the graph.
#include "config_fixture.h"

static void outputs_have_types(void **state)
{
    UNUSED(state);
    CONFIG_OF(
        config,
        STEP("run: x, outputs: {clean: {table: clean.parquet}, report: {folder: report}, log: {file: log.txt}, any: "
             "any.bin, rows: {value: int}, parts: {value: list}}"),
        CONFIG_STEPS);
    static const FlowType TYPES[] = {FLOW_TABLE, FLOW_FOLDER, FLOW_FILE, FLOW_PATH, FLOW_INT, FLOW_LIST};
    const ConfigStep *step = &config.steps[0];
    assert_int_equal(step->output_count, COUNT_OF(TYPES));
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) assert_int_equal(step->outputs[i].type, TYPES[i]);
    ASSERT_STR(step->outputs[0].file, "clean.parquet");
    ASSERT_STR(step->outputs[4].name, "rows");
}

static void a_wrong_type_is_told_with_its_place(void **state)
{
    UNUSED(state);
    expect_error_at(STEP("run: x, outputs: {t: {value: integer}}"), CONFIG_STEPS, 2, 40,
                    "unknown value 'integer'; known are: bool, int, float, text, list");
    expect_error_at(STEP("run: x, outputs: {t: {fiel: a}}"), CONFIG_STEPS, 2, 33,
                    "unknown key 'fiel'; did you mean 'file'?");
    expect_error_at(STEP("run: x, outputs: {t: {file: a, table: b}}"), CONFIG_STEPS, 2, 32,
                    "an output is one of {file: NAME}, {folder: NAME}, {table: NAME}, {value: TYPE}");
    expect_error_at(STEP("run: x, outputs: {t: {folder: a/b}}"), CONFIG_STEPS, 2, 41,
                    "'a/b' cannot name an output: a file or folder name without '/', made in the step's own directory");
}

static void params_are_canonical_json(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              "pipeline: p\nparameters: {rows: 300, name: eu}\n"
              "steps:\n  clean:\n    run: x\n    params:\n      rate: 0.10\n      deep: [1, {b: 2, a: 1}]\n"
              "      rows: '${rows}'\n      count: ${rows}\n      name: ${name}\n",
              CONFIG_STEPS | CONFIG_PARAMETERS);
    ASSERT_STR(config.steps[0].params,
               "{\"count\":300,\"deep\":[1,{\"a\":1,\"b\":2}],\"name\":\"eu\",\"rate\":0.1,\"rows\":\"300\"}");
    CONFIG_OF(none, STEP("run: x"), CONFIG_STEPS);
    ASSERT_STR(none.steps[0].params, "{}");
    expect_error_at(STEP("run: x, params: [a]"), CONFIG_STEPS, 2, 27, "expected a map, found a list");
}

static void conditions_and_handlers(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP("run: x, when: \"a.b in ['x', 'y']\", optional: true, on: failure, after: a"), CONFIG_STEPS);
    ASSERT_STR(config.steps[0].when, "a.b in ['x', 'y']");
    assert_true(config.steps[0].optional);
    assert_int_equal(config.steps[0].on, ON_FAILURE);
    expect_error_at(STEP("run: x, on: never"), CONFIG_STEPS, 2, 23,
                    "unknown value 'never'; known are: success, failure, always");
    expect_error_at(STEP("run: x, on: always, inputs: [a.b]"), CONFIG_STEPS, 2, 23,
                    "a step that handles an end has no inputs: what they name may not be there");
    expect_error_at(STEP("run: x, when: a.b >"), CONFIG_STEPS, 2, 25, "when:1:6: a value is missing here");
}

static void steps_are_repeated_over_lists(void **state)
{
    UNUSED(state);
    CONFIG_OF(named, STEP("run: x, foreach: {item: part, in: ingest.trips.parts}"), CONFIG_STEPS);
    ASSERT_STR(named.steps[0].foreach->item, "part");
    ASSERT_STR(named.steps[0].foreach->step, "ingest.trips");
    ASSERT_STR(named.steps[0].foreach->value, "parts");
    CONFIG_OF(stated, STEP("run: x, foreach: {in: [1, a]}"), CONFIG_STEPS);
    ASSERT_STR(stated.steps[0].foreach->item, "item");
    ASSERT_STR(stated.steps[0].foreach->values, "[1,\"a\"]");
    expect_error_at(STEP("run: x, foreach: {in: parts}"), CONFIG_STEPS, 2, 33,
                    "'in' is a list, or a value written as step.value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_have_types),
        cmocka_unit_test(a_wrong_type_is_told_with_its_place),
        cmocka_unit_test(params_are_canonical_json),
        cmocka_unit_test(conditions_and_handlers),
        cmocka_unit_test(steps_are_repeated_over_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
