/// The cases of data: files in any order, with many row groups, cut into parts, read by one thread or several; hundreds of ties; one entity
/// that holds everything (10 million events with PAWL_NIGHTLY=1). Expected values by hand.
#include <stdio.h>
#include <stdlib.h>

#include "engine/engine.h"
#include "naive/chunk_reader.h"
#include "naive/served.h"
#include "number/random.h"
#include "support/plan_text.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static const char PLAN[] =
    "sources:\n"
    "  events: {columns: {k: int64, t: timestamp_us, i: int64, y: float64}, time: t, known: t, key: [i]}\n"
    "views:\n"
    "  v:\n"
    "    from: events\n"
    "    by: [k]\n"
    "    columns:\n"
    "      n: count()\n"
    "      sum: sum(i)\n"
    "      tenths: sum(y)\n"
    "      last: last(i)\n"
    "      recent: sum(i) over 1s\n"
    "      five: sum(i) over 5 rows\n";

/// 300,000 events: number i is of entity i % 10 at i milliseconds. More than two row groups of DuckDB.
static const char ROWS[] =
    "SELECT i % 10 AS k, make_timestamp(i * 1000) AS t, i, 0.1::DOUBLE AS y FROM range(300000) r(i)";

static void write_files(Lake *lake, void **state)
{
    char sql[512];
    char name[32];
    (void)snprintf(sql, sizeof(sql), "%s ORDER BY i", ROWS);
    test_write_parquet(lake, state, "sorted.parquet", sql);
    (void)snprintf(sql, sizeof(sql), "%s ORDER BY hash(i)", ROWS);
    test_write_parquet(lake, state, "unsorted.parquet", sql);
    for (int part = 0; part < 7; part++) {
        (void)snprintf(sql, sizeof(sql), "SELECT * FROM (%s) WHERE hash(i) %% 7 = %d ORDER BY hash(i + 1)", ROWS, part);
        (void)snprintf(name, sizeof(name), "part-%d.parquet", part);
        test_write_parquet(lake, state, name, sql);
    }
}

typedef struct Asked {
    const char *feature;
    const char *expected;
} Asked;

static void expect_features(const Frame *features, const Asked *asked, size_t count)
{
    Error err = {0};
    for (size_t i = 0; i < count; i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        Vector vector = {0};
        ASSERT_OK(frame_find(features, str_from(asked[i].feature), &vector, &err), err);
        ASSERT_OK(vector_format(&vector, 0, STR("null"), &text, &err), err);
        ASSERT_STR(bytes_str(&text), asked[i].expected);
    }
}

static void request_make(int64_t k, Frame *out)
{
    Column *column = NULL;
    Error err = {0};
    ASSERT_OK(frame_add_column(out, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    ASSERT_OK(column_push_int(column, k, &err), err);
    frame_finish(out);
}

static void expect_entity(const Engine *engine, int64_t k, int64_t at, const Asked *asked, size_t count)
{
    AUTO(frame_deinit) Frame request = {0};
    AUTO(frame_deinit) Frame features = {0};
    Error err = {0};
    request_make(k, &request);
    ASSERT_OK(engine_evaluate(engine, &request, &at, &features, NULL, &err), err);
    expect_features(&features, asked, count);
}

/// Of entity 3 after all 300,000: 30,000 events 3, 13, ..., 299993.
static void expect_all(const Engine *engine)
{
    static const Asked ALL[] = {
        {"v.n", "30000"},         {"v.sum", "4499940000"}, {"v.tenths", "3000"}, {"v.last", "299993"},
        {"v.recent", "29949800"}, {"v.five", "1499865"}, // 299953 + 299963 + 299973 + 299983 + 299993
    };
    // Half a second in: 3, 13, ..., 493.
    static const Asked EARLY[] = {
        {"v.n", "50"},     {"v.sum", "12400"},    {"v.tenths", "5"},
        {"v.last", "493"}, {"v.recent", "12400"}, {"v.five", "2365"},
    };
    expect_entity(engine, 3, 300000000, ALL, COUNT_OF(ALL));
    expect_entity(engine, 3, 500000, EARLY, COUNT_OF(EARLY));
}

static void expect_file(const Plan *plan, Lake *lake, const char *file, uint32_t threads, bool streamed)
{
    AUTO(frame_deinit) Frame table = {0};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(arena_deinit) Arena arena = {0};
    const EngineOptions options = {.threads = threads};
    const Str files[] = {str_from(file)};
    const LakeQuery query = {.files = files, .file_count = 1};
    RowReader reader = {0};
    Error err = {0};
    if (streamed) {
        ASSERT_OK(lake_reader(lake, &query, &arena, &reader, &err), err);
        ASSERT_OK(engine_open_readers(plan, &reader, &options, &engine, &err), err);
    } else {
        ASSERT_OK(lake_read(lake, &query, &table, &err), err);
        ASSERT_OK(engine_open(plan, &table, &options, &engine, &err), err);
    }
    expect_all(engine);
}

static void case_23_files_in_any_order_and_any_number(void **state)
{
    static const char *const FILES[] = {"sorted.parquet", "unsorted.parquet", "part-*.parquet"};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    plan_text_compile(PLAN, &plan);
    write_files(lake, state);
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        expect_file(&plan, lake, FILES[i], 1, false);
        expect_file(&plan, lake, FILES[i], 4, false);
        expect_file(&plan, lake, FILES[i], 1, true);
        expect_file(&plan, lake, FILES[i], 4, true);
    }
}

/// `count` rows of one instant, numbered from 1, in an order of `seed`.
static void ties(Story *story, void **state, int64_t count, uint64_t seed)
{
    RandomPermutation order = random_permutation(random_key(seed, RANDOM_TEST, 0), (uint64_t)count);
    story_begin_served(story, state);
    story_source(story, "events", "id int64, k int64, t timestamp_us", "t", "t", "id");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
    story_column(story, "n", "count()");
    story_column(story, "first", "first(id)");
    story_column(story, "last", "last(id)");
    story_column(story, "three", "sum(id) over 3 rows");
    for (int64_t i = 0; i < count; i++) {
        char row[64];
        (void)snprintf(row, sizeof(row), "%lld | 7 | 10", 1 + (long long)random_permutation_at(&order, (uint64_t)i));
        story_row(story, row);
    }
}

static void case_23_hundreds_of_ties(void **state)
{
    static const int64_t COUNTS[] = {255, 256, 257};
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        Story story;
        char text[32];
        ties(&story, state, COUNTS[i], i);
        (void)snprintf(text, sizeof(text), "%lld", (long long)COUNTS[i]);
        story_expect(&story, 11, "7", "v.n", text);
        story_expect(&story, 11, "7", "v.last", text);
        story_expect(&story, 11, "7", "v.first", "1");
        (void)snprintf(text, sizeof(text), "%lld", 3 * (long long)COUNTS[i] - 3);
        story_expect(&story, 11, "7", "v.three", text);
        story_end(&story);
    }
}

