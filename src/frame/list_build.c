/// Lists and maps out of whole vectors.
#include "frame/list.h"

bool list_from_vector(const Vector *items, Arena *arena, Str *out, Error *err)
{
    AUTO(list_writer_deinit) ListWriter writer = {0};
    TRY(list_writer_begin(&writer, type_list(items->type), err));
    for (size_t i = 0; i < items->count; i++) TRY(list_writer_push(&writer, items, i, err));
    return list_writer_finish(&writer, arena, out, err);
}

/// Merges the sorted runs [begin, middle) and [middle, end) of `from` into `to`.
static void runs_merge(const Vector *keys, const uint32_t *from, size_t begin, size_t middle, size_t end, uint32_t *to)
{
    size_t left = begin;
    size_t right = middle;
    for (size_t i = begin; i < end; i++) {
        bool take_left = right == end || (left < middle && vector_compare(keys, from[left], keys, from[right]) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

bool vector_order(const Vector *vector, Arena *arena, uint32_t **out, Error *err)
{
    size_t count = vector->count;
    CHECK(count <= UINT32_MAX);
    uint32_t *order = arena_alloc_array(arena, count + 1, sizeof(uint32_t), err);
    uint32_t *spare = arena_alloc_array(arena, count + 1, sizeof(uint32_t), err);
    if (order == NULL || spare == NULL) return false;
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = begin + width < count ? begin + width : count;
            size_t end = middle + width < count ? middle + width : count;
            runs_merge(vector, order, begin, middle, end, spare);
        }
        uint32_t *merged = spare;
        spare = order;
        order = merged;
    }
    *out = order;
    return true;
}

bool map_from_vectors(const Vector *keys, const Vector *items, Arena *arena, Str *out, Error *err)
{
    AUTO(list_writer_deinit) ListWriter writer = {0};
    AUTO(arena_deinit) Arena scratch = {0};
    uint32_t *order = NULL;
    CHECK(keys->count == items->count);
    if (keys->count > LIST_ITEMS_MAX) return error_set(err, ERROR_DATA, "a map of over %d entries", LIST_ITEMS_MAX);
    TRY(vector_order(keys, &scratch, &order, err));
    TRY(list_writer_begin(&writer, type_map(keys->type, items->type), err));
    for (size_t i = 0; i < keys->count; i++) {
        TRY(list_writer_push(&writer, keys, order[i], err));
        TRY(list_writer_push(&writer, items, order[i], err));
    }
    return list_writer_finish(&writer, arena, out, err);
}
