/// Natural numbers of up to 10,000 bits, for exact conversion between decimal text and doubles.
///
/// The longest text that matters has 800 digits, the smallest double's decimal expansion 1075 places.
#ifndef PAWL_NUMBER_BIG_INTERNAL_H
#define PAWL_NUMBER_BIG_INTERNAL_H

#include "base/base.h"

enum { BIG_DIGITS_MAX = 320 };

/// digits[0] is the least; the highest, digits[count - 1], is not zero; zero has count 0.
typedef struct Big {
    uint32_t count;
    uint32_t digits[BIG_DIGITS_MAX];
} Big;

void big_set(Big *big, uint64_t value);

/// big = big * factor + addend.
void big_multiply_add(Big *big, uint32_t factor, uint32_t addend);
void big_multiply_power_of_ten(Big *big, uint32_t exponent);
void big_shift_left(Big *big, uint32_t bits);

/// <0, 0, >0 as left - right; big_compare_sum takes left + more against right.
int big_compare(const Big *left, const Big *right);
int big_compare_sum(const Big *left, const Big *more, const Big *right);

/// big -= other, which is not greater.
void big_subtract(Big *big, const Big *other);

/// Bits up to the highest that is set; 0 for zero.
uint32_t big_bit_count(const Big *big);

#endif
