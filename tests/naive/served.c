#include "naive/served.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "online/online.h"
#include "support/test_directory.h"

/// A plan with the tables of its sources, and a store.
typedef struct Served {
    const Case *test;
    Plan plan;
    Frame *tables;
    const KeyValueKind *kind;
    KeyValue *store;
    const Frame *expected;
    const EntityStatus *statuses;
} Served;

static void served_forget(Served *served)
{
    for (size_t i = 0; served->tables != NULL && i < served->plan.source_count; i++) frame_deinit(&served->tables[i]);
    free(served->tables);
    served->tables = NULL;
}

static void served_deinit(Served *served)
{
    if (served->store != NULL) served->kind->close(&served->store);
    served_forget(served);
    plan_deinit(&served->plan);
}

/// The first rows of every table: all, or every other table's half.
static bool served_load(Served *served, size_t part, size_t parts, Error *err)
{
    served_forget(served);
    served->tables = calloc(served->plan.source_count + 1, sizeof(*served->tables));
    CHECK(served->tables != NULL);
    for (size_t i = 0; i < served->plan.source_count; i++) {
        size_t source = 0;
        while (!str_equal(served->test->definition->sources[source].name, served->plan.sources[i].name)) source++;
        const Frame *table = &served->test->tables[source];
        size_t count = table->row_count * part / parts;
        uint64_t *rows = calloc(count + 1, sizeof(*rows));
        CHECK(rows != NULL);
        for (size_t row = 0; row < count; row++) rows[row] = row;
        bool done = frame_gather(table, rows, count, &served->tables[i], err);
        free(rows);
        TRY(done);
    }
    return true;
}

static bool served_publish(Served *served, size_t part, size_t parts, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    const EngineOptions options = {.threads = 1};
    Digest data = {0};
    char name[32];
    bool changed = false;
    (void)snprintf(name, sizeof(name), "%p %zu of %zu", (const void *)served->test, part, parts);
    TRY(served_load(served, part, parts, err));
    TRY(engine_open(&served->plan, served->tables, &options, &engine, err));
    TRY(digest_of(str_from(name), &data, err));
    return online_publish(served->kind, served->store, &served->plan, engine, &data, &changed, err);
}

static bool served_ask(Served *served, Frame *out, EntityStatus *statuses, Error *err)
{
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = served->kind, .plan = served->plan.digest};
    TRY(served->kind->read_begin(served->store, &reader.read, err));
    FactStore facts = online_facts(&reader);
    return engine_evaluate_store(&served->plan, &facts, served->test->inputs, served->test->at, out, statuses, err);
}

static bool served_check(Served *served, const char *when, Error *err)
{
    AUTO(frame_deinit) Frame found = {0};
    size_t count = served->plan.group_count * served->test->inputs->row_count;
    EntityStatus *statuses = calloc(count + 1, sizeof(*statuses));
    CHECK(statuses != NULL);
    bool done = served_ask(served, &found, statuses, err) && frames_agree(served->expected, &found, when, err);
    if (done && memcmp(statuses, served->statuses, count * sizeof(*statuses)) != 0)
        done = error_set(err, ERROR_DATA, "%s: another status", when);
    free(statuses);
    return done;
}

static bool served_open(Served *served, Str directory, Error *err)
{
    if (served->store != NULL) served->kind->close(&served->store);
    return served->kind->open(directory, false, &served->store, err);
}

bool served_agrees(void *context, const Case *test, const Frame *expected, const EntityStatus *statuses, Error *err)
{
    const Str *directory = context;
    AUTO(served_deinit)
    Served served = {.test = test, .kind = key_value_find(STR("lmdb")), .expected = expected, .statuses = statuses};
    TRY(plan_compile(test->definition, &served.plan, err));
    TRY(served_open(&served, *directory, err));
    TRY(served_publish(&served, 1, 2, err));
    TRY(served_publish(&served, 1, 1, err));
    TRY(served_check(&served, "store", err));
    TRY(served_open(&served, *directory, err));
    return served_check(&served, "store, opened again", err);
}

void story_begin_served(Story *story, void **state)
{
    story_begin(story);
    Str *directory = arena_alloc(&story->arena, sizeof(*directory), NULL);
    assert_non_null(directory);
    *directory = test_path(state, "");
    story->witness = served_agrees;
    story->witness_context = directory;
}
