/// The kernels as data: what language/kernels.def says, and which kernel an operator or function with given arguments is.
#ifndef PAWL_LANGUAGE_KERNEL_H
#define PAWL_LANGUAGE_KERNEL_H

#include "language/plan.h"

/// What a kernel takes or gives; the decimal forms are explained in kernels.def.
typedef enum KernelType {
    KERNEL_TYPE_NONE,
    KERNEL_TYPE_BOOL,
    KERNEL_TYPE_INT64,
    KERNEL_TYPE_DECIMAL,
    KERNEL_TYPE_DECIMAL_ANY,
    KERNEL_TYPE_DECIMAL_SUM,
    KERNEL_TYPE_DECIMAL_WHOLE,
    KERNEL_TYPE_FLOAT64,
    KERNEL_TYPE_STRING,
    KERNEL_TYPE_INSTANT,
    // Constant strings that language/lookup_table.h explains:
    KERNEL_TYPE_TABLE_INTEGERS,
    KERNEL_TYPE_TABLE_NUMBERS,
    KERNEL_TYPE_TABLE_RANKS,
    KERNEL_TYPE_TABLE_STRINGS,
    // Lists and maps: see kernels.def.
    KERNEL_TYPE_NESTED,
    KERNEL_TYPE_LIST,
    KERNEL_TYPE_LIST_NUMBER,
    KERNEL_TYPE_MAP,
    KERNEL_TYPE_ITEM,
    KERNEL_TYPE_KEY,
    KERNEL_TYPE_LIST_BOOL,
    KERNEL_TYPE_LIST_FLOAT64,
    KERNEL_TYPE_LIST_STRING,
    KERNEL_TYPE_LIST_KEY,
    KERNEL_TYPE_LIST_ANY,
    KERNEL_TYPE_LIST_OF_KEYS,
    KERNEL_TYPE_LIST_OF_ITEMS,
    KERNEL_TYPE_MAP_OF_LISTS,
    KERNEL_TYPE_NESTED_ANY,
    // From here on constant strings, read before any row (language/kernel_constant.h).
    KERNEL_TYPE_ZONE,      ///< names a time zone
    KERNEL_TYPE_UNIT,      ///< names a calendar unit
    KERNEL_TYPE_EDGES,     ///< numbers in ascending order, with commas between
    KERNEL_TYPE_INT_EDGES, ///< the same of int64
    KERNEL_TYPE_PATTERN,   ///< a regular expression (text/pattern.h)
    KERNEL_TYPE_JSON_PATH, ///< text/json_path.h
} KernelType;

typedef enum KernelNulls {
    KERNEL_NULLS_STRICT, ///< a null argument gives null
    KERNEL_NULLS_OWN,    ///< the kernel sees nulls
} KernelNulls;

typedef struct KernelInfo {
    const char *id;   ///< "ADD_INT64": its name in encoded plans
    const char *name; ///< of the operator or function; "" for those that only the compiler asks for
    KernelNulls nulls;
    KernelType result;
    KernelType arguments[PLAN_ARGUMENTS_MAX + 1]; ///< ended by KERNEL_TYPE_NONE
} KernelInfo;

const KernelInfo *kernel_info(Kernel kernel);
uint32_t kernel_argument_count(Kernel kernel);

/// By its id.
bool kernel_find(Str id, Kernel *out);

/// The kernel of an operator or function for arguments of these computed types that needs the least widening (int64 to decimal,
/// then to float64, decimal to float64); false when there is none. A type of TYPE_COUNT stands for a null without a type.
bool kernel_resolve(Str name, const Type *arguments, uint32_t count, Kernel *out);

/// Whether values of `from` become values of `to` without being asked: int64 to decimal and float64, decimal to float64 and to
/// a greater scale; a list's or map's items likewise.
bool type_widens(Type from, Type to);

/// The one of both that the other is or widens to; false when there is none.
bool types_join(Type left, Type right, Type *out);

/// Whether a map may have such keys: bool, int64, string, timestamp.
bool type_can_be_key(Type type);

/// What each argument must be converted to, and the result's type. False when a decimal's scale would pass 38.
bool kernel_signature(Kernel kernel, const Type *arguments, Type *out_arguments, Type *out_result);

/// Whether a node of this kernel may have exactly these types (a ZONE counts as a string).
bool kernel_accepts(Kernel kernel, Type result, const Type *arguments, uint32_t count);

/// The kernel that makes `to` of `from`; false when there is none. Equal types have none, but for decimals of unequal scale.
bool kernel_cast(Type from, Type to, Kernel *out);

#endif
