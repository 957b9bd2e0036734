/// Typed outputs, values and parameters: checked where they are made, handed to who reads them, and part of keys.
#include "flow_fixture.h"

static const FlowOutput TYPED[] = {{{"data", 4}, FLOW_FILE, {"data.bin", 8}},
                                   {{"report", 6}, FLOW_FOLDER, {0}},
                                   {{"clean", 5}, FLOW_TABLE, {"clean.csv", 9}},
                                   {{"rows", 4}, FLOW_INT, {0}},
                                   {{"share", 5}, FLOW_FLOAT, {0}},
                                   {{"ok", 2}, FLOW_BOOL, {0}},
                                   {{"best", 4}, FLOW_TEXT, {0}},
                                   {{"parts", 5}, FLOW_LIST, {0}}};

static const char GOOD[] = "echo 1 > $PAWL_OUTPUT_DATA; mkdir $PAWL_OUTPUT_REPORT; echo 1 > $PAWL_OUTPUT_REPORT/a; "
                           "echo a > $PAWL_OUTPUT_CLEAN; ";
static const char VALUES[] =
    "echo '{\"values\":{\"rows\":7,\"share\":0.5,\"ok\":true,\"best\":\"a b\",\"parts\":[1,\"x\"]}}' > $PAWL_RESULT; ";

static FlowStep *typed_step(Fixture *fixture, const char *script)
{
    FlowStep *step = fixture_step(fixture, "step", script);
    step->outputs = TYPED;
    step->output_count = COUNT_OF(TYPED);
    return step;
}

static void assert_fails(void **state, const char *after, const char *message)
{
    AUTO(fixture_deinit) Fixture fixture;
    char script[2000];
    fixture_init(&fixture, state);
    (void)snprintf(script, sizeof(script), "%s%s%s", GOOD, VALUES, after);
    (void)typed_step(&fixture, script);
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, message);
}

static void what_is_of_its_type_is_committed(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    char script[2000];
    fixture_init(&fixture, state);
    (void)snprintf(script, sizeof(script), "%s%s[ -z \"$PAWL_OUTPUT_ROWS\" ]", GOOD, VALUES);
    (void)typed_step(&fixture, script);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_step_record(&fixture, "step")->output_count, 3);
    assert_int_equal(fixture_step_record(&fixture, "step")->value_count, 5);
}

/// flow.md 16.
static void what_is_not_of_its_type_fails_the_step_and_is_named(void **state)
{
    assert_fails(state, "rm $PAWL_OUTPUT_DATA", "output 'data' was not made");
    assert_fails(state, "rm $PAWL_OUTPUT_DATA; mkdir $PAWL_OUTPUT_DATA; touch $PAWL_OUTPUT_DATA/x",
                 "output 'data' is a folder, not a file");
    assert_fails(state, ": > $PAWL_OUTPUT_DATA", "output 'data' is empty");
    assert_fails(state, "rm -r $PAWL_OUTPUT_REPORT; echo 1 > $PAWL_OUTPUT_REPORT",
                 "output 'report' is a file, not a folder");
    assert_fails(state, "rm $PAWL_OUTPUT_REPORT/a", "output 'report' is empty");
    assert_fails(state, "sed -i s/:7/:7.5/ $PAWL_RESULT", "output 'rows' must be of type int, and is 7.5");
    assert_fails(state, "sed -i s/:7/:null/ $PAWL_RESULT", "output 'rows' must be of type int, and is null");
    assert_fails(state, "sed -i s/true/1/ $PAWL_RESULT", "output 'ok' must be of type bool, and is 1");
    assert_fails(state, "sed -i s/0.5/true/ $PAWL_RESULT", "output 'share' must be of type float, and is true");
    assert_fails(state, "sed -i 's/\"a b\"/[]/' $PAWL_RESULT", "output 'best' must be of type text, and is []");
    assert_fails(state, "sed -i 's/\\[.*\\]/3/' $PAWL_RESULT", "output 'parts' must be of type list, and is 3");
    assert_fails(state, "rm $PAWL_RESULT",
                 "output 'rows' was not given: \"values\" of result.json has none of that name");
}

