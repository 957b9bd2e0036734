#include "engine/source_chunk.h"

#include <string.h>

#include "base/memory.h"
#include "engine/history_internal.h"
#include "engine/instant.h"
#include "engine/program.h"

static void need_field(SourceReading *reading, uint32_t field)
{
    for (size_t i = 0; i < reading->field_count; i++) {
        if (reading->fields[i] == field) return;
    }
    reading->fields[reading->field_count++] = field;
}

// Known is time where one column gives both and rounding makes no difference.
static bool known_is_time(const PlanSource *source)
{
    return source->time == source->known && source->fields[source->time].type.id != TYPE_TIMESTAMP_NS;
}

bool source_reading_init(const PlanSource *source, Arena *arena, SourceReading *out, Error *err)
{
    SourceReading reading = {.source = source, .has_moments = source_has_moments(source)};

    reading.has_known = reading.has_moments || !known_is_time(source);
    reading.fields = arena_alloc_array(arena, source->field_count, sizeof(*reading.fields), err);
    TRY(reading.fields != NULL);
    reading.computed = arena_alloc(arena, source->field_count, err);
    TRY(reading.computed != NULL);
    need_field(&reading, source->time);
    need_field(&reading, source->known);
    for (uint32_t i = 0; i < source->key_count; i++) need_field(&reading, source->key[i]);
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (source->column_known[i] != PLAN_NONE) need_field(&reading, source->column_known[i]);
    }
    source_reading_add(&reading, &source->deleted, NULL);
    *out = reading;
    return true;
}

void source_reading_add(SourceReading *reading, const Program *program, const uint32_t *map)
{
    for (uint32_t i = 0; i < program->node_count; i++) {
        const PlanNode *node = &program->nodes[i];
        if (node->kind != PLAN_COLUMN) continue;
        uint32_t field = map == NULL ? node->index : map[node->index];
        if (field == PLAN_NONE) continue;
        need_field(reading, field);
        reading->computed[field] = 1;
    }
}

void source_reading_digest(SourceReading *reading)
{
    reading->digests = true;
    for (uint32_t i = 0; i < reading->source->field_count; i++) need_field(reading, i);
}

void chunk_lane_free(ChunkLane *lane)
{
    arena_deinit(&lane->arena);
    row_digester_deinit(&lane->digester);
    memory_free(lane);
}

/// One chunk on its way.
typedef struct SourceChunk {
    const SourceReading *reading;
    Vector *fields; ///< per field, as it came
    RowTimes times;
    ChunkLane *lane;
    VersionRows rows; ///< of the versions
    Vector *columns, *keys;
    Hash128 *digests;
    uint8_t *deleted;
    VersionBatch batch;
} SourceChunk;

static void chunk_deinit(SourceChunk *chunk)
{
    row_times_deinit(&chunk->times);
}

static bool chunk_fields(SourceChunk *chunk, const Vector *vectors, Error *err)
{
    const SourceReading *reading = chunk->reading;

    chunk->fields = arena_alloc_array(&chunk->lane->arena, reading->source->field_count, sizeof(*chunk->fields), err);
    TRY(chunk->fields != NULL);
    for (size_t i = 0; i < reading->field_count; i++) chunk->fields[reading->fields[i]] = vectors[i];
    return true;
}

static size_t count_versions(const RowTimes *times)
{
    size_t count = 0;
    for (size_t row = 0; row < times->row_count; row++) {
        int64_t known = times->known.instants[row];
        do count++;
        while (row_times_next(times, row, known, &known));
    }
    return count;
}

/// Versions of rows of which more becomes known later: each until the next.
typedef struct Expansion {
    uint64_t *rows;
    int64_t *time, *known, *superseded;
    uint8_t *marks;
} Expansion;

static bool expansion_alloc(size_t count, size_t field_count, Arena *arena, Expansion *out, Error *err)
{
    int64_t **instants[] = {&out->time, &out->known, &out->superseded};

    for (size_t i = 0; i < COUNT_OF(instants); i++) {
        *instants[i] = arena_alloc_array(arena, count, sizeof(int64_t), err);
        TRY(*instants[i] != NULL);
    }
    out->rows = arena_alloc_array(arena, count, sizeof(*out->rows), err);
    TRY(out->rows != NULL);
    out->marks = arena_alloc_array(arena, count, field_count, err);
    return out->marks != NULL;
}

static void expand_rows(const SourceChunk *chunk, const Expansion *to)
{
    const RowTimes *times = &chunk->times;
    size_t field_count = chunk->reading->source->field_count;
    size_t count = 0;

    for (size_t row = 0; row < times->row_count; row++) {
        int64_t known = times->known.instants[row];
        for (bool more = true; more; count++) {
            to->rows[count] = row;
            to->time[count] = times->time.instants[row];
            to->known[count] = known;
            row_times_mark_known(times, row, known, field_count, to->marks + count * field_count);
            more = row_times_next(times, row, known, &known);
            to->superseded[count] = more ? known : INT64_MAX;
        }
    }
}

static bool chunk_expand(SourceChunk *chunk, Error *err)
{
    Expansion expansion = {0};
    size_t field_count = chunk->reading->source->field_count;
    size_t count = count_versions(&chunk->times);

    TRY(expansion_alloc(count, field_count, &chunk->lane->arena, &expansion, err));
    expand_rows(chunk, &expansion);
    chunk->rows = (VersionRows){expansion.rows, expansion.marks, field_count, count};
    chunk->batch.time = expansion.time;
    chunk->batch.known = expansion.known;
    chunk->batch.superseded = expansion.superseded;
    return true;
}

