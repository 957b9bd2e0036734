/// The hash of one value, as hash(x) and approx_distinct(x) see it.
#ifndef PAWL_ENGINE_AGGREGATE_HASH_H
#define PAWL_ENGINE_AGGREGATE_HASH_H

#include "base/bytes.h"
#include "frame/vector.h"

/// Of a value that is there. Equal values have equal hashes, so -0 is 0. `bytes` is scratch.
MUST_CHECK bool value_hash(const Vector *vector, size_t i, Bytes *bytes, uint64_t *out, Error *err);

#endif
