/// Each row of an entity is told what became of it, and all of them are told of.
#include "engine/explain.h"

#include "naive/story.h"

/// events(id, k, t, known, x): late and corrected, by id.
static void keyed(Story *story)
{
    story_begin(story);
    story_source(story, "events", "id int64, k int64, t timestamp_us, known timestamp_us, x float64, gone bool", "t",
                 "known", "id");
    story_deleted(story, "gone");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

static void explain(Story *story, int64_t at, int64_t k, const char *feature, uint32_t rows_max, Explanation *out)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame inputs = {0};
    EngineOptions options = {.threads = 1};
    Column *column = NULL;
    Error err = {0};
    ASSERT_OK(plan_compile(&story->definition, &plan, &err), err);
    assert_int_equal(plan.source_count, story->definition.source_count);
    for (size_t i = 0; i < plan.source_count; i++) frame_finish(&story->tables[i]);
    ASSERT_OK(engine_open(&plan, story->tables, &options, &engine, &err), err);
    ASSERT_OK(frame_add_column(&inputs, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    ASSERT_OK(column_push_int(column, k, &err), err);
    frame_finish(&inputs);
    ExplainQuestion question = {str_from(feature), &inputs, at, rows_max};
    ASSERT_OK(engine_explain(engine, story->tables, &question, out, &err), err);
}

static uint64_t total(const ExplainAggregate *aggregate)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < EXPLAIN_REASON_COUNT; i++) sum += aggregate->counts[i];
    return sum;
}

static void every_row_is_told_what_became_of_it(void **state)
{
    UNUSED(state);
    static const ExplainReason expected[] = {EXPLAIN_LEFT,      EXPLAIN_RETRACTED, EXPLAIN_REPLACED, EXPLAIN_COUNTED,
                                             EXPLAIN_CONDITION, EXPLAIN_NULL,      EXPLAIN_COUNTED,  EXPLAIN_LATE};
    AUTO(explanation_deinit) Explanation found = {0};
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | null");   // left the window
    story_row(&story, "2 | 7 | 100 | 100 | 2 | null"); // taken back below
    story_row(&story, "2 | 7 | 100 | 120 | 2 | true");
    story_row(&story, "3 | 7 | 101 | 101 | 4 | null"); // corrected below
    story_row(&story, "3 | 7 | 101 | 110 | 8 | null");
    story_row(&story, "4 | 7 | 102 | 102 | -1 | null"); // where
    story_row(&story, "5 | 7 | 103 | 103 | null | null");
    story_row(&story, "6 | 7 | 104 | 149 | 16 | null");
    story_row(&story, "7 | 7 | 105 | 150 | 32 | null"); // known at the instant itself
    story_row(&story, "8 | 9 | 105 | 105 | 64 | null"); // another's
    story_column(&story, "total", "sum(x) over 60us where x > 0 or x is null");
    explain(&story, 150, 7, "v.total", 20, &found);
    ASSERT_STR(found.value, "24.0");
    assert_int_equal(found.aggregate_count, 1);
    const ExplainAggregate *aggregate = &found.aggregates[0];
    assert_int_equal(aggregate->row_count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) assert_int_equal(aggregate->rows[i].reason, expected[i]);
    assert_int_equal(total(aggregate), COUNT_OF(expected));
    ASSERT_STR(aggregate->text, "sum over 60us");
    ASSERT_STR(aggregate->sources, "events");
    ASSERT_STR(aggregate->entity, "[7]");
    ASSERT_STR(aggregate->value, "24.0");
    ASSERT_STR(aggregate->rows[3].key, "{\"id\":3}");
    ASSERT_STR(aggregate->rows[3].value, "8.0");
    assert_int_equal(aggregate->rows[2].superseded, 110);
    story_end(&story);
}

static void rows_in_the_future_and_beyond_the_cap_are_told_apart(void **state)
{
    UNUSED(state);
    AUTO(explanation_deinit) Explanation capped = {0};
    AUTO(explanation_deinit) Explanation early = {0};
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | null");
    story_row(&story, "2 | 7 | 20 | 20 | 2 | null");
    story_row(&story, "3 | 7 | 30 | 30 | 4 | null");
    story_column(&story, "two", "count() over 2 rows");
    story_column(&story, "before", "sum(x) over 100us ending 15us ago");
    explain(&story, 31, 7, "v.two", 20, &capped);
    explain(&story, 31, 7, "v.before", 20, &early);
    assert_int_equal(capped.aggregates[0].rows[0].reason, EXPLAIN_CAPPED);
    assert_int_equal(capped.aggregates[0].counts[EXPLAIN_COUNTED], 2);
    assert_int_equal(capped.aggregates[0].rows[2].value.size, 0);
    assert_int_equal(early.aggregates[0].rows[0].reason, EXPLAIN_COUNTED);
    assert_int_equal(early.aggregates[0].counts[EXPLAIN_AHEAD], 2);
    story_end(&story);
}

static void only_the_last_rows_of_a_reason_are_shown_and_all_are_counted(void **state)
{
    UNUSED(state);
    AUTO(explanation_deinit) Explanation found = {0};
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | null");
    story_row(&story, "2 | 7 | 20 | 20 | 2 | null");
    story_row(&story, "3 | 7 | 30 | 30 | 4 | null");
    story_row(&story, "4 | 7 | 40 | 90 | 8 | null");
    story_column(&story, "n", "count(x)");
    explain(&story, 50, 7, "v.n", 1, &found);
    assert_int_equal(found.aggregates[0].row_count, 2);
    ASSERT_STR(found.aggregates[0].rows[0].key, "{\"id\":3}");
    ASSERT_STR(found.aggregates[0].rows[1].key, "{\"id\":4}");
    assert_int_equal(found.aggregates[0].counts[EXPLAIN_COUNTED], 3);
    assert_int_equal(found.aggregates[0].counts[EXPLAIN_LATE], 1);
    story_end(&story);
}

