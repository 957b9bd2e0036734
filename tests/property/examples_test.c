/// Random histories of late, corrected and retracted rows: examples, labels, inputs and splits are those of a plain reading of
/// the definition, which looks at all rows for every question.
#include <stdio.h>
#include <stdlib.h>

#include "dataset/split.h"
#include "number/random.h"
#include "support/plan_text.h"
#include "support/test.h"

enum { WORLDS = 4000, ROWS_MAX = 24, IDS = 6, INSTANTS = 40 };

static const char PLAN[] =
    "sources:\n"
    "  trips:\n"
    "    columns: {id: int64, vendor: int64, happened: timestamp_us, seen: timestamp_us, ended: timestamp_us, asked: "
    "timestamp_us, y: int64, gone: bool}\n"
    "    time: happened\n"
    "    known: seen\n"
    "    columns_known: {ended: ended, y: ended}\n"
    "    key: [id]\n"
    "    deleted: gone\n"
    "views:\n"
    "  trip: {inputs: {vendor: int64}, columns: {v: vendor + 0}}\n"
    "dataset: {from: trips, at: asked, label: y}\n";

typedef struct Row {
    int64_t id, vendor, happened, seen, ended, asked, y;
    bool gone, has_ended, has_y;
} Row;

typedef struct World {
    RandomKey key;
    uint64_t draws;
    Row rows[ROWS_MAX];
    size_t count;
    int64_t as_of;
} World;

static int64_t draw(World *world, int64_t bound)
{
    return (int64_t)random_below(world->key, world->draws++, 0, (uint64_t)bound);
}

/// Every known is another instant (odd and even parts of a row's own thousandths), so that no order is left open.
static Row row_make(World *world, int64_t number)
{
    Row row = {.id = draw(world, IDS), .vendor = draw(world, 3), .y = draw(world, 100)};
    row.happened = draw(world, INSTANTS) * 1000;
    row.seen = row.happened + draw(world, 3) * 1000 + 2 * number;
    row.ended = row.happened + draw(world, 12) * 1000 + 2 * number + 1;
    row.has_ended = draw(world, 10) > 0;
    row.has_y = draw(world, 10) > 0;
    row.gone = draw(world, 12) == 0;
    row.asked = row.seen + draw(world, 8) * 500;
    if (draw(world, 60) == 0) row.asked = row.seen - 1;
    return row;
}

static void world_make(World *world, uint64_t seed)
{
    *world = (World){.key = random_key(seed, RANDOM_TEST, 0)};
    world->count = 1 + (size_t)draw(world, ROWS_MAX);
    for (size_t i = 0; i < world->count; i++) world->rows[i] = row_make(world, (int64_t)i);
    const Row *edge = &world->rows[draw(world, (int64_t)world->count)];
    world->as_of = (draw(world, 2) == 0 ? edge->seen : edge->ended) + draw(world, 3) - 1;
    if (draw(world, 2) == 0) world->as_of = 2 * INSTANTS * 1000;
}

/// When the row's label can be read.
static int64_t row_label_known(const Row *row)
{
    if (!row->has_ended) return INT64_MAX;
    return row->ended > row->seen ? row->ended : row->seen;
}

/// The row's latest moment before t; INT64_MIN: none.
static int64_t row_moment(const Row *row, int64_t t)
{
    if (row_label_known(row) < t) return row_label_known(row);
    return row->seen < t ? row->seen : INT64_MIN;
}

/// The row that says what is so of the id at t; NULL: nobody knows of it, or it is retracted.
static const Row *row_at(const World *world, int64_t id, int64_t t)
{
    const Row *latest = NULL;
    for (size_t i = 0; i < world->count; i++) {
        const Row *row = &world->rows[i];
        if (row->id != id || row_moment(row, t) == INT64_MIN) continue;
        if (latest == NULL || row_moment(row, t) > row_moment(latest, t)) latest = row;
    }
    return latest == NULL || latest->gone ? NULL : latest;
}

typedef struct Expected {
    const Row *rows[IDS]; ///< in the order of (at, id)
    size_t count;
    bool late_input;
} Expected;

