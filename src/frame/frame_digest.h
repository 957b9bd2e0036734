/// The logical digest of a table whose rows come block by block: each column's values are hashed on their own, and the columns'
/// hashes in the end, so that no more than a block has to be in memory.
///
/// digest = SHA-256(columns, rows, then per column: name, type, SHA-256(the values' canonical bytes in the rows' order)).
/// How the rows are cut into blocks cannot show. Owned: frame_digest_deinit; the schema is borrowed.
#ifndef PAWL_FRAME_FRAME_DIGEST_H
#define PAWL_FRAME_FRAME_DIGEST_H

#include "frame/frame.h"

typedef struct FrameDigest {
    Schema schema;
    Sha256 *columns;
    uint64_t row_count;
    Bytes batch; ///< encoded values on their way
} FrameDigest;

void frame_digest_deinit(FrameDigest *digest);
MUST_CHECK bool frame_digest_init(Schema schema, FrameDigest *out, Error *err);

/// The next rows: a vector per field.
MUST_CHECK bool frame_digest_add(FrameDigest *digest, const Vector *vectors, size_t row_count, Error *err);
MUST_CHECK bool frame_digest_add_frame(FrameDigest *digest, const Frame *block, Error *err);

/// Ends it.
MUST_CHECK bool frame_digest_finish(FrameDigest *digest, Digest *out, Error *err);

#endif
