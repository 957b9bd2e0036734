/// The digest of a version's content: XXH3-128 of the canonical bytes of all columns in order of name, as frame_row_hashes makes
/// it, with the columns that are not known yet as nulls.
#ifndef PAWL_ENGINE_ROW_DIGEST_H
#define PAWL_ENGINE_ROW_DIGEST_H

#include "base/hash.h"
#include "frame/frame.h"

/// Borrows what it digests. One thread at a time.
typedef struct RowDigester {
    Vector *columns;  ///< in order of name
    uint32_t *fields; ///< of the columns
    uint32_t *places; ///< per field: its column
    size_t count;
    Bytes bytes;
} RowDigester;

void row_digester_deinit(RowDigester *digester);
MUST_CHECK bool row_digester_init(const Frame *frame, RowDigester *out, Error *err);

/// Without a frame: every field's values are set before rows are digested, and borrowed.
MUST_CHECK bool row_digester_init_schema(Schema schema, RowDigester *out, Error *err);
void row_digester_set(RowDigester *digester, uint32_t field, const Vector *values);

/// `known` (per field, 0: null; NULL: all known).
MUST_CHECK bool row_digest(RowDigester *digester, size_t row, const uint8_t *known, Hash128 *out, Error *err);

#endif
