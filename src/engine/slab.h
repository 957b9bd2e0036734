/// Memory for records and facts: cut in order from chunks that are large pages, handed back whole, and used again without a system
/// call or another first touch.
///
/// Memory is not zeroed. A pool is shared by threads; a Slab is one thread's at a time.
#ifndef PAWL_ENGINE_SLAB_H
#define PAWL_ENGINE_SLAB_H

#include <stdatomic.h>

#include "base/error.h"
#include "sys/lock.h"

enum { SLAB_CHUNK_BYTES = 2 << 20, SLAB_ALIGNMENT = 16 };

typedef struct SlabChunk SlabChunk;
typedef struct SlabRegion SlabRegion;

typedef struct SlabPool {
    atomic_size_t bytes; ///< in use by slabs
    Lock lock;
    SlabChunk *idle;     ///< whole chunks that nobody uses
    SlabRegion *regions; ///< what chunks are cut from
} SlabPool;

#define SLAB_POOL_INIT                                                                                                 \
    {                                                                                                                  \
        .lock = LOCK_INIT                                                                                              \
    }

/// After all of its slabs.
void slab_pool_deinit(SlabPool *pool);

/// The zero value with a pool is ready.
typedef struct Slab {
    SlabPool *pool;
    SlabChunk *chunks; ///< the newest first
    size_t used;       ///< of the newest
    size_t bytes;      ///< of all chunks
} Slab;

/// Whole chunks go back to the pool.
void slab_deinit(Slab *slab);

/// Aligned to 16; NULL with ERROR_MEMORY set.
MUST_CHECK void *slab_alloc(Slab *slab, size_t size, Error *err);

#endif