static void formula_has_each_of_its_aggregates_and_those_that_name_its_entity(void **state)
{
    UNUSED(state);
    AUTO(explanation_deinit) Explanation found = {0};
    Story story;
    keyed(&story);
    story_source(&story, "towns", "k int64, t timestamp_us, town string", "t", "t", "");
    story_source(&story, "rain", "town string, t timestamp_us, mm float64", "t", "t", "");
    story_row_of(&story, 0, "1 | 7 | 10 | 10 | 1 | null");
    story_row_of(&story, 1, "7 | 10 | Bath");
    story_row_of(&story, 2, "Bath | 12 | 0.5");
    story_row_of(&story, 2, "Rome | 12 | 9");
    story_column(&story, "n", "count()");
    story_view(&story, "home", "towns", "k");
    story_column(&story, "town", "last(town)");
    story_view(&story, "wet", "rain", "");
    story_link(&story, "town", "", "home.town");
    story_column(&story, "share", "sum(mm) / v.n");
    explain(&story, 20, 7, "wet.share", 20, &found);
    ASSERT_STR(found.value, "0.5");
    assert_int_equal(found.aggregate_count, 3);
    size_t named = 0;
    for (size_t i = 0; i < found.aggregate_count; i++) {
        const ExplainAggregate *aggregate = &found.aggregates[i];
        named += aggregate->names_entity;
        assert_true(aggregate->names_entity == str_equal(aggregate->view, STR("home")));
        if (str_equal(aggregate->view, STR("wet"))) ASSERT_STR(aggregate->entity, "[\"Bath\"]");
        assert_int_equal(aggregate->row_count, 1);
    }
    assert_int_equal(named, 1);
    story_end(&story);
}

static void rows_of_several_sources_name_theirs(void **state)
{
    UNUSED(state);
    AUTO(explanation_deinit) Explanation found = {0};
    Story story;
    keyed(&story);
    story_source(&story, "more", "k int64, t timestamp_us, x float64", "t", "t", "");
    story_row_of(&story, 0, "1 | 7 | 10 | 10 | 1 | null");
    story_row_of(&story, 0, "1 | 7 | 10 | 12 | 1 | true");
    story_row_of(&story, 1, "7 | 11 | 2");
    story_with(&story, "more");
    story_column(&story, "total", "sum(x)");
    explain(&story, 20, 7, "v.total", 20, &found);
    const ExplainAggregate *aggregate = &found.aggregates[0];
    ASSERT_STR(aggregate->sources, "events + more");
    assert_int_equal(aggregate->row_count, 2);
    assert_int_equal(aggregate->rows[0].reason, EXPLAIN_RETRACTED);
    assert_int_equal(aggregate->rows[0].source, 0);
    assert_int_equal(aggregate->rows[1].reason, EXPLAIN_COUNTED);
    assert_int_equal(aggregate->rows[1].source, 1);
    assert_int_equal(aggregate->rows[1].key.size, 0);
    story_end(&story);
}

static void unknown_entity_has_no_rows_and_unknown_feature_is_refused(void **state)
{
    UNUSED(state);
    AUTO(explanation_deinit) Explanation found = {0};
    AUTO(plan_deinit) Plan plan = {0};
    uint8_t needed[4] = {0};
    Error err = {0};
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | null");
    story_column(&story, "n", "count()");
    explain(&story, 20, 8, "v.n", 20, &found);
    ASSERT_STR(found.value, "0");
    assert_int_equal(found.aggregates[0].row_count, 0);
    ASSERT_OK(plan_compile(&story.definition, &plan, &err), err);
    ASSERT_OK(explain_inputs(&plan, STR("v.n"), needed, &err), err);
    assert_int_equal(needed[0], 1);
    ASSERT_FAILS(explain_inputs(&plan, STR("v.m"), needed, &err), err, ERROR_NOT_FOUND, "did you mean 'v.n'?");
    story_end(&story);
}

static bool explain_once(void *context, Error *err)
{
    const StoryAsked *asked = context;
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(explanation_deinit) Explanation found = {0};
    EngineOptions options = {.threads = 1};
    ExplainQuestion question = {STR("v.total"), &asked->inputs, 150, 20};
    TRY(engine_open(asked->plan, asked->story->tables, &options, &engine, err));
    return engine_explain(engine, asked->story->tables, &question, &found, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    StoryAsked asked = {0};
    Story story;
    keyed(&story);
    story_row(&story, "2 | 7 | 100 | 100 | 2 | null");
    story_row(&story, "2 | 7 | 100 | 120 | 2 | true");
    story_row(&story, "3 | 7 | 101 | 101 | 4 | null");
    story_row(&story, "3 | 7 | 101 | 110 | 8 | null");
    story_row(&story, "7 | 7 | 105 | 150 | 32 | null");
    story_column(&story, "total", "sum(x) over 60us where x > 0");
    story_ask(&story, 7, &plan, &asked);
    for_each_allocation_failure(explain_once, &asked);
    frame_deinit(&asked.inputs);
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_allocation_is_an_error),
        cmocka_unit_test(every_row_is_told_what_became_of_it),
        cmocka_unit_test(rows_in_the_future_and_beyond_the_cap_are_told_apart),
        cmocka_unit_test(only_the_last_rows_of_a_reason_are_shown_and_all_are_counted),
        cmocka_unit_test(formula_has_each_of_its_aggregates_and_those_that_name_its_entity),
        cmocka_unit_test(rows_of_several_sources_name_theirs),
        cmocka_unit_test(unknown_entity_has_no_rows_and_unknown_feature_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
