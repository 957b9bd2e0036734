/// Sums of integers and decimals that cannot overflow on the way: 128 bits and a count of wraps. Only the result is
/// checked against its type's range, so order cannot decide whether a sum overflows.
///
/// The zero value is the empty sum. Equal sums have equal members.
#ifndef PAWL_NUMBER_INT_SUM_H
#define PAWL_NUMBER_INT_SUM_H

#include "base/bytes.h"

enum {
    INT_SUM_ENCODED_BYTES = 24,
    DECIMAL_DIGITS_MAX = 38 ///< decimal(38, scale): the widest decimal
};

/// The value is low + wraps * 2^128.
typedef struct IntSum {
    Int128 low;
    int64_t wraps;
} IntSum;

static inline void int_sum_add(IntSum *sum, Int128 value)
{
    if (__builtin_add_overflow(sum->low, value, &sum->low)) sum->wraps += value < 0 ? -1 : 1;
}

static inline void int_sum_remove(IntSum *sum, Int128 value)
{
    if (__builtin_sub_overflow(sum->low, value, &sum->low)) sum->wraps += value < 0 ? 1 : -1;
}

void int_sum_merge(IntSum *sum, const IntSum *other);
void int_sum_unmerge(IntSum *sum, const IntSum *other);

/// False when the sum does not fit; `*out` is then untouched.
bool int_sum_to_int64(const IntSum *sum, int64_t *out);

/// False when the sum needs more than 38 decimal digits.
bool int_sum_to_decimal(const IntSum *sum, Int128 *out);

/// Rounded once, to nearest even.
double int_sum_to_double(const IntSum *sum);

/// The sum rounded once, divided by `count`; NaN for a count of 0.
double int_sum_mean(const IntSum *sum, uint64_t count);

/// Whether |value| < 10^38.
bool decimal_in_range(Int128 value);

MUST_CHECK bool int_sum_encode(const IntSum *sum, Bytes *out, Error *err);
MUST_CHECK bool int_sum_decode(ByteReader *reader, IntSum *out, Error *err);

#endif
