#include "engine/engine.h"

#include <string.h>

#include "base/memory.h"
#include "engine/engine_internal.h"
#include "engine/group_export.h"
#include "engine/group_query.h"
#include "engine/source_scan.h"
#include "engine/store_query.h"
#include "engine/versions_union.h"
#include "number/float_order.h"
#include "sys/environment.h"

struct Engine {
    const Plan *plan;
    size_t threads;
    Versions *versions;     ///< per source, then per union, while groups are built
    HistoryReport *reports; ///< per source
    GroupMemory memory;
    Group *groups;
};

// Unions first, as they borrow.
static void free_versions(Engine *engine)
{
    for (uint32_t i = engine->plan->source_count + engine->plan->union_count; engine->versions != NULL && i-- > 0;)
        versions_deinit(&engine->versions[i]);
}

static void engine_deinit(Engine *engine)
{
    for (uint32_t i = 0; engine->groups != NULL && i < engine->plan->group_count; i++) group_deinit(&engine->groups[i]);
    free_versions(engine);
    group_memory_deinit(&engine->memory);
    memory_free(engine->groups);
    memory_free(engine->versions);
    memory_free(engine->reports);
}

void engine_close(Engine **engine)
{
    if (*engine == NULL) return;
    engine_deinit(*engine);
    memory_free(*engine);
    *engine = NULL;
}

static bool read_from_groups(void *context, const GroupRequest *request, Error *err)
{
    const Engine *engine = context;
    return group_query(&engine->groups[request->group], request, engine->threads, err);
}

static Evaluator engine_evaluator(const Engine *read)
{
    union {
        const Engine *read;
        Engine *engine;
    } borrowed = {.read = read}; // evaluation only reads
    Engine *engine = borrowed.engine;
    return (Evaluator){.plan = engine->plan, .read = read_from_groups, .context = engine, .threads = engine->threads};
}

// A program that only reads columns gives the inputs that each version of a row would have sent.
static bool gather_inputs(const Engine *engine, const PlanGroup *group, const Versions *versions, ProgramOutput *out,
                          Arena *arena, Error *err)
{
    const Plan *plan = engine->plan;
    PlanNode *nodes = arena_alloc_array(arena, plan->input_count, sizeof(*nodes), err);
    TRY(nodes != NULL);
    uint32_t *ids = arena_alloc_array(arena, plan->input_count, sizeof(*ids), err);
    TRY(ids != NULL);

    for (uint32_t i = 0; i < plan->input_count; i++) {
        bool needed = group->row_inputs[i] != PLAN_NONE;
        nodes[i] = (PlanNode){.kind = needed ? PLAN_COLUMN : PLAN_CONSTANT,
                              .type = plan->inputs[i].type,
                              .index = group->row_inputs[i],
                              .is_null = true};
        ids[i] = i;
    }
    Program program = {.nodes = nodes, .node_count = plan->input_count};
    ProgramInput input = {
        .count = versions->count,
        .columns = versions->columns.vectors,
        .gathered_count = versions->columns.count,
        .rows = versions->rows,
        .known = versions->column_known,
    };
    return program_evaluate(&program, ids, plan->input_count, &input, engine->threads, out, err);
}

// Features of features: what each row of the group's source would have been told at its own time, by the groups before.
bool engine_row_features(const Engine *engine, const PlanGroup *group, const Versions *versions, ProgramOutput *inputs,
                         NodeValues *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Evaluator evaluator = engine_evaluator(engine);

    TRY(gather_inputs(engine, group, versions, inputs, &arena, err));
    Queries queries = {.inputs = inputs->vectors, .at = versions->time, .count = versions->count};
    return evaluate_nodes(&evaluator, &queries, group->row_features, group->row_feature_count, NULL, out, err);
}

static bool build_group(Engine *engine, uint32_t index, Error *err)
{
    const PlanGroup *group = &engine->plan->groups[index];
    const Versions *versions = &engine->versions[group->source];
    AUTO(program_output_deinit) ProgramOutput inputs = {0};
    AUTO(node_values_deinit) NodeValues features = {0};

    if (group->row_feature_count > 0) TRY(engine_row_features(engine, group, versions, &inputs, &features, err));
    return group_build(group, versions, features.output.vectors, engine->threads, &engine->memory,
                       &engine->groups[index], err);
}

static bool build_source(Engine *engine, const Frame *table, uint32_t index, Error *err)
{
    const PlanSource *source = &engine->plan->sources[index];
    Schema expected = {source->fields, source->field_count};

    TRY_OR(schema_check_equal(expected, frame_schema(table), err), err, "source '%.*s'", STR_ARG(source->name));
    TRY(versions_init(source, table, engine->threads, &engine->versions[index], err));
    engine->reports[index] = engine->versions[index].report;
    return true;
}

