#include "engine/kernel_internal.h"

static inline bool equal_bool(uint8_t left, uint8_t right, uint8_t *out)
{
    *out = left == right;
    return true;
}

static inline bool less_bool(uint8_t left, uint8_t right, uint8_t *out)
{
    *out = left < right;
    return true;
}

static inline bool equal_int64(int64_t left, int64_t right, uint8_t *out)
{
    *out = left == right;
    return true;
}

static inline bool less_int64(int64_t left, int64_t right, uint8_t *out)
{
    *out = left < right;
    return true;
}

static inline bool equal_float64(double left, double right, uint8_t *out)
{
    *out = float_compare(left, right) == 0;
    return true;
}

static inline bool less_float64(double left, double right, uint8_t *out)
{
    *out = float_compare(left, right) < 0;
    return true;
}

static inline bool equal_string(Str left, Str right, uint8_t *out)
{
    *out = str_equal(left, right);
    return true;
}

static inline bool less_string(Str left, Str right, uint8_t *out)
{
    *out = str_compare(left, right) < 0;
    return true;
}

KERNEL_MAP_2(EQUAL_BOOL, bools, bools, equal_bool)
KERNEL_MAP_2(EQUAL_INT64, bools, ints, equal_int64)
KERNEL_MAP_2(EQUAL_FLOAT64, bools, floats, equal_float64)
KERNEL_MAP_2(EQUAL_STRING, bools, strings, equal_string)
KERNEL_MAP_2(EQUAL_INSTANT, bools, ints, equal_int64)
KERNEL_MAP_2(LESS_BOOL, bools, bools, less_bool)
KERNEL_MAP_2(LESS_INT64, bools, ints, less_int64)
KERNEL_MAP_2(LESS_FLOAT64, bools, floats, less_float64)
KERNEL_MAP_2(LESS_STRING, bools, strings, less_string)
KERNEL_MAP_2(LESS_INSTANT, bools, ints, less_int64)
