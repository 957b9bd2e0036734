#include "engine/source_scan.h"

#include <stdatomic.h>

#include "base/memory.h"
#include "engine/group_internal.h"
#include "engine/instant.h"
#include "engine/row_digest.h"

static bool union_has(const PlanUnion *joined, uint32_t source)
{
    for (uint32_t i = 0; i < joined->member_count; i++) {
        if (joined->members[i] == source) return true;
    }
    return false;
}

bool source_can_scan(const Plan *plan, uint32_t source)
{
    if (!source_is_plain(&plan->sources[source])) return false;
    for (uint32_t i = 0; i < plan->union_count; i++) {
        if (union_has(&plan->unions[i], source)) return false;
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (plan->groups[i].source == source && plan->groups[i].row_feature_count > 0) return false;
    }
    return true;
}

/// A group of the source, and its rows as they come.
typedef struct ScannedGroup {
    Group *group;
    const PlanGroup *plan;
    RecordStore records;
} ScannedGroup;

typedef struct SourceScan {
    const PlanSource *source;
    GroupMemory *memory;
    uint32_t *fields; ///< that are read
    size_t field_count;
    uint32_t *places; ///< per field of the source: its place among `fields`, PLAN_NONE: not read
    ScannedGroup *groups;
    size_t group_count;
    bool digests; ///< rows are digested, to tell apart those of equal time
    bool has_known;
    LanePool lanes;
    atomic_uint_least64_t row_count;
    Arena arena;
} SourceScan;

/// What one thread at a time works with.
typedef struct ScanLane {
    Lane link;
    Arena arena; ///< of a chunk
    RowDigester digester;
} ScanLane;

static void lane_free(ScanLane *lane)
{
    arena_deinit(&lane->arena);
    row_digester_deinit(&lane->digester);
    memory_free(lane);
}

static void scan_deinit(SourceScan *scan)
{
    for (ScanLane *lane = NULL; (lane = lane_take(&scan->lanes)) != NULL;) lane_free(lane);
    for (size_t i = 0; i < scan->group_count; i++) record_store_deinit(&scan->groups[i].records);
    arena_deinit(&scan->arena);
}

static void need_field(SourceScan *scan, uint32_t field)
{
    if (scan->places[field] != PLAN_NONE) return;
    scan->places[field] = (uint32_t)scan->field_count;
    scan->fields[scan->field_count++] = field;
}

static void need_program(SourceScan *scan, const Program *program)
{
    for (uint32_t i = 0; i < program->node_count; i++) {
        if (program->nodes[i].kind == PLAN_COLUMN) need_field(scan, program->nodes[i].index);
    }
}

// A digest is over all columns, the rest of the work over few.
static bool choose_fields(SourceScan *scan, Error *err)
{
    uint32_t field_count = scan->source->field_count;

    scan->fields = arena_alloc_array(&scan->arena, field_count, sizeof(*scan->fields), err);
    TRY(scan->fields != NULL);
    scan->places = arena_alloc_array(&scan->arena, field_count, sizeof(*scan->places), err);
    TRY(scan->places != NULL);
    for (uint32_t i = 0; i < field_count; i++) scan->places[i] = PLAN_NONE;
    need_field(scan, scan->source->time);
    need_field(scan, scan->source->known);
    for (size_t i = 0; i < scan->group_count; i++) need_program(scan, &scan->groups[i].plan->rows);
    for (uint32_t i = 0; scan->digests && i < field_count; i++) need_field(scan, i);
    return true;
}

static bool list_groups(const Plan *plan, uint32_t source, Group *groups, SourceScan *scan, Error *err)
{
    scan->groups = arena_alloc_array(&scan->arena, plan->group_count, sizeof(*scan->groups), err);
    TRY(scan->groups != NULL);
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (plan->groups[i].source != source) continue;
        scan->groups[scan->group_count++] =
            (ScannedGroup){.group = &groups[i], .plan = &plan->groups[i], .records = RECORD_STORE_INIT};
    }
    return true;
}

// Known is time where one column gives both and rounding makes no difference.
static bool known_is_time(const PlanSource *source)
{
    return source->time == source->known && source->fields[source->time].type.id != TYPE_TIMESTAMP_NS;
}

