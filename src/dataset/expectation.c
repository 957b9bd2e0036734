#include "dataset/expectation.h"

#include <stdlib.h>

#include "base/memory.h"
#include "dataset/expectation_internal.h"
#include "text/duration.h"
#include "text/timestamp.h"

void expectation_check_deinit(ExpectationCheck *check)
{
    for (size_t i = 0; i < check->count; i++) measure_deinit(&check->measures[i]);
    memory_free(check->measures);
    *check = (ExpectationCheck){0};
}

/// Memory is shared by those that need some.
static uint64_t memory_share(const Expectations *expectations, uint64_t memory_bytes)
{
    uint64_t sharing = 0;
    for (size_t i = 0; i < expectations->count; i++) sharing += measure_needs_memory(&expectations->items[i]);
    return memory_bytes == 0 ? 0 : memory_bytes / (sharing + 1) + 1;
}

static bool measures_init(const Expectations *expectations, Schema schema, uint64_t memory_bytes,
                          ExpectationCheck *check, Error *err)
{
    uint64_t share = memory_share(expectations, memory_bytes);
    check->measures = memory_alloc_array(expectations->count, sizeof(Measure), err);
    TRY(check->measures != NULL);
    for (; check->count < expectations->count; check->count++) {
        const Expectation *item = &expectations->items[check->count];
        TRY_OR(measure_init(item, schema, share, &check->measures[check->count], err), err, "source '%.*s'",
               STR_ARG(check->source));
    }
    return true;
}

bool expectation_check_init(const Expectations *expectations, Str source, Schema schema, uint64_t memory_bytes,
                            ExpectationCheck *out, Error *err)
{
    AUTO(expectation_check_deinit) ExpectationCheck check = {.source = source};
    TRY(measures_init(expectations, schema, memory_bytes, &check, err));
    *out = check;
    check = (ExpectationCheck){0};
    return true;
}

bool expectation_check_add(ExpectationCheck *check, const Vector *vectors, size_t row_count, Error *err)
{
    for (size_t i = 0; i < check->count; i++)
        TRY_OR(measure_add(&check->measures[i], vectors, row_count, err), err, "source '%.*s'", STR_ARG(check->source));
    check->row_count += row_count;
    return true;
}

static int compare_rows(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/// The sample rows of all expectations, ascending, each once; and the results with their samples as places among them.
typedef struct Samples {
    Arena arena;
    ExpectationResult *results;
    uint64_t *rows;
    size_t row_count;
} Samples;

static void samples_deinit(Samples *samples)
{
    arena_deinit(&samples->arena);
}

static void samples_place(Samples *samples, size_t result_count)
{
    for (size_t i = 0; i < result_count; i++) {
        ExpectationResult *result = &samples->results[i];
        for (size_t k = 0; k < result->sample_count; k++) {
            const uint64_t *found =
                bsearch(&result->samples[k], samples->rows, samples->row_count, sizeof(uint64_t), compare_rows);
            result->samples[k] = (uint64_t)(found - samples->rows);
        }
    }
}

static bool samples_collect(const ExpectationCheck *check, Samples *out, Error *err)
{
    size_t count = 0;
    out->results = arena_alloc_array(&out->arena, check->count + 1, sizeof(ExpectationResult), err);
    TRY(out->results != NULL);
    out->rows = arena_alloc_array(&out->arena, check->count + 1, EXPECTATION_SAMPLES_MAX * sizeof(uint64_t), err);
    TRY(out->rows != NULL);
    for (size_t i = 0; i < check->count; i++) {
        const ExpectationResult *result = &check->measures[i].result;
        out->results[i] = *result;
        for (size_t k = 0; !result->holds && k < result->sample_count; k++) out->rows[count++] = result->samples[k];
        if (result->holds) out->results[i].sample_count = 0;
    }
    if (count > 1) qsort(out->rows, count, sizeof(uint64_t), compare_rows);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || out->rows[i] != out->rows[i - 1]) out->rows[out->row_count++] = out->rows[i];
    samples_place(out, check->count);
    return true;
}

static bool check_refuse(const ExpectationCheck *check, const RowFetch *rows, Error *err)
{
    AUTO(samples_deinit) Samples samples = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(samples_collect(check, &samples, err));
    TRY(rows->fetch(rows->context, samples.rows, samples.row_count, &table, err));
    TRY(expectations_report(check->source, &table, samples.results, check->count, &text, err));
    return error_set(err, ERROR_REFUSED, "%.*s", STR_ARG(bytes_str(&text)));
}

bool expectation_check_finish(ExpectationCheck *check, const RowFetch *rows, Error *err)
{
    bool hold = true;
    for (size_t i = 0; i < check->count; i++) {
        TRY_OR(measure_finish(&check->measures[i], err), err, "source '%.*s'", STR_ARG(check->source));
        hold = hold && check->measures[i].result.holds;
    }
    return hold || check_refuse(check, rows, err);
}

static bool frame_fetch(void *context, const uint64_t *rows, size_t count, Frame *out, Error *err)
{
    return frame_gather(context, rows, count, out, err);
}

bool expectations_check(const Expectations *expectations, Str source, const Frame *table, Error *err)
{
    AUTO(expectation_check_deinit) ExpectationCheck check = {0};
    AUTO(arena_deinit) Arena arena = {0};
    // Only read.
    const RowFetch rows = {frame_fetch, (void *)(uintptr_t)table};
    Vector *vectors = arena_alloc_array(&arena, table->column_count + 1, sizeof(Vector), err);
    TRY(vectors != NULL);
    for (size_t i = 0; i < table->column_count; i++) vectors[i] = frame_vector(table, i);
    TRY(expectation_check_init(expectations, source, frame_schema(table), 0, &check, err));
    TRY(expectation_check_add(&check, vectors, table->row_count, err));
    return expectation_check_finish(&check, &rows, err);
}

/// now - time, without overflow.
static int64_t age_of(int64_t now_us, int64_t time_us)
{
    int64_t age = 0;
    if (!__builtin_sub_overflow(now_us, time_us, &age)) return age;
    return now_us > time_us ? INT64_MAX : INT64_MIN;
}

bool expectations_check_fresh(const Expectations *expectations, Str source, int64_t time_max_us, int64_t now_us,
                              Error *err)
{
    int64_t age = age_of(now_us, time_max_us);
    for (size_t i = 0; i < expectations->count; i++) {
        const Expectation *item = &expectations->items[i];
        if (item->kind != EXPECT_FRESH || age <= item->age_us) continue;
        return error_set(
            err, ERROR_REFUSED,
            "source '%.*s' is not fresh: its newest row is of %s, %s before this run; at most %s are allowed",
            STR_ARG(source), timestamp_format(time_max_us).text, duration_format_short(age).text,
            duration_format_short(item->age_us).text);
    }
    return true;
}
