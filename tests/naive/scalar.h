/// The interpreter's scalar functions.
#ifndef PAWL_NAIVE_SCALAR_H
#define PAWL_NAIVE_SCALAR_H

#include "naive/value.h"

typedef struct ScalarCall {
    Str name;
    const Value *values;
    size_t count;
    Arena *arena;
} ScalarCall;

/// A function by name; false when it is none of these.
bool scalar_call(Str name, const Value *values, size_t count, Arena *arena, Value *out);

/// Those of the calendar.
bool scalar_date(const ScalarCall *call, Value *out);

/// Those of strings.
bool scalar_text(const ScalarCall *call, Value *out);

/// Those of regular expressions.
bool scalar_regex(const ScalarCall *call, Value *out);

/// Those that read JSON.
bool scalar_json(const ScalarCall *call, Value *out);

bool scalar_all_there(const ScalarCall *call);

#endif
