/// A growing byte buffer that cannot exist without a limit: file contents, encodings, texts being built.
///
/// The zero value is empty. `x_take` moves: the source becomes empty.
#ifndef PAWL_BASE_BYTES_H
#define PAWL_BASE_BYTES_H

#include "base/error.h"
#include "base/str.h"

typedef struct Bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t limit; ///< bytes at most; 0: BYTES_DEFAULT_MAX
} Bytes;

#define BYTES_DEFAULT_MAX ((size_t)1 << 32)

void bytes_deinit(Bytes *bytes);
void bytes_clear(Bytes *bytes);
Bytes bytes_take(Bytes *bytes);

MUST_CHECK bool bytes_reserve(Bytes *bytes, size_t extra, Error *err);
MUST_CHECK bool bytes_append(Bytes *bytes, const void *data, size_t size, Error *err);
MUST_CHECK bool bytes_append_str(Bytes *bytes, Str str, Error *err);
MUST_CHECK bool bytes_append_byte(Bytes *bytes, uint8_t byte, Error *err);
MUST_CHECK bool bytes_append_format(Bytes *bytes, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);

/// Little-endian.
MUST_CHECK bool bytes_append_u32(Bytes *bytes, uint32_t value, Error *err);
MUST_CHECK bool bytes_append_u64(Bytes *bytes, uint64_t value, Error *err);

/// The content as a Str; borrowed until the next change.
Str bytes_str(const Bytes *bytes);

/// Reads an encoding from front to back; every read checks what is left.
typedef struct ByteReader {
    const uint8_t *data;
    size_t size;
    size_t offset;
} ByteReader;

MUST_CHECK bool reader_bytes(ByteReader *reader, size_t size, const uint8_t **out, Error *err);
MUST_CHECK bool reader_u8(ByteReader *reader, uint8_t *out, Error *err);
MUST_CHECK bool reader_u32(ByteReader *reader, uint32_t *out, Error *err);
MUST_CHECK bool reader_u64(ByteReader *reader, uint64_t *out, Error *err);

#endif
