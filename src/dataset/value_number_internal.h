/// A value as the double nearest to it, whatever its type.
#ifndef PAWL_DATASET_VALUE_NUMBER_INTERNAL_H
#define PAWL_DATASET_VALUE_NUMBER_INTERNAL_H

#include "frame/vector.h"

/// Bools are 0 and 1; a string is an ERROR_DATA. The value is not null.
MUST_CHECK bool value_number(const Vector *vector, size_t i, double *out, Error *err);

#endif
