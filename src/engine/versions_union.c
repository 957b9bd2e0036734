#include "engine/versions_union.h"

#include <string.h>

static size_t union_count(const PlanUnion *joined, const Versions *sources)
{
    size_t count = 0;
    for (uint32_t i = 0; i < joined->member_count; i++) count += sources[joined->members[i]].count;
    return count;
}

// Times of all members, one after the other; `instants` picks whose.
static bool join_instants(Versions *out, const int64_t *(*instants)(const Versions *), const int64_t **to, Error *err)
{
    size_t begin = 0;
    int64_t *joined = arena_alloc_array(&out->arena, out->count, sizeof(*joined), err);
    TRY(joined != NULL);
    for (size_t i = 0; i < out->part_count; i++) {
        const Versions *part = out->parts[i];
        const int64_t *from = instants(part);
        for (size_t k = 0; k < part->count; k++) joined[begin + k] = from == NULL ? INT64_MAX : from[k];
        begin += part->count;
    }
    *to = joined;
    return true;
}

static const int64_t *time_of(const Versions *versions)
{
    return versions->time;
}

static const int64_t *known_of(const Versions *versions)
{
    return versions->known;
}

static const int64_t *superseded_of(const Versions *versions)
{
    return versions->superseded;
}

static bool join_times(Versions *out, Error *err)
{
    bool known = false;
    bool superseded = false;
    for (size_t i = 0; i < out->part_count; i++) {
        known |= out->parts[i]->known != out->parts[i]->time;
        superseded |= out->parts[i]->superseded != NULL;
    }
    TRY(join_instants(out, time_of, &out->time, err));
    out->known = out->time;
    if (known) TRY(join_instants(out, known_of, &out->known, err));
    if (superseded) TRY(join_instants(out, superseded_of, &out->superseded, err));
    return true;
}

static bool part_knows(const Versions *part, size_t version, uint32_t field)
{
    return part->column_known == NULL || part->column_known[version * part->columns.count + field] != 0;
}

// Values of one part's field, from `begin` on; what is null stays zero, as the arena gave it.
static void join_values(const Versions *part, uint32_t field, size_t begin, Vector *out, uint8_t *valid)
{
    const Vector *from = &part->columns.vectors[field];
    size_t size = storage_size(type_storage(out->type));
    for (size_t i = 0; i < part->count; i++) {
        size_t row = (size_t)versions_row(part, i);
        if (!part_knows(part, i, field) || !vector_is_valid(from, row)) continue;
        memcpy((uint8_t *)out->values.any + (begin + i) * size, (const uint8_t *)from->values.any + row * size, size);
        valid[begin + i] = 1;
    }
}

static void join_names(Str name, size_t begin, size_t count, Vector *out, uint8_t *valid)
{
    for (size_t i = begin; i < begin + count; i++) {
        out->values.strings[i] = name;
        valid[i] = 1;
    }
}

static bool join_column(const PlanUnion *joined, uint32_t column, Versions *versions, Vector *out, Error *err)
{
    size_t begin = 0;
    uint8_t *valid = arena_alloc(&versions->arena, versions->count, err);
    TRY(valid != NULL);
    out->values.any = arena_alloc_array(&versions->arena, versions->count, storage_size(type_storage(out->type)), err);
    TRY(out->values.any != NULL);
    for (uint32_t i = 0; i < joined->member_count; i++) {
        const Versions *part = versions->parts[i];
        uint32_t field = joined->member_fields[i * joined->field_count + column];
        if (field != PLAN_NONE) join_values(part, field, begin, out, valid);
        if (column + 1 == joined->field_count) join_names(part->source->name, begin, part->count, out, valid);
        begin += part->count;
    }
    out->valid = valid;
    return true;
}

static bool join_columns(const PlanUnion *joined, const uint8_t *needed, Versions *out, Error *err)
{
    out->columns.vectors = arena_alloc_array(&out->arena, joined->field_count, sizeof(Vector), err);
    TRY(out->columns.vectors != NULL);
    out->columns.count = joined->field_count;
    for (uint32_t i = 0; i < joined->field_count; i++) {
        Vector *vector = &out->columns.vectors[i];
        *vector = (Vector){.type = joined->fields[i].type, .count = out->count};
        if (needed[i]) TRY(join_column(joined, i, out, vector, err));
    }
    return true;
}

static bool join_parts(const PlanUnion *joined, const Versions *sources, Versions *out, Error *err)
{
    out->parts = arena_alloc_array(&out->arena, joined->member_count, sizeof(*out->parts), err);
    TRY(out->parts != NULL);
    out->part_count = joined->member_count;
    for (uint32_t i = 0; i < joined->member_count; i++) out->parts[i] = &sources[joined->members[i]];
    return true;
}

bool versions_join(const PlanUnion *joined, const Versions *sources, const uint8_t *needed, Versions *out, Error *err)
{
    AUTO(versions_deinit) Versions versions = {.count = union_count(joined, sources), .arena.limit = SIZE_MAX};

    if (versions.count > VERSIONS_MAX)
        return error_set(err, ERROR_MEMORY, "a view's sources have %zu versions together; at most %zu", versions.count,
                         VERSIONS_MAX);
    TRY(join_parts(joined, sources, &versions, err));
    TRY(join_times(&versions, err));
    TRY(join_columns(joined, needed, &versions, err));

    *out = versions;
    versions = (Versions){0};
    return true;
}
