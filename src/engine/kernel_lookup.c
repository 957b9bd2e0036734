/// What fitted transforms become: values found in tables that were fitted, and words counted.
#include <string.h>

#include "engine/kernel_internal.h"
#include "language/lookup_table.h"
#include "language/word.h"

static inline bool number_or_null(double value, double *out)
{
    *out = value;
    return !float_is_nan(value);
}

KERNEL_MAP_1(NUMBER_OR_NULL, floats, floats, number_or_null)

/// The table is one constant for all rows.
static Str table_of(const Vector *arguments)
{
    return arguments[1].values.strings[0];
}

bool kernel_LOOKUP_INT64(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->valid[i] = lookup_integer(table_of(arguments), arguments[0].values.ints[i], &out->values.floats[i]);
    }
    return true;
}

bool kernel_LOOKUP_STRING(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->valid[i] = lookup_string(table_of(arguments), arguments[0].values.strings[i], &out->values.floats[i]);
    }
    return true;
}

bool kernel_LOOKUP_EDGES(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->values.ints[i] = (int64_t)lookup_edges(table_of(arguments), arguments[0].values.floats[i]);
    }
    return true;
}

bool kernel_LOOKUP_RANK(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->values.floats[i] = lookup_rank(table_of(arguments), arguments[0].values.floats[i]);
    }
    return true;
}

bool kernel_WORD_COUNT(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->values.floats[i] = (double)word_count(arguments[0].values.strings[i], arguments[1].values.strings[i]);
    }
    return true;
}