// Where the rows of the sources are: in tables, or behind readers that `scanned` ones were read through.
typedef struct EngineSources {
    const Frame *tables;
    const RowReader *readers;
    Frame *owned; ///< tables that were read whole
    bool *scanned;
} EngineSources;

static void mark_scanned(const Plan *plan, const ScanUnit *unit, bool *scanned)
{
    for (uint32_t i = 0; i < plan->source_count; i++) scanned[i] |= unit->sources[i] != 0;
}

// An error of the data is told by reading tables whole, which can name the row.
static bool scan_unit(Engine *engine, EngineSources *sources, const ScanUnit *unit, Error *err)
{
    const Plan *plan = engine->plan;

    if (!scan_unit_is_possible(plan, unit)) return true;
    if (source_scan(plan, unit, sources->readers, engine->threads, &engine->memory, engine->groups, engine->reports,
                    err)) {
        mark_scanned(plan, unit, sources->scanned);
        return true;
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (unit->groups[i]) group_deinit(&engine->groups[i]);
    }
    return err == NULL || (err->kind != ERROR_MEMORY && err->kind != ERROR_STORAGE);
}

static bool scan_sources(Engine *engine, EngineSources *sources, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    uint8_t *tried = arena_alloc(&arena, engine->plan->source_count, err);
    TRY(tried != NULL);

    for (uint32_t i = 0; sources->readers != NULL && i < engine->plan->source_count; i++) {
        ScanUnit unit = {0};
        if (tried[i]) continue;
        TRY(scan_unit_init(engine->plan, i, &arena, &unit, err));
        for (uint32_t k = 0; k < engine->plan->source_count; k++) tried[k] |= unit.sources[k];
        TRY(scan_unit(engine, sources, &unit, err));
    }
    return true;
}

static bool read_source(Engine *engine, EngineSources *sources, uint32_t index, Error *err)
{
    if (sources->tables != NULL) return build_source(engine, &sources->tables[index], index, err);
    if (sources->scanned[index]) return true;
    const RowReader *reader = &sources->readers[index];
    TRY(reader->read(reader->context, &sources->owned[index], err));
    return build_source(engine, &sources->owned[index], index, err);
}

static void mark_columns(const Program *program, size_t field_count, uint8_t *needed)
{
    for (uint32_t id = 0; id < program->node_count; id++) {
        const PlanNode *node = &program->nodes[id];
        if (node->kind == PLAN_COLUMN && node->index < field_count) needed[node->index] = 1;
    }
}

// Only the columns that a group reads are joined.
static bool build_union(Engine *engine, uint32_t index, Error *err)
{
    const Plan *plan = engine->plan;
    const PlanUnion *joined = &plan->unions[index];
    AUTO(arena_deinit) Arena arena = {0};
    uint8_t *needed = arena_alloc(&arena, joined->field_count, err);
    TRY(needed != NULL);

    for (uint32_t i = 0; i < plan->group_count; i++) {
        const PlanGroup *group = &plan->groups[i];
        if (plan_union(plan, group->source) != joined) continue;
        mark_columns(&group->rows, joined->field_count, needed);
        for (uint32_t k = 0; group->row_feature_count > 0 && k < plan->input_count; k++) {
            if (group->row_inputs[k] != PLAN_NONE) needed[group->row_inputs[k]] = 1;
        }
    }
    return versions_join(joined, engine->versions, needed, &engine->versions[plan->source_count + index], err);
}

// The members of a union are scanned all or none.
static bool is_scanned(const Plan *plan, const EngineSources *sources, uint32_t source)
{
    const PlanUnion *joined = plan_union(plan, source);
    return sources->scanned[joined == NULL ? source : joined->members[0]];
}

static bool build_unions(Engine *engine, const EngineSources *sources, Error *err)
{
    for (uint32_t i = 0; i < engine->plan->union_count; i++) {
        if (!is_scanned(engine->plan, sources, engine->plan->source_count + i)) TRY(build_union(engine, i, err));
    }
    return true;
}

static bool build_groups(Engine *engine, const EngineSources *sources, Error *err)
{
    const Plan *plan = engine->plan;
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (!is_scanned(plan, sources, plan->groups[i].source)) TRY(build_group(engine, i, err));
    }
    return true;
}

