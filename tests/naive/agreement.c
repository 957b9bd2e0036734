#include "naive/agreement.h"

#include <stdlib.h>

#include "base/map.h"
#include "naive/chunk_reader.h"
#include "naive/future.h"
#include "naive/naive.h"
#include "number/random.h"

enum { WAYS = 3, SOURCES_MAX = 16, STORE_GROUPS_MAX = 64, FUTURE_ROWS_MAX = 1000, CHUNKS_MEMORY_BYTES = 4096 };

/// Facts by group and key, as a store would keep them; find gives a copy that the next find overwrites.
typedef struct MemoryStore {
    Arena arena;
    Map maps[STORE_GROUPS_MAX];
    Str *facts;
    size_t count, capacity;
    Bytes lent;
} MemoryStore;

static void store_deinit(MemoryStore *store)
{
    for (size_t i = 0; i < STORE_GROUPS_MAX; i++) map_deinit(&store->maps[i]);
    free(store->facts);
    bytes_deinit(&store->lent);
    arena_deinit(&store->arena);
}

static bool store_put(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    MemoryStore *store = context;
    if (store->count == store->capacity) {
        store->capacity = 2 * store->capacity + 16;
        store->facts = realloc(store->facts, store->capacity * sizeof(*store->facts));
        CHECK(store->facts != NULL);
    }
    TRY(arena_copy(&store->arena, key, &key, err));
    TRY(arena_copy(&store->arena, facts, &store->facts[store->count], err));
    return map_put(&store->maps[group], key, store->count++, err);
}

static bool store_find(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    MemoryStore *store = context;
    uint64_t place = 0;
    *out = (Str){0};
    if (!map_get(&store->maps[group], key, &place)) return true;
    bytes_deinit(&store->lent); // so that what was lent before is seen to be gone
    TRY(bytes_append_str(&store->lent, store->facts[place], err));
    *out = bytes_str(&store->lent);
    return true;
}

bool frames_agree(const Frame *left, const Frame *right, const char *way, Error *err)
{
    if (left->column_count != right->column_count || left->row_count != right->row_count)
        return error_set(err, ERROR_DATA, "%s: another shape", way);
    for (size_t column = 0; column < left->column_count; column++) {
        Vector one = frame_vector(left, column);
        Vector other = frame_vector(right, column);
        if (!str_equal(left->fields[column].name, right->fields[column].name) || !type_equal(one.type, other.type))
            return error_set(err, ERROR_DATA, "%s: another name or type in column %zu", way, column);
        for (size_t row = 0; row < left->row_count; row++) {
            if (vector_same(&one, row, &other, row)) continue;
            AUTO(bytes_deinit) Bytes first = {0};
            AUTO(bytes_deinit) Bytes second = {0};
            TRY(vector_format(&one, row, STR("null"), &first, err));
            TRY(vector_format(&other, row, STR("null"), &second, err));
            return error_set(err, ERROR_DATA, "%s: row %zu: %.*s is %.*s and %.*s", way, row,
                             STR_ARG(left->fields[column].name), (int)first.size, (const char *)first.data,
                             (int)second.size, (const char *)second.data);
        }
    }
    return true;
}

static bool statuses_agree(const EntityStatus *left, const EntityStatus *right, size_t count, const char *way,
                           Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (left[i] != right[i]) return error_set(err, ERROR_DATA, "%s: status %zu differs", way, i);
    }
    return true;
}

/// The tables of a plan's sources, by name.
typedef struct Tables {
    Frame *frames;
    size_t count;
} Tables;

static void tables_deinit(Tables *tables)
{
    for (size_t i = 0; tables->frames != NULL && i < tables->count; i++) frame_deinit(&tables->frames[i]);
    free(tables->frames);
}

