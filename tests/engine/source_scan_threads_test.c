/// Groups built while rows are read, in any order and on several threads, against groups built from the same rows in a table.
#include "engine/source_scan.h"

#include <stdlib.h>

#include "number/random.h"
#include "support/definition_text.h"
#include "support/engine_seen.h"
#include "support/fault_disk.h"
#include "support/shuffled_reader.h"
#include "support/test.h"
#include "support/test_directory.h"

enum { EVENTS = 30000, QUESTIONS = 4000, ENTITIES = 300 };

static const char YAML[] = "sources:\n"
                           "  events:\n"
                           "    columns: {k: int64, name: string, t: %s, known: timestamp_us, x: float64, s: string, "
                           "d: 'decimal(10,2)', extra: int32}\n"
                           "    time: t\n"
                           "    known: %s\n"
                           "views:\n"
                           "  by_number:\n"
                           "    from: events\n"
                           "    by: [k]\n"
                           "    columns:\n"
                           "      n: count() over 10ms\n"
                           "      sum: sum(x) over 5ms where x > 0\n"
                           "      first: first(x) over 5ms\n"
                           "      money: sum(d)\n"
                           "  by_text:\n"
                           "    from: events\n"
                           "    by: [name, k]\n"
                           "    columns:\n"
                           "      last: concat(last(concat(s, name)), '!')\n"
                           "      sd: stddev(x * 2.0) over 20ms\n"
                           "      high: max(d) over 20ms\n";

/// How the reader puts its rows.
typedef enum RowOrder {
    ROWS_SHUFFLED,
    ROWS_SORTED,      ///< by (k, t)
    ROWS_HALF_SORTED, ///< but for the second half
} RowOrder;

typedef struct World {
    RowOrder order;
    bool numbers_only; ///< without the view by_text
    bool few_nulls;    ///< only in some entities' x
    Arena arena;
    DefinitionText text;
    Plan plan;
    Frame events, questions;
    int64_t at[QUESTIONS];
    uint64_t seed;    ///< of the order in which the reader gives rows
    uint32_t threads; ///< that it gives them on
    size_t read_count, scan_count;
} World;

// Some are too large to be packed.
static int64_t entity_key(RandomKey key, uint64_t i, uint32_t element)
{
    int64_t entity = (int64_t)random_below(key, i, element, ENTITIES) - 5;
    return entity % 64 == 7 ? entity * (INT64_C(1) << 33) : entity;
}

static void push_event(World *world, RandomKey key, uint64_t i, uint64_t time_range, bool later)
{
    Frame *events = &world->events;
    Error err = {0};
    char text[8] = {(char)('a' + random_below(key, i, 3, 4)), (char)('a' + i % 3)};
    int64_t time = (int64_t)random_below(key, i, 0, time_range);
    bool repeated = i % 50 == 49; // of the row before, all of it
    if (repeated) {
        for (size_t column = 0; column < events->column_count; column++) {
            Vector values = frame_vector(events, column);
            ASSERT_OK(column_push_from(&events->columns[column], &values, i - 1, &err), err);
        }
        return;
    }
    ASSERT_OK(random_below(key, i, 5, 40) == 0 ? column_push_null(&events->columns[0], &err)
                                               : column_push_int(&events->columns[0], entity_key(key, i, 1), &err),
              err);
    ASSERT_OK(column_push_string(&events->columns[1], (Str){text, i % 5 == 0 ? 0 : 1}, &err), err);
    ASSERT_OK(column_push_int(&events->columns[2], time, &err), err);
    ASSERT_OK(column_push_int(&events->columns[3], later ? time + (int64_t)random_below(key, i, 2, 3000) : time, &err),
              err);
    bool null = world->few_nulls ? entity_key(key, i, 1) % 10 == 3 : random_below(key, i, 6, 20) == 0;
    ASSERT_OK(null ? column_push_null(&events->columns[4], &err)
                   : column_push_float(&events->columns[4], random_normal(key, i, 4), &err),
              err);
    ASSERT_OK(column_push_string(&events->columns[5], str_from(text), &err), err);
    ASSERT_OK(column_push_decimal(&events->columns[6], (Int128)random_below(key, i, 7, 100000) - 500, &err), err);
    ASSERT_OK(column_push_int(&events->columns[7], (int64_t)random_below(key, i, 8, 1000), &err), err);
}

