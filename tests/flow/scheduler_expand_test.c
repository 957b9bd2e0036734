/// Steps repeated over a list that is known only at run time.
#include "flow_fixture.h"

static const FlowOutput PARTS[] = {{{"parts", 5}, FLOW_LIST, {0}}};
static const FlowOutput MADE[] = {{{"out", 3}, FLOW_FILE, {"part.txt", 8}}, {{"size", 4}, FLOW_INT, {0}}};
static const FlowForeach EACH = {.item = {"part", 4}, .step = {"split", 5}, .value = {"parts", 5}};

static void repeated(Fixture *fixture, const char *parts, const char *script)
{
    char text[300];
    (void)snprintf(text, sizeof(text), ": ; echo '{\"values\":{\"parts\":%s}}' > $PAWL_RESULT", parts);
    FlowStep *split = fixture_step(fixture, "split", text);
    split->outputs = PARTS;
    split->output_count = 1;
    FlowStep *work = fixture_step(fixture, "work", script);
    work->outputs = MADE;
    work->output_count = 2;
    work->foreach = &EACH;
    FlowStep *all = fixture_step(fixture, "all",
                                 "ran all; ls $PAWL_INPUT_WORK > $PAWL_OUTPUT_OUT; cat $PAWL_INPUT_WORK/* >> "
                                 "$PAWL_OUTPUT_OUT || true; echo \"$PAWL_VALUE_SIZES\" >> $PAWL_OUTPUT_OUT");
    fixture_read(fixture, all, "work");
    fixture->inputs[2][all->input_count++] = (FlowInput){STR("sizes"), STR("work"), STR("size")};
}

static const char WORK[] = "ran work; echo \"<$PAWL_ITEM $PAWL_PARAM_PART>\" > $PAWL_OUTPUT_OUT; echo "
                           "\"{\\\"values\\\":{\\\"size\\\":${#PAWL_ITEM}}}\" > $PAWL_RESULT";

static void each_item_is_an_instance_and_readers_see_all_in_order(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    repeated(&fixture, "[\"b\",\"ab\",7,\"b\"]", WORK);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "all"),
               "00000.txt\n00001.txt\n00002.txt\n00003.txt\n<b b>\n<ab ab>\n<7 7>\n<b b>\n[1,2,1,1]\n");
    assert_int_equal(fixture_ran(&fixture, "work"), 3);
    fixture_assert_state(&fixture, "work[3]", STEP_CACHED);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "work"), 3);
    fixture_assert_state(&fixture, "work", STEP_CACHED);
    fixture_assert_state(&fixture, "all", STEP_CACHED);
    fixture_assert_no_orphans(&fixture);
}

static void an_empty_list_is_done_with_nothing(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    repeated(&fixture, "[]", WORK);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "all"), "[]\n");
}

static void the_others_finish_before_the_step_fails(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    repeated(&fixture, "[1,2,3]",
             "[ $PAWL_ITEM != 1 ] || exit 9; ran work; echo 1 > $PAWL_OUTPUT_OUT; echo "
             "'{\"values\":{\"size\":1}}' > $PAWL_RESULT");
    fixture_run(&fixture, STEP_FAILED);
    ASSERT_STR(fixture.outcome.failed_step, "work[0]");
    assert_int_equal(fixture_ran(&fixture, "work"), 2);
    ASSERT_STR(fixture_step_record(&fixture, "work")->message,
               "1 of 3 instances failed, the first is 'work[0]': exited with code 9");
    fixture_assert_state(&fixture, "all", STEP_SKIPPED);
}

static void a_condition_is_asked_for_each_item(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    repeated(&fixture, "[1,2,3]", WORK);
    fixture.steps[1].when = STR("item != 2");
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "all"), "00000.txt\n00002.txt\n<1 1>\n<3 3>\n[1,null,1]\n");
    fixture.steps[1].when = STR("item > 3");
    fixture_run(&fixture, STEP_DONE);
    fixture_assert_state(&fixture, "all", STEP_OMITTED);
}

static int run_repeated(void **state)
{
    Fixture fixture;
    Error err = {0};
    fixture_init(&fixture, state);
    repeated(&fixture, "[1,2,3]", WORK);
    return flow_run(&fixture.store, &fixture.flow, &fixture.options, &fixture.outcome, &err) ? 0 : 9;
}

/// The whole way of instances, killed at each of these places, at its first passings.
static void killed_anywhere_instances_are_neither_lost_nor_run_again(void **state)
{
    static const char *const PLACES[] = {"flow.before_commit", "flow.after_commit", "flow.starting",
                                         "flow.gathered",      "flow.result_added", "flow.outputs_placed"};
    UNUSED(state);
    for (int i = 0; i < 6 * 4; i++) {
        void *own = NULL;
        Fixture fixture;
        char failpoint[80];
        assert_int_equal(test_directory_setup(&own), 0);
        (void)snprintf(failpoint, sizeof(failpoint), "%s:%d", PLACES[i / 4], i % 4 + 1);
        assert_int_equal(setenv("PAWL_FAILPOINT", failpoint, 1), 0);
        (void)fixture_wait(fixture_fork(run_repeated, &own));
        assert_int_equal(unsetenv("PAWL_FAILPOINT"), 0);
        fixture_init(&fixture, &own);
        repeated(&fixture, "[1,2,3]", WORK);
        fixture_run(&fixture, STEP_DONE);
        ASSERT_STR(fixture_output(&fixture, "all"), "00000.txt\n00001.txt\n00002.txt\n<1 1>\n<2 2>\n<3 3>\n[1,1,1]\n");
        if (fixture_ran(&fixture, "work") != 3) print_error("%s\n", failpoint);
        assert_int_equal(fixture_ran(&fixture, "work"), 3);
        assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM flow_step WHERE run = 1"), 6);
        fixture_assert_no_orphans(&fixture);
        fixture_deinit(&fixture);
        assert_int_equal(test_directory_teardown(&own), 0);
    }
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(each_item_is_an_instance_and_readers_see_all_in_order),
        TEST_IN_DIRECTORY(an_empty_list_is_done_with_nothing),
        TEST_IN_DIRECTORY(the_others_finish_before_the_step_fails),
        TEST_IN_DIRECTORY(a_condition_is_asked_for_each_item),
        TEST_IN_DIRECTORY(killed_anywhere_instances_are_neither_lost_nor_run_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
