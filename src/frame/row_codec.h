/// Rows as bytes and back: what is sorted and put into files where a table is larger than the memory given.
///
/// A row's bytes are its canonical values in order of column name, so their XXH3-128 is the row's hash (frame_row_hashes).
#ifndef PAWL_FRAME_ROW_CODEC_H
#define PAWL_FRAME_ROW_CODEC_H

#include "frame/frame.h"

/// Owned: row_codec_deinit. The schema is borrowed.
typedef struct RowCodec {
    Schema schema;
    uint32_t *order; ///< the columns in order of name
} RowCodec;

void row_codec_deinit(RowCodec *codec);
MUST_CHECK bool row_codec_init(Schema schema, RowCodec *out, Error *err);

/// Appends the bytes of a row; a vector per field.
MUST_CHECK bool row_encode(const RowCodec *codec, const Vector *vectors, size_t row, Bytes *out, Error *err);

/// Pushes the row onto the frame's columns; the caller finishes the frame. ERROR_DATA for bytes that no row has.
MUST_CHECK bool row_decode(const RowCodec *codec, Str bytes, Frame *out, Error *err);

#endif
