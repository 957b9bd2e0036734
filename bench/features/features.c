/// The engine's side of the feature benchmark: two Parquet files in, feature columns out, and where the time went.
///
///     bench_features EVENTS LABELS FEATURES [THREADS [plain|late [MEGABYTES]]]
///
/// Events have k, ts (microseconds) and x; labels k and ts. Late events have an id, which is their key, and `known` besides, and
/// a text as k. Features are expressions separated by semicolons. Prints JSON.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/engine.h"
#include "lake/lake.h"
#include "sys/clock.h"

enum { FEATURES_MAX = 64 };

/// What the tables hold.
typedef struct Shape {
    const char *name;
    const char *events, *labels; ///< columns
    Str known;
    size_t key_count;
} Shape;

static const Shape SHAPES[] = {
    {"plain", "k, make_timestamp(ts) AS ts, x", "k::BIGINT AS k, ts", STR_INIT("ts"), 0},
    {"late", "id, k, make_timestamp(ts) AS ts, make_timestamp(known) AS known, x", "k, ts", STR_INIT("known"), 1},
};

typedef struct Bench {
    const Shape *shape;
    Arena arena;
    Lake *lake;
    RowReader events;
    Frame labels, features;
    Plan plan;
    uint64_t memory_bytes; ///< of the engine; 0: no limit
    Engine *engine;
    double read_s, open_s, evaluate_s;
    double read_cpu_s, open_cpu_s, evaluate_cpu_s;
} Bench;

static double seconds(void)
{
    return (double)clock_monotonic_ns(clock_system()) / 1e9;
}

static double cpu_seconds(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static bool query_table(Bench *bench, const char *columns, const char *path, LakeQuery *out, Error *err)
{
    return arena_format(&bench->arena, &out->sql, err, "SELECT %s FROM read_parquet('%s')", columns, path);
}

static bool read_all(Bench *bench, const char *events, const char *labels, uint32_t threads, Error *err)
{
    LakeOptions options = {.threads = threads};
    LakeQuery events_query = {0};
    LakeQuery labels_query = {0};
    double begin = seconds();
    TRY(lake_open(&options, &bench->lake, err));
    TRY(query_table(bench, bench->shape->events, events, &events_query, err));
    TRY(lake_reader(bench->lake, &events_query, &bench->arena, &bench->events, err));
    TRY(query_table(bench, bench->shape->labels, labels, &labels_query, err));
    TRY(lake_read(bench->lake, &labels_query, &bench->labels, err));
    bench->read_s = seconds() - begin;
    bench->read_cpu_s = cpu_seconds();
    return true;
}

static bool compile(Bench *bench, const char *features, Error *err)
{
    SourceDefinition source = {
        .name = STR("events"), .schema = bench->events.schema, .time = STR("ts"), .known = bench->shape->known};
    const Str key = STR("id");
    NamedExpression by = {STR("k"), {.text = STR("k")}};
    NamedExpression columns[FEATURES_MAX] = {0};
    ViewDefinition view = {.name = STR("entity"), .from = source.name, .by = &by, .by_count = 1, .columns = columns};
    Definition definition = {.sources = &source, .source_count = 1, .views = &view, .view_count = 1};
    source.key = &key;
    source.key_count = bench->shape->key_count;
    Str rest = str_from(features);
    Str feature = {0};
    while (view.column_count < FEATURES_MAX && str_split(&rest, ';', &feature)) {
        NamedExpression *column = &columns[view.column_count];
        TRY(arena_format(&bench->arena, &column->name, err, "f%zu", view.column_count++));
        column->expression.text = str_trim(feature);
    }
    return plan_compile(&definition, &bench->plan, err);
}

static bool run(Bench *bench, const char *const *arguments, uint32_t threads, Error *err)
{
    EngineOptions options = {.threads = threads, .memory_bytes = bench->memory_bytes};
    TRY(read_all(bench, arguments[1], arguments[2], threads, err));
    TRY(compile(bench, arguments[3], err));

    double begin = seconds();
    TRY(engine_open_readers(&bench->plan, &bench->events, &options, &bench->engine, err));
    bench->open_s = seconds() - begin;
    bench->open_cpu_s = cpu_seconds() - bench->read_cpu_s;
    begin = seconds();
    Vector at = frame_vector(&bench->labels, 1);
    TRY(engine_evaluate(bench->engine, &bench->labels, at.values.ints, &bench->features, NULL, err));
    bench->evaluate_s = seconds() - begin;
    bench->evaluate_cpu_s = cpu_seconds() - bench->open_cpu_s - bench->read_cpu_s;
    return true;
}

/// Of the values in the order of labels, so that two runs can be seen to give the same.
static void print_result(Bench *bench, uint32_t threads)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    double sum = 0;
    size_t nulls = 0;
    Vector values = {0};
    for (size_t column = 0; column < bench->features.column_count; column++) {
        values = frame_vector(&bench->features, column);
        bool floats = type_storage(values.type) == STORAGE_FLOAT;
        for (size_t i = 0; i < values.count; i++) {
            sum += floats ? values.values.floats[i] : (double)values.values.ints[i];
            nulls += !vector_is_valid(&values, i);
        }
    }
    printf("{\"threads\": %u, \"total_s\": %.3f, \"cpu_s\": %.3f, \"peak_mb\": %ld, \"rows\": %zu, \"nulls\": %zu, "
           "\"sum\": %.4f,\n"
           " \"read_s\": %.3f, \"open_s\": %.3f, \"evaluate_s\": %.3f, \"read_cpu_s\": %.3f, \"open_cpu_s\": %.3f, "
           "\"evaluate_cpu_s\": %.3f}\n",
           threads, bench->read_s + bench->open_s + bench->evaluate_s, cpu_seconds(), usage.ru_maxrss / 1024,
           values.count, nulls, sum, bench->read_s, bench->open_s, bench->evaluate_s, bench->read_cpu_s,
           bench->open_cpu_s, bench->evaluate_cpu_s);
}

static const Shape *shape_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(SHAPES); i++) {
        if (str_equal(str_from(name), str_from(SHAPES[i].name))) return &SHAPES[i];
    }
    return NULL;
}

int main(int count, char **arguments)
{
    static Bench bench;
    static Error err;
    bench.shape = shape_find(count > 5 ? arguments[5] : "plain");
    if (count < 4 || bench.shape == NULL) {
        fprintf(stderr, "usage: bench_features EVENTS LABELS FEATURES [THREADS [plain|late [MEGABYTES]]]\n");
        return 2;
    }
    uint32_t threads = count > 4 ? (uint32_t)strtoul(arguments[4], NULL, 10) : 2;
    bench.memory_bytes = count > 6 ? (uint64_t)strtoul(arguments[6], NULL, 10) << 20 : 0;
    if (!run(&bench, (const char *const *)arguments, threads, &err)) {
        fprintf(stderr, "bench_features: %s\n", err.text);
        return 4;
    }
    print_result(&bench, threads);
    engine_close(&bench.engine);
    plan_deinit(&bench.plan);
    frame_deinit(&bench.features);
    frame_deinit(&bench.labels);
    lake_close(&bench.lake);
    arena_deinit(&bench.arena);
    return 0;
}
