/// Real trips: threads, shuffled rows, split files and file formats leave no trace in a snapshot, and the naive interpreter of
/// the definition gives the same features: for a thousand examples, with PAWL_NIGHTLY=1 for four thousand.
#include <stdlib.h>

#include "base/array.h"
#include "naive/naive.h"
#include "number/random.h"
#include "support/taxi_case.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

enum { PART_COUNT = 3, FEATURES = 15, NAIVE_EXAMPLES = 1000, NAIVE_EXAMPLES_NIGHTLY = 4000 };

typedef ARRAY_OF(Str) Lines;

static void lines_split(Str text, Lines *out)
{
    Error err = {0};
    Str line = {0};
    while (str_split(&text, '\n', &line))
        if (line.size > 0) ASSERT_OK(ARRAY_PUSH(out, line, &err), err);
}

static void line_append(Bytes *out, Str line)
{
    Error err = {0};
    ASSERT_OK(bytes_append_format(out, &err, "%.*s\n", STR_ARG(line)), err);
}

static void file_write(void **state, const char *name, const Bytes *text)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, name), bytes_str(text), &err), err);
}

/// The rows in another order, in one file.
static void shuffled_write(void **state, const Lines *lines)
{
    AUTO(bytes_deinit) Bytes text = {0};
    RandomPermutation order = random_permutation(random_key(7, RANDOM_TEST, 0), lines->count - 1);
    line_append(&text, lines->items[0]);
    for (size_t i = 1; i < lines->count; i++)
        line_append(&text, lines->items[1 + random_permutation_at(&order, i - 1)]);
    file_write(state, "shuffled.csv", &text);
}

/// Every third row in a file of its own.
static void parts_write(void **state, const Lines *lines)
{
    static const char *const names[PART_COUNT] = {"part_a.csv", "part_b.csv", "part_c.csv"};
    for (size_t part = 0; part < PART_COUNT; part++) {
        AUTO(bytes_deinit) Bytes text = {0};
        line_append(&text, lines->items[0]);
        for (size_t i = 1 + part; i < lines->count; i += PART_COUNT) line_append(&text, lines->items[i]);
        file_write(state, names[part], &text);
    }
}

static void parquet_write(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    ASSERT_OK(test_read_file(lake, "shuffled.csv", &frame, &err), err);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "trips.parquet"), &err), err);
}

static void files_write(void **state, TaxiCase *taxi)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Lines lines = {0};
    taxi_case_text(taxi, &text);
    lines_split(bytes_str(&text), &lines);
    file_write(state, "trips.csv", &text);
    shuffled_write(state, &lines);
    parts_write(state, &lines);
    parquet_write(state);
    memory_free(lines.items);
}

static const TaxiWay WAYS[] = {
    {"as it is", "trips.csv", 1, 0},      {"two threads", "trips.csv", 2, 0}, {"three threads", "trips.csv", 3, 0},
    {"shuffled", "shuffled.csv", 2, 0},   {"split", "part_*.csv", 3, 0},      {"Parquet", "trips.parquet", 2, 0},
    {"little memory", "trips.csv", 2, 1},
};

/// The whole manifest: profiles, digests and counts.
static void manifest_of(TaxiCase *taxi, void **state, const TaxiWay *way, Bytes *out)
{
    Error err = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    taxi_case_build(taxi, state, way, &table, &snapshot);
    ASSERT_OK(snapshot_manifest_encode(&snapshot.manifest, out, &err), err);
}

static void a_snapshot_is_the_same_whatever_its_files_and_threads(void **state)
{
    AUTO(taxi_case_deinit) TaxiCase taxi = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    taxi_case_init(&taxi);
    files_write(state, &taxi);
    manifest_of(&taxi, state, &WAYS[0], &first);
    for (size_t i = 1; i < COUNT_OF(WAYS); i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        manifest_of(&taxi, state, &WAYS[i], &text);
        if (str_equal(bytes_str(&text), bytes_str(&first))) continue;
        print_error("%s: another snapshot\n%.600s\ninstead of\n%.600s\n", WAYS[i].name, (const char *)text.data,
                    (const char *)first.data);
        fail();
    }
}

/// Evenly spread rows of the snapshot.
static void rows_choose(const Frame *frame, Frame *out)
{
    Error err = {0};
    uint64_t rows[NAIVE_EXAMPLES_NIGHTLY];
    size_t count = getenv("PAWL_NIGHTLY") != NULL ? NAIVE_EXAMPLES_NIGHTLY : NAIVE_EXAMPLES;
    for (size_t i = 0; i < count; i++) rows[i] = i * frame->row_count / count;
    ASSERT_OK(frame_gather(frame, rows, count, out, &err), err);
}

/// The requests that those rows stand for: columns `input.NAME`, as NAME.
static void inputs_take(const Frame *rows, Frame *out)
{
    Error err = {0};
    for (size_t i = 0; i < rows->column_count; i++) {
        Str name = rows->fields[i].name;
        Column *column = NULL;
        if (!str_starts(name, STR("input."))) continue;
        Vector vector = frame_vector(rows, i);
        ASSERT_OK(frame_add_column(out, str_slice(name, 6, name.size), vector.type, &column, &err), err);
        ASSERT_OK(column_append(column, &vector, &err), err);
    }
    frame_finish(out);
}

static void assert_same_value(const Frame *rows, size_t row, const Frame *naive, size_t i)
{
    Error err = {0};
    Vector computed = {0};
    Vector expected = frame_vector(naive, i);
    ASSERT_OK(frame_find(rows, naive->fields[i].name, &computed, &err), err);
    assert_true(type_equal(computed.type, expected.type));
    if (vector_same(&computed, row, &expected, 0)) return;
    print_error("%.*s of example %zu differs\n", STR_ARG(naive->fields[i].name), row);
    fail();
}

/// One example at a time: the interpreter finds out once what was visible then.
static void assert_same_example(const TaxiCase *taxi, const Frame *table, const Frame *rows, const Frame *inputs,
                                size_t row)
{
    Error err = {0};
    AUTO(frame_deinit) Frame request = {0};
    AUTO(frame_deinit) Frame naive = {0};
    const uint64_t chosen[] = {row};
    Vector at = frame_vector(rows, 1);
    ASSERT_OK(frame_gather(inputs, chosen, 1, &request, &err), err);
    ASSERT_OK(naive_features(&taxi->definition, table, &request, &at.values.ints[row], NULL, &naive, &err), err);
    assert_int_equal(naive.column_count, FEATURES);
    for (size_t i = 0; i < naive.column_count; i++) assert_same_value(rows, row, &naive, i);
}

static void every_feature_is_the_naive_interpreters(void **state)
{
    AUTO(taxi_case_deinit) TaxiCase taxi = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(frame_deinit) Frame rows = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    taxi_case_init(&taxi);
    files_write(state, &taxi);
    taxi_case_build(&taxi, state, &WAYS[1], &table, &snapshot);
    rows_choose(&snapshot.frame, &rows);
    inputs_take(&rows, &inputs);
    for (size_t row = 0; row < rows.row_count; row++) assert_same_example(&taxi, &table, &rows, &inputs, row);
    print_message("%zu values of %zu examples are the naive interpreter's\n", rows.row_count * FEATURES,
                  (size_t)rows.row_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_snapshot_is_the_same_whatever_its_files_and_threads),
        TEST_IN_DIRECTORY(every_feature_is_the_naive_interpreters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
