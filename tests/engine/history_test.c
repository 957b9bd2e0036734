#include "engine/history.h"

#include "naive/story.h"

/// trips(id, start, stop, seconds, gone): stop and seconds known at stop, retracted where gone.
static void trips(Story *story, const char *key)
{
    story_begin(story);
    story_source(story, "trips", "id int64, start timestamp_us, stop timestamp_us, seconds int64, gone bool", "start",
                 "start", key);
    story_known(story, "stop", "stop");
    story_known(story, "seconds", "stop");
    story_deleted(story, "gone");
    story_request(story, "id int64");
    story_view(story, "v", "trips", "id");
    story_column(story, "n", "count(seconds)");
}

static void build(Story *story, Plan *plan, History *history)
{
    Error err = {0};
    ASSERT_OK(plan_compile(&story->definition, plan, &err), err);
    ASSERT_OK(history_build(&plan->sources[0], &story->tables[0], history, &err), err);
}

static void row_gives_one_version_per_moment_of_its_columns(void **state)
{
    UNUSED(state);
    Story story;
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(history_deinit) History history = {0};
    trips(&story, "id");
    story_row(&story, "1 | 10 | 20 | 5 | false");
    story_row(&story, "2 | 10 | null | 5 | false");
    story_row(&story, "3 | 10 | 10 | 5 | false");
    build(&story, &plan, &history);

    assert_int_equal(history.version_count, 4);
    assert_int_equal(history.key_count, 3);
    assert_int_equal(history.versions[0].known, 10);
    assert_int_equal(history.versions[0].superseded, 20);
    assert_int_equal(history.column_known[0 * 5 + 3], 0);
    assert_int_equal(history.column_known[0 * 5 + 1], 1);
    assert_int_equal(history.versions[1].known, 20);
    assert_int_equal(history.versions[1].superseded, INT64_MAX);
    assert_int_equal(history.column_known[1 * 5 + 3], 1);
    assert_int_equal(history.column_known[2 * 5 + 3], 0); // never known
    assert_int_equal(history.column_known[3 * 5 + 3], 1); // at once
    story_end(&story);
}

static void visible_is_the_last_known_before(void **state)
{
    UNUSED(state);
    Story story;
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(history_deinit) History history = {0};
    trips(&story, "id");
    story_row(&story, "1 | 10 | 20 | 5 | false");
    story_row(&story, "1 | 30 | 30 | 6 | true");
    build(&story, &plan, &history);

    assert_int_equal(history.key_count, 1);
    assert_int_equal(history_visible(&history, 0, 10), SIZE_MAX);
    assert_int_equal(history_visible(&history, 0, 11), 0);
    assert_int_equal(history_visible(&history, 0, 20), 0);
    assert_int_equal(history_visible(&history, 0, 21), 1);
    assert_int_equal(history_visible(&history, 0, 30), 1);
    assert_int_equal(history_visible(&history, 0, 31), SIZE_MAX); // retracted
    story_end(&story);
}

static void rows_without_a_key_supersede_nobody(void **state)
{
    UNUSED(state);
    Story story;
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(history_deinit) History history = {0};
    trips(&story, "");
    story_row(&story, "1 | 10 | 10 | 5 | false");
    story_row(&story, "1 | 10 | 10 | 5 | false");
    build(&story, &plan, &history);

    assert_int_equal(history.key_count, 2);
    assert_int_equal(history.report.conflict_count, 0);
    assert_int_equal(history.versions[0].superseded, INT64_MAX);
    assert_int_equal(history.versions[1].superseded, INT64_MAX);
    story_end(&story);
}

static void equal_known_and_other_content_is_reported_and_repeats_are_not(void **state)
{
    UNUSED(state);
    Story story;
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(history_deinit) History history = {0};
    trips(&story, "id");
    story_row(&story, "1 | 10 | 10 | 5 | false");
    story_row(&story, "1 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 10 | 10 | 6 | false");
    build(&story, &plan, &history);

    assert_int_equal(history.report.conflict_count, 1);
    assert_int_equal(history.report.conflict_rows[0] + history.report.conflict_rows[1], 2 + 3);
    assert_int_equal(history.report.row_count, 4);
    assert_int_equal(history.report.key_count, 2);
    assert_true(hash128_compare(history.versions[2].digest, history.versions[3].digest) < 0);
    story_end(&story);
}

static bool build_again(void *context, Error *err)
{
    const Story *story = context;
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(history_deinit) History history = {0};
    TRY(plan_compile(&story->definition, &plan, err));
    return history_build(&plan.sources[0], &story->tables[0], &history, err);
}

static void history_survives_every_allocation_failure(void **state)
{
    UNUSED(state);
    Story story;
    trips(&story, "id");
    story_row(&story, "1 | 10 | 20 | 5 | false");
    story_row(&story, "1 | 10 | 20 | 6 | true");
    for_each_allocation_failure(build_again, &story);
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_gives_one_version_per_moment_of_its_columns),
        cmocka_unit_test(visible_is_the_last_known_before),
        cmocka_unit_test(rows_without_a_key_supersede_nobody),
        cmocka_unit_test(equal_known_and_other_content_is_reported_and_repeats_are_not),
        cmocka_unit_test(history_survives_every_allocation_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
