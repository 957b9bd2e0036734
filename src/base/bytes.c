#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { BYTES_CAPACITY_MIN = 64 };

void bytes_deinit(Bytes *bytes)
{
    memory_free(bytes->data);
    *bytes = (Bytes){.limit = bytes->limit};
}

void bytes_clear(Bytes *bytes)
{
    bytes->size = 0;
}

Bytes bytes_take(Bytes *bytes)
{
    Bytes taken = *bytes;
    *bytes = (Bytes){.limit = taken.limit};
    return taken;
}

static bool bytes_check_limit(size_t limit, size_t size, size_t extra, Error *err)
{
    if (extra <= limit && size <= limit - extra) return true;
    return error_set(err, ERROR_MEMORY, "buffer limit of %zu bytes reached", limit);
}

static size_t bytes_capacity_next(size_t capacity, size_t size, size_t limit)
{
    size_t doubled = capacity > limit / 2 ? limit : capacity * 2;
    if (doubled < BYTES_CAPACITY_MIN) doubled = BYTES_CAPACITY_MIN;
    return doubled < size ? size : doubled;
}

bool bytes_reserve(Bytes *bytes, size_t extra, Error *err)
{
    size_t limit = bytes->limit == 0 ? BYTES_DEFAULT_MAX : bytes->limit;
    TRY(bytes_check_limit(limit, bytes->size, extra, err));

    size_t size = bytes->size + extra;
    if (size <= bytes->capacity) return true;

    size_t capacity = bytes_capacity_next(bytes->capacity, size, limit);
    uint8_t *data = memory_realloc(bytes->data, capacity, err);
    if (data == NULL) return false;

    bytes->data = data;
    bytes->capacity = capacity;
    return true;
}

bool bytes_append(Bytes *bytes, const void *data, size_t size, Error *err)
{
    TRY(bytes_reserve(bytes, size, err));
    if (size > 0) memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    return true;
}

bool bytes_append_str(Bytes *bytes, Str str, Error *err)
{
    return bytes_append(bytes, str.data, str.size, err);
}

bool bytes_append_byte(Bytes *bytes, uint8_t byte, Error *err)
{
    return bytes_append(bytes, &byte, 1, err);
}

PRINTF_LIKE(3, 0)
static size_t format_into(char *data, size_t capacity, const char *format, va_list arguments)
{
    int size = vsnprintf(data, capacity, format, arguments);
    CHECK(size >= 0);
    return (size_t)size;
}

bool bytes_append_format(Bytes *bytes, Error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t size = format_into(NULL, 0, format, arguments);
    va_end(arguments);

    // One more for the zero that vsnprintf writes; a limit that leaves no room for it is reached a byte early.
    TRY(bytes_reserve(bytes, size + 1, err));
    va_start(arguments, format);
    (void)format_into((char *)bytes->data + bytes->size, size + 1, format, arguments);
    va_end(arguments);
    bytes->size += size;
    return true;
}

static void encode_little_endian(uint8_t *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t decode_little_endian(const uint8_t *data, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)data[i] << (8 * i);
    }
    return value;
}

bool bytes_append_u32(Bytes *bytes, uint32_t value, Error *err)
{
    uint8_t encoded[sizeof(value)];
    encode_little_endian(encoded, value, sizeof(value));
    return bytes_append(bytes, encoded, sizeof(encoded), err);
}

bool bytes_append_u64(Bytes *bytes, uint64_t value, Error *err)
{
    uint8_t encoded[sizeof(value)];
    encode_little_endian(encoded, value, sizeof(value));
    return bytes_append(bytes, encoded, sizeof(encoded), err);
}

Str bytes_str(const Bytes *bytes)
{
    return (Str){(const char *)bytes->data, bytes->size};
}

static bool reader_check(const ByteReader *reader, size_t size, Error *err)
{
    CHECK(reader->offset <= reader->size);
    size_t left = reader->size - reader->offset;
    if (size <= left) return true;
    return error_set(err, ERROR_DATA, "ends early: %zu bytes wanted at offset %zu, %zu left", size, reader->offset,
                     left);
}

bool reader_bytes(ByteReader *reader, size_t size, const uint8_t **out, Error *err)
{
    TRY(reader_check(reader, size, err));
    *out = reader->data + reader->offset;
    reader->offset += size;
    return true;
}

static bool reader_unsigned(ByteReader *reader, size_t size, uint64_t *out, Error *err)
{
    TRY(reader_check(reader, size, err));
    *out = decode_little_endian(reader->data + reader->offset, size);
    reader->offset += size;
    return true;
}

bool reader_u8(ByteReader *reader, uint8_t *out, Error *err)
{
    uint64_t value = 0;
    TRY(reader_unsigned(reader, sizeof(*out), &value, err));
    *out = (uint8_t)value;
    return true;
}

bool reader_u32(ByteReader *reader, uint32_t *out, Error *err)
{
    uint64_t value = 0;
    TRY(reader_unsigned(reader, sizeof(*out), &value, err));
    *out = (uint32_t)value;
    return true;
}

bool reader_u64(ByteReader *reader, uint64_t *out, Error *err)
{
    return reader_unsigned(reader, sizeof(*out), out, err);
}
