/// The digest of a version's content: XXH3-128 of the canonical bytes of all columns in order of name, as frame_row_hashes makes
/// it, with the columns that are not known yet as nulls.
#ifndef PAWL_ENGINE_ROW_DIGEST_H
#define PAWL_ENGINE_ROW_DIGEST_H

#include "base/hash.h"
#include "frame/frame.h"

/// Borrows the frame. One thread at a time.
typedef struct RowDigester {
    Vector *columns;
    uint32_t *fields; ///< fields in order of name
    size_t count;
    Bytes bytes;
} RowDigester;

void row_digester_deinit(RowDigester *digester);
MUST_CHECK bool row_digester_init(const Frame *frame, RowDigester *out, Error *err);

/// `known` (per field, 0: null; NULL: all known).
MUST_CHECK bool row_digest(RowDigester *digester, size_t row, const uint8_t *known, Hash128 *out, Error *err);

#endif
