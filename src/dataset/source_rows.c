#include <stdlib.h>

#include "base/memory.h"
#include "dataset/source_internal.h"
#include "engine/instant.h"

/// Where a row stands in the table's order.
typedef struct RowPlace {
    int64_t time;
    Hash128 hash;
    uint64_t row;
} RowPlace;

static int compare_places(const void *left, const void *right)
{
    const RowPlace *a = left;
    const RowPlace *b = right;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return hash128_compare(a->hash, b->hash);
}

static bool places_fill(const PlanSource *source, const Frame *table, RowPlace *places, Arena *arena, Error *err)
{
    Vector time = frame_vector(table, source->time);
    int64_t *instants = arena_alloc_array(arena, table->row_count, sizeof(int64_t), err);
    TRY(instants != NULL);
    Hash128 *hashes = arena_alloc_array(arena, table->row_count, sizeof(Hash128), err);
    TRY(hashes != NULL);
    TRY(instants_convert(&time, source->timezone, false, instants, err));
    TRY(frame_row_hashes(table, hashes, err));
    for (size_t i = 0; i < table->row_count; i++)
        places[i] = (RowPlace){vector_is_valid(&time, i) ? instants[i] : INT64_MIN, hashes[i], i};
    return true;
}

static bool rows_gather(const RowPlace *places, Frame *table, Arena *arena, Error *err)
{
    AUTO(frame_deinit) Frame sorted = {0};
    uint64_t *rows = arena_alloc_array(arena, table->row_count, sizeof(uint64_t), err);
    TRY(rows != NULL);
    for (size_t i = 0; i < table->row_count; i++) rows[i] = places[i].row;
    TRY(frame_gather(table, rows, table->row_count, &sorted, err));
    frame_deinit(table);
    *table = frame_take(&sorted);
    return true;
}

bool source_rows_sort(const PlanSource *source, Frame *table, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RowPlace *places = arena_alloc_array(&arena, table->row_count + 1, sizeof(RowPlace), err);
    TRY(places != NULL);
    TRY(places_fill(source, table, places, &arena, err));
    qsort(places, table->row_count, sizeof(RowPlace), compare_places);
    return rows_gather(places, table, &arena, err);
}
