/// What replaces what, found in parts on several threads, against the history that looks at all rows one by one.
#include "engine/supersession.h"

#include "number/random.h"
#include "support/plan_text.h"
#include "support/test.h"

enum { ROUNDS = 60, ROWS_MAX = 400, LARGE_ROWS = 40000 };

static const char *const PLANS[] = {
    "sources: {s: {columns: {id: int64, name: string, t: timestamp_us, x: float64}, time: t, known: t, key: [id]}}\n"
    "views: {v: {from: s, by: [name], columns: {n: count()}}}\n",
    "sources: {s: {columns: {id: int64, name: string, t: timestamp_us, x: float64}, time: t, known: t, key: [id, "
    "name]}}\n"
    "views: {v: {from: s, by: [name], columns: {n: count()}}}\n",
    "sources: {s: {columns: {id: int64, name: string, t: timestamp_us, x: float64}, time: t, known: t, key: [name]}}\n"
    "views: {v: {from: s, by: [name], columns: {n: count()}}}\n",
};

static void push_row(Frame *frame, RandomKey key, uint64_t row, size_t rows)
{
    static const char *const NAMES[] = {"a", "b", "ab", "", "a longer name"};
    Error err = {0};
    Column *columns = frame->columns;
    ASSERT_OK(column_push_int(&columns[0], (int64_t)random_below(key, row, 1, rows / 2 + 1), &err), err);
    ASSERT_OK(column_push_string(&columns[1], str_from(NAMES[random_below(key, row, 2, COUNT_OF(NAMES))]), &err), err);
    ASSERT_OK(column_push_int(&columns[2], (int64_t)random_below(key, row, 3, 6), &err), err);
    ASSERT_OK(column_push_float(&columns[3], (double)random_below(key, row, 4, 2), &err), err);
}

static void table_make(const Plan *plan, uint64_t seed, size_t rows, Frame *out)
{
    Error err = {0};
    RandomKey key = random_key(seed, RANDOM_TEST, 0);
    ASSERT_OK(frame_add_schema(out, (Schema){plan->sources[0].fields, plan->sources[0].field_count}, &err), err);
    for (size_t i = 0; i < rows; i++) push_row(out, key, i, rows);
    frame_finish(out);
}

static void assert_same_report(const HistoryReport *left, const HistoryReport *right)
{
    assert_int_equal(left->row_count, right->row_count);
    assert_int_equal(left->version_count, right->version_count);
    assert_int_equal(left->key_count, right->key_count);
    assert_int_equal(left->conflict_count, right->conflict_count);
}

static void assert_as_history(const Plan *plan, const Frame *table, const Supersession *found)
{
    Error err = {0};
    AUTO(history_deinit) History history = {0};
    size_t unseen = 0;
    ASSERT_OK(history_build(&plan->sources[0], table, &history, &err), err);
    assert_same_report(&history.report, &found->report);
    for (size_t i = 0; i < history.version_count; i++) {
        const Version *version = &history.versions[i];
        int64_t superseded = found->instants == NULL ? INT64_MAX : found->instants[version->row];
        assert_int_equal(superseded, version->superseded);
        unseen += version->known == version->superseded;
    }
    assert_int_equal(found->unseen, unseen);
}

static void check(const char *plan_text, uint64_t seed, size_t rows)
{
    Error err = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(row_times_deinit) RowTimes times = {0};
    uint64_t pairs[2][2] = {0};
    plan_text_compile(plan_text, &plan);
    table_make(&plan, seed, rows, &table);
    ASSERT_OK(row_times_init(&plan.sources[0], &table, &times, &err), err);
    assert_true(source_is_keyed(&plan.sources[0]));
    for (size_t threads = 1; threads <= 3; threads += 2) {
        AUTO(supersession_deinit) Supersession found = {0};
        bool done = false;
        ASSERT_OK(supersession_find(&plan.sources[0], &table, &times, threads, &found, &done, &err), err);
        assert_true(done);
        assert_as_history(&plan, &table, &found);
        memcpy(pairs[threads / 2], found.report.conflict_rows, sizeof(pairs[0]));
    }
    assert_memory_equal(pairs[0], pairs[1], sizeof(pairs[0]));
}

static void rows_replace_each_other_as_a_history_says(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        for (size_t i = 0; i < COUNT_OF(PLANS); i++) check(PLANS[i], seed, seed * ROWS_MAX / ROUNDS);
    }
}

static void many_rows_in_many_parts_too(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i + 1 < COUNT_OF(PLANS); i++) check(PLANS[i], 1000 + i, LARGE_ROWS);
}

static void a_key_with_a_null_is_left_to_the_history(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(row_times_deinit) RowTimes times = {0};
    AUTO(supersession_deinit) Supersession found = {0};
    bool done = true;
    plan_text_compile(PLANS[0], &plan);
    table_make(&plan, 7, 10, &table);
    ASSERT_OK(column_set_null(&table.columns[0], 3, &err), err);
    ASSERT_OK(row_times_init(&plan.sources[0], &table, &times, &err), err);
    ASSERT_OK(supersession_find(&plan.sources[0], &table, &times, 1, &found, &done, &err), err);
    assert_false(done);
    assert_null(found.instants);
}

static bool find_again(void *context, Error *err)
{
    const Plan *plan = ((void **)context)[0];
    const Frame *table = ((void **)context)[1];
    AUTO(row_times_deinit) RowTimes times = {0};
    AUTO(supersession_deinit) Supersession found = {0};
    bool done = false;
    TRY(row_times_init(&plan->sources[0], table, &times, err));
    return supersession_find(&plan->sources[0], table, &times, 1, &found, &done, err);
}

static void every_failing_allocation_is_told(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    void *context[] = {&plan, &table};
    plan_text_compile(PLANS[0], &plan);
    table_make(&plan, 3, 50, &table);
    for_each_allocation_failure(find_again, context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_replace_each_other_as_a_history_says),
        cmocka_unit_test(many_rows_in_many_parts_too),
        cmocka_unit_test(a_key_with_a_null_is_left_to_the_history),
        cmocka_unit_test(every_failing_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
