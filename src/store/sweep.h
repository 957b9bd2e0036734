/// Taking things out of the store: an object, an attempt, a checkpoint that nobody needs any more. Who decides that is above; here
/// nothing is ever found half removed.
///
/// What goes is renamed into `trash/` and its bytes are removed later, so that who looks sees all of it or nothing, and so that
/// the write lock of the database is held for a rename, not for a removal.
#ifndef PAWL_STORE_SWEEP_H
#define PAWL_STORE_SWEEP_H

#include "store/store.h"

/// Digests of the objects whose files are there, recorded or not, in byte order.
MUST_CHECK bool object_list(const Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err);

/// Digests of the objects that the metadata database knows, in byte order.
MUST_CHECK bool object_list_recorded(Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err);

MUST_CHECK bool object_is_recorded(Store *store, const Digest *digest, bool *out, Error *err);

/// Bytes of all files at `path`, a file or a tree; 0 when nothing is there.
MUST_CHECK bool store_measure(const Store *store, Str path, uint64_t *out_bytes, Error *err);

/// Into the trash. Not synced: after a crash of the machine it may be back. Nothing there is fine.
MUST_CHECK bool store_discard(const Store *store, Str path, Error *err);

/// Into the trash, and forgotten. In the caller's transaction: nobody records or reads it meanwhile.
MUST_CHECK bool object_discard(Store *store, const Digest *digest, Error *err);

/// Forgotten, and moved beside its place under a name that says when: `HEX.damaged-TIME`. In the caller's transaction.
MUST_CHECK bool object_set_aside(Store *store, const Digest *digest, Error *err);

/// Into the trash: objects that were set aside before that instant.
MUST_CHECK bool store_discard_damaged(const Store *store, int64_t before_us, Error *err);

MUST_CHECK bool store_empty_trash(const Store *store, Error *err);

#endif