static bool gather_shuffled(const Frame *table, uint64_t seed, Frame *out, Error *err)
{
    uint64_t *rows = calloc(table->row_count + 1, sizeof(*rows));
    CHECK(rows != NULL);
    RandomKey key = random_key(seed, RANDOM_TEST, 1);
    for (size_t i = 0; i < table->row_count; i++) {
        size_t other = seed == 0 ? i : (size_t)random_below(key, i, 0, i + 1);
        rows[i] = rows[other];
        rows[other] = i;
    }
    bool done = frame_gather(table, rows, table->row_count, out, err);
    free(rows);
    return done;
}

static size_t source_of(const Case *test, const Plan *plan, size_t i)
{
    size_t source = 0;
    while (!str_equal(test->definition->sources[source].name, plan->sources[i].name)) source++;
    return source;
}

static void tables_begin(const Plan *plan, Tables *out)
{
    out->frames = calloc(plan->source_count + 1, sizeof(*out->frames));
    CHECK(out->frames != NULL);
    out->count = plan->source_count;
}

/// Row order by a permutation when `seed` is not 0.
static bool tables_init(const Case *test, const Plan *plan, uint64_t seed, Tables *out, Error *err)
{
    tables_begin(plan, out);
    for (size_t i = 0; i < plan->source_count; i++)
        TRY(gather_shuffled(&test->tables[source_of(test, plan, i)], seed, &out->frames[i], err));
    return true;
}

static EntityStatus *statuses_new(const Plan *plan, const Case *test)
{
    EntityStatus *statuses = calloc(plan->group_count * test->inputs->row_count + 1, sizeof(*statuses));
    CHECK(statuses != NULL);
    return statuses;
}

static bool evaluate_once(const Case *test, const Plan *plan, uint32_t threads, uint64_t seed, MemoryStore *store,
                          Frame *out, EntityStatus *statuses, Error *err)
{
    AUTO(tables_deinit) Tables tables = {0};
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = threads};
    TRY(tables_init(test, plan, seed, &tables, err));
    TRY(engine_open(plan, tables.frames, &options, &engine, err));
    if (store != NULL) TRY(engine_export(engine, store_put, store, err));
    return engine_evaluate(engine, test->inputs, test->at, out, statuses, err);
}

static bool threads_agree(const Case *test, const Plan *plan, const Frame *expected, const EntityStatus *statuses,
                          Error *err)
{
    for (uint32_t threads = 2; threads <= WAYS; threads++) {
        AUTO(frame_deinit) Frame frame = {0};
        EntityStatus *found = statuses_new(plan, test);
        bool done = evaluate_once(test, plan, threads, test->seed + threads, NULL, &frame, found, err) &&
                    frames_agree(expected, &frame, "threads and shuffle", err) &&
                    statuses_agree(statuses, found, plan->group_count * test->inputs->row_count, "threads", err);
        free(found);
        TRY(done);
    }
    return true;
}

/// With a limit on memory that little keeps to, every other time.
static bool evaluate_chunks(const Case *test, const Plan *plan, Frame *out, EntityStatus *statuses, Error *err)
{
    ChunkReader chunks[SOURCES_MAX];
    RowReader readers[SOURCES_MAX];
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 2, .memory_bytes = test->seed % 2 == 0 ? 0 : CHUNKS_MEMORY_BYTES};
    CHECK(plan->source_count <= SOURCES_MAX);
    for (size_t i = 0; i < plan->source_count; i++) {
        chunks[i] = (ChunkReader){&test->tables[source_of(test, plan, i)], test->seed + i};
        readers[i] = chunk_reader(&chunks[i]);
    }
    TRY(engine_open_readers(plan, readers, &options, &engine, err));
    return engine_evaluate(engine, test->inputs, test->at, out, statuses, err);
}

/// However the tables are cut.
static bool chunks_agree(const Case *test, const Plan *plan, const Frame *expected, const EntityStatus *statuses,
                         Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    EntityStatus *found = statuses_new(plan, test);
    bool done = evaluate_chunks(test, plan, &frame, found, err) &&
                frames_agree(expected, &frame, "read in chunks", err) &&
                statuses_agree(statuses, found, plan->group_count * test->inputs->row_count, "chunks", err);
    free(found);
    return done;
}