/// Rows without their order; a table begins with a letter.
static bool digest_of_rows(void *context, Str path, Str file, Digest *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    size_t counts[256] = {0};
    *(Str *)context = file;
    TRY(disk_read(disk_system(), path, 1 << 20, &bytes, err));
    if (bytes.data[0] < 'a') return error_set(err, ERROR_DATA, "line 1: no letter");
    for (size_t i = 0; i < bytes.size; i++) counts[bytes.data[i]]++;
    return digest_of((Str){(const char *)counts, sizeof(counts)}, out, err);
}

/// flow.md 19: the same rows in other bytes.
static void readers_of_a_table_depend_on_its_rows(void **state)
{
    static const FlowOutput TABLE[] = {{{"out", 3}, FLOW_TABLE, {"rows.csv", 8}}};
    AUTO(fixture_deinit) Fixture fixture;
    Str file = {0};
    fixture_init(&fixture, state);
    fixture.options.table_digest = digest_of_rows;
    fixture.options.table_digest_context = &file;
    FlowStep *first = fixture_step(&fixture, "first", "printf 'a\\nb\\n' > $PAWL_OUTPUT_OUT");
    first->outputs = TABLE;
    FlowStep *second = fixture_step(&fixture, "second", "ran second; cat $PAWL_INPUT_FIRST > $PAWL_OUTPUT_OUT");
    fixture_read(&fixture, second, "first");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(file, "rows.csv");

    first->argv = fixture_step(&fixture, "x", "printf 'b\\na\\n' > $PAWL_OUTPUT_OUT")->argv;
    fixture.flow.step_count--;
    fixture_run(&fixture, STEP_DONE);
    fixture_assert_state(&fixture, "first", STEP_DONE);
    fixture_assert_state(&fixture, "second", STEP_CACHED);

    first->argv = fixture_step(&fixture, "x", "echo 7 > $PAWL_OUTPUT_OUT")->argv;
    fixture.flow.step_count--;
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.message, "output 'out' is no table: line 1: no letter");
}

static void values_and_params_reach_the_reader_and_its_key(void **state)
{
    static const FlowOutput ROWS[] = {{{"rows", 4}, FLOW_INT, {0}}, {{"parts", 5}, FLOW_LIST, {0}}};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *first = fixture_step(&fixture, "first",
                                   "echo '{\"values\":{\"rows\":7,\"parts\":[\"a b\",2]}}' > $PAWL_RESULT; ran first");
    first->outputs = ROWS;
    first->output_count = 2;
    FlowStep *second = fixture_step(&fixture, "second",
                                    "ran second; echo \"$PAWL_VALUE_FIRST_ROWS $PAWL_VALUE_PARTS $PAWL_PARAM_REGION "
                                    "$PAWL_PARAM_DEEP\" > $PAWL_OUTPUT_OUT; cat $PAWL_STEP >> $PAWL_OUTPUT_OUT");
    second->params = STR("{\"deep\":[1.5],\"region\":\"e u\"}");
    second->input_count = 2;
    fixture.inputs[1][0] = (FlowInput){STR("first.rows"), STR("first"), STR("rows")};
    fixture.inputs[1][1] = (FlowInput){STR("parts"), STR("first"), STR("parts")};
    fixture_run(&fixture, STEP_DONE);
    Str text = fixture_output(&fixture, "second");
    assert_true(str_starts(text, STR("7 [\"a b\",2] e u [1.5]\n")));
    assert_non_null(strstr(text.data, "\"values\":{\"first.rows\":7,\"parts\":[\"a b\",2]}"));

    first->params = STR("{\"again\":1}");
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    assert_int_equal(fixture_ran(&fixture, "second"), 1);

    first->argv = fixture_step(&fixture, "x", "echo '{\"values\":{\"rows\":8,\"parts\":[]}}' > $PAWL_RESULT")->argv;
    fixture.flow.step_count--;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "second"), 2);
    assert_non_null(strstr(fixture_step_record(&fixture, "second")->reason.data, "inputs.first.rows.value: 7 -> 8"));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_is_of_its_type_is_committed),
        TEST_IN_DIRECTORY(what_is_not_of_its_type_fails_the_step_and_is_named),
        TEST_IN_DIRECTORY(readers_of_a_table_depend_on_its_rows),
        TEST_IN_DIRECTORY(values_and_params_reach_the_reader_and_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
