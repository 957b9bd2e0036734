#include "engine/version_batch.h"

#include <string.h>

static size_t row_of(const VersionRows *rows, size_t version)
{
    return rows->rows == NULL ? version : (size_t)rows->rows[version];
}

static bool is_there(const VersionRows *rows, uint32_t field, const Vector *from, size_t version)
{
    bool known = rows->known == NULL || field == PLAN_NONE || rows->known[version * rows->field_count + field] != 0;
    return known && vector_is_valid(from, row_of(rows, version));
}

// What is null stays zero, as the arena gave it.
bool version_rows_gather(const VersionRows *rows, uint32_t field, const Vector *from, Arena *arena, Vector *out,
                         Error *err)
{
    size_t size = storage_size(type_storage(from->type));
    Vector gathered = {.type = from->type, .count = rows->count};
    uint8_t *valid = arena_alloc(arena, rows->count, err);
    TRY(valid != NULL);
    gathered.values.any = arena_alloc_array(arena, rows->count, size, err);
    TRY(gathered.values.any != NULL);

    for (size_t i = 0; i < rows->count; i++) {
        if (!is_there(rows, field, from, i)) continue;
        memcpy((uint8_t *)gathered.values.any + i * size, (const uint8_t *)from->values.any + row_of(rows, i) * size,
               size);
        valid[i] = 1;
    }
    gathered.valid = valid;
    *out = gathered;
    return true;
}

static bool gather_instants(const VersionRows *rows, const int64_t *from, Arena *arena, const int64_t **out, Error *err)
{
    *out = NULL;
    if (from == NULL) return true;
    int64_t *instants = arena_alloc_array(arena, rows->count, sizeof(*instants), err);
    TRY(instants != NULL);
    for (size_t i = 0; i < rows->count; i++) instants[i] = from[rows->rows[i]];
    *out = instants;
    return true;
}

static bool gather_vectors(const VersionRows *rows, const Vector *from, size_t count, Arena *arena, const Vector **out,
                           Error *err)
{
    *out = NULL;
    Vector *vectors = arena_alloc_array(arena, count, sizeof(*vectors), err);
    TRY(vectors != NULL);
    for (size_t i = 0; i < count; i++) {
        if (from[i].count > 0) TRY(version_rows_gather(rows, PLAN_NONE, &from[i], arena, &vectors[i], err));
    }
    *out = vectors;
    return true;
}

static bool gather_digests(const VersionRows *rows, const Hash128 *from, Arena *arena, const Hash128 **out, Error *err)
{
    *out = NULL;
    if (from == NULL) return true;
    Hash128 *digests = arena_alloc_array(arena, rows->count, sizeof(*digests), err);
    TRY(digests != NULL);
    for (size_t i = 0; i < rows->count; i++) digests[i] = from[rows->rows[i]];
    *out = digests;
    return true;
}

static bool list_kept(const VersionBatch *batch, Arena *arena, VersionRows *out, Error *err)
{
    uint64_t *rows = arena_alloc_array(arena, batch->count, sizeof(*rows), err);
    TRY(rows != NULL);
    *out = (VersionRows){.rows = rows};
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->deleted[i]) rows[out->count++] = i;
    }
    return true;
}

bool version_batch_keep(const VersionBatch *batch, size_t field_count, Arena *arena, VersionBatch *out, Error *err)
{
    VersionBatch kept = {0};
    VersionRows rows = {0};

    *out = *batch;
    if (batch->deleted == NULL) return true;
    TRY(list_kept(batch, arena, &rows, err));
    kept.count = rows.count;
    TRY(gather_instants(&rows, batch->time, arena, &kept.time, err));
    TRY(gather_instants(&rows, batch->known, arena, &kept.known, err));
    TRY(gather_instants(&rows, batch->superseded, arena, &kept.superseded, err));
    TRY(gather_digests(&rows, batch->digests, arena, &kept.digests, err));
    TRY(gather_vectors(&rows, batch->columns, field_count, arena, &kept.columns, err));
    *out = kept;
    return true;
}