static bool serve_single(const Case *test, const Plan *plan, const FactStore *store, uint64_t row,
                         const Frame *expected, Error *err)
{
    AUTO(frame_deinit) Frame input = {0};
    AUTO(frame_deinit) Frame output = {0};
    AUTO(frame_deinit) Frame wanted = {0};
    TRY(frame_gather(test->inputs, &row, 1, &input, err));
    TRY(frame_gather(expected, &row, 1, &wanted, err));
    input.row_count = 1;
    TRY(engine_evaluate_store(plan, store, &input, &test->at[row], &output, NULL, err));
    return frames_agree(&wanted, &output, "single request from the store", err);
}

static bool serving_agrees(const Case *test, const Plan *plan, MemoryStore *memory, const Frame *expected,
                           const EntityStatus *statuses, Error *err)
{
    FactStore store = {.find = store_find, .context = memory};
    AUTO(frame_deinit) Frame frame = {0};
    EntityStatus *found = statuses_new(plan, test);
    bool done = engine_evaluate_store(plan, &store, test->inputs, test->at, &frame, found, err) &&
                frames_agree(expected, &frame, "batch from the store", err) &&
                statuses_agree(statuses, found, plan->group_count * test->inputs->row_count, "store", err);
    free(found);
    TRY(done);
    for (uint64_t row = 0; row < test->inputs->row_count; row += 3)
        TRY(serve_single(test, plan, &store, row, expected, err));
    return true;
}

static bool plan_reread(const Plan *plan, Plan *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(plan_encode(plan, &text, err));
    return plan_decode(bytes_str(&text), out, err);
}

static size_t view_of(const Case *test, const PlanGroup *group)
{
    size_t view = 0;
    while (!str_equal(test->definition->views[view].name, group->view)) view++;
    return view;
}

static bool naive_agrees(const Case *test, const Plan *plan, const Frame *expected, const EntityStatus *statuses,
                         Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    size_t rows = test->inputs->row_count;
    bool *known = calloc(test->definition->view_count * rows + 1, sizeof(*known));
    CHECK(known != NULL);
    bool done = naive_features(test->definition, test->tables, test->inputs, test->at, known, &frame, err) &&
                frames_agree(expected, &frame, "engine and naive interpreter", err);
    for (size_t i = 0; done && i < plan->group_count * rows; i++) {
        size_t view = view_of(test, &plan->groups[i / rows]);
        if (known[view * rows + i % rows] != (statuses[i] == ENTITY_KNOWN))
            done = error_set(err, ERROR_DATA, "naive interpreter: row %zu: another status in group %zu", i % rows,
                             i / rows);
    }
    free(known);
    return done;
}

/// The instant before which a row must be known to be seen in some view at t.
static int64_t seen_before(const Case *test, const Plan *plan, int64_t t)
{
    bool inclusive = false;
    for (size_t i = 0; i < test->definition->view_count; i++) inclusive |= test->definition->views[i].inclusive;
    Int128 seen = (Int128)t + (inclusive ? 1 : 0) + plan_ahead_us(plan);
    return seen > INT64_MAX ? INT64_MAX : (int64_t)seen;
}

