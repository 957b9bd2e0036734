/// Groups of keyed, retracted, corrected, per-column-known and united sources, built while rows are read in any order on several
/// threads, against groups built from tables: features, facts and reports.
#include "engine/key_rows.h"

#include "number/random.h"
#include "support/definition_text.h"
#include "support/engine_seen.h"
#include "support/shuffled_reader.h"
#include "support/test.h"

enum { ROWS = 800, QUESTIONS = 300, SOURCES_MAX = 2, SMALL_ROWS = 10 };

#define COLUMNS                                                                                                        \
    "columns: {id: int64, k: int64, name: string, t: timestamp_us, known: timestamp_us, later: timestamp_us, x: "      \
    "float64, gone: bool}\n"                                                                                           \
    "    time: t\n"                                                                                                    \
    "    known: known\n"

#define VIEWS(rows)                                                                                                    \
    "views:\n"                                                                                                         \
    "  v:\n"                                                                                                           \
    "    from: " rows "\n"                                                                                             \
    "    by: [k]\n"                                                                                                    \
    "    columns: {n: count() over 2ms, sum: sum(x), first: first(x) over 1ms, last: last(name), high: max(x)}\n"      \
    "  w:\n"                                                                                                           \
    "    from: " rows "\n"                                                                                             \
    "    by: [name, k]\n"                                                                                              \
    "    columns: {n: count() where x > 0, last: last(x) over 3ms}\n"

static const char *const WORLDS[] = {
    "sources:\n  s:\n    " COLUMNS "    key: [id]\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    key: [name, id]\n    deleted: gone\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    key: [x]\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    deleted: gone\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    columns_known: {x: later}\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS
    "    key: [id]\n    columns_known: {x: later, gone: later, name: t}\n    deleted: gone\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    key: [k, id]\n    columns_known: {x: later}\n" VIEWS("s"),
    "sources:\n  s:\n    " COLUMNS "    key: [id]\n    deleted: gone\n  r:\n    " COLUMNS VIEWS("[s, r]"),
    "sources:\n  s:\n    " COLUMNS "    columns_known: {x: later}\n  r:\n    " COLUMNS
    "    key: [name]\n" VIEWS("[r, s]"),
};

/// Of times and ids: how often rows meet.
typedef struct Density {
    uint64_t times, ids;
} Density;

static const Density DENSITIES[] = {{UINT64_C(1) << 30, ROWS / 2}, {200, ROWS / 2}, {100000, ROWS / 200}};

typedef struct World {
    DefinitionText text;
    Plan plan;
    Frame tables[SOURCES_MAX];
    ShuffledReader readers[SOURCES_MAX];
    Frame questions;
    int64_t at[QUESTIONS];
} World;

static bool maybe_int(Column *column, bool there, int64_t value, Error *err)
{
    return there ? column_push_int(column, value, err) : column_push_null(column, err);
}

static void push_row(Frame *table, RandomKey key, uint64_t i, const Density *density)
{
    Error err = {0};
    Column *columns = table->columns;
    if (i % 40 == 39) i--; // repeated, all of it
    char name[3] = {(char)('a' + random_below(key, i, 1, 3)), (char)random_below(key, i, 2, 2)};
    int64_t time = (int64_t)random_below(key, i, 3, density->times);
    int64_t known = time + (int64_t)random_below(key, i, 4, 40);
    ASSERT_OK(
        maybe_int(&columns[0], random_below(key, i, 5, 50) > 0, (int64_t)random_below(key, i, 6, density->ids), &err),
        err);
    ASSERT_OK(maybe_int(&columns[1], random_below(key, i, 7, 50) > 0, (int64_t)random_below(key, i, 8, 40) - 3, &err),
              err);
    ASSERT_OK(column_push_string(&columns[2], (Str){name, (size_t)random_below(key, i, 9, 3)}, &err), err);
    ASSERT_OK(column_push_int(&columns[3], time, &err), err);
    ASSERT_OK(column_push_int(&columns[4], known, &err), err);
    ASSERT_OK(
        maybe_int(&columns[5], random_below(key, i, 10, 4) > 0, time + (int64_t)random_below(key, i, 11, 60), &err),
        err);
    ASSERT_OK(random_below(key, i, 12, 20) == 0
                  ? column_push_null(&columns[6], &err)
                  : column_push_float(&columns[6], (double)random_below(key, i, 13, 900) - 50, &err),
              err);
    ASSERT_OK(random_below(key, i, 14, 9) == 0 ? column_push_null(&columns[7], &err)
                                               : column_push_bool(&columns[7], random_below(key, i, 15, 8) == 0, &err),
              err);
}

static void table_make(const PlanSource *source, uint64_t seed, size_t rows, const Density *density, Frame *out)
{
    Error err = {0};
    RandomKey key = random_key(seed, RANDOM_TEST, 0);
    ASSERT_OK(frame_add_schema(out, (Schema){source->fields, source->field_count}, &err), err);
    for (uint64_t i = 0; i < rows; i++) push_row(out, key, i, density);
    frame_finish(out);
}

