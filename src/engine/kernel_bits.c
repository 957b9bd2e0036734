#include "engine/kernel_internal.h"

static inline bool bit_and(int64_t left, int64_t right, int64_t *out)
{
    *out = left & right;
    return true;
}

static inline bool bit_or(int64_t left, int64_t right, int64_t *out)
{
    *out = left | right;
    return true;
}

static inline bool bit_xor(int64_t left, int64_t right, int64_t *out)
{
    *out = left ^ right;
    return true;
}

static inline bool bit_not(int64_t value, int64_t *out)
{
    *out = ~value;
    return true;
}

static inline bool bit_count(int64_t value, int64_t *out)
{
    *out = __builtin_popcountll((uint64_t)value);
    return true;
}

static inline bool shift_is_defined(int64_t count)
{
    return count >= 0 && count < 64;
}

static inline bool shift_left(int64_t value, int64_t count, int64_t *out)
{
    *out = (int64_t)((uint64_t)value << (count & 63));
    return shift_is_defined(count);
}

static inline bool shift_right(int64_t value, int64_t count, int64_t *out)
{
    *out = value >> (count & 63);
    return shift_is_defined(count);
}

KERNEL_MAP_2(BIT_AND, ints, ints, bit_and)
KERNEL_MAP_2(BIT_OR, ints, ints, bit_or)
KERNEL_MAP_2(BIT_XOR, ints, ints, bit_xor)
KERNEL_MAP_1(BIT_NOT, ints, ints, bit_not)
KERNEL_MAP_1(BIT_COUNT, ints, ints, bit_count)
KERNEL_MAP_2(SHIFT_LEFT, ints, ints, shift_left)
KERNEL_MAP_2(SHIFT_RIGHT, ints, ints, shift_right)
