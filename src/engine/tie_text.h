/// What tells rows of equal time and known apart, as bytes that compare (str_compare) as the total order does: the source's place
/// in a union, the key, the digest.
#ifndef PAWL_ENGINE_TIE_TEXT_H
#define PAWL_ENGINE_TIE_TEXT_H

#include "base/bytes.h"
#include "engine/version_batch.h"

/// Whether keys of this type have such bytes: all but lists and maps.
bool tie_text_is_possible(Type type);

/// Appends row `row` of the key's parts, in the order of key_compare.
MUST_CHECK bool tie_text_append_key(const Vector *parts, size_t count, size_t row, Bytes *out, Error *err);

MUST_CHECK bool tie_text_append_digest(Hash128 digest, Bytes *out, Error *err);

/// Of every version of a batch: `member` (PLAN_NONE: no union), the key, the digest where there is one.
MUST_CHECK bool tie_texts_make(const VersionBatch *batch, size_t key_count, uint32_t member, Arena *arena,
                               const Str **out, Error *err);

#endif
