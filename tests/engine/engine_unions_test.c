/// Views over the rows of several sources: which rows count, in which order, and what they lack. StoryAsked of memory and store, one to
/// three threads, rows in any order, and of the naive interpreter.
#include "engine/engine.h"

#include "naive/story.h"

/// Payments from two systems: cards know a fee, and correct and retract by id; transfers are a multiset.
static void payments(Story *story)
{
    story_begin(story);
    story_source(story, "transfers", "k int64, t timestamp_us, amount float64", "t", "t", "");
    story_source(story, "cards",
                 "id int64, k int64, t timestamp_us, known timestamp_us, amount float64, fee int64, gone bool", "t",
                 "known", "id");
    story_deleted(story, "gone");
    story_request(story, "k int64");
    story_view(story, "v", "transfers", "k");
    story_with(story, "cards");
}

static void rows_of_all_sources_count(void **state)
{
    UNUSED(state);
    Story story;
    payments(&story);
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 0, "7 | 10 | 1"); // exact repeats count
    story_row_of(&story, 1, "1 | 7 | 12 | 15 | 4 | 2 | null");
    story_row_of(&story, 1, "1 | 7 | 12 | 25 | 8 | 2 | null"); // corrected
    story_row_of(&story, 1, "2 | 7 | 13 | 13 | 16 | 1 | null");
    story_row_of(&story, 1, "2 | 7 | 13 | 30 | 16 | 1 | true"); // taken back
    story_row_of(&story, 1, "3 | 8 | 13 | 13 | 32 | 1 | null");
    story_column(&story, "total", "sum(amount)");
    story_column(&story, "n", "count()");
    story_column(&story, "near", "sum(amount) over 5us");
    story_expect(&story, 12, "7", "v.total", "2");
    story_expect(&story, 14, "7", "v.total", "18");
    story_expect(&story, 16, "7", "v.total", "22");
    story_expect(&story, 16, "7", "v.n", "4");
    story_expect(&story, 16, "7", "v.near", "20");
    story_expect(&story, 26, "7", "v.total", "26");
    story_expect(&story, 31, "7", "v.total", "10");
    story_expect(&story, 31, "8", "v.total", "32");
    story_expect(&story, 31, "9", "v.n", "0");
    story_expect_status(&story, 31, "9", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void column_is_null_where_its_source_has_none(void **state)
{
    UNUSED(state);
    Story story;
    payments(&story);
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 1, "1 | 7 | 12 | 12 | 4 | 2 | null");
    story_column(&story, "fees", "sum(fee)");
    story_column(&story, "without", "count() where fee is null");
    story_column(&story, "not_gone", "count() where not coalesce(gone, false)");
    story_expect(&story, 13, "7", "v.fees", "2");
    story_expect(&story, 13, "7", "v.without", "1");
    story_expect(&story, 13, "7", "v.not_gone", "2");
    story_end(&story);
}

static void source_of_a_row_can_be_asked_for(void **state)
{
    UNUSED(state);
    Story story;
    payments(&story);
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 0, "7 | 14 | 2");
    story_row_of(&story, 1, "1 | 7 | 12 | 12 | 4 | 2 | null");
    story_column(&story, "by_card", "sum(amount) where source_name = 'cards'");
    story_column(&story, "first", "first(source_name)");
    story_column(&story, "last", "last(source_name)");
    story_expect(&story, 13, "7", "v.by_card", "4");
    story_expect(&story, 13, "7", "v.first", "transfers");
    story_expect(&story, 13, "7", "v.last", "cards");
    story_expect(&story, 15, "7", "v.last", "transfers");
    story_end(&story);
}

/// (time, known, source's name, key, digest).
static void ties_follow_known_then_the_sources_names(void **state)
{
    UNUSED(state);
    Story story;
    payments(&story);
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 1, "2 | 7 | 10 | 10 | 2 | 0 | null");
    story_row_of(&story, 1, "1 | 7 | 10 | 10 | 4 | 0 | null");
    story_row_of(&story, 1, "3 | 7 | 10 | 12 | 8 | 0 | null");
    story_column(&story, "first", "first(amount)");
    story_column(&story, "last", "last(amount)");
    story_expect(&story, 11, "7", "v.first", "4"); // cards before transfers, id 1 before id 2
    story_expect(&story, 11, "7", "v.last", "1");
    story_expect(&story, 13, "7", "v.last", "8"); // known last
    story_end(&story);
}