enum { HOT_EVENTS = 1000000, HOT_EVENTS_NIGHTLY = 10000000 };

/// All of one entity: number i at i * 10 microseconds, in an order of the seed (0: their own).
static void hot_table(uint64_t count, uint64_t seed, Frame *out)
{
    static const Field FIELDS[] = {{STR_INIT("k"), {.id = TYPE_INT64}},
                                   {STR_INIT("t"), {.id = TYPE_TIMESTAMP_US}},
                                   {STR_INIT("i"), {.id = TYPE_INT64}},
                                   {STR_INIT("y"), {.id = TYPE_FLOAT64}}};
    RandomPermutation order = random_permutation(random_key(seed, RANDOM_TEST, 0), count);
    Column *column = NULL;
    Error err = {0};
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        ASSERT_OK(frame_add_column(out, FIELDS[i].name, FIELDS[i].type, &column, &err), err);
    for (uint64_t i = 0; i < count; i++) {
        int64_t number = (int64_t)(seed == 0 ? i : random_permutation_at(&order, i));
        ASSERT_OK(column_push_int(&out->columns[0], 3, &err), err);
        ASSERT_OK(column_push_int(&out->columns[1], number * 10, &err), err);
        ASSERT_OK(column_push_int(&out->columns[2], number, &err), err);
        ASSERT_OK(column_push_float(&out->columns[3], 0.1, &err), err);
    }
    frame_finish(out);
}

/// At 5 seconds: events 0 to 499,999, of which the last second holds 400,000 and later.
static void expect_hot(const Engine *engine)
{
    static const Asked HOT[] = {
        {"v.n", "500000"},    {"v.sum", "124999750000"},   {"v.tenths", "50000"},
        {"v.last", "499999"}, {"v.recent", "44999950000"}, {"v.five", "2499985"},
    };
    static const Asked FIRST[] = {{"v.n", "1"}, {"v.sum", "0"}, {"v.tenths", "0.1"}, {"v.five", "0"}};
    expect_entity(engine, 3, 5000000, HOT, COUNT_OF(HOT));
    expect_entity(engine, 3, 1, FIRST, COUNT_OF(FIRST));
}

static void case_24_one_entity_holds_everything(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    plan_text_compile(PLAN, &plan);
    uint64_t count = getenv("PAWL_NIGHTLY") != NULL ? HOT_EVENTS_NIGHTLY : HOT_EVENTS;
    for (uint64_t seed = 0; seed < 2; seed++) {
        AUTO(frame_deinit) Frame table = {0};
        AUTO(engine_close) Engine *engine = NULL;
        const EngineOptions options = {.threads = seed == 0 ? 1 : 4};
        Error err = {0};
        hot_table(count, seed, &table);
        ASSERT_OK(engine_open(&plan, &table, &options, &engine, &err), err);
        expect_hot(engine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(case_23_files_in_any_order_and_any_number),
        TEST_IN_DIRECTORY(case_23_hundreds_of_ties),
        TEST_IN_DIRECTORY(case_24_one_entity_holds_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