static bool init_groups(SourceScan *scan, uint64_t row_count, Error *err)
{
    GroupShape shape = {.row_count = row_count,
                        .has_known = scan->has_known,
                        .order = scan->digests ? RECORD_BY_DIGEST : RECORD_UNORDERED};

    for (size_t i = 0; i < scan->group_count; i++) {
        TRY(group_init(scan->groups[i].plan, &shape, scan->memory, scan->groups[i].group, err));
        group_records_init(scan->groups[i].group, &scan->groups[i].records);
    }
    return true;
}

/// One chunk on its way.
typedef struct Chunk {
    const SourceScan *scan;
    const Vector *vectors; ///< per field that is read, as it came
    size_t count;
    Arena *arena;
    const int64_t *time, *known;
    Vector *columns; ///< per field of the source, in computed types
    Hash128 *digests;
} Chunk;

static bool chunk_instants(const Chunk *chunk, uint32_t field, bool round_up, const int64_t **out, Error *err)
{
    const PlanSource *source = chunk->scan->source;
    const Vector *vector = &chunk->vectors[chunk->scan->places[field]];

    *out = vector->values.ints;
    if (instants_are_ready(vector, source->timezone)) return true;
    int64_t *converted = arena_alloc_array(chunk->arena, chunk->count, sizeof(*converted), err);
    TRY(converted != NULL);
    *out = converted;
    return instants_convert(vector, source->timezone, round_up, converted, err);
}

static bool chunk_check_times(const Chunk *chunk, Error *err)
{
    const SourceScan *scan = chunk->scan;
    const Vector *time = &chunk->vectors[scan->places[scan->source->time]];
    const Vector *known = &chunk->vectors[scan->places[scan->source->known]];

    for (size_t i = 0; (time->valid != NULL || known->valid != NULL) && i < chunk->count; i++) {
        if (!vector_is_valid(time, i) || !vector_is_valid(known, i))
            return error_set(err, ERROR_DATA, "time or known is null");
    }
    for (size_t i = 0; chunk->known != chunk->time && i < chunk->count; i++) {
        if (chunk->known[i] < chunk->time[i]) return error_set(err, ERROR_DATA, "known is before its time");
    }
    return true;
}

static bool chunk_times(Chunk *chunk, Error *err)
{
    const PlanSource *source = chunk->scan->source;

    TRY(chunk_instants(chunk, source->time, false, &chunk->time, err));
    chunk->known = chunk->time;
    if (chunk->scan->has_known) TRY(chunk_instants(chunk, source->known, true, &chunk->known, err));
    return chunk_check_times(chunk, err);
}

static bool chunk_columns(Chunk *chunk, Error *err)
{
    const SourceScan *scan = chunk->scan;

    chunk->columns = arena_alloc_array(chunk->arena, scan->source->field_count, sizeof(*chunk->columns), err);
    TRY(chunk->columns != NULL);
    for (size_t i = 0; i < scan->field_count; i++) {
        Vector *column = &chunk->columns[scan->fields[i]];
        *column = chunk->vectors[i];
        if (type_is_timestamp(type_computed(column->type))) {
            const int64_t *instants = NULL;
            TRY(chunk_instants(chunk, scan->fields[i], false, &instants, err));
            *column = instants_vector(column, instants);
        }
        column->type = type_computed(column->type);
    }
    return true;
}

static bool chunk_digest(Chunk *chunk, ScanLane *lane, Error *err)
{
    const SourceScan *scan = chunk->scan;

    if (!scan->digests) return true;
    chunk->digests = arena_alloc_array(chunk->arena, chunk->count, sizeof(*chunk->digests), err);
    TRY(chunk->digests != NULL);
    if (lane->digester.columns == NULL) {
        Schema schema = {scan->source->fields, scan->source->field_count};
        TRY(row_digester_init_schema(schema, &lane->digester, err));
    }
    for (size_t i = 0; i < scan->field_count; i++)
        row_digester_set(&lane->digester, scan->fields[i], &chunk->vectors[i]);
    for (size_t i = 0; i < chunk->count; i++) TRY(row_digest(&lane->digester, i, NULL, &chunk->digests[i], err));
    return true;
}