static void same_key_in_two_sources_is_two_rows(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "a", "id int64, k int64, t timestamp_us", "t", "t", "id");
    story_source(&story, "b", "id int64, k int64, t timestamp_us", "t", "t", "id");
    story_request(&story, "k int64");
    story_row_of(&story, 0, "1 | 7 | 10");
    story_row_of(&story, 0, "1 | 7 | 10");
    story_row_of(&story, 1, "1 | 7 | 10");
    story_view(&story, "v", "b", "k");
    story_with(&story, "a");
    story_column(&story, "n", "count()");
    story_expect(&story, 11, "7", "v.n", "2");
    story_end(&story);
}

static void each_source_keeps_its_zone_its_unit_and_its_known_columns(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "a", "k int64, t timestamp_s, n int32", "t", "t", "");
    story_timezone(&story, "America/New_York");
    story_source(&story, "b", "k int64, t timestamp_us, n int64, done timestamp_us", "t", "t", "");
    story_known(&story, "n", "done");
    story_request(&story, "k int64");
    story_row_of(&story, 0, "7 | 1000 | 1");                      // five hours later in UTC
    story_row_of(&story, 1, "7 | 19000000000 | 2 | 19002000000"); // n is known two milliseconds later
    story_view(&story, "v", "a", "k");
    story_with(&story, "b");
    story_column(&story, "n", "sum(n)");
    story_column(&story, "rows", "count()");
    story_column(&story, "latest", "last(t)");
    story_expect(&story, INT64_C(19000000001), "7", "v.rows", "2");
    story_expect(&story, INT64_C(19000000001), "7", "v.n", "1");
    story_expect(&story, INT64_C(19002000001), "7", "v.n", "3");
    story_expect(&story, INT64_C(19000000000), "7", "v.rows", "0");
    story_end(&story);
}

static void features_are_read_for_the_rows_of_every_source(void **state)
{
    UNUSED(state);
    Story story;
    payments(&story);
    story_source(&story, "rates", "k int64, t timestamp_us, rate float64", "t", "t", "");
    story_row(&story, "7 | 1 | 2");
    story_row(&story, "7 | 11 | 10");
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 1, "1 | 7 | 12 | 12 | 4 | 2 | null");
    story_column(&story, "worth", "sum(amount * rate.last)");
    story_view(&story, "rate", "rates", "k");
    story_column(&story, "last", "last(rate)");
    story_expect(&story, 13, "7", "v.worth", "42");
    story_end(&story);
}

static bool keep_nothing(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    UNUSED(context);
    UNUSED(group);
    UNUSED(key);
    UNUSED(facts);
    UNUSED(err);
    return true;
}

static bool evaluate_union(void *context, Error *err)
{
    static const int64_t AT[] = {31};
    const StoryAsked *asked = context;
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame features = {0};
    EngineOptions options = {.threads = 1};
    TRY(engine_open(asked->plan, asked->story->tables, &options, &engine, err));
    TRY(engine_evaluate(engine, &asked->inputs, AT, &features, NULL, err));
    return engine_export(engine, keep_nothing, NULL, err);
}

static void a_failing_allocation_in_a_union_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    StoryAsked asked = {0};
    Story story;
    payments(&story);
    story_row_of(&story, 0, "7 | 10 | 1");
    story_row_of(&story, 1, "1 | 7 | 12 | 15 | 4 | 2 | null");
    story_row_of(&story, 1, "1 | 7 | 12 | 25 | 8 | 2 | null");
    story_row_of(&story, 1, "2 | 7 | 13 | 30 | 16 | 1 | true");
    story_column(&story, "total", "sum(amount) over 1h");
    story_column(&story, "median", "median(amount) where source_name = 'cards'");
    story_column(&story, "kinds", "value_counts(source_name)");
    story_ask(&story, 7, &plan, &asked);
    for_each_allocation_failure(evaluate_union, &asked);
    frame_deinit(&asked.inputs);
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_allocation_in_a_union_is_an_error),
        cmocka_unit_test(rows_of_all_sources_count),
        cmocka_unit_test(column_is_null_where_its_source_has_none),
        cmocka_unit_test(source_of_a_row_can_be_asked_for),
        cmocka_unit_test(ties_follow_known_then_the_sources_names),
        cmocka_unit_test(same_key_in_two_sources_is_two_rows),
        cmocka_unit_test(each_source_keeps_its_zone_its_unit_and_its_known_columns),
        cmocka_unit_test(features_are_read_for_the_rows_of_every_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