static bool build_engine(Engine *engine, EngineSources *sources, Error *err)
{
    const Plan *plan = engine->plan;

    engine->versions =
        memory_alloc_array((size_t)plan->source_count + plan->union_count, sizeof(*engine->versions), err);
    TRY(engine->versions != NULL);
    engine->reports = memory_alloc_array(plan->source_count, sizeof(*engine->reports), err);
    TRY(engine->reports != NULL);
    engine->groups = memory_alloc_array(plan->group_count, sizeof(*engine->groups), err);
    TRY(engine->groups != NULL);
    TRY(scan_sources(engine, sources, err));
    for (uint32_t i = 0; i < plan->source_count; i++) TRY(read_source(engine, sources, i, err));
    TRY(build_unions(engine, sources, err));
    TRY(build_groups(engine, sources, err));
    free_versions(engine); // what groups keep of them is their own
    return true;
}

static bool engine_build(Engine *engine, EngineSources *sources, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    uint32_t count = engine->plan->source_count;

    sources->owned = arena_alloc_array(&arena, count, sizeof(*sources->owned), err);
    TRY(sources->owned != NULL);
    sources->scanned = arena_alloc_array(&arena, count, sizeof(*sources->scanned), err);
    TRY(sources->scanned != NULL);
    bool done = build_engine(engine, sources, err);
    for (uint32_t i = 0; i < count; i++) frame_deinit(&sources->owned[i]);
    return done;
}

// Half is for what is kept, the other half for the partitions that are being worked on.
static void limit_memory(Engine *engine, const EngineOptions *options)
{
    size_t cores = environment_cpu_count();
    size_t threads = engine->threads > cores ? engine->threads : cores; // a reader's threads are its own

    group_memory_init(&engine->memory);
    spill_init(options->disk, options->directory, &engine->memory.spill);
    if (options->memory_bytes == 0) return;
    engine->memory.limit = options->memory_bytes / 2 + 1;
    size_t sharing = threads * (engine->plan->group_count > 0 ? engine->plan->group_count : 1);
    engine->memory.lane_max = engine->memory.limit / sharing + 1;
}

static bool open_sources(const Plan *plan, EngineSources *sources, const EngineOptions *options, Engine **out,
                         Error *err)
{
    AUTO(engine_close) Engine *engine = memory_alloc(sizeof(*engine), err);
    TRY(engine != NULL);

    engine->plan = plan;
    engine->threads = options->threads == 0 ? environment_cpu_count() : options->threads;
    limit_memory(engine, options);
    TRY(engine_build(engine, sources, err));

    *out = engine;
    engine = NULL;
    return true;
}

bool engine_open(const Plan *plan, const Frame *tables, const EngineOptions *options, Engine **out, Error *err)
{
    EngineSources sources = {.tables = tables};
    return open_sources(plan, &sources, options, out, err);
}

bool engine_open_readers(const Plan *plan, const RowReader *readers, const EngineOptions *options, Engine **out,
                         Error *err)
{
    EngineSources sources = {.readers = readers};
    return open_sources(plan, &sources, options, out, err);
}

const Plan *engine_plan(const Engine *engine)
{
    return engine->plan;
}

size_t engine_threads(const Engine *engine)
{
    return engine->threads;
}

const HistoryReport *engine_history_report(const Engine *engine, uint32_t source)
{
    return &engine->reports[source];
}

// The request's columns in the order of the plan's inputs. A narrower type of the same storage is as good as the computed one.
static bool find_inputs(const Plan *plan, const Frame *inputs, Arena *arena, Vector **out, Error *err)
{
    *out = arena_alloc_array(arena, plan->input_count, sizeof(**out), err);
    TRY(*out != NULL);
    for (uint32_t i = 0; i < plan->input_count; i++) {
        const Field *field = &plan->inputs[i];
        Vector *vector = &(*out)[i];
        TRY_OR(frame_find(inputs, field->name, vector, err), err, "inputs");
        bool instant = type_is_timestamp(field->type);
        bool equal =
            instant ? type_equal(vector->type, field->type) : type_equal(type_computed(vector->type), field->type);
        if (!equal) {
            char wanted[TYPE_NAME_BYTES_MAX];
            char given[TYPE_NAME_BYTES_MAX];
            type_name(field->type, wanted);
            type_name(vector->type, given);
            return error_set(err, ERROR_DATA, "input '%.*s' is %s, not %s", STR_ARG(field->name), given, wanted);
        }
        vector->type = field->type;
    }
    return true;
}

static bool copy_strings(const Vector *vector, Column *column, Error *err)
{
    TRY(column_reserve(column, vector->count, err));
    for (size_t i = 0; i < vector->count; i++) TRY(column_push_from(column, vector, i, err));
    return true;
}

static void canonical_floats(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (float_is_nan(values[i])) values[i] = float_nan();
    }
}

