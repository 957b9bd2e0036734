/// What the files of the import share.
#ifndef PAWL_FRAME_ARROW_IMPORT_INTERNAL_H
#define PAWL_FRAME_ARROW_IMPORT_INTERNAL_H

#include "frame/arrow_import.h"

/// `count` values of an array from `offset` on, which counts the array's own.
typedef struct ArrowPart {
    Str name; ///< of the column, for errors
    const struct ArrowSchema *field;
    const struct ArrowArray *array;
    size_t offset, count;
} ArrowPart;

/// Which values are there, from the array's first; NULL: all.
static inline const uint8_t *arrow_part_bits(const ArrowPart *part)
{
    return part->array->null_count == 0 || part->array->n_buffers == 0 ? NULL : part->array->buffers[0];
}

/// Of any field but lists and maps; false when it cannot be read.
bool arrow_scalar_type(const struct ArrowSchema *field, Type *out);

/// Of a list ("+l", "+L", "+w:") or map ("+m"), its items widened to computed types.
bool arrow_nested_type(const struct ArrowSchema *field, Type *out);

/// Appends the part to the column, whose type is the field's.
MUST_CHECK bool arrow_import_scalars(const ArrowPart *part, Column *column, Error *err);
MUST_CHECK bool arrow_import_nested(const ArrowPart *part, Column *column, Error *err);

#endif
