#include "number/int_sum.h"

#include "number/exact_sum.h"

enum { LOW_BITS = 128 };

void int_sum_merge(IntSum *sum, const IntSum *other)
{
    int64_t wraps = other->wraps;
    int_sum_add(sum, other->low);
    sum->wraps += wraps;
}

void int_sum_unmerge(IntSum *sum, const IntSum *other)
{
    int64_t wraps = other->wraps;
    int_sum_remove(sum, other->low);
    sum->wraps -= wraps;
}

bool int_sum_to_int64(const IntSum *sum, int64_t *out)
{
    if (sum->wraps != 0 || sum->low < INT64_MIN || sum->low > INT64_MAX) return false;
    *out = (int64_t)sum->low;
    return true;
}

bool decimal_in_range(Int128 value)
{
    const Int128 limit = (Int128)10000000000000000000U * 10000000000000000000U; // 10^38
    return value < limit && value > -limit;
}

bool int_sum_to_decimal(const IntSum *sum, Int128 *out)
{
    if (sum->wraps != 0 || !decimal_in_range(sum->low)) return false;
    *out = sum->low;
    return true;
}

double int_sum_to_double(const IntSum *sum)
{
    if (sum->wraps == 0) return (double)sum->low;
    ExactSum exact = {0};
    exact_sum_add_int128(&exact, sum->low);
    exact_sum_add_int128_scaled(&exact, sum->wraps, LOW_BITS);
    return exact_sum_round(&exact);
}

double int_sum_mean(const IntSum *sum, uint64_t count)
{
    return count == 0 ? float_nan() : int_sum_to_double(sum) / (double)count;
}

bool int_sum_encode(const IntSum *sum, Bytes *out, Error *err)
{
    TRY(bytes_append_u64(out, (uint64_t)sum->low, err));
    TRY(bytes_append_u64(out, (uint64_t)((Uint128)sum->low >> 64), err));
    return bytes_append_u64(out, (uint64_t)sum->wraps, err);
}

bool int_sum_decode(ByteReader *reader, IntSum *out, Error *err)
{
    uint64_t low = 0;
    uint64_t high = 0;
    uint64_t wraps = 0;
    TRY(reader_u64(reader, &low, err));
    TRY(reader_u64(reader, &high, err));
    TRY(reader_u64(reader, &wraps, err));
    *out = (IntSum){(Int128)((Uint128)high << 64 | low), (int64_t)wraps};
    return true;
}
