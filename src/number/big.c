#include "number/big_internal.h"

static void big_push(Big *big, uint32_t digit)
{
    if (digit == 0) return;
    CHECK(big->count < BIG_DIGITS_MAX);
    big->digits[big->count++] = digit;
}

void big_set(Big *big, uint64_t value)
{
    big->digits[0] = (uint32_t)value;
    big->digits[1] = (uint32_t)(value >> 32);
    big->count = big->digits[1] != 0 ? 2 : big->digits[0] != 0;
}

void big_multiply_add(Big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (uint32_t i = 0; i < big->count; i++) {
        uint64_t value = (uint64_t)big->digits[i] * factor + carry;
        big->digits[i] = (uint32_t)value;
        carry = value >> 32;
    }
    big_push(big, (uint32_t)carry);
}

void big_multiply_power_of_ten(Big *big, uint32_t exponent)
{
    enum { STEP = 13, POWER = 1220703125 }; // 5^13, the greatest in 32 bits
    uint32_t fives = exponent;
    for (; fives >= STEP; fives -= STEP) big_multiply_add(big, POWER, 0);
    for (; fives > 0; fives--) big_multiply_add(big, 5, 0);
    big_shift_left(big, exponent);
}

void big_shift_left(Big *big, uint32_t bits)
{
    uint32_t whole = bits / 32;
    if (big->count == 0 || bits == 0) return;
    big_multiply_add(big, (uint32_t)1 << bits % 32, 0);
    CHECK(big->count + whole <= BIG_DIGITS_MAX);
    for (uint32_t i = big->count; i-- > 0;) big->digits[i + whole] = big->digits[i];
    for (uint32_t i = 0; i < whole; i++) big->digits[i] = 0;
    big->count += whole;
}

int big_compare(const Big *left, const Big *right)
{
    if (left->count != right->count) return left->count < right->count ? -1 : 1;
    for (uint32_t i = left->count; i-- > 0;) {
        if (left->digits[i] != right->digits[i]) return left->digits[i] < right->digits[i] ? -1 : 1;
    }
    return 0;
}

static uint64_t big_digit(const Big *big, uint32_t i)
{
    return i < big->count ? big->digits[i] : 0;
}

int big_compare_sum(const Big *left, const Big *more, const Big *right)
{
    Big sum;
    uint64_t carry = 0;
    uint32_t count = left->count > more->count ? left->count : more->count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = big_digit(left, i) + big_digit(more, i) + carry;
        sum.digits[i] = (uint32_t)value;
        carry = value >> 32;
    }
    sum.count = count;
    big_push(&sum, (uint32_t)carry);
    return big_compare(&sum, right);
}

void big_subtract(Big *big, const Big *other)
{
    int64_t borrow = 0;
    for (uint32_t i = 0; i < big->count; i++) {
        int64_t value = (int64_t)big->digits[i] - (int64_t)big_digit(other, i) + borrow;
        big->digits[i] = (uint32_t)value;
        borrow = value >> 32;
    }
    while (big->count > 0 && big->digits[big->count - 1] == 0) big->count--;
}

uint32_t big_bit_count(const Big *big)
{
    if (big->count == 0) return 0;
    return 32 * big->count - (uint32_t)__builtin_clz(big->digits[big->count - 1]);
}
