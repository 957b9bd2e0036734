#include "flow/journal_internal.h"

#include "support/test.h"
#include "support/test_directory.h"

static const Str ARGV[] = {{"true", 4}};
static const FlowStep STEPS[] = {{.name = {"step", 4}, .kind = {"command", 7}, .argv = ARGV, .argv_count = 1}};
static const Flow FLOW = {.name = {"test", 4}, .steps = STEPS, .step_count = 1};

static void open_journal(void **state, Store *store, Journal *journal)
{
    Error err = {0};
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), clock_system(), store, &err), err);
    ASSERT_OK(journal_open(store, journal, &err), err);
    ASSERT_OK(journal_take_over(journal, &err), err);
    ASSERT_OK(journal_begin_run(journal, &FLOW, 5, &err), err);
}

static bool change(Journal *journal, StepState from, uint32_t from_attempt, StepState to, uint32_t attempt, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    StepChange changed = {.from = from, .from_attempt = from_attempt, .to = to, .attempt = attempt};
    TRY(transaction_begin(transaction, err));
    TRY(journal_change_step(journal, &changed, err));
    return transaction_commit(transaction, err);
}

static StepRow read_step(Journal *journal, Arena *arena)
{
    Error err = {0};
    RunRow row = {0};
    ASSERT_OK(journal_read_run(journal, journal->run, arena, &row, &err), err);
    assert_int_equal(row.step_count, 1);
    assert_int_equal(row.as_of_us, 5);
    return row.steps[0];
}

static void a_change_from_another_state_or_attempt_is_refused(void **state)
{
    Error err = {0};
    Journal journal = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(store_deinit) Store store = {0};
    open_journal(state, &store, &journal);
    ASSERT_OK(change(&journal, STEP_WAITING, 0, STEP_RUNNING, 1, &err), err);
    ASSERT_FAILS(change(&journal, STEP_WAITING, 0, STEP_RUNNING, 1, &err), err, ERROR_CONFLICT, "changed meanwhile");
    ASSERT_OK(change(&journal, STEP_RUNNING, 1, STEP_WAITING, 1, &err), err);
    ASSERT_OK(change(&journal, STEP_WAITING, 1, STEP_RUNNING, 2, &err), err);
    ASSERT_FAILS(change(&journal, STEP_RUNNING, 1, STEP_DONE, 1, &err), err, ERROR_CONFLICT, "changed meanwhile");
    assert_int_equal(read_step(&journal, &arena).state, STEP_RUNNING);
    assert_int_equal(read_step(&journal, &arena).attempt, 2);
}

static void an_earlier_scheduler_changes_nothing(void **state)
{
    Error err = {0};
    Journal journal = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(store_deinit) Store store = {0};
    open_journal(state, &store, &journal);
    Journal earlier = journal;
    ASSERT_OK(change(&journal, STEP_WAITING, 0, STEP_RUNNING, 1, &err), err);
    ASSERT_OK(journal_take_over(&journal, &err), err);
    ASSERT_FAILS(change(&earlier, STEP_RUNNING, 1, STEP_DONE, 1, &err), err, ERROR_CONFLICT, "taken over");
    ASSERT_FAILS(journal_stage_outputs(&earlier, 0, 1, STR("{}"), &err), err, ERROR_CONFLICT, "taken over");
    ASSERT_FAILS(journal_end_run(&earlier, earlier.run, STEP_DONE, (Str){0}, &err), err, ERROR_CONFLICT, "taken over");
    assert_int_equal(read_step(&journal, &arena).state, STEP_RUNNING);
    ASSERT_OK(change(&journal, STEP_RUNNING, 1, STEP_DONE, 1, &err), err);
}

static bool add_result(Journal *journal, uint32_t attempt, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    StepKey key = {.document = STR("{}")};
    int64_t result = 0;
    NewResult new = {.step = &STEPS[0], .flow = FLOW.name, .attempt = attempt, .key = &key, .cached = true};
    TRY(transaction_begin(transaction, err));
    TRY(journal_add_result(journal, &new, &result, err));
    return transaction_commit(transaction, err);
}

static void one_attempt_is_committed_once(void **state)
{
    Error err = {0};
    Journal journal = {0};
    AUTO(store_deinit) Store store = {0};
    open_journal(state, &store, &journal);
    ASSERT_OK(add_result(&journal, 1, &err), err);
    ASSERT_FAILS(add_result(&journal, 1, &err), err, ERROR_CONFLICT, "UNIQUE");
    ASSERT_OK(add_result(&journal, 2, &err), err);
}

static void the_newest_result_answers_for_a_key(void **state)
{
    Error err = {0};
    Journal journal = {0};
    int64_t first = 0;
    int64_t second = 0;
    AUTO(store_deinit) Store store = {0};
    open_journal(state, &store, &journal);
    ASSERT_OK(journal_find_cached(&journal, &(Digest){0}, &first, &err), err);
    assert_int_equal(first, 0);
    ASSERT_OK(add_result(&journal, 1, &err), err);
    ASSERT_OK(journal_find_cached(&journal, &(Digest){0}, &first, &err), err);
    ASSERT_OK(add_result(&journal, 2, &err), err);
    ASSERT_OK(journal_find_cached(&journal, &(Digest){0}, &second, &err), err);
    assert_true(second > first && first > 0);
}

static void an_open_run_is_found_and_resumed(void **state)
{
    Error err = {0};
    Journal journal = {0};
    int64_t run = 0;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(store_deinit) Store store = {0};
    open_journal(state, &store, &journal);
    ASSERT_OK(journal_find_open_run(&journal, STR("other"), &run, &err), err);
    assert_int_equal(run, 0);
    ASSERT_OK(journal_find_open_run(&journal, FLOW.name, &run, &err), err);
    assert_int_equal(run, journal.run);
    ASSERT_OK(change(&journal, STEP_WAITING, 0, STEP_FAILED, 0, &err), err);
    ASSERT_OK(journal_end_run(&journal, run, STEP_FAILED, STR("no"), &err), err);
    ASSERT_OK(journal_find_open_run(&journal, FLOW.name, &run, &err), err);
    assert_int_equal(run, 0);
    ASSERT_OK(journal_resume_run(&journal, 1, &err), err);
    ASSERT_OK(journal_find_open_run(&journal, FLOW.name, &run, &err), err);
    assert_int_equal(run, 1);
    assert_int_equal(read_step(&journal, &arena).state, STEP_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_change_from_another_state_or_attempt_is_refused),
        TEST_IN_DIRECTORY(an_earlier_scheduler_changes_nothing),
        TEST_IN_DIRECTORY(one_attempt_is_committed_once),
        TEST_IN_DIRECTORY(the_newest_result_answers_for_a_key),
        TEST_IN_DIRECTORY(an_open_run_is_found_and_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
