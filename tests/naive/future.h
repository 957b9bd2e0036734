/// Tables as another future would have filled them: what was known before an instant stays, all else is another or not there.
#ifndef PAWL_NAIVE_FUTURE_H
#define PAWL_NAIVE_FUTURE_H

#include "language/definition.h"

typedef enum Future {
    FUTURE_MISSING, ///< rows that are not known before t are gone
    FUTURE_OTHER,   ///< rows and columns that are not known before t hold other values
} Future;

/// `source` is the definition's; `seed` chooses the other values among those of the table.
MUST_CHECK bool future_table(const Definition *definition, size_t source, const Frame *table, int64_t t, Future future,
                             uint64_t seed, Frame *out, Error *err);

#endif