static bool chunk_versions(SourceChunk *chunk, Error *err)
{
    if (chunk->reading->has_moments) {
        TRY(chunk_expand(chunk, err));
    } else {
        chunk->rows = (VersionRows){.count = chunk->times.row_count};
        chunk->batch.time = chunk->times.time.instants;
        chunk->batch.known = chunk->reading->has_known ? chunk->times.known.instants : chunk->batch.time;
    }
    chunk->batch.count = chunk->rows.count;
    return true;
}

// Timestamps and dates as instants.
static bool compute_field(const SourceChunk *chunk, uint32_t field, Vector *out, Error *err)
{
    Str zone = chunk->reading->source->timezone;
    Vector computed = chunk->fields[field];

    if (type_is_timestamp(type_computed(computed.type)) && !instants_are_ready(&computed, zone)) {
        int64_t *instants = arena_alloc_array(&chunk->lane->arena, computed.count, sizeof(*instants), err);
        TRY(instants != NULL);
        TRY(instants_convert(&computed, zone, false, instants, err));
        computed = instants_vector(&computed, instants);
    }
    computed.type = type_computed(computed.type);
    *out = computed;
    return true;
}

static bool chunk_columns(SourceChunk *chunk, Error *err)
{
    const SourceReading *reading = chunk->reading;
    Arena *arena = &chunk->lane->arena;

    chunk->columns = arena_alloc_array(arena, reading->source->field_count, sizeof(*chunk->columns), err);
    TRY(chunk->columns != NULL);
    for (uint32_t field = 0; field < reading->source->field_count; field++) {
        Vector *column = &chunk->columns[field];
        if (!reading->computed[field]) continue;
        TRY(compute_field(chunk, field, column, err));
        if (chunk->rows.rows != NULL) TRY(version_rows_gather(&chunk->rows, field, column, arena, column, err));
    }
    chunk->batch.columns = chunk->columns;
    return true;
}

// A key is a row's, whatever of it is known.
static bool chunk_keys(SourceChunk *chunk, Error *err)
{
    const PlanSource *source = chunk->reading->source;
    Arena *arena = &chunk->lane->arena;

    if (source->key_count == 0) return true;
    chunk->keys = arena_alloc_array(arena, source->key_count, sizeof(*chunk->keys), err);
    TRY(chunk->keys != NULL);
    for (uint32_t i = 0; i < source->key_count; i++) {
        chunk->keys[i] = chunk->fields[source->key[i]];
        if (chunk->rows.rows != NULL)
            TRY(version_rows_gather(&chunk->rows, PLAN_NONE, &chunk->keys[i], arena, &chunk->keys[i], err));
    }
    chunk->batch.keys = chunk->keys;
    return true;
}

static bool digester_ready(const SourceChunk *chunk, Error *err)
{
    const SourceReading *reading = chunk->reading;
    RowDigester *digester = &chunk->lane->digester;
    Schema schema = {reading->source->fields, reading->source->field_count};

    if (digester->columns == NULL) TRY(row_digester_init_schema(schema, digester, err));
    for (uint32_t i = 0; i < schema.count; i++) row_digester_set(digester, i, &chunk->fields[i]);
    return true;
}

static bool chunk_digest(SourceChunk *chunk, Error *err)
{
    const VersionRows *rows = &chunk->rows;

    if (!chunk->reading->digests) return true;
    TRY(digester_ready(chunk, err));
    chunk->digests = arena_alloc_array(&chunk->lane->arena, rows->count, sizeof(*chunk->digests), err);
    TRY(chunk->digests != NULL);
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = rows->rows == NULL ? i : (size_t)rows->rows[i];
        const uint8_t *known = rows->known == NULL ? NULL : rows->known + i * rows->field_count;
        TRY(row_digest(&chunk->lane->digester, row, known, &chunk->digests[i], err));
    }
    chunk->batch.digests = chunk->digests;
    return true;
}

static bool chunk_deleted(SourceChunk *chunk, Error *err)
{
    const Program *program = &chunk->reading->source->deleted;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    ProgramInput input = {
        .count = chunk->rows.count, .columns = chunk->columns, .gathered_count = chunk->reading->source->field_count};

    if (program->output_count == 0) return true;
    TRY(program_evaluate(program, program->outputs, 1, &input, 1, &output, err));
    chunk->deleted = arena_alloc(&chunk->lane->arena, input.count, err);
    TRY(chunk->deleted != NULL);
    for (size_t i = 0; i < input.count; i++) chunk->deleted[i] = output.vectors[0].values.bools[i] != 0;
    chunk->batch.deleted = chunk->deleted;
    return true;
}

bool source_chunk_put(const SourceReading *reading, const Vector *vectors, size_t row_count, ChunkLane *lane,
                      const VersionSink *sink, Error *err)
{
    AUTO(chunk_deinit) SourceChunk chunk = {.reading = reading, .lane = lane};

    if (row_count == 0) return true;
    arena_reset(&lane->arena);
    TRY(chunk_fields(&chunk, vectors, err));
    TRY(row_times_read(reading->source, chunk.fields, row_count, &chunk.times, err));
    TRY(chunk_versions(&chunk, err));
    TRY(chunk_columns(&chunk, err));
    TRY(chunk_keys(&chunk, err));
    TRY(chunk_digest(&chunk, err));
    TRY(chunk_deleted(&chunk, err));
    return sink->put(sink->context, &chunk.batch, &lane->arena, err);
}
