/// Numbers in names and in lock files: plain digits.
#ifndef PAWL_FLOW_DIGITS_INTERNAL_H
#define PAWL_FLOW_DIGITS_INTERNAL_H

#include "base/str.h"

/// False for anything else than 1 to 18 digits.
static inline bool digits_parse(Str text, int64_t *out)
{
    int64_t value = 0;
    if (text.size == 0 || text.size > 18) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        value = value * 10 + (text.data[i] - '0');
    }
    *out = value;
    return true;
}

#endif