/// What one request gets does not depend on anything that is not known when it is asked.
/// What looks ahead is asked when its windows end.
static bool future_is_not_seen(const Case *test, const Plan *plan, uint64_t row, Future future, const Frame *expected,
                               Error *err)
{
    AUTO(tables_deinit) Tables tables = {0};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame input = {0};
    AUTO(frame_deinit) Frame output = {0};
    AUTO(frame_deinit) Frame wanted = {0};
    EngineOptions options = {.threads = 1};
    int64_t t = seen_before(test, plan, test->at[row]);
    tables_begin(plan, &tables);
    for (size_t i = 0; i < plan->source_count; i++) {
        size_t source = source_of(test, plan, i);
        TRY(future_table(test->definition, source, &test->tables[source], t, future, test->seed, &tables.frames[i],
                         err));
    }
    TRY(engine_open(plan, tables.frames, &options, &engine, err));
    TRY(frame_gather(test->inputs, &row, 1, &input, err));
    TRY(frame_gather(expected, &row, 1, &wanted, err));
    input.row_count = 1;
    TRY(engine_evaluate(engine, &input, &test->at[row], &output, NULL, err));
    return frames_agree(&wanted, &output, future == FUTURE_MISSING ? "without the future" : "with another future", err);
}

/// Of few rows each request is asked again, of many one.
static bool futures_agree(const Case *test, const Plan *plan, const Frame *expected, Error *err)
{
    size_t rows = test->inputs->row_count;
    size_t most = 0;
    for (size_t i = 0; i < test->definition->source_count; i++) most += test->tables[i].row_count;
    for (uint64_t row = most > FUTURE_ROWS_MAX ? rows - 1 : 0; row < rows; row++)
        TRY_OR(future_is_not_seen(test, plan, row, row % 2 == 0 ? FUTURE_OTHER : FUTURE_MISSING, expected, err), err,
               "row %llu", (unsigned long long)row);
    return true;
}

/// A plan by itself, but for serving.
static bool plan_agrees(const Case *test, const Plan *plan, MemoryStore *store, Frame *frame, EntityStatus *statuses,
                        Error *err)
{
    TRY(evaluate_once(test, plan, 1, 0, store, frame, statuses, err));
    TRY(threads_agree(test, plan, frame, statuses, err));
    TRY(chunks_agree(test, plan, frame, statuses, err));
    TRY(futures_agree(test, plan, frame, err));
    return naive_agrees(test, plan, frame, statuses, err);
}

/// What the label reads, which may look ahead, is a plan of its own, never served: as if the dataset had selected that.
static bool label_agrees(const Case *test, const Plan *label, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    DatasetDefinition dataset = *test->definition->dataset;
    Definition definition = *test->definition;
    Case labels = *test;
    Str *names = calloc(label->feature_count + 1, sizeof(*names));
    EntityStatus *statuses = statuses_new(label, test);
    CHECK(names != NULL);
    for (uint32_t i = 0; i < label->feature_count; i++) names[i] = label->features[i].name;
    dataset.features = names;
    dataset.feature_count = label->feature_count;
    definition.dataset = &dataset;
    labels.definition = &definition;
    bool done = plan_agrees(&labels, label, NULL, &frame, statuses, err);
    free(statuses);
    free(names);
    return done;
}

static bool all_agree(const Case *test, const Plan *plan, Frame *frame, EntityStatus *statuses, Error *err)
{
    AUTO(store_deinit) MemoryStore store = {0};
    AUTO(plan_deinit) Plan reread = {0};
    CHECK(plan->group_count <= STORE_GROUPS_MAX);
    TRY(plan_agrees(test, plan, &store, frame, statuses, err));
    TRY_OR(plan_reread(plan, &reread, err), err, "plan");
    TRY(serving_agrees(test, &reread, &store, frame, statuses, err));
    if (reread.dataset.label_plan == NULL) return true;
    TRY_OR(label_agrees(test, reread.dataset.label_plan, err), err, "label");
    return true;
}

bool case_agrees(const Case *test, Frame *out, EntityStatus **statuses, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TRY(plan_compile(test->definition, &plan, err));
    EntityStatus *found = statuses_new(&plan, test);
    bool done = all_agree(test, &plan, &frame, found, err);
    if (done && statuses != NULL) {
        *statuses = found;
    } else {
        free(found);
    }
    TRY(done);
    *out = frame_take(&frame);
    return true;
}
