/// The operators and functions as users know them: what language/functions.def says.
#ifndef PAWL_LANGUAGE_FUNCTION_H
#define PAWL_LANGUAGE_FUNCTION_H

#include "base/str.h"

typedef struct FunctionInfo {
    const char *name;
    uint32_t arguments_min;
    uint32_t arguments_max; ///< 0: any number
    const char *needs;      ///< "two numbers"
    const char *form;       ///< "a + b"
    const char *meaning;
} FunctionInfo;

/// NULL when there is none of that name.
const FunctionInfo *function_find(Str name);

/// In the order of the reference page; NULL past the last.
const FunctionInfo *function_at(size_t i);

/// Those that are called by name, for suggestions; writes at most `capacity` names and gives their number.
size_t function_names(Str *out, size_t capacity);

enum { FUNCTION_NAMES_MAX = 256 };

#endif