static int compare_rows(const void *left, const void *right)
{
    const Row *a = *(const Row *const *)left;
    const Row *b = *(const Row *const *)right;
    if (a->asked != b->asked) return a->asked < b->asked ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static Expected expect(const World *world)
{
    Expected expected = {0};
    for (int64_t id = 0; id < IDS; id++) {
        const Row *row = row_at(world, id, world->as_of);
        if (row == NULL) continue;
        expected.rows[expected.count++] = row;
        if (row_at(world, id, row->asked + 1) == NULL) expected.late_input = true;
    }
    qsort(expected.rows, expected.count, sizeof(expected.rows[0]), compare_rows);
    return expected;
}

static bool int_push(Column *column, bool there, int64_t value, Error *err)
{
    return there ? column_push_int(column, value, err) : column_push_null(column, err);
}

static bool row_push(Frame *table, const Row *row, Error *err)
{
    TRY(column_push_int(&table->columns[0], row->id, err));
    TRY(column_push_int(&table->columns[1], row->vendor, err));
    TRY(column_push_int(&table->columns[2], row->happened, err));
    TRY(column_push_int(&table->columns[3], row->seen, err));
    TRY(int_push(&table->columns[4], row->has_ended, row->ended, err));
    TRY(column_push_int(&table->columns[5], row->asked, err));
    TRY(int_push(&table->columns[6], row->has_y, row->y, err));
    return column_push_bool(&table->columns[7], row->gone, err);
}

static void table_make(const World *world, const Plan *plan, Frame *out)
{
    Error err = {0};
    for (uint32_t i = 0; i < plan->sources[0].field_count; i++) {
        Column *column = NULL;
        const Field *field = &plan->sources[0].fields[i];
        ASSERT_OK(frame_add_column(out, field->name, field->type, &column, &err), err);
    }
    for (size_t i = 0; i < world->count; i++) ASSERT_OK(row_push(out, &world->rows[i], &err), err);
    frame_finish(out);
}

static bool label_is(const Examples *examples, size_t i, const World *world, const Row *row)
{
    Vector label = column_view(&examples->label);
    bool there = row->has_y && row_label_known(row) < world->as_of;
    if (examples->label_known[i] != row_label_known(row) || vector_is_valid(&label, i) != there) return false;
    return !there || label.values.floats[i] == (double)row->y;
}

static bool example_is(const Examples *examples, size_t i, const World *world, const Row *row)
{
    char id[8];
    (void)snprintf(id, sizeof(id), "%d", (int)row->id);
    const Row *asked = row_at(world, row->id, row->asked + 1);
    return str_equal(examples->ids[i], str_from(id)) && examples->at[i] == row->asked &&
           label_is(examples, i, world, row) && frame_vector(&examples->inputs, 0).values.ints[i] == asked->vendor;
}

static Split expect_split(const Row *row, const World *world, const SplitOptions *options)
{
    int64_t known = row_label_known(row);
    if (known >= world->as_of || !row->has_y) return SPLIT_NONE;
    if (row->asked >= options->t2_us) return SPLIT_TEST;
    bool train = row->asked < options->t1_us;
    int64_t limit = train ? options->t1_us : options->t2_us;
    if (known + options->gap_us > limit) return SPLIT_NONE;
    return train ? SPLIT_TRAIN : SPLIT_VALIDATION;
}

/// Whether a split was made: an empty one is an error.
static bool splits_agree(World *world, const Examples *examples, const Expected *expected)
{
    Error err = {0};
    Split splits[IDS];
    SplitReport report = {0};
    SplitOptions options = {.by_instant = true, .gap_us = draw(world, 3) * 500};
    options.t1_us = draw(world, INSTANTS) * 1000;
    options.t2_us = options.t1_us + draw(world, INSTANTS) * 500;
    bool done = split_examples(examples, &options, world->as_of, splits, &report, &err);
    uint64_t counts[SPLIT_COUNT] = {0};
    for (size_t i = 0; i < expected->count; i++) {
        Split split = expect_split(expected->rows[i], world, &options);
        counts[split]++;
        if (done) assert_int_equal(splits[i], split);
    }
    assert_int_equal(done, counts[SPLIT_TRAIN] > 0 && counts[SPLIT_TEST] > 0);
    if (done) assert_memory_equal(report.counts, counts, sizeof(counts));
    return done;
}

typedef struct Tally {
    size_t examples, refused, splits;
} Tally;

static void world_agrees(const Plan *plan, uint64_t seed, Tally *tally)
{
    Error err = {0};
    World world;
    AUTO(frame_deinit) Frame table = {0};
    AUTO(examples_deinit) Examples examples = {0};
    world_make(&world, seed);
    Expected expected = expect(&world);
    table_make(&world, plan, &table);
    bool done = examples_build(plan, &table, world.as_of, &examples, &err);
    if (done == expected.late_input) print_error("seed %llu: %s\n", (unsigned long long)seed, err.text);
    assert_int_equal(done, !expected.late_input);
    tally->refused += !done;
    if (!done) return;
    assert_int_equal(examples.count, expected.count);
    for (size_t i = 0; i < expected.count; i++) {
        if (example_is(&examples, i, &world, expected.rows[i])) continue;
        print_error("seed %llu: example %zu\n", (unsigned long long)seed, i);
        fail();
    }
    tally->examples += examples.count;
    tally->splits += splits_agree(&world, &examples, &expected);
}

static void examples_and_splits_are_those_of_a_plain_reading(void **state)
{
    UNUSED(state);
    AUTO(plan_deinit) Plan plan = {0};
    Tally tally = {0};
    plan_text_compile(PLAN, &plan);
    for (uint64_t seed = 0; seed < WORLDS; seed++) world_agrees(&plan, seed, &tally);
    // Worlds that prove nothing are few.
    assert_true(tally.examples > 2 * WORLDS);
    assert_true(tally.refused > WORLDS / 50 && tally.refused < WORLDS / 2);
    assert_true(tally.splits > WORLDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_and_splits_are_those_of_a_plain_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
