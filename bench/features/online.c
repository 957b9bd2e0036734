/// Serving in process: 24 windowed features and 26 formulas of one entity with 67 events, from stored facts, warm. Prints the
/// median and the 99th percentile of single requests in microseconds.
#include <stdio.h>
#include <stdlib.h>

#include "engine/engine.h"
#include "number/random.h"
#include "sys/clock.h"

enum { FEATURES = 50, EVENTS = 67, REQUESTS = 20000, TEXT_BYTES = 64 };

#define DAY_US INT64_C(86400000000)

static const char *const AGGREGATES[] = {"count()", "sum(x)", "mean(x)",  "stddev(x)",
                                         "min(x)",  "max(x)", "first(x)", "last(x)"};
static const char *const WINDOWS[] = {"1d", "7d", "30d"};

typedef struct Kept {
    Bytes facts;
} Kept;

static bool keep(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    Kept *kept = context;
    UNUSED(group);
    UNUSED(key);
    return bytes_append_str(&kept->facts, facts, err);
}

static bool find(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    Kept *kept = context;
    UNUSED(group);
    UNUSED(key);
    UNUSED(err);
    *out = bytes_str(&kept->facts);
    return true;
}

static size_t name_features(NamedExpression *columns, char names[FEATURES][TEXT_BYTES],
                            char texts[FEATURES][TEXT_BYTES])
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(AGGREGATES); i++) {
        for (size_t k = 0; k < COUNT_OF(WINDOWS); k++, count++)
            snprintf(texts[count], TEXT_BYTES, "%s over %s", AGGREGATES[i], WINDOWS[k]);
    }
    for (size_t i = 0; count < FEATURES; i++, count++)
        snprintf(texts[count], TEXT_BYTES, "f%zu / f%zu", i % 24, (i + 5) % 24);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], TEXT_BYTES, "f%zu", i);
        columns[i] = (NamedExpression){str_from(names[i]), {.text = str_from(texts[i])}};
    }
    return count;
}

static bool compile(const Frame *events, Plan *out, Error *err)
{
    static NamedExpression columns[FEATURES];
    static char names[FEATURES][TEXT_BYTES];
    static char texts[FEATURES][TEXT_BYTES];
    SourceDefinition source = {
        .name = STR("events"), .schema = frame_schema(events), .time = STR("ts"), .known = STR("ts")};
    NamedExpression by = {STR("k"), {.text = STR("k")}};
    ViewDefinition view = {.name = STR("v"), .from = source.name, .by = &by, .by_count = 1, .columns = columns};
    view.column_count = name_features(columns, names, texts);
    Definition definition = {.sources = &source, .source_count = 1, .views = &view, .view_count = 1};
    return plan_compile(&definition, out, err);
}

static bool make_events(Frame *events, Error *err)
{
    static const Field fields[] = {
        {{"k", 1}, {.id = TYPE_INT64}}, {{"ts", 2}, {.id = TYPE_TIMESTAMP_US}}, {{"x", 1}, {.id = TYPE_FLOAT64}}};
    RandomKey key = random_key(1, RANDOM_SIMULATE, 0);
    Column *column = NULL;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        TRY(frame_add_column(events, fields[i].name, fields[i].type, &column, err));
    for (uint64_t i = 0; i < EVENTS; i++) {
        TRY(column_push_int(&events->columns[0], 7, err));
        TRY(column_push_int(&events->columns[1], (int64_t)random_below(key, i, 0, 30 * DAY_US), err));
        TRY(column_push_float(&events->columns[2], (double)random_below(key, i, 1, 10000) / 100.0, err));
    }
    frame_finish(events);
    return true;
}

static int compare_times(const void *left, const void *right)
{
    uint64_t one = *(const uint64_t *)left;
    uint64_t other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

static bool serve(const Plan *plan, const FactStore *store, Error *err)
{
    static uint64_t times[REQUESTS];
    AUTO(frame_deinit) Frame request = {0};
    Column *column = NULL;
    int64_t at = 30 * DAY_US;
    TRY(frame_add_column(&request, STR("k"), TYPE_OF(TYPE_INT64), &column, err));
    TRY(column_push_int(column, 7, err));
    frame_finish(&request);
    for (size_t i = 0; i < REQUESTS; i++) {
        AUTO(frame_deinit) Frame features = {0};
        uint64_t begin = clock_monotonic_ns(clock_system());
        TRY(engine_evaluate_store(plan, store, &request, &at, &features, NULL, err));
        times[i] = clock_monotonic_ns(clock_system()) - begin;
    }
    qsort(times, REQUESTS, sizeof(*times), compare_times);
    printf("{\"features\": %d, \"events\": %d, \"p50_us\": %.2f, \"p99_us\": %.2f}\n", FEATURES, EVENTS,
           (double)times[REQUESTS / 2] / 1e3, (double)times[REQUESTS / 100 * 99] / 1e3);
    return true;
}

static bool run(Error *err)
{
    AUTO(frame_deinit) Frame events = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(engine_close) Engine *engine = NULL;
    Kept kept = {0};
    EngineOptions options = {.threads = 1};
    FactStore store = {.find = find, .context = &kept};
    TRY(make_events(&events, err));
    TRY(compile(&events, &plan, err));
    TRY(engine_open(&plan, &events, &options, &engine, err));
    TRY(engine_export(engine, keep, &kept, err));
    bool done = serve(&plan, &store, err);
    bytes_deinit(&kept.facts);
    return done;
}

int main(void)
{
    static Error err;
    if (run(&err)) return 0;
    fprintf(stderr, "bench_online: %s\n", err.text);
    return 4;
}
