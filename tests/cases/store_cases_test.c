/// The case of a serving store that is killed: while rows go in, while a definition changes, and restored from a copy. What it serves is all of
/// the old or all of the new, by hand. (A store takes whole states; rows are not yet pushed one by one.)
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "online/online.h"
#include "support/plan_text.h"
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

enum { ENTITIES = 400, EVENTS = 8000, KILLS = 12, KILLS_NIGHTLY = 400 };

#define SOURCES                                                                                                        \
    "sources:\n"                                                                                                       \
    "  events: {columns: {id: int64, k: int64, t: timestamp_us, x: int64}, time: t, known: t, key: [id]}\n"

static const char PLAN[] =
    SOURCES "views:\n  v: {from: events, by: [k], columns: {sum: sum(x), n: count(), last: last(x)}}\n";

/// The same features by another name, and one more.
static const char CHANGED[] =
    SOURCES "views:\n  v: {from: events, by: [k], columns: {total: sum(x), n: count(), greatest: max(x)}}\n";

static const KeyValueKind *lmdb(void)
{
    return key_value_find(STR("lmdb"));
}

static KeyValue *opened(void **state, const char *directory)
{
    KeyValue *store = NULL;
    Error err = {0};
    ASSERT_OK(lmdb()->open(test_path(state, directory), false, &store, &err), err);
    return store;
}

/// Event i is of entity i % ENTITIES and worth `worth`.
static void table_make(const Plan *plan, int64_t worth, Frame *out)
{
    Column *column = NULL;
    Error err = {0};
    for (uint32_t i = 0; i < plan->sources[0].field_count; i++) {
        const Field *field = &plan->sources[0].fields[i];
        ASSERT_OK(frame_add_column(out, field->name, field->type, &column, &err), err);
    }
    for (int64_t i = 0; i < EVENTS; i++) {
        ASSERT_OK(column_push_int(&out->columns[0], i, &err), err);
        ASSERT_OK(column_push_int(&out->columns[1], i % ENTITIES, &err), err);
        ASSERT_OK(column_push_int(&out->columns[2], i, &err), err);
        ASSERT_OK(column_push_int(&out->columns[3], worth, &err), err);
    }
    frame_finish(out);
}

static bool publish(const char *definition, int64_t worth, KeyValue *store)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(engine_close) Engine *engine = NULL;
    const EngineOptions options = {.threads = 1};
    Digest data = {0};
    char name[32];
    bool changed = false;
    Error err = {0};
    plan_text_compile(definition, &plan);
    table_make(&plan, worth, &table);
    (void)snprintf(name, sizeof(name), "%lld", (long long)worth);
    ASSERT_OK(digest_of(str_from(name), &data, &err), err);
    ASSERT_OK(engine_open(&plan, &table, &options, &engine, &err), err);
    ASSERT_OK(online_publish(lmdb(), store, &plan, engine, &data, &changed, &err), err);
    return changed;
}

static bool evaluate(const Plan *plan, KeyValue *store, const Frame *inputs, const int64_t *at, Frame *out, Error *err)
{
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = lmdb(), .plan = plan->digest};
    TRY(lmdb()->read_begin(store, &reader.read, err));
    FactStore facts = online_facts(&reader);
    return engine_evaluate_store(plan, &facts, inputs, at, out, NULL, err);
}