static void world_make(World *world, const char *time_type, const char *known, uint64_t time_range)
{
    Error err = {0};
    Column *column = NULL;
    Str yaml = {0};
    RandomKey key = random_key(12, RANDOM_TEST, 0);
    ASSERT_OK(arena_format(&world->arena, &yaml, &err, YAML, time_type, known), err);
    const char *second = memmem(yaml.data, yaml.size, "  by_text:", 10);
    if (world->numbers_only) yaml.size = (size_t)(second - yaml.data);
    ASSERT_OK(definition_text_read("scan.yaml", yaml, &world->text, &err), err);
    ASSERT_OK(plan_compile(&world->text.definition, &world->plan, &err), err);
    const PlanSource *source = &world->plan.sources[0];
    for (uint32_t i = 0; i < source->field_count; i++)
        ASSERT_OK(frame_add_column(&world->events, source->fields[i].name, source->fields[i].type, &column, &err), err);
    for (uint64_t i = 0; i < EVENTS; i++) push_event(world, key, i, time_range, known[0] == 'k');
    frame_finish(&world->events);
    ASSERT_OK(frame_add_column(&world->questions, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    for (uint64_t i = 0; i < QUESTIONS; i++) ASSERT_OK(column_push_int(column, entity_key(key, i, 9), &err), err);
    ASSERT_OK(frame_add_column(&world->questions, STR("name"), TYPE_OF(TYPE_STRING), &column, &err), err);
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        char text[2] = {(char)('a' + random_below(key, i, 10, 4))};
        ASSERT_OK(column_push_string(column, (Str){text, i % 5 == 0 ? 0 : 1}, &err), err);
        world->at[i] = (int64_t)random_below(key, i, 11, time_range + 5000);
    }
    frame_finish(&world->questions);
}

static void world_free(World *world)
{
    frame_deinit(&world->events);
    frame_deinit(&world->questions);
    plan_deinit(&world->plan);
    definition_text_deinit(&world->text);
    arena_deinit(&world->arena);
}

// A reader that gives rows in an order of its own, in chunks of uneven size, on several threads.

static bool world_read(void *context, Frame *out, Error *err)
{
    World *world = context;
    world->read_count++;
    return frame_append(out, &world->events, err);
}

static int compare_rows(const void *left, const void *right, void *context)
{
    const World *world = context;
    uint64_t one = *(const uint64_t *)left;
    uint64_t other = *(const uint64_t *)right;
    for (size_t column = 0; column <= 2; column += 2) {
        const int64_t *values = world->events.columns[column].values.ints;
        if (values[one] != values[other]) return values[one] < values[other] ? -1 : 1;
    }
    return (one > other) - (one < other);
}

static void order_rows(World *world, uint64_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = random_below(random_key(world->seed, RANDOM_TEST, 0), i, 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    if (world->order == ROWS_SHUFFLED) return;
    qsort_r(order, world->order == ROWS_SORTED ? count : count / 2, sizeof(*order), compare_rows, world);
}

static bool world_scan(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    World *world = context;
    AUTO(frame_deinit) Frame rows = {0};
    AUTO(arena_deinit) Arena arena = {0};
    size_t count = world->events.row_count;
    uint64_t *order = arena_alloc_array(&arena, count, sizeof(*order), err);
    TRY(order != NULL);
    world->scan_count++;
    order_rows(world, order, count);
    TRY(frame_gather(&world->events, order, count, &rows, err));
    return shuffled_put(&rows, world->seed, world->threads, fields, field_count, sink, err);
}

static RowReader world_reader(World *world)
{
    return (RowReader){.read = world_read,
                       .scan = world_scan,
                       .context = world,
                       .schema = frame_schema(&world->events),
                       .row_count = world->seed % 2 == 0 ? 0 : EVENTS};
}

/// `memory_bytes` 0: no limit.
static void check_same(World *world, size_t scans, uint64_t memory_bytes)
{
    AUTO(engine_seen_deinit) EngineSeen expected = {0};
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 1};
    Error err = {0};
    ASSERT_OK(engine_open(&world->plan, &world->events, &options, &engine, &err), err);
    ASSERT_OK(engine_see(engine, &world->questions, world->at, &expected, &err), err);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        AUTO(engine_close) Engine *scanned = NULL;
        AUTO(engine_seen_deinit) EngineSeen seen = {0};
        options.threads = world->threads = threads;
        options.memory_bytes = memory_bytes;
        world->seed = threads;
        world->scan_count = world->read_count = 0;
        RowReader reader = world_reader(world);
        ASSERT_OK(engine_open_readers(&world->plan, &reader, &options, &scanned, &err), err);
        assert_int_equal(world->scan_count, scans);
        assert_int_equal(world->read_count, 0);
        assert_int_equal(engine_history_report(scanned, 0)->row_count, world->events.row_count);
        ASSERT_OK(engine_see(scanned, &world->questions, world->at, &seen, &err), err);
        assert_true(engine_seen_same(&expected, &seen));
    }
}