static void questions_make(World *world, size_t count, const Density *density)
{
    Error err = {0};
    Column *column = NULL;
    RandomKey key = random_key(99, RANDOM_TEST, 0);
    ASSERT_OK(frame_add_column(&world->questions, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    for (uint64_t i = 0; i < count; i++)
        ASSERT_OK(column_push_int(column, (int64_t)random_below(key, i, 0, 40) - 3, &err), err);
    ASSERT_OK(frame_add_column(&world->questions, STR("name"), TYPE_OF(TYPE_STRING), &column, &err), err);
    for (uint64_t i = 0; i < count; i++) {
        char name[2] = {(char)('a' + random_below(key, i, 1, 3))};
        ASSERT_OK(column_push_string(column, (Str){name, (size_t)random_below(key, i, 2, 3)}, &err), err);
        world->at[i] = (int64_t)random_below(key, i, 3, density->times + 100);
    }
    frame_finish(&world->questions);
}

static void world_make(World *world, const char *yaml, size_t rows, const Density *density)
{
    Error err = {0};
    *world = (World){0};
    ASSERT_OK(definition_text_read("keyed.yaml", str_from(yaml), &world->text, &err), err);
    ASSERT_OK(plan_compile(&world->text.definition, &world->plan, &err), err);
    for (uint32_t i = 0; i < world->plan.source_count; i++)
        table_make(&world->plan.sources[i], 5 + i, rows, density, &world->tables[i]);
    questions_make(world, rows < QUESTIONS ? rows : QUESTIONS, density);
}

static void world_free(World *world)
{
    for (size_t i = 0; i < SOURCES_MAX; i++) frame_deinit(&world->tables[i]);
    frame_deinit(&world->questions);
    plan_deinit(&world->plan);
    definition_text_deinit(&world->text);
}

static bool open_scanned(World *world, const EngineOptions *options, uint64_t seed, Engine **out, Error *err)
{
    RowReader readers[SOURCES_MAX];
    for (uint32_t i = 0; i < world->plan.source_count; i++) {
        world->readers[i] = (ShuffledReader){.table = &world->tables[i], .seed = seed + i, .threads = options->threads};
        readers[i] = shuffled_reader(&world->readers[i]);
    }
    return engine_open_readers(&world->plan, readers, options, out, err);
}

static void assert_same_reports(const World *world, const Engine *left, const Engine *right)
{
    for (uint32_t i = 0; i < world->plan.source_count; i++) {
        const HistoryReport *one = engine_history_report(left, i);
        const HistoryReport *other = engine_history_report(right, i);
        assert_int_equal(one->row_count, other->row_count);
        assert_int_equal(one->version_count, other->version_count);
        assert_int_equal(one->key_count, other->key_count);
        assert_int_equal(one->conflict_count, other->conflict_count);
    }
}

static void check_scanned(World *world, const Engine *expected, const EngineSeen *seen, uint32_t threads,
                          uint64_t memory)
{
    Error err = {0};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(engine_seen_deinit) EngineSeen found = {0};
    EngineOptions options = {.threads = threads, .memory_bytes = memory};
    ASSERT_OK(open_scanned(world, &options, threads, &engine, &err), err);
    for (uint32_t i = 0; i < world->plan.source_count; i++) {
        assert_int_equal(world->readers[i].read_count, 0);
        assert_in_range(world->readers[i].scan_count, 1, 3);
    }
    ASSERT_OK(engine_see(engine, &world->questions, world->at, &found, &err), err);
    assert_true(engine_seen_same(seen, &found));
    assert_same_reports(world, expected, engine);
}

static void check_made(World *world)
{
    Error err = {0};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(engine_seen_deinit) EngineSeen seen = {0};
    EngineOptions options = {.threads = 1};
    ASSERT_OK(engine_open(&world->plan, world->tables, &options, &engine, &err), err);
    ASSERT_OK(engine_see(engine, &world->questions, world->at, &seen, &err), err);
    for (uint32_t threads = 1; threads <= 3; threads++)
        check_scanned(world, engine, &seen, threads, threads == 2 ? 50000 : 0);
}

static void check_world(const char *yaml, const Density *density)
{
    static World world;
    world_make(&world, yaml, ROWS, density);
    check_made(&world);
    world_free(&world);
}

static void rows_seldom_meet(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(WORLDS); i++) check_world(WORLDS[i], &DENSITIES[0]);
}

static void rows_of_an_entity_meet(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(WORLDS); i++) check_world(WORLDS[i], &DENSITIES[1]);
}

static void rows_of_a_key_meet(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(WORLDS); i++) check_world(WORLDS[i], &DENSITIES[2]);
}

static void bad_row_is_named_as_in_a_table(void **state)
{
    UNUSED(state);
    Error err = {0};
    static World world;
    Engine *engine = NULL;
    EngineOptions options = {.threads = 2};
    world_make(&world, WORLDS[5], ROWS, &DENSITIES[0]);
    world.tables[0].columns[5].values.ints[500] = -1;
    world.tables[0].columns[5].valid[500] = 1;
    ASSERT_FAILS(open_scanned(&world, &options, 1, &engine, &err), err, ERROR_DATA,
                 "source 's': row 501: known ('later') is 1969-12-31");
    world_free(&world);
}

static bool open_again(void *context, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 1};
    return open_scanned(context, &options, 1, &engine, err);
}

static void every_allocation_failure_is_survived(void **state)
{
    UNUSED(state);
    static const size_t worlds[] = {5};
    static const Density dense = {4, 8};
    for (size_t i = 0; i < COUNT_OF(worlds); i++) {
        static World world;
        world_make(&world, WORLDS[worlds[i]], SMALL_ROWS, &dense);
        for_each_allocation_failure(open_again, &world);
        world_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_row_is_named_as_in_a_table),
        cmocka_unit_test(every_allocation_failure_is_survived),
        cmocka_unit_test(rows_seldom_meet),
        cmocka_unit_test(rows_of_an_entity_meet),
        cmocka_unit_test(rows_of_a_key_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