static void requests_make(int64_t *at, Frame *out)
{
    Column *column = NULL;
    Error err = {0};
    ASSERT_OK(frame_add_column(out, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    for (int64_t i = 0; i < ENTITIES; i++) {
        at[i] = EVENTS;
        ASSERT_OK(column_push_int(column, i, &err), err);
    }
    frame_finish(out);
}

/// What every entity's 20 events are worth each: all the same, as a state is there whole or not at all. 0: no state.
static int64_t served_worth(const char *definition, KeyValue *store)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    int64_t at[ENTITIES];
    Error err = {0};
    plan_text_compile(definition, &plan);
    requests_make(at, &inputs);
    ASSERT_OK(evaluate(&plan, store, &inputs, at, &features, &err), err);
    const Vector sum = frame_vector(&features, 0);
    const Vector count = frame_vector(&features, 1);
    const Vector worth = frame_vector(&features, 2);
    if (!vector_is_valid(&sum, 0)) return 0;
    for (size_t i = 0; i < ENTITIES; i++) {
        assert_int_equal(count.values.ints[i], EVENTS / ENTITIES);
        assert_int_equal(worth.values.ints[i], worth.values.ints[0]);
        assert_int_equal(sum.values.ints[i], worth.values.ints[0] * (EVENTS / ENTITIES));
    }
    return worth.values.ints[0];
}

static int64_t served_after(void **state, const char *directory, const char *definition)
{
    KeyValue *store = opened(state, directory);
    int64_t worth = served_worth(definition, store);
    lmdb()->close(&store);
    return worth;
}

/// A process of its own publishes, and dies at the failpoint, or when it is killed after so many microseconds.
static void killed_publish(void **state, const char *definition, int64_t worth, const char *failpoint,
                           unsigned after_us)
{
    pid_t child = fork();
    if (child == 0) {
        if (failpoint != NULL) (void)setenv("PAWL_FAILPOINT", failpoint, 1);
        KeyValue *store = opened(state, "");
        (void)publish(definition, worth, store);
        _exit(0);
    }
    if (failpoint == NULL) {
        (void)usleep(after_us);
        assert_int_equal(kill(child, SIGKILL), 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(failpoint == NULL || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

static void published(void **state, const char *definition, int64_t worth)
{
    KeyValue *store = opened(state, "");
    assert_true(publish(definition, worth, store));
    assert_false(publish(definition, worth, store)); // replayed: nothing is written twice
    lmdb()->close(&store);
}

static void case_25_killed_ingest_leaves_all_of_the_old_or_of_the_new(void **state)
{
    published(state, PLAN, 3);
    killed_publish(state, PLAN, 4, "online.before_commit", 0);
    assert_int_equal(served_after(state, "", PLAN), 3);
    published(state, PLAN, 4); // replay
    assert_int_equal(served_after(state, "", PLAN), 4);
    killed_publish(state, PLAN, 5, "online.after_commit", 0);
    assert_int_equal(served_after(state, "", PLAN), 5);
}

static void case_25_ingest_killed_at_any_moment(void **state)
{
    int kills = getenv("PAWL_NIGHTLY") != NULL ? KILLS_NIGHTLY : KILLS;
    int64_t served = 1;
    published(state, PLAN, served);
    for (int i = 0; i < kills; i++) {
        int64_t next = 2 + i;
        killed_publish(state, PLAN, next, NULL, (unsigned)(i % KILLS) * 4000);
        int64_t found = served_after(state, "", PLAN);
        assert_true(found == served || found == next);
        served = found;
    }
    published(state, PLAN, 1000);
    assert_int_equal(served_after(state, "", PLAN), 1000);
}

static void case_25_both_versions_of_a_definition_are_served(void **state)
{
    published(state, PLAN, 3);
    killed_publish(state, CHANGED, 7, "online.before_commit", 0);
    assert_int_equal(served_after(state, "", PLAN), 3);
    assert_int_equal(served_after(state, "", CHANGED), 0);
    published(state, CHANGED, 7);
    assert_int_equal(served_after(state, "", PLAN), 3);
    assert_int_equal(served_after(state, "", CHANGED), 7);
    published(state, PLAN, 8);
    assert_int_equal(served_after(state, "", PLAN), 8);
    assert_int_equal(served_after(state, "", CHANGED), 7);
}

static void case_25_store_is_restored_from_a_copy(void **state)
{
    const char *directory = test_path(state, "").data;
    published(state, PLAN, 3);
    assert_int_equal(shell("mkdir '%s/copy' && cp '%s'/data.mdb '%s/copy/'", directory, directory, directory), 0);
    published(state, PLAN, 4);
    assert_int_equal(served_after(state, "", PLAN), 4);
    assert_int_equal(served_after(state, "copy", PLAN), 3);
    assert_int_equal(shell("rm '%s'/*.mdb && cp '%s'/copy/data.mdb '%s/'", directory, directory, directory), 0);
    assert_int_equal(served_after(state, "", PLAN), 3);
    published(state, PLAN, 4);
    assert_int_equal(served_after(state, "", PLAN), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(case_25_killed_ingest_leaves_all_of_the_old_or_of_the_new),
        TEST_IN_DIRECTORY(case_25_ingest_killed_at_any_moment),
        TEST_IN_DIRECTORY(case_25_both_versions_of_a_definition_are_served),
        TEST_IN_DIRECTORY(case_25_store_is_restored_from_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
