/// Values as a person reads them.
#ifndef PAWL_FRAME_FORMAT_H
#define PAWL_FRAME_FORMAT_H

#include "frame/vector.h"

/// The value as a person reads it ("" for null when `null_text` is empty); lists and maps as JSON (frame/json_value.h).
MUST_CHECK bool vector_format(const Vector *vector, size_t i, Str null_text, Bytes *out, Error *err);

#endif
