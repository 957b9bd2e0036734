/// What the constant arguments of kernels mean - a time zone's name, a calendar unit - read once, when a plan is made or decoded, so
/// that no row and no request reads them again.
///
/// Read-only afterwards and shared by threads. Errors say what is wrong with the text.
#ifndef PAWL_LANGUAGE_KERNEL_CONSTANT_H
#define PAWL_LANGUAGE_KERNEL_CONSTANT_H

#include "language/kernel.h"
#include "text/calendar.h"
#include "text/json_path.h"
#include "text/pattern.h"

enum { KERNEL_EDGES_MAX = 1024, KERNEL_TEXT_BYTES_MAX = 1 << 20 };

/// Ascending, none twice.
typedef struct KernelEdges {
    size_t count;
    double *floats;
    int64_t *ints; ///< only of INT_EDGES
} KernelEdges;

/// Of one call; what its kernel does not take stays zero.
struct KernelConstants {
    const Zone *zone;
    DateUnit unit;
    KernelEdges edges;
    const Pattern *pattern;
    JsonPath path;
};

/// Whether an argument of this type is a constant string that is read before any row.
bool kernel_type_is_constant(KernelType type);

/// "a time zone is written as a text in quotes, such as 'America/New_York'", for such a type.
const char *kernel_constant_hint(KernelType type);

/// Reads one argument into its place in `out`.
MUST_CHECK bool kernel_constant_read(KernelType type, Str text, Arena *arena, KernelConstants *out, Error *err);

/// All constant arguments of a call; `*out` stays NULL when its kernel has none.
MUST_CHECK bool kernel_constants_of(const Program *program, const PlanNode *call, Arena *arena,
                                    const KernelConstants **out, Error *err);

/// Gives every call of the plan its constants.
MUST_CHECK bool plan_prepare(Plan *plan, Error *err);

#endif