static void rows_in_any_order_give_the_same_bits(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_us", "known", UINT64_C(1) << 40);
    check_same(&world, 1, 0);
    world_free(&world);
}

static void packed_and_wide_rows_give_the_same_bits(void **state)
{
    UNUSED(state);
    static const uint64_t ranges[] = {UINT64_C(1) << 40, UINT64_C(1) << 50}; // 12 days, 35 years
    static World world;
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        world_make(&world, "timestamp_us", "t", ranges[i]);
        check_same(&world, 1, 0);
        check_same(&world, 1, 300000);
        world_free(&world);
        world = (World){0};
    }
}

static void sorted_rows_stay_where_they_are_with_the_same_bits(void **state)
{
    UNUSED(state);
    static const RowOrder orders[] = {ROWS_SORTED, ROWS_HALF_SORTED};
    for (size_t i = 0; i < 2 * COUNT_OF(orders); i++) {
        World *world = calloc(1, sizeof(*world));
        world->order = orders[i / 2];
        world->few_nulls = true;
        world_make(world, "timestamp_us", "t", i % 2 == 0 ? UINT64_C(1) << 40 : UINT64_C(1) << 50);
        check_same(world, 1, 0);
        world_free(world);
        free(world);
    }
}

static void sorted_rows_of_equal_time_are_read_again(void **state)
{
    UNUSED(state);
    World *world = calloc(1, sizeof(*world));
    world->order = ROWS_SORTED;
    world->few_nulls = true;
    world_make(world, "timestamp_us", "t", 1 << 14);
    check_same(world, 2, 0);
    world_free(world);
    free(world);
}

static void few_ties_are_settled_one_by_one(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < 4; i++) {
        World *world = calloc(1, sizeof(*world));
        world->numbers_only = true;
        world->few_nulls = i % 2 == 0;
        world->order = i < 2 ? ROWS_SHUFFLED : ROWS_SORTED;
        world_make(world, "timestamp_us", "t", 1 << 18);
        check_same(world, 2, 0);
        world_free(world);
        free(world);
    }
}

static void rows_of_equal_time_are_read_again_with_their_digests(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_us", "t", 200);
    check_same(&world, 2, 0);
    world_free(&world);
}

static void coarse_times_are_digested_at_once(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_ms", "t", 40);
    check_same(&world, 1, 0);
    world_free(&world);
}

static void nanoseconds_are_rounded_as_in_a_table(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_ns", "t", 3000000);
    check_same(&world, 2, 0);
    world_free(&world);
}

static void memory_limit_does_not_show(void **state)
{
    UNUSED(state);
    static const uint64_t limits[] = {1, 300000, 2000000, UINT64_C(1) << 40};
    static World world;
    world_make(&world, "timestamp_us", "known", UINT64_C(1) << 40);
    for (size_t i = 0; i < COUNT_OF(limits); i++) check_same(&world, 1, limits[i]);
    world_free(&world);
}

