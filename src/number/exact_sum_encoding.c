/// One byte of flags; then, where flagged, each counter as 8 bytes; then, for a number that is not zero, the lowest digit's
/// index and the count of digits, a byte each, and the digits, 4 bytes each. All little-endian.
#include "number/wide_internal.h"

enum {
    FLAG_NAN = 1,
    FLAG_POSITIVE_INFINITY = 2,
    FLAG_NEGATIVE_INFINITY = 4,
    FLAG_DIGITS = 8,
    FLAG_NEGATIVE = 16,
    FLAGS_ALL = 31,
    DIGIT_INDEX_MAX = EXACT_SUM_CHUNKS - 2 ///< leaves room for what is added after decoding
};

#define COUNT_MAX ((int64_t)1 << 48) // as many rows as anybody has, and room to merge

static uint8_t encoding_flags(const ExactSum *sum, const Wide *wide)
{
    int flags = 0;
    if (sum->nan_count != 0) flags |= FLAG_NAN;
    if (sum->positive_infinity_count != 0) flags |= FLAG_POSITIVE_INFINITY;
    if (sum->negative_infinity_count != 0) flags |= FLAG_NEGATIVE_INFINITY;
    if (wide->low != wide->end) flags |= FLAG_DIGITS;
    if (wide->negative) flags |= FLAG_NEGATIVE;
    return (uint8_t)flags;
}

static bool encode_count(int64_t count, Bytes *out, Error *err)
{
    return count == 0 || bytes_append_u64(out, (uint64_t)count, err);
}

bool exact_sum_encode(const ExactSum *sum, Bytes *out, Error *err)
{
    Wide wide;
    wide_from_sum(sum, &wide);
    TRY(bytes_reserve(out, EXACT_SUM_ENCODED_BYTES_MAX, err));
    TRY(bytes_append_byte(out, encoding_flags(sum, &wide), err));
    TRY(encode_count(sum->nan_count, out, err));
    TRY(encode_count(sum->positive_infinity_count, out, err));
    TRY(encode_count(sum->negative_infinity_count, out, err));
    if (wide.low == wide.end) return true;
    TRY(bytes_append_byte(out, (uint8_t)wide.low, err));
    TRY(bytes_append_byte(out, (uint8_t)(wide.end - wide.low), err));
    for (uint32_t i = wide.low; i < wide.end; i++) TRY(bytes_append_u32(out, wide.digits[i], err));
    return true;
}

static bool decode_count(ByteReader *reader, bool present, int64_t *out, Error *err)
{
    uint64_t count = 0;
    if (present) {
        TRY(reader_u64(reader, &count, err));
        bool in_range = (int64_t)count <= COUNT_MAX && (int64_t)count >= -COUNT_MAX;
        if (count == 0 || !in_range) {
            return error_set(err, ERROR_DATA, "exact sum: a counter of %lld", (long long)count);
        }
    }
    *out = (int64_t)count;
    return true;
}

static bool decode_digits(ByteReader *reader, bool negative, ExactSum *out, Error *err)
{
    uint8_t low = 0;
    uint8_t count = 0;
    TRY(reader_u8(reader, &low, err));
    TRY(reader_u8(reader, &count, err));
    if (count == 0 || low + count > DIGIT_INDEX_MAX + 1) {
        return error_set(err, ERROR_DATA, "exact sum: digits %u to %u", low, low + count);
    }
    for (uint32_t i = low; i < (uint32_t)low + count; i++) {
        uint32_t digit = 0;
        TRY(reader_u32(reader, &digit, err));
        out->chunks[i] = negative ? -(int64_t)digit : (int64_t)digit;
    }
    out->end = (uint32_t)low + count;
    out->reach = EXACT_SUM_CHUNKS - (uint32_t)low;
    if (out->chunks[low] == 0 || out->chunks[out->end - 1] == 0) {
        return error_set(err, ERROR_DATA, "exact sum: an outer digit of zero");
    }
    return true;
}

bool exact_sum_decode(ByteReader *reader, ExactSum *out, Error *err)
{
    ExactSum sum = {0};
    uint8_t flags = 0;
    TRY(reader_u8(reader, &flags, err));
    if (flags > FLAGS_ALL || (flags & (FLAG_DIGITS | FLAG_NEGATIVE)) == FLAG_NEGATIVE) {
        return error_set(err, ERROR_DATA, "exact sum: unknown flags %u", flags);
    }
    TRY(decode_count(reader, (flags & FLAG_NAN) != 0, &sum.nan_count, err));
    TRY(decode_count(reader, (flags & FLAG_POSITIVE_INFINITY) != 0, &sum.positive_infinity_count, err));
    TRY(decode_count(reader, (flags & FLAG_NEGATIVE_INFINITY) != 0, &sum.negative_infinity_count, err));
    if ((flags & FLAG_DIGITS) != 0) TRY(decode_digits(reader, (flags & FLAG_NEGATIVE) != 0, &sum, err));
    exact_sum_copy(&sum, out);
    return true;
}
