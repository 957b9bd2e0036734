/// What the files of the export share.
#ifndef PAWL_FRAME_ARROW_INTERNAL_H
#define PAWL_FRAME_ARROW_INTERNAL_H

#include "frame/arrow.h"

enum { ARROW_BUFFERS_MAX = 3 };

/// One bit per byte that is not zero, least significant first; gives the number of those that are zero.
MUST_CHECK bool arrow_bits_pack(Arena *arena, const uint8_t *bytes, size_t count, const void **out, int64_t *out_zeros,
                                Error *err);

/// A vector in the arena, or borrowed where the storage is the layout; `release` and `private_data` are the caller's to set.
MUST_CHECK bool arrow_export_vector(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err);

/// The same of any type but lists and maps.
MUST_CHECK bool arrow_export_scalars(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err);

/// Offsets and children of a list or map; its nulls are there already.
MUST_CHECK bool arrow_export_nested(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err);

#endif