static void memory_limit_does_not_show_in_ties(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_us", "t", 200);
    check_same(&world, 2, 100000);
    world_free(&world);
}

static void full_disk_is_told_and_leaves_nothing(void **state)
{
    static World world;
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    Engine *engine = NULL;
    FaultDisk faults;
    Error err = {0};
    fault_disk_init(&faults);
    EngineOptions options = {
        .threads = 1, .memory_bytes = 100000, .directory = test_path(state, ""), .disk = &faults.disk};
    world_make(&world, "timestamp_us", "known", UINT64_C(1) << 40);
    world.threads = 1;
    RowReader reader = world_reader(&world);
    faults.capacity_left = 1 << 20;
    ASSERT_FAILS(engine_open_readers(&world.plan, &reader, &options, &engine, &err), err, ERROR_STORAGE, "disk full");
    ASSERT_OK(disk_list(disk_system(), test_path(state, ""), &arena, &names, &err), err);
    assert_int_equal(names.count, 0);
    fault_disk_deinit(&faults);
    world_free(&world);
}

static void bad_row_is_named_as_in_a_table(void **state)
{
    UNUSED(state);
    static World world;
    Engine *engine = NULL;
    EngineOptions options = {.threads = 2};
    Error err = {0};
    world_make(&world, "timestamp_us", "known", UINT64_C(1) << 40);
    world.events.columns[3].values.ints[1234] = -7;
    world.threads = 2;
    RowReader reader = world_reader(&world);
    ASSERT_FAILS(engine_open_readers(&world.plan, &reader, &options, &engine, &err), err, ERROR_DATA,
                 "source 'events': row 1235: known ('known') is 1969-12-31");
    ASSERT_OK(column_set_null(&world.events.columns[2], 77, &err), err);
    ASSERT_FAILS(engine_open_readers(&world.plan, &reader, &options, &engine, &err), err, ERROR_DATA,
                 "source 'events': row 78: time ('t') is null");
    world_free(&world);
}

static bool open_scanned(void *context, Error *err)
{
    World *world = context;
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 1};
    RowReader reader = world_reader(world);
    TRY(engine_open_readers(&world->plan, &reader, &options, &engine, err));
    AUTO(frame_deinit) Frame features = {0};
    return engine_evaluate(engine, &world->questions, world->at, &features, NULL, err);
}

static void every_allocation_failure_is_survived(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world, "timestamp_us", "t", 200);
    AUTO(frame_deinit) Frame all = frame_take(&world.events);
    AUTO(frame_deinit) Frame questions = frame_take(&world.questions);
    uint64_t rows[40];
    Error err = {0};
    for (uint64_t i = 0; i < COUNT_OF(rows); i++) rows[i] = i;
    ASSERT_OK(frame_gather(&all, rows, COUNT_OF(rows), &world.events, &err), err);
    ASSERT_OK(frame_gather(&questions, rows, 20, &world.questions, &err), err);
    world.threads = world.seed = 1;
    for_each_allocation_failure(open_scanned, &world);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_any_order_give_the_same_bits),
        cmocka_unit_test(packed_and_wide_rows_give_the_same_bits),
        cmocka_unit_test(sorted_rows_stay_where_they_are_with_the_same_bits),
        cmocka_unit_test(sorted_rows_of_equal_time_are_read_again),
        cmocka_unit_test(few_ties_are_settled_one_by_one),
        cmocka_unit_test(rows_of_equal_time_are_read_again_with_their_digests),
        cmocka_unit_test(coarse_times_are_digested_at_once),
        cmocka_unit_test(nanoseconds_are_rounded_as_in_a_table),
        cmocka_unit_test(memory_limit_does_not_show),
        cmocka_unit_test(memory_limit_does_not_show_in_ties),
        TEST_IN_DIRECTORY(full_disk_is_told_and_leaves_nothing),
        cmocka_unit_test(bad_row_is_named_as_in_a_table),
        cmocka_unit_test(every_allocation_failure_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