// Values as they lie, NaNs as the canonical one. What the evaluation owns changes hands; other values are copied.
static bool put_values(const Vector *vector, NodeValues *evaluation, Column *column, Error *err)
{
    const uint8_t *null = vector->valid == NULL ? NULL : memchr(vector->valid, 0, vector->count);

    if (vector->count == 0) return true;
    if (node_values_take(evaluation, vector->values.any)) {
        column->values = vector->values;
        column->count = column->capacity = vector->count;
    } else {
        TRY(column_resize(column, vector->count, err));
        memcpy(column->values.any, vector->values.any, vector->count * storage_size(type_storage(vector->type)));
    }
    if (type_storage(vector->type) == STORAGE_FLOAT) canonical_floats(column->values.floats, vector->count);
    if (null == NULL) return true;
    TRY(column_set_null(column, (size_t)(null - vector->valid), err));
    memcpy(column->valid, vector->valid, vector->count);
    return true;
}

static bool add_features(const Plan *plan, Frame *frame, Arena *arena, Error *err)
{
    Field *fields = arena_alloc_array(arena, plan->feature_count, sizeof(*fields), err);
    TRY(fields != NULL);
    for (uint32_t i = 0; i < plan->feature_count; i++)
        fields[i] = (Field){plan->features[i].name, plan->features[i].type};
    return frame_add_schema(frame, (Schema){fields, plan->feature_count}, err);
}

static bool fill_features(const Plan *plan, NodeValues *evaluation, size_t row_count, Frame *out, Arena *arena,
                          Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    const Vector *vectors = evaluation->output.vectors;

    TRY(add_features(plan, &frame, arena, err));
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        bool string = type_storage(plan->features[i].type) == STORAGE_STRING;
        TRY(string ? copy_strings(&vectors[i], &frame.columns[i], err)
                   : put_values(&vectors[i], evaluation, &frame.columns[i], err));
    }
    frame_finish(&frame);
    frame.row_count = row_count;

    *out = frame_take(&frame);
    return true;
}

static bool evaluate_features(const Evaluator *evaluator, const Frame *inputs, const int64_t *at, Frame *out,
                              EntityStatus *statuses, Error *err)
{
    const Plan *plan = evaluator->plan;
    AUTO(node_values_deinit) NodeValues evaluation = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Queries queries = {.at = at, .count = inputs->row_count};
    Vector *vectors = NULL;
    uint32_t *nodes = arena_alloc_array(&arena, plan->feature_count, sizeof(*nodes), err);
    TRY(nodes != NULL);

    TRY(find_inputs(plan, inputs, &arena, &vectors, err));
    queries.inputs = vectors;
    for (uint32_t i = 0; i < plan->feature_count; i++) nodes[i] = plan->features[i].node;
    TRY(evaluate_nodes(evaluator, &queries, nodes, plan->feature_count, statuses, &evaluation, err));
    return fill_features(plan, &evaluation, inputs->row_count, out, &arena, err);
}

bool engine_read_nodes(const Engine *engine, const Frame *inputs, const int64_t *at, const EngineNodes *nodes,
                       Arena *arena, NodeValues *out, Error *err)
{
    Queries queries = {.at = at, .count = inputs->row_count};
    Evaluator evaluator = engine_evaluator(engine);
    Vector *vectors = NULL;
    TRY(find_inputs(engine->plan, inputs, arena, &vectors, err));
    queries.inputs = vectors;
    return evaluate_nodes(&evaluator, &queries, nodes->ids, nodes->count, NULL, out, err);
}

bool engine_evaluate(const Engine *engine, const Frame *inputs, const int64_t *at, Frame *out, EntityStatus *statuses,
                     Error *err)
{
    Evaluator evaluator = engine_evaluator(engine);
    return evaluate_features(&evaluator, inputs, at, out, statuses, err);
}

static bool read_from_store(void *context, const GroupRequest *request, Error *err)
{
    return store_query(context, request, err);
}

bool engine_evaluate_store(const Plan *plan, const FactStore *store, const Frame *inputs, const int64_t *at, Frame *out,
                           EntityStatus *statuses, Error *err)
{
    FactStore borrowed = *store;
    Evaluator evaluator = {.plan = plan, .read = read_from_store, .context = &borrowed, .threads = 1};
    return evaluate_features(&evaluator, inputs, at, out, statuses, err);
}

bool engine_export(const Engine *engine, FactSink sink, void *context, Error *err)
{
    for (uint32_t i = 0; i < engine->plan->group_count; i++)
        TRY(group_export(&engine->groups[i], i, sink, context, err));
    return true;
}