static bool chunk_put_group(const Chunk *chunk, ScannedGroup *group, Error *err)
{
    const Program *program = &group->plan->rows;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    ProgramInput input = {.count = chunk->count,
                          .columns = chunk->columns,
                          .gathered_count = chunk->scan->source->field_count,
                          .at = chunk->time};

    TRY(program_evaluate(program, program->outputs, program->output_count, &input, 1, &output, err));
    RecordBatch batch = {.count = chunk->count,
                         .values = output.vectors,
                         .time = chunk->time,
                         .known = chunk->known,
                         .digests = chunk->digests};
    return record_store_put(&group->records, &batch, err);
}

static bool put_chunk(SourceScan *scan, Chunk *chunk, ScanLane *lane, Error *err)
{
    TRY(chunk_times(chunk, err));
    TRY(chunk_columns(chunk, err));
    TRY(chunk_digest(chunk, lane, err));
    for (size_t i = 0; i < scan->group_count; i++) TRY(chunk_put_group(chunk, &scan->groups[i], err));
    atomic_fetch_add(&scan->row_count, chunk->count);
    return true;
}

static bool scan_put(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    SourceScan *scan = context;
    ScanLane *lane = lane_take(&scan->lanes);
    if (lane == NULL) lane = memory_alloc(sizeof(*lane), err);
    TRY(lane != NULL);
    arena_reset(&lane->arena);
    Chunk chunk = {.scan = scan, .vectors = vectors, .count = row_count, .arena = &lane->arena};
    bool done = put_chunk(scan, &chunk, lane, err);
    lane_give(&scan->lanes, lane);
    return done;
}

static bool finish_groups(SourceScan *scan, size_t threads, bool *tied, Error *err)
{
    for (size_t i = 0; !*tied && i < scan->group_count; i++)
        TRY(group_finish(scan->groups[i].group, &scan->groups[i].records, NULL, threads, tied, err));
    return true;
}

static bool scan_once(const Plan *plan, uint32_t source, const RowReader *reader, size_t threads, bool digests,
                      GroupMemory *memory, Group *groups, uint64_t *row_count, bool *tied, Error *err)
{
    const PlanSource *planned = &plan->sources[source];
    AUTO(scan_deinit)
    SourceScan scan = {.source = planned,
                       .memory = memory,
                       .digests = digests,
                       .has_known = !known_is_time(planned),
                       .lanes = LANE_POOL_INIT};
    ChunkSink sink = {scan_put, &scan};

    TRY(list_groups(plan, source, groups, &scan, err));
    TRY(choose_fields(&scan, err));
    TRY(init_groups(&scan, reader->row_count == 0 ? UINT64_MAX : reader->row_count, err));
    TRY(reader->scan(reader->context, scan.fields, scan.field_count, &sink, err));
    *row_count = atomic_load(&scan.row_count);
    if (*row_count > VERSIONS_MAX)
        return error_set(err, ERROR_MEMORY, "%llu rows; at most %zu", (unsigned long long)*row_count, VERSIONS_MAX);
    return finish_groups(&scan, threads, tied, err);
}

static void reset_groups(const Plan *plan, uint32_t source, Group *groups)
{
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (plan->groups[i].source == source) group_deinit(&groups[i]);
    }
}

// Whole microseconds seldom meet; coarser times often do.
static bool ties_are_likely(const PlanSource *source)
{
    TypeId type = source->fields[source->time].type.id;
    return type != TYPE_TIMESTAMP_US && type != TYPE_TIMESTAMP_NS;
}

bool source_scan(const Plan *plan, uint32_t source, const RowReader *reader, size_t threads, GroupMemory *memory,
                 Group *groups, HistoryReport *report, Error *err)
{
    const PlanSource *planned = &plan->sources[source];
    bool digests = ties_are_likely(planned);
    bool tied = false;
    uint64_t rows = 0;

    TRY(scan_once(plan, source, reader, threads, digests, memory, groups, &rows, &tied, err));
    if (tied) {
        reset_groups(plan, source, groups);
        tied = false;
        TRY(scan_once(plan, source, reader, threads, true, memory, groups, &rows, &tied, err));
    }
    *report = (HistoryReport){.row_count = rows, .version_count = rows, .key_count = rows};
    return true;
}
