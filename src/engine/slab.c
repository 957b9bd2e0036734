#include "engine/slab.h"

#include "base/memory.h"

enum { CHUNK_BYTES_MIN = 4096, REGION_CHUNKS = 16 };

struct SlabChunk {
    SlabChunk *next;
    size_t size; ///< of the whole chunk: SLAB_CHUNK_BYTES where it belongs to a region
    _Alignas(SLAB_ALIGNMENT) uint8_t bytes[];
};

/// Chunks in a row, each on a large page of its own.
struct SlabRegion {
    SlabRegion *next;
    uint8_t *begin;
    size_t chunk_count; ///< handed out so far
};

void slab_pool_deinit(SlabPool *pool)
{
    for (SlabRegion *region = pool->regions, *next = NULL; region != NULL; region = next) {
        next = region->next;
        memory_free(region);
    }
    pool->regions = NULL;
    pool->idle = NULL;
}

static bool region_add(SlabPool *pool, Error *err)
{
    SlabRegion *region = memory_alloc(sizeof(*region) + (REGION_CHUNKS + 1) * (size_t)SLAB_CHUNK_BYTES, err);
    TRY(region != NULL);
    uint8_t *first = (uint8_t *)(region + 1);
    size_t offset = (uintptr_t)first % SLAB_CHUNK_BYTES;
    region->begin = first + (offset == 0 ? 0 : SLAB_CHUNK_BYTES - offset);
    region->next = pool->regions;
    pool->regions = region;
    return true;
}

static SlabChunk *chunk_cut(SlabPool *pool, Error *err)
{
    if (pool->regions == NULL || pool->regions->chunk_count == REGION_CHUNKS) {
        if (!region_add(pool, err)) return NULL;
    }
    SlabRegion *region = pool->regions;
    union {
        uint8_t *bytes;
        SlabChunk *chunk;
    } cut = {.bytes = region->begin + region->chunk_count++ * SLAB_CHUNK_BYTES};
    cut.chunk->size = SLAB_CHUNK_BYTES;
    return cut.chunk;
}

static SlabChunk *chunk_take(SlabPool *pool, Error *err)
{
    lock_enter(&pool->lock);
    SlabChunk *chunk = pool->idle;
    if (chunk != NULL) {
        pool->idle = chunk->next;
    } else {
        chunk = chunk_cut(pool, err);
    }
    lock_leave(&pool->lock);
    return chunk;
}

static void chunk_give(SlabPool *pool, SlabChunk *chunk)
{
    lock_enter(&pool->lock);
    chunk->next = pool->idle;
    pool->idle = chunk;
    lock_leave(&pool->lock);
}

void slab_deinit(Slab *slab)
{
    if (slab->pool != NULL) atomic_fetch_sub(&slab->pool->bytes, slab->bytes);
    for (SlabChunk *chunk = slab->chunks, *next = NULL; chunk != NULL; chunk = next) {
        next = chunk->next;
        if (chunk->size == SLAB_CHUNK_BYTES) {
            chunk_give(slab->pool, chunk);
        } else {
            memory_free(chunk);
        }
    }
    *slab = (Slab){.pool = slab->pool};
}

/// Chunks double until they are whole pages of a region; what is larger than that has a chunk of its own.
static SlabChunk *chunk_new(Slab *slab, size_t size, Error *err)
{
    size_t next = slab->bytes < CHUNK_BYTES_MIN ? CHUNK_BYTES_MIN : 2 * slab->bytes;
    size_t needed = sizeof(SlabChunk) + size;

    if (next > SLAB_CHUNK_BYTES) next = SLAB_CHUNK_BYTES;
    if (next == SLAB_CHUNK_BYTES && needed <= SLAB_CHUNK_BYTES) return chunk_take(slab->pool, err);
    if (next < needed) next = needed == SLAB_CHUNK_BYTES ? needed + SLAB_ALIGNMENT : needed;
    SlabChunk *chunk = memory_alloc(next, err);
    if (chunk != NULL) chunk->size = next;
    return chunk;
}

void *slab_alloc(Slab *slab, size_t size, Error *err)
{
    size_t padded = (size + SLAB_ALIGNMENT - 1) / SLAB_ALIGNMENT * SLAB_ALIGNMENT;

    if (slab->chunks == NULL || slab->chunks->size - sizeof(SlabChunk) - slab->used < padded) {
        SlabChunk *chunk = chunk_new(slab, padded, err);
        if (chunk == NULL) return NULL;
        chunk->next = slab->chunks;
        slab->chunks = chunk;
        slab->used = 0;
        slab->bytes += chunk->size;
        atomic_fetch_add(&slab->pool->bytes, chunk->size);
    }
    void *piece = slab->chunks->bytes + slab->used;
    slab->used += padded;
    return piece;
}
