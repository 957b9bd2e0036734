#include "dataset/table_blocks.h"

#include <string.h>

#include "dataset/sorter.h"
#include "engine/key.h"
#include "frame/row_codec.h"

enum { PLACE_BYTES = sizeof(uint64_t) };

/// Rows being gathered into blocks.
typedef struct Blocks {
    const BlockSink *sink;
    uint64_t bytes_max;
    const PlanSource *source; ///< by whose keys rows are sorted; NULL: they are not
    Frame block;
    uint64_t bytes; ///< of the block, about
    uint64_t first_row;
    RowCodec codec;
    Sorter sorter;
    Bytes row, key;
} Blocks;

static void blocks_deinit(Blocks *blocks)
{
    frame_deinit(&blocks->block);
    row_codec_deinit(&blocks->codec);
    sorter_deinit(&blocks->sorter);
    bytes_deinit(&blocks->row);
    bytes_deinit(&blocks->key);
}

static void block_clear(Blocks *blocks)
{
    for (size_t i = 0; i < blocks->block.column_count; i++) column_clear(&blocks->block.columns[i]);
    blocks->block.row_count = 0;
    blocks->bytes = 0;
}

static bool block_put(Blocks *blocks, Error *err)
{
    frame_finish(&blocks->block);
    uint64_t count = blocks->block.row_count;
    if (count == 0) return true;
    TRY(blocks->sink->put(blocks->sink->context, &blocks->block, blocks->first_row, err));
    blocks->first_row += count;
    block_clear(blocks);
    return true;
}

static bool blocks_begin(void *context, Schema schema, Error *err)
{
    Blocks *blocks = context;
    TRY(frame_add_schema(&blocks->block, schema, err));
    return row_codec_init(frame_schema(&blocks->block), &blocks->codec, err);
}

static uint64_t vector_bytes(const Vector *vector)
{
    uint64_t bytes = vector->count * (storage_size(type_storage(vector->type)) + 1);
    if (type_storage(vector->type) != STORAGE_STRING) return bytes;
    for (size_t i = 0; i < vector->count; i++) bytes += vector->values.strings[i].size;
    return bytes;
}

static bool rows_append(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Blocks *blocks = context;
    UNUSED(row_count);
    for (size_t i = 0; i < blocks->block.column_count; i++) {
        TRY(column_append(&blocks->block.columns[i], &vectors[i], err));
        blocks->bytes += vector_bytes(&vectors[i]);
    }
    return blocks->bytes < blocks->bytes_max || block_put(blocks, err);
}

/// Greatest byte first, so that rows of a key stand in the table's order.
static bool place_append(uint64_t place, Bytes *out, Error *err)
{
    for (size_t i = 0; i < PLACE_BYTES; i++) TRY(bytes_append_byte(out, (uint8_t)(place >> (56 - 8 * i)), err));
    return true;
}

static bool row_sort(Blocks *blocks, const Vector *keys, const Vector *vectors, size_t row, Error *err)
{
    const PlanSource *source = blocks->source;
    bytes_clear(&blocks->row);
    bytes_clear(&blocks->key);
    TRY(place_append(blocks->sorter.item_count, &blocks->row, err));
    TRY(row_encode(&blocks->codec, vectors, row, &blocks->row, err));
    TRY(key_encode(keys, source->key_count, row, &blocks->key, err));
    SortItem item = {.order = (int64_t)hash64(blocks->key.data, blocks->key.size, 0),
                     .key = bytes_str(&blocks->key),
                     .value = bytes_str(&blocks->row)};
    return sorter_add(&blocks->sorter, &item, err);
}

static bool rows_sort(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Blocks *blocks = context;
    AUTO(arena_deinit) Arena arena = {0};
    Vector *keys = arena_alloc_array(&arena, blocks->source->key_count, sizeof(Vector), err);
    TRY(keys != NULL);
    for (uint32_t i = 0; i < blocks->source->key_count; i++) keys[i] = vectors[blocks->source->key[i]];
    for (size_t i = 0; i < row_count; i++) TRY(row_sort(blocks, keys, vectors, i, err));
    return true;
}

/// A block ends where a key does.
static bool sorted_add(Blocks *blocks, const SortItem *item, Error *err)
{
    bool same = str_equal(item->key, bytes_str(&blocks->key));
    if (!same && blocks->bytes >= blocks->bytes_max) TRY(block_put(blocks, err));
    if (!same) {
        bytes_clear(&blocks->key);
        TRY(bytes_append_str(&blocks->key, item->key, err));
    }
    Str row = str_slice(item->value, PLACE_BYTES, item->value.size);
    blocks->bytes += row.size + blocks->block.column_count * sizeof(Str);
    return row_decode(&blocks->codec, row, &blocks->block, err);
}

static bool sorted_put(Blocks *blocks, Error *err)
{
    SortItem item = {0};
    bool there = false;
    bytes_clear(&blocks->key);
    TRY(sorter_finish(&blocks->sorter, err));
    TRY(sorter_next(&blocks->sorter, &item, &there, err));
    while (there) {
        TRY(sorted_add(blocks, &item, err));
        TRY(sorter_next(&blocks->sorter, &item, &there, err));
    }
    return block_put(blocks, err);
}

bool table_blocks(Lake *lake, Str path, uint64_t block_bytes, const BlockSink *sink, Error *err)
{
    AUTO(blocks_deinit)
    Blocks blocks = {.sink = sink, .bytes_max = block_bytes == 0 ? TABLE_BLOCK_BYTES_DEFAULT : block_bytes};
    const RowVisitor visitor = {blocks_begin, rows_append, &blocks};
    TRY(lake_visit_stored(lake, path, NULL, 0, &visitor, err));
    return block_put(&blocks, err);
}

bool table_key_blocks(Lake *lake, Str path, const PlanSource *source, uint64_t block_bytes, const BlockSink *sink,
                      Error *err)
{
    if (source->key_count == 0) return table_blocks(lake, path, block_bytes, sink, err);
    AUTO(blocks_deinit)
    Blocks blocks = {
        .sink = sink, .source = source, .bytes_max = block_bytes == 0 ? TABLE_BLOCK_BYTES_DEFAULT : block_bytes};
    const RowVisitor visitor = {blocks_begin, rows_sort, &blocks};
    sorter_init(block_bytes == 0 ? 4 * TABLE_BLOCK_BYTES_DEFAULT : block_bytes, STR(""), NULL, &blocks.sorter);
    TRY(lake_visit_stored(lake, path, NULL, 0, &visitor, err));
    return sorted_put(&blocks, err);
}
